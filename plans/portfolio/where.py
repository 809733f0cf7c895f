"""Where plans are: countries, and the places that labs have in a cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans.portfolio.chosen import number_of_plans, plans_and_share
from plans.portfolio.figure import Column, Figure, Row, first_place, share
from plans.states import State

if TYPE_CHECKING:
    from plans.portfolio.statement import Line


def countries(found: dict[str, list[Line]], total: int) -> Figure:
    """How many plans are about each country, the most first; and where on the map they lie."""
    lines = sorted(found.get("countries", []), key=lambda line: (-line.count(), line.label))
    rows = tuple(
        Row(
            line.key,
            line.label,
            (line.count(), share(line.count(), total)),
            {"country": line.key},
            {"latitude": line.numbers[1], "longitude": line.numbers[2]},
        )
        for line in lines
    )
    notes = [_("A plan has one country. Dots show the places that plans name.")]
    nowhere = found["all"][0].count(4) if "all" in found else 0
    if nowhere:
        words = ngettext(
            "%(number)d plan names no country.", "%(number)d plans name no country.", nowhere
        )
        notes.append(words % {"number": nowhere})
    return Figure(
        key="countries",
        title=_("Where the plans are"),
        says=_where(rows, total),
        head=_("Country"),
        columns=plans_and_share(),
        rows=rows,
        notes=tuple(notes),
        shown=20,
        points=tuple(
            (line.numbers[0] or 0.0, line.numbers[1] or 0.0, line.count(2))
            for line in found.get("points", [])
        ),
    )


def _where(rows: tuple[Row, ...], total: int) -> str:
    if not rows:
        return _("None of these plans names a country.")
    plans = number_of_plans(total)
    names, part, several = first_place(rows)
    if len(rows) == 1:
        words = _("%(plans)s in %(name)s.") if part == total else _(
            "%(part)d of %(plans)s in %(name)s."
        )  # fmt: skip
    elif several:
        words = _("%(plans)s in %(number)d countries; the most in %(name)s (%(part)d each).")
    else:
        words = _("%(plans)s in %(number)d countries; the most in %(name)s (%(part)d).")
    return words % {"plans": plans, "number": len(rows), "name": names, "part": part}


def places(found: dict[str, list[Line]], total: int) -> Figure:
    """Labs, and how often each of their three places was taken by a plan that was approved."""
    lines = sorted(
        found.get("places", []),
        key=lambda line: (-sum(line.count(place) for place in range(3)), line.label),
    )
    cycles = found["cycles"][0].count() if "cycles" in found else 0
    taken = sum(line.count(place) for line in lines for place in range(3))
    notes = [
        _("Only approved plans are counted. A place without one may be free, or its plan is not "
          "approved yet or not in this selection."),
    ]  # fmt: skip
    unplaced = found["all"][0].count(6) if "all" in found else 0
    if unplaced:
        words = ngettext(
            "%(number)d plan from the archive holds no place.",
            "%(number)d plans from the archive hold no place.",
            unplaced,
        )
        notes.append(words % {"number": unplaced})
    return Figure(
        key="places",
        title=_("Labs and their three places"),
        says=_taken(len(lines), taken, cycles),
        head=_("Lab"),
        columns=(
            Column("big_bet", _("Big bet")),
            Column("exploratory_1", _("Exploratory 1")),
            Column("exploratory_2", _("Exploratory 2")),
            Column("cycles", _("Cycles with a plan")),
        ),
        rows=tuple(
            Row(
                line.key,
                line.label,
                tuple(line.count(place) for place in range(4)),
                {"lab": line.key, "state": State.APPROVED.value},
            )
            for line in lines
        ),
        notes=tuple(notes),
        shown=10,
        whole=tuple(sum(line.count(place) for line in lines) for place in range(4)),
    )


def _taken(labs: int, taken: int, cycles: int) -> str:
    if not labs:
        return _("No approved plan of this selection holds a place.")
    in_all = ngettext("%(number)d cycle", "%(number)d cycles", cycles) % {"number": cycles}
    words = ngettext(
        "%(number)d lab has %(plans)s approved in %(cycles)s.",
        "%(number)d labs have %(plans)s approved in %(cycles)s.",
        labs,
    )
    return words % {"number": labs, "plans": number_of_plans(taken), "cycles": in_all}
