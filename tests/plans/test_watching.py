"""Saved searches: what is new, when it is mailed, and what is never told."""

from __future__ import annotations

import datetime as dt
import re
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from plans import clock, watching, workflow
from plans.errors import Invalid
from plans.models import HowOften, Plan, PlanThematicArea, SavedSearch, TermStatus
from plans.states import Act
from tests.factories import CycleFactory, ThematicAreaFactory

if TYPE_CHECKING:
    from accounts.models import User
    from tests.personas import Network

SECRET = "zebrafishmarker"
DAY = dt.timedelta(days=1)


@pytest.fixture
def reader(network: Network) -> User:
    """Somebody of another region."""
    reader: User = network["other_region_member"]
    return reader


def browser(person: User) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(person)
    return client


def utc(moment: str) -> dt.datetime:
    """A moment in UTC."""
    return dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)


def came(network: Network, title: str, at: dt.datetime, state: str = "approved") -> Plan:
    """A plan that came into a state at that moment."""
    plan = network.plan(state, title=title, cycle=CycleFactory.create())
    Plan.objects.filter(pk=plan.pk).update(state_since=at)
    return plan


def sent(moment: dt.datetime) -> list[str]:
    """The bodies of the mails that the worker sends at that moment."""
    mail.outbox.clear()
    with clock.at(moment):
        watching.send_digests.call()
    return [str(one.body) for one in mail.outbox]


# -- when ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "how_often", "moment", "expected"),
    [
        # 2026-03-02 is a Monday.
        ("UTC", "daily", "2026-03-02T06:59", "2026-03-02T07:00"),
        ("UTC", "daily", "2026-03-02T07:00", "2026-03-03T07:00"),
        ("UTC", "weekly", "2026-03-02T06:59", "2026-03-02T07:00"),
        ("UTC", "weekly", "2026-03-02T07:00", "2026-03-09T07:00"),
        ("UTC", "weekly", "2026-03-03T00:00", "2026-03-09T07:00"),
        ("Asia/Ulaanbaatar", "weekly", "2026-03-01T22:00", "2026-03-01T23:00"),
        ("America/Lima", "daily", "2026-03-01T13:00", "2026-03-02T12:00"),
        # The night in which the clocks go forward in Madrid, and the week over it.
        ("Europe/Madrid", "daily", "2026-03-28T07:00", "2026-03-29T05:00"),
        ("Europe/Madrid", "weekly", "2026-03-23T07:00", "2026-03-30T05:00"),
        # The night in which they go back.
        ("Europe/Madrid", "daily", "2026-10-24T12:00", "2026-10-25T06:00"),
    ],
)
def test_a_digest_comes_in_the_readers_own_morning(
    reader: User, zone: str, how_often: str, moment: str, expected: str
) -> None:
    reader.time_zone = zone

    assert watching.due(how_often, reader, utc(moment)) == utc(expected)


def test_who_wants_no_mail_is_never_due(reader: User) -> None:
    assert watching.due("never", reader, utc("2026-03-02T06:59")) is None


def test_over_the_change_of_the_clocks_each_morning_is_told_once(
    network: Network, reader: User
) -> None:
    reader.time_zone = "Europe/Madrid"
    reader.save()
    with clock.at(utc("2026-03-27T12:00")):
        watching.keep("", "All", "daily", actor=reader)
    came(network, "Friday night", utc("2026-03-27T20:00"))
    came(network, "Saturday night", utc("2026-03-28T20:00"))

    hours = [utc("2026-03-28T00:00") + dt.timedelta(hours=n) for n in range(48)]
    told = {hour: body for hour in hours for body in sent(hour)}

    assert list(told) == [utc("2026-03-28T06:00"), utc("2026-03-29T05:00")]
    assert ["Friday night" in body for body in told.values()] == [True, False]
    assert ["Saturday night" in body for body in told.values()] == [False, True]


# -- what ------------------------------------------------------------------------------------------


