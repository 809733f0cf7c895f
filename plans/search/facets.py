"""What the library can be narrowed by, each a word in the address.

``?theme=12&theme=15`` asks for either of two themes, ``?not_theme=3`` leaves plans with another
out; different words must all fit. Terms are addressed by their key, and by any of their spellings;
what was merged leads to where it was merged. What no list has is answered in words, and left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plans.models import (
    Cycle,
    LearningQuestion,
    Partner,
    PlanDataSource,
    PlanMethod,
    PlanSdg,
    PlanThematicArea,
    SearchText,
    TextLanguage,
)
from plans.sections import Stage
from plans.states import ChallengeType, State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NOT = "not_"
MOST_CHOICES = 20
"""So many choices of one facet are read from an address."""


@dataclass(frozen=True)
class Facet:
    """One thing to narrow by.

    ``having`` answers what plans with any of some choices fulfil. ``counted`` is SQL for the key
    of each choice and its number of plans, over a table ``base`` of plans, with ``{where}`` for
    which of them. ``naming`` is SQL that finds the names of these; without it, they are in
    ``words``. ``meant`` is SQL that finds what is meant by what stands in an address, where that is
    no key of ``words``.
    """

    name: str
    label: Any
    having: Callable[[list[str]], Q]
    counted: str
    naming: str = ""
    meant: str = ""
    words: Mapping[str, Any] | None = None
    by_number: bool = True
    """Whether the choices with the most plans come first; otherwise the last key does."""


def _of_cycles(slugs: list[str]) -> Q:
    found = Q(pk__in=[])
    for slug in slugs:
        year, quarter = Cycle.read_slug(slug)
        one = Q(cycle__year=year)
        found |= one & Q(cycle__quarter=quarter) if quarter else one
    return found


def _chosen(table: type[Any], path: str = "term") -> Callable[[list[str]], Q]:
    def having(keys: list[str]) -> Q:
        chosen = table._default_manager.filter(**{f"{path}__in": [int(key) for key in keys]})
        return Q(pk__in=chosen.order_by().values("plan"))

    return having


def _at_stages(stages: list[str]) -> Q:
    asked = LearningQuestion.objects.filter(stages__overlap=stages)
    return Q(pk__in=asked.order_by().values("plan"))


def _in_languages(languages: list[str]) -> Q:
    texts = SearchText.objects.filter(language__in=[_spoken(one) for one in languages])
    return Q(pk__in=texts.order_by().values("plan"))


UNKNOWN = "unknown"
LANGUAGES = {one.value or UNKNOWN: one.label for one in TextLanguage}


def _spoken(language: str) -> str:
    return "" if language == UNKNOWN else language


def _either(path: str) -> Callable[[list[str]], Q]:
    return lambda keys: Q(**{f"{path}__in": keys})


# A term that was proposed or refused is told of where a plan tells of it.
_TERM_MEANT = """
SELECT '{name}', typed.word, living.{key}::text, living.name
FROM unnest(%s::text[]) AS typed(word)
JOIN {table} AS named ON named.{key}::text = typed.word OR named.id IN (
    SELECT term FROM plans_spelling
    WHERE vocabulary = '{vocabulary}' AND folded = fold_term(typed.word))
JOIN {table} AS living ON living.id = coalesce(named.merged_into_id, named.id)
WHERE living.status IN ('in_use', 'retired') OR EXISTS (
    SELECT FROM {uses} AS used
    WHERE used.{column} = living.id AND used.plan_id IN (SELECT id FROM known))
