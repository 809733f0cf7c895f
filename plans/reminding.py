"""Reminding people of time: reviewers of what is due, a lab of what it has not handed in.

The worker calls :func:`remind_of` on the days set with :func:`schedule`; what has been said is in
the history, so nothing is said twice however often it is called, nor on a day that was moved.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django_tasks import task

from accounts.roles import roles_of
from plans import clock, history, notifications
from plans.errors import Invalid, WordsNeeded
from plans.models import Cycle, Event, EventKind, Plan
from plans.permissions import may_nudge, people_in, require
from plans.states import Role, State

if TYPE_CHECKING:
    from accounts.models import Lab, User

GENTLY = dt.timedelta(days=3)
"""How long before reviews are due reviewers are reminded for the first time."""


@transaction.atomic
def nudge(lab: Lab, cycle: Cycle, text: str, *, actor: User) -> Event:
    """Write to the people of a lab about a cycle, as one event and one message each.

    For reviewers of the lab's region and who manages the network. Raises PermissionDenied,
    WordsNeeded for an empty text, and Invalid where nobody would read it.
    """
    require(may_nudge(actor, lab))
    text = text.strip()
    if not text:
        raise WordsNeeded(_("Write a few words to the lab first."))
    if not people_in(lab).exists():
        raise Invalid(
            _("Nobody is in this lab yet to read it. An administrator can invite people.")
        )
    manages = roles_of(actor).manages_network and lab.region_id not in roles_of(actor).regions
    event = history.record(
        EventKind.NUDGED,
        actor=actor,
        acted_as=Role.ADMINISTRATOR if manages else Role.REVIEWER,
        lab=lab,
        cycle=cycle,
        note=text,
    )
    notifications.tell(event)
    return event


def schedule(cycle: Cycle) -> None:
    """Ask the worker to remind the reviewers of a cycle on its days, once this is committed."""
    if cycle.review_by is None:
        return
    for day in (cycle.review_by - GENTLY, cycle.review_by):
        if day > clock.now() - GENTLY:
            moment = max(day, clock.now())
            transaction.on_commit(
                lambda at=moment: remind_of.using(run_after=at).enqueue(cycle.pk)  # type: ignore[misc]
            )


@task()
def remind_of(cycle: int) -> None:
    """Remind the reviewers of a cycle, if it is still the day for it."""
    found = Cycle.objects.filter(pk=cycle).first()
    if found:
        remind(found)


def remind(cycle: Cycle) -> int:
    """Remind reviewers of the plans of a cycle that wait for them; answer how many plans.

    Gently from three days before the day on which reviews are due, firmly from that day on; of each
    plan once gently and once firmly.
    """
    moment = clock.now()
    if cycle.review_by is None or moment < cycle.review_by - GENTLY:
        return 0
    kind = EventKind.OVERDUE if moment >= cycle.review_by else EventKind.REMINDED
    said = Event.objects.filter(kind=kind, cycle=cycle).values("plan")
    waiting = Plan.objects.filter(cycle=cycle, state=State.SUBMITTED).exclude(pk__in=said)
    keys = list(waiting.order_by("pk").values_list("pk", flat=True))
    return sum(_remind_of(key, kind) for key in keys)


@transaction.atomic
def _remind_of(key: int, kind: EventKind) -> bool:
    """Remind of one plan, unless another worker has just done so or it has moved on."""
    plan = (
        Plan.objects.select_for_update(of=("self",))
        .select_related("lab", "cycle")
        .filter(pk=key, state=State.SUBMITTED)
        .first()
    )
    if plan is None or plan.events.filter(kind=kind).exists():
        return False
    event = history.record(
        kind, actor=None, acted_as=Role.ADMINISTRATOR, lab=plan.lab, cycle=plan.cycle, plan=plan
    )
    notifications.tell(event)
    return True
