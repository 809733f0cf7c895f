"""The desk for proposals: what is shown, and what can be decided there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from plans import authoring, taxonomies
from plans.authoring import Change
from plans.models import Event, EventKind, Merge, Organisation, Plan, Sector, Term, ThematicArea
from tests.factories import ThematicAreaFactory
from tests.plans.admin.pages import page, said, text

if TYPE_CHECKING:
    from django.test import Client

    from tests.personas import Network

DESK = "/admin/plans/thematicarea/proposals/"


def propose(network: Network, name: str, plan: Plan | None = None) -> ThematicArea:
    """A theme that a lab proposes, on a plan if there is one."""
    term = taxonomies.find_or_propose(ThematicArea, name, actor=network["member"], plan=plan)
    if plan:
        change = {"thematic_areas": Change([term])}
        authoring.save(plan, change, actor=network["network_manager"])
    return term


def do(editor: Client, term: ThematicArea | None, act: str, **given: Any) -> Any:
    """Send one of the forms."""
    sent = {"do": act, **given} | ({"term": term.pk} if term else {})
    return editor.post(DESK, sent)


def statuses() -> dict[str, str]:
    """Each theme and where it stands."""
    return dict(ThematicArea.objects.values_list("name", "status"))


def test_a_proposal_is_shown_with_its_plan_a_sentence_and_what_is_near(
    editor: Client, network: Network
) -> None:
    plan = network.plan(title="Nets for fog")
    plan.summary = "We have wind. Fog-harvesting NETS are cheap! Nobody has tried."
    plan.save()
    ThematicAreaFactory.create(name="Fog harvesting")
    propose(network, "fog harvesting nets", plan)
    before = text(editor.get(DESK))
    Plan.objects.filter(pk=plan.pk).update(state="submitted")

    shown = text(editor.get(DESK))

    assert "In a draft of Wells." in before
    assert "Nets for fog" not in before
    assert "cheap" not in before
    assert "Nets for fog Wells" in shown
    assert "Fog-harvesting NETS are cheap!" in shown
    assert "Nobody has tried" not in shown
    assert "Or it is the same as: Fog harvesting 1" in shown


def test_who_keeps_terms_sees_on_the_first_page_how_many_proposals_wait(
    editor: Client, network: Network
) -> None:
    propose(network, "Fog"), propose(network, "Mist")

    shown = text(editor.get(reverse("admin:index")))

    assert (
        "Proposals of labs Thematic areas 2 Data sources 0 Methods 0 Sectors 0 "
        "Partner organisations 0" in shown
    )


def test_a_proposal_is_accepted_renamed_and_refused(editor: Client, network: Network) -> None:
    first, second, third = (propose(network, name) for name in ("One", "Twoo", "Three"))

    answers = [
        do(editor, first, "accept", next=second.pk),
        do(editor, second, "rename", name="Two"),
        do(editor, third, "refuse", why="Too vague."),
    ]

    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert answers[0].headers["Location"] == f"{DESK}#proposal-{second.pk}"
    assert said(answers[2])[-1] == "“Three” was refused. Plans keep it, and the labs are told why."
    assert statuses() == {"One": "in_use", "Two": "in_use", "Three": "refused"}


def test_a_word_to_the_lab_goes_with_what_is_accepted_and_merged(
    editor: Client, network: Network
) -> None:
    plan = network.plan()
    do(editor, propose(network, "Fog", plan), "accept", why="A good find.")
    air, mist = ThematicAreaFactory.create(name="Air"), propose(network, "Mist", plan)
    asked = {"action": "merge", "_selected_action": mist.pk, "into": air.pk, "word": "See?"}
    shown = editor.post("/admin/plans/thematicarea/", asked)
    assert 'maxlength="2000">See?</textarea>' in shown.content.decode()
    editor.post("/admin/plans/thematicarea/", asked | {"confirm": "Merge"})

    told = Event.objects.filter(kind__startswith="term_").order_by("pk")
    assert [event.note.partition("\n\n")[2] for event in told] == ["A good find.", "See?"]


def test_what_is_wrong_is_said_there_and_what_was_typed_stays(
    editor: Client, network: Network
) -> None:
    ThematicAreaFactory.create(name="Water")
    term = propose(network, "Watter")

    clash = do(editor, term, "rename", name="WATER")
    silent = do(editor, term, "refuse", why=" ")

    assert (clash.status_code, silent.status_code) == (422, 422)
    assert 'value="WATER"' in clash.content.decode()
    assert "There is already a term with this name" in text(clash)
    assert "Write to the lab why “Watter” is not taken." in text(silent)
    assert statuses()["Watter"] == "proposed"


def test_many_are_decided_at_once(editor: Client, network: Network) -> None:
    terms = [propose(network, f"Term {number}") for number in range(4)]
    plan = network.plan(title="One plan")
    for term in terms[2:]:
        authoring.save(plan, {"thematic_areas": Change([term])}, actor=network["member"])

    do(editor, None, "accept", _selected_action=[term.pk for term in terms[:2]])
    answer = do(editor, None, "refuse", _selected_action=[t.pk for t in terms[2:]], why="Vague.")

    assert said(answer)[-1] == "2 terms were refused."
    decided = [statuses()[term.name] for term in terms]
    assert decided == ["in_use", "in_use", "refused", "refused"]
    assert Event.objects.filter(kind=EventKind.TERM_REFUSED).count() == 1


def test_merging_a_proposal_shows_first_what_changes_and_leads_back(
    editor: Client, network: Network
) -> None:
    water = ThematicAreaFactory.create(name="Water")
    term = propose(network, "Watter", network.plan(title="Wells"))
    sent = {"action": "merge", "_selected_action": term.pk, "into": water.pk, "back": "desk"}

    preview = editor.post(page("thematicarea"), sent)
    merged = editor.post(page("thematicarea"), sent | {"confirm": "yes"})

    assert "1 plan changes." in text(preview)
    assert merged.headers["Location"] == DESK
    assert (Merge.objects.count(), statuses()) == (1, {"Water": "in_use", "Watter": "merged"})


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"do": "accept", "term": "x"},
        {"do": "accept", "term": "9" * 30},
        {"do": "nonsense", "_selected_action": "\0"},
        {"do": "refuse", "term": "77", "why": "\0"},
    ],
)
def test_nonsense_is_answered_in_words(editor: Client, sent: dict[str, str]) -> None:
    answer = editor.post(f"{DESK}?page=\0&chosen=all", sent)

    assert (answer.status_code, "Choose at least one proposal." in text(answer)) == (422, True)


def test_an_empty_desk_says_so(editor: Client) -> None:
    assert "Nothing waits here." in text(editor.get(DESK))


@pytest.mark.parametrize("vocabulary", [ThematicArea, Organisation, Sector])
def test_the_desk_takes_as_many_queries_for_one_proposal_as_for_twenty(
    editor: Client, network: Network, vocabulary: type[Term], django_assert_num_queries: Any
) -> None:
    there = reverse(f"admin:plans_{vocabulary._meta.model_name}_proposals")
    for number in range(20):
        taxonomies.find_or_propose(vocabulary, f"Name {number}", actor=network["member"])
        if number in (0, 19):
            with django_assert_num_queries(8):
                editor.get(there)
