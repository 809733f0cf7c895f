"""Abbreviations: what they stand for, and names that explain their own."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from plans.duplicates.language import EXPANSIONS, SMALL
from plans.duplicates.reading import Reading, Words, read
from plans.duplicates.words import bare, folded, plain, singular

_STANDS_FOR: dict[str, list[Reading]] = defaultdict(list)
_IN_FULL: dict[str, str] = {}
for _short, _long in EXPANSIONS:
    _STANDS_FOR[folded(_short)].append(read(_long))
    _IN_FULL.setdefault(_short, _long)

ONE_THING: frozenset[Words] = frozenset(
    reading.key for readings in _STANDS_FOR.values() for reading in readings
)
"""What has an abbreviation is one thing, also where there are commas in it."""

_ORDINARY = """
it who wash stem un odd tic ar sig sida ia covid
"""
ORDINARY = frozenset(_ORDINARY.split())
"""Abbreviations that look like words within a name."""


def meanings(text: str) -> list[Reading]:
    """What a name that is a well-known abbreviation stands for, in one language or several."""
    found = _STANDS_FOR.get(folded(text))
    if found is None and " " not in text.strip():
        found = _STANDS_FOR.get(singular(bare(text)))
    return found or []


def in_full(text: str) -> Reading | None:
    """A name with an abbreviation among its words, written in full; None if it has none."""
    words = bare(text).split()
    if len(words) < 2:
        return None
    short = [word for word in words if word not in ORDINARY and _expanded(word)]
    if not short:
        return None
    return read(re.sub(r"[^\W_]+", lambda match: _expanded(match[0]) or match[0], plain(text)))


def _expanded(word: str) -> str:
    return "" if word in ORDINARY else _IN_FULL.get(word) or _IN_FULL.get(singular(word), "")


_BESIDE = re.compile(r"\s*(.+?)\s*(?:\(([^()]+)\)|\s[-–—/:=]\s+(.+?))\s*")


def spelled_out(text: str) -> Iterator[tuple[str, Reading]]:
    """The abbreviation and what it stands for, of a name that says both."""
    beside = _BESIDE.fullmatch(text)
    if beside is None:
        return
    first, second = beside[1], beside[2] or beside[3]
    for short, long in ((first, second), (second, first)):
        letters = folded(short)
        letters = letters.removesuffix("s") if len(letters) > 2 else letters
        if 2 <= len(letters) <= 7 and letters in _initials(long):
            yield letters, read(long)
            return


def _initials(name: str) -> set[str]:
    every = bare(name).split()
    telling = [word for word in every if word not in SMALL]
    if len(every) < 2:
        return set()
    return {"".join(word[0] for word in words) for words in (every, telling)}
