"""What a person typed into the search, taken apart: words, "phrases", what to leave out, OR.

Every word must occur; ``-word``, ``-"a phrase"`` and ``NOT word`` leave plans out; ``OR`` between
two words asks for either, and binds closer than anything else: ``water OR rain harvest`` means one
of the first two, and *harvest*. Anything can be typed: what has no letter or number is passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_SIGNS = 1_000
MOST_WORDS = 16
"""So much of what was typed is looked at; the rest would only make it slow."""

_MARKS = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "″": '"', "−": "-", "–": "-", "’": "'"}
)
_PIECE = re.compile(r'(-*)"([^"]*)(?:"|$)|(\S+)')
_GOAL = re.compile(r"\b(?:sdg|goal|odd|ods)\s*#?\s*(\d{1,2})\b", re.IGNORECASE)
_ASKING = re.compile(
    r"^\s*(?:who (?:else )?(?:works?|is working) (?:on|with)|qui travaille sur|"
    r"qui[ée]n(?:es)? trabajan? (?:en|con)|quem trabalha (?:em|com))\b",
    re.IGNORECASE,
)
_UNSPOKEN = frozenset(
    re.findall(
        r"\w+",
        "a an the of and or to in on at for with by from is are this that de la le les l d et en "
        "du des un une au aux pour sur dans el los las y o para por con del da do das dos e em um "
        "uma com s t",
    )
)
"""Words that nearly every text of their language has: asking for them finds nothing out."""


@dataclass(frozen=True)
class Unit:
    """One word or phrase. ``exact``: stood in quotation marks, so that no other form is meant."""

    typed: str
    exact: bool = False


@dataclass(frozen=True)
class Clause:
    """One thing that is asked for: any of its units; or, ``excluded``, none of them."""

    units: tuple[Unit, ...]
    excluded: bool = False


@dataclass(frozen=True)
class Typed:
    """What was typed, taken apart. ``cut``: there was more than is looked at."""

    clauses: tuple[Clause, ...]
    cut: bool = False


def read(typed: str) -> Typed:
    """Take apart what was typed; no clauses where it holds no letter and no number."""
    plain = re.sub(r"[\x00-\x1f\x7f\ufffd\ud800-\udfff]", " ", typed).translate(_MARKS)
    cut = len(plain) > MOST_SIGNS
    plain = _GOAL.sub(r"sdg\1", _ASKING.sub(" ", plain[:MOST_SIGNS]))
    clauses: list[Clause] = []
    joins = negates = False
    for dashes, phrase, word in _PIECE.findall(plain):
        if word in {"OR", "|"}:
            joins = bool(clauses)
            continue
        if word in {"NOT", "AND", "&"}:
            negates = negates or word == "NOT"
            continue
        excluded = negates or bool(dashes) or word.startswith("-")
        units = _units(phrase, word.lstrip("-+"))
        if not units:
            continue
        if joins and len(units) == 1 and clauses[-1].excluded == excluded:
            clauses[-1] = Clause((*clauses[-1].units, units[0]), excluded)
        elif excluded:
            whole = " ".join(unit.typed for unit in units)
            clauses.append(Clause((Unit(whole, bool(phrase) or len(units) > 1),), excluded=True))
        else:
            clauses += [Clause((unit,)) for unit in units]
        joins = negates = False
    spoken = [clause for clause in clauses if not _is_unspoken(clause)]
    if any(not clause.excluded for clause in spoken):
        clauses = spoken
    return Typed(tuple(clauses[:MOST_WORDS]), cut or len(clauses) > MOST_WORDS)


def _units(phrase: str, word: str) -> list[Unit]:
    if phrase:
        return [Unit(phrase.strip(), exact=True)] if _says(phrase) else []
    # “l'énergie” is énergie; “women's” is women.
    parts = [part for part in word.split("'") if _says(part)]
    longer = [part for part in parts if len(part) > 2]
    return [Unit(part) for part in longer or parts]


def _says(words: str) -> bool:
    return any(sign.isalnum() for sign in words)


def _is_unspoken(clause: Clause) -> bool:
    return all(
        not unit.exact and re.sub(r"\W", "", unit.typed).lower() in _UNSPOKEN
        for unit in clause.units
    )
