"""What a split would do, and what undoing it would do; why either is refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from plans.merging.uses import USES, Uses, uses_of
from plans.models import UNOFFERED, Plan, Split, Term, TermStatus
from plans.permissions import visible_plans
from plans.splitting.statements import FORESEE, named
from plans.states import State

if TYPE_CHECKING:
    from accounts.models import User

MOST_PARTS = 5


def can_be_split(vocabulary: type[Term]) -> bool:
    """Whether plans may have several terms of this vocabulary, so that one can become several."""
    uses = USES.get(str(vocabulary._meta.model_name))
    return uses is not None and bool(uses.key)


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
    rows = uses.read(named(FORESEE), **given)
    seen = visible_plans(reader).select_related("lab", "cycle").in_bulk([row[0] for row in rows])
    plans = [(seen[plan], words if back else "") for plan, words, back in rows if plan in seen]
    plans.sort(key=lambda one: (bool(one[1]), one[0].title, one[0].pk))
    back = sum(1 for row in rows if row[2])
    return Retrospect(
        "",
        back=back,
        stays=len(rows) - back,
        named=plans[:MOST_NAMED],
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
