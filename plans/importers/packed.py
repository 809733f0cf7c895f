"""A packed folder of pages (ZIP): what is in it, without trusting a word of what it says of itself.

Sizes are counted while unpacking, never believed; names are only names, nothing is written to a
disk; what is no page is left where it is.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from plans.errors import Invalid
from plans.importers.files import text_of
from plans.importers.plaintext import printable

MOST_PAGES: Final = 3_000
LARGEST_PAGE: Final = 2 * 1024 * 1024
LARGEST_FOLDER: Final = 100 * 1024 * 1024
_LONGEST_NAME: Final = 250


@dataclass(frozen=True)
class Packed:
    """A page of a packed folder: its name, and its text or why it cannot be read."""

    name: str
    text: str = ""
    problem: str = ""


def unpack(content: bytes) -> list[Packed]:
    """The pages of a packed folder, by name. Raises Invalid, in words, for one that is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as folder:
            found = sorted(
                (info for info in folder.infolist() if _is_page(info)),
                key=lambda info: info.filename,
            )
            if len(found) > MOST_PAGES:
                raise Invalid(
                    _("There are %(count)d pages in it; at most %(most)d come in at a time.")
                    % {"count": len(found), "most": MOST_PAGES}
                )
            return _read(folder, found)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, OSError, EOFError) as error:
        raise Invalid(_("This is not a ZIP file that can be opened.")) from error


def _is_page(info: zipfile.ZipInfo) -> bool:
    name = info.filename.replace("\\", "/")
    parts = name.split("/")
    hidden = any(part.startswith(("__MACOSX", ".")) for part in parts)
    return not info.is_dir() and not hidden and name.lower().endswith(".md")


def _read(folder: zipfile.ZipFile, found: list[zipfile.ZipInfo]) -> list[Packed]:
    pages = []
    room = LARGEST_FOLDER
    names: set[str] = set()
    for info in found:
        name = printable(info.filename.replace("\\", "/"))[-_LONGEST_NAME:]
        if name in names:
            pages.append(Packed(name, problem=_("There are two files of this name.")))
            continue
        names.add(name)
        page = _page(folder, info, name)
        room -= len(page.text)
        if room <= 0:
            raise Invalid(_("What is in this file is larger than any archive. It was not opened."))
        pages.append(page)
    return pages


def _page(folder: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Packed:
    try:
        with folder.open(info) as file:
            content = file.read(LARGEST_PAGE + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError):
        return Packed(name, problem=_("It is damaged in the ZIP file."))
    except (RuntimeError, NotImplementedError):
        return Packed(name, problem=_("It is locked with a password, or packed in a rare way."))
    if len(content) > LARGEST_PAGE:
        return Packed(name, problem=_("This file is larger than any page of the archive."))
    try:
        return Packed(name, text_of(content))
    except Invalid as refusal:
        return Packed(name, problem=str(refusal))
