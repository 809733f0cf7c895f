"""The one statement in which a selection is counted.

The selection is worked out once and kept for the length of the statement; every part below counts
over it. Each line that comes back is: which part, a key, a label, a detail, and numbers. A term
that was merged is on no plan (the database sees to it), so a plan never counts twice for a term.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection

from plans.sections import Stage
from plans.states import PUBLIC

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plans.models.plan import PlanQuerySet

MOST_ORGANISATIONS = 100
"""So many of the organisations that are met most are told."""

MOST_POINTS = 60
"""So many places at most are put on the map, those with the most plans."""


@dataclass(frozen=True)
class Line:
    """A line that came back."""

    key: str
    label: str
    detail: str
    numbers: tuple[float | None, ...]

    def count(self, place: int = 0) -> int:
        """A number of theirs as a whole number; 0 for nothing."""
        return int(self.numbers[place] or 0)


def ask(plans: PlanQuerySet, parts: Iterable[str] = ()) -> dict[str, list[Line]]:
    """What the selection holds, by part, in one query. Empty for a selection that holds nothing.

    ``parts``: those that are wanted, each a key of :data:`PARTS`; all of them where none is named.
    """
    try:
        selection, values = plans.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return {}
    wanted = [PARTS[part] for part in dict.fromkeys(("all", *(parts or PARTS)))]
    found: dict[str, list[Line]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_CHOSEN % selection + " UNION ALL ".join(wanted), [*values, sorted(PUBLIC)])
        for part, key, label, detail, numbers in cursor.fetchall():
            found[part].append(Line(key, label, detail, tuple(numbers)))
    return dict(found)


def having(found: dict[str, list[Line]], part: str) -> int:
    """How many plans of the selection say anything in a part."""
    return sum(line.count() for line in found.get("having", []) if line.key == part)


_CHOSEN = """
WITH chosen AS MATERIALIZED (
    SELECT id, lab_id, cycle_id, country_id, challenge_type, slot, state, created_at,
           latitude, longitude
    FROM plans_plan WHERE id IN (%s) AND state = ANY(%%s)
),
-- How long it took from the first draft to the first approval, of those of which that is known.
approved AS MATERIALIZED (
    SELECT chosen.id, chosen.cycle_id,
           extract(epoch FROM min(event.at) - min(chosen.created_at)) / 86400.0 AS days
    FROM chosen JOIN plans_event event ON event.plan_id = chosen.id AND event.kind = 'approve'
    GROUP BY chosen.id, chosen.cycle_id
)
"""


def _terms(part: str, chosen: str, vocabulary: str, *, key: str = "id", detail: str = "''") -> str:
    return f"""
    SELECT '{part}' AS part, term.{key}::text AS key, term.name AS label, {detail} AS detail,
           ARRAY[used.number::float8] AS numbers
    FROM (SELECT term_id, count(*) AS number
          FROM {chosen} JOIN chosen ON chosen.id = plan_id GROUP BY term_id) used
    JOIN {vocabulary} term ON term.id = used.term_id
    UNION ALL {_having(part, chosen)}
    """  # noqa: S608 - the names of our own tables


def _having(part: str, table: str, condition: str = "true") -> str:
    """How many plans say anything. Read in the order of an index, which takes no memory."""
    return f"""
    SELECT 'having', '{part}', '', '', ARRAY[count(DISTINCT plan_id)::float8]
    FROM {table} JOIN chosen ON chosen.id = plan_id WHERE {condition}
    """  # noqa: S608 - the names of our own tables


_STAGES = ", ".join(f"('{stage.value}', in_{stage.value})" for stage in Stage)
_IN_STAGES = ", ".join(
    f"count(*) FILTER (WHERE {stage.value}) AS in_{stage.value}" for stage in Stage
)
_ASKED = ", ".join(f"bool_or('{stage.value}' = ANY(stages)) AS {stage.value}" for stage in Stage)

_DAYS = """
    ARRAY[count(*), percentile_cont(0.25) WITHIN GROUP (ORDER BY days),
          percentile_cont(0.5) WITHIN GROUP (ORDER BY days),
          percentile_cont(0.75) WITHIN GROUP (ORDER BY days)]::float8[]
