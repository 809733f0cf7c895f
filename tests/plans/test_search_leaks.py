"""Search tells nobody of a plan that they may not see: not by what it finds, counts or proposes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from plans import authoring, workflow
from plans.authoring import Change
from plans.models import Plan
from plans.permissions import visible_plans
from plans.search.context import contexts
from plans.search.mending import mended
from plans.search.selection import LibraryFilter
from plans.states import Act
from tests.factories import ThematicAreaFactory

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import User
    from tests.personas import Network

EVERYBODY = (
    *("member", "reviewer", "network_manager"),
    *("other_member", "other_region_member", "other_reviewer", "taxonomy_manager"),
)


def selection(person: User, **asked: str | int) -> LibraryFilter:
    """What a person gets for an address of the library."""
    return LibraryFilter(QueryDict(urlencode(asked, doseq=True)), visible_plans(person))


def shown(client: Client, person: User, **asked: str | int) -> str:
    """The page that they get."""
    client.force_login(person)
    answer = client.get(reverse("library"), asked)
    assert answer.status_code == 200
    return str(answer.content.decode())


def who_finds(network: Network, word: str) -> set[str]:
    """Everybody who finds a plan by this word, also by a typing error of it."""
    found = set()
    for name in EVERYBODY:
        asked = selection(network[name], q=word)
        if asked.qs.exists() or mended(asked):
            found.add(name)
    return found


@pytest.mark.parametrize(
    ("state", "readers"),
    [
        ("draft", {"member", "network_manager"}),
        ("submitted", {"member", "network_manager", "reviewer"}),
        ("changes_requested", {"member", "network_manager", "reviewer"}),
        ("withdrawn", {"member", "network_manager"}),
        ("approved", set(EVERYBODY)),
        ("archived", set(EVERYBODY)),
    ],
)
def test_a_word_finds_a_plan_for_those_who_may_see_it(
    network: Network, state: str, readers: set[str]
) -> None:
    network.plan(state, title="A census of axolotls")

    assert who_finds(network, "axolotls") == readers


def test_a_typing_error_is_not_mended_by_a_word_of_a_plan_one_may_not_see(
    client: Client, network: Network
) -> None:
    plan = network.plan("approved", title="A census of axolotls")
    reader = network["other_region_member"]
    assert "axolotls" in shown(client, reader, q="axolotsl")

    workflow.move(plan, Act.REOPEN, actor=network["reviewer"], note="Once more.")

    assert "axolotls" not in shown(client, reader, q="axolotsl")
    assert "axolotls" in shown(client, network["member"], q="axolotsl")


def test_the_numbers_beside_choices_count_what_one_may_see(network: Network) -> None:
    network.plan("draft", challenge_type="big_bet")
    for state in ("submitted", "approved", "archived"):
        network.plan(state, title=state)

    told = {}
    for name in EVERYBODY:
        counts = selection(network[name]).counts()
        told[name] = {choice.word: choice.plans for choice in counts.choices["state"]}
        assert counts.plans == sum(told[name].values()) == visible_plans(network[name]).count()

    public = {"approved": 1, "archived": 1}
    assert told == {
        "member": public | {"draft": 1, "submitted": 1},
        "reviewer": public | {"submitted": 1},
        "network_manager": public | {"draft": 1, "submitted": 1},
        "other_member": public,
        "other_region_member": public,
        "other_reviewer": public,
        "taxonomy_manager": public,
    }


def test_a_theme_that_only_a_draft_has_is_told_to_its_lab_alone(
    client: Client, network: Network
) -> None:
    plan = network.plan("draft")
    theme = ThematicAreaFactory.create(name="Underground rivers", status="proposed")
    authoring.save(plan, {"thematic_areas": Change([theme])}, actor=network["member"])
    network.plan("approved", title="Wells", challenge_type="big_bet")

    for asked in (
        {},
        {"theme": theme.pk},
        {"not_theme": theme.pk},
        {"more": "theme"},
        {"q": "rivers"},
    ):
        assert "Underground" not in shown(client, network["other_region_member"], **asked), asked
        assert "Underground" in shown(client, network["member"], **asked), asked


def test_what_stands_in_a_passage_is_from_plans_one_may_see(network: Network) -> None:
    network.plan("draft", title="Quagga in a draft", challenge_type="big_bet")
    network.plan("approved", title="Quagga for all")
    asked = selection(network["other_member"], q="quagga")

    told = contexts(list(asked.qs), asked.wanted)

    titles = ["".join(piece.text for piece in one.title) for one in told.values()]
    assert titles == ["Quagga for all"]


def test_people_are_not_found_by_name_or_address(network: Network) -> None:
    plan = network.plan("draft", title="Wells")
    assert plan.focal_point is not None
    Plan.objects.filter(pk=plan.pk).update(focal_point_address="zoltan@example.org")
    for word in (plan.focal_point.email, plan.focal_point.name, "zoltan@example.org", "zoltan"):
        assert not selection(network["network_manager"], q=word).qs.exists(), word


def test_what_is_searched_for_is_shown_as_text(client: Client, network: Network) -> None:
    network.plan("approved", title="<b>Bold</b> wells & <script>alert(1)</script>")

    html = shown(client, network["member"], q="bold <script>")

    assert "<b>" not in html
    assert "<script>alert" not in html
    assert "&lt;b&gt;<mark>Bold</mark>&lt;/b&gt; wells &amp; &lt;<mark>script</mark>&gt;" in html
    assert re.search(r'name="q" value="bold &lt;script&gt;"', html)
