"""The map: countries filled by how many plans they have, dots for the places that plans name.

Five steps, each with a filling of its own that reads in black and white, and numbers where there is
room for them. Countries too small to be seen get a circle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from django.utils.html import escape
from django.utils.translation import gettext as _

from plans.charts import world
from plans.charts.drawing import (
    ACCENT,
    INK,
    LAND,
    PALE,
    PAPER,
    RULE,
    SOFT,
    Drawing,
    hatching,
    link,
    number,
    printable,
    tag,
    width_of,
    words,
)
from plans.portfolio import Figure, Row

STEPS: Final = 5
NARROWEST: Final = 0.3
"""A part of the world is shown this large at most, as a share of the whole sheet."""

_MARGIN: Final = 26.0


@dataclass(frozen=True)
class _Country:
    row: Row
    x: float
    y: float
    shape: world.Shape | None

    @property
    def plans(self) -> int:
        return int(self.row.numbers[0] or 0)

    @property
    def is_circle(self) -> bool:
        return self.shape is None or self.shape.is_small


@dataclass(frozen=True)
class _View:
    """Which part of the sheet is shown; ``unit`` is how long a unit of the drawing is on it."""

    left: float
    top: float
    width: float
    height: float
    unit: float


def breaks(most: int) -> list[int]:
    """Where each step begins, from one plan to the most a country has; upper steps are wider."""
    if most <= STEPS:
        return list(range(1, max(most, 1) + 1))
    starts = [1]
    for step in range(1, STEPS):
        starts.append(max(starts[-1] + 1, round(1 + (most - 1) * (step / STEPS) ** 1.5)))
    return starts


def step_of(plans: int, starts: list[int]) -> int:
    """In which step a number falls, from 0."""
    return sum(plans >= start for start in starts) - 1


def world_map(
    figure: Figure,
    name: str,
    to: Mapping[str, str],
    *,
    shapes: str = "",
    sizes: Mapping[str, float] = MappingProxyType({"": 1.0}),
    most: int = 0,
) -> Drawing:
    """The map of a figure that counts plans by country.

    ``shapes`` is the address of the file with the shapes (:func:`shapes_file`); without one they
    stand in the drawing itself. ``sizes`` is how much larger than usual words and dots are: one, or
    by class several, of which a style sheet shows one, for a map that is shown small on a phone
    (where it makes circles larger, too); such a map stands without its key (:func:`world_key`).
    ``most`` is the most plans of a country, where two maps share steps.
    """
    countries = [_country(row) for row in figure.rows]
    view = _view(countries, figure)
    starts = breaks(most or max((country.plans for country in countries), default=0))
    least = min(sizes.values())
    fillings = _fillings(name, len(starts), view.unit * least)
    lands = [
        _linked(country, _shape(country, _filling(country, fillings, starts), shapes), to)
        for country in countries
        if not country.is_circle
    ]
    frame = {
        "transform": f"scale({1 / world.FINENESS:g})",
        "stroke": INK,
        "stroke_width": 0.9,
        "class_": "map__countries",
    }
    parts = [_land(shapes, view.unit), tag("g", *lands, **frame)]
    circles = [
        _linked(
            country, _circle(country, _filling(country, fillings, starts), view.unit * least), to
        )
        for country in countries
        if country.is_circle
    ]
    frame = {
        "stroke": INK,
        "stroke_width": round(0.7 * view.unit * least, 2),
        "class_": "map__countries" + (" map__circles" if len(sizes) > 1 else ""),
    }
    parts.append(_dots(figure, name, view.unit * least))
    parts.append(tag("g", *circles, **frame))
    for class_, size in sizes.items():
        parts.append(tag("g", *_numbers(countries, view, view.unit * size), class_=class_))
    window = tag("rect", x=view.left, y=view.top, width=view.width, height=view.height)
    inside = (
        tag("defs", *(one.pattern for one in fillings)),
        tag("clipPath", window, id=f"{name}-window"),
        tag("g", *parts, clip_path=f"url(#{name}-window)"),
    )
    drawing = Drawing("".join(inside), view.width, view.height, view.top, view.left)
    if len(sizes) > 1:
        return drawing
    key, height = _key(fillings, starts, view.width, view.unit * least, dots=bool(figure.points))
    place = f"translate({view.left:.1f} {view.top + view.height:.1f})"
    return replace(
        drawing,
        inside=drawing.inside + tag("g", key, transform=place),
        height=view.height + height,
    )


def world_key(figure: Figure, name: str, size: float) -> Drawing:
    """What the fillings of the map ``name`` mean, where it stands below a map of several sizes."""
    starts = breaks(max((int(row.numbers[0] or 0) for row in figure.rows), default=0))
    fillings = _fillings(name, len(starts), size)
    key, height = _key(fillings, starts, world.WIDTH, size, dots=bool(figure.points))
    return Drawing(key, world.WIDTH, height)


def _filling(country: _Country, fillings: list[_Filling], starts: list[int]) -> _Filling:
    return fillings[step_of(country.plans, starts)]


def _linked(country: _Country, drawn: str, to: Mapping[str, str]) -> str:
    """A country as a link. The table beside the map has the same, for keys and screen readers."""
    told = escape(printable(f"{country.row.label}: {number(country.plans)}"))
    return link(to.get(country.row.key), tag("title", told), drawn, tabindex=-1)


def shapes_file() -> str:
    """All shapes as a file of its own, which a browser keeps: one element for each country."""
    paths = [tag("path", id=code or "none", d=shape.path) for code, shape in world.shapes().items()]
    return tag("svg", tag("g", *paths, id="land"), xmlns="http://www.w3.org/2000/svg")


def _country(row: Row) -> _Country:
    shape = world.shapes().get(row.key)
    x, y = world.place(row.extra.get("latitude") or 0.0, row.extra.get("longitude") or 0.0)
    if shape is not None:
        x, y = shape.x, shape.y
    return _Country(row, round(x, 1), round(y, 1), shape)


def _view(countries: list[_Country], figure: Figure) -> _View:
    """The whole sheet, or the part in which the plans are when that is much less."""
    boxes = [
        (c.x - w / 2, c.y - h / 2, c.x + w / 2, c.y + h / 2)
        for c in countries
        for w, h in [(c.shape.width, c.shape.height) if c.shape else (8.0, 8.0)]
    ]
    if not boxes:
        return _View(0, 0, world.WIDTH, world.HEIGHT, 1)
    left, top = min(b[0] for b in boxes) - _MARGIN, min(b[1] for b in boxes) - _MARGIN
    right, bottom = max(b[2] for b in boxes) + _MARGIN, max(b[3] for b in boxes) + _MARGIN
    part = max((right - left) / world.WIDTH, (bottom - top) / world.HEIGHT, NARROWEST)
    if part > 0.8:
        return _View(0, 0, world.WIDTH, world.HEIGHT, 1)
    width, height = world.WIDTH * part, world.HEIGHT * part
    x = min(max((left + right - width) / 2, 0), world.WIDTH - width)
    y = min(max((top + bottom - height) / 2, 0), world.HEIGHT - height)
    return _View(x, y, width, height, part)


@dataclass(frozen=True)
class _Filling:
    fill: str
    class_: str = ""
    pattern: str = ""


def _fillings(name: str, steps: int, unit: float) -> list[_Filling]:
    """For each step: pale, wide lines, narrow lines, crossing lines, full. The last is full."""
    made = []
    for step in range(steps):
        if step == steps - 1 and steps > 1:
            made.append(_Filling(ACCENT, "chart__bar"))
        elif step == 0:
            made.append(_Filling(PALE, "chart__pale"))
        else:
            gap, identity = {1: 6.0, 2: 3.4, 3: 4.2}[step], f"{name}-{step}"
            pattern = hatching(identity, gap=gap, cross=step == 3, scale=unit)
            made.append(_Filling(f"url(#{identity})", "", pattern))
    return made


def _land(shapes: str, unit: float) -> str:
    frame = {
        "fill": LAND,
        "stroke": PAPER,
        "stroke_width": round(1.2 * unit, 2),
        "class_": "map__land",
        "transform": f"scale({1 / world.FINENESS:g})",
    }
    if shapes:
        return tag("use", href=f"{shapes}#land", **frame)
    paths = (tag("path", d=shape.path) for shape in world.shapes().values())
    return tag("g", *paths, **frame)


def _shape(country: _Country, filling: _Filling, shapes: str) -> str:
    frame = {"fill": filling.fill, "class_": filling.class_}
    if shapes:
        return tag("use", href=f"{shapes}#{country.row.key}", **frame)
    return tag("path", d=country.shape.path if country.shape else "", **frame)


def _circle(country: _Country, filling: _Filling, unit: float) -> str:
    return tag(
        "circle", cx=country.x, cy=country.y, r=4.6 * unit, fill=filling.fill, class_=filling.class_
    )


def _dots(figure: Figure, name: str, unit: float) -> str:
    """The places that plans name: dots with an edge, so that they are seen on any filling."""
    places = (world.place(latitude, longitude) for latitude, longitude, _plans in figure.points)
    digits = 0 if unit >= 1 else 1
    path = "".join(f"M{x:.{digits}f} {y:.{digits}f}h0" for x, y in places)
    if not path:
        return ""
    dots = tag("path", id=f"{name}-dots", d=path)
    use = tag("use", href=f"#{name}-dots")
    return tag(
        "g",
        tag("defs", dots),
        tag("g", use, stroke=PAPER, stroke_width=round(4 * unit, 2), class_="map__edges"),
        tag("g", use, stroke=INK, stroke_width=round(2.8 * unit, 2), class_="map__dots"),
        stroke_linecap="round",
    )


def _numbers(countries: list[_Country], view: _View, unit: float) -> list[str]:
    """How many plans each has, the most first; a number that would cover another is left out."""
    size = 9.5 * unit
    taken: list[tuple[float, float, float, float]] = []
    shown = []
    for country in countries:
        told = number(country.plans)
        width = width_of(told, size) + 1.5 * unit
        beside = country.is_circle
        x = country.x + (5.5 * unit + width / 2 if beside else 0)
        box = (x - width / 2, country.y - size * 0.55, x + width / 2, country.y + size * 0.55)
        fits = (
            view.left <= box[0]
            and box[2] <= view.left + view.width
            and all(
                box[2] < other[0] or other[2] < box[0] or box[3] < other[1] or other[3] < box[1]
                for other in taken
            )
        )
        if fits:
            taken.append(box)
            digits = None if unit >= 1 else 1
            low = round(country.y + size * 0.36, digits)
            shown.append(words(told, round(x, digits), low, fill=None, class_=None))
    frame = {
        "font_size": size,
        "font_weight": 600,
        "text_anchor": "middle",
        "fill": INK,
        "stroke": PAPER,
        "stroke_width": round(2.6 * unit, 2),
        "paint_order": "stroke",
        "stroke_linejoin": "round",
        "class_": "map__numbers",
    }
    return [tag("g", *shown, **frame)] if shown else []


def _key(
    fillings: list[_Filling], starts: list[int], width: float, unit: float, *, dots: bool
) -> tuple[str, float]:
    """What the fillings mean, in as many rows as it takes; and how high that is."""
    samples: list[tuple[str, str]] = []
    for at, (filling, start) in enumerate(zip(fillings, starts, strict=True)):
        box = tag(
            "rect", width=16 * unit, height=11 * unit, fill=filling.fill, class_=filling.class_,
            stroke=RULE, stroke_width=round(0.7 * unit, 2),
        )  # fmt: skip
        samples.append((box, _meaning(starts, at, start)))
    if dots:
        dot = tag("circle", cx=8 * unit, cy=5.5 * unit, r=2.4 * unit, fill=INK, class_="chart__ink")
        samples.append((dot, _("a place that plans name")))
    size, head = 10.5 * unit, _("Plans:")
    x, y = 4 * unit, 8 * unit
    parts = [words(head, x, y + 9 * unit, fill=SOFT, class_="chart__number")]
    x += width_of(head, size) + 8 * unit
    for sample, meaning in samples:
        room = 20 * unit + width_of(meaning, size) + 10 * unit
        if x + room > width:
            x, y = 4 * unit, y + 17 * unit
        told = words(meaning, 20 * unit, 9 * unit, fill=SOFT, class_="chart__number")
        parts.append(tag("g", sample, told, transform=f"translate({x:.1f} {y:.1f})"))
        x += room
    return tag("g", *parts, font_size=size), y + 18 * unit


def _meaning(starts: list[int], at: int, start: int) -> str:
    """From how many to how many plans a step goes."""
    if at + 1 == len(starts):
        return _("%(number)s or more") % {"number": number(start)}
    end = starts[at + 1] - 1
    return number(start) if end == start else f"{number(start)}–{number(end)}"
