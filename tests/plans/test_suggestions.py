"""Pointing at words and proposing others: what is refused, what is applied, what is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied

from plans import authoring, reviewing, workflow
from plans.authoring import Change, row_key
from plans.errors import Invalid, WordsNeeded, WrongState
from plans.models import Decision, EventKind, Plan, Suggestion, Thread
from plans.phrases import Phrase
from plans.states import Act

if TYPE_CHECKING:
    from accounts.models import User
    from tests.personas import Network

TEXT = "The wells are dry in spring. Nobody knows how many wells there are."


@pytest.fixture
def plan(network: Network) -> Plan:
    """A plan that waits for a review, with a background of two sentences."""
    plan = network.plan("draft")
    authoring.save(plan, {"background": Change(TEXT)}, actor=network["member"])
    return workflow.move(plan, Act.SUBMIT, actor=network["member"])


def suggest(plan: Plan, actor: User, words: str, instead: str) -> Thread:
    """Other words for some of the background, or for all of it; not sent yet."""
    phrase = Phrase(words) if words else None
    return reviewing.open_thread(
        plan, "challenge.background", "", actor=actor, phrase=phrase, instead=instead
    )


def given_back(plan: Plan, actor: User) -> None:
    """The review is sent, and the plan is the lab's again."""
    reviewing.send(plan, Decision.CHANGES_REQUESTED, actor=actor, summary="See there.")


def background(plan: Plan) -> str:
    """What the plan says now."""
    return Plan.objects.get(pk=plan.pk).background


@pytest.mark.parametrize(
    ("words", "instead", "says"),
    [
        (
            "dry in spring",
            "dry from March on",
            TEXT.replace("dry in spring", "dry from March on"),
        ),
        ("are dry", "fall dry", TEXT.replace("are dry", "fall dry")),
        (" in spring", "", "The wells are dry. Nobody knows how many wells there are."),
        ("how many", "", "The wells are dry in spring. Nobody knows wells there are."),
        ("", "All is well.", "All is well."),
    ],
    ids=[
        "a phrase",
        "a short one",
        "the end of a sentence left out",
        "words left out",
        "all of it",
    ],
)
def test_one_press_writes_the_words_into_the_plan(
    plan: Plan, reviewer: User, member: User, words: str, instead: str, says: str
) -> None:
    thread = suggest(plan, reviewer, words, instead)
    given_back(plan, reviewer)

    thread = reviewing.apply(thread, actor=member)

    assert (background(plan), thread.status) == (says, "addressed")
    event = plan.events.get(kind=EventKind.SUGGESTION_APPLIED)
    assert (event.actor, event.thread) == (member, thread)
    writing = plan.writings.latest("revision")
    assert (writing.by, writing.entries[0]["suggested_by"]) == (member, reviewer.pk)


def test_a_suggestion_fits_when_the_text_around_it_changed(
    plan: Plan, reviewer: User, member: User
) -> None:
    thread = suggest(plan, reviewer, "Nobody knows", "The lab does not know")
    given_back(plan, reviewer)
    now = TEXT.replace("The wells", "Since 2021 the wells")
    authoring.save(plan, {"background": Change(now)}, actor=member)

    reviewing.apply(thread, actor=member)

    assert background(plan) == now.replace("Nobody knows", "The lab does not know")


@pytest.mark.parametrize(
    ("words", "instead", "now"),
    [
        ("dry in spring", "dry from March on", "The wells are full."),
        ("dry", "empty", "The wells are full. Ink runs dry, too."),
        ("", "All is well.", TEXT + " More."),
        ("", "All is well.", ""),
    ],
    ids=["gone", "another of the kind", "more was written", "all was taken out"],
)
def test_one_that_does_not_fit_any_more_leaves_the_newer_text_alone(
    plan: Plan, reviewer: User, member: User, words: str, instead: str, now: str
) -> None:
    thread = suggest(plan, reviewer, words, instead)
    given_back(plan, reviewer)
    authoring.save(plan, {"background": Change(now)}, actor=member)

    with pytest.raises(WrongState) as refused:
        reviewing.apply(thread, actor=member)

    assert str(refused.value) == (
        "The text is different now, so this suggestion does not fit any more."
    )
    assert (background(plan), Suggestion.objects.get().status) == (now, "waiting")


def test_one_for_a_row_that_is_gone_changes_nothing(
    network: Network, reviewer: User, member: User
) -> None:
    plan = network.plan("submitted")
    row = plan.partners.get()
    thread = reviewing.open_thread(
        plan, f"partners/{row.pk}", "", actor=reviewer, phrase=Phrase("gauges"), instead="meters"
    )
    assert thread.place == f"partners/{row.pk}/description"
    given_back(plan, reviewer)
    authoring.remove_row(plan, "partners", row.pk, actor=member)

    with pytest.raises(WrongState):
        reviewing.apply(thread, actor=member)

    assert plan.partners.count() == 0


def test_words_in_a_row_are_replaced_in_the_row(
    network: Network, reviewer: User, member: User
) -> None:
    plan = network.plan("submitted")
    row = plan.partners.get()
    thread = reviewing.open_thread(
        plan, f"partners/{row.pk}", "", actor=reviewer, phrase=Phrase("gauges"), instead="meters"
    )
    given_back(plan, reviewer)

    reviewing.apply(thread, actor=member)

    key = row_key("partners", row.pk, "description")
    assert authoring.answers(plan, [key]) == {key: "They read the meters."}


