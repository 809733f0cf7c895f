"""Which drawing a figure gets, and how it stands in a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from plans.charts import bars, maps, pairs
from plans.charts.drawing import Drawing, sheet
from plans.portfolio import Comparison, Figure

PAGE: Final = 360.0
"""How wide a drawing is on a page, in units that are about as large as pixels."""

SMALL: Final = 1.7
"""The same for a map that has half of a page."""

PHONE: Final = 2.3
"""The same on a phone. Both stand in the page, and the style sheet shows one of them."""

_BY_KEY: Final[dict[str, Callable[[Figure, str, float, Mapping[str, str]], Drawing]]] = {
    "types": bars.stacked,
    "sectors": bars.parted,
    "places": bars.places,
    "times": bars.ranges,
}


def drawn(figure: Figure, name: str, width: float, to: Mapping[str, str]) -> Drawing:
    """The drawing of a figure: a map for countries, and otherwise bars of some kind."""
    if figure.key == "countries":
        return maps.world_map(figure, name, to)
    return _BY_KEY.get(figure.key, bars.bars)(figure, name, width, to)


def inline(figure: Figure, to: Mapping[str, str], shapes: str) -> SafeString:
    """A figure as part of a page: its lines are links to their plans (``to``, by their keys).

    ``shapes`` is the address of the file with the shapes of countries.
    """
    name = figure.key
    if figure.key != "countries":
        drawing = drawn(figure, name, PAGE, to)
        return sheet(drawing, name, figure.title, figure.says, linked=bool(to))
    sizes = {"map__wide": 1.0, "map__narrow": PHONE}
    drawing = maps.world_map(figure, name, to, shapes=shapes, sizes=sizes)
    keys = "".join(
        sheet(
            maps.world_key(figure, name, size),
            f"{class_}-key",
            gettext("What the fillings mean"),
            gettext("Plans in a country"),
            class_=f"map {class_}",
        )
        for class_, size in sizes.items()
    )
    map_ = sheet(drawing, name, figure.title, figure.says, linked=bool(to), class_="map")
    return mark_safe(map_ + keys)  # noqa: S308 - markup that was made here


def small_map(
    figure: Figure, to: Mapping[str, str], shapes: str, *, name: str, most: int
) -> SafeString:
    """A map for half a page, filled by the steps of another one (``most`` plans in a country)."""
    drawing = maps.world_map(figure, name, to, shapes=shapes, sizes={"": SMALL}, most=most)
    return sheet(drawing, name, figure.title, figure.says, linked=bool(to), class_="map")


def inline_pairs(comparison: Comparison) -> SafeString:
    """The bars of a comparison, as part of a page."""
    name = f"pair-{comparison.key}"
    drawing = pairs.pairs(comparison, name, PAGE)
    return sheet(drawing, name, comparison.title, comparison.says)


def sample(name: str, *, second: bool) -> SafeString:
    """What the bars of the first or of the second selection look like; the words stand beside."""
    drawing = pairs.sample(name, second=second)
    title = gettext("Hatched bars") if second else gettext("Full bars")
    return sheet(drawing, name, title, title, class_="chart--sample")
