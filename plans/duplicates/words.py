"""Words of names: which matter, their one form, and which are slips of the fingers for others."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from functools import cache

from plans.duplicates.language import CONFUSED, IRREGULAR, OPPOSITES, SMALL, UNCHANGING


def folded(text: str) -> str:
    """The letters and digits of a name, small and without accents, nothing between them."""
    return "".join(bare(text).split())


def bare(text: str) -> str:
    """A name in small letters without accents; white space for everything between its words."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = re.sub(r"(?<=\w)'s\b|(?<=s)'(?=\s|$)", "", plain)
    return " ".join(re.findall(r"[^\W_]+", plain))


def words(text: str) -> list[str]:
    """The words of a name that mean something, in their order; all of them if none does."""
    found = bare(text).split()
    last = len(found) - 1
    return [
        word
        for at, word in enumerate(found)
        # A single letter is small between two words only: e-governance, vitamin A.
        if word not in SMALL or (len(word) == 1 and at in (0, last))
    ] or found


@cache
def singular(word: str) -> str:
    """One form for a word's singular and plural, and for its British and American spelling."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    if word in UNCHANGING or len(word) < 4 or word.isdigit():
        return _spelled(word)
    if word.endswith("ies") and len(word) > 4:
        return _spelled(word[:-3] + "y")
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return _spelled(word[:-2])
    if word.endswith("s") and not word.endswith(("ss", "us", "is", "ics")):
        return _spelled(word[:-1])
    return _spelled(word)


_ISE = re.compile(r"(?<=[a-z]{3})is(?=(?:e|ed|ing|ation|ations|er|ers)$)")


def _spelled(word: str) -> str:
    word = _ISE.sub("iz", word)
    word = re.sub(r"(?<=[a-z]{3})our(?=$|al$|ally$|ed$|ing$|hood$)", "or", word)
    word = re.sub(r"(?<=[a-z]{4})cy$", "ce", word) if word.endswith(("iency", "ancy")) else word
    return word.replace("centre", "center").replace("programme", "program")


# -- typing errors ---------------------------------------------------------------------------------

SHORTEST = 7
"""Words below this many letters have too many true neighbours."""


def misspelled(one: str, other: str) -> bool:
    """Whether two words differ by a slip of the fingers, and are not two real words."""
    if one == other or frozenset((one, other)) in CONFUSED:
        return False
    short, long = sorted((one, other), key=len)
    if len(short) < SHORTEST or any(sign.isdigit() for sign in one + other):
        return False
    if short[0] != long[0] or _is_another_word(short, long):
        return False
    if len(short) == len(long):
        return _swapped(short, long) or (len(short) > SHORTEST and _one_off(short, long))
    missing = len(long) - len(short)
    return missing <= (2 if len(short) > SHORTEST else 1) and _left_out(short, long)


def _is_another_word(short: str, long: str) -> bool:
    """Whether the longer word is the shorter one with a beginning or an ending of its own."""
    if long.startswith(short) or long.endswith(short):
        return True
    return any(
        long.startswith(beginning) != short.startswith(beginning)
        and (long.removeprefix(beginning) == short or short.removeprefix(beginning) == long)
        for beginning in OPPOSITES
    )


def _swapped(one: str, other: str) -> bool:
    """Two neighbouring letters in the wrong order; both words long enough to be sure."""
    at = [place for place, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
    return (
        len(one) > SHORTEST
        and len(at) == 2
        and at[1] == at[0] + 1
        and one[at[0]] == other[at[1]]
        and one[at[1]] == other[at[0]]
    )


def _one_off(one: str, other: str) -> bool:
    """One letter mistaken for another in the middle; the ends of words carry their grammar."""
    at = [place for place, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
    return len(at) == 1 and 1 < at[0] < len(one) - 3


def _left_out(short: str, long: str) -> bool:
    """The shorter word is the longer one with letters left out, none of them among the last two."""
    if short[-2:] != long[-2:]:
        return False
    signs = iter(long)
    return all(sign in signs for sign in short)


def slips(known: set[str]) -> dict[str, set[str]]:
    """For each word the known words that it may be a slip of, and the other way round.

    Words that share what is left after leaving letters out are looked at; all others are too far.
    """
    shapes: dict[str, set[str]] = defaultdict(set)
    for word in known:
        if len(word) >= SHORTEST:
            for shape in _shapes(word):
                shapes[shape].add(word)
    found: dict[str, set[str]] = defaultdict(set)
    for alike in shapes.values():
        if len(alike) < 2:
            continue
        for one in alike:
            for other in alike:
                if one < other and misspelled(one, other):
                    found[one].add(other)
                    found[other].add(one)
    return found


def _shapes(word: str) -> set[str]:
    """The word, and the word with one or with two of its letters left out."""
    once = {word[:at] + word[at + 1 :] for at in range(1, len(word))}
    twice = {
        shape[:at] + shape[at + 1 :]
        for shape in once
        for at in range(1, len(shape))
        if len(word) > SHORTEST + 1
    }
    return {word} | once | twice
