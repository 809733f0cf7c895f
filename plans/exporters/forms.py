"""The forms in which plans go out, by the name that stands in an address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from plans.exporters import archive_pages, entries, paper, structured, tables, word
from plans.exporters.entries import Entry


@dataclass(frozen=True)
class Form:
    """A form: its name, what it is good for, and how many plans fit into one request.

    A worker makes files of up to ``most_later`` plans. ``takes_threads``: whether conversations
    have a place in it.
    """

    key: str
    label: str | Promise
    meant_for: str | Promise
    ending: str
    content_type: str
    write: Callable[[Sequence[Entry]], bytes]
    at_most: int = 2_000
    most_later: int = 20_000
    takes_threads: bool = True
    covered: Callable[[Sequence[Entry], str], bytes] | None = None
    """As ``write``, with a cover that says in these words which plans were asked for."""

    def content(self, found: Sequence[Entry], asked: str) -> bytes:
        """These plans in this form; ``asked`` says in words which, on a cover."""
        return self.covered(found, asked) if self.covered else self.write(found)


def packed(form: Form, number: int, *, with_threads: bool) -> bool:
    """Whether so many plans go out in this form as a packed folder: markdown, a page a plan."""
    return form.key == "markdown" and (number > 1 or with_threads)


def _pages(found: Sequence[Entry]) -> bytes:
    alone = len(found) == 1 and not found[0].threads
    return archive_pages.one(found[0]) if alone else archive_pages.write(found)


def _word(found: Sequence[Entry], asked: str = "") -> bytes:
    return word.write(found, entries.words(), asked)


def _paper(found: Sequence[Entry], asked: str = "") -> bytes:
    return paper.write(found, entries.words(), asked)


FORMS: Final[dict[str, Form]] = {
    form.key: form
    for form in (
        Form(
            "pdf",
            _("PDF"),
            _("to print or to hand over"),
            "pdf",
            "application/pdf",
            _paper,
            60,
            1_500,
            covered=_paper,
        ),
        Form(
            "docx",
            _("Word document"),
            _("to go on writing in a text program"),
            "docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            _word,
            60,
            1_500,
            covered=_word,
        ),
        Form(
            "xlsx",
            _("Spreadsheet"),
            _("for Excel and LibreOffice, with a sheet for each kind of row"),
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            tables.write_workbook,
        ),
        Form(
            "csv",
            _("CSV table"),
            _("one line a plan, for any program"),
            "csv",
            "text/csv; charset=utf-8",
            tables.write_text,
            takes_threads=False,
        ),
        Form(
            "json",
            _("JSON"),
            _("for other programs, by a published schema"),
            "json",
            "application/json",
            structured.write,
        ),
        Form(
            "markdown",
            _("Markdown"),
            _("the form of the old archive, which can be brought in again"),
            "md",
            "text/markdown; charset=utf-8",
            _pages,
        ),
    )
}