def test_words_that_break_a_rule_are_not_written(plan: Plan, reviewer: User, member: User) -> None:
    said = plan.summary[-30:]
    instead = "w" * (280 - len(plan.summary) + len(said))
    thread = reviewing.open_thread(
        plan, "challenge.summary", "", actor=reviewer, phrase=Phrase(said), instead=instead
    )
    given_back(plan, reviewer)
    authoring.save(plan, {"summary": Change(f"Also: {plan.summary}")}, actor=member)

    with pytest.raises(Invalid):
        reviewing.apply(thread, actor=member)

    assert Suggestion.objects.get().status == "waiting"


def test_while_the_plan_is_locked_nothing_is_applied(
    plan: Plan, reviewer: User, member: User
) -> None:
    thread = suggest(plan, reviewer, "dry", "empty")
    reviewing.send(plan, Decision.COMMENTED, actor=reviewer, summary="See there.")

    with pytest.raises(WrongState):
        reviewing.apply(thread, actor=member)

    assert background(plan) == TEXT


def test_the_lab_keeps_its_own_words_and_says_why(plan: Plan, reviewer: User, member: User) -> None:
    thread = suggest(plan, reviewer, "dry", "empty")
    given_back(plan, reviewer)
    with pytest.raises(WordsNeeded):
        reviewing.decline(thread, "  ", actor=member)

    thread = reviewing.decline(thread, "They are dry, not empty.", actor=member)

    assert (background(plan), thread.status) == (TEXT, "addressed")
    assert thread.suggestion.reason == "They are dry, not empty."
    with pytest.raises(WrongState) as refused:
        reviewing.apply(thread, actor=member)
    assert str(refused.value) == "This suggestion has already been answered."


def test_nobody_but_the_lab_answers_a_suggestion(
    network: Network, plan: Plan, reviewer: User
) -> None:
    thread = suggest(plan, reviewer, "dry", "empty")
    given_back(plan, reviewer)

    for who in (reviewer, network["other_member"]):
        with pytest.raises(PermissionDenied):
            reviewing.apply(thread, actor=who)
        with pytest.raises(PermissionDenied):
            reviewing.decline(thread, "No.", actor=who)

    assert Suggestion.objects.get().status == "waiting"


def test_a_suggestion_not_sent_yet_is_no_business_of_the_lab(
    plan: Plan, reviewer: User, member: User
) -> None:
    thread = suggest(plan, reviewer, "dry", "empty")

    with pytest.raises(PermissionDenied):
        reviewing.apply(thread, actor=member)


@pytest.mark.parametrize(
    ("place", "phrase", "instead", "field", "sentence"),
    [
        (
            "challenge.background",
            Phrase("moon"),
            None,
            "words",
            "These words are not there like this. Copy them from the text, or choose them anew.",
        ),
        (
            "challenge.background",
            Phrase("wells"),
            None,
            "words",
            "These words stand here more than once. Choose which of them you mean.",
        ),
        (
            "challenge.background",
            Phrase("w" * 2001),
            None,
            "words",
            "These are too many words to point at. Choose fewer, or speak of the whole answer.",
        ),
        (
            "classification.sdgs",
            Phrase("6"),
            None,
            "words",
            "These words are not there like this. Copy them from the text, or choose them anew.",
        ),
        (
            "challenge.background",
            Phrase("dry"),
            "dry",
            "instead",
            "These are the words that stand there already. Write what you suggest.",
        ),
        (
            "classification.sdgs",
            None,
            "Goal 7",
            "instead",
            "Other words can be suggested for a text only. Say which words you mean.",
        ),
    ],
    ids=["not there", "several times", "too many", "no text", "the same words", "no words"],
)
def test_what_cannot_be_pointed_at_or_suggested_is_refused_beside_its_box(
    plan: Plan,
    reviewer: User,
    place: str,
    phrase: Phrase | None,
    instead: str | None,
    field: str,
    sentence: str,
) -> None:
    with pytest.raises(Invalid) as refused:
        reviewing.open_thread(plan, place, "Look.", actor=reviewer, phrase=phrase, instead=instead)

    assert (str(refused.value), refused.value.by_field) == (sentence, {field: sentence})


@pytest.mark.parametrize(("more", "fits"), [(0, True), (1, False)])
def test_words_with_which_an_answer_is_too_long_are_refused_when_they_are_proposed(
    plan: Plan, reviewer: User, more: int, fits: bool
) -> None:
    said = plan.summary.split()[-1]
    instead = "x" * (280 - len(plan.summary) + len(said) + more)

    def propose() -> None:
        reviewing.open_thread(
            plan,
            "challenge.summary",
            "",
            actor=reviewer,
            phrase=Phrase(said),
            instead=instead,
        )

    if fits:
        propose()
        assert plan.threads.get().suggestion.words == instead
        return
    with pytest.raises(Invalid) as refused:
        propose()
    sentence = (
        "With these words the answer is 1 character too long: it takes 280. Propose fewer words."
    )
    assert refused.value.by_field == {"instead": sentence}


def test_a_row_has_limits_of_its_own(plan: Plan, reviewer: User) -> None:
    partner = plan.rows("partners")[0]

    with pytest.raises(Invalid, match="is 5 characters too long: it takes 1000"):
        reviewing.open_thread(
            plan, f"partners/{partner.pk}/name", "", actor=reviewer, instead="x" * 1005
        )
