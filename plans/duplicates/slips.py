"""Slips of the fingers: which words are probably others, mistyped.

A word that a dictionary knows is what somebody meant, however near another one is: mortality is
not morality. The dictionaries are looked into once for all the words of a list and put away again.
"""

from __future__ import annotations

import gzip
import importlib.resources
import re
from collections import defaultdict
from collections.abc import Iterable

from plans.duplicates.language import CONFUSED, INFIXES, OPPOSITES

SHORTEST = 5
"""Words below this many letters have too many true neighbours."""
LONG = 8
"""From so many letters on more than a swap or a double letter is taken for a slip."""
LANGUAGES = ("en", "fr", "es", "pt")
_WITHOUT_ACCENTS = str.maketrans("áàâãäçéèêëíìîïñóòôõöúùûüœ", "aaaaaceeeeiiiinooooouuuuo")

_PLAIN = re.compile(r'"([a-z]+)"')
_ACCENTED = re.compile(r'"([a-z]*[^\x00-\x7f"][^"]*)"')

Known = dict[str, frozenset[str]]
"""The languages in which each word is one."""


def known(words: Iterable[str]) -> Known:
    """In which languages the dictionaries have each of these words."""
    asked = {word for word in words if word.isascii() and word.isalpha()}
    found: dict[str, set[str]] = defaultdict(set)
    if not asked:
        return {}
    for language in LANGUAGES:
        for word in asked.intersection(dictionary(language)):
            found[word].add(language)
    return {word: frozenset(languages) for word, languages in found.items()}


def dictionary(language: str) -> list[str]:
    """The words of a language, small and without accents."""
    folder = importlib.resources.files("spellchecker") / "resources"
    text = gzip.decompress((folder / f"{language}.json.gz").read_bytes()).decode()
    # What has no accents needs none taken off; that is most, and quicker than all.
    accented = "\n".join(_ACCENTED.findall(text)).translate(_WITHOUT_ACCENTS)
    return [*_PLAIN.findall(text), *accented.split("\n")]


def near(words: set[str]) -> dict[str, set[str]]:
    """For each word those that differ from it by no more than a slip does; so both ways round.

    Words that share what is left after leaving letters out are looked at; all others are too far.
    """
    shapes: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        if len(word) >= SHORTEST:
            for shape in _shapes(word):
                shapes[shape].append(word)
    found: dict[str, set[str]] = defaultdict(set)
    for alike in shapes.values():
        for at, one in enumerate(alike):
            for other in alike[at + 1 :]:
                if other not in found[one] and may_be_a_slip(one, other):
                    found[one].add(other)
                    found[other].add(one)
    return found


def may_be_a_slip(one: str, other: str) -> bool:
    """Whether two words differ as a word and a slip of it do; both may be words all the same."""
    if one == other or frozenset((one, other)) in CONFUSED:
        return False
    short, long = sorted((one, other), key=len)
    if len(short) < SHORTEST or any(sign.isdigit() for sign in one + other):
        return False
    if short[0] != long[0] or _is_another_word(short, long):
        return False
    if len(short) == len(long):
        return _swapped(short, long) or (len(short) >= LONG and _one_off(short, long))
    return _left_out(short, long)


def sure_without_dictionary(one: str, other: str) -> bool:
    """Whether two words that no dictionary has are one all the same: long, and nearly the same."""
    if min(len(one), len(other)) < LONG:
        return False
    if len(one) == len(other):
        return _swapped(one, other)
    return abs(len(one) - len(other)) == 1


def swapped_or_doubled(one: str, other: str) -> bool:
    """Whether two short words differ by no more than a swap, or by a double letter."""
    short, long = sorted((one, other), key=len)
    if len(short) == len(long):
        return _swapped(short, long)
    return any(
        long[at] == long[at - 1] and long[:at] + long[at + 1 :] == short
        for at in range(1, len(long))
    )


def _is_another_word(short: str, long: str) -> bool:
    """Whether the longer word is the shorter one with a beginning or an ending of its own."""
    if long.startswith(short):
        # “governancee”, “educatio”: one letter too many or too few where no ending has one.
        return not (len(short) >= LONG and len(long) == len(short) + 1 and _no_ending(long))
    if long.endswith(short):
        return True
    return any(
        long.startswith(beginning) != short.startswith(beginning)
        and (long.removeprefix(beginning) == short or short.removeprefix(beginning) == long)
        for beginning in OPPOSITES
    )


def _no_ending(long: str) -> bool:
    return long[-1] == long[-2] or long.endswith(("tion", "sion", "ance", "ence", "ment", "ship"))


def _swapped(one: str, other: str) -> bool:
    """Two neighbouring letters in the wrong order."""
    at = [place for place, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
    return (
        len(at) == 2
        and at[1] == at[0] + 1
        and one[at[0]] == other[at[1]]
        and one[at[1]] == other[at[0]]
    )


def _one_off(one: str, other: str) -> bool:
    """One letter mistaken for another, not the last: that one carries the grammar."""
    at = [place for place, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
    return len(at) == 1 and 1 < at[0] < len(one) - 1


def _left_out(short: str, long: str) -> bool:
    """The shorter word is the longer one without a letter, or without two if both are long.

    Two letters that make another word of it (sanitation, sanitization) are none left out.
    """
    missing = len(long) - len(short)
    if missing == 1:
        at = next((at for at, sign in enumerate(short) if sign != long[at]), len(short))
        if short != long[:at] + long[at + 1 :]:
            return False
        doubled = long[at] == long[at - 1]
        return doubled or (at < len(short) - 1 and len(long) > SHORTEST) or len(short) >= LONG
    if missing != 2 or len(short) < LONG - 1 or short[-2:] != long[-2:]:
        return False
    start = next((at for at, sign in enumerate(short) if sign != long[at]), len(short))
    together = short == long[:start] + long[start + 2 :]
    if together:
        chunks = {
            long[at : at + 2] for at in range(start + 1) if short == long[:at] + long[at + 2 :]
        }
        return not chunks & INFIXES
    signs = iter(long)
    return all(sign in signs for sign in short)


def _shapes(word: str) -> set[str]:
    """The word, and the word with one or with two of its letters left out."""
    once = {word[:at] + word[at + 1 :] for at in range(1, len(word))}
    if len(word) < LONG - 1:
        return {word} | once
    twice = {shape[:at] + shape[at + 1 :] for shape in once for at in range(1, len(shape))}
    return {word} | once | twice
