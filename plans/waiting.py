"""The proposals that wait to be looked at, with what one needs to decide about them.

A plan that has not been handed in is nobody else's business: of a proposal in a draft the lab is
named and no word of the draft. From submission on, the title and one sentence go with it, so that
who keeps the vocabulary understands what is meant; whether the plan may be opened is another
question, and :func:`plans.permissions.visible_plans` answers it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Count, Value

from plans.models import Partner, Plan, TermStatus
from plans.models.parts import CHOICES
from plans.permissions import visible_plans
from plans.sentences import sentence_with
from plans.states import HANDED_IN, PUBLIC

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from plans.models import Term

NEAREST = 3
"""So many existing terms are shown beside a proposal."""


@dataclass(frozen=True)
class Nearby:
    """A living term that looks like a proposed one."""

    pk: int
    name: str
    status: str


@dataclass
class Proposal:
    """A proposed term: its uses, the first plan it is on, and what is near.

    ``plan`` and ``sentence`` are of a plan that was handed in; ``is_readable`` says whether the
    reader may open it. ``lab`` is known of a draft, too.
    """

    term: Any
    lab: str = ""
    plan: Plan | None = None
    is_readable: bool = False
    sentence: str = ""
    near: list[Nearby] = field(default_factory=list)


def waiting(vocabulary: type[Term]) -> QuerySet[Any]:
    """The proposed terms of a vocabulary with their uses, those that wait longest first."""
    terms: Any = vocabulary._default_manager.filter(status=TermStatus.PROPOSED)
    proposed: QuerySet[Any] = terms.with_uses().select_related("proposed_by")
    return proposed.order_by("created_at", "pk")


def numbers(vocabularies: Sequence[type[Term]]) -> dict[type[Term], int]:
    """How many proposals wait in each of these vocabularies, in one query."""
    counts = [
        one._default_manager.filter(status=TermStatus.PROPOSED)
        .order_by()
        .values(which=Value(number))
        .annotate(waiting=Count("pk"))
        for number, one in enumerate(vocabularies)
    ]
    if not counts:
        return {}
    rows = counts[0].union(*counts[1:], all=True) if counts[1:] else counts[0]
    found = {row["which"]: row["waiting"] for row in rows}
    return {one: found.get(number, 0) for number, one in enumerate(vocabularies)}


def explained(terms: Sequence[Any], reader: User) -> list[Proposal]:
    """Each of these proposed terms with where it comes from and what is near, in four queries."""
    if not terms:
        return []
    vocabulary = type(terms[0])
    proposals = {term.pk: Proposal(term) for term in terms}
    _say_where(vocabulary, proposals, reader)
    for key, nearby in _near(vocabulary, list(proposals)):
        proposals[key].near.append(nearby)
    return list(proposals.values())


def _say_where(vocabulary: type[Term], proposals: dict[int, Proposal], reader: User) -> None:
    first = _first_plans(vocabulary, proposals)
    plans = Plan.objects.with_document().in_bulk(set(first.values()))
    readable = set(visible_plans(reader).filter(pk__in=plans).values_list("pk", flat=True))
    for key, pk in first.items():
        plan, proposal = plans[pk], proposals[key]
        proposal.lab = plan.lab.name
        if plan.state in HANDED_IN | PUBLIC:
            proposal.plan, proposal.is_readable = plan, pk in readable
            proposal.sentence = sentence_with(plan.document, proposal.term.name)


def _first_plans(vocabulary: type[Term], proposals: dict[int, Proposal]) -> dict[int, int]:
    """The plan in which each was proposed; where it is not on that one any more, the first."""
    rows, column = _uses(vocabulary)
    held = rows.objects.filter(**{f"{column}__in": list(proposals)}).order_by()
    found: dict[int, int] = {}
    for term, plan in held.values_list(column, "plan").distinct().order_by(column, "plan"):
        if term not in found or proposals[term].term.proposed_in_id == plan:
            found[term] = plan
    return found


def _uses(vocabulary: type[Term]) -> tuple[Any, str]:
    """The table in which plans hold terms of this vocabulary, and its column."""
    for rows in CHOICES.values():
        if rows._meta.get_field("term").related_model is vocabulary:
            return rows, "term"
    return Partner, str(vocabulary._meta.model_name)


_NEAR = """
SELECT proposed.id, near.id, near.name, near.status
FROM {terms} proposed CROSS JOIN LATERAL (
    SELECT other.id, other.name, other.status, max(greatest(
        similarity(spelled.folded, fold_term(proposed.name)),
        similarity(unaccent(lower(other.name)), unaccent(lower(proposed.name)))
    )) AS alike
    FROM plans_spelling spelled JOIN {terms} other ON other.id = spelled.leads_to
    WHERE spelled.vocabulary = %(vocabulary)s AND spelled.folded %% fold_term(proposed.name)
      AND other.id <> proposed.id AND other.status IN ('in_use', 'proposed')
    GROUP BY other.id ORDER BY other.status = 'proposed', alike DESC, other.name LIMIT %(most)s
) near
WHERE proposed.id = ANY(%(keys)s) ORDER BY proposed.id, near.status = 'proposed', near.alike DESC
"""


def _near(vocabulary: type[Term], keys: list[int]) -> list[tuple[int, Nearby]]:
    with connection.cursor() as cursor:
        cursor.execute(
            _NEAR.format(terms=vocabulary._meta.db_table),
            {"vocabulary": vocabulary._meta.model_name, "keys": keys, "most": NEAREST},
        )
        return [(key, Nearby(*near)) for key, *near in cursor.fetchall()]
