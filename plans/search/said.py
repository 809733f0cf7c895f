"""What a selection asks for, in words: on a saved search, on the cover of a file, in its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.text import slugify
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from plans.models import Collection
    from plans.search.selection import LibraryFilter

_LONGEST_TYPED = 300
_LONGEST_NAME = 60


def in_words(found: LibraryFilter) -> list[str]:
    """What a selection asks for, each in a few words. No query where its plans were read."""
    said = [f"“{found.typed}”"] if found.typed else []
    for one in found.chosen:
        words = f"{one.facet.label}: {one.name}"
        said.append(_("not %(words)s") % {"words": words} if one.left_out else words)
    return said or [_("All plans of the library")]


def told(found: LibraryFilter) -> str:
    """The same in one line, for a file: ``Words: “water”; Region: Africa``.

    Without signs that cannot be printed; of very long words the beginning.
    """
    said = in_words(found)
    if found.typed:
        said[0] = _("Words: %(words)s") % {"words": f"“{_shortened(found.typed)}”"}
    return _printable("; ".join(said))


def in_collection(collection: Collection) -> str:
    """That the plans are those of a collection: ``Collection: Wells``."""
    return _printable(_("Collection: %(name)s") % {"name": collection.name})


def introducing(collection: Collection) -> str:
    """The same for a cover, which has room for what the collection is for."""
    return "\n".join(filter(None, (in_collection(collection), collection.purpose)))


def file_name(found: LibraryFilter, day: str, collection: Collection | None = None) -> str:
    """What a file of these plans is called, without its ending: plain letters, digits, hyphens."""
    if collection is not None:
        asked = in_collection(collection)
    else:
        asked = told(found) if found.typed or found.chosen else ""
    words = slugify(asked)[:_LONGEST_NAME].strip("-")
    return "-".join(filter(None, ("action-learning-plans", words, day)))


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_TYPED else f"{text[:_LONGEST_TYPED].rstrip()}…"


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())
