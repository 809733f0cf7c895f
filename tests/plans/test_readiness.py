"""What is missing, and where to go to fill it in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from accounts.models import Membership
from plans import authoring, readiness
from plans.authoring import Change
from plans.models import Plan
from plans.sections import FIELD, SECTION_OF
from tests.factories import SdgFactory

if TYPE_CHECKING:
    from accounts.models import User
    from tests.personas import Network


@pytest.fixture
def plan(network: Network) -> Plan:
    """A draft in which nothing is missing."""
    return network.plan(challenge_type="big_bet")


def found(plan: Plan) -> list[tuple[str, str, int | None, str]]:
    """Where something is missing, and the sentence."""
    stored = Plan.objects.with_document().get(pk=plan.pk)
    return [(gap.section, gap.field, gap.place, gap.message) for gap in readiness.gaps(stored)]


def test_nothing_is_missing_in_a_complete_plan(plan: Plan) -> None:
    assert found(plan) == []


@pytest.mark.parametrize(
    ("field", "empty", "sentence"),
    [
        ("title", "", "Title is missing."),
        ("title", " \n\t", "Title is missing."),
        ("country", None, "Country is missing."),
        ("focal_point", None, "Focal point is missing."),
        ("challenge_statement", "", "Challenge statement is missing."),
        ("background", "", "Background is missing."),
        ("value_proposition", "", "Value proposition is missing."),
        ("summary", "", "Short summary is missing."),
        ("early_leads", "", "Early leads to grow is missing."),
        ("sdgs", [], "Sustainable Development Goals: choose at least one."),
        ("thematic_areas", [], "Thematic areas: choose at least one."),
        ("methods", [], "Methods: choose at least one."),
        ("data_sources", [], "Data sources: choose at least one."),
        ("challenge_type", "", "Challenge type is missing."),
    ],
)
def test_one_empty_answer_is_one_gap(
    plan: Plan, member: User, field: str, empty: Any, sentence: str
) -> None:
    authoring.save(plan, {field: Change(empty)}, actor=member)

    assert found(plan) == [(SECTION_OF[field], field, None, sentence)]


def test_the_table_above_has_every_required_field() -> None:
    (table,) = [mark.args[1] for mark in test_one_empty_answer_is_one_gap.pytestmark]

    assert {row[0] for row in table} == {key for key, field in FIELD.items() if field.required}


@pytest.mark.parametrize(
    ("group", "sentence"),
    [
        ("evidence", "Add at least one item of evidence."),
        ("partners", "Add at least one partner."),
        ("learning_questions", "Add at least one learning question."),
    ],
)
def test_an_empty_group_is_one_gap(plan: Plan, member: User, group: str, sentence: str) -> None:
    for row in plan.rows(group):
        authoring.remove_row(plan, group, row.pk, actor=member)

    assert found(plan) == [(SECTION_OF[group], group, None, sentence)]


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (
            "partners",
            [
                ("partners", "name", 2, "Name is missing."),
                ("partners", "sector", 2, "Sector is missing."),
                ("partners", "description", 2, "The collaboration is missing."),
                ("partners", "is_new", 2, "New and unusual partner (yes or no) is missing."),
            ],
        ),
        (
            "learning_questions",
            [
                ("learning", "question", 2, "Learning question is missing."),
                (
                    "learning",
                    "stages",
                    2,
                    "Stages of the learning cycle: choose at least one.",
                ),
                ("learning", "usage", 2, "How the methods will be used is missing."),
                ("learning", "data_gap", 2, "Data gaps filled is missing."),
            ],
        ),
        (
            "evidence",
            [
                ("evidence", "kind", 3, "Kind of evidence is missing."),
                (
                    *("evidence", "form", 3),
                    "Say how the evidence is given: as a text, a link or a picture.",
                ),
            ],
        ),
    ],
)
def test_an_empty_row_lacks_all_its_answers(
    plan: Plan, member: User, group: str, expected: list[tuple[str, str, int, str]]
) -> None:
    authoring.add_row(plan, group, actor=member)

    assert found(plan) == expected


def test_no_is_an_answer(plan: Plan, member: User) -> None:
    partner = plan.partners.get()

    authoring.save(plan, {f"partners/{partner.pk}/is_new": Change(False)}, actor=member)

    assert found(plan) == []


@pytest.mark.parametrize(
    ("form", "answer", "sentence"),
    [
        ("text", "text", "Write the text of this item, or remove it."),
        ("link", "address", "Give the link of this item, or remove it."),
        ("picture", "picture", "Choose the picture of this item, or remove it."),
    ],
)
def test_an_item_of_evidence_holds_what_it_says_it_is(
    plan: Plan, member: User, form: str, answer: str, sentence: str
) -> None:
    authoring.add_row(plan, "evidence", actor=member, kind="qualitative", form=form, caption="So.")

    assert found(plan) == [("evidence", answer, 3, sentence)]


def test_the_address_of_a_picture_in_the_archive_will_do(plan: Plan, member: User) -> None:
    address = "https://example.org/wells.png"
    answers: dict[str, Any] = {"kind": "quantitative", "form": "picture", "address": address}
    authoring.add_row(plan, "evidence", actor=member, **answers)

    assert found(plan) == []


@pytest.mark.parametrize(
    ("kept", "sentence"),
    [
        ("quantitative", "There is no qualitative evidence yet; it would help."),
        ("qualitative", "There is no quantitative evidence yet; it would help."),
    ],
)
def test_a_missing_kind_of_evidence_is_advice_and_holds_nothing_up(
    plan: Plan, member: User, kept: str, sentence: str
) -> None:
    for item in plan.evidence.exclude(kind=kept):
        authoring.remove_row(plan, "evidence", item.pk, actor=member)

    gaps = readiness.gaps(Plan.objects.get(pk=plan.pk))
    assert [(gap.message, gap.required) for gap in gaps] == [(sentence, False)]
    assert readiness.blocking(gaps) == []


def test_five_goals_are_enough(plan: Plan, member: User) -> None:
    goals = [SdgFactory.create(number=number) for number in (1, 2, 3, 4, 5, 7)]

    authoring.save(plan, {"sdgs": Change(goals[:5])}, actor=member)
    assert found(plan) == []

    authoring.save(plan, {"sdgs": Change(goals)}, actor=member)
    assert found(plan) == [
        (
            "classification",
            "sdgs",
            None,
            "Sustainable Development Goals: choose at most 5; take 1 away.",
        )
    ]


def test_a_focal_point_who_has_left_the_lab_is_to_be_replaced(plan: Plan, member: User) -> None:
    authoring.save(plan, {"focal_point": Change(member)}, actor=member)
    Membership.objects.filter(user=member).delete()

    assert found(plan) == [
        (
            "title",
            "focal_point",
            None,
            "The focal point is no longer in this lab. Choose somebody who is.",
        )
    ]


def test_an_imported_address_is_nobody_yet(plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(
        focal_point=None, focal_point_address="bolor@example.org"
    )

    assert found(plan) == [
        (
            "title",
            "focal_point",
            None,
            "Choose a focal point: the address in the imported document is nobody's here.",
        )
    ]


def test_a_gap_leads_to_its_input(plan: Plan, member: User) -> None:
    row = authoring.add_row(plan, "partners", actor=member, name="A", description="B", is_new=False)
    authoring.save(plan, {"title": Change("")}, actor=member)

    assert [gap.target for gap in readiness.gaps(Plan.objects.get(pk=plan.pk))] == [
        "id_title",
        f"id_{row.pk}-sector",
    ]


def test_a_plan_read_with_its_document_asks_nothing_more(
    plan: Plan, django_assert_num_queries: Any
) -> None:
    stored = Plan.objects.with_document().get(pk=plan.pk)

    with django_assert_num_queries(0):
        assert readiness.gaps(stored) == []
