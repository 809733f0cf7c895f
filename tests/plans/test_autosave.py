"""Saving while somebody writes: what is stored at once, what comes back in words, what it costs."""

from __future__ import annotations

import datetime as dt
import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from plans import authoring, clock, workflow
from plans.authoring import Change
from plans.models import Plan, Sector
from plans.states import Act
from tests.factories import CountryFactory, DataSourceFactory, MethodFactory, SdgFactory

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
    assert re.fullmatch(r"\d\d:\d\d \(UTC\)", answer.json()["at"])


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
    assert problem["messages"][0].startswith("Mira Member changed this while you were writing (")
    again = second.types(background="The lead's, longer.").json()["problems"]
    assert list(again) == ["background"]  # until one of the two is chosen (test_conflicts.py)


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
    assert problems[f"{row.pk}-name"]["messages"] == [
        (
            "Leo Lead removed this partner while you were writing in it. "
            "Your text is still here: press Save to see how to put it back."
        ),
    ]


def test_a_plan_that_was_handed_in_meanwhile_is_not_changed(
    plan: Plan, member: User, lead: User
) -> None:
    writer = Writer(member, plan, "challenge")
    workflow.move(plan, Act.SUBMIT, actor=lead)
    answer = writer.types(background="Too late.")
    assert answer.status_code == 409
    assert "so it cannot be changed" in answer.json()["message"]


DEEP = "[" * 100_000


@pytest.mark.parametrize(
    "only",
    ["", "nonsense", "{}", '["no_such_answer"]', '["slot"]', DEEP],
    ids=["nothing", "words", "no list", "no answer", "no answer to write", "deep"],
)
@pytest.mark.parametrize("base", ["?", DEEP], ids=["words", "deep"])
def test_nonsense_changes_nothing(plan: Plan, member: User, only: str, base: str) -> None:
    writer = Writer(member, plan, "challenge")
    answer = writer.client.post(
        writer.address, {"do": "auto", "base": base, "only": only, "background": "X", "slot": "2"}
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


# -- what it costs ---------------------------------------------------------------------------------

MOST = 6

COST = {
    "title": 4,
    "challenge_type": 6,
    "country": 6,
    "latitude": 4,
    "focal_point": 6,
    "background": 4,
    "sdgs": 5,
    "methods": 6,
    "data_sources": 6,
    "evidence text": 5,
    "evidence kind": 5,
    "partners name": 5,
    "partners sector": 6,
    "partners is_new": 5,
    "learning_questions usage": 5,
    "learning_questions stages": 5,
}
"""How often the database is asked or written to for one answer, the session and person included."""


class Costs:
    """Somebody who changes one answer at a time, and how many statements each change takes."""

    def __init__(self, plan: Plan, member: User, lead: User) -> None:
        self.plan, self.member, self.lead = plan, member, lead
        other, own = CountryFactory.create(), plan.lab.countries.get()
        plan.lab.countries.add(other)
        self.countries = [other.pk, own.pk]
        self.methods = [MethodFactory.create().pk for _ in range(2)]
        self.sources = [DataSourceFactory.create().pk for _ in range(2)]
        self.goals = [SdgFactory.create(number=number).number for number in (1, 2)]
        self.sectors = [Sector.objects.create(name=name).pk for name in ("Fishers", "Bakers")]

    def _said(self, turn: int) -> dict[str, tuple[str, Any]]:
        """What is sent for each answer, another value each turn; with the section it is in."""
        rows = {
            group: self.plan.rows(group)[0].pk
            for group in ("evidence", "partners", "learning_questions")
        }
        return {
            "title": ("title", f"Title {turn}"),
            "challenge_type": ("title", ("big_bet", "exploratory")[turn]),
            "country": ("title", self.countries[turn]),
            "latitude": ("title", str(turn + 1)),
            "focal_point": ("title", str((self.member, self.lead)[turn].pk)),
            "background": ("challenge", f"Background {turn}"),
            "sdgs": ("classification", [str(self.goals[turn])]),
            "methods": ("learning", [str(self.methods[turn])]),
            "data_sources": ("learning", [str(self.sources[turn])]),
            f"{rows['evidence']}-text": ("evidence", f"Text {turn}"),
            f"{rows['evidence']}-kind": ("evidence", ("qualitative", "quantitative")[turn]),
            f"{rows['partners']}-name": ("partners", f"Name {turn}"),
            f"{rows['partners']}-sector": ("partners", str(self.sectors[turn])),
            f"{rows['partners']}-is_new": ("partners", ("no", "yes")[turn]),
            f"{rows['learning_questions']}-usage": ("learning", f"Usage {turn}"),
            f"{rows['learning_questions']}-stages": ("learning", [("grow", "test")[turn]]),
        }

    def counted(self, turn: int) -> dict[str, int]:
        """The statements of each change; all of them are stored."""
        found = {}
        for (name, (section, value)), called in zip(self._said(turn).items(), COST, strict=True):
            writer = Writer(self.member, self.plan, section)
            with CaptureQueriesContext(connection) as queries:
                answer = writer.types(**{name: value}).json()
            assert (answer["problems"], len(answer["base"])) == ({}, 1), called
            found[called] = sum(not _is_about_transactions(one["sql"]) for one in queries)
        return found


def _is_about_transactions(statement: str) -> bool:
    return statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE SAVEPOINT", "COMMIT"))


def test_an_autosave_takes_as_many_queries_with_thirty_rows_as_with_one(
    plan: Plan, member: User, lead: User
) -> None:
    for group in ("evidence", "learning_questions"):
        for row in plan.rows(group)[1:]:
            authoring.remove_row(plan, group, row.pk, actor=member)
    costs = Costs(plan, member, lead)
    assert costs.counted(0) == COST

    for group, more in (("evidence", 29), ("learning_questions", 29), ("partners", 4)):
        for _ in range(more):
            authoring.add_row(plan, group, actor=member)
    MethodFactory.create_batch(30)
    assert costs.counted(1) == COST


def test_what_is_missing_is_asked_for_in_few_queries_by_who_writes_here(
    plan: Plan, member: User, network: Network
) -> None:
    writer = Writer(member, plan, "challenge")
    writer.types(background="")
    with CaptureQueriesContext(connection) as queries:
        page = writer.client.get(writer.address, {"part": "missing"}).content.decode()
    assert "Background is missing." in page
    assert "1 required answer missing" in page
    assert "<form" not in page
    assert len(queries) == 3

    writer.client.force_login(network.people["other_member"])
    assert writer.client.get(writer.address, {"part": "missing"}).status_code == 404


def test_no_autosave_takes_more_than_six() -> None:
    assert {name: number for name, number in COST.items() if number > MOST} == {}


def test_the_first_save_of_a_half_hour_reads_the_whole_plan_besides(
    plan: Plan, member: User
) -> None:
    writer = Writer(member, plan, "challenge")
    with (
        clock.at(clock.now() + dt.timedelta(minutes=31)),
        CaptureQueriesContext(connection) as queries,
    ):
        writer.types(background="After a while.")

    assert sum(not _is_about_transactions(one["sql"]) for one in queries) == COST["background"] + 1
    assert plan.checkpoints.count() == 2
