"""The words of an imported plan that are no term of their own here, and where they stood."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class KeptWords:
    """What a plan's ``kept_words`` say; only imported plans have any.

    By field a list of places, counted from 0, and words: ``{"methods": [[2, "Pilots!"]]}`` is a
    second spelling of a term that the plan has, or a sentence too long for one. ``country`` and
    ``sectors`` are what the page calls them where they have another name here, or none; ``sdgs``
    are numbers.
    """

    def __init__(self, kept: dict[str, Any]) -> None:
        self._kept = kept

    def country(self, name: str) -> str:
        """The country's name on the page, or its name here."""
        return "".join(words for _place, words in self._kept.get("country", ())) or name

    def sector(self, place: int, name: str) -> str:
        """The sector of the partner at that place in the page's words, or its name here."""
        return str(dict(self._kept.get("sectors", ())).get(place, name))

    def goals(self, numbers: Iterable[int]) -> list[int]:
        """The numbers of all goals, in their order."""
        return sorted({*numbers, *self._kept.get("sdgs", ())})

    def among(self, field: str, chosen: list[str]) -> list[str]:
        """The words of chosen terms, with those that are no term where they stood."""
        words = [*chosen]
        for place, said in sorted(self._kept.get(field, ())):
            words.insert(place, said)
        return words
