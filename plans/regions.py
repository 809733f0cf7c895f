"""A region in a cycle, at a glance: labs and their places, who is late, who reviews how much.

A reviewer is told what was handed in and what was not; whether a lab has begun to write is known to
who manages the network alone, as drafts are nobody else's business (design, "Who sees what").
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    Subquery,
)

from accounts.models import Absence, Lab, User
from accounts.roles import reviewing_in, roles_of
from plans import clock
from plans.limits import Slot, places
from plans.models import CriterionMark, Event, EventKind, Extension, Plan
from plans.models.review import Mark
from plans.models.thread import open_threads
from plans.permissions import may_nudge, people_in
from plans.states import HANDED_IN, State
from plans.turns import held

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import Region
    from plans.models import Cycle


@dataclass(frozen=True)
class LabRow:
    """A lab in a cycle: its three places, until when it may hand in, and where it stands."""

    lab: Lab
    slots: list[Slot]
    deadline: dt.datetime
    written_at: dt.datetime | None = None
    """When somebody last wrote to the lab about this cycle."""
    has_people: bool = True
    """Whether anybody is there to read it."""
    may_write: bool = True
    """Whether it is the reader's to write: not to a lab of their own."""

    @property
    def handed_in(self) -> int:
        """How many of the three are handed in."""
        return sum(
            slot.holder is not None and slot.holder.state in HANDED_IN for slot in self.slots
        )

    @property
    def is_late(self) -> bool:
        """Whether the time is over and nothing was handed in."""
        return not self.handed_in and clock.now() >= self.deadline


@dataclass(frozen=True)
class Total:
    """How far the labs are with one of their three places, or with all three."""

    name: str
    """Of the place; empty for all."""
    labs: int
    handed_in: int
    approved: int
    """Of those handed in."""
    begun: int
    """Begun and not handed in; 0 for who may not know of drafts."""

    @property
    def empty(self) -> int:
        """Where there is nothing, as far as the reader may know."""
        return self.labs - self.handed_in - self.begun


@dataclass(frozen=True)
class Load:
    """A reviewer, and how many plans of the cycle they are on that wait, and how many are done.

    Who is away now has somebody's name in ``stand_in``, and ``until`` when; who stands in for
    somebody now, the names of those in ``stands_in_for``.
    """

    name: str
    waiting: int
    decided: int
    stand_in: str = ""
    until: dt.datetime | None = None
    stands_in_for: str = ""


@dataclass(frozen=True)
class CriterionRow:
    """A criterion, and how many plans were marked how, in the reviews that were sent."""

    text: str
    numbers: list[tuple[str, int]]


@dataclass
class Overview:
    """A region in a cycle."""

    labs: list[LabRow]
    loads: list[Load]
    unclaimed: int
    """Plans that wait and that nobody is on who reviews the region now, as the queue has it."""
    marks: list[CriterionRow] = field(default_factory=list)

    @property
    def totals(self) -> list[Total]:
        """How far the labs are with each place, and then with all of them."""
        by_place = [list(slots) for slots in zip(*(row.slots for row in self.labs), strict=True)]
        of_all = [slot for slots in by_place for slot in slots]
        return [*(_total(slots[0].name, slots) for slots in by_place), _total("", of_all)]

    @property
    def late(self) -> int:
        """How many labs are late."""
        return sum(row.is_late for row in self.labs)


def _total(name: str, slots: Sequence[Slot]) -> Total:
    states = [slot.holder.state for slot in slots if slot.holder]
    handed_in = sum(state in HANDED_IN for state in states)
    return Total(
        name=name,
        labs=len(slots),
        handed_in=handed_in,
        approved=states.count(State.APPROVED),
        begun=len(states) - handed_in,
    )


