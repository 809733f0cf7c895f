"""The steps of the demo network's stories: each one act of a person, by the real actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from accounts.models import Country, Lab, User
from plans import authoring, reviewing, scheduling, workflow
from plans.authoring import Change
from plans.document import PlanDocument
from plans.exporters import markdown
from plans.importers import demo_answers as answers
from plans.importers import demo_charts
from plans.importers.demo_cycles import midnight
from plans.models import Criterion, Cycle, Decision, Plan, Sector, Thread
from plans.phrases import Phrase
from plans.sections import GROUP, SECTION
from plans.states import Act
from plans.workflow import DECISIONS


class BadStory(ValueError):
    """A file in ``seeds/demo`` is wrong; the tests would have said so."""


@dataclass
class Tale:
    """One plan's file, and what has become of it so far."""

    name: str
    content: dict[str, Any]
    lab: Lab
    cycle: Cycle
    today: dt.date
    people: dict[str, User]
    plan: Plan | None = None
    written: set[str] = field(default_factory=set)
    threads: dict[str, Thread] = field(default_factory=dict)

    def row_id(self, group: str, place: int) -> UUID:
        """The identity of a row, the same at every loading."""
        return uuid5(NAMESPACE_URL, f"demo:{self.name}/{group}/{place}")

    @property
    def begun(self) -> Plan:
        """The plan; every story begins with it."""
        if self.plan is None:
            raise BadStory(f"{self.name}: the first step is to start")
        return self.plan


def _start(tale: Tale, what: dict[str, Any], actor: User) -> None:
    content = tale.content
    tale.plan = workflow.start(
        tale.lab,
        tale.cycle,
        actor=actor,
        challenge_type=content["challenge_type"],
        title=content["title"],
    )
    country = content.get("country")
    focal_point = content.get("focal_point")
    values = {
        "country": Country.objects.get(code=country) if country else None,
        "latitude": content.get("latitude"),
        "longitude": content.get("longitude"),
        "focal_point": tale.people[focal_point] if focal_point else None,
    }
    _save(tale, {key: value for key, value in values.items() if value is not None}, actor)


def _write(tale: Tale, what: dict[str, Any], actor: User) -> None:
    """Write sections: as ``[first]`` has it the first time, as it is in the end from then on."""
    given = tale.content
    for key in what["sections"]:
        section = SECTION[key]
        first = {} if key in tale.written else tale.content.get("first", {})
        values = {
            one.key: answers.value(one.key, first.get(one.key, given[one.key]), tale.begun, actor)
            for one in section.fields
            if one.key in given
        }
        _save(tale, values, actor)
        if section.group:
            most = first.get(section.group.key)
            _write_rows(tale, section.group.key, actor, most=most)
        tale.written.add(key)


def _save(tale: Tale, values: dict[str, Any], actor: User) -> None:
    changes = {key: Change(value) for key, value in values.items()}
    outcome = authoring.save(tale.begun, changes, actor=actor)
    if outcome.refused:
        raise BadStory(f"{tale.name}: {outcome.refused}")


def _write_rows(tale: Tale, group: str, actor: User, *, most: int | None) -> None:
    """Add the rows that are not there yet, at most so many."""
    there = set(getattr(tale.begun, group).values_list("pk", flat=True))
    for place, told in enumerate(tale.content.get(group, ())[:most], start=1):
        row_id = tale.row_id(group, place)
        if row_id not in there:
            all_of_it = {one.key: _answer(told, one.key) for one in GROUP[group].fields}
            given = {key: value for key, value in all_of_it.items() if value is not None}
            authoring.add_row(tale.begun, group, actor=actor, row_id=row_id, **given)
            if "chart" in told:
                key = tale.row_id("pictures", place)
                chart = demo_charts.drawn(**told["chart"])
                authoring.give_picture(tale.begun, row_id, chart, actor=actor, key=key)


def _answer(told: dict[str, Any], key: str) -> Any:
    value = told.get(key)
    if key == "sector":
        return answers.term(Sector, value) if value else None
    return value.strip() if isinstance(value, str) else value


def _place(tale: Tale, about: str) -> str:
    """An anchor as stories write it, with the row's place for its identity."""
    group, _slash, place = about.partition("/")
    return f"{group}/{tale.row_id(group, int(place))}" if place else about


def _thread(tale: Tale, what: dict[str, Any], actor: User) -> None:
    tale.threads[what["thread"]] = reviewing.open_thread(
        tale.begun,
        _place(tale, what["about"]),
        what.get("text", ""),
        actor=actor,
        must_fix=what.get("must_fix", True),
        for_reviewers=what.get("for_reviewers", False),
        phrase=Phrase(what["words"]) if "words" in what else None,
        instead=what.get("instead"),
    )


