"""What somebody is typing into a comment box, kept on the server until it is said or emptied.

A box has a name: :data:`NEW` and a place of the plan, :data:`REPLY` or :data:`DECLINE` and a
thread's number, or :data:`EDIT` and a comment's. In the form of a new thread more stands beside the
box (:data:`BESIDE`), and is kept with it.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from plans import clock
from plans.anchors import Anchor
from plans.errors import Invalid
from plans.models import Comment, Draft, Suggestion
from plans.permissions import may_reply, require, visible_plans, visible_threads
from plans.workflow import locked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from accounts.models import User
    from plans.models import Plan

LONGEST = 40_000
NEW, REPLY, EDIT, DECLINE = "new:", "reply:", "edit:", "decline:"

BESIDE = ("words", "before", "after", "instead", "offered", "kind")
"""What belongs to a new thread besides its comment, by the names of the form."""

LATE = dt.timedelta(minutes=1)
"""For so long after something is said, what a slow line brings of it is no draft any more."""


@transaction.atomic
def keep_draft(
    plan: Plan, at: str, text: str, *, actor: User, rest: Mapping[str, str] | None = None
) -> None:
    """Keep what is typed in the box called ``at``, and of a new thread the ``rest`` of its form.

    Where nothing is typed and no other words are proposed, what was kept is forgotten: a choice
    alone is made again with one press. Raises PermissionDenied for anybody who never says anything
    here, and Invalid where there is no such box.
    """
    plan = locked(plan, actor=actor)  # what is being said at this moment is said first, or after
    require(may_reply(actor, plan))
    beside = _beside(rest or {}) if at.startswith(NEW) else {}
    if not text.strip() and "instead" not in beside:
        forget_draft(plan, at, actor=actor)
        return
    if not _is_box(plan, at, actor):
        raise Invalid(_("There is no such box any more. Copy what you wrote, and load the page."))
    if _was_just_said(plan, text.strip(), beside.get("instead", ""), actor):
        return
    draft = Draft(
        plan=plan, user=actor, at=at, text=text[:LONGEST], rest=beside, kept_at=clock.now()
    )
    Draft.objects.bulk_create(
        [draft],
        update_conflicts=True,
        unique_fields=["plan", "user", "at"],
        update_fields=["text", "rest", "kept_at"],
    )


def _beside(rest: Mapping[str, str]) -> dict[str, str]:
    """What of the rest is worth keeping; words that are as they were offered propose nothing."""
    kept = {name: rest[name][:LONGEST] for name in BESIDE if name in rest}
    if kept.get("instead", "") == kept.get("offered", ""):
        kept.pop("instead", None)
        kept.pop("offered", None)
    return {name: words for name, words in kept.items() if words or name == "instead"}


def left_drafts(user: User) -> QuerySet[Draft]:
    """What somebody has typed beside plans that they may not see any more, newest first."""
    drafts = Draft.objects.filter(user=user).exclude(plan__in=visible_plans(user))
    return drafts.order_by("-kept_at", "-pk")


def forget_left(key: int, *, actor: User) -> bool:
    """Throw away one of one's :func:`left_drafts`; answer whether there was one."""
    return bool(left_drafts(actor).filter(pk=key).delete()[0])


def forget_draft(plan: Plan, at: str, *, actor: User) -> None:
    """Forget what was typed in a box: it is said now, or emptied."""
    Draft.objects.filter(plan=plan, user=actor, at=at).delete()


def _is_box(plan: Plan, at: str, actor: User) -> bool:
    kind, _colon, which = at.partition(":")
    if f"{kind}:" == NEW:
        try:
            return str(Anchor.parse(which)) == which
        except ValueError:
            return False
    if not (which.isascii() and which.isdigit() and len(which) < 19):
        return False
    if f"{kind}:" in (REPLY, DECLINE):
        return visible_threads(actor, plan).filter(pk=which).exists()
    own = Comment.objects.filter(author=actor, thread__plan=plan, deleted_at__isnull=True)
    return f"{kind}:" == EDIT and own.filter(pk=which).exists()


def _was_just_said(plan: Plan, text: str, instead: str, actor: User) -> bool:
    """Whether this is the beginning of what the person has said, or proposed, a moment ago.

    What is kept while somebody types can arrive after what they then sent.
    """
    since = clock.now() - LATE
    if text:
        lately = Comment.objects.filter(author=actor, thread__plan=plan, written_at__gt=since)
        said = list(lately.values_list("text", flat=True))
    else:
        text = instead.strip()
        new = Suggestion.objects.filter(
            thread__opened_by=actor, thread__plan=plan, thread__opened_at__gt=since
        )
        said = list(new.values_list("words", flat=True))
    return any(words.startswith(text) for words in said)
