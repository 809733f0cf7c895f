"""Splitting a term that glues several together, and taking that back.

Plans have the parts instead, as far as there is room for them; the glued term is retired, and its
name still says what it was. Each act is one transaction of a fixed number of statements and waits
for others as merges do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from plans import clock, taxonomies
from plans.errors import Invalid
from plans.merging.locks import Meanwhile, lock_plans, lock_terms, patiently
from plans.merging.uses import USES, Uses, uses_of
from plans.models import UNOFFERED, Plan, Split, SplitUse, Term, TermChange, TermStatus, Vocabulary
from plans.permissions import may_keep_terms, require, visible_plans
from plans.states import State
from plans.term_history import written_by

if TYPE_CHECKING:
    from accounts.models import User

MOST_PARTS = 5


def can_be_split(vocabulary: type[Term]) -> bool:
    """Whether plans may have several terms of this vocabulary, so that one can become several."""
    uses = USES.get(str(vocabulary._meta.model_name))
    return uses is not None and bool(uses.key)


@transaction.atomic
def split(term: Term, into: Sequence[Term], *, actor: User) -> Split:
    """Give every plan with ``term`` the terms ``into`` instead; answer the record of it.

    Parts that are not stored yet (see :func:`part_called`) are made as terms in use in the same
    act. Where a plan has no room for all of them, the first ones are put on it. Raises
    PermissionDenied for who does not keep this vocabulary; Invalid, in words, when the terms as
    they are now do not allow it; Busy when plans with the term are being saved all the time.
    """
    uses = uses_of(type(term))
    require(may_keep_terms(actor, type(term)))
    parts = list(dict.fromkeys(part.pk or part.name for part in into))
    return patiently(lambda: _split(uses, term.pk, parts, actor))


def part_called(vocabulary: type[Term], words: str) -> Term:
    """The term that a part means; one that is not stored yet, where nothing is called so.

    Raises Invalid for words that no term can be called.
    """
    words = taxonomies.tidy(words)
    refused = taxonomies.no_name(words)
    if refused:
        raise Invalid(refused)
    return taxonomies.find(vocabulary, words) or _new(vocabulary, words)


def _new(vocabulary: type[Term], name: str) -> Term:
    return vocabulary(name=name, status=TermStatus.IN_USE, created_at=clock.now())


def _split(uses: Uses, key: int, named: list[int | str], actor: User) -> Split:
    held = uses.of([key]).order_by().values_list("plan", flat=True).distinct()
    locked = lock_plans(held)
    found = lock_terms(uses, Q(pk__in=[key, *(part for part in named if isinstance(part, int))]))
    if not locked.issuperset(held.all()):
        raise Meanwhile
    into: list[Any] = [
        found.get(part) if isinstance(part, int) else _new(uses.vocabulary, part) for part in named
    ]
    refused = refusal(uses.vocabulary, found.get(key), into)
    if refused:
        raise Invalid(refused)
    term = found[key]
    made = [part for part in into if part.pk is None]
    if made:
        with written_by(actor, _("Made as a part of “%(term)s”.") % {"term": term}):
            for part in made:
                part.save(force_insert=True)
    found |= {part.pk: part for part in made}
    parts = [part.pk for part in into]
    record = Split.objects.create(
        vocabulary=Vocabulary(str(uses.vocabulary._meta.model_name)),
        term=key,
        into=parts,
        made=[part.pk for part in made],
        names={str(one.pk): one.name for one in found.values()},
        status=term.status,
        by=actor,
        at=clock.now(),
    )
    given = {"split": record.pk, "term": key, "into": parts, "archived": State.ARCHIVED}
    uses.run(_named(_NOTE), **given)
    uses.run(_named(_GIVE), **given)
    uses.run(_named(_TELL), **given, back=False, by=actor.pk, now=clock.now())
    uses.run(_named(_TAKE), **given)
    with written_by(actor, _("Split: %(split)s.") % {"split": record}):
        uses.vocabulary._default_manager.filter(pk=key).update(
            status=TermStatus.RETIRED, refusal=""
        )
    return record


@transaction.atomic
def undo(record: Split, *, actor: User) -> Split:
    """Give the glued term back to the plans that still have a part of it.

    A plan that has dropped them since stays as it is. Parts that were made by the split go with it
    if nobody has used or changed them since. Raises as :func:`split` does: Invalid too when one of
    the terms was changed since then.
    """
    uses = USES[record.vocabulary]
    require(may_keep_terms(actor, uses.vocabulary))
    return patiently(lambda: _undo(uses, record.pk, actor))


def _undo(uses: Uses, key: int, actor: User) -> Split:
    record = Split.objects.select_for_update().get(pk=key)
    lock_plans(record.uses.order_by().values_list("plan", flat=True))
    found = lock_terms(uses, Q(pk__in=[record.term, *record.into]))
    refused = obstacle(record, found)
    if refused:
        raise Invalid(refused)
    given = {"split": record.pk, "term": record.term, "into": record.into}
    with written_by(actor, _("A split was undone: %(split)s.") % {"split": record}):
        uses.vocabulary._default_manager.filter(pk=record.term).update(status=record.status)
    uses.run(_named(_SETTLE), **given)
    uses.run(_named(_PUT_BACK), **given)
    uses.run(_named(_TELL), **given, back=True, by=actor.pk, now=clock.now())
    uses.run(_named(_TAKE_BACK), **given)
    if record.made:
        with written_by(actor, _("A split was undone: %(split)s.") % {"split": record}):
            _untouched(uses, record).delete()
    record.undone_by, record.undone_at = actor, clock.now()
    record.save(update_fields=["undone_by", "undone_at"])
    return record


def _untouched(uses: Uses, record: Split) -> QuerySet[Any]:
    """The parts made by a split that no plan has, and to which nothing was done since."""
    vocabulary = str(uses.vocabulary._meta.model_name)
    changed = TermChange.objects.filter(vocabulary=vocabulary, before__isnull=False)
    splits = Split.objects.filter(vocabulary=vocabulary, undone_at=None).exclude(pk=record.pk)
    wanted = {
        key
        for keys in splits.filter(into__overlap=record.made).values_list("into")
        for key in keys[0]
    }
    made: Any = uses.vocabulary._default_manager.filter(pk__in=set(record.made) - wanted)
    if hasattr(uses.vocabulary, "parent"):
        made = made.exclude(pk__in=made.model.objects.exclude(parent=None).values("parent"))
    return (  # type: ignore[no-any-return]
        made.exclude(pk__in=uses.rows.objects.filter(term__in=record.made).values("term"))
        .exclude(pk__in=changed.filter(term__in=record.made).values("term"))
        .exclude(pk__in=made.model.objects.exclude(merged_into=None).values("merged_into"))
    )


# -- what it would do ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """What a split does to one plan: the parts it gets, has already, and has no room for."""

    plan: Plan
    words: str
    gets: list[str]
    has: list[str]
    left_out: list[str]


@dataclass(frozen=True)
class Foresight:
    """What a split would do: ``full`` of the ``plans`` have no room for all of the parts.

    ``named`` are those that the reader may know of, for :meth:`changes`.
    """

    uses: Uses
    term: Term
    into: tuple[Term, ...]
    refused: str
    plans: int
    full: int
    named: QuerySet[Plan]

    def changes(self, plans: Iterable[Any]) -> list[Change]:
        """What happens to each of these plans (a page of ``named``), in one query."""
        plans = list(plans)
        rows = self.uses.rows.objects.filter(plan__in=plans)
        held: dict[int, dict[int, str]] = {}
        for plan, key, words in rows.values_list("plan", "term", "words"):
            held.setdefault(plan, {})[key] = words
        return [self._change(plan, held.get(plan.pk, {})) for plan in plans]

    def _change(self, plan: Plan, held: dict[int, str]) -> Change:
        missing = [part.name for part in self.into if part.pk is None or part.pk not in held]
        most = self.uses.most
        room = len(missing)
        if most is not None and plan.state != State.ARCHIVED:
            room = max(most - len(held) + 1, 0)
        return Change(
            plan,
            held.get(self.term.pk, ""),
            missing[:room],
            [part.name for part in self.into if part.pk in held],
            missing[room:],
        )


def foresee(term: Term, into: Sequence[Term], reader: User) -> Foresight:
    """What splitting this term would do now. Raises Invalid for a vocabulary that is fixed."""
    uses = uses_of(type(term))
    changing: Any = Plan.objects.filter(pk__in=uses.of([term.pk]).values("plan"))
    keys = [part.pk for part in into if part.pk is not None]
    if uses.key:
        changing = changing.annotate(
            held=_number(uses.rows.objects.all()),
            has=_number(uses.of(keys)),
            over=F("held") - F("has") - 1 + len(into),
        )
        most = uses.most if uses.most is not None else 10**6
        over = Q(over__gt=most) & ~Q(state=State.ARCHIVED)
    else:
        over = Q(pk__in=())
    numbers = changing.aggregate(plans=Count("pk"), full=Count("pk", filter=over))
    seen = changing.filter(pk__in=visible_plans(reader).values("pk")).select_related("lab", "cycle")
    return Foresight(
        uses,
        term,
        tuple(into),
        refusal(uses.vocabulary, term, list(into)),
        named=seen.order_by("title", "pk"),
        **numbers,
    )


@dataclass(frozen=True)
class Retrospect:
    """What undoing a split would do: which plans get the whole back, and which stay as they are.

    ``refused`` says why it is not possible, if it is not; ``named`` are the plans that the reader
    may know of, each with the words that come back, or none.
    """

    refused: str
    back: int = 0
    stays: int = 0
    named: Sequence[tuple[Plan, str]] = ()
    goes: Sequence[str] = ()

    @property
    def unnamed(self) -> int:
        """How many plans are not named, as there are many or they are not the reader's."""
        return self.back + self.stays - len(self.named)


