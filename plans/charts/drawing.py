"""Drawing by the server: elements of SVG, and what every drawing shares.

Colours stand as attributes, so that a file shows them anywhere, and every element has a class by
which a page's style sheet gives it the colours of the page, light or dark. There is no ``style``.
What matters is said by a number, a length or a hatching; colour only repeats it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from html import escape
from typing import Final

from django.utils import formats
from django.utils.safestring import SafeString, mark_safe

from plans.portfolio import Unit
from plans.portfolio.figure import Number

INK: Final = "#1c2024"
SOFT: Final = "#565c62"
PAPER: Final = "#ffffff"
LAND: Final = "#dcd8cf"
RULE: Final = "#84857f"
ACCENT: Final = "#0d5a5d"
PALE: Final = "#b9d6d4"

FACE: Final = "'Noto Sans', 'Segoe UI', system-ui, sans-serif"
TEXT: Final = 12.5
"""The size of words in units of the sheet, which a page shows about as large as pixels."""

_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")


@dataclass(frozen=True)
class Drawing:
    """A drawing without its frame: what is in it, and how large it is."""

    inside: str
    width: float
    height: float
    top: float = 0.0
    left: float = 0.0


def tag(name: str, *inside: str, **attributes: object) -> SafeString:
    """An element. What is ``inside`` is markup already; attributes are escaped.

    ``class_`` stands for ``class`` and ``_`` for ``-``; those that are None or empty are left out.
    """
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_shown(value)}"'
        for key, value in attributes.items()
        if value is not None and value != ""
    )
    content = "".join(inside)
    ending = f">{content}</{name}>" if content else "/>"
    return mark_safe(f"<{name}{told}{ending}")  # noqa: S308 - every value is escaped above


def _shown(value: object) -> str:
    """A value as it stands in an attribute, escaped."""
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return str(value) if isinstance(value, int) else escape(printable(str(value)))


def printable(text: str) -> str:
    """A text without the signs that no XML may hold or that turn the direction of what follows."""
    return _UNPRINTABLE.sub("", text)


def words(text: str, x: float, y: float, **attributes: object) -> SafeString:
    """A text, escaped, at a place."""
    attributes.setdefault("fill", INK)
    attributes.setdefault("class_", "chart__words")
    return tag("text", escape(printable(text)), x=x, y=y, **attributes)


def width_of(text: str, size: float = TEXT) -> float:
    """About how wide a text is set; rather too much than too little."""
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    narrow = sum(sign in " ilI.,;:'|!()[]jtf" for sign in text)
    capital = sum(sign.isupper() or sign in "mwMW%" for sign in text)
    plain = len(text) - wide - narrow - capital
    return size * (wide * 1.05 + narrow * 0.34 + capital * 0.72 + plain * 0.57)


def fitted(text: str, width: float, size: float = TEXT) -> str:
    """The text, cut with an ellipsis where it is wider than there is room."""
    if width_of(text, size) <= width:
        return text
    while text and width_of(f"{text}…", size) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def lines_of(text: str, width: float, size: float = TEXT) -> list[str]:
    """The text in lines that fit, broken between words."""
    lines: list[str] = []
    for word in text.split():
        if lines and width_of(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(fitted(word, width, size))
    return lines


def number(value: Number, unit: Unit = Unit.COUNT) -> str:
    """A number as a person reads it; a dash where there is none."""
    if value is None:
        return "–"
    if unit is Unit.PERCENT:
        if 0 < value < 1:
            return "<1%"
        return f"{formats.number_format(round(value), force_grouping=True)}%"
    if unit is Unit.DAYS:
        return formats.number_format(round(value, 1), decimal_pos=1, force_grouping=True)
    return formats.number_format(int(value), force_grouping=True)


def hatching(name: str, *, gap: float = 5.0, cross: bool = False, scale: float = 1.0) -> SafeString:
    """A pattern of slanting lines on a pale ground, to fill with by ``url(#name)``."""
    path = f"M0 {gap}L{gap} 0M-1 1L1 -1M{gap - 1} {gap + 1}L{gap + 1} {gap - 1}"
    if cross:
        path += f"M0 0L{gap} {gap}"
    return tag(
        "pattern",
        tag("rect", width=gap, height=gap, fill=PALE, class_="chart__pale"),
        tag("path", d=path, stroke=ACCENT, stroke_width=1.3, class_="chart__line"),
        id=name,
        width=gap,
        height=gap,
        patternUnits="userSpaceOnUse",
        patternTransform=f"scale({scale:g})" if scale != 1 else None,
    )


def sheet(
    drawing: Drawing,
    name: str,
    title: str,
    description: str,
    *,
    linked: bool = False,
    class_: str = "",
) -> SafeString:
    """The drawing as one element: a picture, or where it holds links a group of them.

    ``name`` makes the ids in it differ from those of other drawings on a page.
    """
    return tag(
        "svg",
        tag("title", escape(printable(title)), id=f"{name}-title"),
        tag("desc", escape(printable(description)), id=f"{name}-says"),
        drawing.inside,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=" ".join(
            f"{one:.1f}".removesuffix(".0")
            for one in (drawing.left, drawing.top, drawing.width, drawing.height)
        ),
        role="group" if linked else "img",
        aria_labelledby=f"{name}-title",
        aria_describedby=f"{name}-says",
        font_family=FACE,
        font_size=TEXT,
        class_=f"chart {class_}".strip(),
    )


def link(address: str | None, *inside: str, **attributes: object) -> str:
    """What is inside, as a link where there is somewhere to go."""
    if not address:
        return "".join(inside)
    return tag("a", *inside, href=address, class_="chart__link", **attributes)
