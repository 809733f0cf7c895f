"""Telling again what was written, save by save, from the plan as it was before.

Pure: documents and saves in, what each person changed out. Saves are kept as the words they took
out and put in (``models.writing``); several saves of one person in one place are told as one
change, and every passage that came and went in between is told besides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from plans.diff import Changes, changes
from plans.document import PlanDocument

if TYPE_CHECKING:
    from accounts.models import User
    from plans.models import Writing


@dataclass(frozen=True)
class Step:
    """A passage that came and went; ``revision`` is the plan's when it still stood there."""

    at: dt.datetime
    revision: int
    changes: Changes


@dataclass
class Part:
    """What one person changed without anybody else writing in the same places meanwhile.

    ``revision`` is the plan's before it; ``suggested_by`` are those whose proposals are among it.
    """

    by: User
    revision: int
    begun: dt.datetime
    ended: dt.datetime
    changes: Changes = field(default_factory=Changes)
    steps: list[Step] = field(default_factory=list)
    suggested_by: set[int] = field(default_factory=set)


def places(entry: dict[str, Any]) -> set[str]:
    """What an entry touches: a field, a row (``partners/<id>``), a group whose order it changes."""
    if "moved" in entry:
        return {entry["moved"], f"{entry['moved']}/{entry['id']}"}
    for act in ("added", "removed"):
        if act in entry:
            return {f"{entry[act]}/{entry['row']['id']}"}
    return {entry["key"].rpartition("/")[0] or entry["key"]}


def apply(content: dict[str, Any], entry: dict[str, Any]) -> None:
    """Do to a document's content what an entry says."""
    if "added" in entry:
        rows = content[entry["added"]]
        rows[:] = [row for row in rows if row["id"] != entry["row"]["id"]]
        rows.insert(entry["place"] - 1, deepcopy(entry["row"]))
    elif "removed" in entry:
        rows = content[entry["removed"]]
        rows[:] = [row for row in rows if row["id"] != entry["row"]["id"]]
    elif "moved" in entry:
        rows = content[entry["moved"]]
        found = [row for row in rows if row["id"] == entry["id"]]
        rows[:] = [row for row in rows if row["id"] != entry["id"]]
        rows[entry["to"] - 1 : entry["to"] - 1] = found
    else:
        holder, name = _holder(content, entry["key"])
        if holder is not None:
            holder[name] = _value_after(holder.get(name), entry)


def _holder(content: dict[str, Any], key: str) -> tuple[dict[str, Any] | None, str]:
    """What holds the answer of a key: the document, a row, or None for a row that is not there."""
    group, _slash, rest = key.partition("/")
    if not rest:
        return content, key
    row_id, _slash, name = rest.partition("/")
    return next((row for row in content[group] if row["id"] == row_id), None), name


def _value_after(value: Any, entry: dict[str, Any]) -> Any:
    if "after" in entry:
        return entry["after"]
    text, start = value or "", entry["at"]
    return text[:start] + entry["in"] + text[start + len(entry["out"]) :]


def document_after(start: PlanDocument, writings: Iterable[Writing]) -> PlanDocument:
    """The plan as it was after these saves, the oldest first."""
    content = start.model_dump(mode="json")
    for writing in writings:
        for entry in writing.entries:
            apply(content, entry)
    return PlanDocument.model_validate(content)


def values_after(start: PlanDocument, key: str, writings: Iterable[Writing]) -> Iterator[Any]:
    """What the answer of a key says in a document, and after each of these saves; oldest first.

    None while its row is not there.
    """
    content = start.model_dump(mode="json")
    for writing in (None, *writings):
        for entry in writing.entries if writing else ():
            apply(content, entry)
        holder, name = _holder(content, key)
        yield holder.get(name) if holder else None


# -- telling ---------------------------------------------------------------------------------------


def retell(start: PlanDocument, revision: int, writings: Sequence[Writing]) -> list[Part]:
    """What was changed by whom from ``start``, the plan's ``revision``; the newest first.

    A new round begins when somebody writes where another has written in this one; within a round
    every answer and row therefore has one author.
    """
    told: list[Part] = []
    round_ = _Round(start.model_dump(mode="json"), revision)
    for writing in writings:
        if round_.would_clash(writing):
            told += round_.parts()
            round_ = _Round(round_.content, round_.revision)
        round_.add(writing)
    told += round_.parts()
    return told[::-1]


class _Round:
    """Saves in which no two people wrote in the same place."""

    def __init__(self, content: dict[str, Any], revision: int) -> None:
        self.before, self.content = deepcopy(content), content
        self.since = self.revision = revision
        self.authors: dict[str, User] = {}
        self.told: dict[int, Part] = {}

    def would_clash(self, writing: Writing) -> bool:
        """Whether it touches what another has written. Order concerns a group as a whole."""
        touched = {place for entry in writing.entries for place in places(entry)}
        others = {place for place, author in self.authors.items() if author.pk != writing.by_id}
        return any(
            one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")
            for one in touched
            for other in others
        )

    def add(self, writing: Writing) -> None:
        """Do what this save did, and note what it made disappear."""
        part = self.told.get(writing.by_id)
        if part is None:
            part = Part(writing.by, self.since, writing.at, writing.at)
            self.told[writing.by_id] = part
        part.ended = writing.at
        for entry in writing.entries:
            if "suggested_by" in entry:
                part.suggested_by.add(entry["suggested_by"])
            for place in places(entry):
                self.authors[place] = writing.by
            passage = self._passage(entry)
            apply(self.content, entry)
            if passage:
                part.steps.append(Step(writing.at, self.revision, passage))
        self.revision = writing.revision

    def _passage(self, entry: dict[str, Any]) -> Changes | None:
        """What is lost by an entry and was not there when the round began."""
        if "removed" in entry:
            row_key = f"{entry['removed']}/{entry['row']['id']}/"
            row, _name = _holder(self.content, row_key)
            earlier, _name = _holder(self.before, row_key)
            lost = row is not None and row != earlier
        elif "key" in entry:
            holder, name = _holder(self.content, entry["key"])
            earlier, _name = _holder(self.before, entry["key"])
            value = holder.get(name) if holder else None
            if "out" in entry and not (value or "").startswith(entry["out"], entry["at"]):
                return self._unplaced(entry)
            gone = entry["out"].strip() if "out" in entry else value not in (None, "", [])
            lost = bool(gone) and (earlier is None or value != earlier.get(name))
        else:
            lost = False
        return self._change(self.content, entry) if lost else None

    def _unplaced(self, entry: dict[str, Any]) -> Changes:
        """A change of a text that is not as this history knows it: the bare words, out and in."""
        content = deepcopy(self.content)
        holder, name = _holder(content, entry["key"])
        if holder is not None:
            holder[name] = entry["out"]
        return self._change(content, {**entry, "at": 0})

    def _change(self, content: dict[str, Any], entry: dict[str, Any]) -> Changes:
        after = deepcopy(content)
        apply(after, entry)
        return changes(PlanDocument.model_validate(content), PlanDocument.model_validate(after))

    def parts(self) -> Iterator[Part]:
        """What each person changed in this round, in the order in which they began."""
        found = changes(
            PlanDocument.model_validate(self.before), PlanDocument.model_validate(self.content)
        )
        for part in self.told.values():
            part.changes = Changes(
                tuple(one for one in found.fields if self._author(one.name) == part.by),
                tuple(one for one in found.rows if self._author(one.place) == part.by),
            )
            if part.changes or part.steps:
                yield part

    def _author(self, place: str) -> User | None:
        return self.authors.get(place) or self.authors.get(place.partition("/")[0])
