"""What becomes of proposed terms: taken into use, renamed, refused with a word to the labs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied

from plans import authoring, proposals, taxonomies
from plans.authoring import Change
from plans.errors import Invalid, WordsNeeded
from plans.models import Event, EventKind, Plan, TermChange, ThematicArea
from plans.notifications import message
from plans.states import Act
from plans.term_history import story
from plans.workflow import move
from tests.plans.test_merging import draft, on, theme

if TYPE_CHECKING:
    from accounts.models import User
    from tests.personas import Network


@pytest.fixture
def manager(network: Network) -> User:
    """Somebody who keeps the vocabularies."""
    return network["taxonomy_manager"]  # type: ignore[no-any-return]


def proposed(network: Network, name: str, *plans: Plan) -> ThematicArea:
    """A theme that a lab proposes on these plans."""
    member = network["member"]
    first = plans[0] if plans else None
    term = taxonomies.find_or_propose(ThematicArea, name, actor=member, plan=first)
    for plan in plans:
        authoring.save(plan, {"thematic_areas": Change([term])}, actor=member)
    return term


def test_an_accepted_term_is_offered_and_says_where_it_came_from(
    network: Network, manager: User
) -> None:
    plan = draft(network, "Nets")
    term = proposals.accept(proposed(network, "Fog nets", plan), actor=manager)

    term.refresh_from_db()
    assert (term.status, term.proposed_in, term.proposed_by) == ("in_use", plan, network["member"])
    assert list(ThematicArea.objects.offered()) == [term]


def test_a_term_accepted_under_another_name_is_still_found_by_the_old_one(
    network: Network, manager: User
) -> None:
    plan = draft(network, "Nets")
    term = proposed(network, "fog  netts", plan)

    proposals.accept(term, name=" Fog nets ", actor=manager)

    assert on(plan) == [("fog netts", "Fog nets")]
    assert taxonomies.find(ThematicArea, "FOG-NETTS") == term
    assert taxonomies.find(ThematicArea, "fog nets") == term


def test_a_name_that_another_term_has_is_refused_and_nothing_is_done(
    network: Network, manager: User
) -> None:
    theme("Water", "Agua")
    term = proposed(network, "Fog nets", draft(network, "Nets"))

    with pytest.raises(Invalid, match="already"):
        proposals.accept(term, name="agua", actor=manager)

    term.refresh_from_db()
    assert (term.name, term.status) == ("Fog nets", "proposed")


def test_a_refused_term_stays_on_its_plan_and_the_lab_is_told_why(
    network: Network, manager: User
) -> None:
    plan, other = draft(network, "Nets"), draft(network, "Other")
    archived = network.plan("archived", title="Long ago", lab=network.far_lab)
    term = proposed(network, "Fog nets", plan, other)
    archived.thematic_areas.add(term)

    proposals.refuse(term, "Use “Water”.", actor=manager)

    assert on(plan) == [("Fog nets", "Fog nets")]
    assert list(ThematicArea.objects.offered()) == []
    event = Event.objects.get(kind=EventKind.TERM_REFUSED)
    assert (event.plan, event.lab, event.actor) == (other, network.lab, manager)
    told = list(event.notifications.order_by("recipient__name"))
    assert [str(notice.recipient) for notice in told] == ["Leo Lead", "Mira Member", "Rita Both"]
    mail = message(told[:1])
    assert mail
    assert "“Fog nets”: Use “Water”.\n\nYour plan keeps these words." in mail.body
    term.refresh_from_db()
    assert story(term)[0].what == ["Was proposed, is refused now.", "Why: Use “Water”."]


def told() -> list[tuple[str, str, str]]:
    """What the history of plans tells of terms."""
    events = Event.objects.filter(kind__startswith="term_").order_by("pk")
    return [(event.kind, str(event.plan), event.note) for event in events]


def test_the_lab_is_told_that_its_term_was_taken_and_what_it_is_called_now(
    network: Network, manager: User
) -> None:
    plan = draft(network, "Nets")
    proposals.accept(proposed(network, "Fog", plan), actor=manager)
    proposals.accept(proposed(network, "Netts", plan), name="Nets", actor=manager)

    assert told() == [
        ("term_taken", "Nets", "“Fog” is in the list now, and your plan has it."),
        (
            "term_taken",
            "Nets",
            (
                "“Netts” is in the list now and is called “Nets” there. Your plan keeps the words "
                "that you chose, and is found by both."
            ),
        ),
    ]


def test_a_free_word_to_the_lab_follows_what_it_is_told(network: Network, manager: User) -> None:
    plan = draft(network, "Nets")
    proposals.accept(proposed(network, "Fog", plan), word=" A good find.\0 ", actor=manager)
    proposals.merge([proposed(network, "Mist", plan)], theme("Air"), word="See?", actor=manager)

    assert [words.split("\n\n")[1:] for _kind, _plan, words in told()] == [
        ["A good find."],
        ["See?"],
    ]


def test_the_lab_is_told_into_what_its_term_was_merged_and_others_are_not(
    network: Network, manager: User
) -> None:
    water, wells = theme("Water"), theme("Wells")
    plan = draft(network, "Nets", wells)
    term = proposed(network, "Fog", plan)

    proposals.merge([term, wells], water, actor=manager)

    assert told() == [
        (
            "term_merged",
            "Nets",
            (
                "“Fog” is the same as “Water”, and your plan has that one now. It keeps the words "
                "that you chose, and is found by both."
            ),
        )
    ]


def test_a_plan_with_a_waiting_or_a_refused_term_is_handed_in_all_the_same(
    network: Network, manager: User
) -> None:
    waiting, refused = network.plan(title="Waiting"), network.plan(title="Refused")
    proposed(network, "Fog nets", waiting)
    proposals.refuse(proposed(network, "Magic", refused), "Too vague.", actor=manager)

    states = [move(plan, Act.SUBMIT, actor=network["lead"]).state for plan in (waiting, refused)]

    assert states == ["submitted", "submitted"]


def test_a_proposal_is_decided_once(network: Network, manager: User) -> None:
    term = proposed(network, "Fog nets")
    with pytest.raises(WordsNeeded, match="Write to the lab why"):
        proposals.refuse(term, " \0 ", actor=manager)
    proposals.accept(term, actor=manager)

    with pytest.raises(Invalid, match=r"Somebody was quicker: “Fog nets” is in use now\."):
        proposals.refuse(term, "No.", actor=manager)


def test_labs_decide_about_no_proposal(network: Network) -> None:
    term = proposed(network, "Fog nets")
    for who in ("member", "reviewer"):
        with pytest.raises(PermissionDenied):
            proposals.accept(term, actor=network[who])
        with pytest.raises(PermissionDenied):
            proposals.refuse(term, "No.", actor=network[who])


def test_the_story_of_a_term_is_told_whoever_writes_it(network: Network, manager: User) -> None:
    term = proposed(network, "Fog netts")
    proposals.accept(term, name="Fog nets", actor=manager)
    ThematicArea.objects.filter(pk=term.pk).update(labels={"fr": "Filets à brouillard"})

    assert [(line.by, line.what) for line in story(term)] == [
        ("", ["Is called this as well: “Filets à brouillard (French)”."]),
        ("Tomas Terms", ["Was proposed, is in use now."]),
        (
            "Tomas Terms",
            [
                "Renamed from “Fog netts” to “Fog nets”.",
                "Is called this as well: “Fog netts”.",
            ],
        ),
        ("Mira Member", ["Added as “Fog netts”: proposed."]),
    ]
    assert TermChange.objects.filter(term=term.pk).count() == 4


def test_a_label_in_another_language_finds_the_term(network: Network) -> None:
    water = theme("Water", labels={"fr": "Eau", "ar": "ماء"})

    assert [taxonomies.find(ThematicArea, words) for words in ("EAU", "ماء")] == [water, water]
    assert taxonomies.find_or_propose(ThematicArea, "eau", actor=network["member"]) == water
