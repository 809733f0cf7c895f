"""What a merge, or undoing one, would change, and why it is not possible. Nothing is written here.

The numbers tell of all plans. Named are those that the reader may know of; a merge goes through
drafts of labs whose plans are nobody else's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from plans.merging.uses import USES, Uses, fates, uses_of
from plans.models import Fate, Merge, Plan, Term, TermStatus, ThematicArea
from plans.permissions import visible_plans
from plans.taxonomies import folded

if TYPE_CHECKING:
    from accounts.models import User

RANK = {TermStatus.REFUSED: 0, TermStatus.RETIRED: 0, TermStatus.PROPOSED: 1, TermStatus.IN_USE: 2}
MOST_NAMED = 100
"""So many losses are named when a merge is about to be undone; the rest is a number."""


# -- before a merge --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """What a merge does to one plan: the words that stay, and of a double those that go."""

    plan: Plan
    kept: str
    gone: tuple[str, ...] = ()
    had: int = 0
    most: int | None = None

    @property
    def has(self) -> int:
        """How many terms of the vocabulary the plan has afterwards."""
        return self.had - len(self.gone)


@dataclass(frozen=True)
class Foresight:
    """What a merge would do.

    ``refused`` says why it is not possible, if it is not. Of ``plans`` that change, ``doubled``
    hold two or more of the terms, and ``full`` of these have as many as a plan may have; ``named``
    are those that the reader may know of, for :meth:`changes`.
    """

    uses: Uses
    keys: tuple[int, ...]
    refused: str
    aliases: list[str]
    plans: int
    doubled: int
    full: int
    named: QuerySet[Plan]

    def changes(self, plans: Iterable[Any]) -> list[Change]:
        """What happens to each of these plans (a page of ``named``), in one query."""
        plans = list(plans)
        rows: dict[int, list[str]] = {}
        words = "words" if self.uses.key else "name"
        held = self.uses.of(self.keys).filter(plan__in=plans).order_by("position", "pk")
        for plan, those in held.values_list("plan", words):
            rows.setdefault(plan, []).append(those)
        if not self.uses.key:
            return [Change(plan, ", ".join(rows.get(plan.pk, []))) for plan in plans]
        return [
            Change(plan, rows[plan.pk][0], tuple(rows[plan.pk][1:]), plan.had, self.uses.most)
            for plan in plans
            if plan.pk in rows
        ]


def foresee(terms: Sequence[Term], into: Term, reader: User) -> Foresight:
    """What merging these terms into that one would do. Raises Invalid for a fixed vocabulary."""
    uses = uses_of(type(into))
    others = [term for term in terms if term.pk != into.pk]
    refused = refusal(others, into)
    keys = (*(term.pk for term in others), into.pk)
    changing = _changing(uses, keys, into.pk)
    most = uses.most if uses.most is not None else -1
    double = Q(held__gt=1) if uses.key else Q(pk__in=())
    numbers = changing.aggregate(
        plans=Count("pk"),
        doubled=Count("pk", filter=double),
        full=Count("pk", filter=double & Q(had__gte=most) if most > 0 else Q(pk__in=())),
    )
    seen = changing.filter(pk__in=visible_plans(reader).values("pk")).select_related("lab", "cycle")
    return Foresight(
        uses,
        keys,
        refused,
        [words for words in with_new_aliases(others, into) if words not in into.aliases],
        named=seen.order_by("-held" if uses.key else "title", "title", "pk"),
        **numbers,
    )


def _changing(uses: Uses, keys: Sequence[int], into: int) -> QuerySet[Any]:
    """The plans that have one of the terms to merge: how many of all of them, and in all."""
    losing = uses.of([key for key in keys if key != into])
    return Plan.objects.filter(pk__in=losing.values("plan")).annotate(
        held=_number(uses.of(keys)), had=_number(uses.rows.objects.all())
    )


def _number(rows: Any) -> Subquery:
    mine = rows.filter(plan=OuterRef("pk")).order_by().values("plan")
    return Subquery(mine.annotate(number=Count("pk")).values("number"))


def refusal(terms: Sequence[Term | None], into: Term | None) -> str:
    """Why these terms, as they are now, cannot be merged into that one; nothing when they can."""
    if into is None or None in terms:
        return _("One of these terms is not there any more. Choose again.")
    given: list[Any] = [term for term in terms if term is not None]
    if not given:
        return _("Choose at least two terms: one that stays, and what is merged into it.")
    for term in [*given, into]:
        if term.merged_into_id is not None:
            return _("“%(term)s” has already been merged into another term. Choose again.") % {
                "term": term
            }
    if isinstance(into, ThematicArea):
        grouped = ThematicArea.objects.filter(parent__in=given, merged_into=None)
        child = grouped.select_related("parent").first()
        if child is not None:
            return _("“%(term)s” has a group of themes. Move them to another group first.") % {
                "term": child.parent
            }
    first = max(given, key=lambda term: RANK[TermStatus(term.status)])
    if RANK[TermStatus(first.status)] > RANK[TermStatus(into.status)]:
        return _(
            "“%(into)s” is %(status)s, and “%(term)s” is %(other)s. Take “%(into)s” into use "
            "first, or let another term stay."
        ) % {
            "into": into,
            "status": into.get_status_display(),
            "term": first,
            "other": first.get_status_display(),
        }
    return ""


def with_new_aliases(terms: Sequence[Term], into: Term) -> list[str]:
    """The other spellings of ``into`` with all that the terms are called, each once when folded."""
    known = list(into.aliases)
    by_name = sorted(terms, key=lambda term: term.name.casefold())
    asked = [words for term in by_name for words in (term.name, *term.aliases)]
    fold = folded([into.name, *known, *asked])
    had = {fold[words] for words in (into.name, *known)}
    for words in asked:
        if fold[words] and fold[words] not in had:
            had.add(fold[words])
            known.append(words)
    return known


def state(term: Any) -> dict[str, Any]:
    """What a merge notes of a term."""
    return {
        "name": term.name,
        "status": term.status,
        "aliases": list(term.aliases),
        "merged_into": term.merged_into_id,
    }


# -- before it is undone ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Loss:
    """A use that does not come back."""

    plan: Plan | None
    words: str
    reason: Fate


@dataclass(frozen=True)
class Retrospect:
    """What undoing a merge would do: how many uses come back, and which do not.

    ``refused`` says why it is not possible, if it is not.
    """

    refused: str
    back: int = 0
    dropped: int = 0
    full: int = 0
    losses: list[Loss] = field(default_factory=list)

    @property
    def unnamed(self) -> int:
        """How many losses are not named, as there are many or they are not the reader's."""
        return self.dropped + self.full - len(self.losses)


