"""Bars: one for each line, with its name above and its number behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from plans.charts.drawing import (
    ACCENT,
    INK,
    PALE,
    PAPER,
    RULE,
    SOFT,
    Drawing,
    fitted,
    hatching,
    link,
    number,
    tag,
    width_of,
    words,
)
from plans.portfolio import Figure, Row, Unit

ROW: Final = 35.0
BAR: Final = 12.0
_BEHIND: Final = 82.0
"""The room behind the longest bar, for its number."""

Addresses = Mapping[str, str]
"""Where the plans of a line are, by the key of the line."""


def bars(figure: Figure, name: str, width: float, to: Addresses) -> Drawing:
    """The first column as bars; the share, where there is one, beside the number."""
    longest = max((row.numbers[0] or 0 for row in figure.top), default=0) or 1
    parts = []
    for at, row in enumerate(figure.top):
        value = row.numbers[0] or 0
        length = (width - _BEHIND) * value / longest
        colour = row.extra.get("colour")
        told = number(value)
        if figure.columns[1].unit is Unit.PERCENT:
            told += f" · {number(row.numbers[1], Unit.PERCENT)}"
        parts.append(
            _line(
                row,
                at,
                width,
                to,
                _bar(0, length, fill=colour or ACCENT, class_=None if colour else "chart__bar")
                if value
                else "",
                words(told, round(length) + 6, BAR - 1.5, fill=SOFT, class_="chart__number"),
            )
        )
    return Drawing("".join(parts), width, ROW * len(figure.top))


def _line(row: Row, at: int, width: float, to: Addresses, *bar: str) -> str:
    """A line: its name, as a link to its plans, and below it whatever is drawn."""
    label = fitted(row.label, width - 4)
    return tag(
        "g",
        link(to.get(row.key), words(label, 0, 12)),
        tag("g", *bar, transform="translate(0 17)"),
        transform=f"translate(0 {at * ROW:g})",
    )


def _bar(start: float, length: float, *, fill: str, class_: str | None) -> str:
    return tag(
        "rect", x=round(start), width=max(round(length), 1.5), height=BAR, fill=fill, class_=class_
    )


def parted(figure: Figure, name: str, width: float, to: Addresses) -> Drawing:
    """Partners: the whole as a pale bar, the new and unusual ones as its hatched beginning."""
    longest = max((row.numbers[0] or 0 for row in figure.top), default=0) or 1
    keys = [(f"url(#{name}-hatch)", "", _("new and unusual")), (PALE, "chart__pale", _("others"))]
    parts = [tag("defs", hatching(f"{name}-hatch", gap=4)), _key(keys)]
    rows = []
    for at, row in enumerate(figure.top):
        whole, fresh = row.numbers[0] or 0, row.numbers[1] or 0
        length = (width - _BEHIND) * whole / longest
        part = (width - _BEHIND) * fresh / longest
        words_ = _("%(part)s of %(whole)s") % {"part": number(fresh), "whole": number(whole)}
        rows.append(
            _line(
                row,
                at,
                width,
                to,
                _bar(0, length, fill=PALE, class_="chart__pale"),
                _bar(0, part, fill=f"url(#{name}-hatch)", class_="") if fresh else "",
                words(words_, round(length) + 6, BAR - 1.5, fill=SOFT, class_="chart__number"),
            )
        )
    parts.append(tag("g", *rows, transform=f"translate(0 {_KEY:g})"))
    return Drawing("".join(parts), width, _KEY + ROW * len(figure.top))


_KEY: Final = 26.0


def _key(keys: list[tuple[str, str, str]]) -> str:
    """What the fillings mean, in a row."""
    parts, x = [], 0.0
    for fill, class_, meaning in keys:
        parts.append(
            tag("rect", x=x, y=1, width=14, height=BAR, fill=fill, class_=class_ or None,
                stroke=RULE, stroke_width=0.75)
        )  # fmt: skip
        parts.append(words(meaning, x + 19, 11.5, fill=SOFT, class_="chart__number"))
        x += 19 + width_of(meaning) + 14
    return "".join(parts)


def stacked(figure: Figure, name: str, width: float, to: Addresses) -> Drawing:
    """Years: big bets, exploratory plans and those without a type, one behind the other."""
    kinds = [
        (ACCENT, "chart__bar", figure.columns[0].label),
        (f"url(#{name}-hatch)", "", figure.columns[1].label),
        (PAPER, "chart__paper", figure.columns[2].label),
    ]
    longest = max((_sum(row) for row in figure.top), default=0) or 1
    used = [k for at, k in enumerate(kinds) if any(row.numbers[at] for row in figure.rows)]
    parts = [tag("defs", hatching(f"{name}-hatch", gap=5)), _key(used)]
    rows = []
    for at, row in enumerate(figure.top):
        x, bar = 0.0, []
        for value, (fill, class_, _meaning) in zip(row.numbers, kinds, strict=False):
            if not value:
                continue
            length = (width - _BEHIND) * value / longest
            bar.append(
                tag("rect", x=x, width=max(length, 1.5), height=BAR, fill=fill,
                    class_=class_ or None, stroke=RULE, stroke_width=0.75)
            )  # fmt: skip
            x += length
        told = " + ".join(number(value) for value in row.numbers[:3] if value)
        bar.append(words(told, x + 6, BAR - 1.5, fill=SOFT, class_="chart__number"))
        rows.append(_line(row, at, width, to, *bar))
    parts.append(tag("g", *rows, transform=f"translate(0 {_KEY:g})"))
    return Drawing("".join(parts), width, _KEY + ROW * len(figure.top))


def _sum(row: Row) -> float:
    return sum(number or 0 for number in row.numbers[:3])


def ranges(figure: Figure, name: str, width: float, to: Addresses) -> Drawing:
    """Years: a bar from the quickest to the slowest quarter, and a mark at the middle."""
    longest = max((row.numbers[3] or 0 for row in figure.top), default=0) or 1
    rows = []
    for at, row in enumerate(figure.top):
        first, middle, last = (
            (width - _BEHIND - 40) * (value or 0) / longest for value in row.numbers[1:4]
        )
        days = _("%(first)s – %(middle)s – %(last)s days") % {
            key: number(value, Unit.DAYS)
            for key, value in zip(("first", "middle", "last"), row.numbers[1:4], strict=True)
        }
        bar = [
            tag("line", x1=0, x2=width - _BEHIND - 40, y1=BAR / 2, y2=BAR / 2, stroke=RULE,
                stroke_width=0.75, class_="chart__rule"),
            _bar(first, last - first, fill=PALE, class_="chart__pale"),
            tag("rect", x=max(middle - 1.5, 0), y=-2, width=3, height=BAR + 4, fill=INK,
                class_="chart__ink"),
        ]  # fmt: skip
        label = f"{row.label}: {days}"
        rows.append(_line(_named(row, label), at, width, to, *bar))
    return Drawing("".join(rows), width, ROW * len(figure.top))


def _named(row: Row, label: str) -> Row:
    return Row(row.key, label, row.numbers, row.choice, row.extra)


_CELL: Final = 25
_SIDE: Final = 19


def places(figure: Figure, name: str, width: float, to: Addresses) -> Drawing:
    """Labs × places: a filled square with how many plans held the place, an empty one for none."""
    step, top = 44, 34
    start = round(width) - 3 * step
    heads = [
        words(head, start + at * step + step // 2, 14, fill=None, class_=None)
        for at, head in enumerate((_("Big bet"), _("Expl. 1"), _("Expl. 2")))
    ]
    labels, held, free, numbers = [], "", "", []
    for at, row in enumerate(figure.top):
        y = top + at * _CELL
        labels.append(link(to.get(row.key), words(fitted(row.label, start - 8), 0, y + 5)))
        for place, plans in enumerate(row.numbers[:3]):
            x = start + place * step + step // 2
            square = f"M{x - _SIDE // 2} {y - _SIDE // 2}h{_SIDE}v{_SIDE}h-{_SIDE}z"
            if plans:
                held += square
                numbers.append(words(number(plans), x, y + 5, fill=None, class_=None))
            else:
                free += square
    middle = {"text_anchor": "middle", "font_size": 11.5}
    parts = (
        tag("g", *heads, fill=SOFT, class_="chart__number", **middle),
        *labels,
        tag("path", d=held, fill=ACCENT, class_="chart__bar"),
        tag("path", d=free, fill=PAPER, stroke=RULE, stroke_dasharray="2 2", class_="chart__free"),
        tag("g", *numbers, fill=PAPER, class_="chart__on", **middle),
    )
    return Drawing("".join(parts), width, top + _CELL * len(figure.top) - 6)
