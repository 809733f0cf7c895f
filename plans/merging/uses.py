"""Where the terms of a vocabulary are used, and the statements that move those uses.

Each statement works on all plans at once, so a merge takes as many for one plan as for a thousand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.translation import gettext as _

from plans import clock
from plans.errors import Invalid
from plans.models import (
    DataSource,
    Merge,
    MergedUse,
    Method,
    Organisation,
    Partner,
    Plan,
    PlanDataSource,
    PlanMethod,
    PlanThematicArea,
    Sector,
    Term,
    ThematicArea,
    Writing,
)
from plans.sections import FIELD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User


@dataclass(frozen=True)
class Uses:
    """A vocabulary whose terms can be merged, and where they are used.

    ``key`` is the answer that holds several of them; it is empty where each partner has one.
    """

    vocabulary: type[Term]
    rows: Any
    column: str
    key: str = ""

    @property
    def most(self) -> int | None:
        """How many of these terms a plan may have."""
        return FIELD[self.key].at_most if self.key else None

    def of(self, keys: Sequence[int]) -> Any:
        """The uses of these terms."""
        return self.rows.objects.filter(**{f"{self.column}__in": keys})

    def run(self, sql: str, **given: Any) -> None:
        """Do one of the statements below."""
        with connection.cursor() as cursor:
            cursor.execute(self._named(sql), {"key": self.key, "most": self.most, **given})

    def read(self, sql: str, **given: Any) -> list[Any]:
        """Ask one of the statements below; answer its rows."""
        with connection.cursor() as cursor:
            cursor.execute(self._named(sql), {"key": self.key, "most": self.most, **given})
            return list(cursor.fetchall())

    def _named(self, sql: str) -> str:
        return sql.format(
            terms=self.vocabulary._meta.db_table,
            rows=self.rows._meta.db_table,
            column=self.column,
            uses=MergedUse._meta.db_table,
            plans=Plan._meta.db_table,
            writings=Writing._meta.db_table,
        )


USES: dict[str, Uses] = {
    str(one.vocabulary._meta.model_name): one
    for one in (
        Uses(ThematicArea, PlanThematicArea, "term_id", "thematic_areas"),
        Uses(Method, PlanMethod, "term_id", "methods"),
        Uses(DataSource, PlanDataSource, "term_id", "data_sources"),
        Uses(Sector, Partner, "sector_id"),
        Uses(Organisation, Partner, "organisation_id"),
    )
}
"""The vocabularies that can be merged, by the names of their models."""


def uses_of(vocabulary: type[Term]) -> Uses:
    """Where the terms of this vocabulary are used. Raises Invalid for one that is fixed."""
    name = str(vocabulary._meta.model_name)
    if name not in USES:
        raise Invalid(
            _("The %(vocabulary)s are fixed: none can be merged.")
            % {"vocabulary": vocabulary._meta.verbose_name_plural}
        )
    return USES[name]


# -- merging ---------------------------------------------------------------------------------------

_NOTE_CHOICES = """
INSERT INTO {uses} (merge_id, plan_id, choice, term, position, words, removed, fate)
SELECT %(merge)s, plan_id, id, term_id, position, words, place > 1, ''
FROM (
    SELECT *, row_number() OVER same_plan AS place,
           bool_or(term_id <> %(into)s) OVER (PARTITION BY plan_id) AS changes
    FROM {rows} WHERE term_id = ANY(%(terms)s) OR term_id = %(into)s
    WINDOW same_plan AS (PARTITION BY plan_id ORDER BY position, id)
) held
WHERE changes
"""

_NOTE_PARTNERS = """
INSERT INTO {uses} (merge_id, plan_id, partner, term, words, removed, fate)
SELECT %(merge)s, plan_id, id, {column}, left(name, 200), false, ''
FROM {rows} WHERE {column} = ANY(%(terms)s)
"""

_REMOVE = """
DELETE FROM {rows} USING {uses} noted
WHERE noted.merge_id = %(merge)s AND noted.removed AND noted.choice = {rows}.id
"""

_MOVE = "UPDATE {rows} SET {column} = %(into)s WHERE {column} = ANY(%(terms)s)"

WRITTEN_DOWN = """
changed AS (
    UPDATE {plans} SET revision = revision + 1 FROM told WHERE {plans}.id = told.plan_id
    RETURNING {plans}.id, revision
)
INSERT INTO {writings} (plan_id, revision, by_id, at, entries)
SELECT plan_id, revision, %(by)s, %(now)s, jsonb_build_array(
    jsonb_build_object('key', %(key)s::text, 'before', before, 'after', after))
