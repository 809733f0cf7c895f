"""What a closing reflection says, as its readers see it: planned and actual side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import template
from django.utils.translation import gettext as _

from plans.duplicates.words import folded
from plans.exporters.outline import OUTCOMES, SORTS, WORKED, reflected_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from uuid import UUID

    from plans.document import Collaboration, Outcome, PlanDocument, ReflectionDocument

register = template.Library()


@dataclass(frozen=True)
class Mark:
    """What became of something, in one or two words; ``kind`` is one of the marks' looks."""

    words: str
    kind: str


@dataclass(frozen=True)
class Line:
    """Something planned, and beside it what became of it. Either may be empty."""

    planned: tuple[str, ...]
    actual: tuple[str, ...]
    mark: Mark | None = None


@dataclass(frozen=True)
class Topic:
    """A part of the plan that is looked back on: lines, or short words on either side."""

    title: str
    lines: tuple[Line, ...] = ()
    planned: tuple[tuple[str, Mark | None], ...] = ()
    actual: tuple[tuple[str, Mark | None], ...] = ()


@dataclass(frozen=True)
class Told:
    """A reflection to be read: what was learned, planned and actual, and all the rest."""

    first: tuple[tuple[str, str], ...]
    topics: tuple[Topic, ...]
    rest: tuple[tuple[str, str], ...]


@register.simple_tag
def told(reflection: ReflectionDocument, plan: PlanDocument) -> Told | None:
    """The answers with their questions, beside what was planned; None where no word is written."""
    if not any(text for _question, text in reflected_texts(reflection)):
        return None
    bare = reflection.model_copy(
        update={"outcomes": (), "partners": (), "methods": (), "data_sources": ()}
    )
    first, *rest = reflected_texts(bare)
    topics = (
        Topic(_("Learning questions"), lines=tuple(_questions(reflection, plan))),
        Topic(_("Partners"), lines=tuple(_partners(reflection, plan))),
        _terms(_("Methods"), plan.methods, reflection.methods),
        _terms(_("Data sources"), plan.data_sources, reflection.data_sources),
    )
    return Told(
        first=(first,) if first[1] else (),
        topics=tuple(one for one in topics if one.lines or one.planned or one.actual),
        rest=tuple((question, text) for question, text in rest if text),
    )


# -- questions and partners ------------------------------------------------------------------------


def _questions(reflection: ReflectionDocument, plan: PlanDocument) -> Iterator[Line]:
    planned = {row.id: row.question for row in plan.learning_questions}
    marks = {
        "answered": _kept(),
        "partly": Mark(_("kept in part"), "good"),
        "changed": Mark(_("changed"), "warn"),
        "dropped": _dropped(),
    }
    others = [one for one in reflection.outcomes if one.row not in planned]
    said = {
        one.row: Line(
            (planned[one.row],), _words(OUTCOMES[one.outcome](), one), marks.get(one.outcome)
        )
        for one in reflection.outcomes
        if one.row and one.row in planned
    }
    yield from _lines(planned, said, [_words(one.question, one) for one in others if not one.row])
    for one in others:
        if one.row:
            yield Line((one.question,), _words(OUTCOMES[one.outcome](), one), _left_the_plan())


def _partners(reflection: ReflectionDocument, plan: PlanDocument) -> Iterator[Line]:
    planned = {row.id: row.name for row in plan.partners}
    marks = {"yes": _kept(), "partly": Mark(_("kept in part"), "good"), "no": _dropped()}
    others = [one for one in reflection.partners if one.row not in planned]
    said = {
        one.row: Line((planned[one.row],), _words(WORKED[one.worked](), one), marks.get(one.worked))
        for one in reflection.partners
        if one.row and one.row in planned
    }
    # The archive asked by sorts of partners: they are not new, only nobody says who they are.
    sorts = [one for one in others if not one.row and not one.name]
    yield from _lines(planned, said, [_words(_sort(one.sort), one) for one in sorts])
    for one in others:
        if one.row:
            yield Line((one.name,), _words(WORKED[one.worked](), one), _left_the_plan())
        elif one.name:
            yield Line((), _words(one.name, one), _new())


def _lines(
    planned: Mapping[UUID, str], said: Mapping[UUID, Line], loose: list[tuple[str, ...]]
) -> Iterator[Line]:
    """A line for each that was planned; what is said of nobody in particular beside the others."""
    yield from (said[key] for key in planned if key in said)
    silent = tuple(words for key, words in planned.items() if key not in said)
    if loose:
        yield Line(silent, tuple(text for one in loose for text in one))
    else:
        yield from (Line((words,), ()) for words in silent)


def _words(name: str, one: Outcome | Collaboration) -> tuple[str, ...]:
    return tuple(filter(None, (name, one.account)))


def _sort(sort: str) -> str:
    words = SORTS[sort]() if sort in SORTS else sort
    return words[:1].upper() + words[1:]


# -- methods and data sources ----------------------------------------------------------------------


def _terms(title: str, planned: Iterable[str], used: Iterable[str]) -> Topic:
    """Which were kept, dropped and new. Where nothing is told of any, none is called dropped."""
    before, after = ({folded(name): name for name in names} for names in (planned, used))
    return Topic(
        title,
        planned=tuple(
            (name, (_kept() if key in after else _dropped()) if after else None)
            for key, name in before.items()
        ),
        actual=tuple((name, _kept() if key in before else _new()) for key, name in after.items()),
    )


# -- words for what became of it -------------------------------------------------------------------


def _kept() -> Mark:
    return Mark(_("kept"), "good")


def _dropped() -> Mark:
    return Mark(_("dropped"), "warn")


def _new() -> Mark:
    return Mark(_("new"), "pending")


def _left_the_plan() -> Mark:
    return Mark(_("no longer in the plan"), "quiet")