"""

PARTS: Final = {
    "all": """
    SELECT 'all' AS part, '' AS key, '' AS label, '' AS detail,
           ARRAY[count(*), count(*) FILTER (WHERE state = 'approved'),
                 count(DISTINCT lab_id), count(DISTINCT country_id),
                 count(*) FILTER (WHERE country_id IS NULL),
                 count(*) FILTER (WHERE challenge_type = ''),
                 count(*) FILTER (WHERE slot IS NULL)]::float8[] AS numbers
    FROM chosen
    """,
    "countries": f"""
    SELECT 'countries', country.code, country.name, '',
           ARRAY[used.number, country.latitude, country.longitude]::float8[]
    FROM (SELECT country_id, count(*) AS number FROM chosen GROUP BY country_id) used
    JOIN accounts_country country ON country.code = used.country_id
    UNION ALL
    (SELECT 'points', '', '', '', ARRAY[avg(latitude), avg(longitude), count(*)]::float8[]
     FROM chosen WHERE latitude IS NOT NULL AND longitude IS NOT NULL
     GROUP BY round(latitude), round(longitude)
     ORDER BY count(*) DESC, avg(longitude), avg(latitude) LIMIT {MOST_POINTS})
    """,  # noqa: S608 - a number of our own
    "goals": _terms("goals", "plans_plansdg", "plans_sdg", key="number", detail="term.colour"),
    "stages": f"""
    SELECT told.* FROM (
        SELECT count(*) AS asking, {_IN_STAGES}
        FROM (SELECT plan_id, {_ASKED}
              FROM plans_learningquestion JOIN chosen ON chosen.id = plan_id
              WHERE stages <> '{{}}' GROUP BY plan_id) one
    ) counted, LATERAL (
        SELECT 'stages', stage, '', '', ARRAY[number::float8]
        FROM (VALUES {_STAGES}) AS each(stage, number) WHERE number > 0
        UNION ALL SELECT 'having', 'stages', '', '', ARRAY[asking::float8]
    ) told
    """,  # noqa: S608 - our own words
    "types": """
    SELECT 'types', cycle.year::text, '', used.challenge_type, ARRAY[sum(used.number)::float8]
    FROM (SELECT cycle_id, challenge_type, count(*) AS number
          FROM chosen GROUP BY cycle_id, challenge_type) used
    JOIN plans_cycle cycle ON cycle.id = used.cycle_id
    GROUP BY cycle.year, used.challenge_type
    """,
    "themes": _terms("themes", "plans_planthematicarea", "plans_thematicarea"),
    "methods": _terms("methods", "plans_planmethod", "plans_method"),
    "data": _terms("data", "plans_plandatasource", "plans_datasource"),
    "sectors": """
    SELECT 'sectors', coalesce(sector.id::text, ''), coalesce(sector.name, ''), '',
           ARRAY[used.number, used.fresh, used.told, used.plans]::float8[]
    FROM (SELECT sector_id, count(*) AS number, count(*) FILTER (WHERE is_new) AS fresh,
                 count(is_new) AS told, count(DISTINCT plan_id) AS plans
          FROM plans_partner JOIN chosen ON chosen.id = plan_id GROUP BY sector_id) used
    LEFT JOIN plans_sector sector ON sector.id = used.sector_id
    """,
    "organisations": f"""
    (SELECT 'organisations', term.id::text, term.name, '', ARRAY[used.number, used.labs]::float8[]
     FROM (SELECT organisation_id, count(DISTINCT plan_id) AS number,
                  count(DISTINCT lab_id) AS labs
           FROM plans_partner JOIN chosen ON chosen.id = plan_id
           WHERE organisation_id IS NOT NULL GROUP BY organisation_id) used
     JOIN plans_organisation term ON term.id = used.organisation_id
     ORDER BY used.number DESC, used.labs DESC, term.name LIMIT {MOST_ORGANISATIONS})
    UNION ALL {_having("organisations", "plans_partner", "organisation_id IS NOT NULL")}
    """,  # noqa: S608 - a number of our own
    "places": """
    SELECT 'places', lab.slug, lab.name, '',
           ARRAY[used.big_bet, used.first, used.second, used.cycles]::float8[]
    FROM (SELECT lab_id, count(*) FILTER (WHERE challenge_type = 'big_bet') AS big_bet,
                 count(*) FILTER (WHERE challenge_type = 'exploratory' AND slot = 1) AS first,
                 count(*) FILTER (WHERE challenge_type = 'exploratory' AND slot = 2) AS second,
                 count(DISTINCT cycle_id) AS cycles
          FROM chosen WHERE slot IS NOT NULL GROUP BY lab_id) used
    JOIN accounts_lab lab ON lab.id = used.lab_id
    UNION ALL
    SELECT 'cycles', '', '', '', ARRAY[count(DISTINCT cycle_id)]::float8[]
    FROM chosen WHERE slot IS NOT NULL
    """,
    "times": f"""
    SELECT 'times', '', '', '', {_DAYS} FROM approved
    UNION ALL
    SELECT 'times', cycle.year::text, '', '', {_DAYS}
    FROM approved JOIN plans_cycle cycle ON cycle.id = approved.cycle_id GROUP BY cycle.year
    """,  # noqa: S608 - our own words
}
"""What is counted, by the figure that tells it; ``all`` is counted in any case."""
