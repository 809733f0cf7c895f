"""Plans like this one: the nearest that everybody may read, and what they share.

Compared are themes, goals, methods, and the words of the texts. What few plans have says more than
what all have: each thing that is shared weighs the more, the fewer plans there are with it. The
lab's own plans of earlier cycles are among them: nothing is as near as what one did before.
Stop words are not looked at; and of the words that are shared, those are told that stand in the
title of one plan and in title, summary or challenge of the other: “enough” may be rare, and says
nothing.

All of it is one statement. However large the archive, it looks at so many plans for each theme,
goal and method at most, the newest first, and at so many for each word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from plans.permissions import library_plans
from plans.shelf import on_shelf
from plans.states import PUBLIC

if TYPE_CHECKING:
    from accounts.models import User
    from plans.models import Plan

MOST = 6
MOST_OF_A_THING = 300
"""So many plans that have the same theme, goal, method or word are looked at."""
MOST_WORDS = 40
"""So many words of the plan are looked up, those of its title and summary first."""
SHORTEST_WORD = 5
WORDS_SHOWN = 3
ENOUGH = 1.5
"""What words alone must weigh: three that nobody else has, or more that some have."""


@dataclass(frozen=True)
class Shared:
    """What two plans share, in words; ``label`` says what kind of thing it is."""

    label: str
    words: str


@dataclass(frozen=True)
class Alike:
    """A plan that is like another one (from ``shelf.on_shelf``), and what they share."""

    plan: Plan
    shared: list[Shared]


def plans_like(plan: Plan, *, user: User) -> list[Alike]:
    """The nearest plans, at most six, that this person may read, the nearest first.

    Two questions to the database. Empty for a plan that says nothing yet, or like nobody else's.
    """
    # Texts are stored apart from their rows, so the database takes reading all of them for cheap.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(_NEAREST, _values(plan))
        found: dict[int, list[Any]] = dict(cursor.fetchall())
        cursor.execute("SET LOCAL enable_seqscan = on")
    plans = on_shelf(library_plans(user)).in_bulk(list(found))
    return [Alike(plans[key], _told(shared)) for key, shared in found.items() if key in plans]


def _values(plan: Plan) -> dict[str, Any]:
    return {
        "plan": plan.pk,
        "public": sorted(PUBLIC),
        "most": MOST,
        "of_a_thing": MOST_OF_A_THING,
        "words": MOST_WORDS,
        "shortest": SHORTEST_WORD,
        "enough": ENOUGH,
    }


def _told(shared: list[Any]) -> list[Shared]:
    """What is shared, by its kind: themes first, words last and only the rarest."""
    by_kind: dict[str, list[str]] = {}
    for kind, name in shared:
        by_kind.setdefault(kind, []).append(name)
    labels = {
        "theme": _("Same themes:"),
        "goal": _("Same goals:"),
        "method": _("Same methods:"),
        "word": _("Same words:"),
    }
    return [
        Shared(label, ", ".join(by_kind[kind][:WORDS_SHOWN] if kind == "word" else by_kind[kind]))
        for kind, label in labels.items()
        if kind in by_kind
    ]


_CHOSEN = """
    SELECT '{kind}' AS kind, other.plan_id, {name} AS name, {weight}::float AS weight
    FROM plans_{table} mine
    JOIN plans_{terms} term ON term.id = mine.term_id
    CROSS JOIN LATERAL (
        SELECT choice.plan_id
        FROM plans_{table} choice JOIN public ON public.id = choice.plan_id
        WHERE choice.term_id = mine.term_id
        ORDER BY choice.plan_id DESC LIMIT %(of_a_thing)s
    ) other
    WHERE mine.plan_id = %(plan)s
"""

_STOPPING = ("english", "french", "spanish", "portuguese", "russian", "turkish")
"""The languages of which PostgreSQL has stop words among those that search knows."""
_IS_STOP_WORD = " OR ".join(f"ts_lexize('{one}_stem', lexeme) = '{{}}'" for one in _STOPPING)

_WORDS = """
    SELECT 'word' AS kind, other.plan_id, word.lexeme AS name, 0.5::float AS weight
    FROM (
        SELECT lexeme FROM plans_searchtext mine, unnest(mine.words)
        WHERE mine.plan_id = %(plan)s AND lexeme NOT LIKE '=%%'
            AND length(lexeme) >= %(shortest)s AND lexeme !~ '[^[:alpha:]]'
            AND NOT (IS_STOP_WORD)
        ORDER BY NOT ('A' = ANY (weights)), NOT ('B' = ANY (weights)), lexeme LIMIT %(words)s
    ) word
    CROSS JOIN LATERAL (
        SELECT said.plan_id FROM (
            SELECT plan_id FROM plans_searchtext
            WHERE words @@ word.lexeme::tsquery LIMIT %(of_a_thing)s
        ) said JOIN public ON public.id = said.plan_id
    ) other
""".replace("IS_STOP_WORD", _IS_STOP_WORD)

_NEAREST = f"""
WITH public AS NOT MATERIALIZED (
    SELECT id FROM plans_plan WHERE state = ANY (%(public)s) AND id <> %(plan)s
), shared AS (
    {
    _CHOSEN.format(
        kind="theme", table="planthematicarea", terms="thematicarea", name="term.name", weight=4
    )
}
    UNION ALL
    {
    _CHOSEN.format(
        kind="goal", table="plansdg", terms="sdg", name="term.number || '. ' || term.name", weight=1
    )
}
    UNION ALL
    {_CHOSEN.format(kind="method", table="planmethod", terms="method", name="term.name", weight=1)}
    UNION ALL
    {_WORDS}
), weighed AS (
    SELECT kind, plan_id, name, weight / (1 + ln(count(*) OVER (PARTITION BY kind, name))) AS weight
    FROM shared
), near AS (
    SELECT plan_id, sum(weight) AS weight
    FROM weighed GROUP BY plan_id
    HAVING bool_or(kind <> 'word') OR sum(weight) >= %(enough)s
    ORDER BY sum(weight) DESC, plan_id DESC LIMIT %(most)s
)
SELECT plan_id, coalesce(
    json_agg(json_build_array(kind, name) ORDER BY weighed.weight DESC, name)
    FILTER (WHERE CASE WHEN kind = 'word' THEN (
        SELECT bool_and(words @@ (name || ':AB')::tsquery)
            AND bool_or(words @@ (name || ':A')::tsquery)
        FROM plans_searchtext AS said WHERE said.plan_id IN (near.plan_id, %(plan)s)
    ) ELSE true END), '[]')
FROM near JOIN weighed USING (plan_id)
GROUP BY plan_id, near.weight
ORDER BY near.weight DESC, plan_id DESC
"""  # noqa: S608 - put together from what stands above
