"""How many: one big bet and two exploratory plans per lab and cycle, as places to hold.

The database keeps the rule (see ``Plan``); here it is answered and explained.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Greatest
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from plans import clock
from plans.models import Cycle, Extension, Plan
from plans.models.prepared import prepared
from plans.states import SLOTS, UNFINISHED, ChallengeType, State

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from accounts.models import Lab
    from plans.models.plan import PlanQuerySet


@dataclass(frozen=True)
class Slot:
    """One of the three places of a lab in a cycle, and the plan that holds it."""

    challenge_type: ChallengeType
    number: int
    holder: Plan | None

    @property
    def name(self) -> str:
        """Its name on pages: “Big bet”, “Exploratory 1”, “Exploratory 2”."""
        return place_name(self.challenge_type, self.number)


def place_name(challenge_type: str, number: int) -> str:
    """The name of a place: that of its type, with a number where there are several."""
    label = str(ChallengeType(challenge_type).label).capitalize()
    return label if len(SLOTS[challenge_type]) == 1 else f"{label} {number}"


def slots(lab: Lab, cycle: Cycle) -> list[Slot]:
    """The three places of a lab in a cycle, each with its holder, in one query."""
    return places(Plan.objects.filter(lab=lab, cycle=cycle, slot__isnull=False))


def places(holding: Iterable[Plan]) -> list[Slot]:
    """The three places of a lab in a cycle, from the plans that hold them."""
    holders = {(plan.challenge_type, plan.slot): plan for plan in holding}
    return [
        Slot(ChallengeType(kind), number, holders.get((kind, number)))
        for kind, numbers in SLOTS.items()
        for number in numbers
    ]


@dataclass(frozen=True)
class Board:
    """A lab in a cycle: until when it may hand in, its places, and drafts without a type yet."""

    lab: Lab
    cycle: Cycle
    deadline: dt.datetime
    slots: list[Slot]
    untyped: list[Plan]

    @property
    def is_open(self) -> bool:
        """Whether plans can be handed in now."""
        return self.cycle.opens_at <= clock.now() < self.deadline


def unfinished(labs: Sequence[Lab], plans: PlanQuerySet) -> list[Plan]:
    """What the labs have begun and not brought to an end, the newest cycle first, in one query."""
    found = plans.filter(lab__in=labs, state__in=sorted(UNFINISHED)).select_related("lab", "cycle")
    return list(found.order_by("-cycle__closes_at", "lab__name", "pk")) if labs else []


def boards(
    labs: Sequence[Lab], plans: PlanQuerySet, unfinished: Sequence[Plan] = ()
) -> list[Board]:
    """What the labs have before them, the soonest deadline first, in three queries.

    The cycles that are open to each lab, and the latest other one in which one of ``unfinished``
    is; of ``plans`` (those the reader may see) are the holders of their places.
    """
    if not labs:
        return []
    moment = clock.now()
    extensions = list(Extension.objects.filter(lab__in=labs).select_related("cycle"))
    running = list(Cycle.objects.open_at(moment))
    until = {(ext.lab_id, ext.cycle_id): ext.until for ext in extensions}
    cycles = {ext.cycle_id: ext.cycle for ext in extensions}
    cycles |= {plan.cycle_id: plan.cycle for plan in unfinished}
    cycles |= {cycle.pk: cycle for cycle in running}
    pairs = {(lab.pk, cycle.pk) for lab in labs for cycle in running}
    pairs |= {pair for pair, end in until.items() if end > moment}
    closed = [pair for plan in unfinished if (pair := (plan.lab_id, plan.cycle_id)) not in pairs]
    pairs |= set({lab: (lab, cycle) for lab, cycle in reversed(closed)}.values())
    current = plans.filter(
        Q(slot__isnull=False) | Q(state=State.DRAFT),
        lab__in=labs,
        cycle__in={cycle for _lab, cycle in pairs},
    )
    by_pair: dict[tuple[int, int], list[Plan]] = {}
    for plan in current:
        by_pair.setdefault((plan.lab_id, plan.cycle_id), []).append(plan)
    names = {lab.pk: lab for lab in labs}
    found = [
        Board(
            names[pair[0]],
            cycles[pair[1]],
            max(until.get(pair, cycles[pair[1]].closes_at), cycles[pair[1]].closes_at),
            places(plan for plan in by_pair.get(pair, []) if plan.slot is not None),
            [plan for plan in by_pair.get(pair, []) if plan.slot is None],
        )
        for pair in pairs
    ]
    return sorted(found, key=lambda board: (-board.is_open, board.deadline, board.lab.name))


@dataclass(frozen=True)
class Option:
    """A type to choose for a plan: free, or not, and then which plans hold its places."""

    value: str
    label: str
    free: bool
    holders: list[Plan]


def options(lab: Lab, cycle: Cycle, plan: Plan | None = None) -> list[Option]:
    """Both types for a new plan, or for ``plan``, whose own place counts as free to it."""
    return options_in(slots(lab, cycle), plan)


def options_in(board: Sequence[Slot], plan: Plan | None = None) -> list[Option]:
    """The same from places that were already looked up."""
    found = []
    for kind in ChallengeType:
        others = [
            slot.holder
            for slot in board
            if slot.challenge_type == kind and slot.holder and slot.holder != plan
        ]
        free = len(others) < len(SLOTS[kind])
        found.append(Option(kind.value, str(kind.label).capitalize(), free, others))
    return found


@dataclass(frozen=True)
class Places:
    """A lab's three places in a cycle, and the types that a new plan can have there."""

    cycle: Cycle
    slots: list[Slot]
    options: list[Option]


