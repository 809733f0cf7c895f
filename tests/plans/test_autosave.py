"""Saving while somebody writes: what is stored at once, and what comes back in words."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from plans import authoring, workflow
from plans.authoring import Change
from plans.models import Plan
from plans.states import Act

if TYPE_CHECKING:
    from accounts.models import User
    from tests.personas import Network


class Writer:
    """Somebody with the form of a section open."""

    def __init__(self, user: User, plan: Plan, section: str) -> None:
        self.client = Client()
        self.client.force_login(user)
        self.address = f"/plans/{plan.pk}/edit/{section}/"
        page = self.client.get(self.address).content.decode()
        found = re.search(r'name="base" value="([^"]*)"', page)
        assert found is not None
        self.base = json.loads(unescape(found[1]))

    def types(self, **answers: Any) -> Any:
        """Send these answers as the browser does while they are typed."""
        return self.client.post(
            self.address,
            {"do": "auto", "base": json.dumps(self.base), "only": json.dumps(list(answers))}
            | answers,
        )


@pytest.fixture
def plan(network: Network) -> Plan:
    """A complete draft of the lab."""
    return network.plan()


def test_what_is_typed_is_stored_and_confirmed(plan: Plan, member: User) -> None:
    writer = Writer(member, plan, "challenge")
    answer = writer.types(background="Since the flood, wells run dry.\r\nNobody knows why.")
    plan.refresh_from_db()
    assert plan.background == "Since the flood, wells run dry.\nNobody knows why."
    assert answer.json()["problems"] == {}
    assert answer.json()["base"] == {"background": authoring.fingerprint(plan.background)}
    assert re.fullmatch(r"\d\d:\d\d UTC", answer.json()["at"])


def test_answers_that_were_not_sent_stay_as_they_are(plan: Plan, member: User) -> None:
    before = plan.challenge_statement
    Writer(member, plan, "challenge").types(background="Another background.")
    plan.refresh_from_db()
    assert plan.challenge_statement == before


def test_a_valid_answer_is_stored_beside_one_that_is_not(plan: Plan, member: User) -> None:
    before = plan.summary
    answer = Writer(member, plan, "challenge").types(background="Kept.", summary="x" * 281)
    plan.refresh_from_db()
    assert (plan.background, plan.summary) == ("Kept.", before)
    assert answer.json()["problems"] == {
        "summary": {"messages": ["This is 1 character too long. Shorten it to 280 characters."]}
    }


def test_the_same_answer_of_two_people_is_shown_and_not_overwritten(
    plan: Plan, member: User, lead: User
) -> None:
    first, second = Writer(member, plan, "challenge"), Writer(lead, plan, "challenge")
    first.types(background="The member's.")
    problem = second.types(background="The lead's.").json()["problems"]["background"]
    plan.refresh_from_db()
    assert plan.background == "The member's."
    assert problem["theirs"] == "The member's."
    assert "changed this while you were writing" in problem["messages"][0]

    second.base |= problem["base"]  # "keep mine"
    assert second.types(background="The lead's.").json()["problems"] == {}
    plan.refresh_from_db()
    assert plan.background == "The lead's."


def test_an_answer_of_a_row_is_stored(plan: Plan, member: User) -> None:
    row = plan.partners.order_by("position")[0]
    Writer(member, plan, "partners").types(**{f"{row.pk}-name": "The river council"})
    row.refresh_from_db()
    assert row.name == "The river council"


def test_a_row_that_was_removed_meanwhile_says_so(plan: Plan, member: User, lead: User) -> None:
    row = plan.partners.order_by("position")[0]
    writer = Writer(member, plan, "partners")
    authoring.remove_row(plan, "partners", row.pk, actor=lead)
    problems = writer.types(**{f"{row.pk}-name": "Typed in vain?"}).json()["problems"]
    assert "Your text is still here" in problems[f"{row.pk}-name"]["messages"][0]


def test_a_plan_that_was_handed_in_meanwhile_is_not_changed(
    plan: Plan, member: User, lead: User
) -> None:
    writer = Writer(member, plan, "challenge")
    workflow.move(plan, Act.SUBMIT, actor=lead)
    answer = writer.types(background="Too late.")
    assert answer.status_code == 409
    assert "so it cannot be changed" in answer.json()["message"]


@pytest.mark.parametrize("only", ["", "nonsense", "{}", '["no_such_answer"]', '["slot"]'])
def test_nonsense_changes_nothing(plan: Plan, member: User, only: str) -> None:
    writer = Writer(member, plan, "challenge")
    answer = writer.client.post(
        writer.address, {"do": "auto", "base": "?", "only": only, "background": "X", "slot": "2"}
    )
    assert answer.json()["base"] == {}
    before = Plan.objects.get(pk=plan.pk)
    assert (before.background, before.slot) == (plan.background, plan.slot)


def test_somebody_signed_out_is_told_so(plan: Plan, member: User) -> None:
    writer = Writer(member, plan, "challenge")
    writer.client.logout()
    assert writer.types(background="Typed after sign-out.").status_code == 401


def test_what_changes_is_the_change_alone(plan: Plan, member: User, lead: User) -> None:
    """Autosaves of different answers by two people merge by themselves."""
    writer = Writer(member, plan, "challenge")
    authoring.save(plan, {"value_proposition": Change("The lead's words.")}, actor=lead)
    writer.types(background="The member's words.")
    plan.refresh_from_db()
    assert (plan.background, plan.value_proposition) == (
        "The member's words.",
        "The lead's words.",
    )
