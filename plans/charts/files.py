"""A figure as a file: SVG, PNG, or its table as comma-separated text.

Each names the selection it was made of and the day, so that it can be understood a year later.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import typst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans.charts.drawing import PAPER, SOFT, Drawing, lines_of, sheet, tag, words
from plans.charts.inline import drawn
from plans.exporters.paper import fonts
from plans.exporters.tables import harmless
from plans.portfolio import Figure

WIDTH: Final = 640.0
MAP_WIDTH: Final = 960.0
EDGE: Final = 24.0
DOTS_AN_INCH: Final = 180
"""A drawing of 640 points becomes a picture 1720 dots wide: enough for a slide and for print."""


@dataclass(frozen=True)
class Form:
    """A kind of file."""

    key: str
    label: str
    content_type: str


FORMS: Final[dict[str, Form]] = {
    form.key: form
    for form in (
        Form("svg", "SVG", "image/svg+xml; charset=utf-8"),
        Form("png", "PNG", "image/png"),
        Form("csv", "CSV", "text/csv; charset=utf-8"),
    )
}
WHAT_FOR: Final = {
    "svg": gettext_lazy("drawing, for print"),
    "png": gettext_lazy("picture, for slides"),
    "csv": gettext_lazy("table, all lines"),
}


def write(figure: Figure, form: str, selection: str, made: str, to: Mapping[str, str]) -> bytes:
    """The figure as a file of this form. Raises KeyError for any other.

    ``selection`` and ``made`` say in words of which plans and when; ``to`` are the whole addresses
    of the plans of each line.
    """
    writers: dict[str, Callable[[], bytes]] = {
        "svg": lambda: framed(figure, selection, made).encode(),
        "png": lambda: _picture(framed(figure, selection, made)),
        "csv": lambda: _table(figure, selection, made, to),
    }
    return writers[form]()


def framed(figure: Figure, selection: str, made: str) -> str:
    """The drawing with its title, its sentence, what is not counted, the selection and the day."""
    width = MAP_WIDTH if figure.key == "countries" else WIDTH
    drawing = drawn(figure, figure.key, width, {})
    zoom = width / drawing.width
    parts, y = [], EDGE + 16
    for line in lines_of(figure.title, width, 20):
        parts.append(words(line, EDGE, y, font_size=20, font_weight=600))
        y += 26
    for line in lines_of(figure.says, width, 13.5):
        parts.append(words(line, EDGE, y, font_size=13.5))
        y += 19
    y += 8
    place = f"translate({EDGE - drawing.left * zoom:.2f} {y - drawing.top * zoom:.2f})"
    parts.append(tag("g", drawing.inside, transform=f"{place} scale({zoom:.4f})"))
    y += drawing.height * zoom + 22
    for note in (*figure.notes, _("Plans: %(words)s.") % {"words": selection}, made):
        for line in lines_of(note, width, 10.5):
            parts.append(words(line, EDGE, y, font_size=10.5, fill=SOFT))
            y += 15
    height = y + EDGE - 10
    paper = tag("rect", width=width + 2 * EDGE, height=height, fill=PAPER)
    whole = Drawing(paper + "".join(parts), width + 2 * EDGE, height)
    says = f"{figure.says} {selection}"
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + sheet(whole, "figure", figure.title, says)


def _picture(svg: str) -> bytes:
    """The drawing as dots, set by typst, which needs no program of the system."""
    with tempfile.TemporaryDirectory(prefix="figure-") as name:
        folder = Path(name)
        (folder / "figure.svg").write_text(svg, encoding="utf-8")
        page = folder / "page.typ"
        page.write_text(
            '#set page(width: auto, height: auto, margin: 0pt)\n#image("figure.svg")\n',
            encoding="utf-8",
        )
        made = typst.compile(
            str(page), root=str(folder), font_paths=fonts(), format="png", ppi=DOTS_AN_INCH
        )
        return made if isinstance(made, bytes) else b"".join(made)


def _table(figure: Figure, selection: str, made: str, to: Mapping[str, str]) -> bytes:
    """All lines. Columns never change their place; the last ones say of which plans, and when."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\r\n")
    columns = [column.key for column in figure.columns]
    table.writerow(["figure", "key", "label", *columns, "address", "selection", "made"])
    for row in figure.rows:
        cells = [figure.key, row.key, row.label, *row.numbers]
        cells += [to.get(row.key, ""), selection, made]
        table.writerow([harmless(cell) for cell in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode()
