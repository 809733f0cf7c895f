"""Finding again the phrase that a comment points at, in a text that may have changed since.

A phrase is kept with some words before and after it. It is found where exactly it stands, with any
run of white space as good as another (a browser shows line ends and spaces alike); where it stands
several times, the words around it decide. What cannot be found for certain is not found: a comment
then says that its phrase is gone, and a suggestion is not applied.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

AROUND = 60
"""How many characters before and after a phrase are kept with it."""

LONGEST = 2000
"""The longest phrase, in characters; more than that is better said of the whole answer."""


@dataclass(frozen=True)
class Phrase:
    """Some words of a text and the words around them."""

    words: str
    before: str = ""
    after: str = ""

    @property
    def length(self) -> int:
        """How many characters it has."""
        return len(self.words)


def find(text: str, phrase: Phrase) -> tuple[int, int] | None:
    """Where the phrase stands in ``text``: first sign and the one after the last; None if nowhere.

    Also None where it stands several times and the words around it do not tell which is meant.
    """
    places = _places(text, phrase.words)
    if len(places) < 2:
        return places[0] if places else None
    ranked = sorted(((_likeness(text, place, phrase), place) for place in places), reverse=True)
    (best, place), (second, _other) = ranked[:2]
    return place if best > second else None


def cut(text: str, place: tuple[int, int]) -> Phrase:
    """The phrase that stands at a place of ``text``, with the words around it."""
    start, end = place
    return Phrase(text[start:end], text[max(start - AROUND, 0) : start], text[end : end + AROUND])


def _places(text: str, words: str) -> list[tuple[int, int]]:
    pieces = words.split()
    if not pieces:
        return []
    pattern = re.compile(r"\s+".join(map(re.escape, pieces)))
    return [match.span() for match in pattern.finditer(text)]


def _likeness(text: str, place: tuple[int, int], phrase: Phrase) -> int:
    """How many signs around a place are those around the phrase; white space does not count."""
    start, end = place
    return _common(_bare(text[:start])[::-1], _bare(phrase.before)[::-1]) + _common(
        _bare(text[end:]), _bare(phrase.after)
    )


def _bare(text: str) -> str:
    return "".join(text.split())


def _common(one: str, other: str) -> int:
    number = 0
    for ours, theirs in zip(one, other, strict=False):
        if ours != theirs:
            break
        number += 1
    return number