"""
_TERM_COUNTED = """
SELECT used.{column} AS key, {number} AS plans
FROM {uses} AS used JOIN base ON base.id = used.plan_id
WHERE used.{column} IS NOT NULL AND {{where}} GROUP BY 1
"""


def _term(name: str, label: Any, uses: type[Any], column: str = "term") -> Facet:
    """A vocabulary; the goals by their number."""
    field = uses._meta.get_field(column)
    vocabulary = field.related_model._meta
    key = "number" if name == "sdg" else "id"
    names = {
        "name": name,
        "key": key,
        "table": vocabulary.db_table,
        "vocabulary": vocabulary.model_name,
        "uses": uses._meta.db_table,
        "column": field.column,
        "number": "count(*)" if column == "term" else "count(DISTINCT used.plan_id)",
    }

    def having(keys: list[str]) -> Q:
        path = f"{column}__number__in" if key == "number" else f"{column}__in"
        chosen = uses._default_manager.filter(**{path: [int(one) for one in keys]})
        return Q(pk__in=chosen.order_by().values("plan"))

    return Facet(
        name,
        label,
        having,
        _TERM_COUNTED.format(**names),
        f"SELECT id AS key, {key}::text AS word, name FROM {vocabulary.db_table}",  # noqa: S608
        _TERM_MEANT.format(**names),
    )


def _column(name: str, label: Any, path: str, column: str, words: Mapping[str, Any]) -> Facet:
    """A column of the plan with a few fixed values."""
    counted = f"SELECT {column} AS key, count(*) AS plans FROM base WHERE {{where}} GROUP BY 1"  # noqa: S608
    return Facet(name, label, _either(path), counted, words=words)


def _place(
    name: str, label: Any, path: str, column: str, table: str, keys: tuple[str, str]
) -> Facet:
    """Labs, countries and regions; ``keys``: of their table, and for the address."""
    key, word = keys
    return Facet(
        name,
        label,
        _either(path),
        f"SELECT {column} AS key, count(*) AS plans FROM base "  # noqa: S608
        f"WHERE {column} IS NOT NULL AND {{where}} GROUP BY 1",
        f"SELECT {key} AS key, {word} AS word, name FROM {table}",  # noqa: S608
        f"SELECT '{name}', {word}, {word}, name FROM {table} WHERE {word} = ANY(%s)",  # noqa: S608
    )


_SLUG = "year::text || coalesce('-Q' || quarter, '')"

FACETS = {
    facet.name: facet
    for facet in (
        _column(
            "state",
            _("State"),
            "state",
            "state",
            {state.value: state.label for state in State},
        ),
        Facet(
            "region",
            _("Region"),
            _either("lab__region__slug"),
            "SELECT lab.region_id AS key, count(*) AS plans FROM base "
            "JOIN accounts_lab AS lab ON lab.id = base.lab_id WHERE {where} GROUP BY 1",
            "SELECT id AS key, slug AS word, name FROM accounts_region",
            "SELECT 'region', slug, slug, name FROM accounts_region WHERE slug = ANY(%s)",
        ),
        _place(
            "country", _("Country"), "country", "country_id", "accounts_country", ("code", "code")
        ),
        _place("lab", _("Lab"), "lab__slug", "lab_id", "accounts_lab", ("id", "slug")),
        Facet(
            "year",
            _("Year"),
            _either("cycle__year"),
            "SELECT cycle.year AS key, count(*) AS plans FROM base "
            "JOIN plans_cycle AS cycle ON cycle.id = base.cycle_id WHERE {where} GROUP BY 1",
            "SELECT DISTINCT year AS key, year::text AS word, year::text AS name FROM plans_cycle",
            "SELECT DISTINCT 'year', year::text, year::text, year::text FROM plans_cycle "
            "WHERE year::text = ANY(%s)",
            by_number=False,
        ),
        Facet(
            "cycle",
            _("Cycle"),
            _of_cycles,
            "SELECT cycle_id AS key, count(*) AS plans FROM base WHERE {where} GROUP BY 1",
            f"SELECT id AS key, {_SLUG} AS word, replace({_SLUG}, '-', ' ') AS name "  # noqa: S608
            "FROM plans_cycle",
            "SELECT 'cycle', typed.word, typed.word, replace(typed.word, '-', ' ') "  # noqa: S608
            "FROM unnest(%s::text[]) AS typed(word) WHERE typed.word IN "
            f"(SELECT {_SLUG} FROM plans_cycle UNION ALL SELECT year::text FROM plans_cycle)",
            by_number=False,
        ),
        _column(
            "type",
            _("Type"),
            "challenge_type",
            "challenge_type",
            {kind.value: kind.label for kind in ChallengeType},
        ),
        _term("sdg", _("Goal"), PlanSdg),
        _term("theme", _("Theme"), PlanThematicArea),
        _term("method", _("Method"), PlanMethod),
        _term("source", _("Data source"), PlanDataSource),
        Facet(
            "stage",
            _("Stage"),
            _at_stages,
            "SELECT stage AS key, count(DISTINCT asked.plan_id) AS plans "
            "FROM plans_learningquestion AS asked JOIN base ON base.id = asked.plan_id, "
            "unnest(asked.stages) AS stage WHERE {where} GROUP BY 1",
            meant="SELECT 'stage', typed.word, named.stage, named.stage "
            "FROM unnest(%s::text[]) AS typed(word) JOIN plans_stagename AS named "
            "ON fold_term(typed.word) = ANY(names_of_stage(named.stage, named.labels))",
            words={stage.value: stage.label for stage in Stage},
        ),
        _term("sector", _("Partners' sector"), Partner, "sector"),
        Facet(
            "language",
            _("Language"),
            _in_languages,
            f"SELECT coalesce(nullif(text.language, ''), '{UNKNOWN}') AS key, count(*) AS plans "  # noqa: S608
            "FROM plans_searchtext AS text JOIN base ON base.id = text.plan_id "
            "WHERE {where} GROUP BY 1",
            words=LANGUAGES,
        ),
    )
}
"""The facets, as the page shows them."""
