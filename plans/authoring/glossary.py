"""What the words of imported pages mean here: terms, goals, countries, people; each asked once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from accounts.models import Country, User
from plans import taxonomies
from plans.errors import Invalid
from plans.models import Sdg, Term
from plans.models.taxonomy import TERM_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Lab

NO_TERM = frozenset({"", "n a", "na", "none", "empty", "ras"})
"""What people write where they have nothing to say: kept as it was written, but no term."""


@dataclass
class Glossary:
    """Which term was meant by which words. Kept for a whole import, it saves asking again."""

    terms: dict[tuple[str, str], Term | None] = field(default_factory=dict)
    goals: dict[int, Sdg] = field(default_factory=dict)
    countries: dict[str, Country | None] = field(default_factory=dict)
    people: dict[tuple[int, str], User | None] = field(default_factory=dict)
    proposed: list[str] = field(default_factory=list)
    """New terms since this was last emptied, for the report: “method: Listening”."""
    renamed: list[str] = field(default_factory=list)

    def meant(self, vocabulary: type[Term], words: str, actor: User) -> Term | None:
        """The term meant, proposed where nobody used it before; None for what can be none."""
        key = (vocabulary.__name__, words)
        if key not in self.terms:
            self.terms[key] = self._look_up(vocabulary, words, actor)
        found = self.terms[key]
        if found is not None and found.name.casefold() != taxonomies.tidy(words).casefold():
            self.renamed.append(f"{vocabulary._meta.verbose_name}: {words} → {found.name}")
        return found

    def _look_up(self, vocabulary: type[Term], words: str, actor: User) -> Term | None:
        tidied = taxonomies.tidy(words)
        bare = " ".join("".join(c if c.isalnum() else " " for c in tidied.lower()).split())
        if len(tidied) > TERM_LENGTH or bare in NO_TERM:
            return None
        found = taxonomies.find(vocabulary, tidied)
        if found is not None:
            return found
        try:
            found = taxonomies.find_or_propose(vocabulary, tidied, actor=actor)
        except Invalid:
            return None
        self.proposed.append(f"{vocabulary._meta.verbose_name}: {words}")
        return found

    def forget(self) -> None:
        """What an import that was taken back proposed is there no more."""
        self.terms.clear()
        self.proposed.clear()
        self.renamed.clear()

    def goals_numbered(self, numbers: Iterable[int]) -> list[Sdg]:
        """The goals with these numbers that are known, in the order given."""
        if not self.goals:
            self.goals = {goal.number: goal for goal in Sdg.objects.all()}
        return [self.goals[number] for number in numbers if number in self.goals]

    def member(self, lab: Lab, address: str) -> User | None:
        """The member of a lab with this address."""
        key = (lab.pk, address.lower())
        if "@" not in address:
            return None
        if key not in self.people:
            members = User.objects.filter(memberships__lab=lab, is_active=True)
            self.people[key] = members.filter(email=key[1]).first()
        return self.people[key]

    def country(self, name: str) -> Country | None:
        """The country of that name, exactly."""
        if name not in self.countries:
            self.countries[name] = Country.objects.filter(name=name).first()
        return self.countries[name]
