"""Two people's changes of one text, put together.

Pure: the text both started from and what each made of it in, one text out. Changes that do not
touch each other both happen. Where they do, both wordings stand one after the other, for somebody
to tidy; nothing that either of them typed is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plans.diff import ADDED, KEPT, REMOVED, Segment, words


@dataclass(frozen=True)
class Combined:
    """One text of two; ``clashes`` are the stretches of it in which both wordings stand."""

    text: str
    clashes: tuple[tuple[int, int], ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether the two changes did not touch each other."""
        return not self.clashes


@dataclass(frozen=True)
class _Edit:
    """From ``start`` to ``end`` of the text they started from, somebody put ``text``."""

    start: int
    end: int
    text: str
    mine: bool


def combine(before: str | None, mine: str, theirs: str) -> Combined:
    """Both changes of ``before`` in one text.

    Where nobody knows what they started from (None), the lines that both have are taken for it;
    then the whole is a clash, for one of them may have taken out what the other still has.
    """
    if before is None:
        text = combine(_lines_of_both(mine, theirs), mine, theirs).text
        return Combined(text, () if mine == theirs else ((0, len(text)),))
    edits = [*_edits(before, mine, mine=True), *_edits(before, theirs, mine=False)]
    text, place = "", 0
    clashes = []
    for group in _touching(before, sorted(edits, key=lambda one: (one.start, one.end))):
        start, end = group[0].start, max(one.end for one in group)
        text += before[place:start]
        put, is_clash = _settled(before, start, end, group)
        if is_clash:
            clashes.append((len(text), len(text) + len(put)))
        text, place = text + put, end
    return Combined(text + before[place:], tuple(clashes))


def _edits(before: str, after: str, *, mine: bool) -> Iterator[_Edit]:
    """What somebody did to the text, stretch by stretch, from its beginning to its end."""
    place = 0
    gone: Segment | None = None
    for segment in (*words(before, after), Segment(KEPT, "")):
        if gone and segment.kind != ADDED:
            yield _Edit(place - len(gone.text), place, "", mine)
        if segment.kind == ADDED:
            yield _Edit(place - len(gone.text) if gone else place, place, segment.text, mine)
        gone = segment if segment.kind == REMOVED else None
        place += 0 if segment.kind == ADDED else len(segment.text)


def _touching(before: str, edits: list[_Edit]) -> Iterator[list[_Edit]]:
    """The edits in groups: between two groups stands a word at least that nobody changed."""
    group: list[_Edit] = []
    end = 0
    for edit in edits:
        if group and any(sign.isalnum() for sign in before[end : edit.start]):
            yield group
            group = []
        group.append(edit)
        end = max(end, edit.end)
    if group:
        yield group


def _settled(before: str, start: int, end: int, group: list[_Edit]) -> tuple[str, bool]:
    """What stands there in the end, and whether it is both wordings."""
    mine, theirs = (
        _done(before, start, end, [one for one in group if one.mine is side])
        for side in (True, False)
    )
    old = before[start:end]
    if mine == theirs or theirs == old:
        return mine, False
    if mine == old:
        return theirs, False
    between = "" if not mine or not theirs or theirs[-1].isspace() or mine[0].isspace() else " "
    return f"{theirs}{between}{mine}", True


def _done(before: str, start: int, end: int, edits: list[_Edit]) -> str:
    """A stretch of the text as one person left it."""
    text, place = "", start
    for edit in edits:
        text += before[place : edit.start] + edit.text
        place = edit.end
    return text + before[place:end]


def _lines_of_both(mine: str, theirs: str) -> str:
    """The lines that both texts have, in order."""
    left = mine.splitlines(keepends=True)
    kept = []
    for line in theirs.splitlines(keepends=True):
        if line.strip() and line in left:
            del left[: left.index(line) + 1]
            kept.append(line)
    return "".join(kept)
