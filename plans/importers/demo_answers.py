"""What the stories of the demo network say, as answers of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plans import taxonomies
from plans.models import Sdg

if TYPE_CHECKING:
    from accounts.models import User
    from plans.models import Plan, Term


class UnknownTerm(ValueError):
    """A story names a term of a closed list that the seeds do not know."""


def value(key: str, told: Any, plan: Plan, actor: User) -> Any:
    """An answer as it is saved. What the seeds do not know a lab proposes, as people do."""
    if key == "sdgs":
        return list(Sdg.objects.filter(number__in=told))
    if key in taxonomies.VOCABULARIES:
        vocabulary = taxonomies.VOCABULARIES[key]
        if vocabulary not in taxonomies.PROPOSABLE:
            return [term(vocabulary, words) for words in told]
        return [
            taxonomies.find_or_propose(vocabulary, words, actor=actor, plan=plan) for words in told
        ]
    return told.strip() if isinstance(told, str) else told


def term(vocabulary: type[Term], words: str) -> Term:
    """The term of these words. Raises UnknownTerm."""
    found = taxonomies.find(vocabulary, words)
    if found is None:
        raise UnknownTerm(f"The seeds do not know “{words}”.")
    return found
