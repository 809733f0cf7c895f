"""A page of the archive cut into blocks: whose answer each line belongs to.

A block begins at a section's name, a question, or the opening of a group (one row of a repeated
list, or one field of it), and holds the lines up to the next of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from plans.importers import wording

Start = Literal["top", "section", "question", "group"]

_HEADING = re.compile(r"##(?:\s+(.*))?")
_GROUP = re.compile(r"""\s*<div\s+class\s*=\s*["']?group["']?\s*>""", re.IGNORECASE)
_STARS = re.compile(r"\*{3,}")

_REFLECTION: Final = frozenset({"learnings", "data"})
_MAY_ASK_MORE: Final = _REFLECTION | {"end", "leftover"}
"""Where questions stand that are not known (yet)."""
_PLAN_BEGINS: Final = frozenset({"title", "challenge", "classification"})
_ASKED_IN: Final = {
    "title": ("title",),
    "challenge": (
        *("challenge_type", "challenge_statement", "background", "quantitative", "qualitative"),
        *("value_proposition", "summary"),
    ),
    "partners": ("partners", "partner.", "reflection.partners", "reflection.unusual"),
    "learning": ("learning.",),
    "closing": ("early_leads", "remarks"),
    "learnings": ("reflection.",),
    "data": ("reflection.",),
    "end": ("remarks", "reflection."),
}
"""What each section asks, by how the names of its fields begin."""
_REFLECTS_ON: Final = {
    "learnings": ("insights", "links", "barriers", "time"),
    "data": ("why_data", "why_methods"),
    "partners": ("partners", "unusual"),
    "end": ("interplay", "evidence"),
}
"""What each section of a closing reflection asks."""
_SECTION_OF: Final = {
    f"{wording.REFLECTION}.{name}": f"{wording.REFLECTION}.{section}"
    for section, names in _REFLECTS_ON.items()
    for name in names
} | {field: section for section in ("challenge", "closing") for field in _ASKED_IN[section]}
"""The one section in which a question stands; those of rows come again with each row."""
_ONLY_FIELD: Final = {
    "title": "title",
    "challenge": "challenge_statement",
    "partners": "partners",
    "learning": "learning.question",
    "closing": "early_leads",
    "end": "remarks",
}
"""Where words belong that stand right under a section's name, without a question."""


@dataclass
class Block:
    """Lines that answer one question. ``asked`` is its field, empty where none was asked.

    ``question`` is the line that asked, as it stands in the file.
    """

    start: Start
    section: str = ""
    asked: str = ""
    question: str = ""
    lines: list[str] = field(default_factory=list)
    answered: bool = False

    def add(self, line: str) -> None:
        """Go on with one more line."""
        self.lines.append(line)
        self.answered = self.answered or bool(line.strip())

    @property
    def text(self) -> str:
        """The lines as they stand in the file."""
        return "\n".join(self.lines)


@dataclass(frozen=True)
class _Line:
    text: str
    kind: Literal["text", "blank", "section", "question", "group"]
    asked: str = ""
    section: str = ""
    doubtful: bool = False
    before: str = ""
    """What the question asks that a section of unknown name stands before."""
    guessed: bool = False


def blocks(text: str) -> list[Block]:
    """The page as blocks, in order; the first holds what stands before any section."""
    found = [Block("top")]
    seen: set[str] = set()
    lines = list(_classified(text.split("\n")))
    certain = {line.section for line in lines if line.kind == "section" and not line.doubtful}
    for line in lines:
        here = found[-1]
        if here.section == "leftover" and line.kind in ("question", "section"):
            here.add(line.text)  # our own section, the last of a page: all of it is words
            continue
        if line.kind == "section":
            # A page that is both has partners twice, and these are the first.
            first = _is_reflections_own(line.section, seen) and certain & _PLAN_BEGINS
            elsewhere = seen if first else seen | certain
            if _is_words(line, here, elsewhere):
                here.add(line.text)
                continue
            seen.add(line.section)
            found.append(Block("section", line.section, _default_field(line.section, seen)))
        elif line.kind == "question":
            found.append(Block("question", here.section, line.asked, line.text))
        elif line.kind == "group":
            asked = _asked_of_group(here.asked)
            found.append(Block("group", here.section, asked, here.question))
        elif _is_new_question(line, here):
            found.append(Block("question", here.section, "reflection.further", line.text))
        elif not _is_decoration(line.text, here):
            here.add(line.text)
    return found


def _default_field(section: str, seen: set[str]) -> str:
    """What words answer that stand right under a section's name.

    In a page that is also a reflection, "End" is shared, and "Partners" comes a first time before
    the plan begins: both are then the reflection's.
    """
    reflects = bool(seen & _REFLECTION)
    if section == "learnings":
        return "reflection.insights"
    if section == "data":
        return "reflection.why_methods"
    if reflects and section == "end":
        return "reflection.interplay"
    if _is_reflections_own(section, seen):
        return "reflection.partners"
    return _ONLY_FIELD.get(section, "")


def _is_reflections_own(section: str, seen: set[str]) -> bool:
    """Whether partners are those of a reflection: before the plan begins, if there is one."""
    return section == "partners" and bool(seen & _REFLECTION) and not seen & _PLAN_BEGINS


def _is_new_question(line: _Line, block: Block) -> bool:
    """Whether a line asks what no reflection asked so far; only looked for in reflections."""
    return (
        line.kind == "text"
        and wording.reflects(block.asked)
        and (block.start != "group" or _is_closed(block))
        and line.text.startswith(">")
        and (not block.lines or not block.lines[-1].strip())
        and wording.may_be_asked(line.text)
    )


def _is_closed(block: Block) -> bool:
    """Whether the group that a block is has ended."""
    told = [line for line in block.lines if line.strip()]
    return bool(told) and told[-1].strip().lower() == "</div>"


def _asked_of_group(asked: str) -> str:
    """What a group answers that opens after an answer to ``asked``."""
    return "partners" if asked.startswith("partner.") else asked


def _is_decoration(line: str, block: Block) -> bool:
    """Whether a line is the page's own: stars under a heading, the type question's second half."""
    if block.answered:
        return False
    if block.start == "section" and _STARS.fullmatch(line.strip()):
        return True
    return block.asked == "challenge_type" and wording.is_challenge_type_note(line)


def _is_words(line: _Line, block: Block, elsewhere: set[str]) -> bool:
    """Whether a section's name inside an answer is somebody's own heading.

    It is when something follows that this section does not ask, and the page has the section
    elsewhere (or it is a mere "end"). A name that is not known is, when the section goes on that
    the answer stands in, or when only the empty section could stand there that follows another.
    """
    if line.guessed:
        return block.asked not in _ASKED_IN["challenge"]
    if line.before in _SECTION_OF and block.start in ("question", "group"):
        return _SECTION_OF.get(block.asked) == _SECTION_OF[line.before]
    return line.doubtful and block.start != "top" and line.section in elsewhere | {"end"}


def _classified(lines: Sequence[str]) -> Iterator[_Line]:
    """Each line with what it is; a heading is told by its name and by what follows it."""
    raw = [part for line in lines for part in _split_group(line)]
    headings = [match for line in raw if (match := _heading(line)) is not None]
    foreign = any(wording.is_foreign_name(name) for name in headings)
    sorted_apart = any(wording.section_named(name) == "classification" for name in headings)
    found: list[_Line] = []
    following: _Line | None = None
    for text in reversed(raw):
        line = _classify(text, following, foreign=foreign)
        if line.kind == "text" and not sorted_apart and _may_be_classification(text, following):
            line = _Line(text, "section", section="classification", guessed=True)
            sorted_apart = True
        found.append(line)
        if line.kind != "blank":
            following = line
    return reversed(found)


def _may_be_classification(text: str, following: _Line | None) -> bool:
    """Whether a heading of unknown name stands where that empty section always does."""
    if following is None or following.section != "partners" or following.doubtful:
        return False
    return _heading(text) is not None


def _split_group(line: str) -> list[str]:
    """A line that opens a group and goes on, as two."""
    match = _GROUP.match(line)
    if match is None or not line[match.end() :].strip():
        return [line]
    return [match.group(), line[match.end() :]]


def _heading(line: str) -> str | None:
    match = _HEADING.fullmatch(line.strip())
    return None if match is None else (match.group(1) or "").strip()


def _classify(text: str, following: _Line | None, *, foreign: bool) -> _Line:
    stripped = text.strip()
    if not stripped or _STARS.fullmatch(stripped):
        return _Line(text, "blank")
    if stripped[0] == ">":
        asked = wording.asked_by(stripped)
        return _Line(text, "question", asked) if asked else _Line(text, "text")
    if stripped[0] == "<" and _GROUP.fullmatch(stripped):
        return _Line(text, "group")
    name = _heading(stripped)
    if name is None:
        return _Line(text, "text")
    return _section(text, name, following, foreign=foreign)


def _section(text: str, name: str, following: _Line | None, *, foreign: bool) -> _Line:
    """A line with two hashes: a section when its name is known or only a section can stand there.

    A known name is doubtful when plain words follow it, or a question of another section.
    """
    known = wording.section_named(name)
    ends = following is None or following.kind != "text"
    if known is not None:
        doubtful = following is not None and _is_doubtful(known, following)
        return _Line(text, "section", section=known, doubtful=doubtful)
    if not name:
        return _Line("", "section" if ends else "blank")
    if following is not None and following.kind == "question":
        if foreign or following.asked in wording.SECTION_OPENERS:
            return _Line(text, "section", before=following.asked)
        return _Line(text, "text")
    if foreign and ends and (following is None or following.kind == "section"):
        return _Line(text, "section")
    return _Line(text, "text")


def _is_doubtful(section: str, following: _Line) -> bool:
    """Whether what comes after a section's name is nothing that this section begins with."""
    if following.kind == "question":
        return not following.asked.startswith(_ASKED_IN.get(section, ()))
    if following.kind != "text":
        return False
    if not following.text.lstrip().startswith(">"):
        return True
    return section not in _MAY_ASK_MORE and not wording.may_be_asked(following.text)
