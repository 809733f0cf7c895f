"""A plan as a document people read, before it becomes one: headings, facts, texts, pictures.

What a page of paper and a text processor show alike is decided here; ``word.py`` and ``paper.py``
only give it their form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from plans import clock
from plans.document import EvidenceItem, ReflectionDocument
from plans.exporters import threads
from plans.exporters.entries import Entry, Words
from plans.exporters.threads import ThreadTold
from plans.sections import EvidenceKind, Stage
from plans.states import ChallengeType


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the plan itself."""

    level: int
    text: str


@dataclass(frozen=True)
class Facts:
    """Short answers with their questions."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Text:
    """Paragraphs in somebody's own words. ``lead`` is the summary, which comes first and larger."""

    text: str
    lead: bool = False


@dataclass(frozen=True)
class Listed:
    """Short words one below the other."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """A picture with what it shows in words."""

    content: bytes
    alternative: str
    caption: str


@dataclass(frozen=True)
class Link:
    """An address, and what it leads to."""

    address: str
    words: str


@dataclass(frozen=True)
class Quoted:
    """Words that a conversation is about."""

    text: str


@dataclass(frozen=True)
class Said:
    """What somebody said, and who and when."""

    by: str
    text: str


@dataclass(frozen=True)
class Changed:
    """A text of which stretches are ``kept``, ``added`` or ``removed``."""

    stretches: tuple[tuple[str, str], ...]


Block = Heading | Facts | Text | Listed | Shown | Link | Quoted | Said | Changed


def cover(asked: str, number: int) -> Facts:
    """What the first page of several plans says: which, how many, and of what day.

    The day is one of the active time zone. ``asked`` is left out where it is empty.
    """
    now = timezone.localtime(clock.now())
    rows = (
        (_("Selection"), asked),
        (_("Number of plans"), formats.number_format(number, use_l10n=True)),
        (_("Made on"), f"{formats.date_format(now, 'j F Y')} ({now.tzname()})"),
    )
    return Facts(tuple((name, value) for name, value in rows if value))


def blocks(entry: Entry, words: Words) -> Iterator[Block]:
    """The whole plan, section by section, then its closing reflection."""
    document = entry.document
    yield Heading(1, entry.name)
    if document.summary:
        yield Text(document.summary, lead=True)
    yield Facts(tuple((name, value) for name, value in _facts(entry, words) if value))
    if entry.note:
        yield Text(_("Note in the collection: %(note)s") % {"note": entry.note})
    yield Heading(2, words.of("challenge"))
    for key in ("challenge_statement", "background", "value_proposition"):
        yield from _answer(words.of(f"challenge.{key}"), getattr(document, key))
    yield Heading(2, words.of("evidence"))
    for item in document.evidence:
        yield from _evidence(entry, item)
    yield Heading(2, words.of("classification"))
    goals = tuple(f"{number}. {words.goals.get(number, '')}".strip() for number in document.sdgs)
    yield from _terms(words.of("classification.sdgs"), goals)
    yield from _terms(words.of("classification.thematic_areas"), document.thematic_areas)
    yield from _partners(entry, words)
    yield from _learning(entry, words)
    yield Heading(2, words.of("closing"))
    yield from _answer(words.of("closing.early_leads"), document.early_leads)
    yield from _answer(_("Remarks in the archive"), document.remarks)
    if entry.reflection is not None:
        yield from _reflection(entry, entry.reflection)
    if entry.threads:
        yield Heading(2, _("Threads"))
        for thread in entry.threads:
            yield from conversation(thread, 3)


def conversation(thread: ThreadTold, level: int) -> Iterator[Block]:
    """A thread as people read it: about what, on which words, and who said what."""
    yield Heading(level, f"{thread.about}: {threads.in_short(thread)}")
    if thread.quote:
        yield Quoted(thread.quote)
    if thread.suggestion:
        yield Text(threads.proposed(thread.suggestion))
    for one in thread.comments:
        yield Said(threads.said_by(one), threads.said(one))


def _facts(entry: Entry, words: Words) -> Iterator[tuple[str, str]]:
    document = entry.document
    yield _("Lab"), document.lab
    yield _("Cycle"), document.cycle
    if document.challenge_type:
        kind = str(ChallengeType(document.challenge_type).label).capitalize()
        yield words.of("title.challenge_type"), kind
    yield words.of("title.country"), document.country
    if document.focal_point:
        person = document.focal_point
        told = f"{person.name} <{person.email}>" if person.name and person.email else ""
        yield words.of("title.focal_point"), told or person.name or person.email
    yield _("State"), entry.state


def _answer(question: str, text: str) -> Iterator[Block]:
    if text:
        yield Heading(3, question)
        yield Text(text)


def _terms(question: str, terms: tuple[str, ...]) -> Iterator[Block]:
    if terms:
        yield Heading(3, question)
        yield Listed(terms)


def _evidence(entry: Entry, item: EvidenceItem) -> Iterator[Block]:
    if item.kind:
        yield Heading(3, str(EvidenceKind(item.kind).label).capitalize())
    if item.text:
        yield Text(item.text)
    content = entry.picture(item)
    if content is not None:
        told = item.alternative or _("A picture that nobody has described yet")
        yield Shown(content, told, item.caption)
    elif item.alternative or item.caption:
        yield Text("\n\n".join(filter(None, (item.alternative, item.caption))))
    where = entry.picture_address(item)
    if where and content is None:
        yield Link(where, _("Picture") if item.form == "picture" else _("Link"))


def _partners(entry: Entry, words: Words) -> Iterator[Block]:
    yield Heading(2, words.of("partners"))
    for place, partner in enumerate(entry.document.partners, start=1):
        yield Heading(3, f"{place}. {partner.name or _('Without a name')}")
        known = [(words.of("partners.sector"), partner.sector)]
        if partner.is_new is not None:
            answer = _("yes") if partner.is_new else _("no")
            known.append((_("New and unusual partner"), answer))
        if any(value for _name, value in known):
            yield Facts(tuple((name, value) for name, value in known if value))
        if partner.description:
            yield Text(partner.description)


def _learning(entry: Entry, words: Words) -> Iterator[Block]:
    document = entry.document
    yield Heading(2, words.of("learning"))
    for place, asked in enumerate(document.learning_questions, start=1):
        yield Heading(3, _("Learning question %(place)d") % {"place": place})
        if asked.question:
            yield Text(asked.question)
        stages = ", ".join(str(Stage(stage).label) for stage in asked.stages)
        if stages:
            yield Facts(((words.of("learning.stages"), stages),))
        for key in ("usage", "data_gap"):
            if text := getattr(asked, key):
                yield Heading(4, words.of(f"learning.{key}"))
                yield Text(text)
    yield from _terms(words.of("learning.methods"), document.methods)
    yield from _terms(words.of("learning.data_sources"), document.data_sources)


def _reflection(entry: Entry, reflection: ReflectionDocument) -> Iterator[Block]:
    yield Heading(2, _("Closing reflection"))
    for question, text in reflected_texts(reflection):
        yield from _answer(question, text)
    for item in reflection.evidence:
        yield from _evidence(entry, item)


def reflected_texts(reflection: ReflectionDocument) -> Iterator[tuple[str, str]]:
    """The answers of a closing reflection with their questions, empty ones too."""
    yield _("Insights"), "\n\n".join(reflection.insights)
    for outcome in reflection.outcomes:
        name = OUTCOMES[outcome.outcome]()
        question = outcome.question or _("a learning question")
        yield _("What happened to: %(question)s") % {"question": question}, _told(name, outcome)
    for partner in reflection.partners:
        name = partner.name or (SORTS[partner.sort]() if partner.sort in SORTS else partner.sort)
        yield (
            _("Working with %(name)s") % {"name": name or _("partners")},
            _told(WORKED[partner.worked](), partner),
        )
    yield _("New and unusual partners"), reflection.unusual_partners
    yield _("Methods used"), ", ".join(reflection.methods)
    yield _("Why these methods"), reflection.why_methods
    yield _("Data used"), ", ".join(reflection.data_sources)
    yield _("Why these data"), reflection.why_data
    spent = [f"{one.stage}: {_share(one.share)}".strip(": ") for one in reflection.time_spent]
    yield _("Time given to the stages"), "\n".join(spent)
    yield _("Barriers and bottlenecks"), reflection.barriers
    yield _("Handover"), reflection.handover
    yield _("What only the combination made possible"), reflection.interplay
    yield _("Links"), reflection.links
    for further in reflection.further:
        yield further.question, further.answer


def _share(words: str) -> str:
    """A share of time; the archive tells some in words, and some have their sign already."""
    number = words.replace(".", "", 1).replace(",", "", 1)
    return f"{words}%" if number.isdecimal() else words


def _told(name: str, row: object) -> str:
    return "\n\n".join(filter(None, (name, getattr(row, "account", ""))))


OUTCOMES: dict[str, Callable[[], str]] = {
    "": lambda: "",
    "answered": lambda: _("It was answered."),
    "partly": lambda: _("It was answered in part."),
    "changed": lambda: _("It turned into another question."),
    "dropped": lambda: _("It was not worked on."),
}
WORKED: dict[str, Callable[[], str]] = {
    "": lambda: "",
    "yes": lambda: _("As planned."),
    "partly": lambda: _("In part."),
    "no": lambda: _("Not in the end."),
}
SORTS: dict[str, Callable[[], str]] = {
    "civil_society": lambda: _("civil society organisations"),
    "government": lambda: _("government partners"),
    "un": lambda: _("partners inside the United Nations"),
    "private_sector": lambda: _("the private sector"),
    "academia": lambda: _("academic partners"),
    "donors": lambda: _("donors"),
}
