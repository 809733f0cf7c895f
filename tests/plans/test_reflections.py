"""A closing reflection: written by the lab on its approved plan, read by all once published."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from plans import authoring, closing, workflow
from plans.document import ReflectionDocument
from plans.errors import Overtaken, WrongState
from plans.models import Plan, Reflection
from plans.states import Act
from tests.personas import Network

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(network: Network) -> Plan:
    """A plan whose cycle can be looked back on."""
    return network.plan("approved", title="Wells that answer")


def signed_in(network: Network, persona: str) -> Client:
    """A browser in which that persona is signed in."""
    client = Client()
    client.force_login(network[persona])
    return client


def typed(plan: Plan, **others: str) -> dict[str, Any]:
    """A filled form."""
    document = plan.document
    question, partner = document.learning_questions[0], document.partners[0]
    return {
        "revision": "0",
        "insight_1": "Drillers talk.",
        "insight_3": "Meters do not.",
        f"outcome_{question.id}": "partly",
        f"account_{question.id}": "Half of it.",
        f"worked_{partner.id}": "no",
        f"account_{partner.id}": "They moved away.",
        "further_1_name": "The school",
        "further_1_account": "Measured on Mondays.",
        "methods": "Walking\nListening\n\nWalking",
        "data_sources": "Notebooks",
        "time_sense": "40",
        "handover": "The water office.",
        "links": "https://example.org/wells",
        **others,
    }


def test_what_a_lab_writes_is_kept_by_answer(network: Network, approved: Plan) -> None:
    client = signed_in(network, "member")
    address = reverse("plan_reflection", args=(approved.pk,))
    response = client.post(address, typed(approved))
    assert (response.status_code, response.headers["Location"]) == (302, address)
    document = Reflection.objects.get(plan=approved).document
    question, partner = approved.document.learning_questions[0], approved.document.partners[0]
    assert document.insights == ("Drillers talk.", "Meters do not.")
    assert [(o.row, o.question, o.outcome, o.account) for o in document.outcomes] == [
        (question.id, question.question, "partly", "Half of it.")
    ]
    assert [(p.row, p.name, p.worked, p.account) for p in document.partners] == [
        (partner.id, partner.name, "no", "They moved away."),
        (None, "The school", "", "Measured on Mondays."),
    ]
    assert document.methods == ("Walking", "Listening")
    assert [(t.stage, t.share) for t in document.time_spent] == [("Sense", "40")]
    assert (document.handover, document.title) == ("The water office.", "Wells that answer")
    again = client.get(address).content.decode()
    for words in ("Drillers talk.", "They moved away.", "Measured on Mondays.", "Walking\nListen"):
        assert words in again


def test_planned_and_actual_stand_side_by_side(network: Network, approved: Plan) -> None:
    page = signed_in(network, "member").get(reverse("plan_reflection", args=(approved.pk,)))
    text = page.content.decode()
    document = approved.document
    for words in (document.learning_questions[0].question, document.partners[0].name):
        assert escape(words) in text
    assert "\n".join(document.methods) in text


def test_it_is_everybodys_to_read_once_it_is_published(network: Network, approved: Plan) -> None:
    member, reader = signed_in(network, "member"), signed_in(network, "other_region_member")
    address = reverse("plan_reflection", args=(approved.pk,))
    member.post(address, typed(approved))
    assert "Drillers talk." in member.get(approved.get_absolute_url()).content.decode()
    assert "Drillers talk." not in reader.get(approved.get_absolute_url()).content.decode()
    exported = reverse("plan_export", args=(approved.pk, "json"))
    assert "Drillers talk." not in reader.get(exported).content.decode()
    member.post(address, typed(approved, revision="1", do="finish"))
    assert "Drillers talk." in reader.get(approved.get_absolute_url()).content.decode()
    assert "Drillers talk." in reader.get(exported).content.decode()


def test_who_saves_second_sees_both_texts_and_loses_none(network: Network, approved: Plan) -> None:
    address = reverse("plan_reflection", args=(approved.pk,))
    signed_in(network, "lead").post(address, typed(approved, insight_1="The lead's words."))
    member = signed_in(network, "member")
    response = member.post(address, typed(approved, insight_1="The member's words."))
    text = response.content.decode()
    assert response.status_code == 409
    assert "The lead&#x27;s words." in text
    assert "The member&#x27;s words." in text
    assert 'name="revision" value="1"' in text
    assert Reflection.objects.get().document.insights[0] == "The lead's words."
    member.post(address, typed(approved, revision="1", insight_1="Both of our words."))
    assert Reflection.objects.get().document.insights[0] == "Both of our words."


def test_too_long_an_answer_is_said_beside_it_and_nothing_is_lost(
    network: Network, approved: Plan
) -> None:
    address = reverse("plan_reflection", args=(approved.pk,))
    response = signed_in(network, "member").post(
        address, typed(approved, handover="x" * 15_001, revision="nonsense")
    )
    text = response.content.decode()
    assert response.status_code == 200
    assert "1 character too long" in text
    assert "Drillers talk." in text
    assert Reflection.objects.count() == 0


@pytest.mark.parametrize("state", ["draft", "submitted", "withdrawn"])
def test_only_an_approved_plan_is_looked_back_on(network: Network, state: str) -> None:
    plan = network.plan(state)
    with pytest.raises(WrongState, match="once the plan is approved"):
        closing.write(plan, ReflectionDocument(), actor=network["member"], revision=0)


@pytest.mark.parametrize("persona", ["reviewer", "other_member", "taxonomy_manager"])
def test_only_the_lab_writes_it(network: Network, approved: Plan, persona: str) -> None:
    with pytest.raises(PermissionDenied):
        closing.write(approved, ReflectionDocument(), actor=network[persona], revision=0)


def test_an_old_page_overwrites_nothing(network: Network, approved: Plan) -> None:
    closing.write(approved, ReflectionDocument(links="a"), actor=network["member"], revision=0)
    with pytest.raises(Overtaken):
        closing.write(approved, ReflectionDocument(links="b"), actor=network["lead"], revision=0)
    assert Reflection.objects.get().document.links == "a"


def test_an_account_of_a_question_that_was_removed_since_stays(
    network: Network, approved: Plan
) -> None:
    client = signed_in(network, "member")
    address = reverse("plan_reflection", args=(approved.pk,))
    client.post(address, typed(approved))
    question = approved.learning_questions.get()
    key = question.pk
    lab, reviewer = network["member"], network["reviewer"]
    answers: dict[str, Any] = {
        "question": "Who pays?",
        "stages": ["test"],
        "usage": "Talks.",
        "data_gap": "All.",
    }
    workflow.move(approved, Act.REOPEN, actor=reviewer, note="One is answered.")
    authoring.remove_row(approved, "learning_questions", key, actor=lab)
    authoring.add_row(approved, "learning_questions", actor=lab, **answers)
    workflow.move(approved, Act.SUBMIT, actor=lab)
    workflow.move(approved, Act.APPROVE, actor=reviewer)
    form = typed(network.plan("approved", title="Other")) | {"revision": "1"}
    client.post(
        address, {name: value for name, value in form.items() if "_" in name or name == "revision"}
    )
    outcomes = Reflection.objects.get(plan=approved).document.outcomes
    assert [(one.row, one.account) for one in outcomes] == [(key, "Half of it.")]
