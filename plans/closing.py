"""Closing reflections: finding their plans, linking them by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.roles import roles_of
from plans import clock
from plans.errors import Invalid
from plans.models import Plan, Reflection
from plans.pairing import Pairing, pair
from plans.permissions import require
from plans.states import PUBLIC

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User


def waiting() -> QuerySet[Reflection]:
    """The reflections of the archive whose plan nobody knows yet."""
    return Reflection.objects.filter(plan=None).select_related("lab", "cycle").order_by("pk")


def free_plans(reflections: QuerySet[Reflection]) -> QuerySet[Plan]:
    """The plans that these could be about: of their labs, to be read by all, without one yet."""
    plans = Plan.objects.filter(
        lab__in=reflections.order_by().values("lab"),
        state__in=sorted(PUBLIC),
        reflection__isnull=True,
    )
    return plans.select_related("lab", "cycle").order_by("pk")


def pairs() -> Pairing:
    """What :func:`link_all` would link, and what it would leave to somebody's judgement."""
    return pair(list(waiting()), list(free_plans(waiting())))


@transaction.atomic
def link_all(*, actor: User) -> Pairing:
    """Link the reflections whose plan is certain. The answer also names those that are doubtful.

    Raises PermissionDenied for anybody who does not manage the network.
    """
    require(roles_of(actor).manages_network)
    found = pairs()
    for reflection, plan in found.certain:
        Reflection.objects.filter(pk=reflection.pk, plan=None).update(plan=plan)
    return found


@transaction.atomic
def link(reflection: Reflection, plan: Plan | None, *, actor: User) -> Reflection:
    """Say which plan a reflection of the archive is about; None: nobody knows.

    Raises PermissionDenied for anybody who does not manage the network, and Invalid where the plan
    is another lab's, is not to be read by all, or has a reflection already.
    """
    require(roles_of(actor).manages_network)
    reflection = Reflection.objects.select_for_update().get(pk=reflection.pk)
    if not reflection.source:
        raise Invalid(_("This reflection was written here, on its plan. It stays there."))
    if plan is not None:
        plan = Plan.objects.select_for_update().get(pk=plan.pk)
        _check(reflection, plan)
    reflection.plan = plan
    reflection.changed_at, reflection.changed_by = clock.now(), actor
    reflection.save(update_fields=["plan", "changed_at", "changed_by"])
    return reflection


def _check(reflection: Reflection, plan: Plan) -> None:
    if plan.lab_id != reflection.lab_id:
        raise Invalid(_("A reflection is about a plan of its own lab."))
    if plan.state not in PUBLIC:
        raise Invalid(_("This plan is not approved and not of the archive."))
    if Reflection.objects.filter(plan=plan).exclude(pk=reflection.pk).exists():
        raise Invalid(_("This plan has a closing reflection already."))
