"""How many plans each choice of each facet would leave, in one statement.

A choice beside others of its facet widens what is found, so its number is counted without what is
chosen there already; what is chosen in the other facets, and what is left out, counts for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper
from django.utils.text import capfirst

from plans.search.facets import FACETS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import Q

    from plans.models.plan import PlanQuerySet

FEW = 6
"""So many choices of a facet are shown unasked."""
MANY = 200
"""So many when somebody asks for more of one."""


@dataclass(frozen=True)
class Choice:
    """One choice of a facet: its word in the address, its name, and how many plans have it."""

    word: str
    name: str
    plans: int


@dataclass(frozen=True)
class Counts:
    """How many plans there are, and the choices of each facet; ``more``: facets with others."""

    plans: int
    choices: dict[str, list[Choice]]
    more: frozenset[str]


def count(
    plans: PlanQuerySet,
    included: Mapping[str, Q],
    chosen: Mapping[str, list[str]],
    wide: str = "",
) -> Counts:
    """The numbers for ``plans``, of which ``included`` (by facet) are asked for. One query.

    ``chosen``: the choices that are told in any case; ``wide``: the facet of which all are wanted.
    """
    marks = {
        f"has_{name}": ExpressionWrapper(having, output_field=BooleanField())
        for name, having in included.items()
    }
    asked = plans.order_by().annotate(**marks).values_list(*COLUMNS, *marks)
    try:
        base, given = asked.query.sql_with_params()
    except EmptyResultSet:
        return Counts(0, {name: [] for name in FACETS}, frozenset())
    params: list[Any] = list(given)
    parts = [_TOTAL.format(where=_where(included))]
    for name in FACETS:
        parts.append(_part(name, _where(included, besides=name), wide=name == wide))
        params.append(chosen.get(name, []))
    columns = ", ".join((*COLUMN_NAMES, *marks))
    # The facets' own texts are fixed, and what people type comes as parameters.
    sql = f"WITH base ({columns}) AS MATERIALIZED ({base}) " + " UNION ALL ".join(parts)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return _read(cursor.fetchall(), wide)


_TOTAL = "SELECT '', '', '', count(*), 1 FROM base WHERE {where}"
_FIXED = "SELECT word AS key, word, '' AS name FROM unnest(ARRAY[{words}]) AS word"
COLUMNS = ("pk", "lab", "cycle", "country", "challenge_type", "state")
COLUMN_NAMES = ("id", "lab_id", "cycle_id", "country_id", "challenge_type", "state")


def _where(included: Mapping[str, Q], besides: str = "") -> str:
    return " AND ".join(f"has_{name}" for name in included if name != besides) or "true"


def _part(name: str, where: str, *, wide: bool) -> str:
    facet = FACETS[name]
    fixed = ", ".join(f"'{word}'" for word in facet.words or ())
    naming = facet.naming or _FIXED.format(words=fixed)
    order = "plans DESC, name, word" if facet.by_number else "word DESC"
    return (
        f"SELECT '{name}', word, name, plans, place FROM ("  # noqa: S608  # fixed texts
        f"SELECT word, name, plans, row_number() OVER (ORDER BY {order}) AS place "
        f"FROM ({facet.counted.format(where=where)}) AS counted "
        f"JOIN ({naming}) AS named ON named.key = counted.key) AS numbered "
        f"WHERE place <= {(MANY if wide else FEW) + 1} OR word = ANY(%s)"
    )


def _read(rows: Sequence[tuple[Any, ...]], wide: str) -> Counts:
    total = 0
    listed: dict[str, list[tuple[int, Choice]]] = {name: [] for name in FACETS}
    for name, word, called, plans, place in rows:
        if not name:
            total = plans
            continue
        words = FACETS[name].words
        called = called if words is None else capfirst(str(words[word]))
        listed[name].append((place, Choice(word, called, plans)))
    choices, more = {}, set()
    for name, found in listed.items():
        words = FACETS[name].words
        if words is not None and len(words) <= FEW:
            order = list(words)
            found.sort(key=lambda one, order=order: order.index(one[1].word))  # type: ignore[misc]
        else:
            found.sort(key=lambda one: one[0])
        most = MANY if name == wide else FEW
        if any(place == most + 1 for place, _choice in found):
            more.add(name)
        choices[name] = [choice for place, choice in found if place != most + 1]
    return Counts(total, choices, frozenset(more))
