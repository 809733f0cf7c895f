"""The reviewers' queue: what waits, for whom, in which order, narrowed how."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone

from plans import clock
from plans.models import Plan
from plans.states import State
from tests.factories import CycleFactory, ReviewerFactory, sent_thread
from tests.plans.test_reading import page, titles, words

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from tests.personas import Network

QUEUE = "/review/"


def waiting(
    network: Network, title: str, days: int, state: str = "submitted", **extra: Any
) -> Plan:
    """A plan that has been in its state for so many days."""
    with clock.at(timezone.now() - dt.timedelta(days=days)):
        return network.plan(state, title=title, **extra)


def listed(
    client: Client, network: Network, query: str = "", persona: str = "reviewer"
) -> list[str]:
    """The titles in the queue of this person."""
    return titles(page(client, network[persona], QUEUE + query))


def test_the_longest_waiting_comes_first_and_only_what_waits_for_a_decision(
    client: Client, network: Network
) -> None:
    waiting(network, "Second", 2)
    waiting(network, "First", 5, challenge_type="big_bet")
    waiting(network, "Approved", 9)
    Plan.objects.filter(title="Approved").update(state=State.APPROVED)
    assert listed(client, network) == ["First", "Second"]


def test_own_labs_never_appear(client: Client, network: Network) -> None:
    waiting(network, "Ours", 5)
    waiting(network, "Theirs", 3, lab=network.other_lab, writer=network["other_member"])
    assert listed(client, network) == ["Ours", "Theirs"]
    assert listed(client, network, persona="reviewer_in_lab") == ["Theirs"]
    assert listed(client, network, "?lab=wells&state=all", persona="reviewer_in_lab") == ["Theirs"]


def test_a_reviewer_of_another_region_sees_none_of_it(client: Client, network: Network) -> None:
    waiting(network, "Here", 5)
    assert listed(client, network, "?state=all", persona="other_reviewer") == []


def test_who_manages_the_network_sees_every_region(client: Client, network: Network) -> None:
    waiting(network, "Here", 5)
    other = ReviewerFactory.create(region=network.other_region).user
    far = {"lab": network.far_lab, "writer": network["other_region_member"], "reviewer": other}
    waiting(network, "Far", 7, **far)
    assert listed(client, network, persona="network_manager") == ["Far", "Here"]
    assert listed(client, network, "?region=here", persona="network_manager") == ["Here"]


@pytest.mark.parametrize("persona", ["member", "lead", "other_member", "taxonomy_manager"])
def test_the_queue_is_for_those_who_review_somewhere(
    client: Client, network: Network, persona: str
) -> None:
    page(client, network[persona], QUEUE, 403)


def test_who_is_signed_out_is_asked_to_sign_in(client: Client, network: Network) -> None:
    answer = client.get(QUEUE)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?type=big_bet", ["Old"]),
        ("?type=exploratory", ["New", "Elsewhere"]),
        ("?waiting=3", ["Old"]),
        ("?waiting=14", []),
        ("?lab=wells", ["Old", "New"]),
        ("?lab=neighbours", ["Elsewhere"]),
        ("?sdg=1", ["Old", "New", "Elsewhere"]),
        ("?state=changes_requested", ["Back"]),
        ("?state=all&type=exploratory", ["Back", "New", "Elsewhere"]),
        ("?sort=-waiting", ["Elsewhere", "New", "Old"]),
        ("?sort=title", ["Elsewhere", "New", "Old"]),
        ("?sort=-threads", ["New", "Old", "Elsewhere"]),
        ("?sort=lab", ["Elsewhere", "Old", "New"]),
    ],
)
def test_the_queue_is_narrowed_and_ordered(
    client: Client, network: Network, query: str, found: list[str]
) -> None:
    waiting(network, "Old", 10, challenge_type="big_bet")
    new = waiting(network, "New", 2)
    waiting(network, "Back", 4, "changes_requested")
    waiting(network, "Elsewhere", 1, lab=network.other_lab, writer=network["other_member"])
    number = Plan.objects.get(title="Old").sdgs.get().number
    sent_thread(new, "plan", "Hm.", actor=network["reviewer"])
    assert listed(client, network, query.replace("sdg=1", f"sdg={number}")) == found


def test_the_queue_is_narrowed_by_cycle(client: Client, network: Network) -> None:
    waiting(network, "Now", 2)
    cycle = CycleFactory.create(year=2040, quarter=3)
    waiting(network, "Then", 2, cycle=cycle)
    assert listed(client, network, "?cycle=2040-Q3") == ["Then"]


def test_a_row_says_all_that_matters(client: Client, network: Network) -> None:
    plan = waiting(network, "Wells", 6, challenge_type="big_bet")
    sent_thread(plan, "plan", "Hm.", actor=network["reviewer"])
    html = page(client, network["reviewer"], QUEUE)
    row = re.search(r"<tbody>(.*?)</tbody>", html, re.DOTALL)
    assert row is not None
    text = re.sub(r"6 days ago .*\)", "6 days ago", words(row[1]))
    assert text == f"Wells new Wells {network.cycle} Big bet Submitted 6 days ago – 1 you"


def test_an_empty_queue_says_what_to_do(client: Client, network: Network) -> None:
    html = page(client, network["reviewer"], QUEUE)
    assert "Nothing waits for a decision" in html
    assert 'href="/review/?state=all"' in html
    html = page(client, network["reviewer"], QUEUE + "?waiting=7")
    assert "Nothing fits these filters" in html


@pytest.mark.parametrize(
    "query",
    [
        "?lab=%00",
        "?state=x",
        "?sdg=999",
        "?waiting=-1",
        "?sort=password",
        "?cycle=soon",
        "?type=%00",
    ],
)
def test_nonsense_in_the_address_is_said_and_left_out(
    client: Client, network: Network, query: str
) -> None:
    waiting(network, "Wells", 2)
    html = page(client, network["reviewer"], QUEUE + query)
    assert "Part of this address is not in the lists above. It was left out." in html
    assert titles(html) == ["Wells"]


@pytest.mark.parametrize("query", ["?page=x", "?page=0", "?page=99999999999999999999", "?page=%00"])
def test_a_page_that_is_not_there_is_the_nearest_one(
    client: Client, network: Network, query: str
) -> None:
    waiting(network, "Wells", 2)
    assert listed(client, network, query) == ["Wells"]


def test_the_queue_is_paged_and_keeps_its_filters(client: Client, network: Network) -> None:
    for number in range(26):
        waiting(network, f"Plan {number:02}", 1, cycle=CycleFactory.create())
    html = page(client, network["reviewer"], QUEUE + "?sort=title")
    assert len(titles(html)) == 25
    assert 'rel="next" href="?sort=title&amp;page=2"' in html
    assert listed(client, network, "?sort=title&page=2") == ["Plan 25"]


def test_columns_say_how_they_are_sorted_and_turn_round(client: Client, network: Network) -> None:
    waiting(network, "Wells", 2)
    html = page(client, network["reviewer"], QUEUE)
    assert html.count("aria-sort=") == 1
    assert '<th scope="col" aria-sort="ascending"><a class="sorter" href="?sort=-waiting">' in html
    html = page(client, network["reviewer"], QUEUE + "?sort=-threads")
    assert '<th scope="col" aria-sort="descending"><a class="sorter" href="?sort=threads">' in html


def test_htmx_gets_the_list_alone(client: Client, network: Network) -> None:
    client.force_login(network["reviewer"])
    answer = client.get(QUEUE, headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith('<div id="results">')


def test_the_queue_takes_as_many_queries_for_one_plan_as_for_three(
    client: Client, network: Network, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    waiting(network, "One", 2)
    client.force_login(network["reviewer"])
    with django_assert_num_queries(8):
        assert len(titles(client.get(QUEUE).content.decode())) == 1
    waiting(network, "Two", 2)
    three = waiting(network, "Three", 2, challenge_type="big_bet")
    sent_thread(three, "plan", "Hm.", actor=network["reviewer"])
    with django_assert_num_queries(8):
        assert len(titles(client.get(QUEUE).content.decode())) == 3
