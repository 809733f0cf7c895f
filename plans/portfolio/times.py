"""Plans by year: of which type they are, and how long they took to be approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans.portfolio.figure import Column, Figure, Number, Row, Unit, share
from plans.states import ChallengeType, State

if TYPE_CHECKING:
    from plans.portfolio.statement import Line


def types(found: dict[str, list[Line]], total: int) -> Figure:
    """Big bets and exploratory plans by year, the newest first; archived plans may have no type."""
    years: dict[str, dict[str, int]] = {}
    for line in found.get("types", []):
        years.setdefault(line.key, {})[line.detail] = line.count()
    kinds = (ChallengeType.BIG_BET.value, ChallengeType.EXPLORATORY.value, "")
    whole = [sum(year.get(kind, 0) for year in years.values()) for kind in kinds]
    notes = [_("By the year of the cycle.")]
    if whole[2]:
        words = ngettext(
            "%(number)d plan from the archive has no type.",
            "%(number)d plans from the archive have no type.",
            whole[2],
        )
        notes.append(words % {"number": whole[2]})
    return Figure(
        key="types",
        title=_("Big bets and exploratory plans"),
        says=_types(whole, total),
        head=_("Year"),
        columns=(
            Column("big_bet", _("Big bets")),
            Column("exploratory", _("Exploratory")),
            Column("untyped", _("Without a type")),
            Column("big_bet_share", _("Share of big bets"), Unit.PERCENT),
        ),
        rows=tuple(
            Row(
                year,
                year,
                (
                    *(years[year].get(kind, 0) for kind in kinds),
                    share(years[year].get(kinds[0], 0), sum(years[year].get(k, 0) for k in kinds)),
                ),
                {"cycle": year},
            )
            for year in sorted(years, reverse=True)
        ),
        notes=tuple(notes),
        shown=10,
        whole=(*whole, share(whole[0], total)),
    )


def _types(whole: list[int], total: int) -> str:
    if not total:
        return _("There are no plans.")
    big = ngettext("%(number)d big bet", "%(number)d big bets", whole[0]) % {"number": whole[0]}
    words = _("%(big)s (%(share)s%%) and %(other)d exploratory.")
    return words % {
        "big": big,
        "share": f"{share(whole[0], total) or 0:.0f}",
        "other": whole[1],
    }


def times(found: dict[str, list[Line]], total: int) -> Figure:
    """Days from the first draft to the first approval, by year: the middle and the quarters."""
    lines = found.get("times", [])
    whole = next((line for line in lines if not line.key), None)
    known = whole.count() if whole else 0
    ordered = sorted((line for line in lines if line.key), key=lambda line: line.key, reverse=True)
    notes = [
        _("From the day a plan was begun to its first approval. Half of the plans took between "
          "the two ends of a bar; the mark is the plan in the middle."),
    ]  # fmt: skip
    if total > known:
        words = ngettext(
            "Not known for %(number)d plan: archived plans were not approved here.",
            "Not known for %(number)d plans: archived plans were not approved here.",
            total - known,
        )
        notes.append(words % {"number": total - known})
    return Figure(
        key="times",
        title=_("From first draft to approval"),
        says=_lasted(whole, known),
        head=_("Year"),
        columns=(
            Column("plans", _("Plans")),
            Column("quarter", _("A quarter took at most"), Unit.DAYS),
            Column("median", _("Half took at most"), Unit.DAYS),
            Column("three_quarters", _("Three quarters took at most"), Unit.DAYS),
        ),
        rows=tuple(
            Row(
                line.key,
                line.key,
                (line.count(), *(_day(number) for number in line.numbers[1:])),
                {"cycle": line.key, "state": State.APPROVED.value},
            )
            for line in ordered
        ),
        notes=tuple(notes),
        shown=10,
        whole=(known, *(_day(number) for number in whole.numbers[1:])) if whole else (),
    )


def _day(number: float | None) -> Number:
    return None if number is None else round(number, 1)


def _lasted(whole: Line | None, known: int) -> str:
    if whole is None or not known or whole.numbers[2] is None:
        return _("None of these plans was approved here, so there is no time to tell.")
    words = ngettext(
        "The plan of which it is known took %(median)s days.",
        "Half of %(number)d plans took %(median)s days or less.",
        known,
    )
    return words % {"number": known, "median": f"{whole.numbers[2]:.1f}"}
