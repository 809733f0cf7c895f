"""What a lab is asked to change: how far each wish is, and the word about what is untouched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from plans import authoring, reviewing, workflow
from plans.authoring import Change
from plans.checklist import checklist_of
from plans.errors import Untouched
from plans.models import Plan, Thread
from plans.phrases import Phrase, cut
from plans.states import Act, State
from tests.plans.test_reading import page, words
from tests.plans.test_review_web import act, post, text_of

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import User
    from tests.personas import Network

BACKGROUND, CLOSING = "challenge.background", "closing.early_leads"


def asked(network: Network, *places: str) -> tuple[Plan, list[Thread]]:
    """A plan that went back to its lab with a thread on each of these places."""
    plan, reviewer = network.plan("submitted"), network["reviewer"]
    threads = [
        reviewing.open_thread(plan, place, f"Say more of {place}.", actor=reviewer)
        for place in places
    ]
    reviewing.send(plan, "changes_requested", actor=reviewer, summary="Two things.")
    return now(plan), [Thread.objects.get(pk=thread.pk) for thread in threads]


def now(plan: Plan) -> Plan:
    """The plan as it is now."""
    return Plan.objects.get(pk=plan.pk)


def standing(plan: Plan, reader: User) -> dict[str, str]:
    """How far each wish is, by its place."""
    wishes = checklist_of(now(plan), reader).wishes
    return {wish.thread.place: wish.standing.value for wish in wishes}


def test_a_wish_is_untouched_until_it_is_answered_addressed_or_its_text_changed(
    network: Network, member: User, reviewer: User
) -> None:
    places = ("challenge.challenge_statement", BACKGROUND, "challenge.value_proposition", CLOSING)
    plan, threads = asked(network, *places)
    before = standing(plan, member)

    authoring.save(plan, {"background": Change("Four dry years.")}, actor=member)
    reviewing.reply(threads[2], "They meet every month.", actor=member)
    reviewing.address(threads[3], actor=member, text="Named.")

    assert before == dict.fromkeys(places, "untouched")
    assert standing(plan, member) == dict(
        zip(places, ("untouched", "changed", "answered", "addressed"), strict=True)
    )
    answers = {
        wish.thread.place: [one.text for one in wish.answers]
        for wish in checklist_of(now(plan), reviewer).wishes
    }
    assert answers == dict(
        zip(places, ([], [], ["They meet every month."], ["Named."]), strict=True)
    )


def test_what_reviewers_say_among_themselves_is_no_answer(
    network: Network, reviewer: User, member: User
) -> None:
    plan, (thread,) = asked(network, BACKGROUND)
    reviewing.reply(thread, "Please look at this first.", actor=reviewer)
    reviewing.open_thread(plan, CLOSING, "A note.", actor=reviewer, for_reviewers=True)

    assert standing(plan, member) == {BACKGROUND: "untouched"}


def test_an_answer_that_was_deleted_is_none(network: Network, member: User) -> None:
    plan, (thread,) = asked(network, BACKGROUND)
    answer = reviewing.reply(thread, "Since 2021.", actor=member)
    reviewing.delete_comment(answer, actor=member)

    assert standing(plan, member) == {BACKGROUND: "untouched"}


def test_optional_and_resolved_threads_are_not_on_the_list(
    network: Network, member: User, reviewer: User
) -> None:
    plan, (thread,) = asked(network, BACKGROUND)
    reviewing.open_thread(plan, CLOSING, "If you like.", actor=reviewer, must_fix=False)
    before = standing(plan, member)
    reviewing.resolve(thread, actor=reviewer)

    assert (before, standing(plan, member)) == ({BACKGROUND: "untouched"}, {})


@pytest.mark.parametrize(
    ("place", "after"),
    [
        ("plan", "changed"),
        ("partners", "changed"),
        ("closing", "untouched"),
        ("row", "changed"),
        ("row/name", "changed"),
        ("row/description", "untouched"),
    ],
)
def test_a_place_is_touched_by_what_changed_in_it(
    network: Network, member: User, place: str, after: str
) -> None:
    plan, reviewer = network.plan("submitted"), network["reviewer"]
    partner = plan.rows("partners")[0]
    place = place.replace("row", f"partners/{partner.pk}")
    reviewing.open_thread(plan, place, "Who are they?", actor=reviewer)
    reviewing.send(plan, "changes_requested", actor=reviewer)
    key = authoring.row_key("partners", partner.pk, "name")
    authoring.save(plan, {key: Change("Herders' association")}, actor=member)

    assert standing(plan, member) == {place: after}


@pytest.mark.parametrize(
    ("was", "becomes", "after"),
    [
        ("In the north", "In the far north, since 2020", "untouched"),
        ("Herders wait", "Herders wait for a month", "changed"),
        ("wait. Nobody", "wait. We ask them now. Nobody", "changed"),
    ],
    ids=["elsewhere in the answer", "the very words", "right beside them"],
)
def test_words_are_touched_where_they_or_those_beside_them_changed(
    network: Network, member: User, was: str, becomes: str, after: str
) -> None:
    text = (
        "In the north of the valley there are three schools with a well of their own. Wells dry up"
        " in July. Herders wait. Nobody measures how much water there is, or for how many days."
    )
    plan, reviewer = network.plan("draft"), network["reviewer"]
    authoring.save(plan, {"background": Change(text)}, actor=member)
    workflow.move(plan, Act.SUBMIT, actor=member)
    start = text.index("Herders wait")
    phrase = cut(text, (start, start + len("Herders wait")))
    reviewing.open_thread(now(plan), BACKGROUND, "How long?", actor=reviewer, phrase=phrase)
    reviewing.send(now(plan), "changes_requested", actor=reviewer)
    authoring.save(now(plan), {"background": Change(text.replace(was, becomes))}, actor=member)

    assert standing(plan, member) == {BACKGROUND: after}


def test_a_removed_row_is_no_longer_untouched(network: Network, member: User) -> None:
    plan, reviewer = network.plan("submitted"), network["reviewer"]
    place = f"partners/{plan.rows('partners')[0].pk}"
    reviewing.open_thread(plan, place, "Who are they?", actor=reviewer)
    reviewing.send(plan, "changes_requested", actor=reviewer)
    authoring.remove_row(plan, "partners", plan.rows("partners")[0].pk, actor=member)

    assert standing(plan, member) == {place: "changed"}


def test_the_second_round_begins_with_everything_untouched(
    network: Network, member: User, reviewer: User
) -> None:
    plan, (first, second) = asked(network, BACKGROUND, CLOSING)
    authoring.save(plan, {"background": Change("Four dry years.")}, actor=member)
    reviewing.reply(second, "We asked them.", actor=member)
    workflow.move(plan, Act.SUBMIT, actor=member)
    answered = standing(plan, reviewer)
    reviewing.send(plan, "changes_requested", actor=reviewer, summary="Not yet.")

    assert answered == {BACKGROUND: "changed", CLOSING: "answered"}
    assert standing(plan, member) == {BACKGROUND: "untouched", CLOSING: "untouched"}
    reviewing.address(first, actor=member, text="Four years now.")
    assert standing(plan, member) == {BACKGROUND: "addressed", CLOSING: "untouched"}


def test_a_later_round_remembers_what_was_addressed_and_what_was_removed(
    network: Network, member: User, reviewer: User
) -> None:
    plan = network.plan("submitted")
    removed = plan.rows("partners")[0]
    for place in (BACKGROUND, f"partners/{removed.pk}"):
        reviewing.open_thread(plan, place, "Why?", actor=reviewer)
    reviewing.send(plan, "changes_requested", actor=reviewer)
    reviewing.address(plan.threads.get(place=BACKGROUND), actor=member, text="Named.")
    authoring.add_row(
        plan,
        "partners",
        actor=member,
        name="Herders",
        sector=removed.sector,
        description="They ride.",
        is_new=False,
    )
    authoring.remove_row(plan, "partners", removed.pk, actor=member)
    workflow.move(plan, Act.SUBMIT, actor=member)
    reviewing.send(plan, "changes_requested", actor=reviewer, summary="Not yet.")
    wishes = checklist_of(now(plan), member).wishes

    assert [(one.standing.value, [a.text for a in one.answers]) for one in wishes] == [
        ("addressed", ["Named."]),
        ("changed", []),
    ]


def test_what_a_reviewer_has_not_sent_is_on_nobodys_list(
    network: Network, member: User, reviewer: User
) -> None:
    plan = network.plan("submitted")
    reviewing.open_thread(plan, BACKGROUND, "MARKER pending", actor=reviewer)

    assert [standing(plan, who) for who in (member, reviewer)] == [{}, {}]


# -- handing in again ------------------------------------------------------------------------------


def test_handing_in_with_something_untouched_takes_a_word(network: Network, member: User) -> None:
    plan, _threads = asked(network, BACKGROUND, CLOSING)
    with pytest.raises(Untouched) as refused:
        workflow.move(plan, Act.SUBMIT, actor=member)
    still = now(plan).state
    workflow.move(plan, Act.SUBMIT, actor=member, note="We know no more than this.")

    assert str(refused.value) == (
        "2 things you were asked to change are as they were. Say a word about them to the "
        "reviewer: why they stay, or where you dealt with them."
    )
    assert (still, now(plan).state) == (State.CHANGES_REQUESTED, State.SUBMITTED)


def test_handing_in_with_everything_touched_takes_none(network: Network, member: User) -> None:
    plan, (thread, _other) = asked(network, BACKGROUND, CLOSING)
    reviewing.reply(thread, "Since 2021.", actor=member)
    authoring.save(plan, {"early_leads": Change("Nobody.")}, actor=member)
    workflow.move(plan, Act.SUBMIT, actor=member)

    assert now(plan).state == State.SUBMITTED


def test_the_page_asks_for_the_word_beside_its_box_and_keeps_the_plan_where_it_is(
    client: Client, network: Network, member: User
) -> None:
    plan, _threads = asked(network, BACKGROUND)
    asks = words(page(client, member, act(plan, "submit")))
    refused = text_of(post(client, member, act(plan, "submit"), note=" "))
    state = now(plan).state
    done = text_of(post(client, member, act(plan, "submit"), note="It is all we know."))

    assert "A word to the reviewer about what is untouched" in asks
    assert "One thing you were asked to change is as it was." in refused
    assert (state, now(plan).state) == (State.CHANGES_REQUESTED, State.SUBMITTED)
    assert "is submitted" in done


def test_the_word_goes_to_the_reviewer_with_the_submission(
    client: Client, network: Network, member: User, reviewer: User
) -> None:
    plan, _threads = asked(network, BACKGROUND)
    workflow.move(plan, Act.SUBMIT, actor=member, note="It is all we know.")

    shown = words(page(client, reviewer, plan.get_absolute_url()))
    assert "Mira Member wrote when handing it in: It is all we know." in shown
    assert plan.events.get(kind="submit", from_state="changes_requested").note == (
        "It is all we know."
    )


# -- where it is shown -----------------------------------------------------------------------------


def test_the_lab_finds_the_list_in_the_form_on_the_plan_and_before_submission(
    client: Client, network: Network, member: User
) -> None:
    plan, (thread,) = asked(network, BACKGROUND)
    addresses = (
        reverse("plan_edit", args=(plan.pk,)),
        plan.get_absolute_url(),
        act(plan, "submit"),
    )
    pages = [page(client, member, address) for address in addresses]
    place = f'<a href="{reverse("plan_section", args=(plan.pk, "challenge"))}#id_background">'
    answer = f'<a href="{plan.get_absolute_url()}#thread-{thread.pk}">Answer, or mark'

    assert [html.count(place) for html in pages] == [1, 1, 1]
    assert [html.count(answer) for html in pages] == [1, 1, 1]
    assert [
        "What you are asked to change 0 of 1 is answered or addressed; one is untouched. Untouched"
        in words(html)
        for html in pages
    ] == [True, True, True]


def test_a_very_long_list_is_cut_and_says_so(
    client: Client, network: Network, member: User
) -> None:
    plan, _threads = asked(network, *[BACKGROUND] * 52)
    html = page(client, member, plan.get_absolute_url())

    assert html.count('<li class="wish ') == 50
    assert "2 more stand beside the text of the plan." in words(html)


def test_the_reviewer_finds_the_answers_before_the_changes(
    client: Client, network: Network, member: User, reviewer: User
) -> None:
    plan, (thread,) = asked(network, BACKGROUND)
    reviewing.address(thread, actor=member, text="It was four years.")
    authoring.save(plan, {"background": Change("Four dry years.")}, actor=member)
    workflow.move(plan, Act.SUBMIT, actor=member)
    shown = words(page(client, reviewer, plan.get_absolute_url()))

    asked_for = shown.index("What was asked for, and the answers 1 of 1 is answered or addressed")
    assert asked_for < shown.index("Mira Member: It was four years.") < shown.index("What changed")


@pytest.mark.parametrize("state", ["draft", "submitted", "approved", "withdrawn"])
def test_a_plan_of_which_nothing_was_asked_has_no_list(
    client: Client, network: Network, member: User, state: str
) -> None:
    plan = network.plan(state)

    assert 'id="checklist"' not in page(client, member, plan.get_absolute_url())


def test_somebody_who_only_reads_sees_no_list(
    client: Client, network: Network, other_member: User, member: User, reviewer: User
) -> None:
    plan, (thread,) = asked(network, BACKGROUND)
    reviewing.address(thread, actor=member, text="MARKER answer")
    workflow.move(plan, Act.SUBMIT, actor=member)
    reviewing.resolve(thread, actor=reviewer)
    workflow.move(plan, Act.APPROVE, actor=reviewer)
    html = page(client, other_member, plan.get_absolute_url())

    assert ("MARKER" in html, 'id="checklist"' in html) == (False, False)


def test_each_wish_names_the_words_it_is_about_and_those_proposed(
    client: Client, network: Network, member: User, reviewer: User
) -> None:
    plan = network.plan("submitted")
    dry, row = Phrase("Three dry years"), Phrase("in a row")
    applied = reviewing.open_thread(
        plan, BACKGROUND, "", actor=reviewer, phrase=dry, instead="Four dry years"
    )
    reviewing.open_thread(plan, BACKGROUND, "Since when?", actor=reviewer, phrase=row)
    reviewing.send(plan, "changes_requested", actor=reviewer)
    reviewing.apply(applied, actor=member)

    html = page(client, member, plan.get_absolute_url())
    wishes = html[html.index('id="checklist"') : html.index("</ol>", html.index('id="checklist"'))]

    said = words(wishes)
    assert (
        "[removed: Three end of what was removed] [added: Four end of what was added] "
        "dry years applied I suggest other words."
    ) in said
    assert "in a row Since when?" in said
