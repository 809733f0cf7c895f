"""The e-mails: what happened, in words, where to read it, and how to hear less."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership
from accounts.roles import roles_of
from plans import limits
from plans.models import Question, Topic
from plans.notifications.reviews import ReviewTold, review_told
from plans.notifications.topics import topic_of
from plans.notifications.words import LEFT, Words, may_read, words_for
from plans.permissions import roles_on, visible_plans
from plans.states import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User
    from plans.models import Event, Notification

_SALT = "stop-mail"


def message(rows: Sequence[Notification]) -> EmailMessage | None:
    """The e-mail for what happened, all to one person, oldest first; one event or a burst.

    None where nothing of it is this person's to know any more: they have left meanwhile.
    """
    recipient = rows[0].recipient
    told = _seen(rows, recipient) if recipient.is_active else []
    if not told:
        return None
    topic = _topic(rows[0])
    stop = f"{settings.SITE_URL}{reverse('inbox_stop', args=(stop_token(recipient, topic),))}"
    context: dict[str, Any] = {
        "recipient": recipient,
        "site_url": settings.SITE_URL,
        "stop": stop,
        "settings_link": f"{settings.SITE_URL}{reverse('inbox_settings')}",
    }
    if any(one.review for one in told):
        context["labels"] = Question.labels()
    if len(told) == 1:
        (one,) = told
        event = one.event
        context |= {
            "event": event,
            "plan": event.plan,
            "one": one,
            "deadline": limits.deadline(event.lab, event.cycle),
        }
        subject = _subject(event)
        template = "emails/event.txt"
    else:
        context["groups"] = _by_plan(told)
        subject = _subject_of_several([one.event for one in told], len(context["groups"]))
        template = "emails/several.txt"
    with timezone.override(recipient.zone):
        body = render_to_string(template, context)
    return EmailMessage(
        subject=" ".join(subject.split()),
        body=body,
        to=[recipient.email],
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def stop_token(person: User, topic: Topic) -> str:
    """What lets whoever has it stop the mails of one topic for one person, and nothing else."""
    return signing.dumps([person.pk, topic.value], salt=_SALT)


def read_stop_token(token: str) -> tuple[int, Topic]:
    """The person's key and the topic. Raises ValueError for anything we have not signed."""
    try:
        key, topic = signing.loads(token, salt=_SALT)
    except signing.BadSignature as bad:
        raise ValueError(token) from bad
    return int(key), Topic(topic)


def _topic(row: Notification) -> Topic:
    of_lab = Membership.objects.filter(lab=row.event.lab_id, user=row.recipient_id).exists()
    return topic_of(row.event, of_lab=of_lab, named=row.is_mention)


class Told(NamedTuple):
    """An event, where to read more, and what was said with it as far as it is this person's.

    ``leads_there``: the link is one to what it is about, not to one's own front page.
    """

    event: Event
    link: str
    leads_there: bool
    words: Words
    review: ReviewTold | None


def _seen(rows: Sequence[Notification], recipient: User) -> list[Told]:
    """Each event that they may know of, with where to read more: the very comment, or the plan.

    Reviewers are told that a plan has left them, with no way to it, no words of it, and by the
    title under which they knew it. Of anybody else's plans nothing is told, and none of the words
    to who has no part in it any more.
    """
    plans = {row.event.plan_id for row in rows if row.event.plan_id}
    seen = set(visible_plans(recipient).filter(pk__in=plans).values_list("pk", flat=True))
    known = [row for row in rows if row.event.plan_id in seen or _knew(recipient, row.event)]
    return [
        Told(
            row.event,
            f"{settings.SITE_URL}{row.address if row.event.plan_id in seen else '/'}",
            row.event.plan_id in seen,
            words_for(recipient, row.event),
            review_told(row.event) if may_read(recipient, row.event) else None,
        )
        for row in known
    ]


def _knew(recipient: User, event: Event) -> bool:
    """Whether to tell them of what is not theirs to see (any more): see :func:`_seen`."""
    plan = event.plan
    if plan is None:
        return event.lab_id in roles_of(recipient).labs
    plan.lab = event.lab
    handed_in = plan.versions.order_by("-number").first()
    if event.kind not in LEFT or Role.REVIEWER not in roles_on(recipient, plan) or not handed_in:
        return False
    plan.title = handed_in.document.title
    return True


def _by_plan(told: Sequence[Told]) -> list[list[Told]]:
    """What happened, together for each plan, or lab in a cycle, in the order in which it began."""
    found: dict[tuple[int | None, int, int], list[Told]] = {}
    for one in told:
        key = (one.event.plan_id, one.event.lab_id, one.event.cycle_id)
        found.setdefault(key, []).append(one)
    return list(found.values())


def _subject(event: Event) -> str:
    title = event.plan or f"{event.lab}, {event.cycle}"
    what = event.get_kind_display()
    if event.actor is None:
        return f"{title}: {what}"
    return _("%(who)s %(what)s: %(title)s") % {"who": event.actor, "what": what, "title": title}


def _subject_of_several(events: Sequence[Event], plans: int) -> str:
    number = len(events)
    if plans == 1:
        title = events[0].plan or events[0].lab
        return _("%(number)d things happened: %(title)s") % {"number": number, "title": title}
    if any(event.plan is None for event in events):
        return _("%(number)d things happened") % {"number": number}
    return ngettext(
        "%(number)d things happened in %(plans)d plan",
        "%(number)d things happened in %(plans)d plans",
        plans,
    ) % {"number": number, "plans": plans}
