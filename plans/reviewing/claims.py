"""Who is on a plan: taking it on, handing it over, giving it back to everybody.

So that two reviewers do not do the same work. A claim forbids nobody anything: whoever else may
decide still can, and sees who is on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.roles import roles_of
from plans import notifications
from plans.errors import Invalid, WrongState
from plans.models import EventKind
from plans.permissions import may_decide, may_hand_over, require, reviewers_for
from plans.reviewing.reviews import record_by_reviewers
from plans.states import HANDED_IN
from plans.workflow import locked

if TYPE_CHECKING:
    from accounts.models import User
    from plans.models import Plan


@transaction.atomic
def claim(plan: Plan, *, actor: User) -> Plan:
    """Take a plan on, so that the other reviewers know.

    Raises PermissionDenied for who never decides on it, and WrongState when a reviewer of the
    region is on it already (and not away, with the actor in their place), or the plan is not
    handed in (any more).
    """
    plan = _open_to_reviewers(plan, actor)
    require(may_decide(actor, plan))
    if plan.claimed_by_id == actor.pk:
        return plan
    on_it = plan.claimed_by
    cover = roles_of(actor).cover_of(plan.claimed_by_id, plan.lab.region_id)
    if on_it and not cover and reviewers_for(plan).filter(pk=on_it.pk).exists():
        raise WrongState(
            _("%(who)s is on this plan already. Ask them to hand it over to you.") % {"who": on_it}
        )
    _give(plan, actor)
    _record(plan, EventKind.CLAIMED, actor, "")
    return plan


@transaction.atomic
def hand_over(plan: Plan, to: User | None, *, actor: User, note: str = "") -> Plan:
    """Give a plan to another reviewer, or with nobody named back to all of them.

    For who is on it or stands in for them, and for who manages the network. Raises
    PermissionDenied; Invalid when ``to`` does not review this plan; WrongState when it is not
    handed in (any more).
    """
    plan = _open_to_reviewers(plan, actor)
    require(may_hand_over(actor, plan))
    if to is not None and not reviewers_for(plan).filter(pk=to.pk).exists():
        raise Invalid(_("%(who)s does not review this plan. Choose somebody else.") % {"who": to})
    if plan.claimed_by_id == (to.pk if to else None):
        return plan
    _give(plan, to)
    _record(plan, EventKind.HANDED_OVER, actor, note.strip())
    return plan


def _open_to_reviewers(plan: Plan, actor: User) -> Plan:
    plan = locked(plan, actor=actor)
    if plan.state not in HANDED_IN:
        raise WrongState(
            _("“%(title)s” is %(state)s now: there is nothing to review.")
            % {"title": plan, "state": plan.get_state_display()}
        )
    return plan


def _give(plan: Plan, to: User | None) -> None:
    plan.claimed_by = to
    plan.save(update_fields=["claimed_by"])


def _record(plan: Plan, kind: EventKind, actor: User, note: str) -> None:
    notifications.tell(record_by_reviewers(plan, kind, actor=actor, note=note))
