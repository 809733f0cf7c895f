"""Two selections side by side: the same question asked of both, and the difference in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from plans.portfolio.figure import Figure, Number, Unit, share

if TYPE_CHECKING:
    from plans.portfolio.whole import Portfolio

SHOWN: Final = 10
"""So many lines of a comparison are drawn: those that are largest on either side."""


@dataclass(frozen=True)
class Side:
    """What one selection says: how many, and what is compared (a share, or days)."""

    number: Number = None
    value: Number = None


@dataclass(frozen=True)
class Pair:
    """One line of a comparison."""

    key: str
    label: str
    first: Side
    second: Side
    says: str
    choice: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Comparison:
    """A figure of two selections."""

    key: str
    title: str
    says: str
    head: str
    of: str
    """What the shares are shares of."""
    unit: Unit
    pairs: tuple[Pair, ...]

    @property
    def is_empty(self) -> bool:
        """Whether neither says anything."""
        return not any(pair.first.value or pair.second.value for pair in self.pairs)


Told = dict[str, tuple[str, Side, Mapping[str, str]]]


def compared(first: Portfolio, second: Portfolio) -> tuple[Comparison, ...]:
    """Every figure of both, in the order of the figures. Asks nothing of the database."""
    return tuple(
        _compared(one, other)
        for one, other in zip(first.figures, second.figures, strict=True)
        if one.key != "organisations"
    )


def _compared(one: Figure, other: Figure) -> Comparison:
    read = _READ.get(one.key, _by_line)
    unit = Unit.DAYS if one.key == "times" else Unit.PERCENT
    left, right = read(one), read(other)
    pairs = []
    for key in {**left, **right}:
        label, _side, choice = left.get(key) or right[key]
        a = left[key][1] if key in left else Side(0, 0.0 if left else None)
        b = right[key][1] if key in right else Side(0, 0.0 if right else None)
        pairs.append(Pair(key, label, a, b, _difference(a, b, unit), choice))
    if one.key == "goals":
        pairs.sort(key=lambda pair: int(pair.key))
    elif one.key not in _IN_ORDER:
        pairs.sort(key=lambda pair: -max(pair.first.value or 0, pair.second.value or 0))
        pairs = pairs[:SHOWN]
    return Comparison(
        key=one.key,
        title=one.title,
        says=_largest(pairs, unit),
        head=_OF[one.key][0]() if one.key in _OF else one.head,
        of=_OF[one.key][1]() if one.key in _OF else _("Share of plans"),
        unit=unit,
        pairs=tuple(pairs),
    )


_IN_ORDER: Final = frozenset({"stages", "types", "places", "times"})
_OF: Final[dict[str, tuple[Callable[[], str], Callable[[], str]]]] = {
    "types": (lambda: _("Type"), lambda: _("Share of plans")),
    "sectors": (lambda: _("Sector"), lambda: _("Share of partners")),
    "places": (lambda: _("Place"), lambda: _("Share of labs and cycles with a plan")),
    "times": (lambda: _("Plans"), lambda: _("Days")),
}


def _by_line(figure: Figure) -> Told:
    return {
        row.key: (row.label, Side(row.numbers[0], row.numbers[1]), row.choice)
        for row in figure.rows
    }


def _types(figure: Figure) -> Told:
    """The three kinds of all years together."""
    total = int(sum(number or 0 for number in figure.whole[:3]))
    choices: dict[str, Mapping[str, str]] = {
        "big_bet": {"type": "big_bet"},
        "exploratory": {"type": "exploratory"},
    }
    return {
        column.key: (column.label, Side(number, share(number, total)), choices.get(column.key, {}))
        for column, number in zip(figure.columns[:3], figure.whole[:3], strict=True)
        if total
    }


def _sectors(figure: Figure) -> Told:
    """The new and unusual ones of all partners, then each sector's part of them."""
    if not figure.whole[0]:
        return {}
    told: Told = {
        "new": (_("New and unusual, any sector"), Side(figure.whole[1], figure.whole[2]), {})
    }
    partners = int(figure.whole[0])
    for row in figure.rows:
        told[row.key] = (row.label, Side(row.numbers[0], share(row.numbers[0], partners)), {})
    return told


def _places(figure: Figure) -> Told:
    """How often each place was taken where a lab had any plan in a cycle."""
    taken = int(figure.whole[3] or 0)
    return {
        column.key: (column.label, Side(number, share(number, taken)), {})
        for column, number in zip(figure.columns[:3], figure.whole[:3], strict=True)
        if taken
    }


def _times(figure: Figure) -> Told:
    if not figure.whole or not figure.whole[0]:
        return {}
    return {
        column.key: (column.label, Side(None, number), {})
        for column, number in zip(figure.columns[1:], figure.whole[1:], strict=True)
    }


_READ: Final[dict[str, Callable[[Figure], Told]]] = {
    "types": _types,
    "sectors": _sectors,
    "places": _places,
    "times": _times,
}


def _difference(one: Side, other: Side, unit: Unit) -> str:
    """What the difference is, in words; empty where one of them has nothing to say."""
    if one.value is None or other.value is None:
        return ""
    if unit is Unit.DAYS:
        days = round(one.value - other.value, 1)
        words = _("%(days)s days more in the first selection") if days > 0 else _(
            "%(days)s days more in the second selection"
        )  # fmt: skip
        return words % {"days": f"{abs(days):.1f}"} if days else _("the same")
    points = round(one.value) - round(other.value)
    if not points:
        return _("about the same")
    words = _("%(points)d points more in the first selection") if points > 0 else _(
        "%(points)d points more in the second selection"
    )  # fmt: skip
    return words % {"points": abs(points)}


def _largest(pairs: list[Pair], unit: Unit) -> str:
    """Where the two differ most, in a sentence."""
    apart = [
        (abs(pair.first.value - pair.second.value), pair)
        for pair in pairs
        if pair.first.value is not None and pair.second.value is not None
    ]
    if not apart:
        return _("There is nothing to compare here.")
    most, pair = max(apart, key=lambda one: one[0])
    if most < 1:
        return _("The two hardly differ.")
    ending = _("days") if unit is Unit.DAYS else "%"
    return _("They differ most in “%(name)s”: %(first)s and %(second)s.") % {
        "name": pair.label,
        "first": _valued(pair.first, ending),
        "second": _valued(pair.second, ending),
    }


def _valued(side: Side, ending: str) -> str:
    value = side.value or 0
    return f"{value:.0f}%" if ending == "%" else f"{value:.1f} {ending}"
