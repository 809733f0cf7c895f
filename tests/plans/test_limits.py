"""One big bet and two exploratory plans per lab and cycle, however many ask at once."""

from __future__ import annotations

import threading
from collections import Counter
from functools import partial
from html import unescape
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from plans import limits, workflow
from plans.errors import PlanError, SlotTaken
from plans.models import Plan
from plans.states import Act
from tests.factories import fresh

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django.live_server_helper import LiveServer

    from accounts.models import User
    from tests.personas import Network

MANY = 40
TOKEN = "f" * 32  # what a browser sends back as it got it


def at_once(acts: list[Callable[[], object]]) -> list[str]:
    """Do all of these at the same moment, each over a connection of its own.

    Answers, in their order, what each was refused with, or nothing for what went through.
    """
    begin = threading.Barrier(len(acts))
    answers = [""] * len(acts)

    def do(number: int) -> None:
        begin.wait()
        try:
            acts[number]()
        except PlanError as refusal:
            answers[number] = str(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_forty_at_once_leave_one_big_bet_and_two_exploratory_plans(network: Network) -> None:
    people = [network["member"], network["lead"], network["reviewer_in_lab"]]

    def ask(number: int) -> Callable[[], object]:
        kind = "exploratory" if number % 2 else "big_bet"
        actor = fresh(people[number % 3])
        return lambda: workflow.start(
            network.lab, network.cycle, actor=actor, challenge_type=kind, title=f"Plan {number}"
        )

    answers = at_once([ask(number) for number in range(MANY)])

    held = [(slot.challenge_type, slot.number) for slot in limits.slots(network.lab, network.cycle)]
    assert held == [("big_bet", 1), ("exploratory", 1), ("exploratory", 2)]
    big_bet, first, second = (slot.holder for slot in limits.slots(network.lab, network.cycle))
    assert Counter(answers) == {
        "": 3,
        f"The one big bet of {network.cycle} is “{big_bet}”. Withdraw it, or make this plan "
        "exploratory.": 19,
        f"Both exploratory places of {network.cycle} are taken, by “{first}” and “{second}”. "
        "Withdraw one of them, or change its type.": 18,
    }
    assert Plan.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_forty_browsers_at_once_leave_the_same_three(
    network: Network, live_server: LiveServer
) -> None:
    address = reverse("plan_start", args=(network.lab.slug,))
    sessions = []
    for name in ("member", "lead", "reviewer_in_lab"):
        client = Client()
        client.force_login(network.people[name])
        sessions.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
    answers: list[tuple[int, str]] = []
    browsers = [
        HTTPConnection(live_server.thread.host, live_server.thread.port) for _ in range(MANY)
    ]
    for browser in browsers:
        browser.connect()

    def send(number: int) -> None:
        """Send the form over a connection of its own."""
        form = {
            "title": f"Plan {number}",
            "cycle": network.cycle.pk,
            "challenge_type": "exploratory" if number % 2 else "big_bet",
            "csrfmiddlewaretoken": TOKEN,
        }
        cookies = f"{settings.SESSION_COOKIE_NAME}={sessions[number % 3]}; csrftoken={TOKEN}"
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        browsers[number].request("POST", address, urlencode(form), headers)
        answer = browsers[number].getresponse()
        answers.append((answer.status, unescape(answer.read().decode())))
        browsers[number].close()

    at_once([partial(send, number) for number in range(MANY)])

    big_bet, first, second = (slot.holder for slot in limits.slots(network.lab, network.cycle))
    refusals = {
        "big_bet": f"The one big bet of {network.cycle} is “{big_bet}”.",
        "exploratory": (
            f"Both exploratory places of {network.cycle} are taken, by “{first}” and “{second}”."
        ),
    }
    assert Counter(status for status, _page in answers) == {302: 3, 200: 37}
    assert {
        kind: sum(sentence in page for status, page in answers if status == 200)
        for kind, sentence in refusals.items()
    } == {"big_bet": 19, "exploratory": 18}
    assert Plan.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_restoring_and_starting_at_once_leave_one_of_them(network: Network) -> None:
    withdrawn = network.plan("withdrawn", challenge_type="big_bet", title="Old")
    member, lead = network["member"], network["lead"]

    answers = at_once(
        [
            lambda: workflow.move(withdrawn, Act.RESTORE, actor=member),
            lambda: workflow.start(
                network.lab, network.cycle, actor=lead, challenge_type="big_bet", title="New"
            ),
        ]
    )

    assert sorted(answer[:20] for answer in answers) == ["", "The one big bet of 2"]
    assert Plan.objects.filter(challenge_type="big_bet", slot=1).count() == 1


@pytest.mark.django_db(transaction=True)
def test_submit_pressed_twice_at_once_submits_once(network: Network) -> None:
    plan = network.plan()
    member, lead = network["member"], network["lead"]
    presses: list[Callable[[], object]] = [
        lambda: workflow.move(plan, Act.SUBMIT, actor=member),
        lambda: workflow.move(plan, Act.SUBMIT, actor=lead),
    ]

    assert sorted(at_once(presses)) == [
        "",
        "“Wells that answer” is submitted now, so this is not possible any more.",
    ]
    assert plan.events.filter(kind="submit").count() == 1
    assert plan.versions.count() == 1


def test_a_lab_has_three_places_by_name(network: Network, member: User) -> None:
    workflow.start(
        network.lab, network.cycle, actor=member, challenge_type="exploratory", title="A"
    )
    workflow.start(network.lab, network.cycle, actor=member, title="No type, no place")

    assert [
        (slot.name, str(slot.holder or "")) for slot in limits.slots(network.lab, network.cycle)
    ] == [("Big bet", ""), ("Exploratory 1", "A"), ("Exploratory 2", "")]


def test_the_place_that_was_freed_is_given_next(network: Network, member: User) -> None:
    plans = [
        workflow.start(
            network.lab, network.cycle, actor=member, challenge_type="exploratory", title=title
        )
        for title in "AB"
    ]
    workflow.move(plans[0], Act.WITHDRAW, actor=member)

    again = workflow.start(
        network.lab, network.cycle, actor=member, challenge_type="exploratory", title="C"
    )

    assert (plans[1].slot, again.slot) == (2, 1)


def test_a_refused_start_leaves_nothing_behind(network: Network, member: User) -> None:
    network.plan("draft", challenge_type="big_bet")

    with pytest.raises(SlotTaken):
        workflow.start(network.lab, network.cycle, actor=member, challenge_type="big_bet")

    assert Plan.objects.count() == 1
