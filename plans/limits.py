"""How many: one big bet and two exploratory plans per lab and cycle, as places to hold.

The database keeps the rule (see ``Plan``); here it is answered and explained.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from plans.models import Plan
from plans.states import SLOTS, ChallengeType

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import Lab
    from plans.models import Cycle


@dataclass(frozen=True)
class Slot:
    """One of the three places of a lab in a cycle, and the plan that holds it."""

    challenge_type: ChallengeType
    number: int
    holder: Plan | None

    @property
    def name(self) -> str:
        """Its name on pages: “Big bet”, “Exploratory 1”, “Exploratory 2”."""
        label = str(self.challenge_type.label).capitalize()
        return label if len(SLOTS[self.challenge_type]) == 1 else f"{label} {self.number}"


def slots(lab: Lab, cycle: Cycle) -> list[Slot]:
    """The three places of a lab in a cycle, each with its holder, in one query."""
    holders = {
        (plan.challenge_type, plan.slot): plan
        for plan in Plan.objects.filter(lab=lab, cycle=cycle, slot__isnull=False)
    }
    return [
        Slot(ChallengeType(kind), number, holders.get((kind, number)))
        for kind, numbers in SLOTS.items()
        for number in numbers
    ]


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


def deadline(lab: Lab, cycle: Cycle) -> dt.datetime:
    """Until when this lab may hand in: its extension where it has one, else the cycle's end."""
    extension = cycle.extensions.filter(lab=lab).first()
    return max(extension.until, cycle.closes_at) if extension else cycle.closes_at
