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
    unknown, near = _unknown(found)
    if not unknown or len(unknown) > MOST_MENDED:
        return None
    if not all(near.get(one.tokens[0]) for one in unknown):
        return None
    readings = []
    for turn in range(TRIES):
        right = [near[one.tokens[0]] for one in unknown]
        if turn >= max(len(words_near) for words_near in right):
            break
        chosen = [one[min(turn, len(one) - 1)] for one in right]
        typed = found.typed
        for wrong, instead in zip(unknown, chosen, strict=True):
            typed = re.sub(
                rf"(?<!\w){re.escape(wrong.typed)}(?!\w)", instead, typed, flags=re.IGNORECASE
            )
        readings.append((found.searching(typed), tuple(chosen)))
    best = _first_that_finds([selection for selection, _chosen in readings])
    if best is None:
        return None
    selection, chosen_words = readings[best]
    return Mended(selection, tuple(one.typed for one in unknown), chosen_words)


def _unknown(found: LibraryFilter) -> tuple[list[Meaning], dict[str, list[str]]]:
    """The words, one by one, that no plan of the reader's says or points to; and words that look
    like each, the likeliest first. One query."""
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
        return [], {}
    if not asked:
        return [], {}
    params: list[Any] = list(given)
    parts = []
    for place, meaning in enumerate(asked):
        sets = ["SELECT plan_id FROM plans_searchtext WHERE words @@ %s::tsquery"]
        params.append(meaning.query)
        for kind, keys in meaning.names.items():
            sets.append(POINTING[kind])
            params.append(keys)
        parts.append(_KNOWN.format(place=place, sets=" UNION ALL ".join(sets)))
    parts.append(_NEAR)
    params.append([meaning.tokens[0] for meaning in asked])
    # Made of fixed texts; what was typed comes as parameters.
    sql = f"WITH known (id) AS ({known}) " + " UNION ALL ".join(parts)
    said = set()
    near: dict[str, set[tuple[int, str]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        for place, word, other in cursor:
            if place is not None:
                said.add(place)
            elif (worth := _worth(word, other)) is not None:
                near.setdefault(word, set()).add((worth, other))
    unknown = [meaning for place, meaning in enumerate(asked) if place not in said]
    return unknown, {word: [other for _worth, other in sorted(n)] for word, n in near.items()}


_KNOWN = """
SELECT {place}, '', '' WHERE EXISTS (SELECT FROM known WHERE id IN ({sets}))
"""
_NEAR = """
SELECT NULL, typed.word, near.word
FROM unnest(%s::text[]) AS typed(word), LATERAL (
    SELECT DISTINCT known.word, similarity(known.word, typed.word) AS alike
    FROM plans_searchword AS known
    WHERE (known.word %% typed.word OR known.word LIKE typed.word || '%%')
      AND known.word <> typed.word
    ORDER BY alike DESC, known.word LIMIT 60
) AS near
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
