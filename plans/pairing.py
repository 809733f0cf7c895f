"""Which plan a closing reflection of the archive is about: same lab, nearest title and year."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz

if TYPE_CHECKING:
    from plans.models import Plan, Reflection

CERTAIN: Final = 88
"""From here on, two titles are taken for the same, unless another plan's is nearly as near."""
APART: Final = 5
WORTH_A_LOOK: Final = 45
_MOST_SHOWN: Final = 5
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Likeness:
    """How near a plan is to a reflection: 100 for the same title in the same year."""

    plan: Plan
    score: float


@dataclass(frozen=True)
class Pairing:
    """What was found: ``certain`` pairs, and what somebody has to look at, with its candidates."""

    certain: list[tuple[Reflection, Plan]]
    doubtful: list[tuple[Reflection, list[Likeness]]]


def bare(title: str) -> str:
    """The words of a title without case, accents and punctuation."""
    folded = unicodedata.normalize("NFKD", title.casefold())
    return " ".join(_WORD.findall("".join(c for c in folded if not unicodedata.combining(c))))


def score(reflection: Reflection, plan: Plan) -> float:
    """How near they are. Headings of the archive are cut, so a beginning counts as a whole.

    A reflection is written in the year of its plan or in the next one; every other year counts
    against it.
    """
    theirs, ours = bare(plan.title), bare(reflection.title)
    if not theirs or not ours:
        near = 0.0
    else:
        near = max(fuzz.ratio(ours, theirs), fuzz.token_sort_ratio(ours, theirs))
        if reflection.title.rstrip().endswith(("…", "...")) and len(ours) > 15:
            near = max(near, fuzz.ratio(ours, theirs[: len(ours)]))
    later = reflection.cycle.year - plan.cycle.year
    away = {0: 0, 1: 2}.get(later, 4 + 4 * abs(later))
    return max(0.0, near - away)


def likely(reflection: Reflection, plans: Iterable[Plan]) -> list[Likeness]:
    """The plans of the reflection's lab that could be meant, the nearest first."""
    found = [
        Likeness(plan, score(reflection, plan))
        for plan in plans
        if plan.lab_id == reflection.lab_id
    ]
    found.sort(key=lambda one: (-one.score, one.plan.pk))
    return [one for one in found if one.score >= WORTH_A_LOOK][:_MOST_SHOWN]


def pair(reflections: Sequence[Reflection], plans: Sequence[Plan]) -> Pairing:
    """Each reflection with its plan; ``plans`` have none yet. The nearest pairs are made first."""
    by_lab: dict[int, list[Plan]] = {}
    for plan in plans:
        by_lab.setdefault(plan.lab_id, []).append(plan)
    near = {one.pk: likely(one, by_lab.get(one.lab_id, ())) for one in reflections}
    certain: list[tuple[Reflection, Plan]] = []
    taken: set[int] = set()
    by_nearness = sorted(reflections, key=lambda one: (-_best(near[one.pk]), one.pk))
    doubtful = []
    for reflection in by_nearness:
        free = [one for one in near[reflection.pk] if one.plan.pk not in taken]
        runner_up = free[1].score if len(free) > 1 else 0.0
        if free and free[0].score >= CERTAIN and free[0].score - runner_up >= APART:
            certain.append((reflection, free[0].plan))
            taken.add(free[0].plan.pk)
        else:
            doubtful.append((reflection, free))
    return Pairing(certain, doubtful)


def _best(likenesses: Sequence[Likeness]) -> float:
    return likenesses[0].score if likenesses else 0.0
