"""A page of the archive, read: from its text to a plan, a closing reflection, or both.

``read`` takes any text and never raises; what it cannot understand it says in sentences, and words
that answer nothing are kept as leftovers. Pages and their pitfalls are described in
``docs/importing.md``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext as _

from plans.document import ITEMS, EvidenceItem, Leftover, Person, PlanDocument, ReflectionDocument
from plans.importers import rows, wording
from plans.importers.blocks import Block, blocks
from plans.importers.plaintext import one_line, printable
from plans.importers.reflected import Reflected
from plans.importers.tags import Tags, read_tags, type_named_in
from plans.sections import FIELD, GROUP

PageKind = Literal["plan", "reflection", "both", "other"]

_TEXTS = ("challenge_statement", "background", "value_proposition", "summary", "early_leads")
_MOST_DOUBTS = 20
_SECTIONS = frozenset({"title", "challenge", "classification", "partners", "learning", "closing"})
_ENOUGH_SECTIONS = 3


@dataclass(frozen=True)
class Reading:
    """What a page holds.

    ``document`` is the plan and ``reflection`` the closing reflection, None where there is none;
    ``warnings`` are sentences about what was not understood or looks wrong.
    """

    kind: PageKind
    document: PlanDocument | None = None
    reflection: ReflectionDocument | None = None
    heading: str = ""
    focal_point: str = ""
    year: int | None = None
    country: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def leftover(self) -> tuple[Leftover, ...]:
        """Words of the page that answer nothing, of either document, each once."""
        found = [part.leftover for part in (self.document, self.reflection) if part is not None]
        return tuple(leftover for leftovers in found for leftover in leftovers)


@dataclass
class _Gathered:
    """The answers while the page is read."""

    texts: dict[str, str] = field(default_factory=dict)
    evidence: list[EvidenceItem] = field(default_factory=list)
    partners: rows.Partners = field(default_factory=rows.Partners)
    questions: rows.Questions = field(default_factory=rows.Questions)
    reflected: Reflected = field(default_factory=Reflected)
    leftover: list[Leftover] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)

    def loose(self, place: str, words: str) -> None:
        self.leftover.extend(rows.leftover_of(place, words))


def read(text: str) -> Reading:
    """What a page of the archive says. Any text gives an answer; none raises."""
    parts = blocks(printable(text.removeprefix("\ufeff")))
    kind = _kind(parts)
    tags = read_tags(parts[0].text)
    if kind == "other":
        return Reading(kind, None, None, tags.heading, tags.focal_point, tags.year, tags.country)
    gathered = _Gathered()
    for place, words in tags.loose:
        gathered.loose(place, words)
    for block in parts[1:]:
        _take(block, gathered)
    document: PlanDocument | None = _document(tags, gathered, kind)
    title = one_line(rows.words_of(tags.heading)) or (document.title if document else "")
    alone: tuple[Leftover, ...] = ()
    if kind == "reflection" and document is not None:
        # No question of a plan was asked: what stands there all the same is kept aside.
        if words := gathered.texts.get("title", ""):
            gathered.loose("title", words)
            document = document.model_copy(update={"leftover": tuple(gathered.leftover)})
        alone, document = tuple(_as_leftover(document)), None
    reflection = None
    if kind != "plan":
        reflection = gathered.reflected.document(_shared(tags), title, alone)
    return Reading(
        kind,
        document,
        reflection,
        tags.heading,
        tags.focal_point,
        tags.year,
        tags.country,
        tuple(tags.strange + gathered.warnings),
    )


def _kind(parts: list[Block]) -> PageKind:
    """Which questions the page asks decides; the good-bye alone makes no plan.

    Nor do questions about partners make one of a closing reflection, which has its own. A page
    that has the sections of a plan without their questions is one.
    """
    asked = {block.asked for block in parts if block.start == "question"} - {"remarks"}
    of_plan = {field.partition(".")[0] for field in asked if not wording.reflects(field)}
    if not any(wording.reflects(block.asked) for block in parts):
        sections = {block.section for block in parts} & _SECTIONS
        return "plan" if of_plan or len(sections) >= _ENOUGH_SECTIONS else "other"
    return "both" if of_plan - {"partner", "partners"} else "reflection"


def _take(block: Block, gathered: _Gathered) -> None:
    """Put the answer in a block where it belongs."""
    _doubt(block, gathered)
    group, _dot, name = block.asked.partition(".")
    if block.start == "section" and block.section == "learning":
        gathered.questions.begin()
    if group == wording.REFLECTION:
        gathered.reflected.take(block, name)
        return
    if group in ("quantitative", "qualitative"):
        _take_evidence(block, gathered)
        return
    if block.section == "leftover":
        for leftover in rows.leftovers_in(block):
            _take_leftover(leftover, gathered)
        return
    words = rows.answer(block.text)
    _miss_addresses(block, words, gathered)
    if group in ("partner", "partners"):
        _take_partner(block, name, words, gathered)
    elif group == "learning":
        _take_question(block, name, words, gathered)
    elif group:
        _take_text(block, words, gathered)
    elif words:
        gathered.loose(block.section or "top", words)


def _take_leftover(leftover: Leftover, gathered: _Gathered) -> None:
    whose, _space, place = leftover.place.partition(" ")
    if whose == wording.REFLECTION and place:
        leftover = leftover.model_copy(update={"place": place})
        gathered.reflected.leftover.append(leftover)
    else:
        gathered.leftover.append(leftover)


def _take_evidence(block: Block, gathered: _Gathered) -> None:
    kind: rows.Kind = "quantitative" if block.asked == "quantitative" else "qualitative"
    items = rows.evidence_of(block.text, kind)
    gathered.evidence.extend(items)
    told = " ".join(f"{item.text} {item.address}" for item in items)
    for address in rows.addresses_behind(block.text, told):
        gathered.loose(kind, address)


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


def _miss_addresses(block: Block, words: str, gathered: _Gathered) -> None:
    """Keep what stands behind words and is none: addresses of links and of pictures."""
    place = block.asked or block.section or "top"
    for address in rows.addresses_behind(block.text, words):
        gathered.loose(place, address)
    for address in rows.pictures_in(block.text):
        gathered.loose(place, address)
        gathered.warnings.append(
            _("A picture under “%(field)s” is kept as an address only: %(address)s")
            % {"field": label(place), "address": address[:200]}
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


def _shared(tags: Tags) -> dict[str, Any]:
    """What the tags say of either document."""
    return {
        "country": tags.country,
        "latitude": tags.latitude,
        "longitude": tags.longitude,
        "focal_point": _person(tags.focal_point),
        "sdgs": tags.sdgs,
        "thematic_areas": tags.thematic_areas,
        "methods": tags.methods,
        "data_sources": tags.data_sources,
    }


def _document(tags: Tags, gathered: _Gathered, kind: PageKind) -> PlanDocument:
    title = one_line(gathered.texts.get("title", ""))
    if not title and tags.heading:
        title = one_line(rows.words_of(tags.heading))
        if kind != "reflection":  # which never names one of its own
            gathered.warnings.append(_("The page names no title; its heading was taken."))
    values: dict[str, Any] = {key: gathered.texts.get(key, "") for key in _TEXTS}
    challenge_type = _challenge_type(tags, title, gathered)
    questions = gathered.questions.items(gathered.loose)
    document = PlanDocument(
        title=title,
        challenge_type=challenge_type,
        evidence=tuple(gathered.evidence),
        partners=gathered.partners.items(gathered.loose),
        learning_questions=questions,
        remarks=gathered.texts.get("remarks", ""),
        leftover=tuple(gathered.leftover),
        **_shared(tags),
        **values,
    )
    return rows.with_lasting_names(document)


def _challenge_type(
    tags: Tags, title: str, gathered: _Gathered
) -> Literal["", "big_bet", "exploratory"]:
    """The type from its own answer, else from the heading, else from the title."""
    said = gathered.texts.get("challenge_type", "")
    if said:
        answered = type_named_in(said)
        if not answered or wording.bare_words(said) != answered.replace("_", " "):
            gathered.loose("challenge_type", said)
        if answered:
            return answered
    return type_named_in(tags.heading) or type_named_in(title)


def _as_leftover(document: PlanDocument) -> Iterator[Leftover]:
    """What a page without a question of a plan says all the same where a plan's answers stand."""
    yield from document.leftover
    for key in (*_TEXTS, "remarks"):
        if words := getattr(document, key):
            yield Leftover(place=key, words=words)
    for group in ITEMS:
        for item in document.rows(group):
            for words in item.model_dump(exclude={"id", "kind", "form"}).values():
                told = ", ".join(words) if isinstance(words, tuple) else words
                if told and isinstance(told, str):
                    yield Leftover(place=group, words=told)


def _person(words: str) -> Person | None:
    if not words:
        return None
    return Person(email=words) if "@" in words else Person(name=words)
