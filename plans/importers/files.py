"""The files of an import: which are meant, and what is in them as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from plans.errors import Invalid

LARGEST_FILE: Final = 20 * 1024 * 1024


@dataclass(frozen=True)
class File:
    """A file to read, known as ``source``; ``named`` says whether it was named itself."""

    path: Path
    source: str
    named: bool


def files_in(paths: Sequence[Path]) -> Iterator[File]:
    """The files meant by ``paths``: a folder stands for its markdown files, and those below it.

    A file in a folder is known by its way from there. Where two folders hold a file of the same
    name, the second one is known by its folder's name as well.
    """
    known: dict[str, Path] = {}
    for path in paths:
        for file in _files(path):
            source = file.source
            if known.get(source, file.path) != file.path:
                source = f"{path.resolve().name}/{source}"
            known[source] = file.path
            yield File(file.path, source, file.named)


def _files(path: Path) -> Iterator[File]:
    try:
        pages = sorted(_pages_below(path)) if path.is_dir() else None
    except (OSError, ValueError):
        pages = None
    if pages is None:
        yield File(path, path.name, named=True)
    else:
        for page in pages:
            yield File(page, page.relative_to(path).as_posix(), named=False)


def _pages_below(folder: Path) -> Iterator[Path]:
    for found in folder.rglob("*"):
        if found.suffix.lower() == ".md" and found.is_file():
            yield found


def load(path: Path) -> str:
    """The text of a file. Raises Invalid, in words, when it is not readable as one."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise Invalid(_("This is not a file that can be read."))
        if size > LARGEST_FILE:
            raise Invalid(_("This file is larger than any page of the archive."))
        content = path.read_bytes()
    except FileNotFoundError:
        raise Invalid(_("There is no such file.")) from None
    except OSError as error:
        raise Invalid(
            _("This file cannot be read: %(reason)s.") % {"reason": error.strerror}
        ) from None
    except ValueError:
        raise Invalid(_("A file cannot have this name.")) from None
    return text_of(content)


def text_of(content: bytes) -> str:
    """The text in a file. Raises Invalid, in words, where there is none."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(_("This is not a text file in UTF-8.")) from None
    if not text.strip():
        raise Invalid(_("This file is empty."))
    if "\0" in text:
        raise Invalid(_("This is not a text file."))
    return text
