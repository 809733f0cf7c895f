"""Files of a vocabulary: written out, read, tried row by row, and taken whole or not at all."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from tablib import Dataset

from plans.errors import Invalid
from plans.models import Sdg, Term, TermStatus, ThematicArea
from plans.permissions import may_keep_terms, require
from plans.spreadsheets.cells import cell
from plans.spreadsheets.table import COLUMNS, changes, table
from plans.term_history import written_by

if TYPE_CHECKING:
    from accounts.models import User

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS = 5000

Numbered = tuple[int, dict[str, str]]
"""A row of a file by its columns, and its number there; the first line holds the headings."""


def written(vocabulary: type[Term], kind: str) -> bytes:
    """The living, retired and refused terms of a vocabulary as ``csv`` or ``xlsx``."""
    terms: Any = vocabulary._default_manager.exclude(status=TermStatus.MERGED)
    beside = ("parent",) if vocabulary is ThematicArea else ()
    terms = terms.with_uses().select_related(*beside).order_by("position", "name")
    data = table(vocabulary)().export(queryset=terms)
    order = [column for column in COLUMNS if column in data.headers]
    data = data.subset(cols=order)
    if kind == "xlsx":
        return bytes(data.export("xlsx"))
    return ("\ufeff" + str(data.export("csv"))).encode()


@dataclass
class Row:
    """A row of the file: its number there, what it would do, and what is wrong with it."""

    number: int
    name: str
    kind: str
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass
class Reading:
    """What a file would do, or did: nothing, while any row has a problem."""

    rows: list[Row]

    def of(self, kind: str) -> list[Row]:
        """The rows that are ``new``, ``changed``, ``same`` or ``wrong``."""
        return [row for row in self.rows if row.kind == kind]

    @property
    def wrong(self) -> list[Row]:
        """The rows with a problem."""
        return self.of("wrong")

    @property
    def numbers(self) -> dict[str, int]:
        """How many rows are of each kind."""
        return {kind: len(self.of(kind)) for kind in ("new", "changed", "same", "wrong")}


def read(content: bytes, vocabulary: type[Term]) -> list[Numbered]:
    """The rows of a file that hold anything, with their numbers there.

    Raises Invalid, in words, for one that is no table of a vocabulary.
    """
    if len(content) > MOST_BYTES:
        raise Invalid(_("This file is too large: 5 MB at most."))
    rows = _xlsx(content) if content.startswith(b"PK") else _csv(content)
    heads = [cell(head).casefold().replace(" ", "_") for head in next(iter(rows), [])]
    known = [one for one in COLUMNS if one != "group" or vocabulary is ThematicArea]
    unknown = [head for head in heads if head and head not in known]
    if unknown:
        raise Invalid(
            _("There is a column “%(column)s” that is not known. The columns are: %(columns)s.")
            % {"column": unknown[0][:40], "columns": ", ".join(known)}
        )
    if "name" not in heads or len(set(heads)) < len(heads):
        raise Invalid(_("The first line names the columns, each once; “name” has to be there."))
    filled = [dict(zip(heads, map(cell, row), strict=False)) for row in rows[1:]]
    if len(filled) > MOST_ROWS:
        raise Invalid(_("A file has %(most)d rows at most.") % {"most": MOST_ROWS})
    numbered = enumerate(filled, start=2)
    told = [(number, row) for number, row in numbered if any(row.values())]
    if not told:
        raise Invalid(_("There are no rows in this file."))
    return [(number, {head: row.get(head, "") for head in heads if head}) for number, row in told]


def _csv(content: bytes) -> list[list[Any]]:
    try:
        text = content.decode("utf-8-sig")
        first = text.split("\n", 1)[0]
        mark = max((",", ";", "\t"), key=first.count)
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    except (UnicodeDecodeError, csv.Error) as problem:
        raise Invalid(
            _("This is no CSV file in UTF-8. Save it as “CSV UTF-8”, or as XLSX.")
        ) from problem


def _xlsx(content: bytes) -> list[list[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise Invalid(_("This file is too large."))
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        rows = []
        for row in sheet.iter_rows(values_only=True):
            rows.append(list(row))
            if len(rows) > MOST_ROWS + 1:
                break
    except Invalid:
        raise
    except Exception as problem:
        raise Invalid(_("This XLSX file cannot be read. Save it anew and try again.")) from problem
    return rows


def tried(vocabulary: type[Term], rows: Iterable[Numbered], *, actor: User) -> Reading:
    """What these rows would do, row by row; nothing is changed."""
    return _run(vocabulary, rows, actor, dry_run=True)


def taken(vocabulary: type[Term], rows: Iterable[Numbered], *, actor: User) -> Reading:
    """Do what these rows say, all of them, or none when any has a problem."""
    return _run(vocabulary, rows, actor, dry_run=False)


def _run(
    vocabulary: type[Term], rows: Iterable[Numbered], actor: User, *, dry_run: bool
) -> Reading:
    require(may_keep_terms(actor, vocabulary) and vocabulary is not Sdg)
    rows = list(rows)
    data = Dataset(headers=list(rows[0][1]) if rows else ["name"])
    for _number, row in rows:
        data.append(list(row.values()))
    with written_by(actor, _("From a file.")):
        result = table(vocabulary)().import_data(
            data, dry_run=dry_run, use_transactions=True, rollback_on_validation_errors=True
        )
    wrong = {row.number: row.error for row in result.invalid_rows}
    broken = {number: row.errors for number, row in result.row_errors()}
    return Reading(
        [
            _told(number, given, result.rows[at - 1], wrong.get(at), broken.get(at))
            for at, (number, given) in enumerate(rows, start=1)
        ]
    )


def _told(number: int, given: dict[str, str], result: Any, wrong: Any, broken: Any) -> Row:
    """What became of a row."""
    row = Row(number, given.get("name", ""), "same")
    if wrong is not None or broken:
        row.kind = "wrong"
        row.problems = list(wrong.messages) if wrong is not None else [str(e.error) for e in broken]
        return row
    if result.is_new():
        row.kind, row.changes = "new", changes(type(result.instance)(), result.instance)
    elif result.is_update():
        row.kind, row.changes = "changed", changes(result.original, result.instance)
    row.name = result.instance.name
    return row
