"""Cycles: opening, closing, giving a lab more time. Only who manages the network does these."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Lab
from accounts.roles import roles_of
from plans import clock, history, limits, notifications
from plans.errors import (
    Invalid,
)
from plans.models import Criterion, Cycle, EventKind, Extension
from plans.permissions import require
from plans.states import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User


@transaction.atomic
def extend(
    lab: Lab, cycle: Cycle, *, until: dt.datetime, actor: User, reason: str = ""
) -> Extension:
    """Let a lab hand in until ``until``; a second call changes the first. The lab is told.

    Raises PermissionDenied for anybody who does not manage the network, and Invalid when the
    moment is not later than the cycle's own deadline.
    """
    require(roles_of(actor).manages_network)
    if until <= cycle.closes_at:
        raise Invalid(
            _("Choose a time after the cycle's own deadline, %(date)s.")
            % {"date": limits.in_words(cycle.closes_at)},
            {"until": _("Choose a later time.")},
        )
    extension, _created = Extension.objects.update_or_create(
        lab=lab,
        cycle=cycle,
        defaults={
            "until": until,
            "reason": reason,
            "granted_by": actor,
            "granted_at": clock.now(),
        },
    )
    event = history.record(
        EventKind.EXTENDED,
        actor=actor,
        acted_as=Role.ADMINISTRATOR,
        lab=lab,
        cycle=cycle,
        note=reason,
    )
    notifications.tell(event)
    return extension


def open_cycle(cycle: Cycle, *, actor: User) -> Cycle:
    """Open a cycle now. Raises Invalid when its deadline has passed."""
    return _reschedule(cycle, actor=actor, opens_at=clock.now())


def close_cycle(cycle: Cycle, *, actor: User) -> Cycle:
    """Close a cycle now. Raises Invalid when it has not opened."""
    return _reschedule(cycle, actor=actor, closes_at=clock.now())


@transaction.atomic
def past_cycle(year: int, quarter: int | None, *, actor: User) -> Cycle:
    """The cycle of that time, made as one long closed where there is none: for archived plans.

    Raises PermissionDenied for anybody who does not manage the network, and Invalid when there is
    none and that time is not over.
    """
    require(roles_of(actor).manages_network)
    cycle = Cycle.objects.filter(year=year, quarter=quarter).first()
    if cycle is None:
        new = past(year, quarter)
        cycle, _created = Cycle.objects.get_or_create(
            year=year,
            quarter=quarter,
            defaults={"opens_at": new.opens_at, "closes_at": new.closes_at},
        )
    return cycle


def past(year: int, quarter: int | None = None) -> Cycle:
    """A cycle that closed long ago, not stored. Raises Invalid when that time is not over."""
    if not 2000 <= year <= 2100:
        raise Invalid(_("There are cycles from 2000 to 2100."))
    begins = dt.datetime(year, 3 * (quarter or 1) - 2, 1, tzinfo=dt.UTC)
    months = 3 if quarter else 12
    ends = dt.datetime(
        year + (begins.month + months > 12), (begins.month + months - 1) % 12 + 1, 1, tzinfo=dt.UTC
    )
    cycle = Cycle(year=year, quarter=quarter, opens_at=begins, closes_at=ends)
    if ends > clock.now():
        raise Invalid(
            _("%(cycle)s is not over. Add the cycle, with its dates, before plans come in for it.")
            % {"cycle": cycle}
        )
    return cycle


@transaction.atomic
def set_criteria(cycle: Cycle, criteria: Iterable[tuple[str, str]], *, actor: User) -> None:
    """Give a cycle without criteria these: what every plan is measured by, and what to look for.

    Raises PermissionDenied for anybody who does not manage the network.
    """
    require(roles_of(actor).manages_network)
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if cycle.criteria.exists():
        return
    Criterion.objects.bulk_create(
        Criterion(cycle=cycle, position=place, text=text, guidance=guidance)
        for place, (text, guidance) in enumerate(criteria, start=1)
    )


def copy_criteria(cycle: Cycle, *, actor: User) -> Cycle | None:
    """Give a cycle without criteria those of the one before; answer which that was, if any.

    Raises PermissionDenied for anybody who does not manage the network.
    """
    earlier = Cycle.objects.filter(opens_at__lt=cycle.opens_at, criteria__isnull=False)
    before = earlier.exclude(pk=cycle.pk).order_by("-opens_at", "-pk").first()
    if before is None or cycle.criteria.exists():
        return None
    set_criteria(cycle, before.criteria.values_list("text", "guidance"), actor=actor)
    return before


@transaction.atomic
def _reschedule(cycle: Cycle, *, actor: User, **times: dt.datetime) -> Cycle:
    require(roles_of(actor).manages_network)
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    for name, moment in times.items():
        setattr(cycle, name, moment)
    if cycle.closes_at <= cycle.opens_at:
        raise Invalid(_("A cycle has to close after it opens. Change its dates instead."))
    cycle.save(update_fields=list(times))
    return cycle
