"""Looking through a vocabulary of the database for terms that are probably one.

What was found is kept until a term or a “not the same” changes: to look through thousands of names
takes seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db.models import Max

from plans.duplicates.finding import find
from plans.duplicates.results import Name, Reason
from plans.models import Different, TermChange, TermStatus

if TYPE_CHECKING:
    from plans.models import Term

LIVING = (TermStatus.IN_USE, TermStatus.PROPOSED)
A_WEEK = 7 * 24 * 60 * 60


@dataclass(frozen=True)
class Alike:
    """Terms that are probably one, by their keys, those used most first."""

    keys: tuple[int, ...]
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Glued:
    """A term that is probably several: the known ones, and what is no term yet."""

    key: int
    into: tuple[int, ...]
    new: tuple[str, ...]


@dataclass(frozen=True)
class Suspects:
    """What there is to look at in a vocabulary, best first."""

    alike: Sequence[Alike]
    glued: Sequence[Glued]


def suspects(vocabulary: type[Term]) -> Suspects:
    """The terms in use and proposed that are probably one or several, in two to four queries."""
    name = str(vocabulary._meta.model_name)
    changes = TermChange.objects.filter(vocabulary=name).aggregate(last=Max("pk"))["last"]
    pairs = Different.objects.filter(vocabulary=name)
    key = f"suspects2:{name}:{changes}:{pairs.aggregate(last=Max('pk'))['last']}"
    kept: Suspects | None = cache.get(key)
    if kept is None:
        kept = _look(vocabulary, list(pairs.values_list("one", "other")))
        cache.set(key, kept, A_WEEK)
    return kept


def _look(vocabulary: type[Term], different: list[tuple[int, int]]) -> Suspects:
    terms: Any = vocabulary._default_manager
    living = list(terms.filter(status__in=LIVING).with_uses().order_by("pk"))
    by_name = {term.name: term.pk for term in living}
    called = {term.pk: term.name for term in living}
    found = find(
        [Name(term.name, term.uses, (*term.aliases, *term.labels.values())) for term in living],
        [(called[one], called[other]) for one, other in different if {one, other} <= set(called)],
    )
    return Suspects(
        [
            Alike(
                tuple(by_name[name.text] for name in group.names),
                group.score,
                tuple(group.reasons),
            )
            for group in found.groups
        ],
        [
            Glued(
                by_name[split.name.text],
                tuple(by_name[part.text] for part in split.into),
                tuple(split.new),
            )
            for split in found.splits
        ],
    )
