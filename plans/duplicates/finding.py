"""Finding names that are probably one: for a person to look at, never to merge by themselves.

Two names are put together for one of these reasons only, each of which has to explain the whole of
both names; what they share otherwise counts for nothing (``water management`` is not ``waste
management``):

- the same letters, however they are spaced, joined, accented or capitalised;
- the same words in the singular or plural, or in another order, small words left out;
- the same words but for typing errors in a long word;
- an abbreviation beside what it stands for;
- a known label in another language, or another spelling that somebody has already noted.

A name that glues several known names together by commas is offered as a split instead. Precision
comes before completeness: an editor who is shown nonsense stops looking.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from plans.duplicates.language import EXPANSIONS
from plans.duplicates.words import bare, folded, singular, slips, words


class Reason(StrEnum):
    """Why two names are probably one."""

    LETTERS = "letters"
    PLURAL = "plural"
    ORDER = "order"
    TYPING = "typing"
    ABBREVIATION = "abbreviation"
    LABEL = "label"


SCORES: dict[Reason, float] = {
    Reason.LETTERS: 1.0,
    Reason.LABEL: 0.99,
    Reason.PLURAL: 0.97,
    Reason.ORDER: 0.93,
    Reason.TYPING: 0.92,
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
    """A name made of several known ones, and which they are."""

    name: Name
    into: list[Name]


@dataclass
class Found:
    """What there is to look at, best first."""

    groups: list[Group]
    splits: list[Split]


def find(names: Iterable[Name], different: Iterable[tuple[str, str]] = ()) -> Found:
    """Groups of names that are probably one, and names that should be split; best first.

    ``different`` are pairs of names that somebody has said are not the same.
    """
    known = list(names)
    pairs = _Pairs(known, different)
    groups = pairs.groups()
    return Found(groups, _splits(known))


# -- pairs and groups ------------------------------------------------------------------------------


class _Pairs:
    """Looks for pairs of names by what they have in common, never each with each."""

    def __init__(self, names: Sequence[Name], different: Iterable[tuple[str, str]]) -> None:
        self.names = names
        self.links: dict[tuple[int, int], tuple[float, list[Reason]]] = {}
        self.apart = {frozenset(map(folded, pair)) for pair in different}
        self.letters: dict[str, list[int]] = defaultdict(list)
        self.spelled: list[list[str]] = []
        self.keys: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for place, name in enumerate(names):
            self.letters[folded(name.text)].append(place)
            singulars = [singular(word) for word in words(name.text)]
            self.spelled.append(singulars)
            self.keys[tuple(sorted(singulars))].append(place)
        self._same_letters()
        self._same_words()
        self._typing_errors()
        self._abbreviations()
        self._other_names()

    def _link(self, one: int, other: int, *reasons: Reason) -> None:
        if one == other or self._told_apart(one, other):
            return
        score = 1.0
        for reason in reasons:
            score *= SCORES[reason]
        key = (min(one, other), max(one, other))
        if key not in self.links or self.links[key][0] < score:
            self.links[key] = (score, list(reasons))

    def _told_apart(self, one: int, other: int) -> bool:
        pair = frozenset((folded(self.names[one].text), folded(self.names[other].text)))
        return pair in self.apart

    def _same_letters(self) -> None:
        for places in self.letters.values():
            for first, second in _each_with_first(places):
                self._link(first, second, Reason.LETTERS)

    def _same_words(self) -> None:
        for places in self.keys.values():
            for first, second in _each_with_first(places):
                if self.spelled[first] == self.spelled[second]:
                    self._link(first, second, Reason.PLURAL)
                else:
                    self._link(first, second, Reason.ORDER)
        # Joined in one name and apart in the other, besides a plural.
        joined: dict[str, list[int]] = defaultdict(list)
        for place, singulars in enumerate(self.spelled):
            joined["".join(singulars)].append(place)
        for places in joined.values():
            for first, second in _each_with_first(places):
                if self.spelled[first] != self.spelled[second]:
                    self._link(first, second, Reason.PLURAL)

    def _typing_errors(self) -> None:
        meant_by = slips({word for singulars in self.spelled for word in singulars})
        for place, singulars in enumerate(self.spelled):
            for at, word in enumerate(singulars):
                for meant in meant_by.get(word, ()):
                    changed = [*singulars[:at], meant, *singulars[at + 1 :]]
                    for other in self.keys.get(tuple(sorted(changed)), ()):
                        in_order = self.spelled[other] == changed
                        reasons = [Reason.TYPING] if in_order else [Reason.TYPING, Reason.ORDER]
                        self._link(place, other, *reasons)

    def _abbreviations(self) -> None:
        for place, singulars in enumerate(self.spelled):
            if len(singulars) != 1:
                continue
            meant = EXPANSIONS.get(singulars[0]) or EXPANSIONS.get(bare(self.names[place].text))
            if meant:
                key = tuple(sorted(singular(word) for word in words(meant)))
                for other in self.keys.get(key, ()):
                    self._link(place, other, Reason.ABBREVIATION)
        for place, name in enumerate(self.names):
            inner = re.fullmatch(r"\s*(.+?)\s*\(([^()]+)\)\s*", name.text)
            if inner:
                self._spelled_out(place, inner[1], inner[2])

    def _spelled_out(self, place: int, name: str, short: str) -> None:
        """A name that explains its own abbreviation is what either of them means."""
        initials = "".join(word[0] for word in words(name))
        letters = folded(short).removesuffix("s") if len(folded(short)) > 2 else folded(short)
        everything = "".join(word[0] for word in bare(name).split())
        if len(letters) < 2 or letters not in (initials, everything):
            return
        key = tuple(sorted(singular(word) for word in words(name)))
        for other in [*self.keys.get(key, ()), *self.letters.get(folded(short), ())]:
            self._link(place, other, Reason.ABBREVIATION)

    def _other_names(self) -> None:
        for place, name in enumerate(self.names):
            for other_name in name.others:
                key = tuple(sorted(singular(word) for word in words(other_name)))
                for other in {*self.letters.get(folded(other_name), ()), *self.keys.get(key, ())}:
                    self._link(place, other, Reason.LABEL)

    def groups(self) -> list[Group]:
        """What hangs together, best first; within a group the name used most comes first."""
        leader = list(range(len(self.names)))

        def head(place: int) -> int:
            while leader[place] != place:
                leader[place] = leader[leader[place]]
                place = leader[place]
            return place

        members: dict[int, set[int]] = defaultdict(set)
        best_first = sorted(self.links.items(), key=lambda link: (-link[1][0], link[0]))
        for (one, other), _why in best_first:
            first, second = head(one), head(other)
            ours, theirs = members[first] | {first}, members[second] | {second}
            if first == second or any(self._told_apart(a, b) for a in ours for b in theirs):
                continue
            leader[second] = first
            members[first] = ours | theirs
        groups = [self._group(places) for root, places in members.items() if head(root) == root]
        groups = [group for group in groups if len(group.names) > 1]
        return sorted(groups, key=lambda g: (-g.score, -g.uses, g.names[0].text))

    def _group(self, places: set[int]) -> Group:
        inside = [
            why for pair, why in self.links.items() if pair[0] in places and pair[1] in places
        ]
        order = sorted(places, key=lambda place: (-self.names[place].uses, place))
        found = {reason for _score, reasons in inside for reason in reasons}
        return Group(
            [self.names[place] for place in order],
            round(min((score for score, _reasons in inside), default=0.0), 3),
            [reason for reason in Reason if reason in found],
        )


def _each_with_first(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    return ((places[0], other) for other in places[1:])


# -- names glued together --------------------------------------------------------------------------


def _splits(names: Sequence[Name]) -> list[Split]:
    """Names of several parts, all of which are known by themselves, used most first."""
    by_words: dict[tuple[str, ...], Name] = {}
    for name in sorted(names, key=lambda one: one.uses):
        by_words[tuple(sorted(singular(word) for word in words(name.text)))] = name
    meant_by = slips({word for key in by_words for word in key})
    found = []
    for name in names:
        parts = [part for part in re.split(r"[,;/\n]| \+ ", name.text) if bare(part)]
        if len(parts) < 2:
            continue
        into = [_meant(part, by_words, meant_by) for part in parts]
        if all(one is not None and one is not name for one in into):
            unique = list(dict.fromkeys(one for one in into if one is not None))
            if len(unique) > 1:
                found.append(Split(name, unique))
    return sorted(found, key=lambda split: (-split.name.uses, split.name.text))


def _meant(
    part: str, by_words: dict[tuple[str, ...], Name], meant_by: dict[str, set[str]]
) -> Name | None:
    """The name that a part of another means, with one word mistyped at most."""
    singulars = [singular(word) for word in words(re.sub(r"^\s*(and|et|y|e|&)\s+", "", part))]
    exact = by_words.get(tuple(sorted(singulars)))
    found = [exact] if exact else []
    for at, word in enumerate(singulars):
        for meant in meant_by.get(word, ()):
            key = tuple(sorted([*singulars[:at], meant, *singulars[at + 1 :]]))
            if key in by_words:
                found.append(by_words[key])
    return max(found, key=lambda one: one.uses, default=None)