MOST_NAMED = 50
"""So many plans are named before a split is undone."""


def foresee_undo(record: Split, reader: User) -> Retrospect:
    """What undoing this split would do now, plan by plan; in a fixed number of queries."""
    uses = USES[record.vocabulary]
    refused = obstacle(
        record, uses.vocabulary._default_manager.in_bulk([record.term, *record.into])
    )
    if refused:
        return Retrospect(refused)
    given = {"split": record.pk, "term": record.term, "into": record.into}
    rows = uses.read(_named(_FORESEE), **given)
    seen = visible_plans(reader).select_related("lab", "cycle").in_bulk([row[0] for row in rows])
    named = [(seen[plan], words if back else "") for plan, words, back in rows if plan in seen]
    named.sort(key=lambda one: (bool(one[1]), one[0].title, one[0].pk))
    back = sum(1 for row in rows if row[2])
    return Retrospect(
        "",
        back=back,
        stays=len(rows) - back,
        named=named[:MOST_NAMED],
        goes=[record.names[str(key)] for key in record.made],
    )


def _number(rows: Any) -> Coalesce:
    mine = rows.filter(plan=OuterRef("pk")).order_by().values("plan")
    return Coalesce(Subquery(mine.annotate(number=Count("pk")).values("number")), 0)


def refusal(vocabulary: type[Term], term: Term | None, into: Sequence[Term | None]) -> str:
    """Why this term, as it is now, cannot be split into those; nothing when it can."""
    if not can_be_split(vocabulary):
        return _("A partner has one of the %(vocabulary)s only, so none can be split.") % {
            "vocabulary": vocabulary._meta.verbose_name_plural
        }
    parts: list[Any] = [part for part in into if part is not None]
    if term is None or len(parts) < len(into):
        return _("One of these terms is not there any more. Choose again.")
    if term.merged_into_id or term.status in UNOFFERED:  # type: ignore[attr-defined]
        return _("“%(term)s” is %(status)s, so there is nothing to split.") % {
            "term": term,
            "status": term.get_status_display(),
        }
    others = [part for part in parts if part.pk is None or part.pk != term.pk]
    if len(others) < 2 or len(others) < len(parts) or len(parts) > MOST_PARTS:
        return _("Name two to %(most)d other terms, one on each line.") % {"most": MOST_PARTS}
    for part in parts:
        if part.merged_into_id or part.status in UNOFFERED:
            return _("“%(term)s” is %(status)s. Take it into use first, or name another one.") % {
                "term": part,
                "status": part.get_status_display(),
            }
    return ""