def _reply(tale: Tale, what: dict[str, Any], actor: User) -> None:
    reviewing.reply(tale.threads[what["thread"]], what["text"], actor=actor)


def _apply(tale: Tale, what: dict[str, Any], actor: User) -> None:
    """Take words over that were proposed; what the file says in the end has them already."""
    reviewing.apply(tale.threads[what["thread"]], actor=actor)


def _decline(tale: Tale, what: dict[str, Any], actor: User) -> None:
    reviewing.decline(tale.threads[what["thread"]], what["text"], actor=actor)


def _on_thread(step: Callable[..., Thread]) -> Callable[[Tale, dict[str, Any], User], None]:
    def take(tale: Tale, what: dict[str, Any], actor: User) -> None:
        step(tale.threads[what["thread"]], actor=actor, text=what.get("text", ""))

    return take


def _move_row(tale: Tale, what: dict[str, Any], actor: User) -> None:
    group, _slash, place = what["about"].partition("/")
    authoring.move_row(
        tale.begun, group, tale.row_id(group, int(place)), what["place"], actor=actor
    )


def _act(act: Act) -> Callable[[Tale, dict[str, Any], User], None]:
    def take(tale: Tale, what: dict[str, Any], actor: User) -> None:
        workflow.move(tale.begun, act, actor=actor, note=what.get("note", ""))

    return take


def _review(decision: Decision) -> Callable[[Tale, dict[str, Any], User], None]:
    """The end of a review; ``marks`` answers the criteria in turn: ``"partly: Since when?"``."""

    def take(tale: Tale, what: dict[str, Any], actor: User) -> None:
        summary, marks = what.get("note", ""), _marks(tale, what)
        reviewing.send(tale.begun, decision, actor=actor, summary=summary, marks=marks)

    return take


def _keep(tale: Tale, what: dict[str, Any], actor: User) -> None:
    """Write at the end of a review, and not send it."""
    reviewing.keep(tale.begun, actor=actor, summary=what["note"], marks=_marks(tale, what))


def _marks(tale: Tale, what: dict[str, Any]) -> dict[Criterion, tuple[str, str]]:
    return {
        criterion: (mark, word.strip())
        for criterion, told in zip(tale.cycle.criteria.all(), what.get("marks", ()), strict=False)
        for mark, _colon, word in [told.partition(":")]
    }


def _type(tale: Tale, what: dict[str, Any], actor: User) -> None:
    """Begin a comment and not send it."""
    box = f"{reviewing.NEW}{_place(tale, what['about'])}"
    rest: dict[str, str] = {name: what[name] for name in ("words", "instead") if name in what}
    rest |= {"offered": what["words"]} if "words" in what else {}
    reviewing.keep_draft(tale.begun, box, what["text"], actor=actor, rest=rest)


def _extend(tale: Tale, what: dict[str, Any], actor: User) -> None:
    """Give the lab so many days from today, whenever today is."""
    until = midnight(tale.today) + dt.timedelta(days=what["days"], hours=17)
    scheduling.extend(tale.lab, tale.cycle, until=until, actor=actor, reason=what["note"])


def _bring_in(tale: Tale, what: dict[str, Any], actor: User) -> None:
    content = {
        key: value.strip() if isinstance(value, str) else value
        for key, value in tale.content.items()
        if key in PlanDocument.model_fields and key not in GROUP
    }
    content |= {
        group: [
            {one.key: _told(row, one.key) for one in GROUP[group].fields if one.key in row}
            for row in tale.content.get(group, ())
        ]
        for group in GROUP
    }
    content |= {
        "lab": tale.lab.name,
        "cycle": str(tale.cycle),
        "country": Country.objects.get(code=tale.content["country"]).name,
    }
    document = PlanDocument.model_validate(content)
    page = authoring.Arrived(
        tale.lab, tale.cycle, f"{tale.name}.md", markdown.page(document), document
    )
    tale.plan = authoring.bring_in(page, actor=actor).plan


def _told(row: dict[str, Any], key: str) -> Any:
    value = row[key]
    return value.strip() if isinstance(value, str) else value


STEPS: dict[str, Callable[[Tale, dict[str, Any], User], None]] = {
    "start": _start,
    "write": _write,
    "move_row": _move_row,
    "thread": _thread,
    "reply": _reply,
    "address": _on_thread(reviewing.address),
    "apply": _apply,
    "decline": _decline,
    "resolve": _on_thread(reviewing.resolve),
    "reopen_thread": _on_thread(reviewing.reopen),
    "extend": _extend,
    "bring_in": _bring_in,
    "type": _type,
    "keep": _keep,
    **{str(act): _act(act) for act in Act if act != Act.START},
    **{str(act): _review(decision) for act, decision in DECISIONS.items()},
    "comment": _review(Decision.COMMENTED),
}
"""What a step of a story can be, by its ``act``."""
