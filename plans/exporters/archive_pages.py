"""Plans as pages of the archive: one page for one plan, a packed folder for several."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

from django.utils.text import slugify

from plans.exporters import threads
from plans.exporters.entries import Entry
from plans.exporters.markdown import page

_LONGEST_NAME = 80


def one(entry: Entry) -> bytes:
    """The page of a plan, with its closing reflection."""
    return page(entry.document, entry.reflection, address=entry.picture_address).encode()


def write(entries: Iterable[Entry]) -> bytes:
    """A packed folder with a page for each plan, and one beside it with its threads.

    The page alone is what the archive knows: with or without threads it comes back the same. Where
    plans have notes, a page of its own tells them, in the order of the collection.
    """
    entries = list(entries)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as folder:
        for entry in entries:
            name = file_name(entry)
            folder.writestr(f"{name}.md", one(entry))
            if entry.threads:
                folder.writestr(f"{name}-threads.md", threads.as_text(entry.threads))
        if any(entry.note for entry in entries):
            told = (f"{file_name(entry)}.md\n\n{entry.note}".rstrip() for entry in entries)
            folder.writestr("notes.md", "\n\n".join(told) + "\n")
    return packed.getvalue()


def file_name(entry: Entry) -> str:
    """A name that says what is in the file: the plan's number first, for no two are alike."""
    words = slugify(entry.document.title)[:_LONGEST_NAME].strip("-") or "plan"
    return f"{entry.number}-{words}"
