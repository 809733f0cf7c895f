"""A closing reflection: written by the lab on its approved plan, read by all once published."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from plans import authoring, closing, workflow
from plans.document import Collaboration, Outcome, ReflectionDocument, TimeSpent
from plans.errors import WrongState
from plans.exporters.outline import reflected_texts
from plans.forms.reflection import ReflectionForm
from plans.models import Plan, Reflection
from plans.states import Act
from plans.templatetags.reflections import Topic, told
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
    """A filled form, on a page that was opened just now."""
    document = plan.document
    question, partner = document.learning_questions[0], document.partners[0]
    stored = Reflection.objects.filter(plan=plan).first()
    shown = ReflectionForm(document, stored.as_written if stored else None).fingerprints()
    return {
        "base": json.dumps(shown),
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
    member.post(address, typed(approved, do="finish"))
    assert "Drillers talk." in reader.get(approved.get_absolute_url()).content.decode()
    assert "Drillers talk." in reader.get(exported).content.decode()


def test_too_long_an_answer_is_said_beside_it_and_nothing_is_lost(
    network: Network, approved: Plan
) -> None:
    address = reverse("plan_reflection", args=(approved.pk,))
    response = signed_in(network, "member").post(address, typed(approved, handover="x" * 15_001))
    text = response.content.decode()
    assert response.status_code == 200
    assert "1 character too long" in text
    assert "Drillers talk." in text
    assert Reflection.objects.count() == 0


@pytest.mark.parametrize("state", ["draft", "submitted", "withdrawn"])
def test_only_an_approved_plan_is_looked_back_on(network: Network, state: str) -> None:
    plan = network.plan(state)
    with pytest.raises(WrongState, match="once the plan is approved"):
        closing.write(plan, lambda _stored: ReflectionDocument(), actor=network["member"])


@pytest.mark.parametrize("persona", ["reviewer", "other_member", "taxonomy_manager"])
def test_only_the_lab_writes_it(network: Network, approved: Plan, persona: str) -> None:
    with pytest.raises(PermissionDenied):
        closing.write(approved, lambda _stored: ReflectionDocument(), actor=network[persona])


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
    client.post(address, typed(Plan.objects.get(pk=approved.pk), insight_1="Ask who pays."))
    outcomes = Reflection.objects.get(plan=approved).document.outcomes
    assert [one.question for one in outcomes] == ["Who pays?", question.question]
    assert (outcomes[1].row, outcomes[1].account) == (key, "Half of it.")


# -- as it is read ---------------------------------------------------------------------------------


def lines_of(plan: Plan, title: str, **said: Any) -> list[tuple[Any, Any, str]]:
    """What stands on either side of a topic, and the word for it."""
    found = told(ReflectionDocument(links="a", **said), plan.document)
    assert found is not None
    topic = next(one for one in found.topics if one.title == title)
    return [
        (line.planned, line.actual, line.mark.words if line.mark else "") for line in topic.lines
    ]


def test_each_partner_is_told_kept_dropped_or_new(approved: Plan) -> None:
    row, name = approved.document.partners[0].id, approved.document.partners[0].name
    school = Collaboration(name="The school", account="On Mondays.")

    def read(worked: str) -> list[tuple[Any, Any, str]]:
        partner = Collaboration(row=row, name=name, worked=worked, account="So it was.")  # type: ignore[arg-type]
        return lines_of(approved, "Partners", partners=(partner, school))

    new = ((), ("The school", "On Mondays."), "new")
    assert read("yes") == [((name,), ("As planned.", "So it was."), "kept"), new]
    assert read("partly") == [((name,), ("In part.", "So it was."), "kept in part"), new]
    assert read("no") == [((name,), ("Not in the end.", "So it was."), "dropped"), new]
    assert read("") == [((name,), ("So it was.",), ""), new]
    assert lines_of(approved, "Partners") == [((name,), (), "")]


def test_what_the_archive_tells_of_sorts_of_partners_is_not_called_new(approved: Plan) -> None:
    sort = Collaboration(sort="donors", account="They came twice.")
    name = approved.document.partners[0].name

    assert lines_of(approved, "Partners", partners=(sort,)) == [
        ((name,), ("Donors", "They came twice."), "")
    ]


def test_a_learning_question_stands_beside_what_happened_to_it(approved: Plan) -> None:
    question = approved.document.learning_questions[0]
    gone = Outcome(row=uuid4(), question="Who pays?", outcome="answered")
    dropped = Outcome(row=question.id, question="As it was.", outcome="dropped")

    assert lines_of(approved, "Learning questions", outcomes=(gone, dropped)) == [
        ((question.question,), ("It was not worked on.",), "dropped"),
        (("Who pays?",), ("It was answered.",), "no longer in the plan"),
    ]


def test_methods_are_told_kept_dropped_and_new_by_their_names(approved: Plan) -> None:
    document = approved.document.model_copy(update={"methods": ("Interviews", "Field visits")})
    found = told(ReflectionDocument(methods=("field visits", "Walking")), document)
    silent = told(ReflectionDocument(links="a"), document)
    assert found is not None
    assert silent is not None

    def words(topics: tuple[Topic, ...]) -> list[list[tuple[str, str]]]:
        topic = next(one for one in topics if one.title == "Methods")
        return [
            [(name, mark.words if mark else "") for name, mark in side]
            for side in (topic.planned, topic.actual)
        ]

    assert words(found.topics) == [
        [("Interviews", "dropped"), ("Field visits", "kept")],
        [("field visits", "kept"), ("Walking", "new")],
    ]
    assert words(silent.topics) == [[("Interviews", ""), ("Field visits", "")], []]


def test_readers_see_planned_and_actual_side_by_side(network: Network, approved: Plan) -> None:
    address = reverse("plan_reflection", args=(approved.pk,))
    signed_in(network, "member").post(address, typed(approved, do="finish"))
    page = signed_in(network, "other_region_member").get(approved.get_absolute_url())
    text = page.content.decode().partition('id="at-reflection"')[2]

    partner, question = approved.document.partners[0], approved.document.learning_questions[0]
    assert text.count(escape(partner.name)) == 1
    assert text.count(escape(question.question)) == 1
    assert text.count('<h4 class="side-by-side__label">Planned') == 5
    for words in ("kept in part</span>", "dropped</span>", "new</span>", "Sense: 40%"):
        assert words in text


# -- shares of time --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "kept"), [("0", "0"), ("100", "100"), ("12.5 %", "12.5"), ("7,5", "7,5"), ("", "")]
)
def test_a_share_of_time_is_from_0_to_100(approved: Plan, share: str, kept: str) -> None:
    form = ReflectionForm(approved.document, None, typed(approved, time_sense=share))

    assert form.errors == {}
    assert [one.share for one in form.document().time_spent] == ([kept] if kept else [])


@pytest.mark.parametrize("share", ["101", "100.1", "101%", "-1", "half", "1e1", "nan", "9" * 99])
def test_another_share_of_time_is_refused_beside_it(
    network: Network, approved: Plan, share: str
) -> None:
    address = reverse("plan_reflection", args=(approved.pk,))
    page = signed_in(network, "member").post(address, typed(approved, time_sense=share))
    text = page.content.decode()

    assert page.context["form"].errors.keys() == {"time_sense"}
    assert "Write a number from 0 to 100" in text
    assert f'value="{share}"' in text
    assert Reflection.objects.count() == 0


@pytest.mark.parametrize(
    ("shares", "wrong"),
    [
        ({"time_sense": "60", "time_grow": "70.5"}, "Together these shares are 130.5 of 100."),
        ({"time_sense": "33,4", "time_test": "33.4", "time_grow": "33.4"}, ""),  # rounded up
    ],
)
def test_shares_of_time_are_no_more_than_all_of_it(
    approved: Plan, shares: dict[str, str], wrong: str
) -> None:
    errors = ReflectionForm(approved.document, None, typed(approved, **shares)).errors

    assert list(errors) == (["time_sense"] if wrong else [])
    assert wrong in str(errors)


def test_what_the_archive_says_of_time_in_words_stays_until_it_is_changed(approved: Plan) -> None:
    stored = ReflectionDocument(time_spent=(TimeSpent(stage="Sense", share="about half"),))
    shown = json.dumps(ReflectionForm(approved.document, stored).fingerprints())
    data = typed(approved, time_sense="about half", base=shown)
    form = ReflectionForm(approved.document, stored, data)

    assert form.errors == {}
    assert form.document().time_spent == stored.time_spent
    assert ("Time given to the stages", "Sense: about half") in set(reflected_texts(stored))
