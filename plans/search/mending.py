"""What somebody may have meant who finds nothing: the same search with a typing error undone.

Each word that no plan of the reader's has is replaced by one that looks like it or begins so. Only
a search that finds plans which this reader may see is offered, so no word of any other plan can
come up. Everything is tried once, a few ways at a time: never a second round.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from rapidfuzz.distance import OSA

from plans.search.meaning import POINTING, understand_each

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plans.search.meaning import Meaning
    from plans.search.selection import LibraryFilter

TRIES = 5
"""So many other readings of a search are tried."""
SHORTEST = 3
MOST_MENDED = 4
"""Where more words than this are unknown, it is another language or nonsense."""


@dataclass(frozen=True)
class Mended:
    """What is shown instead: the selection, the words that were not found, and those for them."""

    selection: LibraryFilter
    wrong: tuple[str, ...]
    right: tuple[str, ...]


def mended(found: LibraryFilter) -> Mended | None:
    """The search that may have been meant by one that finds nothing; None where none finds more.

    Three queries at most.
    """
    unknown = _unknown(found)
    if not 0 < len(unknown) <= MOST_MENDED or not all(near for _word, near in unknown):
        return None
    readings = []
    for turn in range(min(TRIES, max(len(near) for _word, near in unknown))):
        chosen = tuple(near[min(turn, len(near) - 1)] for _word, near in unknown)
        typed = found.typed
        for (wrong, _near), instead in zip(unknown, chosen, strict=True):
            typed = re.sub(
                rf"(?<!\w){re.escape(wrong.typed)}(?!\w)", instead, typed, flags=re.IGNORECASE
            )
        readings.append((found.searching(typed), chosen))
    best = _first_that_finds([selection for selection, _chosen in readings])
    if best is None:
        return None
    selection, chosen_words = readings[best]
    return Mended(selection, tuple(wrong.typed for wrong, _near in unknown), chosen_words)


def _unknown(found: LibraryFilter) -> list[tuple[Meaning, list[str]]]:
    """The words, one by one, that no plan of the reader's says or points to; each with the words
    that look like it, the likeliest first. One query."""
    asked = [
        meaning
        for one in found.wanted
        if not one.excluded
        for meaning in one.meanings
        if len(meaning.tokens) == 1 and not meaning.exact and len(meaning.tokens[0]) >= SHORTEST
    ]
    try:
        known, given = found.queryset.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    if not asked:
        return []
    parts: list[str] = []
    params: list[Any] = list(given)
    for place, meaning in enumerate(asked):
        sets = ["SELECT * FROM search_said(%s::tsquery)"]
        params += [place, meaning.tokens[0], meaning.query]
        for kind, keys in meaning.names.items():
            sets.append(POINTING[kind])
            params.append(keys)
        parts.append(_UNKNOWN.format(sets=" UNION ALL ".join(sets)))
    # Made of fixed texts; what was typed comes as parameters.
    sql = _NEAR.format(known=known, unknown=" UNION ALL ".join(parts))
    near: dict[int, set[tuple[int, str]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, MOST_MENDED])
        for place, word, other in cursor:
            alike = near.setdefault(place, set())
            if other is not None and (worth := _worth(word, other)) is not None:
                alike.add((worth, other))
    return [
        (asked[place], [other for _worth, other in sorted(alike)]) for place, alike in near.items()
    ]


_UNKNOWN = """
SELECT %s::integer, %s::text WHERE NOT EXISTS (SELECT FROM known WHERE id IN ({sets}))
"""
# Where more words than are mended are unknown, nothing that looks like them is looked up.
_NEAR = """
WITH known (id) AS NOT MATERIALIZED ({known}), unknown (place, word) AS MATERIALIZED ({unknown})
SELECT typed.place, typed.word, near.word
FROM unknown AS typed LEFT JOIN LATERAL (
    SELECT DISTINCT told.word, similarity(told.word, typed.word) AS alike
    FROM plans_searchword AS told
    WHERE (told.word %% typed.word OR told.word LIKE typed.word || '%%')
      AND told.word <> typed.word AND (SELECT count(*) FROM unknown) <= %s
    ORDER BY alike DESC, told.word LIMIT 60
) AS near ON true
ORDER BY typed.place
"""


def _worth(typed: str, other: str) -> int | None:
    """How likely one was typed for the other, 0 the likeliest; None for not at all.

    One slip comes before words that merely begin so, and these before two slips.
    """
    slips = OSA.distance(typed, other)
    allowed = 1 if len(typed) <= 4 else 2
    if slips == 1:
        return 0
    if other.startswith(typed):
        return 1 + len(other) - len(typed)
    return 20 + slips if slips <= allowed else None


def _first_that_finds(selections: Sequence[LibraryFilter]) -> int | None:
    """The place of the first selection that finds a plan. Two queries, one where one is enough."""
    understood = understand_each([selection.read.clauses for selection in selections])
    parts: list[str] = []
    params: list[Any] = []
    for place, (selection, wanted) in enumerate(zip(selections, understood, strict=True)):
        selection.wanted = wanted
        try:
            sql, given = selection.qs.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT {place} WHERE EXISTS ({sql})")
        params += given
    if not parts:
        return None
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        found = [place for (place,) in cursor]
    return min(found, default=None)
