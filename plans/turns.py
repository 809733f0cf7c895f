"""Whose turn it is: which plans wait for a reviewer, the longest waiting first, and the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q

from accounts.models import Absence, Reviewer
from accounts.roles import roles_of
from plans.states import State

if TYPE_CHECKING:
    from accounts.models import User
    from plans.models import Plan
    from plans.models.plan import PlanQuerySet

WAITING_FROM = ExpressionWrapper(F("state_since") - F("waited"), DateTimeField())
"""When a plan would have begun to wait if it had waited all the time without a break."""


def waiting_for(reader: User, plans: PlanQuerySet) -> PlanQuerySet:
    """Those of the plans that wait for a decision and that no other reviewer is on.

    Who stands in for a reviewer has theirs too. Whoever does not review the region now, because
    their time as a stand-in is over or they stepped in from elsewhere, keeps no plan from others.
    """
    return plans.filter(theirs(reader) | ~held(), state=State.SUBMITTED)


def held() -> Q:
    """Plans that a reviewer of their region is on, or who stands in for one of them now."""
    of_region = Reviewer.objects.filter(
        user=OuterRef("claimed_by"), region=OuterRef("lab__region"), user__is_active=True
    )
    for_another = Absence.objects.now().filter(
        stand_in=OuterRef("claimed_by"), reviewer__region=OuterRef("lab__region")
    )
    return Q(claimed_by__isnull=False) & (Exists(of_region) | Exists(for_another))


def theirs(reader: User) -> Q:
    """Plans that somebody is on, or another whom they stand in for now."""
    theirs = Q(claimed_by=reader)
    for cover in roles_of(reader).covers:
        theirs |= Q(claimed_by=cover.reviewer, lab__region=cover.region)
    return theirs


def in_turn(plans: PlanQuerySet) -> PlanQuerySet:
    """The longest waiting first."""
    return plans.order_by(WAITING_FROM, "pk")


def beside(plan: Plan, queue: PlanQuerySet, *, before: bool = False) -> Plan | None:
    """The plan of a queue whose turn is after this one's, or before; None beyond its ends.

    From a plan that does not wait (any more) one comes to the first, or the last.
    """
    queue = in_turn(queue.annotate(began=WAITING_FROM)).exclude(pk=plan.pk)
    if plan.state == State.SUBMITTED:
        at, key = plan.waiting_from, plan.pk
        earlier = Q(began__lt=at) | Q(began=at, pk__lt=key)
        queue = queue.filter(earlier) if before else queue.exclude(earlier)
    return queue.last() if before else queue.first()
