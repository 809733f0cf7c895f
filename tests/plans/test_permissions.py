"""Who may know of which plan, and who may ever do what to it, as tables to be read across."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from accounts.models import User
from plans import permissions
from plans.states import State
from tests.factories import CycleFactory
from tests.personas import PERSONAS

if TYPE_CHECKING:
    from plans.models import Plan
    from tests.personas import Network

# An x under a persona means yes, a dot no. The columns, from left to right:
# anonymous, member, lead, other_member, other_region_member, reviewer, other_reviewer,
# reviewer_in_lab, network_manager, taxonomy_manager.
VISIBLE = {
    "draft": "             . x x . . . . x x .",
    "submitted": "         . x x . . x . x x .",
    "changes_requested": " . x x . . x . x x .",
    "approved": "          . x x x x x x x x x",
    "withdrawn": "         . x x . . . . x x .",
    "archived": "          . x x x x x x x x x",
}
REVIEWABLE = {
    "draft": "             . . . . . . . . . .",
    "submitted": "         . . . . . x . . x .",
    "changes_requested": " . . . . . x . . x .",
    "approved": "          . . . . . x . . x .",
    "withdrawn": "         . . . . . . . . . .",
    "archived": "          . . . . . . . . . .",
}
MAY: dict[str, dict[str, str]] = {
    "write": {
        "draft": "             . x x . . . . x x .",
        "submitted": "         . x x . . . . x x .",
        "changes_requested": " . x x . . . . x x .",
        "approved": "          . x x . . . . x x .",
        "withdrawn": "         . x x . . . . x x .",
        "archived": "          . . . . . . . . . .",
    },
    "edit_now": {
        "draft": "             . x x . . . . x x .",
        "submitted": "         . . . . . . . . . .",
        "changes_requested": " . x x . . . . x x .",
        "approved": "          . . . . . . . . . .",
        "withdrawn": "         . . . . . . . . . .",
        "archived": "          . . . . . . . . . .",
    },
    "open_thread": {
        "draft": "             . . . . . . . . . .",
        "submitted": "         . . . . . x . . x .",
        "changes_requested": " . . . . . x . . x .",
        "approved": "          . . . . . x . . x .",
        "withdrawn": "         . . . . . . . . . .",
        "archived": "          . . . . . . . . . .",
    },
    "reply": dict.fromkeys(State.values, ". x x . . x . x x ."),
    "see_people": dict.fromkeys(State.values, ". x x . . x . x x ."),
    "address": {
        **dict.fromkeys(State.values, ". x x . . . . x x ."),
        "archived": "          . . . . . . . . . .",
    },
    "resolve": dict.fromkeys(State.values, ". . . . . x . . x ."),
}


def read(marks: str) -> dict[str, bool]:
    """A line of a table, by persona."""
    return dict(zip(PERSONAS, (mark == "x" for mark in marks.split()), strict=True))


@pytest.fixture
def plans(network: Network) -> dict[str, Plan]:
    """A plan of the lab in every state."""
    return {
        str(state): network.plan(state, title=f"Plan {state}", cycle=CycleFactory.create())
        for state in State
    }


def test_who_may_know_of_a_plan_in_which_state(network: Network, plans: dict[str, Plan]) -> None:
    seen = {name: set(permissions.visible_plans(network[name])) for name in PERSONAS}

    assert {
        state: {name: plan in seen[name] for name in PERSONAS} for state, plan in plans.items()
    } == {state: read(marks) for state, marks in VISIBLE.items()}


def test_whose_queue_a_plan_is_in(network: Network, plans: dict[str, Plan]) -> None:
    signed_in = [name for name in PERSONAS if name != "anonymous"]
    seen = {name: set(permissions.reviewable_plans(network[name])) for name in signed_in}

    assert {
        state: {name: plan in seen[name] for name in signed_in} for state, plan in plans.items()
    } == {
        state: {name: read(marks)[name] for name in signed_in}
        for state, marks in REVIEWABLE.items()
    }


@pytest.mark.parametrize("question", MAY)
def test_who_may(network: Network, plans: dict[str, Plan], question: str) -> None:
    ask = getattr(permissions, f"may_{question}")

    assert {
        state: {name: ask(network[name], plan) for name in PERSONAS}
        for state, plan in plans.items()
    } == {state: read(marks) for state, marks in MAY[question].items()}


def test_nobody_sees_less_than_they_may_act_on(network: Network, plans: dict[str, Plan]) -> None:
    for name in PERSONAS:
        visible = set(permissions.visible_plans(network[name]))
        for state, plan in plans.items():
            if permissions.may_edit_now(network[name], plan) or permissions.may_open_thread(
                network[name], plan
            ):
                assert plan in visible, (name, state)


@pytest.mark.parametrize("persona", ["member", "network_manager", "reviewer"])
def test_who_was_made_inactive_is_nobody(
    network: Network, plans: dict[str, Plan], persona: str
) -> None:
    User.objects.filter(pk=network.people[persona].pk).update(is_active=False)
    person = network[persona]

    assert {str(plan.state) for plan in permissions.visible_plans(person)} == {
        "approved",
        "archived",
    }
    assert [permissions.available(person, plan) for plan in plans.values()] == [[]] * 6


def test_staff_without_the_permission_manage_nothing(
    network: Network, plans: dict[str, Plan]
) -> None:
    network.people["network_manager"].groups.clear()

    assert permissions.may_start(network["network_manager"], network.lab) is False
    assert permissions.visible_plans(network["network_manager"]).count() == 2


def test_the_permission_without_being_staff_manages_nothing(
    network: Network, plans: dict[str, Plan]
) -> None:
    User.objects.filter(pk=network.people["network_manager"].pk).update(is_staff=False)

    assert permissions.visible_plans(network["network_manager"]).count() == 2


def test_a_superuser_manages_the_network(network: Network, plans: dict[str, Plan]) -> None:
    chief = User.objects.create_superuser("chief@example.org")

    assert permissions.visible_plans(chief).count() == 6