def test_one_mail_tells_of_all_searches_and_of_what_fits_only(
    network: Network, reader: User
) -> None:
    began = utc("2026-03-02T12:00")
    with clock.at(began):
        watching.keep("q=kelp", "Kelp", "daily", actor=reader)
        watching.keep("q=sand", "Sand", "daily", actor=reader)
    came(network, "Kelp at noon", began + dt.timedelta(hours=1))
    came(network, "Sand at night", began + dt.timedelta(hours=1))
    came(network, "Streets", began + dt.timedelta(hours=1))
    came(network, "Kelp of before", began - DAY)

    (body,) = sent(utc("2026-03-03T07:00"))

    assert [body.count(word) for word in ("Kelp at noon", "Sand at night")] == [1, 1]
    assert [word in body for word in ("Streets", "Kelp of before")] == [False, False]
    assert mail.outbox[0].subject == "2 new plans in your saved searches"
    assert mail.outbox[0].to == [reader.email]
    assert sent(utc("2026-03-04T07:00")) == []


@pytest.mark.parametrize("state", ["draft", "submitted", "changes_requested", "withdrawn"])
def test_nothing_is_told_of_a_plan_that_is_not_everybodys(network: Network, state: str) -> None:
    began = utc("2026-03-02T12:00")
    everybody = [network[name] for name in ("member", "reviewer", "network_manager")]
    with clock.at(began):
        for person in everybody:
            watching.keep("", "All", "daily", actor=person)
    came(network, SECRET, began + dt.timedelta(hours=1), state)

    assert sent(utc("2026-03-03T07:00")) == []
    pages = [browser(person).get(reverse("saved_searches")) for person in everybody]
    assert ["Nothing new" in page.content.decode() for page in pages] == [True] * 3


def test_what_somebody_has_looked_at_is_not_mailed(network: Network, reader: User) -> None:
    began = utc("2026-03-02T12:00")
    with clock.at(began):
        search = watching.keep("", "All", "daily", actor=reader)
    came(network, "Kelp", began + dt.timedelta(hours=1))
    with clock.at(began + dt.timedelta(hours=2)):
        watching.look(search, actor=reader)

    assert sent(utc("2026-03-03T07:00")) == []


def test_a_plan_that_is_approved_while_the_mail_is_made_is_told_of_the_next_day(
    network: Network, reader: User
) -> None:
    with clock.at(utc("2026-03-02T12:00")):
        watching.keep("", "All", "daily", actor=reader)
    came(network, "Kelp", utc("2026-03-03T06:58"))

    assert sent(utc("2026-03-03T07:00")) == []
    assert len(sent(utc("2026-03-04T07:00"))) == 1


def test_a_person_who_has_left_is_told_nothing(network: Network, reader: User) -> None:
    with clock.at(utc("2026-03-02T12:00")):
        watching.keep("", "All", "daily", actor=reader)
    came(network, "Kelp", utc("2026-03-02T13:00"))
    type(reader).objects.filter(pk=reader.pk).update(is_active=False)

    assert sent(utc("2026-03-03T07:00")) == []


