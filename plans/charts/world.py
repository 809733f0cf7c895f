"""The world on a sheet: shapes of countries, projected and simplified for a screen.

The shapes come with the package ``countryinfo``, some ten thousand points in all
(docs/decisions/0024 says why it). They are put on the sheet in the Equal Earth projection, so that
a country takes the room that it has on the globe. The package has no shape for a few countries;
:data:`OUTLINES` gives those a rough one, drawn below their neighbours, whose borders then show.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from countryinfo import all_countries

WIDTH: Final = 960
HEIGHT: Final = 424
NORTH: Final = 83.5
"""The sheet begins here, in degrees, and ends south of Cape Horn: nobody plans in Antarctica."""

SCALE: Final = WIDTH / 5.46
LEFT: Final = 2.43 * SCALE
"""The meridian of Greenwich lies left of the middle: the islands of the Pacific stay together."""

_POLYNESIA: Final = (8.0, -140.0)
"""South of this latitude and west of this longitude, the sheet goes on at its right end."""

FINENESS: Final = 2
"""Points lie on a grid of so many steps to a unit of the sheet."""
TOLERANCE: Final = 0.6
"""A point that is not further than this from the line between its neighbours is left out."""
SMALL: Final = 11.0
"""A country whose shape is smaller than this in both directions is shown as a circle besides."""

Point = tuple[float, float]
Ring = list[Point]

OUTLINES: Final[dict[str, tuple[Point, ...]]] = {
    "SRB": ((19.0, 45.9), (20.3, 46.2), (21.5, 44.8), (22.6, 44.3), (22.4, 42.3), (20.6, 41.9),
            (20.0, 43.3), (19.1, 44.0)),
    "HUN": ((16.2, 46.9), (17.2, 48.0), (19.0, 48.2), (22.4, 48.3), (21.2, 46.2), (18.4, 45.8)),
    "MNE": ((18.5, 42.4), (18.9, 43.4), (20.3, 42.9), (19.4, 41.9)),
    "MMR": ((92.3, 20.8), (93.3, 24.0), (95.2, 26.6), (97.6, 28.4), (98.7, 25.8), (99.2, 22.2),
            (101.1, 21.5), (97.6, 18.5), (98.9, 16.0), (99.4, 12.0), (98.7, 10.2), (98.4, 13.0),
            (97.2, 16.8), (95.3, 15.8), (94.3, 16.2), (94.4, 18.4)),
    "JAM": ((-78.3, 18.4), (-77.0, 18.4), (-76.3, 18.0), (-77.2, 17.8), (-78.2, 18.1)),
    # Land that the package gives to nobody.
    "": ((42.5, 10.6), (43.3, 11.5), (46.6, 10.8), (49.1, 11.4), (49.2, 9.0), (47.5, 7.5),
         (43.5, 8.5)),
}  # fmt: skip
"""Longitude and latitude of rough outlines for what the package leaves out."""

_A: Final = (1.340264, -0.081106, 0.000893, 0.003796)
_ROOT: Final = math.sqrt(3) / 2


@dataclass(frozen=True)
class Shape:
    """A country on the sheet: its outline as the data of a path, its middle, and its size."""

    path: str
    x: float
    y: float
    width: float
    height: float

    @property
    def is_small(self) -> bool:
        """Whether it would hardly be seen."""
        return self.width < SMALL and self.height < SMALL


def place(latitude: float, longitude: float) -> Point:
    """Where a place lies on the sheet (Equal Earth, by Šavrič, Patterson and Jenny)."""
    if latitude < _POLYNESIA[0] and longitude < _POLYNESIA[1]:
        longitude += 360
    x, y = _projected(latitude, longitude)
    return LEFT + x * SCALE, (_projected(NORTH, 0)[1] - y) * SCALE


def _projected(latitude: float, longitude: float) -> Point:
    angle = math.asin(_ROOT * math.sin(math.radians(latitude)))
    square = angle * angle
    sixth = square**3
    spread = _ROOT * (_A[0] + 3 * _A[1] * square + sixth * (7 * _A[2] + 9 * _A[3] * square))
    x = math.radians(longitude) * math.cos(angle) / spread
    return x, angle * (_A[0] + _A[1] * square + sixth * (_A[2] + _A[3] * square))


@cache
def shapes() -> dict[str, Shape]:
    """Every country that has a shape, by its code of three letters; made once in a process."""
    made = {code: _shape([list(outline)]) for code, outline in OUTLINES.items()}
    for country in all_countries():
        code = str(country.iso(3) or "")
        rings = [ring for ring in _rings(country.geo_json()) if ring]
        if rings and code != "ATA":
            made[code] = _shape(rings)
    return made


def _rings(collection: Any) -> list[Ring]:
    rings: list[Ring] = []
    for feature in (collection or {}).get("features", []):
        geometry = feature.get("geometry") or {}
        polygons = geometry.get("coordinates") or []
        if geometry.get("type") == "Polygon":
            polygons = [polygons]
        rings += [
            [(point[0], point[1]) for point in ring] for polygon in polygons for ring in polygon
        ]
    return rings


def _shape(rings: list[Ring]) -> Shape:
    """The country on the sheet; islands too small to be seen go, but never the largest piece."""
    drawn = [_simplified([place(latitude, longitude) for longitude, latitude in r]) for r in rings]
    largest = max(drawn, key=_area)
    xs, ys = [x for x, _y in largest], [y for _x, y in largest]
    seen = [ring for ring in drawn if ring is largest or (len(ring) > 2 and _area(ring) > 1.2)]
    return Shape(
        path="".join(_path(ring) for ring in seen),
        x=(min(xs) + max(xs)) / 2,
        y=(min(ys) + max(ys)) / 2,
        width=max(xs) - min(xs),
        height=max(ys) - min(ys),
    )


def _area(ring: Ring) -> float:
    around = zip(ring, [*ring[1:], ring[0]], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in around)) / 2


def _simplified(ring: Ring) -> Ring:
    """The ring on the grid, without points that make no difference (Douglas and Peucker)."""
    grid = [(round(x * FINENESS), round(y * FINENESS)) for x, y in ring]
    points = [point for at, point in enumerate(grid) if at == 0 or point != grid[at - 1]]
    if len(points) > 1 and points[0] == points[-1]:
        points.pop()
    if len(points) < 4:
        return [(x / FINENESS, y / FINENESS) for x, y in points]
    far = max(range(len(points)), key=lambda at: math.dist(points[0], points[at]))
    kept = _thinned(points[: far + 1])[:-1] + _thinned([*points[far:], points[0]])[:-1]
    return [(x / FINENESS, y / FINENESS) for x, y in kept]


def _thinned(line: list[tuple[int, int]]) -> list[tuple[int, int]]:
    if len(line) < 3:
        return line
    (x1, y1), (x2, y2) = line[0], line[-1]
    length = math.dist(line[0], line[-1]) or 1.0
    away = [abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length for x, y in line[1:-1]]
    furthest = max(range(len(away)), key=away.__getitem__)
    if away[furthest] <= TOLERANCE * FINENESS:
        return [line[0], line[-1]]
    return _thinned(line[: furthest + 2])[:-1] + _thinned(line[furthest + 1 :])


def _path(ring: Ring) -> str:
    """A ring as the data of a path, in steps of the grid from point to point."""
    grid = [(round(x * FINENESS), round(y * FINENESS)) for x, y in ring]
    (x, y), steps = grid[0], []
    for nx, ny in grid[1:]:
        steps.append(f"{nx - x}{'' if ny - y < 0 else ' '}{ny - y}")
        x, y = nx, ny
    first = f"M{grid[0][0]} {grid[0][1]}"
    joined = "".join(step if step.startswith("-") else f" {step}" for step in steps).strip()
    return f"{first}l{joined}z"
