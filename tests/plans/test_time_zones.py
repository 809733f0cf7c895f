"""Mornings, waiting and reminders under a clock that stands still, also where clocks change."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from plans import inbox, reminding, reviewing, workflow
from plans.models import Cycle, Delivery, Notification, Plan, Topic
from plans.notifications import send_waiting
from plans.states import Act
from tests.plans.test_reading import page

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.core.mail import EmailMessage

    from accounts.models import User
    from tests.personas import Network

    Freeze = Callable[[str], None]


@pytest.fixture
def freeze(monkeypatch: pytest.MonkeyPatch) -> Freeze:
    """Make it a moment, given in UTC, for the site and its worker alike."""

    def at(moment: str) -> None:
        frozen = dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)
        monkeypatch.setattr(timezone, "now", lambda: frozen)

    return at


def lives(person: User, zone: str) -> None:
    """Let somebody live in a time zone and read their mail once a day."""
    person.time_zone = zone
    person.save()
    inbox.choose(person, dict.fromkeys(Topic, Delivery.DAILY))


def due_by(cycle: Cycle, due: dt.datetime) -> Cycle:
    """A cycle that opened two months before its reviews are due."""
    cycle.opens_at, cycle.review_by = due - dt.timedelta(days=60), due
    cycle.save()
    return cycle


def sent(mailoutbox: list[EmailMessage]) -> list[str]:
    """To whom the worker sends what is due now."""
    before = len(mailoutbox)
    send_waiting.call()
    return [mail.to[0].partition("@")[0] for mail in mailoutbox[before:]]


@pytest.fixture
def approved(network: Network) -> Plan:
    """An approved plan, of which nobody has anything left to read."""
    plan = network.plan("approved")
    Notification.objects.all().delete()
    return plan


# The clocks of Madrid go forward in the night to 29 March 2026, and back in that to 25 October;
# those of New York went forward on 8 March, those of Ulaanbaatar and Lima stay as they are.
@pytest.mark.parametrize(
    ("zone", "said_at", "due_at"),
    [
        ("Europe/Madrid", "2026-03-28T20:00", "2026-03-29T05:00"),
        ("Europe/Madrid", "2026-03-29T00:59", "2026-03-29T05:00"),
        ("Europe/Madrid", "2026-03-29T01:00", "2026-03-29T05:00"),
        ("Europe/Madrid", "2026-10-24T20:00", "2026-10-25T06:00"),
        ("Europe/Madrid", "2026-10-25T00:30", "2026-10-25T06:00"),  # half past two, summer time
        ("Europe/Madrid", "2026-10-25T01:30", "2026-10-25T06:00"),  # half past two, winter time
        ("America/New_York", "2026-03-08T06:59", "2026-03-08T11:00"),
        ("Asia/Ulaanbaatar", "2026-03-28T23:30", "2026-03-29T23:00"),
        ("America/Lima", "2026-03-29T11:59", "2026-03-29T12:00"),
        ("Pacific/Kiritimati", "2026-03-28T17:00", "2026-03-29T17:00"),
        ("Pacific/Marquesas", "2026-03-28T16:29", "2026-03-28T16:30"),
    ],
)
def test_the_daily_mail_is_sent_at_seven_where_its_reader_lives_and_not_before(
    network: Network,
    approved: Plan,
    freeze: Freeze,
    mailoutbox: list[EmailMessage],
    zone: str,
    said_at: str,
    due_at: str,
) -> None:
    inbox.choose(network["lead"], dict.fromkeys(Topic, Delivery.NEVER))
    inbox.choose(network["reviewer_in_lab"], dict.fromkeys(Topic, Delivery.NEVER))
    lives(network["member"], zone)
    freeze(said_at)
    reviewing.open_thread(approved, "plan", "Who pays?", actor=network["reviewer"])
    due = dt.datetime.fromisoformat(due_at).replace(tzinfo=dt.UTC)
    assert (due.astimezone(ZoneInfo(zone)).hour, due.astimezone(ZoneInfo(zone)).minute) == (7, 0)

    freeze((due - dt.timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%S"))
    assert sent(mailoutbox) == []
    freeze(due_at)

    assert sent(mailoutbox) == [network.people["member"].email.partition("@")[0]]
    assert sent(mailoutbox) == []


def test_one_event_reaches_each_reader_in_a_morning_of_their_own(
    network: Network, approved: Plan, freeze: Freeze, mailoutbox: list[EmailMessage]
) -> None:
    who = {
        "reviewer_in_lab": "Asia/Ulaanbaatar",
        "member": "Europe/Madrid",
        "lead": "America/Lima",
    }
    for name, zone in who.items():
        lives(network[name], zone)
    freeze("2026-10-24T21:00")
    reviewing.open_thread(approved, "plan", "Who pays?", actor=network["reviewer"])

    order = []
    began = timezone.now()
    for hour in range(24):
        freeze((began + dt.timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M"))
        order += [(hour, name) for name in sent(mailoutbox)]

    names = {name: network.people[name].email.partition("@")[0] for name in who}
    assert order == [
        (2, names["reviewer_in_lab"]),  # 23:00 UTC
        (9, names["member"]),  # 06:00 UTC, an hour later than the day before
        (15, names["lead"]),  # 12:00 UTC
    ]


def test_a_day_of_events_is_one_mail_in_the_morning(
    network: Network, approved: Plan, freeze: Freeze, mailoutbox: list[EmailMessage]
) -> None:
    for name in ("lead", "reviewer_in_lab"):
        inbox.choose(network[name], dict.fromkeys(Topic, Delivery.NEVER))
    lives(network["member"], "Europe/Madrid")
    for moment in ("2026-03-28T06:00", "2026-03-28T12:00", "2026-03-29T00:30", "2026-03-29T04:59"):
        freeze(moment)
        reviewing.open_thread(approved, "plan", f"Said {moment}", actor=network["reviewer"])
        assert sent(mailoutbox) == []

    freeze("2026-03-29T05:00")
    assert len(sent(mailoutbox)) == 1

    (mail,) = mailoutbox
    assert mail.body.count("Said 2026-03-2") == 4


def test_waiting_is_counted_in_hours_that_passed_whatever_clocks_were_set_to(
    client: Client, network: Network, freeze: Freeze
) -> None:
    """From Saturday to Monday noon, over the night in which an hour is left out, are 47 hours."""
    madrid = ZoneInfo("Europe/Madrid")
    handed_in = dt.datetime(2026, 3, 28, 12, tzinfo=madrid).astimezone(dt.UTC)
    read = dt.datetime(2026, 3, 30, 12, tzinfo=madrid).astimezone(dt.UTC)
    freeze("2026-03-27T12:00")
    Cycle.objects.update(opens_at=handed_in - dt.timedelta(days=9))
    Cycle.objects.update(closes_at=handed_in + dt.timedelta(days=30))
    plan = network.plan("draft")
    freeze(handed_in.strftime("%Y-%m-%dT%H:%M"))
    plan = workflow.move(plan, Act.SUBMIT, actor=network["member"])

    freeze(read.strftime("%Y-%m-%dT%H:%M"))
    plan = workflow.move(plan, Act.REQUEST_CHANGES, actor=network["reviewer"], note="More.")

    assert plan.waited == dt.timedelta(hours=47)


@pytest.mark.parametrize("zone", ["Asia/Ulaanbaatar", "Europe/Madrid", "America/Lima"])
def test_each_reviewer_reads_when_a_review_is_due_in_their_own_zone(
    client: Client, network: Network, freeze: Freeze, zone: str
) -> None:
    reviewer: User = network["reviewer"]
    reviewer.time_zone = zone
    reviewer.save()
    network.plan("submitted")
    due = timezone.now().replace(microsecond=0, second=0) + dt.timedelta(days=40)
    Cycle.objects.filter(pk=network.cycle.pk).update(review_by=due)

    html = page(client, reviewer, f"{reverse('region_overview')}?cycle={network.cycle.slug}")

    there = due.astimezone(ZoneInfo(zone))
    assert f"{there:%H:%M} ({zone}" in html


def test_reminders_come_at_the_same_moment_for_all_also_over_a_change_of_clocks(
    network: Network, freeze: Freeze
) -> None:
    """Due on Monday at noon in Madrid; three days of 24 hours before, it is eleven there."""
    due = dt.datetime(2026, 3, 30, 12, tzinfo=ZoneInfo("Europe/Madrid")).astimezone(dt.UTC)
    network.plan("submitted")
    cycle = due_by(network.cycle, due)

    said = {}
    for moment in ("2026-03-27T09:59", "2026-03-27T10:00", "2026-03-30T09:59", "2026-03-30T10:00"):
        freeze(moment)
        said[moment] = reminding.remind(cycle)

    assert said == {
        "2026-03-27T09:59": 0,
        "2026-03-27T10:00": 1,
        "2026-03-30T09:59": 0,
        "2026-03-30T10:00": 1,
    }


def test_a_reminder_waits_for_the_morning_of_who_reads_mail_once_a_day(
    network: Network, freeze: Freeze, mailoutbox: list[EmailMessage]
) -> None:
    network.plan("submitted")
    Notification.objects.all().delete()
    lives(network["reviewer"], "Asia/Ulaanbaatar")
    cycle = due_by(network.cycle, dt.datetime(2026, 3, 30, 10, tzinfo=dt.UTC))
    freeze("2026-03-27T10:00")
    assert reminding.remind(cycle) == 1

    freeze("2026-03-27T22:59")
    assert sent(mailoutbox) == []
    freeze("2026-03-27T23:00")

    assert sent(mailoutbox) == [network.people["reviewer"].email.partition("@")[0]]
