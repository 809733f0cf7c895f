"""What the finder answers: groups of names that are probably one, and names to split."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Reason(StrEnum):
    """Why two names are probably one."""

    LETTERS = "letters"
    PLURAL = "plural"
    ORDER = "order"
    TYPING = "typing"
    ABBREVIATION = "abbreviation"
    LABEL = "label"
    TRANSLATION = "translation"


SCORES: dict[Reason, float] = {
    Reason.LETTERS: 1.0,
    Reason.LABEL: 0.99,
    Reason.PLURAL: 0.97,
    Reason.ORDER: 0.93,
    Reason.TYPING: 0.92,
    Reason.TRANSLATION: 0.91,
    Reason.ABBREVIATION: 0.9,
}
"""How sure each reason is, from 0 to 1; two reasons in one pair multiply."""


@dataclass(frozen=True)
class Name:
    """A name as it is written, how often it is used, and what else it is called."""

    text: str
    uses: int = 0
    others: tuple[str, ...] = ()


@dataclass
class Group:
    """Names that are probably one; the first is the one used most."""

    names: list[Name]
    score: float
    reasons: list[Reason] = field(default_factory=list)

    @property
    def uses(self) -> int:
        """How often all of them together are used."""
        return sum(name.uses for name in self.names)


@dataclass
class Split:
    """A name made of several: the known ones among them, and what is not known by itself yet."""

    name: Name
    into: list[Name]
    new: list[str] = field(default_factory=list)


@dataclass
class Found:
    """What there is to look at, best first."""

    groups: list[Group]
    splits: list[Split]