def obstacle(record: Split, terms: dict[int, Term]) -> str:
    """Why a split cannot be undone, its terms being as they are now; nothing when it can."""
    if record.undone_at is not None:
        return _("This split has already been undone.")
    for key in (record.term, *record.into):
        term: Any = terms.get(key)
        name = record.names[str(key)]
        if term is None:
            return _("“%(term)s” was deleted, so this cannot be undone.") % {"term": name}
        if term.name != name:
            return _("“%(term)s” is called “%(name)s” now, so this cannot be undone.") % {
                "term": name,
                "name": term.name,
            }
        if term.merged_into_id:
            return _("“%(term)s” was merged since: undo that first.") % {"term": name}
    if terms[record.term].status != TermStatus.RETIRED:
        return _("“%(term)s” is %(status)s now, so this cannot be undone.") % {
            "term": terms[record.term],
            "status": terms[record.term].get_status_display(),
        }
    return ""


# -- statements ------------------------------------------------------------------------------------


def _named(sql: str) -> str:
    whole = sql.replace("(RULES)", _WANTED).replace("BACK", _COMES_BACK)
    return whole.replace("SPLIT", SplitUse._meta.db_table)


_NOTE = """
INSERT INTO SPLIT (split_id, plan_id, choice, position, words, given, left_out)
SELECT %(split)s, plan_id, id, position, words, '{{}}', '{{}}' FROM {rows} WHERE term_id = %(term)s
"""