def overview(region: Region, cycle: Cycle, reader: User) -> Overview:
    """The region as ``reader`` may know it, in six queries."""
    manages = roles_of(reader).manages_network
    nudges = Event.objects.filter(kind=EventKind.NUDGED, lab=OuterRef("pk"), cycle=cycle)
    labs = list(
        Lab.objects.filter(region=region, is_active=True).annotate(
            written_at=Subquery(nudges.order_by("-at").values("at")[:1]),
            has_people=Exists(people_in(OuterRef("pk"))),
        )
    )
    plans = Plan.objects.filter(lab__in=labs, cycle=cycle, slot__isnull=False)
    if not manages:
        plans = plans.filter(state__in=sorted(HANDED_IN))
    by_lab: dict[int, list[Plan]] = {lab.pk: [] for lab in labs}
    is_free = ExpressionWrapper(Q(state=State.SUBMITTED) & ~held(), BooleanField())
    unclaimed = 0
    for plan in plans.annotate(open_threads=open_threads(), is_free=is_free).defer("background"):
        by_lab[plan.lab_id].append(plan)
        unclaimed += plan.is_free  # type: ignore[attr-defined]  # said above
    until = dict(Extension.objects.filter(lab__in=labs, cycle=cycle).values_list("lab", "until"))
    rows = [
        LabRow(
            lab,
            places(by_lab[lab.pk]),
            max(until.get(lab.pk, cycle.closes_at), cycle.closes_at),
            lab.written_at,
            lab.has_people,
            may_nudge(reader, lab),
        )
        for lab in labs
    ]
    return Overview(
        labs=rows,
        loads=_loads(region, cycle),
        unclaimed=unclaimed,
        marks=_marks(region, cycle),
    )


def _loads(region: Region, cycle: Cycle) -> list[Load]:
    """Everybody who reviews the region now, in one query."""
    of_cycle = Q(claimed_plans__cycle=cycle, claimed_plans__lab__region=region)
    now = Absence.objects.now().filter(reviewer__region=region).order_by("ends_at", "pk")
    away = now.filter(reviewer__user=OuterRef("pk"))
    standing_in = now.filter(stand_in=OuterRef("pk"))
    reviewers = User.objects.filter(reviewing_in(region.pk), is_active=True).annotate(
        waiting=Count(
            "claimed_plans",
            filter=of_cycle & Q(claimed_plans__state=State.SUBMITTED),
            distinct=True,
        ),
        decided=Count(
            "claimed_plans",
            filter=of_cycle & Q(claimed_plans__state__in=[State.APPROVED, State.CHANGES_REQUESTED]),
            distinct=True,
        ),
        stand_in=Subquery(away.values("stand_in__name")[:1]),
        until=Subquery(away.values("ends_at")[:1]),
        stands_in_for=ArraySubquery(standing_in.values("reviewer__user__name")),
    )
    minute = dt.timedelta(minutes=1)
    return [
        Load(
            row.get_full_name(),
            row.waiting,
            row.decided,
            row.stand_in or "",
            row.until - minute if row.until else None,
            ", ".join(row.stands_in_for),
        )
        for row in reviewers.order_by("name", "email")
    ]


def _marks(region: Region, cycle: Cycle) -> list[CriterionRow]:
    """How many of the plans that were handed in meet each criterion, by the latest mark of each."""
    latest = (
        CriterionMark.objects.filter(
            criterion__cycle=cycle,
            review__plan__lab__region=region,
            review__plan__state__in=sorted(HANDED_IN),
            review__closed_at__isnull=False,
        )
        .order_by("criterion_id", "review__plan_id", "-review__closed_at", "-pk")
        .distinct("criterion_id", "review__plan_id")
        .values_list("criterion__position", "criterion__text", "mark")
    )
    found: dict[tuple[int, str], dict[str, int]] = {}
    for position, text, mark in latest:
        counts = found.setdefault((position, text), {})
        counts[mark] = counts.get(mark, 0) + 1
    return [
        CriterionRow(text, [(str(mark.label), counts.get(mark, 0)) for mark in Mark])
        for (_position, text), counts in sorted(found.items())
    ]