FROM told JOIN changed ON changed.id = told.plan_id
"""
"""The end of a statement whose ``told`` says what each plan had chosen before and has after."""

# A plan that loses or regains a choice says so in its history, like after any save.
_TELL = """
WITH told AS (
    SELECT plan_id, jsonb_agg(words ORDER BY position, id) FILTER (WHERE was) AS before,
           jsonb_agg(words ORDER BY position, id) FILTER (WHERE stays) AS after
    FROM (
        SELECT chosen.*, NOT (%(back)s AND coalesce(noted.removed, false)) AS was,
               %(back)s OR NOT coalesce(noted.removed, false) AS stays
        FROM {rows} chosen
        LEFT JOIN {uses} noted ON noted.merge_id = %(merge)s AND noted.choice = chosen.id
        WHERE chosen.plan_id IN (
            SELECT plan_id FROM {uses}
            WHERE merge_id = %(merge)s AND removed AND (NOT %(back)s OR fate = 'back')
        )
    ) choices
    GROUP BY plan_id
), WRITTEN_DOWN
""".replace("WRITTEN_DOWN", WRITTEN_DOWN)


def move(uses: Uses, record: Merge, terms: Sequence[int], *, actor: User) -> None:
    """Note every use of these terms with what it is now, and put the term that stays there.

    Of several on one plan the first stays, with its place and its words; the others are removed.
    """
    given = {"merge": record.pk, "into": record.into, "terms": list(terms)}
    if uses.key:
        uses.run(_NOTE_CHOICES, **given)
        uses.run(_TELL, merge=record.pk, back=False, by=actor.pk, now=clock.now())
        uses.run(_REMOVE, **given)
    else:
        uses.run(_NOTE_PARTNERS, **given)
    uses.run(_MOVE, **given)


# -- undoing ---------------------------------------------------------------------------------------

# What the plan has dropped, or chosen anew, since then stays as the plan has it now: the row that
# was moved is not there any more, or holds another term.
FATE_OF_CHOICES = """
SELECT id, plan_id, term, words, removed, CASE
    WHEN NOT kept THEN 'dropped'
    WHEN removed AND place > %(most)s - held THEN 'full'
    ELSE 'back' END AS fate
FROM (
    SELECT noted.*,
           bool_or(NOT noted.removed AND chosen.id IS NOT NULL) OVER same_plan AS kept,
           row_number() OVER (PARTITION BY noted.plan_id, noted.removed
                              ORDER BY noted.position, noted.choice) AS place,
           (SELECT count(*) FROM {rows} WHERE plan_id = noted.plan_id) AS held
    FROM {uses} noted
    LEFT JOIN {rows} chosen ON chosen.id = noted.choice AND chosen.term_id = %(into)s
    WHERE noted.merge_id = %(merge)s
    WINDOW same_plan AS (PARTITION BY noted.plan_id)
) uses
"""

FATE_OF_PARTNERS = """
SELECT noted.id, noted.plan_id, noted.term, {rows}.name AS words, noted.removed,
       CASE WHEN {rows}.id IS NULL THEN 'dropped' ELSE 'back' END AS fate
FROM {uses} noted
LEFT JOIN {rows} ON {rows}.id = noted.partner AND {rows}.{column} = %(into)s
WHERE noted.merge_id = %(merge)s
"""

_SETTLE = "UPDATE {uses} SET fate = settled.fate FROM (FATES) settled WHERE settled.id = {uses}.id"

_MOVE_BACK = """
UPDATE {rows} SET {column} = noted.term FROM {uses} noted
WHERE noted.merge_id = %(merge)s AND noted.fate = 'back' AND NOT noted.removed
  AND noted.NOTED = {rows}.id AND {rows}.{column} <> noted.term
"""

_PUT_BACK = """
INSERT INTO {rows} (id, plan_id, term_id, position, words)
SELECT choice, plan_id, term, position, words FROM {uses}
WHERE merge_id = %(merge)s AND removed AND fate = 'back'
"""


def fates(uses: Uses) -> str:
    """The statement that says what would become of each noted use."""
    return FATE_OF_CHOICES if uses.key else FATE_OF_PARTNERS


def move_back(uses: Uses, record: Merge, *, actor: User) -> None:
    """Put back what was noted, where the plan still has it as the merge left it."""
    given = {"merge": record.pk, "into": record.into}
    uses.run(_SETTLE.replace("FATES", fates(uses)), **given)
    uses.run(_MOVE_BACK.replace("NOTED", "choice" if uses.key else "partner"), **given)
    if uses.key:
        uses.run(_PUT_BACK, **given)
        uses.run(_TELL, merge=record.pk, back=True, by=actor.pk, now=clock.now())
