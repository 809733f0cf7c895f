"""Rows on the page of a section: put in place, taken away with a way back, and those of others."""

from __future__ import annotations

import json
import re
from functools import partial
from html import unescape
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from plans import authoring, workflow
from plans.authoring import Change, row_key
from plans.models import Plan
from plans.states import Act
from tests.plans.test_limits import at_once

if TYPE_CHECKING:
    from accounts.models import User
    from tests.personas import Network

NAMES = ("Association", "Bakers", "Council", "District")
NO_ROW = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def plan(network: Network) -> Plan:
    """A draft that names four partners, in the order of the alphabet."""
    plan = network.plan()
    first = plan.rows("partners").get()
    change = {row_key("partners", first.pk, "name"): Change(NAMES[0])}
    authoring.save(plan, change, actor=network["member"])
    for name in NAMES[1:]:
        authoring.add_row(
            plan, "partners", actor=network["member"], name=name, description=f"{name} helps."
        )
    return plan


def names(plan: Plan) -> list[str]:
    """The partners with their places."""
    return [f"{row.position} {row.name}" for row in plan.rows("partners")]


def ids(plan: Plan) -> dict[str, str]:
    """The identity of each partner, by name."""
    return {row.name: str(row.pk) for row in plan.rows("partners")}


class Page:
    """Somebody with the form of the partners open."""

    def __init__(self, user: User, plan: Plan, query: str = "") -> None:
        self.client = Client()
        self.client.force_login(user)
        self.address = f"/plans/{plan.pk}/edit/partners/"
        self.html = self.client.get(self.address + query).content.decode()
        found = re.search(r'name="base" value="([^"]*)"', self.html)
        assert found is not None
        self.sent = {"base": unescape(found[1])} | {
            f"{row.pk}-{name}": value
            for row in plan.rows("partners")
            for name, value in (
                ("name", row.name),
                ("description", row.description),
                ("sector", row.sector_id or ""),
            )
        }

    def presses(self, do: str, **typed: Any) -> str:
        """Send the form with a button; the page it leads to."""
        self.answer = self.client.post(self.address, self.sent | {"do": do} | typed, follow=True)
        return self.answer.content.decode()

    def puts(self, what: str) -> tuple[int, dict[str, Any]]:
        """Drop a row as the script does."""
        answer = self.client.post(self.address, {"do": f"place:{what}"})
        return answer.status_code, json.loads(answer.content)


# -- putting in place ------------------------------------------------------------------------------


def test_a_dropped_row_is_where_it_was_dropped_and_the_answer_says_the_order(
    plan: Plan, member: User
) -> None:
    known = ids(plan)

    answered = Page(member, plan).puts(f"{known['District']}:2")

    assert names(plan) == ["1 Association", "2 District", "3 Bakers", "4 Council"]
    assert answered == (200, {"order": list(ids(plan).values())})


@pytest.mark.parametrize(
    "what",
    [
        "",
        "x",
        ":2",
        "{row}",
        "{row}:",
        "{row}:x",
        "{row}:²",
        "{row}:-1",
        f"{NO_ROW}:1",
        "x:1",
    ],
)
def test_what_names_no_row_and_place_moves_nothing(plan: Plan, member: User, what: str) -> None:
    before = names(plan)

    status, answer = Page(member, plan).puts(what.replace("{row}", ids(plan)["Bakers"]))

    assert (status, answer["order"]) == (200, list(ids(plan).values()))
    assert names(plan) == before


@pytest.mark.parametrize("place", ["99", "9" * 5000])
def test_a_place_beyond_the_end_is_the_end(plan: Plan, member: User, place: str) -> None:
    Page(member, plan).puts(f"{ids(plan)['Bakers']}:{place}")

    assert names(plan) == ["1 Association", "2 Council", "3 District", "4 Bakers"]


def test_a_section_without_rows_has_no_order(plan: Plan, member: User) -> None:
    client = Client()
    client.force_login(member)

    answer = client.post(f"/plans/{plan.pk}/edit/closing/", {"do": f"place:{uuid4()}:1"})

    assert (answer.status_code, answer.json()) == (200, {"order": []})


def test_rows_of_a_plan_that_was_handed_in_stay_and_the_page_is_told_why(
    network: Network, member: User
) -> None:
    plan = network.plan("draft")
    page = Page(member, plan)
    workflow.move(plan, Act.SUBMIT, actor=network["lead"])

    status, answer = page.puts(f"{plan.rows('partners').get().pk}:1")

    assert status == 409
    assert "is submitted now, so it cannot be changed" in answer["message"]


@pytest.mark.django_db(transaction=True)
def test_rows_that_two_people_move_at_once_count_from_one_and_none_is_lost(
    network: Network,
) -> None:
    plan = network.plan()
    member, lead = network["member"], network["lead"]
    rows = [plan.rows("partners").get().pk] + [
        authoring.add_row(plan, "partners", actor=member).pk for _ in range(4)
    ]

    at_once(
        [
            partial(authoring.move_row, plan, "partners", row, place, actor=actor)
            for row, place, actor in (
                (rows[0], 5, member),
                (rows[4], 1, lead),
                (rows[0], 3, lead),
                (rows[2], 1, member),
            )
        ]
    )

    stored = plan.rows("partners").values_list("pk", "position")
    assert {pk for pk, _place in stored} == set(rows)
    assert [place for _pk, place in stored] == [1, 2, 3, 4, 5]


