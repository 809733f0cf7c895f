"""What somebody is typing into a comment box, kept on the server until it is said or emptied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans import clock
from plans.models import Draft
from plans.permissions import may_reply, require

if TYPE_CHECKING:
    from accounts.models import User
    from plans.models import Plan

LONGEST = 20_000


def keep_draft(plan: Plan, at: str, text: str, *, actor: User) -> None:
    """Keep what is typed in the box called ``at``; an empty text forgets it.

    Raises PermissionDenied for anybody who never says anything here.
    """
    require(may_reply(actor, plan))
    drafts = Draft.objects.filter(plan=plan, user=actor, at=at)
    if not text.strip():
        drafts.delete()
        return
    Draft.objects.bulk_create(
        [Draft(plan=plan, user=actor, at=at, text=text[:LONGEST], kept_at=clock.now())],
        update_conflicts=True,
        unique_fields=["plan", "user", "at"],
        update_fields=["text", "kept_at"],
    )
