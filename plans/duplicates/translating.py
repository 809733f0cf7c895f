"""Names in French, Spanish and Portuguese, said in English word by word."""

from __future__ import annotations

from collections.abc import Iterator

from plans.duplicates.language import SMALL
from plans.duplicates.reading import Reading, read
from plans.duplicates.translations import TRANSLATIONS
from plans.duplicates.words import bare, singular

Run = tuple[str, ...]


def _run(text: str) -> Run:
    return tuple(
        singular(word) for word in bare(text.replace("'", "’")).split() if word not in SMALL
    )


def _by_language() -> list[dict[Run, str]]:
    tables: list[dict[Run, str]] = [{}, {}, {}]
    for at, (english, foreign) in enumerate(TRANSLATIONS):
        for words in foreign:
            tables[at % 3].setdefault(_run(words), english)
    return tables


_TABLES = _by_language()
_LONGEST = max(len(run) for table in _TABLES for run in table)


def in_english(text: str) -> Iterator[Reading]:
    """How the name may be said in English: once for each language that has its words."""
    given = bare(text).split()
    ones = [singular(word) for word in given]
    seen = set()
    for table in _TABLES:
        said = _said(given, ones, table)
        if said is not None and said not in seen:
            seen.add(said)
            yield read(said)


def _said(given: list[str], ones: list[str], table: dict[Run, str]) -> str | None:
    """The name with every run of words put into English that the table has, the longest first.

    None if a word of it is in no run: what is half translated is nothing.
    """
    out: list[str] = []
    at = 0
    while at < len(given):
        if given[at] in SMALL:
            out.append(given[at])
            at += 1
            continue
        taken, english = _match(given, ones, at, table)
        if not taken:
            return None
        out.append(english)
        at += taken
    return " ".join(out)


def _match(given: list[str], ones: list[str], at: int, table: dict[Run, str]) -> tuple[int, str]:
    """How many of the next words make the longest run in the table, and what it is in English."""
    best = (0, "")
    run: list[str] = []
    for end in range(at, len(given)):
        if given[end] in SMALL:
            continue
        run.append(ones[end])
        if len(run) > _LONGEST:
            break
        english = table.get(tuple(run))
        if english is not None:
            best = (end - at + 1, english)
    return best
