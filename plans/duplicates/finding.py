"""Finding names that are probably one: for a person to look at, never to merge by themselves.

Two names are put together for one of these reasons only, each of which has to explain the whole of
both names; what they share otherwise counts for nothing (``water management`` is not ``waste
management``):

- the same letters, however they are spaced, joined, accented or capitalised;
- the same words in the singular or plural, or in an order that changes nothing;
- the same words but for slips of the fingers: words that no dictionary has, near one that it has;
- an abbreviation beside what it stands for, also within a name;
- the same in another language: a known label, or a translation word by word.

A name that glues several known names together by commas is offered as a split instead. Precision
comes before completeness: an editor who is shown nonsense stops looking.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from plans.duplicates import slips
from plans.duplicates.abbreviations import ONE_THING, in_full, meanings, spelled_out
from plans.duplicates.reading import (
    Reading,
    Words,
    read,
    same_in_order,
    same_otherwise,
    same_translated,
)
from plans.duplicates.results import SCORES, Found, Group, Name, Reason, Split
from plans.duplicates.translating import in_english
from plans.duplicates.words import bare, folded


def find(names: Iterable[Name], different: Iterable[tuple[str, str]] = ()) -> Found:
    """Groups of names that are probably one, and names that should be split; best first.

    ``different`` are pairs of names that somebody has said are not the same.
    """
    pairs = _Pairs(list(names), different)
    groups = pairs.groups()
    return Found(groups, pairs.splits())


class _Pairs:
    """Looks for pairs of names by what they have in common, never each with each."""

    def __init__(self, names: Sequence[Name], different: Iterable[tuple[str, str]]) -> None:
        self.names = names
        self.links: dict[tuple[int, int], tuple[float, list[Reason]]] = {}
        self.apart = {frozenset(map(folded, pair)) for pair in different}
        self.letters: dict[str, list[int]] = defaultdict(list)
        self.read: list[Reading] = []
        self.keys: dict[Words, list[int]] = defaultdict(list)
        for place, name in enumerate(names):
            self.letters[folded(name.text)].append(place)
            self.read.append(read(name.text))
            self.keys[self.read[-1].key].append(place)
        self._look_words_up()
        self._same_letters()
        self._same_words()
        self._slips()
        self._abbreviations()
        self._translations()
        self._other_names()

    def _look_words_up(self) -> None:
        """Which words there are, how often each is used, which are near each other, and real."""
        self.used: dict[str, int] = defaultdict(int)
        for name, reading in zip(self.names, self.read, strict=True):
            for word in reading.words:
                self.used[word] += name.uses + 1
        self.near = slips.near(set(self.used))
        self.english = [list(in_english(name.text)) for name in self.names]
        written: dict[str, set[str]] = defaultdict(set)
        for reading, english in zip(self.read, self.english, strict=True):
            if english or any(word in self.near for word in reading.words):
                for word, as_written in zip(reading.words, reading.written, strict=False):
                    written[word] |= {word, as_written}
        known = slips.known(word for forms in written.values() for word in forms)
        nowhere: frozenset[str] = frozenset()
        self.is_one = {
            word: nowhere.union(*(known.get(form, nowhere) for form in forms))
            for word, forms in written.items()
        }

    # -- links -------------------------------------------------------------------------------------

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
        if not self.apart:
            return False
        pair = frozenset((folded(self.names[one].text), folded(self.names[other].text)))
        return pair in self.apart

    def _same_letters(self) -> None:
        for places in self.letters.values():
            for first, second in _each_with_first(places):
                self._link(first, second, Reason.LETTERS)

    def _same_words(self) -> None:
        for places in self.keys.values():
            alike: dict[tuple[object, ...], int] = {}
            for place in places:
                first = alike.setdefault(self.read[place].chunks, place)
                self._link(first, place, Reason.PLURAL)
            for first, second in _pairs(list(alike.values())):
                if same_in_order(self.read[first], self.read[second]):
                    self._link(first, second, Reason.PLURAL)
                elif same_otherwise(self.read[first], self.read[second]):
                    self._link(first, second, Reason.ORDER)
        # Joined in one name and apart in the other, besides a plural.
        joined: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for place, reading in enumerate(self.read):
            shape = tuple(chunk.leads for chunk in reading.chunks)
            joined[folded(" ".join(reading.words)), shape].append(place)
        for places in joined.values():
            for first, second in _each_with_first(places):
                if self.read[first].words != self.read[second].words:
                    self._link(first, second, Reason.PLURAL)

    def _slips(self) -> None:
        for place, reading in enumerate(self.read):
            corrected = self._corrected(reading)
            if corrected is None:
                continue
            for other in self.keys.get(corrected.key, ()):
                if same_in_order(corrected, self.read[other]):
                    self._link(place, other, Reason.TYPING)
                elif same_otherwise(corrected, self.read[other]):
                    self._link(place, other, Reason.TYPING, Reason.ORDER)

    def _corrected(self, reading: Reading) -> Reading | None:
        """A name with those of its words put right that are slips; None if there are none."""
        words = tuple(self._meant(reading, at) for at in range(len(reading.words)))
        return reading.with_words(words) if words != reading.words else None

    def _meant(self, reading: Reading, at: int) -> str:
        """What a word of a name was probably meant to be; itself, where it is one."""
        word = reading.words[at]
        if word not in self.near:
            return word
        others = [w for place, w in enumerate(reading.words) if place != at]
        # “ressource” is a word in French, and a slip in “ressource management”.
        spoken = frozenset(slips.LANGUAGES)
        for other in others:
            spoken &= self.is_one.get(other, frozenset())
        if self.is_one.get(word, frozenset()) & (spoken or frozenset(slips.LANGUAGES)):
            return word
        return max(
            (other for other in self.near[word] if self._is_better(other, word, alone=not others)),
            key=lambda other: (bool(self.is_one.get(other)), self.used.get(other, 0), other),
            default=word,
        )

    def _is_better(self, other: str, word: str, *, alone: bool) -> bool:
        """Whether ``other`` is what somebody meant who wrote ``word``."""
        if self.is_one.get(other):
            if min(len(other), len(word)) >= slips.LONG - 1 or not alone:
                return True
            return slips.swapped_or_doubled(word, other)
        if not slips.sure_without_dictionary(word, other):
            return False
        return (self.used.get(other, 0), other) > (self.used.get(word, 0), word)

    def _abbreviations(self) -> None:
        explained: dict[str, set[Words]] = defaultdict(set)
        beside: list[tuple[int, str]] = []
        for place, name in enumerate(self.names):
            for short, long in spelled_out(name.text):
                explained[short].add(long.key)
                beside.append((place, short))
                self._link_all(place, long)
        for place, short in beside:
            if len(explained[short]) == 1:  # of two meanings, nobody knows which one is meant
                for other in self.letters.get(short, ()):
                    self._link(place, other, Reason.ABBREVIATION)
        for place, name in enumerate(self.names):
            for long in meanings(name.text):
                if not explained[folded(name.text)] - {long.key}:
                    self._link_all(place, long)
            full = in_full(name.text)
            if full is not None:
                self._link_all(place, full)

    def _link_all(self, place: int, full: Reading) -> None:
        """A name with those that say in full what is abbreviated in it."""
        for other in self.keys.get(full.key, ()):
            if same_in_order(full, self.read[other]):
                self._link(place, other, Reason.ABBREVIATION)
            elif same_otherwise(full, self.read[other]):
                self._link(place, other, Reason.ABBREVIATION, Reason.ORDER)

    def _translations(self) -> None:
        said: dict[Words, list[tuple[int, Reading]]] = defaultdict(list)
        for place, reading in enumerate(self.read):
            if all("en" in self.is_one.get(word, ()) for word in reading.words):
                continue
            for english in self.english[place]:
                for other in self.keys.get(english.key, ()):
                    if same_translated(english, self.read[other]):
                        self._link(place, other, Reason.TRANSLATION)
                for other, theirs in said[english.key]:
                    if same_translated(english, theirs):
                        self._link(place, other, Reason.TRANSLATION)
                said[english.key].append((place, english))

    def _other_names(self) -> None:
        for place, name in enumerate(self.names):
            for other_name in name.others:
                for other in self._called(other_name):
                    self._link(place, other, Reason.LABEL)

    def _called(self, text: str) -> set[int]:
        """Who goes by these words, written in one way or another."""
        return {*self.letters.get(folded(text), ()), *self._saying(read(text))}

    def _saying(self, reading: Reading) -> set[int]:
        """Who says these words, in this order."""
        return {
            place
            for place in self.keys.get(reading.key, ())
            if same_in_order(reading, self.read[place])
        }

    # -- groups ------------------------------------------------------------------------------------

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
        groups = self._scored([places for root, places in members.items() if head(root) == root])
        return sorted(groups, key=lambda g: (-g.score, -g.uses, g.names[0].text))

    def _scored(self, found: list[set[int]]) -> list[Group]:
        group_of = {place: at for at, places in enumerate(found) for place in places}
        inside: dict[int, list[tuple[float, list[Reason]]]] = defaultdict(list)
        for (one, other), why in self.links.items():
            if one in group_of and group_of[one] == group_of.get(other):
                inside[group_of[one]].append(why)
        return [
            self._group(places, inside[at]) for at, places in enumerate(found) if len(places) > 1
        ]

    def _group(self, places: set[int], inside: list[tuple[float, list[Reason]]]) -> Group:
        order = sorted(places, key=lambda place: (-self.names[place].uses, place))
        found = {reason for _score, reasons in inside for reason in reasons}
        return Group(
            [self.names[place] for place in order],
            round(min((score for score, _reasons in inside), default=0.0), 3),
            [reason for reason in Reason if reason in found],
        )

    # -- names glued together ----------------------------------------------------------------------

    def splits(self) -> list[Split]:
        """Names of several parts that are known by themselves, used most first."""
        found = []
        for place, name in enumerate(self.names):
            if self.read[place].key in ONE_THING:  # WASH, STEM: commas, and one thing all the same
                continue
            split = self._split(place, name)
            if split is not None:
                found.append(split)
        return sorted(found, key=lambda split: (-split.name.uses, split.name.text))

    def _split(self, place: int, name: Name) -> Split | None:
        parts = [part for part in re.split(r"[,;/|\n]| \+ ", name.text) if bare(part)]
        if len(parts) < 2:
            return None
        into: list[Name] = []
        new: list[str] = []
        for part in map(_without_and, parts):
            meant = self._known_by(part, place)
            halves = [] if meant else re.split(r"\s+(?:and|et|y|e|&)\s+", part)
            known = [self._known_by(half, place) for half in halves]
            if meant is not None:
                into.append(meant)
            elif len(halves) > 1 and all(known):
                into += [one for one in known if one is not None]
            else:
                new.append(part)
        into = list(dict.fromkeys(into))
        if len(into) + len(new) < 2 or not into or not all(map(_is_a_term, new)):
            return None
        return Split(name, into, new)

    def _known_by(self, part: str, besides: int) -> Name | None:
        """The name that a part of another means, written in one way or another."""
        found = self._called(part)
        corrected = self._corrected(read(part))
        if corrected is not None:
            found |= self._saying(corrected)
        those = [self.names[place] for place in sorted(found - {besides})]
        return max(those, key=lambda one: one.uses, default=None)


def _without_and(part: str) -> str:
    return re.sub(r"^\s*(?:and|et|y|e|or|&)\s+", "", part).strip(" .\\")


def _is_a_term(part: str) -> bool:
    """Whether a part that nothing is called by may be a term of its own: two words, or a few."""
    reading = read(part)
    return len(reading.chunks) == 1 and 2 <= len(reading.words) <= 4


def _each_with_first(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    return ((places[0], other) for other in places[1:])


def _pairs(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    return ((one, other) for at, one in enumerate(places) for other in places[at + 1 :])
