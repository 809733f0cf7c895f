"""What changed between two documents: answers by place, words marked, rows known by identity.

Pure: two :class:`PlanDocument` in, :class:`Changes` out. Whoever shows what changed asks here: the
history, the comparison of two versions, a restore that is about to be made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from rapidfuzz.distance import LCSseq

from plans.sections import GROUP, SECTION_OF, SECTIONS

if TYPE_CHECKING:
    from plans.document import PlanDocument

KEPT, ADDED, REMOVED = "kept", "added", "removed"

TEXTS = frozenset(
    {
        "title",
        "challenge_statement",
        "background",
        "value_proposition",
        "summary",
        "early_leads",
        "name",
        "description",
        "question",
        "usage",
        "data_gap",
        "text",
        "address",
        "alternative",
        "caption",
    }
)
"""The answers in somebody's own words; of these the words that changed are marked."""

NAMED_ELSEWHERE = frozenset(
    {"country", "focal_point", "sector", "thematic_areas", "methods", "data_sources", "sdgs"}
)
"""The answers whose words are those of another table, which can get another name later."""

# Above this many comparisons, whole lines are compared instead of words.
_MOST_COMPARISONS = 25_000_000

# A word, a single sign of the scripts that put no spaces between words, a run of spaces, or a mark.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_MARKS = re.escape("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~…“”„‘’«»¿¡–—、。，।؟،")
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\s{_MARKS}{_UNSPACED}]+|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Segment:
    """A stretch of text that was kept, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True)
class FieldChange:
    """One answer that differs. ``place`` is its anchor: ``challenge.background``, a row's place."""

    place: str
    section: str
    name: str
    before: Any
    after: Any

    @property
    def is_text(self) -> bool:
        """Whether it is an answer in somebody's own words."""
        return self.name in TEXTS

    @property
    def is_list(self) -> bool:
        """Whether several values can be chosen."""
        return isinstance(self.before, tuple) and isinstance(self.after, tuple)

    @cached_property
    def segments(self) -> list[Segment]:
        """The words, each stretch marked; for texts."""
        return words(self.before or "", self.after or "")

    @property
    def added(self) -> list[Any]:
        """What was chosen besides; for lists."""
        return [one for one in self.after if one not in self.before]

    @property
    def removed(self) -> list[Any]:
        """What is not chosen any more; for lists. With nothing added either, the order changed."""
        return [one for one in self.before if one not in self.after]


@dataclass(frozen=True)
class RowChange:
    """A row that was added, removed, moved or written in. ``was`` and ``now`` are places from 1."""

    group: str
    id: UUID
    before: Any
    after: Any
    was: int | None
    now: int | None
    moved: bool = False
    fields: tuple[FieldChange, ...] = ()

    @property
    def place(self) -> str:
        """Its anchor: ``partners/<id>``."""
        return f"{self.group}/{self.id}"

    @property
    def row(self) -> Any:
        """What it says, or said last."""
        return self.before if self.after is None else self.after

    @property
    def kind(self) -> str:
        """``added``, ``removed`` or ``kept``."""
        if self.before is None:
            return ADDED
        return REMOVED if self.after is None else KEPT


@dataclass(frozen=True)
class Changes:
    """All that differs between two documents, in the order of the questionnaire."""

    fields: tuple[FieldChange, ...] = ()
    rows: tuple[RowChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.fields or self.rows)

    def __len__(self) -> int:
        """How many answers and rows differ."""
        return len(self.fields) + len(self.rows)

    @property
    def places(self) -> list[str]:
        """The anchor of everything that differs."""
        return [change.place for change in self.fields] + [change.place for change in self.rows]

    def by_section(self) -> list[tuple[str, list[FieldChange], list[RowChange]]]:
        """The sections that differ, each with its answers and rows."""
        found = []
        for section in SECTIONS:
            fields = [change for change in self.fields if change.section == section.key]
            rows = [change for change in self.rows if SECTION_OF[change.group] == section.key]
            if fields or rows:
                found.append((section.key, fields, rows))
        return found

    @property
    def of_words(self) -> bool:
        """Whether the plan itself says something else, not only what other tables call things.

        Terms that are merged and people, sectors and countries that get another name change what
        a document says of them; the lab's own words and choices stay as they were.
        """
        return any(change.name not in NAMED_ELSEWHERE for change in self.fields) or any(
            row.kind != KEPT
            or row.moved
            or any(change.name not in NAMED_ELSEWHERE for change in row.fields)
            for row in self.rows
        )


