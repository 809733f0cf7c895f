"""What somebody is typing into a comment box, kept on the server until it is said or emptied.

A box has a name: :data:`NEW` and a place of the plan, :data:`REPLY` and a thread's number, or
:data:`EDIT` and a comment's.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from plans import clock
from plans.anchors import Anchor
from plans.errors import Invalid
from plans.models import Comment, Draft
from plans.permissions import may_reply, require, visible_threads

if TYPE_CHECKING:
    from accounts.models import User
    from plans.models import Plan

LONGEST = 20_000
NEW, REPLY, EDIT = "new:", "reply:", "edit:"

LATE = dt.timedelta(minutes=1)
"""For so long after something is said, what a slow line brings of it is no draft any more."""


@transaction.atomic
def keep_draft(plan: Plan, at: str, text: str, *, actor: User) -> None:
    """Keep what is typed in the box called ``at``; an empty text forgets it.

    Raises PermissionDenied for anybody who never says anything here, and Invalid where there is no
    such box.
    """
    require(may_reply(actor, plan))
    if not text.strip():
        forget_draft(plan, at, actor=actor)
        return
    if not _is_box(plan, at, actor):
        raise Invalid(_("There is no such box any more. Copy what you wrote, and load the page."))
    if _was_just_said(plan, text.strip(), actor):
        return
    Draft.objects.bulk_create(
        [Draft(plan=plan, user=actor, at=at, text=text[:LONGEST], kept_at=clock.now())],
        update_conflicts=True,
        unique_fields=["plan", "user", "at"],
        update_fields=["text", "kept_at"],
    )


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
    if f"{kind}:" == REPLY:
        return visible_threads(actor, plan).filter(pk=which).exists()
    own = Comment.objects.filter(author=actor, thread__plan=plan, deleted_at__isnull=True)
    return f"{kind}:" == EDIT and own.filter(pk=which).exists()


def _was_just_said(plan: Plan, text: str, actor: User) -> bool:
    """Whether this is the beginning of what the person has said a moment ago.

    What is kept while somebody types can arrive after what they then sent.
    """
    lately = Comment.objects.filter(
        author=actor, thread__plan=plan, written_at__gt=clock.now() - LATE
    )
    return any(said.startswith(text) for said in lately.values_list("text", flat=True))
