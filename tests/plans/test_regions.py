"""The queue's clock and claims, a region at a glance, reminders and nudges."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from plans import clock, reminding, reviewing, workflow
from plans.errors import Invalid, PlanError, WordsNeeded, WrongState
from plans.models import Criterion, Cycle, Event, EventKind, Look, Mark, Notification, Plan
from plans.regions import overview
from plans.states import Act
from tests.factories import reviewer_of
from tests.plans.test_reading import page, titles, words

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import User
    from tests.personas import Network


@pytest.fixture
def colleague(network: Network) -> User:
    """Another reviewer of the region."""
    return reviewer_of(network.region, "Cora Colleague")


# -- who is on a plan ------------------------------------------------------------------------------


def test_taking_a_plan_on_tells_the_other_reviewers(
    network: Network, reviewer: User, colleague: User
) -> None:
    plan = network.plan("submitted")
    Notification.objects.all().delete()

    plan = reviewing.claim(plan, actor=reviewer)

    assert plan.claimed_by == reviewer
    assert [row.event.kind for row in colleague.notifications.all()] == []
    assert plan.events.filter(kind=EventKind.CLAIMED).count() == 1


def test_two_reviewers_do_not_take_the_same_plan_on(
    network: Network, reviewer: User, colleague: User
) -> None:
    plan = reviewing.claim(network.plan("submitted"), actor=reviewer)

    with pytest.raises(WrongState) as refused:
        reviewing.claim(plan, actor=colleague)

    assert str(refused.value) == (
        "Rosa Reviewer is on this plan already. Ask them to hand it over to you."
    )


def test_a_plan_left_by_somebody_who_reviews_no_more_can_be_taken_on(
    network: Network, reviewer: User, colleague: User
) -> None:
    plan = reviewing.claim(network.plan("submitted"), actor=reviewer)
    reviewer.reviewer_of.all().delete()

    assert reviewing.claim(plan, actor=colleague).claimed_by == colleague


def test_handing_over_and_giving_back(network: Network, reviewer: User, colleague: User) -> None:
    plan = reviewing.claim(network.plan("submitted"), actor=reviewer)
    Notification.objects.all().delete()

    plan = reviewing.hand_over(plan, colleague, actor=reviewer, note="I am away.")
    told = [(row.event.kind, row.event.note) for row in colleague.notifications.all()]
    freed = reviewing.hand_over(plan, None, actor=colleague)

    assert told == [("handed_over", "I am away.")]
    assert freed.claimed_by is None


@pytest.mark.parametrize("to", ["member", "reviewer_in_lab", "other_reviewer"])
def test_a_plan_goes_to_its_own_reviewers_only(network: Network, reviewer: User, to: str) -> None:
    plan = reviewing.claim(network.plan("submitted"), actor=reviewer)

    with pytest.raises(Invalid):
        reviewing.hand_over(plan, network[to], actor=reviewer)


@pytest.mark.parametrize(
    ("persona", "may"),
    [
        ("member", False),
        ("reviewer_in_lab", False),
        ("other_reviewer", False),
        ("reviewer", True),
        ("network_manager", True),
    ],
)
def test_who_takes_plans_on(network: Network, persona: str, may: bool) -> None:
    plan = network.plan("submitted")

    if may:
        assert reviewing.claim(plan, actor=network[persona]).claimed_by == network[persona]
    else:
        with pytest.raises(PermissionDenied):
            reviewing.claim(plan, actor=network[persona])


@pytest.mark.parametrize("state", ["draft", "withdrawn", "archived"])
def test_what_is_not_handed_in_is_not_taken_on(
    network: Network, reviewer: User, state: str
) -> None:
    with pytest.raises(PlanError):
        reviewing.claim(network.plan(state), actor=reviewer)


# -- the queue -------------------------------------------------------------------------------------


def test_what_another_reviewer_is_on_waits_for_them(
    network: Network, client: Client, reviewer: User, colleague: User
) -> None:
    plan = network.plan("submitted", title="Taken")
    reviewing.claim(plan, actor=colleague)
    network.plan("submitted", title="Free")

    assert titles(page(client, reviewer, "/review/")) == ["Free"]
    assert titles(page(client, reviewer, "/review/?who=others")) == ["Taken"]
    assert sorted(titles(page(client, reviewer, "/review/?who=all"))) == ["Free", "Taken"]


def test_the_clock_stands_still_while_the_lab_has_the_plan(
    network: Network, reviewer: User
) -> None:
    start = timezone.now() - dt.timedelta(days=30)
    with clock.at(start):
        plan = network.plan("submitted")
    with clock.at(start + dt.timedelta(days=4)):
        workflow.move(plan, Act.REQUEST_CHANGES, actor=reviewer, note="More, please.")
    with clock.at(start + dt.timedelta(days=20)):
        plan = workflow.move(plan, Act.SUBMIT, actor=network["member"])

    assert (plan.waited, plan.waiting_from) == (
        dt.timedelta(days=4),
        start + dt.timedelta(days=16),
    )


@pytest.mark.parametrize("address", ["/review/", "/"])
def test_a_plan_that_came_back_says_since_when_it_waits_and_how_long_it_had_waited(
    network: Network, client: Client, reviewer: User, address: str
) -> None:
    start = timezone.now() - dt.timedelta(days=30)
    with clock.at(start):
        plan = network.plan("submitted", title="Back again")
    with clock.at(start + dt.timedelta(days=4)):
        workflow.move(plan, Act.REQUEST_CHANGES, actor=reviewer, note="More, please.")
    workflow.move(plan, Act.SUBMIT, actor=network["member"])

    html = page(client, reviewer, address)

    row = words(html[html.index("Back again") :])
    assert "just now" in row
    assert "and 4 days before" in row


def test_a_plan_is_new_until_it_was_looked_at_and_again_when_something_happens(
    network: Network, client: Client, reviewer: User
) -> None:
    plan = network.plan("submitted")
    new = '<span class="mark" title="Something happened here since you last looked.">'

    before = page(client, reviewer, "/review/")
    Look.objects.create(plan=plan, user=reviewer, at=clock.now())
    seen = page(client, reviewer, "/review/")
    workflow.move(plan, Act.RECALL, actor=network["member"])
    workflow.move(plan, Act.SUBMIT, actor=network["member"])
    after = page(client, reviewer, "/review/")

    assert [new in html for html in (before, seen, after)] == [True, False, True]


# -- the region ------------------------------------------------------------------------------------


def test_a_region_shows_its_labs_with_what_was_handed_in(
    network: Network, client: Client, reviewer: User
) -> None:
    network.plan("submitted", title="Wells", challenge_type="big_bet")
    network.plan("draft", title="Zq7 secret draft")

    html = page(client, reviewer, f"/review/region/?cycle={network.cycle.slug}")

    assert "Wells" in html
    assert "Zq7" not in html
    assert "nothing handed in" in html


def test_drafts_are_counted_for_who_manages_the_network_alone(
    network: Network, reviewer: User
) -> None:
    network.plan("draft")
    network.plan("approved", challenge_type="big_bet")

    def totals(reader: User) -> list[tuple[str, int, int, int, int]]:
        found = overview(network.region, network.cycle, reader).totals
        return [(one.name, one.handed_in, one.approved, one.begun, one.empty) for one in found]

    assert totals(reviewer) == [
        ("Big bet", 1, 1, 0, 1),
        ("Exploratory 1", 0, 0, 0, 2),
        ("Exploratory 2", 0, 0, 0, 2),
        ("", 1, 1, 0, 5),
    ]
    assert totals(network["network_manager"]) == [
        ("Big bet", 1, 1, 0, 1),
        ("Exploratory 1", 0, 0, 1, 1),
        ("Exploratory 2", 0, 0, 0, 2),
        ("", 1, 1, 1, 4),
    ]


def test_the_region_says_which_labs_were_written_to_and_offers_it_where_somebody_reads_it(
    network: Network, client: Client, reviewer: User
) -> None:
    network.other_lab.memberships.all().delete()
    with clock.at(dt.datetime(2026, 2, 3, 12, tzinfo=dt.UTC)):
        reminding.nudge(network.lab, network.cycle, "Two weeks are left.", actor=reviewer)
    address = f"/review/region/?cycle={network.cycle.slug}"

    html = page(client, reviewer, address)

    said = words(html)
    assert "Write again : Wells already written to on 3 Feb 2026" in said
    assert "nobody is in this lab yet" in said
    assert reverse("nudge", args=(network.lab.slug, network.cycle.slug)) in html
    assert reverse("nudge", args=(network.other_lab.slug, network.cycle.slug)) not in html


def test_a_reviewer_is_not_offered_to_write_to_their_own_lab(
    network: Network, client: Client
) -> None:
    html = page(client, network["reviewer_in_lab"], "/review/region/")

    assert "your own lab" in html
    assert reverse("nudge", args=(network.lab.slug, network.cycle.slug)) not in html


def test_a_lab_is_late_when_its_time_is_over_and_nothing_was_handed_in(
    network: Network, reviewer: User
) -> None:
    network.plan("submitted")
    Cycle.objects.filter(pk=network.cycle.pk).update(closes_at=clock.now() - dt.timedelta(days=1))
    cycle = Cycle.objects.get(pk=network.cycle.pk)

    rows = {row.lab: row.is_late for row in overview(network.region, cycle, reviewer).labs}

    assert (rows[network.lab], rows[network.other_lab]) == (False, True)


def test_who_reviews_how_much_is_counted_by_cycle(
    network: Network, reviewer: User, colleague: User
) -> None:
    reviewing.claim(network.plan("submitted"), actor=reviewer)
    network.plan("submitted", challenge_type="big_bet")

    found = overview(network.region, network.cycle, reviewer)

    assert [(load.name, load.waiting, load.decided) for load in found.loads] == [
        ("Cora Colleague", 0, 0),
        ("Rita Both", 0, 0),
        ("Rosa Reviewer", 1, 0),
    ]
    assert found.unclaimed == 1


# -- writing to a lab ------------------------------------------------------------------------------


def test_a_nudge_reaches_everybody_in_the_lab(
    network: Network, client: Client, reviewer: User
) -> None:
    client.force_login(reviewer)
    address = reverse("nudge", args=(network.lab.slug, network.cycle.slug))

    client.post(address, {"text": "Do you need help?"})

    event = Event.objects.get(kind=EventKind.NUDGED)
    assert (event.lab, event.note) == (network.lab, "Do you need help?")
    assert event.notifications.count() == 3


def test_a_nudge_says_something(network: Network, reviewer: User) -> None:
    with pytest.raises(WordsNeeded):
        reminding.nudge(network.lab, network.cycle, " ", actor=reviewer)


def test_a_lab_without_people_is_not_said_to_be_told(
    network: Network, client: Client, reviewer: User
) -> None:
    network.lab.memberships.all().delete()
    client.force_login(reviewer)
    address = reverse("nudge", args=(network.lab.slug, network.cycle.slug))

    said = client.post(address, {"text": "Do you need help?"}).content.decode()

    assert "Nobody is in this lab yet to read it." in said
    assert "Do you need help?" in said
    assert Event.objects.filter(kind=EventKind.NUDGED).count() == 0


@pytest.mark.parametrize("persona", ["member", "other_member", "other_reviewer", "reviewer_in_lab"])
def test_who_does_not_write_to_a_lab(network: Network, persona: str) -> None:
    with pytest.raises(PermissionDenied):
        reminding.nudge(network.lab, network.cycle, "Hello?", actor=network[persona])


# -- reminders -------------------------------------------------------------------------------------


def test_reviewers_are_reminded_gently_then_firmly_and_each_time_once(
    network: Network, reviewer: User
) -> None:
    plan = network.plan("submitted")
    due = clock.now() + dt.timedelta(days=10)
    cycle = network.cycle
    cycle.review_by = due
    cycle.save()
    Notification.objects.all().delete()

    said = []
    for days in (5, 2, 1, 0, -1):
        with clock.at(due - dt.timedelta(days=days)):
            said.append(reminding.remind(cycle))

    assert said == [0, 1, 0, 1, 0]
    assert [row.event.kind for row in reviewer.notifications.order_by("pk")] == [
        "reminded",
        "overdue",
    ]
    assert {event.actor for event in plan.events.filter(kind__in=["reminded", "overdue"])} == {None}


def test_a_plan_that_is_decided_on_needs_no_reminder(network: Network) -> None:
    network.plan("approved")
    cycle = network.cycle
    cycle.review_by = clock.now()
    cycle.save()

    assert reminding.remind(cycle) == 0
    assert Plan.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_setting_the_day_asks_the_worker_for_both_reminders(network: Network) -> None:
    from django_tasks_db.models import DBTaskResult

    cycle = network.cycle
    cycle.review_by = clock.now() + dt.timedelta(days=10)
    cycle.save()

    reminding.schedule(cycle)

    days = [
        (row.run_after - clock.now()).days for row in DBTaskResult.objects.order_by("run_after")
    ]
    assert days == [6, 9]


# -- criteria --------------------------------------------------------------------------------------


def test_a_plan_counts_once_for_each_criterion_by_its_latest_mark(
    network: Network, reviewer: User, member: User
) -> None:
    first = Criterion.objects.create(cycle=network.cycle, position=1, text="It can be tested")
    second = Criterion.objects.create(cycle=network.cycle, position=2, text="Somebody will use it")
    plan = network.plan("submitted")
    other = network.plan("submitted", lab=network.other_lab, writer=network["other_member"])
    pending = network.plan("submitted", challenge_type="big_bet")
    marks = {first: (Mark.NOT_YET, ""), second: (Mark.MET, "")}
    reviewing.send(plan, "changes_requested", actor=reviewer, summary="Nearly.", marks=marks)
    workflow.move(plan, Act.SUBMIT, actor=member)
    reviewing.send(plan, "approved", actor=reviewer, marks={first: (Mark.MET, "")})
    reviewing.send(other, "commented", actor=reviewer, marks={first: (Mark.PARTLY, "Once.")})
    reviewing.keep(pending, actor=reviewer, summary="", marks={first: (Mark.NOT_YET, "")})

    found = overview(network.region, network.cycle, reviewer).marks
    assert [(row.text, [number for _label, number in row.numbers]) for row in found] == [
        ("It can be tested", [1, 1, 0]),
        ("Somebody will use it", [1, 0, 0]),
    ]