_COUNTED = """
SELECT fate, count(*) FROM (FATES) settled WHERE removed OR term <> %(into)s GROUP BY fate
"""
_NOT_BACK = """
SELECT plan_id, words, fate FROM (FATES) settled
WHERE fate <> 'back' AND (removed OR term <> %(into)s) ORDER BY plan_id, id
"""


def foresee_undo(record: Merge, reader: User) -> Retrospect:
    """What undoing this merge would do now."""
    uses = USES[record.vocabulary]
    terms = uses.vocabulary._default_manager.in_bulk([int(key) for key in record.before])
    refused = obstacle(record, terms)
    if refused:
        return Retrospect(refused)
    asked = {"merge": record.pk, "into": record.into}
    numbers = dict(_read(uses, _COUNTED, asked))
    left = _read(uses, _NOT_BACK, asked) if set(numbers) - {Fate.BACK} else []
    plans = visible_plans(reader).select_related("lab", "cycle")
    seen = plans.in_bulk({plan for plan, _words, _fate in left})
    named = [Loss(seen[plan], words, Fate(fate)) for plan, words, fate in left if plan in seen]
    return Retrospect(
        "",
        back=numbers.get(Fate.BACK, 0),
        dropped=numbers.get(Fate.DROPPED, 0),
        full=numbers.get(Fate.FULL, 0),
        losses=named[:MOST_NAMED],
    )


def _read(uses: Uses, sql: str, asked: Mapping[str, Any]) -> list[Any]:
    return uses.read(sql.replace("FATES", fates(uses)), **asked)


def obstacle(record: Merge, terms: Mapping[int, Term]) -> str:
    """Why a merge cannot be undone, its terms being as they are now; nothing when it can.

    Names what was changed since, term by term.
    """
    if record.undone_at is not None:
        return _("This merge has already been undone.")
    found = []
    for key, after in record.after.items():
        term = terms.get(int(key))
        if term is None:
            found.append(_("“%(term)s” was deleted.") % {"term": after["name"]})
        else:
            found += _changed(record, term, after)
    if not found:
        return ""
    return " ".join(
        [_("This merge cannot be undone as things are, for terms were changed since."), *found]
    )


def _changed(record: Merge, term: Any, after: Mapping[str, Any]) -> list[str]:
    if term.name != after["name"]:
        return [
            _("“%(term)s” is called “%(name)s” now.") % {"term": after["name"], "name": term.name}
        ]
    if term.merged_into_id != after["merged_into"]:
        return [_("“%(term)s” was merged again: undo that first.") % {"term": term}]
    if term.status != after["status"]:
        return [
            _("“%(term)s” is %(status)s now.") % {"term": term, "status": term.get_status_display()}
        ]
    if list(term.aliases) != after["aliases"]:
        later = Merge.objects.filter(
            vocabulary=record.vocabulary, into=term.pk, undone_at=None, pk__gt=record.pk
        )
        if later.exists():
            return [_("Other terms were merged into “%(term)s”: undo that first.") % {"term": term}]
        return [_("The other spellings of “%(term)s” were changed.") % {"term": term}]
    return []
