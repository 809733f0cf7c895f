"""A page of the archive, read: from its text to a plan document, and what did not fit in one.

``read`` takes any text and never raises; what it cannot understand it says in sentences. Pages
and their pitfalls are described in ``docs/importing.md``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext as _

from plans.document import EvidenceItem, Person, PlanDocument
from plans.importers import rows, wording
from plans.importers.blocks import Block, blocks
from plans.importers.plaintext import one_line, printable
from plans.importers.tags import Tags, read_tags, type_named_in
from plans.sections import FIELD, GROUP

PageKind = Literal["plan", "reflection", "both", "other"]

_TEXTS = ("challenge_statement", "background", "value_proposition", "summary", "early_leads")
_MOST_DOUBTS = 20


@dataclass(frozen=True)
class Unplaced:
    """Words of a page for which a plan has no field, and where they stood."""

    place: str
    words: str


@dataclass(frozen=True)
class Reading:
    """What a page holds.

    ``document`` is the plan, None where there is none. ``remarks`` are the words under the
    questionnaire's good-bye, ``unplaced`` other words without a field; ``warnings`` are sentences
    about what was not understood or looks wrong.
    """

    kind: PageKind
    document: PlanDocument | None = None
    heading: str = ""
    focal_point: str = ""
    year: int | None = None
    country: str = ""
    remarks: str = ""
    unplaced: tuple[Unplaced, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass
class _Gathered:
    """The answers while the page is read."""

    texts: dict[str, str] = field(default_factory=dict)
    evidence: list[EvidenceItem] = field(default_factory=list)
    partners: rows.Partners = field(default_factory=rows.Partners)
    questions: rows.Questions = field(default_factory=rows.Questions)
    unplaced: list[Unplaced] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)

    def loose(self, place: str, words: str) -> None:
        self.unplaced.append(Unplaced(place, words))


def read(text: str) -> Reading:
    """What a page of the archive says. Any text gives an answer; none raises."""
    parts = blocks(printable(text.removeprefix("\ufeff")))
    kind = _kind(parts)
    tags = read_tags(parts[0].text)
    if kind in ("other", "reflection"):
        return Reading(kind, None, tags.heading, tags.focal_point, tags.year, tags.country)
    gathered = _Gathered()
    for words in tags.loose:
        gathered.loose("top", words)
    for block in parts[1:]:
        _take(block, gathered)
    document = _document(tags, gathered)
    return Reading(
        kind,
        document,
        tags.heading,
        tags.focal_point,
        tags.year,
        tags.country,
        gathered.texts.get("remarks", ""),
        tuple(gathered.unplaced),
        tuple(tags.strange + gathered.warnings),
    )


def _kind(parts: list[Block]) -> PageKind:
    """Which questions the page asks decides; the good-bye alone makes no plan."""
    asked = {block.asked for block in parts if block.start == "question"} - {"remarks"}
    reflects = any(block.asked == wording.REFLECTION for block in parts)
    if asked - {wording.REFLECTION}:
        return "both" if reflects else "plan"
    return "reflection" if reflects else "other"


def _take(block: Block, gathered: _Gathered) -> None:
    """Put the answer in a block where it belongs."""
    _doubt(block, gathered)
    group, _dot, name = block.asked.partition(".")
    if block.start == "section" and block.section == "learning":
        gathered.questions.begin()
    if group == wording.REFLECTION:
        return
    if group in ("quantitative", "qualitative"):
        kind: rows.Kind = "quantitative" if group == "quantitative" else "qualitative"
        gathered.evidence.extend(rows.evidence_of(block.text, kind))
        return
    words = rows.answer(block.text)
    _miss_pictures(block, gathered)
    if group in ("partner", "partners"):
        _take_partner(block, name, words, gathered)
    elif group == "learning":
        _take_question(block, name, words, gathered)
    elif group:
        _take_text(block, words, gathered)
    elif words:
        gathered.loose(block.section or "top", words)


def _take_partner(block: Block, name: str, words: str, gathered: _Gathered) -> None:
    if block.start == "question" and name:
        gathered.partners.add(name, words)
    elif words:
        # Words about partners that stand outside the four questions are about the collaboration.
        gathered.partners.more("description", words)
        gathered.warnings.append(
            _("Words about partners stood outside the questions; they were taken as a description.")
        )


def _take_question(block: Block, name: str, words: str, gathered: _Gathered) -> None:
    if block.start == "question":
        gathered.questions.add(name, words)
    elif words:
        gathered.questions.more(name, words)


def _take_text(block: Block, words: str, gathered: _Gathered) -> None:
    if block.start == "question":
        gathered.asked[block.asked] += 1
    if not words:
        return
    if gathered.asked[block.asked] > 1:
        gathered.warnings.append(
            _("“%(field)s” is answered twice; both answers were taken.")
            % {"field": label(block.asked)}
        )
    gathered.texts[block.asked] = rows.joined(gathered.texts.get(block.asked, ""), words)


def _doubt(block: Block, gathered: _Gathered) -> None:
    """Point out lines that look like questions but are none that is known."""
    for line in block.lines:
        if len(gathered.warnings) >= _MOST_DOUBTS:
            return
        if wording.resembles_question(line):
            gathered.warnings.append(
                _("This looks like a question, but was read as an answer: %(line)s")
                % {"line": one_line(line)}
            )


def _miss_pictures(block: Block, gathered: _Gathered) -> None:
    for address in rows.pictures_in(block.text):
        gathered.warnings.append(
            _("A picture under “%(field)s” was left out; only evidence has pictures: %(address)s")
            % {"field": label(block.asked or block.section), "address": address[:200]}
        )


def label(place: str) -> str:
    """What a person calls a place on the page."""
    group, _dot, name = place.partition(".")
    if name:
        list_name = "partners" if group == "partner" else "learning_questions"
        for asked in GROUP[list_name].fields:
            if asked.key == name:
                return str(asked.label)
    if group in FIELD:
        return str(FIELD[group].label)
    others = {
        "top": _("the top of the page"),
        "remarks": _("the end of the questionnaire"),
        "challenge": _("Challenge statement"),
        "classification": _("Challenge classification"),
        "partners": _("Partners"),
        "quantitative": _("Quantitative evidence"),
        "qualitative": _("Qualitative evidence"),
    }
    return others.get(group, group)


def _document(tags: Tags, gathered: _Gathered) -> PlanDocument:
    title = one_line(gathered.texts.get("title", ""))
    if not title and tags.heading:
        title = tags.heading
        gathered.warnings.append(_("The page names no title; its heading was taken."))
    values: dict[str, Any] = {key: gathered.texts.get(key, "") for key in _TEXTS}
    return PlanDocument(
        title=title,
        challenge_type=_challenge_type(tags, title, gathered),
        country=tags.country,
        latitude=tags.latitude,
        longitude=tags.longitude,
        focal_point=_person(tags.focal_point),
        evidence=tuple(gathered.evidence),
        sdgs=tags.sdgs,
        thematic_areas=tags.thematic_areas,
        partners=gathered.partners.items(gathered.loose),
        learning_questions=gathered.questions.items(gathered.loose),
        methods=tags.methods,
        data_sources=tags.data_sources,
        **values,
    )


def _challenge_type(
    tags: Tags, title: str, gathered: _Gathered
) -> Literal["", "big_bet", "exploratory"]:
    """The type from its own answer, else from the heading, else from the title."""
    said = gathered.texts.get("challenge_type", "")
    if said:
        if answered := type_named_in(said):
            return answered
        gathered.loose("challenge_type", said)
    return type_named_in(tags.heading) or type_named_in(title)


def _person(words: str) -> Person | None:
    if not words:
        return None
    return Person(email=words) if "@" in words else Person(name=words)
