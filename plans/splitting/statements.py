"""The statements by which a term is split, and by which that is taken back."""

from __future__ import annotations

from plans.merging.uses import WRITTEN_DOWN
from plans.models import SplitUse


def named(sql: str) -> str:
    """A statement with the names and the rules in it that all of them share."""
    whole = sql.replace("(RULES)", WANTED).replace("BACK", COMES_BACK)
    return whole.replace("SPLIT", SplitUse._meta.db_table)


NOTE = """
INSERT INTO SPLIT (split_id, plan_id, choice, position, words, given, left_out)
SELECT %(split)s, plan_id, id, position, words, '{{}}', '{{}}' FROM {rows} WHERE term_id = %(term)s
"""

# What is already on a plan is not put there again; the archive knows no limit.
WANTED = """(
    SELECT used.plan_id, used.position, part.id AS term, part.place,
           %(most)s::int IS NULL OR plan.state = %(archived)s
           OR row_number() OVER (PARTITION BY used.plan_id ORDER BY part.place) - 1
              + (SELECT count(*) FROM {rows} held WHERE held.plan_id = used.plan_id)
              <= %(most)s AS fits
    FROM SPLIT used JOIN {plans} plan ON plan.id = used.plan_id
    CROSS JOIN unnest(%(into)s::bigint[]) WITH ORDINALITY AS part(id, place)
    WHERE used.split_id = %(split)s AND NOT EXISTS (
        SELECT FROM {rows} held WHERE held.plan_id = used.plan_id AND held.term_id = part.id)
)"""

GIVE = """
WITH wanted AS (RULES), put AS (
    INSERT INTO {rows} (plan_id, term_id, position, words)
    SELECT plan_id, term, wanted.position, part.name
    FROM wanted JOIN {terms} part ON part.id = wanted.term
    WHERE fits ORDER BY plan_id, place
    RETURNING id, plan_id
)
UPDATE SPLIT used SET
    given = array(SELECT id FROM put WHERE put.plan_id = used.plan_id ORDER BY id),
    left_out = array(SELECT term FROM wanted
                     WHERE wanted.plan_id = used.plan_id AND NOT fits ORDER BY place)
WHERE split_id = %(split)s
"""

# A plan that gets or loses a choice says so in its history, like after any save. Asked while both
# the glued term and its parts are on it.
TELL = """
WITH told AS (
    SELECT plan_id,
           coalesce(jsonb_agg(words ORDER BY position, id) FILTER (WHERE was), '[]') AS before,
           coalesce(jsonb_agg(words ORDER BY position, id) FILTER (WHERE stays), '[]') AS after
    FROM (
        SELECT chosen.*,
               CASE WHEN %(back)s THEN chosen.id <> used.choice
                    ELSE NOT chosen.id = ANY(used.given) END AS was,
               CASE WHEN %(back)s THEN NOT chosen.id = ANY(used.given)
                    ELSE chosen.id <> used.choice END AS stays
        FROM {rows} chosen JOIN SPLIT used ON used.plan_id = chosen.plan_id
        WHERE used.split_id = %(split)s AND (NOT %(back)s OR used.came_back)
    ) choices
    GROUP BY plan_id
), WRITTEN_DOWN
""".replace("WRITTEN_DOWN", WRITTEN_DOWN)

TAKE = """
DELETE FROM {rows} USING SPLIT used WHERE used.split_id = %(split)s AND used.choice = {rows}.id
"""

# Where nothing had to be put on a plan, it had all parts already: then there must be room again.
COMES_BACK = """
NOT EXISTS (
    SELECT FROM {rows} held WHERE held.plan_id = used.plan_id AND held.term_id = %(term)s
) AND CASE WHEN cardinality(given) > 0 THEN EXISTS (
    SELECT FROM {rows} held WHERE held.plan_id = used.plan_id AND held.id = ANY(given)
      AND held.term_id = ANY(%(into)s)
) ELSE EXISTS (
    SELECT FROM {rows} held WHERE held.plan_id = used.plan_id AND held.term_id = ANY(%(into)s)
) AND (%(most)s::int IS NULL OR %(most)s > (
    SELECT count(*) FROM {rows} held WHERE held.plan_id = used.plan_id
)) END
"""

SETTLE = """
UPDATE SPLIT used SET came_back = BACK WHERE split_id = %(split)s
"""

FORESEE = """
SELECT plan_id, words, BACK FROM SPLIT used WHERE split_id = %(split)s ORDER BY plan_id
"""

PUT_BACK = """
INSERT INTO {rows} (id, plan_id, term_id, position, words)
SELECT choice, plan_id, %(term)s, position, words FROM SPLIT
WHERE split_id = %(split)s AND came_back
"""

TAKE_BACK = """
DELETE FROM {rows} USING SPLIT used
WHERE used.split_id = %(split)s AND used.came_back AND {rows}.id = ANY(used.given)
  AND {rows}.term_id = ANY(%(into)s)
"""
