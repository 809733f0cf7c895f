"""Two people's texts for one answer, side by side: what only one of them has, and both together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.moments import in_short
from plans.authoring import fingerprint
from plans.combining import Combined, combine
from plans.diff import ADDED, KEPT, REMOVED, words
from plans.forms.fields import AddressField, TermsField, TextField
from plans.sections import EvidenceForm, EvidenceKind, Stage
from plans.states import ChallengeType, State

if TYPE_CHECKING:
    from django import forms
    from django.http import QueryDict

    from plans.authoring import Outcome
    from plans.models import Writing

CHOICES = ("mine", "theirs", "both")
"""The buttons of a conflict: ``mine:NAME:SEEN``, with :attr:`Conflict.name` and ``seen``."""

BASE = "base"
"""The hidden input that carries the fingerprints of what was shown."""

SINCE = "since"
"""Among the fingerprints: the plan's revision when the page was made."""

LARGEST = 2**31 - 1
"""The largest revision that the database can hold."""

_NAMED: dict[str, Any] = {
    "challenge_type": ChallengeType,
    "kind": EvidenceKind,
    "form": EvidenceForm,
    "stages": Stage,
}


@dataclass(frozen=True)
class Piece:
    """Some words of a text, or one of several things chosen; ``marked`` when to be noticed."""

    text: str
    marked: bool = False


@dataclass(frozen=True)
class Sides:
    """What the reader sees of both, what only one of them has being marked.

    Of ``both``, which is empty where they cannot be put together, those stretches are marked in
    which two wordings stand one after the other. ``together`` is what the inputs say then.
    """

    theirs: tuple[Piece, ...]
    mine: tuple[Piece, ...]
    both: tuple[Piece, ...] = ()
    together: list[str] = field(default_factory=list)
    too_many: int | None = None
    """How many there may be, where both together are more."""


@dataclass(frozen=True)
class Conflict:
    """What somebody stored and what was typed here, to be chosen from below the input ``name``.

    ``seen`` is the fingerprint of what is stored, ``writing`` the save that stored it, if the
    history knows one. ``inputs`` says as JSON what the inputs hold after a choice.
    """

    name: str
    seen: str
    sides: Sides
    inputs: Mapping[str, str]
    is_list: bool
    writing: Writing | None = None
    by_reader: bool = False

    @property
    def is_clean(self) -> bool:
        """Whether both fit together with nothing left to tidy."""
        return not any(piece.marked for piece in self.sides.both)


def laid_out(
    name: str,
    entered: forms.Field,
    theirs: Any,
    mine: Any,
    *,
    before: str | None = None,
    writing: Writing | None = None,
    by_reader: bool = False,
) -> Conflict:
    """Two values of one answer laid out to be chosen from.

    ``name`` is that of the input, ``before`` the text that both writers started from, if known.
    """
    answer = name.rpartition("-")[2]
    is_list = isinstance(theirs, list)
    if is_list:
        most = entered.rule.at_most if isinstance(entered, TermsField) else None
        sides = _of_lists(answer, theirs, mine, most)
    elif isinstance(entered, TextField):
        sides = _of_texts(theirs, mine, before, joins=not isinstance(entered, AddressField))
    else:
        sides = Sides((Piece(in_words(theirs, answer)),), (Piece(in_words(mine, answer)),))
    inputs = {"theirs": json.dumps(sent(answer, theirs))}
    if sides.both:
        inputs["both"] = json.dumps(sides.together)
    return Conflict(name, fingerprint(theirs), sides, inputs, is_list, writing, by_reader)


def _of_texts(theirs: str, mine: str, before: str | None, *, joins: bool) -> Sides:
    found = words(theirs, mine)
    left, right = (
        tuple(Piece(one.text, one.kind == only) for one in found if one.kind in (KEPT, only))
        for only in (REMOVED, ADDED)
    )
    joined = combine(before, mine, theirs)
    if not joins or joined.text in (mine, theirs):
        return Sides(left, right)
    return Sides(left, right, tuple(_pieces(joined)), [joined.text])


def _pieces(joined: Combined) -> Iterable[Piece]:
    place = 0
    for start, end in joined.clashes:
        yield Piece(joined.text[place:start])
        yield Piece(joined.text[start:end], marked=True)
        place = end
    yield Piece(joined.text[place:])


def _of_lists(answer: str, theirs: list[Any], mine: list[Any], most: int | None) -> Sides:
    left, right = (
        tuple(Piece(in_words(item, answer), item not in other) for item in one)
        for one, other in ((theirs, mine), (mine, theirs))
    )
    together = list(dict.fromkeys([*theirs, *mine]))
    if len(together) in (len(theirs), len(mine)):
        return Sides(left, right)  # one of them has all
    if most is not None and len(together) > most:
        return Sides(left, right, too_many=most)
    both = tuple(Piece(in_words(item, answer)) for item in together)
    return Sides(left, right, both, sent(answer, together))


def happened(outcome: Outcome, key: str) -> str:
    """Who wrote that answer meanwhile, and when."""
    writing = outcome.written.get(key)
    if writing is None:
        return _("Somebody changed this while you were writing.")
    if writing.by == outcome.actor:
        sentence = _("You changed this in another window (%(moment)s).")
    else:
        sentence = _("%(who)s changed this while you were writing (%(moment)s).")
    return sentence % {"who": writing.by, "moment": in_short(writing.at)}


def choose(data: QueryDict, key: str, choice: str, name: str, seen: str) -> None:
    """Do in the posted form what one of the :data:`CHOICES` says, for the input ``name``.

    Afterwards the form is that of somebody who had in front of them what is stored.
    """
    if choice != "mine":
        said = read_json(data.get(f"{choice}-{name}", ""), list)
        if said is None:
            return  # nothing came with the button: it is still to be chosen
        data.setlist(name, [str(one) for one in said])
    base = read_json(data.get(BASE, ""), dict) or {}
    data[BASE] = json.dumps(base | {key: seen})


def read_json(text: str, kind: type) -> Any:
    """What a page notes for itself; None for nonsense, however deep, and for another kind."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, kind) else None


def revision(text: str) -> int | None:
    """A revision of the plan from the page; None for nonsense."""
    if text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= LARGEST:
        return int(text)
    return None


def shown(name: str, value: Any) -> Any:
    """A stored value as its input takes it."""
    if name == "is_new":
        return {True: "yes", False: "no"}.get(value, "")
    if name == "sdgs":
        return [str(goal.number) for goal in value]
    if isinstance(value, list) and value and hasattr(value[0], "pk"):
        return [str(term.pk) for term in value]
    return value.pk if hasattr(value, "pk") else value


def sent(name: str, value: Any) -> list[str]:
    """A stored value as the inputs of its name send it."""
    said = shown(name, value)
    if isinstance(said, list):
        return [str(one) for one in said]
    return ["" if said is None else str(said)]


def in_words(value: Any, name: str = "") -> str:
    """A value that somebody stored, to be read beside another."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, State | ChallengeType):
        return str(value.label)
    if name in _NAMED and value in _NAMED[name].values:
        return capfirst(str(_NAMED[name](value).label))
    return "" if value is None else str(value)
