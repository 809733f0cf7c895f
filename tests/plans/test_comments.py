"""Comments changed for a while, deleted with a trace; people named in them; what is half typed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied

from plans import clock, mentions, reviewing, workflow
from plans.errors import Invalid, WordsNeeded, WrongState
from plans.models import Comment, Draft, Plan, Thread, ThreadStatus
from plans.permissions import may_see_people, people_on, visible_plans
from plans.phrases import Phrase
from plans.states import Act, State
from tests.factories import UserFactory, sent_thread
from tests.personas import PERSONAS

if TYPE_CHECKING:
    from accounts.models import User
    from tests.personas import Network


@pytest.fixture
def submitted(network: Network) -> Plan:
    """A complete plan that waits for a review."""
    return network.plan("submitted")


@pytest.fixture
def thread(submitted: Plan, reviewer: User) -> Thread:
    """A thread that the lab has been sent."""
    return sent_thread(submitted, "plan", "Who pays?", actor=reviewer)


def minutes(number: float) -> dt.timedelta:
    """So many minutes."""
    return dt.timedelta(minutes=number)


# -- changing --------------------------------------------------------------------------------------


def test_a_comment_is_changed_for_half_an_hour_and_shows_what_it_said(
    thread: Thread, reviewer: User
) -> None:
    comment = thread.comments.get()
    sent_at = comment.sent_at

    with clock.at(sent_at + minutes(29)):
        reviewing.edit_comment(comment, " Who pays whom? ", actor=reviewer)
    with clock.at(sent_at + minutes(30)), pytest.raises(WrongState, match="for 30 minutes"):
        reviewing.edit_comment(comment, "Never mind.", actor=reviewer)

    shown = Comment.objects.with_traces().get(pk=comment.pk)
    assert shown.text == "Who pays whom?"
    assert [edit.before for edit in shown.edits.all()] == ["Who pays?"]


def test_half_an_hour_begins_when_the_review_is_sent(submitted: Plan, reviewer: User) -> None:
    begun = clock.now()
    thread = reviewing.open_thread(submitted, "plan", "Who pays?", actor=reviewer)
    comment = thread.comments.get()

    with clock.at(begun + minutes(600)):
        reviewing.edit_comment(comment, "Who pays for it?", actor=reviewer)
        reviewing.send(submitted, "commented", actor=reviewer)
    assert comment.edits.count() == 0  # nobody had read it
    with clock.at(begun + minutes(629)):
        reviewing.edit_comment(comment, "Who pays?", actor=reviewer)

    assert [edit.before for edit in comment.edits.all()] == ["Who pays for it?"]


def test_a_comment_that_is_left_as_it_was_is_not_shown_as_changed(
    thread: Thread, reviewer: User
) -> None:
    reviewing.edit_comment(thread.comments.get(), "Who pays?", actor=reviewer)

    assert thread.comments.get().edits.count() == 0


def test_a_comment_is_not_changed_into_nothing(thread: Thread, reviewer: User) -> None:
    with pytest.raises(WordsNeeded):
        reviewing.edit_comment(thread.comments.get(), " ", actor=reviewer)


def test_nobody_changes_or_deletes_what_somebody_else_said(
    network: Network, thread: Thread
) -> None:
    comment = thread.comments.get()
    for name in ("member", "lead", "network_manager", "other_member", "anonymous"):
        with pytest.raises(PermissionDenied):
            reviewing.edit_comment(comment, "Mine.", actor=network[name])
        with pytest.raises(PermissionDenied):
            reviewing.delete_comment(comment, actor=network[name])
        assert not reviewing.may_change(network[name], comment)
        assert not reviewing.may_delete(network[name], comment)


@pytest.mark.parametrize("must_fix", [True, False])
def test_how_urgent_a_comment_is_can_be_changed_until_it_is_sent(
    submitted: Plan, reviewer: User, must_fix: bool
) -> None:
    pending = reviewing.open_thread(submitted, "plan", "Hm.", actor=reviewer, must_fix=not must_fix)
    comment = pending.comments.get()
    reviewing.edit_comment(comment, "Hm.", actor=reviewer, must_fix=must_fix)
    assert Thread.objects.get(pk=pending.pk).must_fix is must_fix

    reviewing.send(submitted, "commented", actor=reviewer)
    reviewing.edit_comment(comment, "Hm.", actor=reviewer, must_fix=not must_fix)
    assert Thread.objects.get(pk=pending.pk).must_fix is must_fix


# -- deleting --------------------------------------------------------------------------------------


def test_a_deleted_comment_leaves_a_trace_and_no_words(
    thread: Thread, member: User, reviewer: User
) -> None:
    said = reviewing.reply(thread, "We pay @Rosa Reviewer.", actor=member)
    reviewing.edit_comment(said, "We paid @Rosa Reviewer.", actor=member)

    assert reviewing.delete_comment(said, actor=member) == thread

    said.refresh_from_db()
    assert (said.text, bool(said.deleted_at), said.author) == ("", True, member)
    assert (said.edits.count(), said.mentions.count()) == (0, 0)
    assert [event.words for event in thread.events.filter(kind="replied")] == [""]
    with pytest.raises(PermissionDenied):
        reviewing.edit_comment(said, "Again.", actor=member)


def test_a_thread_whose_only_comment_is_deleted_asks_for_nothing_any_more(
    submitted: Plan, thread: Thread, reviewer: User
) -> None:
    reviewing.delete_comment(thread.comments.get(), actor=reviewer)

    thread.refresh_from_db()
    assert thread.status == ThreadStatus.RESOLVED
    assert workflow.move(submitted, Act.APPROVE, actor=reviewer).state == State.APPROVED


def test_a_thread_that_was_answered_stays_open(
    thread: Thread, member: User, reviewer: User
) -> None:
    reviewing.reply(thread, "The city.", actor=member)
    reviewing.delete_comment(thread.comments.order_by("pk")[0], actor=reviewer)

    thread.refresh_from_db()
    assert thread.status == ThreadStatus.OPEN


def test_a_pending_comment_is_gone_and_takes_only_itself(submitted: Plan, reviewer: User) -> None:
    thread = reviewing.open_thread(submitted, "plan", "One.", actor=reviewer)
    second = reviewing.reply(thread, "Two.", actor=reviewer)
    first = thread.comments.order_by("pk")[0]

    assert reviewing.delete_comment(first, actor=reviewer) == thread
    assert list(thread.comments.values_list("text", flat=True)) == ["Two."]
    assert reviewing.delete_comment(second, actor=reviewer) is None
    assert Thread.objects.count() == 0


# -- naming people ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Ann Lee, please.", ["Ann Lee"]),
        ("@ann lee?", ["Ann Lee"]),
        ("@Ann Lee-Brown knows.", ["Ann Lee-Brown"]),
        ("@Ann Leeds", []),
        ("ann@Ann Lee", []),
        ("Ann Lee", []),
        ("(@Ann Lee)", ["Ann Lee"]),
        ("@Ann Lee and @Örn Åsa", ["Ann Lee", "Örn Åsa"]),
        ("", []),
    ],
)
def test_people_are_named_by_their_full_names(text: str, found: list[str]) -> None:
    people = [UserFactory.build(name=name) for name in ("Ann Lee", "Ann Lee-Brown", "Örn Åsa")]

    assert [person.name for person in mentions.named(text, people)] == found


@pytest.mark.parametrize(
    "state", ["draft", "submitted", "changes_requested", "approved", "withdrawn", "archived"]
)
def test_those_who_can_be_named_are_those_who_see_what_is_said(
    network: Network, state: str
) -> None:
    plan = network.plan(state)

    assert {person.name for person in people_on(plan)} == {
        network[name].name
        for name in PERSONAS
        if name != "anonymous"
        and may_see_people(network[name], plan)
        and visible_plans(network[name]).filter(pk=plan.pk).exists()
    }


def test_who_is_named_is_told_when_the_review_is_sent_and_not_before(
    network: Network, submitted: Plan, reviewer: User
) -> None:
    manager = network["network_manager"]
    text = "@Nadia Network, @Olga Neighbour and @Rosa Reviewer: who pays?"
    thread = reviewing.open_thread(submitted, "plan", text, actor=reviewer)

    named = thread.comments.get().mentions.all()
    assert [person.name for person in named] == ["Nadia Network"]
    assert manager.notifications.filter(is_mention=True).count() == 0
    review = reviewing.send(submitted, "commented", actor=reviewer)
    assert [row.event.review for row in manager.notifications.filter(is_mention=True)] == [review]


def test_of_a_note_between_reviewers_nobody_of_the_lab_can_be_named(
    network: Network, submitted: Plan, reviewer: User
) -> None:
    text = "@Mira Member, @Rita Both, @Nadia Network"
    note = reviewing.open_thread(submitted, "plan", text, actor=reviewer, for_reviewers=True)

    assert [one.name for one in note.comments.get().mentions.all()] == ["Nadia Network"]


# -- half typed ------------------------------------------------------------------------------------


def drafts(plan: Plan, user: User) -> dict[str, str]:
    """What this person has typed and not sent, by box."""
    return dict(Draft.objects.filter(plan=plan, user=user).values_list("at", "text"))


def test_what_is_typed_is_kept_for_its_author_until_it_is_emptied(
    submitted: Plan, member: User, lead: User, thread: Thread
) -> None:
    reviewing.keep_draft(submitted, f"reply:{thread.pk}", "The ci", actor=member)
    reviewing.keep_draft(submitted, f"reply:{thread.pk}", "The city", actor=member)

    assert drafts(submitted, member) == {f"reply:{thread.pk}": "The city"}
    assert drafts(submitted, lead) == {}
    reviewing.keep_draft(submitted, f"reply:{thread.pk}", "  ", actor=member)
    assert Draft.objects.count() == 0


def test_what_is_said_is_no_draft_any_more(
    submitted: Plan, reviewer: User, member: User, thread: Thread
) -> None:
    box = "new:challenge.background"
    reviewing.keep_draft(submitted, box, "Which", actor=reviewer)
    reviewing.keep_draft(submitted, "new:plan", "Another.", actor=reviewer)
    reviewing.open_thread(submitted, "challenge.background", "Which years?", actor=reviewer)
    reviewing.keep_draft(submitted, box, "Which year", actor=reviewer)  # it came late
    assert drafts(submitted, reviewer) == {"new:plan": "Another."}

    reviewing.keep_draft(submitted, f"reply:{thread.pk}", "The", actor=member)
    said = reviewing.reply(thread, "The city.", actor=member)
    reviewing.keep_draft(submitted, f"edit:{said.pk}", "The big", actor=member)
    reviewing.edit_comment(said, "The big city.", actor=member)
    assert drafts(submitted, member) == {}

    reviewing.keep_draft(submitted, f"reply:{thread.pk}", "Yes", actor=member)
    reviewing.address(thread, actor=member, text="Yes.")
    assert drafts(submitted, member) == {}


CHOSEN = {
    "words": "dry",
    "before": "three of four wells are ",
    "after": " in spring",
    "instead": "empty",
    "offered": "dry",
    "kind": "optional",
}


def test_words_that_are_chosen_and_proposed_are_kept_beside_the_comment(
    submitted: Plan, reviewer: User
) -> None:
    box = "new:challenge.background"
    reviewing.keep_draft(submitted, box, "", actor=reviewer, rest=CHOSEN)
    assert Draft.objects.get().rest == CHOSEN

    as_offered = CHOSEN | {"instead": "dry"}
    reviewing.keep_draft(submitted, box, "Plain?", actor=reviewer, rest=as_offered)
    kept = Draft.objects.get()
    left = {name: CHOSEN[name] for name in ("words", "before", "after", "kind")}
    assert (kept.text, kept.rest) == ("Plain?", left)

    reviewing.keep_draft(submitted, box, " ", actor=reviewer, rest=as_offered)
    assert Draft.objects.count() == 0


def test_a_proposal_that_was_just_made_is_no_draft_any_more(
    submitted: Plan, reviewer: User
) -> None:
    words, box = submitted.background.split(".")[0], "new:challenge.background"
    phrase = Phrase(words)
    reviewing.open_thread(
        submitted,
        "challenge.background",
        "",
        actor=reviewer,
        phrase=phrase,
        instead="Better words",
    )

    late = {"words": words, "instead": "Better", "offered": words}
    reviewing.keep_draft(submitted, box, "", actor=reviewer, rest=late)
    assert Draft.objects.count() == 0
    reviewing.keep_draft(submitted, box, "", actor=reviewer, rest=late | {"instead": "Others"})
    assert Draft.objects.get().rest["instead"] == "Others"


def test_words_left_out_are_a_proposal_too(submitted: Plan, reviewer: User) -> None:
    out = {"words": "dry", "instead": "", "offered": "dry"}

    reviewing.keep_draft(submitted, "new:challenge.background", "", actor=reviewer, rest=out)

    assert Draft.objects.get().rest == out


def test_why_a_suggestion_is_declined_is_kept_until_it_is_answered(
    submitted: Plan, reviewer: User, member: User
) -> None:
    words = submitted.background.split(".")[0]
    thread = reviewing.open_thread(
        submitted,
        "challenge.background",
        "",
        actor=reviewer,
        phrase=Phrase(words),
        instead="Better words",
    )
    reviewing.send(submitted, "changes_requested", actor=reviewer)
    box = f"decline:{thread.pk}"
    reviewing.keep_draft(submitted, box, "It is sp", actor=member)
    assert drafts(submitted, member) == {box: "It is sp"}

    reviewing.decline(thread, "It is spring.", actor=member)

    assert drafts(submitted, member) == {}


def test_the_same_words_can_be_typed_again_later(
    submitted: Plan, member: User, thread: Thread
) -> None:
    said = reviewing.reply(thread, "Thank you.", actor=member)

    with clock.at(said.written_at + minutes(2)):
        reviewing.keep_draft(submitted, f"reply:{thread.pk}", "Thank", actor=member)

    assert drafts(submitted, member) == {f"reply:{thread.pk}": "Thank"}


@pytest.mark.parametrize(
    "at",
    ["", "new:", "new:nowhere", "new:partners/1", "reply:", "reply:x", "reply:0", "edit:1", "plan",
     "reply:99999999999999999999", "reply:²", "other:1", "decline:", "decline:x"],
)  # fmt: skip
def test_there_are_no_other_boxes(submitted: Plan, member: User, at: str) -> None:
    with pytest.raises(Invalid, match="no such box"):
        reviewing.keep_draft(submitted, at, "Hello", actor=member)


def test_there_is_no_box_in_a_thread_one_does_not_know_of(
    submitted: Plan, member: User, reviewer: User
) -> None:
    pending = reviewing.open_thread(submitted, "plan", "Pending.", actor=reviewer)
    note = reviewing.open_thread(submitted, "plan", "Note.", actor=reviewer, for_reviewers=True)
    answer = note.comments.get()

    for at in (f"reply:{pending.pk}", f"reply:{note.pk}", f"edit:{answer.pk}"):
        with pytest.raises(Invalid):
            reviewing.keep_draft(submitted, at, "Hello", actor=member)


def test_who_has_no_part_in_a_plan_types_nothing_there(network: Network) -> None:
    plan = network.plan("approved")
    for name in ("anonymous", "other_member", "other_reviewer", "taxonomy_manager"):
        with pytest.raises(PermissionDenied):
            reviewing.keep_draft(plan, "new:plan", "Hello", actor=network[name])
