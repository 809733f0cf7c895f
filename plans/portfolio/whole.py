"""All figures of a selection, in the order in which a page shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from plans.portfolio import beside, chosen, times, where
from plans.portfolio.statement import Line, ask

if TYPE_CHECKING:
    from plans.models.plan import PlanQuerySet
    from plans.portfolio.figure import Figure

_MADE: Final[dict[str, Callable[[dict[str, list[Line]], int], Figure]]] = {
    "countries": where.countries,
    "stages": chosen.stages,
    "types": times.types,
    "times": times.times,
    "goals": chosen.goals,
    "sectors": beside.sectors,
    "places": where.places,
    "themes": chosen.themes,
    "methods": chosen.methods,
    "data": chosen.data_sources,
    "organisations": beside.organisations,
}

FIGURES: Final = tuple(_MADE)
"""The short names of the figures; they stand in addresses and file names, and do not change."""


@dataclass(frozen=True)
class Portfolio:
    """A selection of plans as figures, with the few numbers that stand on top of them."""

    plans: int
    approved: int
    labs: int
    countries: int
    figures: tuple[Figure, ...]

    @property
    def archived(self) -> int:
        """How many come from the archive."""
        return self.plans - self.approved

    def figure(self, key: str) -> Figure:
        """One figure by its short name. Raises KeyError for any other."""
        return {figure.key: figure for figure in self.figures}[key]


def portfolio(plans: PlanQuerySet, *figures: str) -> Portfolio:
    """The figures of these plans, in one query; what not everybody may read is not counted.

    Only those that are named (of :data:`FIGURES`), in the order of the page; all without a name.
    """
    return told(ask(plans, figures), figures)


def told(found: dict[str, list[Line]], figures: Iterable[str] = ()) -> Portfolio:
    """What was counted (:func:`statement.ask`), in the language of whoever reads it."""
    everything = found["all"][0] if "all" in found else Line("", "", "", (0,) * 7)
    total = everything.count()
    wanted = set(figures) or set(FIGURES)
    return Portfolio(
        plans=total,
        approved=everything.count(1),
        labs=everything.count(2),
        countries=everything.count(3),
        figures=tuple(make(found, total) for key, make in _MADE.items() if key in wanted),
    )