def test_the_later_of_two_moves_wins(plan: Plan, member: User, lead: User) -> None:
    row = ids(plan)["District"]
    Page(member, plan).puts(f"{row}:1")

    Page(lead, plan).puts(f"{row}:3")

    assert names(plan) == ["1 Association", "2 Bakers", "3 District", "4 Council"]


# -- taking away, and back -------------------------------------------------------------------------


def test_a_removed_row_is_told_with_a_way_back_and_comes_back_with_every_word(
    plan: Plan, member: User
) -> None:
    known = ids(plan)
    page = Page(member, plan)

    html = page.presses(
        f"remove:{known['Bakers']}", **{f"{known['Bakers']}-description": "Typed a moment ago."}
    )
    assert names(plan) == ["1 Association", "2 Council", "3 District"]
    assert "Partner 2 removed." in html
    assert "Bakers" in html

    html = Page(member, plan, f"?removed={known['Bakers']}").presses(f"undo:{known['Bakers']}")
    assert names(plan) == ["1 Association", "2 Bakers", "3 Council", "4 District"]
    assert ids(plan) == known
    assert plan.rows("partners")[1].description == "Typed a moment ago."
    assert "removed." not in html


def test_the_way_back_stays_while_one_goes_on_in_the_section(plan: Plan, member: User) -> None:
    known = ids(plan)
    page = Page(member, plan)
    page.presses(f"remove:{known['District']}")
    page = Page(member, plan, f"?removed={known['District']}")

    html = page.presses(f"remove:{known['Bakers']}", removed=[known["District"]])

    assert re.findall(r"Partner \d removed\.", html) == ["Partner 2 removed.", "Partner 4 removed."]
    assert html.index("Partner 2 removed.") < html.index("Council") < html.index("Partner 4 rem")

    html = page.presses("save", removed=[known["District"], known["Bakers"]])
    assert len(re.findall(r"Partner \d removed\.", html)) == 2


def test_what_is_typed_elsewhere_is_saved_when_a_row_is_brought_back(
    plan: Plan, member: User
) -> None:
    known = ids(plan)
    authoring.remove_row(plan, "partners", UUID(known["Bakers"]), actor=member)

    Page(member, plan, f"?removed={known['Bakers']}").presses(
        f"undo:{known['Bakers']}", **{f"{known['Council']}-name": "Council of women"}
    )

    assert names(plan) == ["1 Association", "2 Bakers", "3 Council of women", "4 District"]


def test_a_row_somebody_has_brought_back_already_keeps_what_they_wrote_since(
    plan: Plan, member: User, lead: User
) -> None:
    known = ids(plan)
    bakers = UUID(known["Bakers"])
    authoring.remove_row(plan, "partners", bakers, actor=member)
    page = Page(member, plan, f"?removed={bakers}")
    authoring.put_row_back(plan, "partners", bakers, actor=lead)
    change = {row_key("partners", bakers, "name"): Change("Bakers and millers")}
    authoring.save(plan, change, actor=lead)

    html = page.presses(f"undo:{bakers}")

    assert names(plan) == ["1 Association", "2 Bakers and millers", "3 Council", "4 District"]
    assert "There is a problem" not in html


def test_where_there_is_no_room_any_more_the_page_says_so_and_keeps_the_way_back(
    plan: Plan, member: User, lead: User
) -> None:
    bakers = ids(plan)["Bakers"]
    authoring.remove_row(plan, "partners", UUID(bakers), actor=member)
    page = Page(member, plan, f"?removed={bakers}")
    for _ in range(2):
        authoring.add_row(plan, "partners", actor=lead)

    html = page.presses(f"undo:{bakers}", removed=[bakers])

    assert plan.rows("partners").count() == 5
    assert "A plan names at most five partners." in html
    assert "Partner 2 removed." in html


@pytest.mark.parametrize("asked", ["x", NO_ROW, "", "&removed=".join(["x"] * 50)])
def test_a_row_that_never_was_is_not_offered(plan: Plan, member: User, asked: str) -> None:
    page = Page(member, plan, f"?removed={asked}")

    assert "removed." not in page.html
    page.presses(f"undo:{asked}", removed=[asked])
    assert names(plan) == ["1 Association", "2 Bakers", "3 Council", "4 District"]


def test_a_row_of_another_plan_is_neither_offered_nor_brought_back(
    network: Network, plan: Plan, member: User
) -> None:
    other = network.plan(challenge_type="big_bet")
    row = other.rows("partners").get().pk
    authoring.remove_row(other, "partners", row, actor=member)

    page = Page(member, plan, f"?removed={row}")
    page.presses(f"undo:{row}")

    assert "removed." not in page.html
    assert (plan.rows("partners").count(), other.rows("partners").count()) == (4, 0)


# -- rows of others --------------------------------------------------------------------------------


def test_a_row_somebody_added_meanwhile_is_no_conflict(
    plan: Plan, member: User, lead: User
) -> None:
    page = Page(member, plan)
    authoring.add_row(plan, "partners", actor=lead, name="Ebony growers")

    html = page.presses("save", **{f"{ids(plan)['Council']}-name": "Council of women"})

    assert "There is a problem" not in html
    assert names(plan)[2:] == ["3 Council of women", "4 District", "5 Ebony growers"]