# What is already on a plan is not put there again; the archive knows no limit.
_WANTED = """(
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

_GIVE = """
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
_TELL = """
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
), changed AS (
    UPDATE {plans} SET revision = revision + 1 FROM told WHERE {plans}.id = told.plan_id
    RETURNING {plans}.id, revision
)
INSERT INTO {writings} (plan_id, revision, by_id, at, entries)
SELECT plan_id, revision, %(by)s, %(now)s, jsonb_build_array(
    jsonb_build_object('key', %(key)s::text, 'before', before, 'after', after))
FROM told JOIN changed ON changed.id = told.plan_id
"""

_TAKE = """
DELETE FROM {rows} USING SPLIT used WHERE used.split_id = %(split)s AND used.choice = {rows}.id
"""

# Where nothing had to be put on a plan, it had all parts already: then there must be room again.
_COMES_BACK = """
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

_SETTLE = """
UPDATE SPLIT used SET came_back = BACK WHERE split_id = %(split)s
"""

_FORESEE = """
SELECT plan_id, words, BACK FROM SPLIT used WHERE split_id = %(split)s ORDER BY plan_id
"""

_PUT_BACK = """
INSERT INTO {rows} (id, plan_id, term_id, position, words)
SELECT choice, plan_id, %(term)s, position, words FROM SPLIT
WHERE split_id = %(split)s AND came_back
"""

_TAKE_BACK = """
DELETE FROM {rows} USING SPLIT used
WHERE used.split_id = %(split)s AND used.came_back AND {rows}.id = ANY(used.given)
  AND {rows}.term_id = ANY(%(into)s)
"""
