"""That somebody read a plan, and when: so that the queue can say what is new since then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.models import Look
from plans.permissions import may_resolve, require

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import User
    from plans.models import Plan


def look(plan: Plan, at: dt.datetime, *, actor: User) -> None:
    """Note that a reviewer read the plan as it was at a moment, in one statement.

    The moment is that before the plan was read: what happens meanwhile stays new. Raises
    PermissionDenied for who does not review it.
    """
    require(may_resolve(actor, plan))
    Look.objects.bulk_create(
        [Look(plan=plan, user=actor, at=at)],
        update_conflicts=True,
        unique_fields=["plan", "user"],
        update_fields=["at"],
    )
