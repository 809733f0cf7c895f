"""Very much said about one plan, very many plans in a queue: pages stay light and ask no more.

300 threads with 2,000 comments, and at most 60 kB of any page on its way to the browser.
"""

from __future__ import annotations

import datetime as dt
import gzip
import re
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench.crowd import COMMENTS, FEW, STATUSES, THE_REST, THREADS, crowd
from plans import reviewing
from plans.models import Comment, Plan, Thread
from plans.sections import SECTION
from plans.views.talk import MOST_COMMENTS
from tests.factories import CycleFactory, LabFactory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.personas import Network

MOST = 60_000
"""So many bytes of a page at most, compressed."""

ALL_OPEN = ("open",)


def browser(network: Network, persona: str) -> Client:
    """Somebody who is signed in and has been here before."""
    client = Client()
    client.force_login(network.people[persona])
    client.get(reverse("profile"))
    return client


def asked_for(client: Client, address: str) -> tuple[int, int]:
    """How many queries a page takes, and how many bytes it is when compressed."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200
    return len(queries), len(gzip.compress(response.content, 6))


def pages(plan: Plan, persona: str) -> Iterator[tuple[str, str]]:
    """The pages of a plan on which threads are shown, for whom."""
    yield "plan", plan.get_absolute_url()
    if persona == "reviewer":
        yield "review", reverse("plan_review", args=(plan.pk,))
        review = plan.reviews.filter(closed_at__isnull=False).order_by("pk")[0]
        yield "review sent", reverse("plan_review_sent", args=(plan.pk, review.pk))
    elif plan.state == "changes_requested":
        yield "form", reverse("plan_edit", args=(plan.pk,))
        for section in SECTION:
            yield section, reverse("plan_section", args=(plan.pk, section))


# What each page takes, however much is said. A submitted plan is the reviewer's to read, and one
# that came back the lab's to write in.
QUERIES = {
    ("submitted", "member"): {"plan": 9},
    ("submitted", "reviewer"): {"plan": 10, "review": 9, "review sent": 9},
    ("changes_requested", "reviewer"): {"plan": 10, "review": 9, "review sent": 8},
    ("changes_requested", "member"): {
        "plan": 10,
        "form": 10,
        "title": 11,
        "challenge": 8,
        "evidence": 9,
        "classification": 10,
        "partners": 11,
        "learning": 11,
        "closing": 8,
    },
}


@pytest.mark.parametrize("statuses", [STATUSES, ALL_OPEN], ids=["mixed", "all open"])
@pytest.mark.parametrize(("state", "persona"), QUERIES)
def test_pages_of_a_plan_with_two_thousand_comments_are_light_and_ask_no_more(
    network: Network, state: str, persona: str, statuses: tuple[str, ...]
) -> None:
    plan = network.plan(state)
    people = {"reviewer": network["reviewer"], "writer": network["member"]}
    crowd(plan, **people, threads=FEW[0], comments=FEW[1], statuses=statuses)
    client = browser(network, persona)
    few = {name: asked_for(client, address)[0] for name, address in pages(plan, persona)}

    crowd(plan, **people, threads=THE_REST[0], comments=THE_REST[1], statuses=statuses)
    many = {name: asked_for(client, address) for name, address in pages(plan, persona)}

    assert (Thread.objects.count(), Comment.objects.count()) == (THREADS, COMMENTS)
    assert few == QUERIES[state, persona]
    assert {name: number for name, (number, _weight) in many.items()} == few
    assert {name: weight for name, (_number, weight) in many.items() if weight > MOST} == {}


# -- what is not shown in full ---------------------------------------------------------------------


@pytest.fixture
def crowded(network: Network) -> Plan:
    """A plan that waits for a review, with very much said about it."""
    plan = network.plan("submitted")
    people = {"reviewer": network["reviewer"], "writer": network["member"]}
    crowd(plan, **people, threads=THREADS, comments=COMMENTS)
    return plan


def page(network: Network, persona: str, address: str, **headers: str) -> str:
    """A page as somebody gets it."""
    return browser(network, persona).get(address, headers=headers).content.decode()


def test_every_thread_and_comment_can_be_led_to(network: Network, crowded: Plan) -> None:
    html = page(network, "member", crowded.get_absolute_url())

    for name, model in (("thread", Thread), ("comment", Comment)):
        found = [int(key) for key in re.findall(rf'id="{name}-(\d+)"', html)]
        assert sorted(found) == sorted(model.objects.values_list("pk", flat=True))


def test_what_was_said_last_of_what_is_open_is_shown_in_full(
    network: Network, crowded: Plan
) -> None:
    html = page(network, "member", crowded.get_absolute_url())

    shown = {int(key) for key in re.findall(r'<article class="comment" id="comment-(\d+)"', html)}
    threads = Thread.objects.filter(comments__in=shown)
    assert set(threads.values_list("status", flat=True)) == {"open"}
    assert MOST_COMMENTS - 7 < len(shown) <= MOST_COMMENTS
    newest = Comment.objects.filter(thread__status="open").order_by("-written_at")[0]
    assert newest.pk in shown


def test_a_line_leads_to_the_thread_and_htmx_puts_it_in_its_place(
    network: Network, crowded: Plan
) -> None:
    html = page(network, "member", crowded.get_absolute_url())
    line = re.search(
        r'thread--brief" id="thread-(\d+)">\s*<a class="thread__head" href="([^"]+)" hx-get="\2"',
        html,
    )
    assert line is not None
    thread = Thread.objects.get(pk=line[1])
    texts = [one.text for one in thread.comments.all()]
    said = [f'<article class="comment" id="comment-{one.pk}"' for one in thread.comments.all()]
    assert [one for one in said if one in html] == []

    alone = page(network, "member", line[2])
    fragment = page(network, "member", line[2], **{"HX-Request": "true"})

    assert [text for text in texts if text not in alone] == []
    assert [text for text in texts if text not in fragment] == []
    assert fragment.strip().startswith(f'<div class="thread thread--{thread.status}"')
    assert 'role="alert"' not in fragment


def test_what_one_is_about_to_say_is_in_full_wherever_it_stands(
    network: Network, crowded: Plan
) -> None:
    rosa = network["reviewer"]
    old = Thread.objects.filter(status="resolved").order_by("opened_at")[:2]
    reviewing.reply(old[0], "Not sent yet.", actor=rosa)
    reviewing.keep_draft(crowded, f"reply:{old[1].pk}", "Half typed.", actor=rosa)

    html = page(network, "reviewer", crowded.get_absolute_url())

    assert "Not sent yet." in html
    assert "Half typed." in html
    for thread in old:
        assert f'thread--resolved" role="group" id="thread-{thread.pk}"' in html


def test_a_plan_about_which_little_is_said_shows_all_of_it(network: Network) -> None:
    plan = network.plan("submitted")
    crowd(
        plan,
        reviewer=network["reviewer"],
        writer=network["member"],
        threads=12,
        comments=MOST_COMMENTS,
    )

    html = page(network, "member", plan.get_absolute_url())

    assert html.count('<article class="comment"') == MOST_COMMENTS
    assert "thread--brief" not in html


# -- the queue -------------------------------------------------------------------------------------


def test_a_queue_takes_as_many_queries_for_ten_thousand_plans_as_for_ten(
    network: Network,
) -> None:
    def add(labs: int, cycles: int) -> None:
        since = timezone.now() - dt.timedelta(days=1)
        quarters = CycleFactory.create_batch(cycles)
        Plan.objects.bulk_create(
            Plan(
                lab=lab,
                cycle=cycle,
                challenge_type="big_bet",
                slot=1,
                state="submitted",
                state_since=since,
                title=f"Plan of {lab.slug}",
                created_by=network.people["other_member"],
            )
            for lab in LabFactory.create_batch(labs, region=network.region)
            for cycle in quarters
        )

    client = browser(network, "reviewer")
    taken = []
    for labs, cycles in ((10, 1), (111, 90)):
        add(labs, cycles)
        taken.append(asked_for(client, reverse("queue")))

    assert Plan.objects.filter(state="submitted").count() == 10_000
    assert [queries for queries, _weight in taken] == [8, 8]
    assert taken[1][1] < MOST
