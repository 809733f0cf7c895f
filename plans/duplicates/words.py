"""Words of names: which matter, and their one form for singular, plural and other spellings."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from plans.duplicates.language import (
    ENDINGS,
    IRREGULAR,
    NOT_BY_ENDING,
    SMALL,
    SPELLED,
    UNCHANGING,
)


def folded(text: str) -> str:
    """The letters and digits of a name, small and without accents; only numbers stay apart."""
    return re.sub(r"(?<!\d) | (?!\d)", "", bare(text))


def bare(text: str) -> str:
    """A name in small letters without accents; white space for everything between its words."""
    return " ".join(re.findall(r"[^\W_]+", plain(text)))


def plain(text: str) -> str:
    """A name in small letters without accents, with its punctuation, and c++ not taken for c."""
    if text.isascii():
        found = text.casefold()
    else:
        found = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
        found = "".join(sign for sign in found if not unicodedata.combining(sign))
    found = re.sub(r"(?<=\w)'s\b|(?<=s)'(?=\s|$)", "", found)
    found = re.sub(r"\b(?:[dl]|qu)'(?=\w)", lambda match: _ELIDED[match[0]], found)
    return re.sub(r"\b([a-z])(\+\+?|#)(?!\w)", lambda match: match[1] + _SIGNS[match[2]], found)


_ELIDED = {"d'": "de ", "l'": "le ", "qu'": "que "}
_SIGNS = {"+": "plus", "++": "plusplus", "#": "sharp"}


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
        return _spelled(IRREGULAR[word])
    if word in UNCHANGING or len(word) < 4 or word.isdigit():
        return _spelled(word)
    if word not in NOT_BY_ENDING:
        for ending, one, least in _LONGEST_FIRST:
            if len(word) >= least and word.endswith(ending):
                return _spelled(word.removesuffix(ending) + one)
    if word.endswith("s") and not word.endswith(("ss", "us", "is", "ics")):
        return _spelled(IRREGULAR.get(word[:-1], word[:-1]))
    return _spelled(word)


_LONGEST_FIRST = sorted(ENDINGS, key=lambda ending: -len(ending[0]))
_RULES = [
    (re.compile(found), instead)
    for found, instead in (
        (r"(?<=[a-z]{3})is(?=(?:e|ed|ing|ation|ations|er|ers)$)", "iz"),
        (r"(?<=[a-z]{3})yse(?=d?$)", "yze"),
        (r"(?<=[a-z]{3})our(?=$|al$|ally$|ed$|ing$|hood$)", "or"),
        (r"(?<=[a-z]{2}el)l(?=(?:ing|ed|er)$)", ""),
        (r"(?<=an)ae(?=[ms])|(?<=\bh)ae(?=m)|(?<=p)ae(?=d)|(?<=yn)ae(?=c)|(?<=uk)ae(?=m)", "e"),
        (r"^oe(?=d|s)|(?<=^f)oe(?=t)", "e"),
        (r"centre", "center"),
        (r"programme", "program"),
    )
]


def _spelled(word: str) -> str:
    if word in SPELLED:
        return SPELLED[word]
    if word.endswith(("iency", "ancy")) and len(word) > 6:
        word = word[:-2] + "ce"
    for found, instead in _RULES:
        word = found.sub(instead, word)
    return word