def changes(before: PlanDocument, after: PlanDocument) -> Changes:
    """What differs from ``before`` to ``after``. Lab and cycle never change and are not looked at.

    A row counts as moved when the others that stayed kept their order and it did not.
    """
    fields: list[FieldChange] = []
    rows: list[RowChange] = []
    for section in SECTIONS:
        for field in section.fields:
            old, new = getattr(before, field.key), getattr(after, field.key)
            if old != new:
                place = f"{section.key}.{field.key}"
                fields.append(FieldChange(place, section.key, field.key, old, new))
        if section.group:
            rows += _row_changes(section.group.key, before, after)
    return Changes(tuple(fields), tuple(rows))


def _row_changes(group: str, before: PlanDocument, after: PlanDocument) -> Iterator[RowChange]:
    old = {row.id: (place, row) for place, row in enumerate(before.rows(group), start=1)}
    new = {row.id: (place, row) for place, row in enumerate(after.rows(group), start=1)}
    moved = _moved([old[key][0] for key in new if key in old])
    for key, (place, row) in new.items():
        if key not in old:
            fields = row_fields(group, None, row)
            yield RowChange(group, key, None, row, None, place, fields=fields)
            continue
        was, earlier = old[key]
        fields = row_fields(group, earlier, row)
        if fields or was in moved:
            yield RowChange(group, key, earlier, row, was, place, was in moved, fields)
    for key, (was, earlier) in old.items():
        if key not in new:
            fields = row_fields(group, earlier, None)
            yield RowChange(group, key, earlier, None, was, None, fields=fields)


def row_fields(group: str, before: Any, after: Any) -> tuple[FieldChange, ...]:
    """The answers of a row that differ; None stands for a row that is not there."""
    place = f"{group}/{(before if after is None else after).id}"
    answer = []
    for field in GROUP[group].fields:
        empty: Any = () if field.key == "stages" else ""
        old = getattr(before, field.key) if before is not None else empty
        new = getattr(after, field.key) if after is not None else empty
        if (old or None) != (new or None) or (old is False) != (new is False):
            answer.append(FieldChange(place, SECTION_OF[group], field.key, old, new))
    return tuple(answer)


def _moved(places: Sequence[int]) -> set[int]:
    """The fewest of these old places that must be taken out for the rest to be in order."""
    best: list[list[int]] = []  # the longest rising run that ends with each place
    for place in places:
        shorter = _longest(run for run in best if run[-1] < place)
        best.append([*shorter, place])
    return set(places) - set(_longest(best))


def _longest(runs: Iterable[list[int]]) -> list[int]:
    return max(runs, key=lambda run: len(run), default=[])


# -- words -----------------------------------------------------------------------------------------


def words(before: str, after: str) -> list[Segment]:
    """Both texts in one: kept and removed stretches make ``before``, kept and added ``after``."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if len(old) * len(new) > _MOST_COMPARISONS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if len(old) * len(new) > _MOST_COMPARISONS:
        return _joined([Segment(REMOVED, before), Segment(ADDED, after)])
    found = []
    for step in LCSseq.opcodes(old, new):
        earlier = "".join(old[step.src_start : step.src_end])
        if step.tag == "equal":
            found.append(Segment(KEPT, earlier))
        else:
            later = "".join(new[step.dest_start : step.dest_end])
            found += [Segment(REMOVED, earlier), Segment(ADDED, later)]
    return _joined(_without_crumbs(found))


def _without_crumbs(found: list[Segment]) -> Iterator[Segment]:
    """Where words all around changed, the space or comma between them is no island to keep."""
    for place, segment in enumerate(found):
        inner = 0 < place < len(found) - 1
        if segment.kind == KEPT and inner and not any(sign.isalnum() for sign in segment.text):
            yield Segment(REMOVED, segment.text)
            yield Segment(ADDED, segment.text)
        else:
            yield segment


def _joined(found: Iterable[Segment]) -> list[Segment]:
    """Neighbours of one kind as one; of a change, what was removed first."""
    answer: list[Segment] = []
    for is_kept, run in groupby(found, key=lambda segment: segment.kind == KEPT):
        pieces = list(run)
        for kind in (KEPT,) if is_kept else (REMOVED, ADDED):
            text = "".join(piece.text for piece in pieces if piece.kind == kind)
            if text:
                answer.append(Segment(kind, text))
    return answer


# -- one stretch -----------------------------------------------------------------------------------


def splice(before: str, after: str) -> tuple[int, str, str]:
    """The one stretch that differs: where it begins, what was there, what is there now."""
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    return start, before[start : len(before) - end], after[start : len(after) - end]


def _alike(one: str, other: str) -> int:
    """How many signs from the start are the same."""
    least, most = 0, min(len(one), len(other))
    while least < most:
        middle = (least + most + 1) // 2
        if one[least:middle] == other[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least