def places_by_cycle(lab: Lab, cycles: Sequence[Cycle]) -> list[Places]:
    """The places of a lab in each of the cycles, in one query."""
    holding: dict[int, list[Plan]] = {cycle.pk: [] for cycle in cycles}
    for plan in Plan.objects.filter(lab=lab, cycle__in=cycles, slot__isnull=False):
        holding[plan.cycle_id].append(plan)
    boards = [(cycle, places(holding[cycle.pk])) for cycle in cycles]
    return [Places(cycle, board, options_in(board)) for cycle, board in boards]


def free_slot(lab: Lab, cycle: Cycle, challenge_type: str) -> int | None:
    """The lowest free place of that type, or None."""
    return next(
        (
            slot.number
            for slot in slots(lab, cycle)
            if slot.challenge_type == challenge_type and slot.holder is None
        ),
        None,
    )


def taken_sentence(lab: Lab, cycle: Cycle, challenge_type: str) -> str:
    """Who holds the places of that type, in a sentence that says what can be done."""
    holders = [
        _("“%(title)s”") % {"title": slot.holder}
        for slot in slots(lab, cycle)
        if slot.holder and slot.challenge_type == challenge_type
    ]
    sentences = {
        ChallengeType.BIG_BET: _(
            "The one big bet of %(cycle)s is %(plans)s. Withdraw it, or make this plan exploratory."
        ),
        ChallengeType.EXPLORATORY: _(
            "Both exploratory places of %(cycle)s are taken, by %(plans)s. "
            "Withdraw one of them, or change its type."
        ),
    }
    return sentences[ChallengeType(challenge_type)] % {
        "cycle": cycle,
        "plans": get_text_list(holders, _("and")),
    }


def cycles_to_write_in(lab: Lab) -> list[Cycle]:
    """The cycles in which this lab may hand in now, the one that closes first on top."""
    moment = clock.now()
    extended = Extension.objects.filter(lab=lab, until__gt=moment).values("cycle")
    return list(
        Cycle.objects.filter(
            Q(opens_at__lte=moment, closes_at__gt=moment) | Q(pk__in=extended)
        ).order_by("closes_at")
    )


def deadline(lab: Lab, cycle: Cycle) -> dt.datetime:
    """Until when this lab may hand in: its extension where it has one, else the cycle's end."""
    extension = cycle.extensions.filter(lab=lab).first()
    return max(extension.until, cycle.closes_at) if extension else cycle.closes_at


def hand_in_by() -> Greatest:
    """The :func:`deadline` of a plan's lab in its cycle. To annotate plans with."""
    return Greatest("cycle__closes_at", _extended_until())  # where it is not extended, the first


@prepared("plans.Plan")
def _extended_until() -> Subquery:
    extended = Extension.objects.filter(lab=OuterRef("lab"), cycle=OuterRef("cycle"))
    return Subquery(extended.values("until"))


def in_words(moment: dt.datetime) -> str:
    """A deadline for a sentence, with its time zone."""
    return moment.strftime("%-d %B %Y, %H:%M UTC")
