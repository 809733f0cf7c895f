"""What a reader is told of an event besides that it happened: as far as it is theirs to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q

from accounts.roles import roles_of
from plans.models import EventKind
from plans.permissions import may_resolve, may_see_people, visible_plans

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from plans.models import Event, Notification

LEFT = frozenset({EventKind.RECALL, EventKind.WITHDRAW})
"""What takes a plan away from the reviewers who could read it; they are told that much."""

PROPOSING = frozenset(
    {EventKind.THREAD_OPENED, EventKind.SUGGESTION_APPLIED, EventKind.SUGGESTION_DECLINED}
)


class Words(NamedTuple):
    """What was said, about which words of the plan, and what is proposed for them.

    ``proposed`` is None where nothing is, and empty where the words are to be left out.
    """

    said: str = ""
    about: str = ""
    proposed: str | None = None


def readable_notices(person: User) -> QuerySet[Notification]:
    """What somebody was told, as far as it is theirs to know (any more).

    That is what is about their lab as a whole, or about a plan that they may see; and, for
    reviewers of its region, that a plan has left them. The same as mails tell.
    """
    roles = roles_of(person)
    of_lab = Q(event__plan__isnull=True, event__lab__in=sorted(roles.labs))
    left = Q(event__kind__in=sorted(LEFT), event__lab__region__in=sorted(roles.regions))
    left &= ~Q(event__lab__in=sorted(roles.labs))
    return person.notifications.filter(of_lab | Q(event__plan__in=visible_plans(person)) | left)


def words_for(reader: User, event: Event) -> Words:
    """What comes with an event, for one reader; nothing where it is not theirs to read.

    Reads the event with its plan, lab, comment, thread and the thread's suggestion.
    """
    if not may_read(reader, event):
        return Words()
    thread = event.thread
    suggestion = getattr(thread, "suggestion", None) if event.kind in PROPOSING else None
    proposed = suggestion.words if suggestion else None
    said = event.words
    about = (thread.phrase or thread.quote) if thread and (said or suggestion) else ""
    return Words(said, about, proposed)


def may_read(reader: User, event: Event) -> bool:
    """Whether what was said with it is this person's to read, as things stand now."""
    if event.plan is None:
        return True
    event.plan.lab = event.lab
    if event.thread and event.thread.for_reviewers:
        return may_resolve(reader, event.plan)
    return may_see_people(reader, event.plan)