def test_a_mail_that_fails_is_tried_again_and_tells_the_same(
    network: Network, reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.at(utc("2026-03-02T12:00")):
        search = watching.keep("", "All", "daily", actor=reader)
    came(network, "Kelp", utc("2026-03-02T13:00"))

    def broken(*_args: object) -> None:
        raise OSError("no line")

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMessage.send", broken)
        assert sent(utc("2026-03-03T07:00")) == []
    search.refresh_from_db()
    assert (search.last_error, search.due_at) == ("no line", utc("2026-03-03T07:02"))

    (body,) = sent(utc("2026-03-03T07:02"))
    assert "Kelp" in body
    search.refresh_from_db()
    assert (search.attempts, search.last_error) == (0, "")
    assert search.due_at == utc("2026-03-04T07:00")


def test_who_begins_to_be_told_is_not_told_of_what_was_new_before(
    network: Network, reader: User
) -> None:
    with clock.at(utc("2026-03-02T12:00")):
        search = watching.keep("", "All", "never", actor=reader)
    came(network, "Kelp", utc("2026-03-03T12:00"))
    with clock.at(utc("2026-03-04T12:00")):
        watching.change(search, "All", "daily", actor=reader)
    came(network, "Sand", utc("2026-03-04T13:00"))

    (body,) = sent(utc("2026-03-05T07:00"))

    assert ["Kelp" in body, "Sand" in body] == [False, True]


def test_a_queue_that_was_emptied_is_filled_again(reader: User) -> None:
    with clock.at(utc("2026-03-02T12:00")):
        watching.keep("", "All", "daily", actor=reader)
        watching.keep("q=kelp", "Kelp", "weekly", actor=reader)
        watching.keep("q=sand", "Sand", "never", actor=reader)
    DBTaskResult.objects.all().delete()
    said = StringIO()

    call_command("arrange_digests", stdout=said)

    assert said.getvalue() == "The worker was asked for e-mails at 2 moments.\n"
    asked = DBTaskResult.objects.order_by("run_after").values_list("run_after", flat=True)
    assert list(asked) == [utc("2026-03-03T07:00"), utc("2026-03-09T07:00")]


def test_one_mail_on_monday_tells_of_daily_and_weekly_searches(
    network: Network, reader: User
) -> None:
    with clock.at(utc("2026-03-06T12:00")):
        watching.keep("q=kelp", "Kelp", "daily", actor=reader)
        watching.keep("q=sand", "Sand", "weekly", actor=reader)
    came(network, "Kelp at noon", utc("2026-03-08T12:00"))
    came(network, "Sand at night", utc("2026-03-06T13:00"))

    bodies = [sent(utc(f"2026-03-{day:02}T07:00")) for day in (7, 8, 9, 10)]

    assert [len(one) for one in bodies] == [0, 0, 1, 0]
    assert "Kelp at noon" in bodies[2][0]
    assert "Sand at night" in bodies[2][0]


# -- stopping --------------------------------------------------------------------------------------


def test_the_address_in_a_mail_stops_them_without_signing_in(
    network: Network, reader: User, client: Client
) -> None:
    with clock.at(utc("2026-03-02T12:00")):
        watching.keep("", "All", "daily", actor=reader)
    came(network, "Kelp", utc("2026-03-02T13:00"))
    sent(utc("2026-03-03T07:00"))
    address = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>")

    client.get(address)
    assert SavedSearch.objects.get().how_often == HowOften.DAILY
    client.post(address, {"List-Unsubscribe": "One-Click"})

    came(network, "Kelp again", utc("2026-03-03T13:00"))
    assert sent(utc("2026-03-04T07:00")) == []
    assert SavedSearch.objects.get().how_often == HowOften.NEVER


# -- keeping ---------------------------------------------------------------------------------------


def test_a_search_is_kept_as_plainly_as_can_be_and_once(reader: User) -> None:
    first = watching.keep("page=3&q=%20kelp%20&sort=&nonsense=1", "Kelp", "weekly", actor=reader)

    assert first.query == "q=kelp"
    with pytest.raises(Invalid, match=r"You have saved this search already\."):
        watching.keep("q=kelp", "The same", "weekly", actor=reader)


def test_a_search_finds_what_the_library_shows_and_tells_of_what_is_everybodys(
    network: Network,
) -> None:
    began = utc("2026-03-02T12:00")
    writer = network["member"]
    plans = {
        title: came(network, title, began + dt.timedelta(hours=1), state)
        for title, state in (("Kelp of mine", "draft"), ("Kelp of all", "approved"))
    }
    asked = ""
    for title, plan in plans.items():
        theme = ThematicAreaFactory.create(name=title, status=TermStatus.PROPOSED)
        PlanThematicArea.objects.filter(plan=plan).update(term=theme)
        asked += f"&theme={theme.pk}"
    with clock.at(began):
        mine = watching.keep(asked, "Seaweed", "daily", actor=writer)
        others = watching.keep("q=kelp", "Kelp", "never", actor=network["other_member"])

    with clock.at(began + DAY):
        shown = browser(writer).get(mine.get_absolute_url(), follow=True).content.decode()
        elsewhere = browser(network["other_member"]).get(others.get_absolute_url(), follow=True)
    new = re.findall(r'shelf__plan--new">.*?<h2[^>]*><a[^>]*>(.*?)</a>', shown, re.DOTALL)

    assert f"&{mine.query}" == asked
    assert [title in shown for title in plans] == [True, True]
    assert new == ["Kelp of all"]
    assert "One plan is new" in shown
    assert [title in elsewhere.content.decode() for title in plans] == [False, True]


def test_nobody_keeps_more_than_twenty(reader: User) -> None:
    for number in range(20):
        watching.keep(f"q=w{number}", f"Search {number}", "never", actor=reader)

    with pytest.raises(Invalid, match="You can keep 20 searches"):
        watching.keep("q=one+more", "One more", "never", actor=reader)


def test_opening_a_search_marks_what_is_new_also_when_one_comes_back(
    network: Network, reader: User
) -> None:
    with clock.at(utc("2026-03-02T12:00")):
        search = watching.keep("", "All", "never", actor=reader)
    came(network, "Of before", utc("2026-03-01T12:00"))
    came(network, "Of after", utc("2026-03-03T12:00"))
    client = browser(reader)
    listed = client.get(reverse("saved_searches")).content.decode()

    opened = client.get(search.get_absolute_url(), follow=True)
    back = client.get(opened.redirect_chain[-1][0])
    again = client.get(search.get_absolute_url(), follow=True)

    def marks(page: Any) -> list[tuple[str, bool]]:
        return [(plan.title, is_new) for plan, is_new in page.context["rows"]]

    assert "One new plan" in listed
    assert marks(opened) == marks(back) == [("Of after", True), ("Of before", False)]
    assert marks(again) == [("Of after", False), ("Of before", False)]


def test_a_browser_that_asks_ahead_does_not_count_as_looking(
    network: Network, reader: User
) -> None:
    search = watching.keep("", "All", "never", actor=reader)
    client = browser(reader)

    client.head(search.get_absolute_url())
    client.get(search.get_absolute_url(), headers={"Sec-Purpose": "prefetch"})

    assert SavedSearch.objects.get().looked_at == search.looked_at


def test_the_searches_of_others_are_nobodys_business(network: Network, reader: User) -> None:
    search = watching.keep("", SECRET, "never", actor=reader)
    client = browser(network["network_manager"])

    for name in ("saved_search", "saved_search_edit", "saved_search_delete"):
        assert client.get(reverse(name, args=(search.pk,))).status_code == 404
    assert SECRET not in client.get(reverse("saved_searches")).content.decode()


def test_twenty_searches_are_counted_in_as_many_queries_as_two(
    network: Network, reader: User
) -> None:
    came(network, "Kelp", utc("2026-03-03T12:00"))
    client = browser(reader)
    client.get(reverse("saved_searches"))
    counts = []
    for number in (2, 20):
        for one in range(SavedSearch.objects.count(), number):
            query = f"q=kelp{one}&region=here&not_region=elsewhere"
            watching.keep(query, f"Search {one}", "never", actor=reader)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("saved_searches"))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize("since", ["", "yesterday", "\x00", "9999-12-31T00:00:00+00:00", "1"])
def test_an_address_with_a_strange_moment_opens_as_if_it_had_none(reader: User, since: str) -> None:
    search = watching.keep("", "All", "never", actor=reader)

    page = browser(reader).get(search.get_absolute_url(), {"since": since}, follow=True)

    assert page.status_code == 200


def test_a_plan_that_is_approved_again_is_new_again(network: Network, reader: User) -> None:
    plan = came(network, "Kelp", clock.now() - DAY)
    search = watching.keep("", "All", "daily", actor=reader)
    workflow.move(plan, Act.REOPEN, actor=network["reviewer"], note="Once more.")
    workflow.move(plan, Act.SUBMIT, actor=network["member"], note="As it was.")
    workflow.move(plan, Act.APPROVE, actor=network["reviewer"], note="Well.")

    assert search.due_at is not None
    (body,) = sent(search.due_at + DAY)
    assert "Kelp" in body
