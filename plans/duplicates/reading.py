"""Reading a name: its words in their one form, and how small words hold them together.

``transfer of knowledge`` says what ``knowledge transfer`` says, ``health and education`` does not
say what ``health education`` says, and ``loans to banks`` are not ``loans from banks``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from plans.duplicates.language import (
    ARTICLES,
    DESCRIBING,
    HOW_ENDINGS,
    JOINING,
    LEADING,
    THINGS,
)
from plans.duplicates.words import plain, singular

Words = tuple[str, ...]
_TOKENS = re.compile(r"[^\W_]+|[,;/&+|]")


@dataclass(frozen=True)
class Chunk:
    """Words between two joining ones: in segments, with what leads from each to the next."""

    segments: tuple[Words, ...]
    leads: Words

    @cached_property
    def straight(self) -> Words:
        """Its words in the order in which they stand."""
        return tuple(word for segment in self.segments for word in segment)

    @cached_property
    def turned(self) -> Words:
        """Its words, what it is about first: “transfer of knowledge” is “knowledge transfer”."""
        return tuple(word for segment in reversed(self.segments) for word in segment)


@dataclass(frozen=True)
class Reading:
    """A name as it is read: its chunks, in their one form, and its words as they are written."""

    chunks: tuple[Chunk, ...]
    written: Words

    @cached_property
    def words(self) -> Words:
        """Its words in their one form, in their order."""
        return tuple(word for chunk in self.chunks for word in chunk.straight)

    @cached_property
    def key(self) -> Words:
        """What names with the same words share, in whatever order."""
        return tuple(sorted(self.words))

    @cached_property
    def things(self) -> Words:
        """What it is about, in the order of “knowledge transfer”, without how that is."""
        return tuple(w for chunk in self.chunks for w in chunk.turned if not describes(w))

    def with_words(self, words: Words) -> Reading:
        """The same name with other words in the places of its own."""
        left = iter(words)
        chunks = tuple(
            Chunk(
                tuple(tuple(next(left) for _ in segment) for segment in chunk.segments), chunk.leads
            )
            for chunk in self.chunks
        )
        return Reading(chunks, self.written)


def read(text: str) -> Reading:
    """Read a name. One of small words only is those words."""
    # A single capital is a word: vitamin A, hepatitis E; not so where everything is in capitals.
    capitals = set() if text.isupper() else set(re.findall(r"\b[A-Z]\b", text))
    kept = {letter.casefold() for letter in capitals}
    tokens = _TOKENS.findall(re.sub(r"\b([a-z])-(?=[a-z]{3})", r"\1", plain(text)))
    chunks: list[Chunk] = []
    segments: list[list[str]] = [[]]
    leads: list[str] = []
    written: list[str] = []
    for at, token in enumerate(tokens):
        inside = 0 < at < len(tokens) - 1 and token not in kept
        if not token[0].isalnum() or (token in JOINING and inside):
            _close(chunks, segments, leads)
            segments, leads = [[]], []
        elif token in ARTICLES and (inside or (len(token) > 1 and at < len(tokens) - 1)):
            continue
        elif token in LEADING and inside and segments[-1]:
            segments.append([])
            leads.append(LEADING[token])
        else:
            segments[-1].append(singular(token))
            written.append(token)
    _close(chunks, segments, leads)
    if not chunks:
        small = tuple(token for token in tokens if token[0].isalnum())
        return Reading((Chunk((small,), ()),), small)
    return Reading(tuple(chunks), tuple(written))


def _close(chunks: list[Chunk], segments: list[list[str]], leads: list[str]) -> None:
    filled = [tuple(segment) for segment in segments if segment]
    if filled:
        chunks.append(Chunk(tuple(filled), tuple(leads[: len(filled) - 1])))


# -- comparing -------------------------------------------------------------------------------------


def same_in_order(one: Reading, other: Reading) -> bool:
    """Whether both say the same words in the same order, held together in the same way."""
    if one.words != other.words:
        return False
    first, second = one.chunks, other.chunks
    if len(first) == len(second) and all(
        a.straight == b.straight and (a.leads == b.leads or not a.leads or not b.leads)
        for a, b in zip(first, second, strict=True)
    ):
        return True
    # Of three things or more it is plain that they are several, whatever stands between them.
    listed = len(first) > 1 and len(second) > 1
    return len(one.words) > 2 and (listed or abs(len(first) - len(second)) > 1)


def same_otherwise(one: Reading, other: Reading) -> bool:
    """Whether both say the same things in another order that changes nothing."""
    if one.key != other.key or one.words == other.words:
        return False
    if _listed(one) == _listed(other):
        return True
    if _turned(one) == _straight(other) or _straight(one) == _turned(other):
        return True
    return _moved(one, other) or _moved(other, one)


def same_translated(one: Reading, other: Reading) -> bool:
    """Whether both say the same, one of them translated word by word."""
    if one.key != other.key or len(one.chunks) != len(other.chunks):
        return False
    joined = len(one.chunks) > 1
    return (sorted(one.things) == sorted(other.things)) if joined else one.things == other.things


def _listed(name: Reading) -> list[tuple[Words, Words]]:
    return sorted((chunk.straight, chunk.leads) for chunk in name.chunks)


def _turned(name: Reading) -> list[Words] | None:
    return sorted(chunk.turned for chunk in name.chunks)


def _straight(name: Reading) -> list[Words] | None:
    """Its chunks as they stand, if nothing leads in them from one word to the next."""
    if any(chunk.leads for chunk in name.chunks):
        return None
    return sorted(chunk.straight for chunk in name.chunks)


def _moved(one: Reading, other: Reading) -> bool:
    """How a thing is said before it in one, and behind it in the other: inclusion social."""
    if len(one.chunks) > 1 or len(other.chunks) > 1 or one.chunks[0].leads or other.chunks[0].leads:
        return False
    first, *rest = one.words
    behind = (*rest, first) == other.words
    return behind and (first.isdigit() or describes(first)) and not describes(rest[-1])


def describes(word: str) -> bool:
    """Whether a word says how something is."""
    return word in DESCRIBING or (
        len(word) > 5 and word.endswith(HOW_ENDINGS) and word not in THINGS
    )
