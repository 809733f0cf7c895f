"""How much a term is used: on which plans, and how many of them by year and region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count

from plans.models import Plan
from plans.permissions import visible_plans

if TYPE_CHECKING:
    from accounts.models import User
    from plans.models import Term
    from plans.models.plan import PlanQuerySet


@dataclass(frozen=True)
class Usage:
    """How many plans have a term: a line for each year, a column for each region that has any."""

    regions: list[str]
    years: list[tuple[int, list[int], int]]
    total: int


def usage(term: Term) -> Usage:
    """How many plans have this term, by year (the newest first) and region, in one query."""
    rows = (
        _having(term)
        .order_by()
        .values_list("cycle__year", "lab__region__name")
        .annotate(number=Count("pk"))
    )
    numbers: dict[tuple[int, str], int] = {(year, region): n for year, region, n in rows}
    regions = sorted({region for _year, region in numbers})
    years = []
    for year in sorted({year for year, _region in numbers}, reverse=True):
        line = [numbers.get((year, region), 0) for region in regions]
        years.append((year, line, sum(line)))
    return Usage(regions, years, sum(numbers.values()))


def plans_with(term: Term, reader: User) -> PlanQuerySet:
    """The plans with this term that somebody may know of, the newest first."""
    plans = visible_plans(reader).filter(pk__in=_having(term).values("pk"))
    return plans.select_related("lab", "cycle")


def _having(term: Term) -> Any:
    vocabulary = type(term)._default_manager
    return Plan.objects.filter(pk__in=vocabulary.filter(pk=term.pk).values(type(term).plans_path))
