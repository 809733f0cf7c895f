"""What the words of a search mean: which stems, and which terms, labs and countries go by them.

The database folds what was typed exactly as it folded the texts (``search_words``), so that the two
cannot drift apart. A name counts for every plan that points to what is called so, whatever its
text says: a theme is found by any of its spellings and labels, and by what was merged into it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Case, F, FloatField, Func, Q, Value, When
from django.db.models.expressions import RawSQL

from plans.importers.places import other_names
from plans.importers.wording import bare_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plans.models.plan import PlanQuerySet
    from plans.search.words import Clause, Unit

POINTING = {
    "sdg": "SELECT plan_id FROM plans_plansdg WHERE term_id = ANY(%s)",
    "thematicarea": "SELECT plan_id FROM plans_planthematicarea WHERE term_id = ANY(%s)",
    "method": "SELECT plan_id FROM plans_planmethod WHERE term_id = ANY(%s)",
    "datasource": "SELECT plan_id FROM plans_plandatasource WHERE term_id = ANY(%s)",
    "sector": "SELECT plan_id FROM plans_partner WHERE sector_id = ANY(%s)",
    "organisation": "SELECT plan_id FROM plans_partner WHERE organisation_id = ANY(%s)",
    "lab": "SELECT id FROM plans_plan WHERE lab_id = ANY(%s)",
    "country": "SELECT id FROM plans_plan WHERE country_id = ANY(%s)",
    "region": (
        "SELECT plan.id FROM plans_plan AS plan JOIN accounts_lab AS lab ON lab.id = plan.lab_id "
        "WHERE lab.region_id = ANY(%s)"
    ),
}
"""The plans that point to what is called so."""

WORTH = {
    "thematicarea": 0.9,
    "sdg": 0.6,
    "lab": 0.6,
    "country": 0.6,
    "organisation": 0.5,
    "method": 0.4,
    "datasource": 0.4,
    "sector": 0.2,
    "region": 0.1,
}
"""What it adds to a plan's rank that something it points to goes by a word, a title's being 1.2."""

_SAID = "SELECT plan_id FROM search_said(%s::tsquery) AS said(plan_id)"

# Stems stand in the vectors behind their language, at the places of their words.
_MEANT = """
SELECT unit.place, unit.tokens, unit.stems, unit.query, (
    SELECT jsonb_agg(DISTINCT jsonb_build_array(name.kind, name.leads_to))
    FROM plans_searchname AS name
    WHERE unit.query <> '' AND name.words @@ nullif(unit.query, '')::tsquery
)
FROM (
    SELECT place, tokens, stems,
           CASE WHEN cardinality(tokens) = 0 THEN '' ELSE concat_ws(' | ',
               '(''' || array_to_string(tokens, ''' <-> ''') || ''')',
               CASE WHEN NOT exact AND cardinality(tokens) BETWEEN 2 AND 3
                    THEN '''' || array_to_string(tokens, '') || '''' END,
               (SELECT string_agg('(' || stem || ')', ' | ') FROM unnest(stems) AS stem)
           ) END AS query
    FROM (
        SELECT typed.place, typed.exact, folded.tokens, ARRAY(
            SELECT DISTINCT (
                SELECT string_agg(
                    '''' || language || '=' || coalesce(
                        (ts_lexize(('stems_' || language)::regdictionary, token))[1], token
                    ) || '''', ' <-> ' ORDER BY number)
                FROM unnest(folded.tokens) WITH ORDINALITY AS one(token, number)
            )
            FROM unnest(ARRAY['en', 'fr', 'es', 'pt', 'ar', 'ru', 'tr', 'id']) AS language
            WHERE NOT typed.exact AND cardinality(folded.tokens) > 0
        ) AS stems
        FROM unnest(%s::text[], %s::boolean[]) WITH ORDINALITY AS typed(words, exact, place),
        LATERAL (SELECT coalesce(array_agg(token ORDER BY number), '{}') AS tokens
                 FROM unnest(regexp_split_to_array(search_words(typed.words), '\\s+'))
                      WITH ORDINALITY AS one(token, number)
                 WHERE token <> '') AS folded
    ) AS stemmed
) AS unit
ORDER BY unit.place
"""


@dataclass(frozen=True)
class Meaning:
    """One unit, understood. ``query``: as a ``tsquery``; ``names``: what is called so, by kind."""

    typed: str
    exact: bool
    tokens: tuple[str, ...]
    stems: tuple[str, ...]
    query: str
    names: dict[str, list[Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """A clause, understood."""

    meanings: tuple[Meaning, ...]
    excluded: bool = False

    @property
    def query(self) -> str:
        """Any of its units, as a ``tsquery``."""
        return " | ".join(f"({meaning.query})" for meaning in self.meanings)

    def plans(self, *, kinds: Iterable[str] = tuple(POINTING)) -> RawSQL:
        """The keys of the plans that say it, or point to what is called so."""
        parts, given = [_SAID], [self.query]
        for meaning in self.meanings:
            for kind in kinds:
                if kind in meaning.names:
                    parts.append(POINTING[kind])
                    given.append(meaning.names[kind])  # type: ignore[arg-type]  # a list of keys
        return RawSQL(" UNION ALL ".join(parts), given)  # noqa: S611  # made of the texts above


def understand(clauses: Sequence[Clause]) -> list[Wanted]:
    """What the clauses mean; those without a letter or number are left out. One query, or none."""
    return understand_each([clauses])[0]


def understand_each(searches: Sequence[Sequence[Clause]]) -> list[list[Wanted]]:
    """The same for several searches at a time. One query, or none."""
    units = [unit for clauses in searches for clause in clauses for unit in clause.units]
    turn = iter(zip(units, _ask(units), strict=True))
    understood = []
    for clauses in searches:
        found = []
        for clause in clauses:
            rows = [next(turn) for _unit in clause.units]
            meanings = tuple(_meaning(unit, row) for unit, row in rows if row[3])
            if meanings:
                found.append(Wanted(meanings, clause.excluded))
        understood.append(found)
    return understood


def _ask(units: Sequence[Unit]) -> list[tuple[Any, ...]]:
    if not units:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_MEANT, [[unit.typed for unit in units], [unit.exact for unit in units]])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _meaning(unit: Unit, row: tuple[Any, ...]) -> Meaning:
    _place, tokens, stems, query, named = row
    names: dict[str, list[Any]] = {}
    for kind, key in json.loads(named) if isinstance(named, str) else named or []:
        names.setdefault(kind, []).append(key if kind == "country" else int(key))
    code = other_names().get(bare_words(unit.typed))
    if code:
        names.setdefault("country", []).append(code)
    return Meaning(unit.typed, unit.exact, tuple(tokens), tuple(stems), query, names)


def narrowed(plans: PlanQuerySet, wanted: Sequence[Wanted]) -> PlanQuerySet:
    """Those of the plans in which everything wanted occurs, and nothing excluded."""
    said = [one for one in wanted if not one.excluded]
    plain = [one for one in said if not any(meaning.names for meaning in one.meanings)]
    if plain:
        together = " & ".join(f"({one.query})" for one in plain)
        plans = plans.filter(pk__in=RawSQL(_SAID, [together]))  # noqa: S611
    for one in said:
        if one not in plain:
            plans = plans.filter(pk__in=one.plans())
    for one in wanted:
        if one.excluded:
            plans = plans.exclude(pk__in=one.plans())
    return plans


_WEIGHTS = "{0.05,0.15,0.4,1.0}"


def rank(wanted: Sequence[Wanted]) -> Any:
    """How well a plan fits: where its words stand, and what it points to. Higher is better."""
    meanings = [meaning for one in wanted if not one.excluded for meaning in one.meanings]
    query = " | ".join(f"({meaning.query})" for meaning in meanings)
    words = query.count("'") // 2
    score: Any = Func(
        RawSQL("%s::float4[]", [_WEIGHTS]),
        F("search_text__words"),
        RawSQL("%s::tsquery", [query]),
        function="ts_rank",
        output_field=FloatField(),
    ) * Value(float(words))
    for meaning in meanings:
        for kind, keys in meaning.names.items():
            pointing = RawSQL(POINTING[kind], [keys])  # noqa: S611
            score = score + _bonus(Q(pk__in=pointing), WORTH[kind])
    tokens = [token for meaning in meanings for token in meaning.tokens]
    if len(tokens) > 1:
        title = " <-> ".join(f"'{token}':A" for token in tokens)
        score = score + _bonus(Q(pk__in=RawSQL(_SAID, [title])), 1.5)  # noqa: S611
    return score


def _bonus(condition: Q, worth: float) -> Case:
    return Case(When(condition, then=Value(worth)), default=Value(0.0), output_field=FloatField())
