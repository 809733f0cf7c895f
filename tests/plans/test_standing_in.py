"""Reviewing in somebody's place, and going from one plan of the queue to the next."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import absences
from accounts.models import Absence, Reviewer
from plans import authoring, clock, reviewing, workflow
from plans.authoring import Change
from plans.errors import ReviewUnderWay, WrongState
from plans.models import Event, Notification, Plan
from plans.permissions import (
    available,
    people_on,
    reviewable_plans,
    reviewers_for,
    roles_on,
    visible_plans,
)
from plans.regions import overview
from plans.states import Act, Role
from plans.turns import waiting_for
from tests.factories import CycleFactory, MembershipFactory, reviewer_of
from tests.plans.test_reading import page, titles, words

if TYPE_CHECKING:
    from accounts.models import User
    from tests.personas import Network


@pytest.fixture
def absence(network: Network) -> Absence:
    """The reviewer of the region is away today; the one of the other region stands in."""
    today = timezone.now().date()
    row = Reviewer.objects.select_related("user").get(user=network["reviewer"])
    return absences.arrange(row, network["other_reviewer"], today, today, actor=row.user)


def over(absence: Absence) -> None:
    """Let an absence be over."""
    moment = clock.now() - dt.timedelta(minutes=1)
    Absence.objects.filter(pk=absence.pk).update(
        begins_at=moment - dt.timedelta(days=1), ends_at=moment
    )


def test_a_stand_in_has_the_plans_of_the_region_and_those_the_other_is_on(
    network: Network, absence: Absence
) -> None:
    taken = reviewing.claim(network.plan("submitted", title="Taken"), actor=network["reviewer"])
    cora = reviewer_of(network.region, "Cora Colleague")
    another = network.plan("submitted", title="With Cora", challenge_type="big_bet")
    reviewing.claim(another, actor=cora)
    stand_in = network["other_reviewer"]

    assert set(reviewable_plans(stand_in)) == {taken, another}
    assert list(waiting_for(stand_in, reviewable_plans(stand_in))) == [taken]
    over(absence)
    assert list(reviewable_plans(network["other_reviewer"])) == []


def test_the_same_people_are_answered_one_by_one_and_as_a_list(
    network: Network, absence: Absence
) -> None:
    plan = network.plan("submitted")
    stand_in = network["other_reviewer"]

    assert roles_on(stand_in, plan) == {Role.REVIEWER}
    assert stand_in in people_on(plan)
    assert stand_in in reviewers_for(plan)
    assert plan in visible_plans(stand_in)
    over(absence)
    stand_in = network["other_reviewer"]
    assert roles_on(stand_in, plan) == frozenset()
    assert stand_in not in people_on(plan)
    assert stand_in not in reviewers_for(plan)
    assert plan not in visible_plans(stand_in)


def test_what_a_stand_in_decides_is_theirs_and_says_in_whose_place(
    network: Network, absence: Absence
) -> None:
    plan = network.plan("submitted")

    workflow.move(plan, Act.REQUEST_CHANGES, actor=network["other_reviewer"], note="Say more.")

    event = Event.objects.get(plan=plan, kind="request_changes")
    assert (event.actor, event.acted_as) == (network.people["other_reviewer"], "reviewer")
    assert event.in_place_of == network.people["reviewer"]
    client = Client()
    client.force_login(network["member"])
    told = client.get(reverse("plan_history", args=(plan.pk,))).content.decode()
    assert "in place of Rosa Reviewer" in told


def test_what_is_ones_own_is_in_nobodys_place(network: Network, absence: Absence) -> None:
    far = network.plan("submitted", lab=network.far_lab, writer=network["other_region_member"])

    workflow.move(far, Act.APPROVE, actor=network["other_reviewer"])

    assert Event.objects.get(plan=far, kind="approve").in_place_of is None
    assert set(Event.objects.filter(acted_as="member").values_list("in_place_of", flat=True)) == {
        None
    }


def test_nobody_reviews_their_own_lab_as_a_stand_in_either(
    network: Network, absence: Absence
) -> None:
    plan = network.plan("submitted")
    MembershipFactory.create(user=network.people["other_reviewer"], lab=network.lab)
    stand_in = network["other_reviewer"]

    assert list(reviewable_plans(stand_in)) == []
    assert Act.APPROVE not in available(stand_in, plan)
    with pytest.raises(PermissionDenied):
        workflow.move(plan, Act.APPROVE, actor=stand_in)
    with pytest.raises(PermissionDenied):
        reviewing.claim(plan, actor=stand_in)


def test_a_stand_in_takes_over_and_hands_over_what_the_other_is_on(
    network: Network, absence: Absence
) -> None:
    plan = reviewing.claim(network.plan("submitted"), actor=network["reviewer"])
    cora = reviewer_of(network.region, "Cora Colleague")
    with pytest.raises(WrongState):
        reviewing.claim(plan, actor=cora)

    plan = reviewing.claim(plan, actor=network["other_reviewer"])
    assert plan.claimed_by == network.people["other_reviewer"]
    plan = reviewing.hand_over(plan, network["reviewer"], actor=network["other_reviewer"])
    plan = reviewing.hand_over(plan, cora, actor=network["other_reviewer"])

    assert plan.claimed_by == cora
    with pytest.raises(PermissionDenied):
        reviewing.hand_over(plan, network["reviewer"], actor=network["other_reviewer"])


def told(plan: Plan) -> set[str]:
    """Who was told of the last event of a plan."""
    last = plan.events.order_by("-at", "-pk")[0]
    rows = Notification.objects.filter(event=last).select_related("recipient")
    return {row.recipient.get_full_name() for row in rows}


@pytest.mark.parametrize("claimed", [False, True])
def test_a_stand_in_is_told_what_the_other_is_told(
    network: Network, absence: Absence, claimed: bool
) -> None:
    plan = network.plan("submitted")
    if claimed:
        reviewing.claim(plan, actor=network["reviewer"])

    workflow.move(plan, Act.RECALL, actor=network["member"])
    assert told(plan) == {"Leo Lead", "Rita Both", "Rosa Reviewer", "Otto Elsewhere"}

    over(absence)
    workflow.move(plan, Act.SUBMIT, actor=network["member"])
    assert told(plan) == {"Leo Lead", "Rita Both", "Rosa Reviewer"}


def test_a_note_between_reviewers_reaches_the_stand_in_and_not_those_of_other_regions(
    network: Network, absence: Absence
) -> None:
    plan = network.plan("submitted")
    cora = reviewer_of(network.region, "Cora Colleague")

    reviewing.open_thread(plan, "plan", "Is this new?", actor=cora, for_reviewers=True)
    assert told(plan) == {"Rosa Reviewer", "Otto Elsewhere"}

    over(absence)
    reviewing.open_thread(plan, "plan", "And this?", actor=cora, for_reviewers=True)
    assert told(plan) == {"Rosa Reviewer"}


def test_the_queue_says_for_whom_and_until_when(
    client: Client, network: Network, absence: Absence
) -> None:
    reviewing.claim(network.plan("submitted", title="Taken"), actor=network["reviewer"])
    network.plan("submitted", title="Free", challenge_type="big_bet")

    html = page(client, network["other_reviewer"], reverse("queue"))

    assert "You stand in for Rosa Reviewer, " in html
    assert html.count("for Rosa Reviewer, until") == 1
    assert page(client, network["reviewer"], reverse("queue")).count("until") == 0


def test_the_overview_says_who_is_away_and_counts_who_stands_in(
    network: Network, absence: Absence, reviewer: User
) -> None:
    plan = network.plan("submitted")
    reviewing.claim(plan, actor=network["other_reviewer"])

    loads = overview(network.region, network.cycle, reviewer).loads

    assert [(one.name, one.waiting, one.stand_in, one.stands_in_for) for one in loads] == [
        ("Otto Elsewhere", 1, "", "Rosa Reviewer"),
        ("Rita Both", 0, "", ""),
        ("Rosa Reviewer", 0, "Otto Elsewhere", ""),
    ]


def test_the_overview_counts_what_a_stand_in_was_on_as_free_once_the_absence_is_over(
    network: Network, absence: Absence, reviewer: User
) -> None:
    reviewing.claim(network.plan("submitted"), actor=network["other_reviewer"])

    during = overview(network.region, network.cycle, reviewer).unclaimed
    over(absence)
    after = overview(network.region, network.cycle, reviewer).unclaimed

    assert (during, after) == (0, 1)


# -- from one plan to the next ---------------------------------------------------------------------


# -- when the absence is over ----------------------------------------------------------------------


def test_what_a_stand_in_began_holds_nothing_up_once_the_absence_is_over(
    network: Network, absence: Absence
) -> None:
    plan = network.plan("submitted")
    reviewing.open_thread(plan, "plan", "Hm.", actor=network["other_reviewer"])
    rosa = network["reviewer"]
    with pytest.raises(ReviewUnderWay):
        workflow.move(plan, Act.RECALL, actor=network["member"])
    assert list(waiting_for(rosa, reviewable_plans(rosa))) == []
    over(absence)

    assert list(waiting_for(rosa, reviewable_plans(rosa))) == [plan]
    assert reviewing.claim(plan, actor=rosa).claimed_by == rosa
    recalled = workflow.move(plan, Act.RECALL, actor=network["member"])
    assert recalled.state == "draft"


def test_a_stand_in_finds_what_they_began_to_be_copied_and_thrown_away(
    network: Network, absence: Absence
) -> None:
    plan = network.plan("submitted", title="Zq7 wells")
    reviewing.open_thread(plan, "plan", "Copy me.", actor=network["other_reviewer"])
    reviewing.open_thread(plan, "plan", "Not yours.", actor=network["reviewer"])
    over(absence)
    workflow.move(plan, Act.WITHDRAW, actor=network["member"])
    workflow.move(plan, Act.RESTORE, actor=network["member"])
    authoring.save(plan, {"title": Change("Xw9 wells")}, actor=network["member"])
    client, unsent = Client(), reverse("unsent")
    client.force_login(network["other_reviewer"])

    assert unsent in client.get(reverse("home")).content.decode()
    text = words(client.get(unsent).content.decode())
    assert "Zq7 wells" in text
    assert "Copy me." in text
    assert "Not yours." not in text
    assert "Xw9" not in text
    others = plan.reviews.get(reviewer=network["reviewer"])
    client.post(unsent, {"review": others.pk})
    client.post(unsent, {"review": plan.reviews.get(reviewer=network["other_reviewer"]).pk})

    assert list(plan.reviews.all()) == [others]
    assert unsent not in client.get(reverse("home")).content.decode()


def test_what_was_being_typed_when_the_lab_took_the_plan_back_is_found_again(
    network: Network,
) -> None:
    plan, rosa = network.plan("submitted", title="Zq7 wells"), network["reviewer"]
    box, rest = "new:challenge.background", {"words": "dry", "instead": "empty", "offered": "wet"}
    reviewing.keep_draft(plan, box, "Half a sen", actor=rosa, rest=rest)
    workflow.move(plan, Act.RECALL, actor=network["member"])
    client, unsent = Client(), reverse("unsent")
    client.force_login(rosa)

    assert unsent in client.get(reverse("home")).content.decode()
    text = words(client.get(unsent).content.decode())
    assert "Half a sen Words proposed instead: empty" in text
    assert "Zq7" not in text
    workflow.move(plan, Act.SUBMIT, actor=network["member"])
    assert unsent not in client.get(reverse("home")).content.decode()
    workflow.move(plan, Act.RECALL, actor=network["member"])
    client.post(unsent, {"draft": plan.drafts.get().pk})

    assert plan.drafts.count() == 0


@pytest.fixture
def three(network: Network) -> list[Plan]:
    """Three plans that wait, the longest waiting first; two began at the same moment."""
    plans = []
    for number, days in enumerate((9, 5, 5)):
        plan = network.plan("submitted", title=f"Plan {number}", cycle=CycleFactory.create())
        since = clock.now().replace(microsecond=0) - dt.timedelta(days=days)
        Plan.objects.filter(pk=plan.pk).update(state_since=since)
        plans.append(plan)
    return plans


def way(client: Client, plan: Plan, name: str) -> str:
    """Where the link beside a plan leads."""
    return client.get(reverse(name, args=(plan.pk,))).headers["Location"]


def test_next_and_previous_go_through_the_queue_in_its_order(
    client: Client, network: Network, three: list[Plan]
) -> None:
    client.force_login(network["reviewer"])
    pages = [plan.get_absolute_url() for plan in three]

    assert [way(client, plan, "plan_next") for plan in three] == [*pages[1:], reverse("queue")]
    assert [way(client, plan, "plan_previous") for plan in three] == [
        reverse("queue"),
        *pages[:-1],
    ]
    assert titles(page(client, network["reviewer"], reverse("queue"))) == [
        "Plan 0",
        "Plan 1",
        "Plan 2",
    ]


def test_after_a_decision_next_is_the_one_that_waits_longest(
    client: Client, network: Network, three: list[Plan]
) -> None:
    workflow.move(three[1], Act.APPROVE, actor=network["reviewer"])
    client.force_login(network["reviewer"])

    assert way(client, three[1], "plan_next") == three[0].get_absolute_url()


def test_what_another_reviewer_is_on_is_left_out_on_the_way(
    client: Client, network: Network, three: list[Plan]
) -> None:
    reviewing.claim(three[1], actor=reviewer_of(network.region, "Cora Colleague"))
    client.force_login(network["reviewer"])

    assert way(client, three[0], "plan_next") == three[2].get_absolute_url()


def test_the_end_of_the_queue_is_said(client: Client, network: Network, three: list[Plan]) -> None:
    client.force_login(network["reviewer"])

    last = client.get(reverse("plan_next", args=(three[2].pk,)), follow=True).content.decode()
    first = client.get(reverse("plan_previous", args=(three[0].pk,)), follow=True).content.decode()

    assert "That was the last plan of your queue." in last
    assert "That was the first plan of your queue." in first


# -- on the plan's page ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("persona", "takes", "hands_over", "goes_on"),
    [
        ("reviewer", True, False, True),
        ("network_manager", True, False, True),
        ("reviewer_in_lab", False, False, False),
        ("member", False, False, False),
    ],
)
def test_the_page_offers_what_may_be_done(
    client: Client, network: Network, persona: str, takes: bool, hands_over: bool, goes_on: bool
) -> None:
    plan = network.plan("submitted")

    html = page(client, network[persona], plan.get_absolute_url())

    assert ("I take this one" in html) is takes
    assert (reverse("plan_hand_over", args=(plan.pk,)) in html) is hands_over
    assert ("Next in my queue" in html) is goes_on


def test_who_is_on_it_may_hand_over_and_is_not_offered_to_take_it(
    client: Client, network: Network
) -> None:
    plan = network.plan("submitted")
    client.force_login(network["reviewer"])

    html = client.post(reverse("plan_claim", args=(plan.pk,)), follow=True).content.decode()

    assert "You are on this plan." in html
    assert "I take this one" not in html
    assert reverse("plan_hand_over", args=(plan.pk,)) in html


def test_the_page_says_what_is_muted_and_takes_it_back(client: Client, network: Network) -> None:
    plan = network.plan("approved")
    thread = reviewing.open_thread(plan, "plan", "Who pays?", actor=network["reviewer"])
    client.force_login(network["member"])
    address = plan.get_absolute_url()
    assert client.get(address).content.decode().count("Muted – tell me again") == 0

    client.post(reverse("plan_mute", args=(plan.pk,)))
    assert client.get(address).content.decode().count("Muted – tell me again") == 1
    client.post(reverse("thread_mute", args=(thread.pk,)))
    assert client.get(address).content.decode().count("Muted – tell me again") == 2
    client.post(reverse("plan_mute", args=(plan.pk,)), {"muted": "0"})
    client.post(reverse("thread_mute", args=(thread.pk,)), {"muted": "0"})

    assert client.get(address).content.decode().count("Muted – tell me again") == 0
