"""The plan as data: in and out without a change, its fingerprint, its places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from plans.anchors import Anchor
from plans.document import EvidenceItem, PartnerItem, Person, PlanDocument, QuestionItem
from plans.models import Plan
from plans.sections import FIELD, GROUP, SECTION, SECTION_OF

if TYPE_CHECKING:
    from tests.personas import Network


def test_a_plan_is_read_as_data(network: Network) -> None:
    plan = network.plan(challenge_type="big_bet")
    document = plan.document

    assert (document.lab, document.cycle, document.title, document.challenge_type) == (
        "Wells",
        str(network.cycle),
        "Wells that answer",
        "big_bet",
    )
    assert document.focal_point == Person(name="Leo Lead", email="leo.lead@example.org")
    assert (document.sdgs, document.thematic_areas, document.methods, document.data_sources) == (
        (6,),
        ("Water",),
        ("Surveys",),
        ("Gauges",),
    )
    assert [(row.name, row.sector, row.is_new) for row in document.partners] == [
        ("Water users' association", "Farmers", True)
    ]
    assert [row.stages for row in document.learning_questions] == [("sense", "test")]
    assert [row.kind for row in document.evidence] == ["quantitative", "qualitative"]


def test_every_field_of_the_questionnaire_is_in_the_document() -> None:
    assert set(FIELD) | set(GROUP) <= set(PlanDocument.model_fields)
    rows: dict[str, type[BaseModel]] = {
        "evidence": EvidenceItem,
        "partners": PartnerItem,
        "learning_questions": QuestionItem,
    }
    assert {key: set(row.model_fields) for key, row in rows.items()} == {
        key: {"id", *(field.key for field in group.fields)} for key, group in GROUP.items()
    }


def test_reading_with_the_list_or_alone_gives_the_same(network: Network) -> None:
    plan = network.plan()

    assert Plan.objects.get(pk=plan.pk).document == (
        Plan.objects.with_document().get(pk=plan.pk).document
    )


def test_many_documents_take_one_query(network: Network, django_assert_num_queries: Any) -> None:
    for title in ("One", "Two"):
        network.plan(title=title)

    with django_assert_num_queries(1):
        titles = [plan.document.title for plan in Plan.objects.with_document().order_by("title")]
    assert titles == ["One", "Two"]


def test_an_empty_plan_is_an_empty_document(network: Network) -> None:
    plan = Plan(lab=network.lab, cycle=network.cycle, created_by=network["member"])
    plan.save()

    assert plan.document == PlanDocument(lab="Wells", cycle=str(network.cycle))


@given(text=st.text(), latitude=st.none() | st.floats(-90, 90))
@settings(max_examples=50, deadline=None)
def test_a_document_survives_json_and_keeps_its_fingerprint(
    text: str, latitude: float | None
) -> None:
    row = PartnerItem(name=text, is_new=None)
    document = PlanDocument(background=text, latitude=latitude, partners=(row,))

    again = PlanDocument.model_validate(document.model_dump(mode="json"))

    assert again == document
    if text.isprintable():
        assert again.hash() == document.hash()


def test_the_fingerprint_tells_two_documents_apart() -> None:
    row = uuid4()
    one = PlanDocument(partners=(PartnerItem(id=row, name="A"),))

    assert one.hash() == PlanDocument(partners=(PartnerItem(id=row, name="A"),)).hash()
    assert one.hash() != PlanDocument(partners=(PartnerItem(id=row, name="a"),)).hash()
    assert len(one.hash()) == 64


def test_the_fingerprint_knows_the_order_of_partners() -> None:
    first, second = PartnerItem(name="A"), PartnerItem(name="B")

    assert PlanDocument(partners=(first, second)).hash() != (
        PlanDocument(partners=(second, first)).hash()
    )


def test_what_no_plan_has_is_refused() -> None:
    with pytest.raises(ValidationError):
        PlanDocument.model_validate({"budget": 5})


def test_without_people_nobody_is_named() -> None:
    document = PlanDocument(title="Wells", focal_point=Person(name="A", email="a@example.org"))

    assert document.without_people() == PlanDocument(title="Wells")


ROW = UUID("12345678-1234-5678-1234-567812345678")


@pytest.mark.parametrize(
    ("text", "anchor"),
    [
        ("plan", Anchor()),
        ("challenge", Anchor("challenge")),
        ("challenge.background", Anchor("challenge", "background")),
        (f"partners/{ROW}", Anchor("partners", group="partners", row=ROW)),
        (f"learning_questions/{ROW}", Anchor("learning", group="learning_questions", row=ROW)),
    ],
)
def test_a_place_is_read_and_written(text: str, anchor: Anchor) -> None:
    assert Anchor.parse(text) == anchor
    assert str(anchor) == text


def test_every_place_is_read_back_as_written() -> None:
    places = [
        "plan",
        *SECTION,
        *(f"{SECTION_OF[field]}.{field}" for field in FIELD),
        *(f"{group}/{ROW}" for group in GROUP),
    ]

    assert [str(Anchor.parse(place)) for place in places] == places


@given(text=st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_what_names_no_place_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"{text}?") if "/" not in text else None):
        Anchor.parse(f"{text}?")


def test_the_schema_can_be_published() -> None:
    schema = PlanDocument.model_json_schema()

    assert schema["additionalProperties"] is False
    assert schema["properties"]["format"]["const"] == "action-learning-plan/1"


def test_the_schema_of_what_goes_out_says_what_is_always_there() -> None:
    schema = PlanDocument.model_json_schema(mode="serialization")
    item = schema["$defs"]["EvidenceItem"]

    assert set(schema["properties"]) == set(PlanDocument.model_fields)
    assert set(schema["required"]) == set(PlanDocument().model_dump())
    assert set(schema["properties"]) - set(schema["required"]) == {"remarks", "leftover"}
    assert item["required"] == ["id", "kind", "form", "text", "address"]
