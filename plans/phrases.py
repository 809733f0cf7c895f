"""Finding again the phrase that a comment points at, in a text that may have changed since.

A phrase is kept with some words before and after it. It is found where exactly it stands, with any
run of white space as good as another (a browser shows line ends and spaces alike); where it stands
several times, the words around it decide. What cannot be found for certain is not found: a comment
then says that its phrase is gone, and a suggestion is not applied.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

AROUND = 60
"""How many characters before and after a phrase are kept with it."""

LONGEST = 2000
"""The longest phrase, in characters; more than that is better said of the whole answer."""


CERTAIN = 24
"""A phrase with so many signs is known by itself, whatever stands around it."""

NEIGHBOUR = 8
"""Of a shorter one, so many signs right before or after it must still be there."""


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

    Also None where the words around it do not tell which of several places is meant, and where a
    short phrase stands among other words than it did: that may be another one of the same kind.
    """
    places = find_all(text, phrase.words)
    if not places:
        return None
    if not _bare(phrase.before + phrase.after):
        return places[0] if len(places) == 1 else None
    ranked = sorted(((_likeness(text, place, phrase), place) for place in places), reverse=True)
    best, place = ranked[0]
    if len(ranked) > 1 and best == ranked[1][0]:
        return None
    return place if _is_the_same(text, place, phrase) else None


def find_all(text: str, words: str) -> list[tuple[int, int]]:
    """Every place at which these words stand in ``text``; none for no words."""
    pieces = words.split()
    if not pieces:
        return []
    pattern = re.compile(r"\s+".join(map(re.escape, pieces)))
    return [match.span() for match in pattern.finditer(text)]


def cut(text: str, place: tuple[int, int]) -> Phrase:
    """The phrase that stands at a place of ``text``, with the words around it."""
    start, end = place
    return Phrase(text[start:end], text[max(start - AROUND, 0) : start], text[end : end + AROUND])


def _likeness(text: str, place: tuple[int, int], phrase: Phrase) -> int:
    """How many signs around a place are those around the phrase; white space does not count."""
    return sum(_alike(text, place, phrase))


def _alike(text: str, place: tuple[int, int], phrase: Phrase) -> tuple[int, int]:
    """How many signs before and after a place are those before and after the phrase."""
    start, end = place
    return (
        in_common(_signs(text, range(start - 1, -1, -1)), _bare(phrase.before)[::-1]),
        in_common(_signs(text, range(end, len(text))), _bare(phrase.after)),
    )


def _is_the_same(text: str, place: tuple[int, int], phrase: Phrase) -> bool:
    """Whether a place is surely that of the phrase: by its own length, or by a neighbour."""
    if len(_bare(phrase.words)) >= CERTAIN:
        return True
    before, after = _alike(text, place, phrase)
    start, end = place
    return (
        before >= min(len(_bare(phrase.before)), NEIGHBOUR) > 0
        or after >= min(len(_bare(phrase.after)), NEIGHBOUR) > 0
        or (not _bare(phrase.before) and not _bare(text[:start]))
        or (not _bare(phrase.after) and not _bare(text[end:]))
    )


def _bare(text: str) -> str:
    return "".join(text.split())


def _signs(text: str, places: range) -> Iterator[str]:
    """The signs at these places but for white space, read one by one: few of a text are asked for,
    and a short word stands in it thousands of times."""
    return (text[place] for place in places if not text[place].isspace())


def in_common(one: Iterable[str], other: Iterable[str]) -> int:
    """How many signs both begin with."""
    number = 0
    for ours, theirs in zip(one, other, strict=False):
        if ours != theirs:
            break
        number += 1
    return number
