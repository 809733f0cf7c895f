"""Plans as tables: a workbook with a sheet for each kind of row, or one table of plans as text.

Columns never change their place: new ones are added at the end. No cell can run: what a person
typed is text in a workbook, whatever it begins with, and in a text table gets an apostrophe before
a sign that spreadsheets take for the beginning of a formula.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from plans.document import PlanDocument
from plans.exporters.entries import Entry

LONGEST_CELL: Final = 32_000
"""A cell of a workbook holds 32 767 characters."""
WIDTH: Final = 24
LINE: Final = 15
MOST_LINES: Final = 8
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Column = tuple[str, Callable[[Entry], Any]]


def _joined(words: Iterable[object]) -> str:
    return "; ".join(str(word) for word in words)


def _plan(name: str) -> Callable[[Entry], Any]:
    return lambda entry: getattr(entry.document, name)


def _list(name: str) -> Callable[[Entry], str]:
    return lambda entry: _joined(getattr(entry.document, name))


def _person(entry: Entry) -> str:
    person = entry.document.focal_point
    return (person.name or person.email) if person else ""


def _address(entry: Entry) -> str:
    person = entry.document.focal_point
    return person.email if person else ""


def _stages(document: PlanDocument) -> str:
    asked = {stage for question in document.learning_questions for stage in question.stages}
    return _joined(stage for stage in ("sense", "explore", "test", "grow") if stage in asked)


PLANS: tuple[Column, ...] = (
    ("number", lambda entry: entry.number),
    ("address", lambda entry: entry.address),
    ("state", lambda entry: entry.state),
    ("lab", _plan("lab")),
    ("cycle", _plan("cycle")),
    ("title", _plan("title")),
    ("challenge_type", _plan("challenge_type")),
    ("country", _plan("country")),
    ("latitude", _plan("latitude")),
    ("longitude", _plan("longitude")),
    ("focal_point", _person),
    ("focal_point_email", _address),
    ("challenge_statement", _plan("challenge_statement")),
    ("background", _plan("background")),
    ("value_proposition", _plan("value_proposition")),
    ("summary", _plan("summary")),
    ("sdgs", _list("sdgs")),
    ("thematic_areas", _list("thematic_areas")),
    ("methods", _list("methods")),
    ("data_sources", _list("data_sources")),
    ("stages", lambda entry: _stages(entry.document)),
    ("partners", lambda entry: _joined(one.name for one in entry.document.partners)),
    (
        "learning_questions",
        lambda entry: "\n".join(one.question for one in entry.document.learning_questions),
    ),
    ("evidence", lambda entry: len(entry.document.evidence)),
    ("early_leads", _plan("early_leads")),
    ("remarks", _plan("remarks")),
    ("changed", lambda entry: entry.changed),
    ("has_reflection", lambda entry: "yes" if entry.reflection else "no"),
    ("note", lambda entry: entry.note),
)
"""The columns of the table of plans."""

ROWS: dict[str, tuple[str, ...]] = {
    "evidence": ("kind", "form", "text", "address", "alternative", "caption"),
    "partners": ("name", "sector", "is_new", "description"),
    "learning_questions": ("question", "stages", "usage", "data_gap"),
}
"""The columns of each sheet of rows, after the plan's number and title and the row's place."""

REFLECTIONS: tuple[str, ...] = (
    *("title", "insights", "links", "barriers", "time_spent", "outcomes", "methods"),
    *("data_sources", "why_methods", "why_data", "partners", "unusual_partners", "handover"),
    "interplay",
)


THREADS: tuple[str, ...] = (
    *("plan", "thread", "about", "quote", "status", "must_fix", "proposed_words"),
    *("said_by", "said_at", "text"),
)
"""One line a comment; a thread without any has one line too."""


def _said(entry: Entry) -> Iterator[list[Any]]:
    for thread in entry.threads:
        words = thread.suggestion.words if thread.suggestion else ""
        must_fix = "yes" if thread.must_fix else "no"
        told = [entry.number, thread.number, thread.about, thread.quote, thread.status, must_fix]
        for one in thread.comments:
            yield [*told, words, one.author, one.at, one.text]
        if not thread.comments:
            yield [*told, words, thread.opened_by, thread.opened_at, ""]


def write_workbook(entries: Iterable[Entry]) -> bytes:
    """A workbook with the sheets plans, evidence, partners, learning_questions, reflections.

    Where there are threads, the last sheet holds what was said in them.
    """
    book = Workbook(write_only=True)
    entries = list(entries)
    names = ["plans", *ROWS, "reflections"]
    names += ["threads"] if any(entry.threads for entry in entries) else []
    sheets = {name: book.create_sheet(name) for name in names}
    heads = {
        "plans": [name for name, _value in PLANS],
        **{name: ["plan", "title", "place", *columns] for name, columns in ROWS.items()},
        "reflections": ["plan", *REFLECTIONS],
        "threads": [*THREADS],
    }
    for name, sheet in sheets.items():
        sheet.freeze_panes = "A2"
        sheet.page_setup.orientation = "landscape"
        sheet.print_title_rows = "1:1"
        for place in range(len(heads[name])):
            sheet.column_dimensions[
                chr(65 + place) if place < 26 else f"A{chr(39 + place)}"
            ].width = WIDTH
        _append(sheet, heads[name], bold=True)
    for entry in entries:
        _append(sheets["plans"], [value(entry) for _name, value in PLANS])
        for name, columns in ROWS.items():
            for place, row in enumerate(entry.document.rows(name), start=1):
                told = [entry.number, entry.document.title, place]
                told += [_shown(entry, row, column) for column in columns]
                _append(sheets[name], told)
        if entry.reflection is not None:
            told = [entry.number, *(_reflected(entry.reflection, name) for name in REFLECTIONS)]
            _append(sheets["reflections"], told)
        for row in _said(entry):
            _append(sheets["threads"], row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def write_text(entries: Iterable[Entry]) -> bytes:
    """The table of plans as comma-separated text in UTF-8, with the mark that spreadsheets need."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow([name for name, _value in PLANS])
    for entry in entries:
        table.writerow([harmless(value(entry)) for _name, value in PLANS])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def harmless(value: Any) -> Any:
    """A value for a text table that no spreadsheet takes for a formula; numbers stay numbers."""
    if not isinstance(value, str):
        return "" if value is None else value
    text = _UNPRINTABLE.sub("", value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _append(sheet: Any, values: Iterable[Any], *, bold: bool = False) -> None:
    """One more line: high enough for short texts; of long ones the beginning is seen."""
    told = [*values]
    lines = max(
        sum(1 + len(line) // (WIDTH - 4) for line in str(value).split("\n")) for value in told
    )
    place = len(sheet.row_dimensions) + 1  # each line that went before has its own
    sheet.row_dimensions[place].height = LINE * min(lines, MOST_LINES)
    sheet.append([_cell(sheet, value, bold=bold) for value in told])


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    if isinstance(value, str):
        value = _UNPRINTABLE.sub("", value)
        if len(value) > LONGEST_CELL:
            value = f"{value[:LONGEST_CELL]}…"
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # a text, also where it begins like a formula
        cell.quotePrefix = True
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)
    return cell


def _shown(entry: Entry, row: Any, column: str) -> Any:
    if column == "address":
        return entry.picture_address(row)
    value = getattr(row, column)
    if column == "is_new":
        return {True: "yes", False: "no", None: ""}[value]
    return _joined(value) if isinstance(value, tuple) else value


def _reflected(reflection: Any, name: str) -> str:
    value = getattr(reflection, name)
    if not isinstance(value, tuple):
        return str(value)
    return "\n\n".join(
        one if isinstance(one, str) else "\n".join(_texts(one.model_dump())) for one in value
    )


def _texts(told: dict[str, Any]) -> list[str]:
    return [str(value) for name, value in told.items() if value and name != "row"]
