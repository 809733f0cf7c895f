"""The demo network: people, two cycles, and plans that live through their stories.

Read from ``seeds/demo/``. Nothing is written behind the actions' backs: every plan is begun,
written, submitted, discussed and decided by :mod:`plans.workflow`, :mod:`plans.authoring` and
:mod:`plans.reviewing`, one step after the other, each at its own time (``plans/clock.py``). The
same day gives the same network, to the letter.

A plan's file holds what the plan says in the end, ``[first]`` what differs in the first writing (a
text, or how many rows of a group), and ``[[story]]`` the steps: who does what when. Evidence with a
``chart`` gets that for its picture. Times read
``"12 09:40"`` for the twelfth day after its cycle opened, ``"-12 09:40"`` for twelve days ago, both
UTC; without a time, the archive's plans come in before the closed cycle opens. What reviewers say
of a submitted plan waits for the ``comment``, ``request_changes`` or ``approve`` that sends it.
Reviewers are reminded on the days on which the worker would have done it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F

from accounts.models import Lab, User
from plans import clock, reminding, scheduling
from plans.importers import demo_people
from plans.importers.demo_cycles import cycles, midnight
from plans.importers.demo_people import DEMO, read
from plans.importers.demo_steps import STEPS, Tale
from plans.models import Cycle, Notification


class Step(NamedTuple):
    """One step of a story, sortable by time; steps at the same moment go by file and line."""

    at: dt.datetime
    name: str
    line: int
    tale: Tale
    what: dict[str, Any]


READ_AFTER = dt.timedelta(days=10)
"""What happened longer ago counts as read in everybody's inbox."""


@transaction.atomic
def load(today: dt.date) -> int:
    """Make the whole network as of ``today``; answer how many plans it has.

    Needs the seeds, and a database without plans. All of it happens, or nothing. What the stories
    tell people by e-mail counts as sent at that time: nobody is written to now about the past.
    """
    made = cycles(today)
    people = demo_people.store(joined=made["closed"].opens_at - dt.timedelta(days=200))
    archivist = next(user for user in people.values() if user.is_superuser)
    criteria = read(DEMO / "criteria.toml")["criteria"]
    for cycle in made.values():
        scheduling.set_criteria(
            cycle, [(one["text"], one["guidance"]) for one in criteria], actor=archivist
        )
    tales = [
        Tale(
            path.stem,
            (content := read(path)),
            Lab.objects.get(slug=content["lab"]),
            made.get(content["cycle"]) or _past_cycle(content["cycle"], archivist),
            today,
            people,
        )
        for path in sorted(DEMO.glob("plans/*.toml"))
    ]
    steps = sorted(
        (
            Step(_moment(what, tale, made["closed"], today), tale.name, line, tale, what)
            for tale in tales
            for line, what in enumerate(tale.content["story"])
        ),
        key=lambda step: step[:3],
    )
    reminders = _reminders(made.values(), midnight(today))
    for step in steps:
        while reminders and reminders[0][0] <= step.at:
            _remind(*reminders.pop(0))
        with clock.at(step.at):
            STEPS[step.what["act"]](step.tale, step.what, people[step.what["by"]])
    for day, cycle in reminders:
        _remind(day, cycle)
    Notification.objects.filter(sent_at__isnull=True).update(sent_at=F("created_at"), attempts=1)
    long_ago = Notification.objects.filter(created_at__lt=midnight(today) - READ_AFTER)
    long_ago.update(read_at=F("created_at"))
    return len(tales)


def _reminders(cycles: Iterable[Cycle], before: dt.datetime) -> list[tuple[dt.datetime, Cycle]]:
    """The days of the past on which reviewers are reminded, each with its cycle."""
    days = [
        (day, cycle)
        for cycle in cycles
        if cycle.review_by
        for day in (cycle.review_by - reminding.GENTLY, cycle.review_by)
        if day < before
    ]
    return sorted(days, key=lambda pair: pair[0])


def _remind(day: dt.datetime, cycle: Cycle) -> None:
    with clock.at(day):
        reminding.remind(cycle)


def _past_cycle(slug: str, actor: User) -> Cycle:
    year, quarter = Cycle.read_slug(slug)
    return scheduling.past_cycle(year, quarter, actor=actor)


def _moment(what: dict[str, Any], tale: Tale, closed: Cycle, today: dt.date) -> dt.datetime:
    if "when" not in what:
        return closed.opens_at - dt.timedelta(days=21)
    days, time = what["when"].split()
    hours, minutes = time.split(":")
    start = midnight(today) if days.startswith("-") else tale.cycle.opens_at
    return start + dt.timedelta(days=int(days), hours=int(hours), minutes=int(minutes))
