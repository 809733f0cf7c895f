"""Two selections in one drawing: for each line a full bar and a hatched one, on one scale."""

from __future__ import annotations

from typing import Final

from plans.charts.drawing import (
    ACCENT,
    SOFT,
    Drawing,
    fitted,
    hatching,
    number,
    tag,
    words,
)
from plans.portfolio import Comparison, Side, Unit

ROW: Final = 47.0
_BAR: Final = 10.0
_BEHIND: Final = 62.0


def pairs(comparison: Comparison, name: str, width: float) -> Drawing:
    """The lines of a comparison; the first selection is the full bar, the second the hatched."""
    values = [side.value or 0 for one in comparison.pairs for side in (one.first, one.second)]
    longest = max(values, default=0) or 1
    fillings = ((ACCENT, "chart__bar"), (f"url(#{name}-hatch)", ""))
    parts = [tag("defs", hatching(f"{name}-hatch", gap=4))]
    for at, pair in enumerate(comparison.pairs):
        lines = [words(fitted(pair.label, width - 4), 0, 12)]
        for place, (side, (fill, class_)) in enumerate(
            zip((pair.first, pair.second), fillings, strict=True)
        ):
            y = 17 + place * (_BAR + 3)
            length = (width - _BEHIND) * (side.value or 0) / longest
            if side.value:
                lines.append(
                    tag("rect", y=y, width=max(length, 1.5), height=_BAR, fill=fill, class_=class_)
                )
            lines.append(
                words(_value(side, comparison.unit), length + 6, y + _BAR - 0.5, fill=SOFT,
                      class_="chart__number", font_size=11.5)
            )  # fmt: skip
        parts.append(tag("g", *lines, transform=f"translate(0 {at * ROW:g})"))
    return Drawing("".join(parts), width, ROW * len(comparison.pairs))


def _value(side: Side, unit: Unit) -> str:
    return number(side.value, unit)


def sample(name: str, *, second: bool) -> Drawing:
    """A small piece of one of the two bars, to stand beside the words for a selection."""
    fill, class_ = (f"url(#{name}-hatch)", "") if second else (ACCENT, "chart__bar")
    parts = [tag("defs", hatching(f"{name}-hatch", gap=4)) if second else ""]
    parts.append(tag("rect", width=28, height=_BAR, fill=fill, class_=class_))
    return Drawing("".join(parts), 28, _BAR)
