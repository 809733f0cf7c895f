"""Plans like one: what is near, what it says they share, and what nobody learns by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.test import Client
from django.urls import reverse

from plans import authoring, workflow
from plans.authoring import Change
from plans.likeness import MOST, plans_like
from plans.models import Plan, ThematicArea
from plans.states import Act
from tests.factories import CycleFactory

if TYPE_CHECKING:
    from tests.personas import Network

SECRET = "zebrafishmarker"


def about(network: Network, theme: str, title: str, state: str = "approved", **extra: Any) -> Plan:
    """A plan about one theme, brought into a state after it was chosen."""
    writer = extra.get("writer", network["member"])
    plan = network.plan("draft", title=title, cycle=CycleFactory.create(), **extra)
    term, _made = ThematicArea.objects.get_or_create(name=theme)
    authoring.save(plan, {"thematic_areas": Change([term])}, actor=writer)
    if state == "approved":
        workflow.move(plan, Act.SUBMIT, actor=writer)
        workflow.move(plan, Act.APPROVE, actor=network["reviewer"], note="Well.")
    return Plan.objects.get(pk=plan.pk)


def test_a_rare_theme_is_nearer_than_a_common_one(network: Network) -> None:
    rare = about(network, "Seaweed", "Kelp at noon")
    for number in range(3):
        about(network, "Cities", f"Street {number}")
    mine = about(network, "Seaweed", "Algae", state="draft")
    authoring.save(
        mine,
        {
            "thematic_areas": Change(
                list(ThematicArea.objects.filter(name__in=("Seaweed", "Cities")))
            )
        },
        actor=network["member"],
    )

    found = plans_like(mine, user=network["member"])

    assert found[0].plan.pk == rare.pk
    assert (found[0].shared[0].label, found[0].shared[0].words) == ("Same themes:", "Seaweed")


def test_it_says_which_goals_methods_and_words_are_shared(network: Network) -> None:
    about(network, "Seaweed", "Breadfruit")
    mine = about(network, "Cities", "Breadfruit", state="draft")

    (found,) = plans_like(mine, user=network["member"])

    shared = {one.label: one.words for one in found.shared}
    assert shared["Same goals:"] == "6. Clean water"
    assert shared["Same methods:"] == "Surveys"
    assert "breadfruit" in shared["Same words:"]


def test_of_shared_words_those_are_told_that_stand_in_a_title(network: Network) -> None:
    mine = about(network, "Cities", "Flour", state="draft")
    words = "Breadfruit cannot feed enough without being dried about noon."
    authoring.save(mine, {"summary": Change(words)}, actor=network["lead"])
    other = about(network, "Seaweed", "Breadfruit being dried", state="draft")
    authoring.save(other, {"summary": Change("They cannot feed enough.")}, actor=network["lead"])
    workflow.move(other, Act.SUBMIT, actor=network["member"])
    workflow.move(other, Act.APPROVE, actor=network["reviewer"], note="Well.")

    (found,) = plans_like(mine, user=network["member"])

    assert [one.words for one in found.shared if one.label == "Same words:"] == [
        "breadfruit, dried"
    ]


def test_neither_itself_nor_what_is_not_everybodys_is_near(network: Network) -> None:
    mine = about(network, "Seaweed", "Mine", state="draft")
    about(network, "Seaweed", SECRET, state="draft")
    network.plan("submitted", title=SECRET, cycle=CycleFactory.create())

    assert plans_like(mine, user=network["network_manager"]) == []


def test_the_labs_own_plan_of_before_is_among_them(network: Network) -> None:
    before = about(network, "Seaweed", "Last year")
    mine = about(network, "Seaweed", "This year", state="draft")

    assert [one.plan.pk for one in plans_like(mine, user=network["member"])] == [before.pk]


def test_there_are_never_more_than_six(network: Network) -> None:
    for number in range(MOST + 2):
        about(network, "Seaweed", f"Kelp {number}")
    mine = about(network, "Seaweed", "Mine", state="draft")

    assert len(plans_like(mine, user=network["member"])) == MOST


def test_an_empty_draft_is_told_what_to_do(network: Network) -> None:
    member = network["member"]
    draft = workflow.start(network.lab, network.cycle, actor=member)
    client = Client()
    client.force_login(member)

    page = client.get(reverse("plan_alike", args=(draft.pk,)), headers={"HX-Request": "true"})

    assert "Write a little more, or choose themes" in page.content.decode()
    assert "<html" not in page.content.decode()


def test_the_link_stands_beside_the_challenge_and_on_the_plan(network: Network) -> None:
    draft = network.plan("draft")
    client = Client()
    client.force_login(network.people["member"])
    there = f'href="{reverse("plan_alike", args=(draft.pk,))}"'

    for page in (reverse("plan", args=(draft.pk,)), f"/plans/{draft.pk}/edit/challenge/"):
        assert client.get(page).content.decode().count(there) == 1
