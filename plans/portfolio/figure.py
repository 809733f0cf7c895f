"""What a figure is: a title, what it says in a sentence, a table, and what is not in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

Number = float | int | None
"""A cell; None where there is nothing to tell, which is something else than zero."""


class Unit(StrEnum):
    """What the numbers of a column are."""

    COUNT = "count"
    PERCENT = "percent"
    DAYS = "days"


@dataclass(frozen=True)
class Column:
    """One column of numbers; ``key`` never changes, ``label`` is for people."""

    key: str
    label: str
    unit: Unit = Unit.COUNT


@dataclass(frozen=True)
class Row:
    """One line: who or what, its numbers, and how the library is narrowed to its plans.

    ``key`` tells the same line in two selections apart from others. ``choice`` is empty where the
    library has no such filter.
    """

    key: str
    label: str
    numbers: tuple[Number, ...]
    choice: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    """What only a drawing needs: a colour, a place."""


@dataclass(frozen=True)
class Figure:
    """A question asked of a selection, and its answer."""

    key: str
    title: str
    says: str
    head: str
    """What the lines are: the heading of the first column."""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    """What is counted, and what is not."""
    shown: int = 15
    """So many lines are drawn and stand in the table of a page; a file has all of them."""
    whole: tuple[Number, ...] = ()
    """The numbers of all lines together, where they make sense; otherwise empty."""
    points: tuple[tuple[float, float, int], ...] = ()
    """Latitude, longitude and number of the plans that name a place."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(number for row in self.rows for number in row.numbers)

    @property
    def top(self) -> tuple[Row, ...]:
        """The lines that are drawn."""
        return self.rows[: self.shown]

    @property
    def left_off(self) -> int:
        """How many lines a page leaves to the file."""
        return max(0, len(self.rows) - self.shown)

    def column(self, key: str) -> int:
        """At which place the numbers of a column stand."""
        return [column.key for column in self.columns].index(key)


def share(part: Number, whole: int) -> Number:
    """How many in a hundred, to one decimal; None where there is nothing to compare with."""
    return round(100 * part / whole, 1) if part is not None and whole else None


_NAMED = 3
"""So many lines that share the first place are named in a sentence."""


def first_place(rows: Sequence[Row]) -> tuple[str, int, bool]:
    """Who has the most by the first number: names in words, that number, and whether several do.

    A sentence that names one of several equals would be wrong. There must be a line.
    """
    most = max(row.numbers[0] or 0 for row in rows)
    labels = [row.label for row in rows if (row.numbers[0] or 0) == most]
    named = labels if len(labels) <= _NAMED else [*labels[:_NAMED], _("others")]
    return str(get_text_list(named, _("and"))), int(most), len(labels) > 1
