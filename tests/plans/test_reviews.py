"""A review as one act: its author's alone until it is sent, then one event and one telling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Membership, Reviewer
from plans import authoring, reviewing, workflow
from plans.authoring import Change
from plans.errors import (
    Invalid,
    PlanError,
    ReviewUnderWay,
    ThreadsOpen,
    WordsNeeded,
    WrongState,
)
from plans.models import (
    Comment,
    Criterion,
    EventKind,
    Notification,
    Plan,
    Review,
    Thread,
    ThreadStatus,
)
from plans.permissions import visible_events, visible_threads
from plans.states import Act, State
from tests.factories import fresh, reviewer_of, sent_thread
from tests.plans.test_limits import at_once

if TYPE_CHECKING:
    from accounts.models import User
    from tests.personas import Network


@pytest.fixture
def submitted(network: Network) -> Plan:
    """A complete plan that waits for a review."""
    return network.plan("submitted")


@pytest.fixture
def colleague(network: Network) -> User:
    """Another reviewer of the region."""
    return reviewer_of(network.region, "Cora Colleague")


def read_by(user: User, plan: Plan) -> list[str]:
    """Every word of the threads of a plan that this person reads, in order."""
    return [
        comment.text
        for thread in visible_threads(fresh(user), plan).with_comments(user)
        for comment in thread.comments.all()
    ]


def now(plan: Plan) -> Plan:
    """The plan as it is now."""
    return Plan.objects.get(pk=plan.pk)


# -- pending ---------------------------------------------------------------------------------------


def test_what_is_pending_is_its_authors_alone(
    network: Network, submitted: Plan, reviewer: User, member: User, colleague: User
) -> None:
    told = Notification.objects.count()
    said = sent_thread(submitted, "plan", "Said before.", actor=colleague)
    seen = Notification.objects.count()
    reviewing.open_thread(submitted, "plan", "Pending.", actor=reviewer)
    reviewing.reply(said, "Pending too.", actor=reviewer)

    assert read_by(reviewer, submitted) == ["Said before.", "Pending too.", "Pending."]
    for other in (member, colleague, network["network_manager"]):
        assert read_by(other, submitted) == ["Said before."]
    assert list(submitted.events.values_list("kind", flat=True)) == ["reviewed", "submit", "start"]
    assert (seen > told, Notification.objects.count() - seen) == (True, 0)


def test_a_pending_thread_takes_no_steps_and_nobody_else_acts_on_it(
    network: Network, submitted: Plan, reviewer: User, member: User, colleague: User
) -> None:
    thread = reviewing.open_thread(submitted, "plan", "Pending.", actor=reviewer)

    assert reviewing.steps(reviewer, thread) == []
    with pytest.raises(PlanError, match="not sent yet"):
        reviewing.resolve(thread, actor=reviewer)
    for other in (member, colleague, network["network_manager"]):
        with pytest.raises(PermissionDenied):
            reviewing.reply(thread, "I guessed.", actor=other)
        with pytest.raises(PermissionDenied):
            reviewing.resolve(thread, actor=other)
        with pytest.raises(PermissionDenied):
            reviewing.delete_comment(thread.comments.get(), actor=other)


def test_a_reviewer_goes_on_in_their_own_pending_thread(submitted: Plan, reviewer: User) -> None:
    thread = reviewing.open_thread(submitted, "plan", "One.", actor=reviewer)

    comment = reviewing.reply(thread, "And two.", actor=reviewer)

    assert comment.review == thread.review
    assert read_by(reviewer, submitted) == ["One.", "And two."]


def test_what_the_lab_says_is_never_pending(
    submitted: Plan, reviewer: User, member: User, network: Network
) -> None:
    thread = sent_thread(submitted, "plan", "Who pays?", actor=reviewer)
    reviewing.reply(thread, "The city.", actor=member)
    reviewing.address(thread, actor=network["network_manager"], text="Done for the lab.")

    assert read_by(member, submitted) == ["Who pays?", "The city.", "Done for the lab."]
    assert now(submitted).reviews.filter(closed_at__isnull=True).count() == 0


def test_steps_of_a_reviewer_are_seen_at_once_and_their_words_with_the_review(
    submitted: Plan, reviewer: User, member: User
) -> None:
    thread = sent_thread(submitted, "plan", "Who pays?", actor=reviewer)
    reviewing.address(thread, actor=member, text="The city.")
    told = Notification.objects.count()

    reviewing.resolve(thread, actor=reviewer, text="Now it is clear.")

    thread.refresh_from_db()
    assert thread.status == ThreadStatus.RESOLVED
    assert read_by(member, submitted) == ["Who pays?", "The city."]
    assert [event.words for event in thread.events.filter(kind="resolved")] == [""]
    assert Notification.objects.count() == told
    reviewing.send(submitted, "approved", actor=reviewer)
    assert read_by(member, submitted) == ["Who pays?", "The city.", "Now it is clear."]


# -- sending ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decision", "kind", "state"),
    [
        ("commented", "reviewed", "submitted"),
        ("changes_requested", "request_changes", "changes_requested"),
        ("approved", "approve", "approved"),
    ],
)
def test_a_review_is_sent_as_one_event_and_told_once(
    submitted: Plan, reviewer: User, member: User, decision: str, kind: str, state: str
) -> None:
    for words in ("One.", "Two.", "Three."):
        reviewing.open_thread(submitted, "plan", words, actor=reviewer, must_fix=False)
    before = submitted.events.count()

    review = reviewing.send(submitted, decision, actor=reviewer, summary=" Well done. \n")

    events = list(submitted.events.order_by("-pk")[: submitted.events.count() - before])
    assert [(event.kind, event.note, event.review, event.version) for event in events] == [
        (kind, "Well done.", review, submitted.versions.get())
    ]
    assert (review.decision, review.summary, bool(review.closed_at)) == (
        decision,
        "Well done.",
        True,
    )
    assert member.notifications.filter(event__review=review).count() == 1
    assert read_by(member, submitted) == ["One.", "Two.", "Three."]
    assert now(submitted).state == state


def test_comments_without_any_are_not_sent(submitted: Plan, reviewer: User) -> None:
    with pytest.raises(WordsNeeded, match=r"Write a comment or a summary first\."):
        reviewing.send(submitted, "commented", actor=reviewer, summary=" ")

    assert (submitted.reviews.count(), now(submitted).claimed_by) == (0, None)


def test_a_decision_that_is_refused_sends_nothing_and_loses_nothing(
    submitted: Plan, reviewer: User, member: User
) -> None:
    reviewing.open_thread(submitted, "plan", "Who pays?", actor=reviewer)
    reviewing.keep(submitted, actor=reviewer, summary="So far.", marks={})

    with pytest.raises(ThreadsOpen):
        reviewing.send(submitted, "approved", actor=reviewer, summary="Approved!")

    review = submitted.reviews.get()
    assert (review.summary, review.closed_at) == ("So far.", None)
    assert read_by(reviewer, submitted) == ["Who pays?"]
    assert read_by(member, submitted) == []


def test_what_somebody_else_has_not_sent_holds_nothing_up(
    submitted: Plan, reviewer: User, colleague: User
) -> None:
    reviewing.open_thread(submitted, "plan", "Who pays?", actor=colleague)

    with pytest.raises(WordsNeeded):
        reviewing.send(submitted, "changes_requested", actor=reviewer)
    reviewing.send(submitted, "approved", actor=reviewer)

    assert now(submitted).state == State.APPROVED


def test_who_was_slower_keeps_what_they_wrote_and_sends_it_as_comments(
    submitted: Plan, reviewer: User, member: User, colleague: User
) -> None:
    reviewing.open_thread(submitted, "plan", "Too late?", actor=colleague)
    reviewing.send(submitted, "changes_requested", actor=reviewer, summary="Say more.")

    for decision in ("approved", "changes_requested"):
        with pytest.raises(WrongState, match="is changes requested now"):
            reviewing.send(submitted, decision, actor=colleague)
    assert reviewing.decisions(colleague, now(submitted)) == ["commented"]
    reviewing.open_thread(submitted, "plan", "This belongs to it.", actor=colleague)
    assert read_by(member, submitted) == []
    review = reviewing.send(submitted, "commented", actor=colleague)

    assert review.decision == "commented"
    assert read_by(member, submitted) == ["Too late?", "This belongs to it."]
    assert now(submitted).state == State.CHANGES_REQUESTED


@pytest.mark.parametrize("state", ["draft", "changes_requested", "approved", "withdrawn"])
def test_a_review_is_begun_only_while_a_plan_waits(
    network: Network, state: str, submitted: Plan
) -> None:
    plan = network.plan(state)
    manager = network["network_manager"]

    for decision in ("commented", "approved", "changes_requested"):
        with pytest.raises(WrongState):
            reviewing.send(plan, decision, actor=manager, summary="Hm.")
    with pytest.raises(WrongState, match="nothing to review at the moment"):
        reviewing.keep(plan, actor=manager, summary="Hm.", marks={})

    assert plan.reviews.filter(reviewer=manager).count() == 0


def test_nobody_else_reviews(network: Network, submitted: Plan) -> None:
    for name in ("member", "lead", "reviewer_in_lab", "other_member", "other_reviewer"):
        with pytest.raises(PermissionDenied):
            reviewing.send(submitted, "commented", actor=network[name], summary="Hm.")
        with pytest.raises(PermissionDenied):
            reviewing.keep(submitted, actor=network[name], summary="Hm.", marks={})

    assert submitted.reviews.count() == 0


def test_who_wrote_in_a_plan_comments_and_does_not_decide(
    network: Network, submitted: Plan
) -> None:
    writer = reviewer_of(network.region, "Wanda Writer")
    submitted.writers.add(writer)

    assert reviewing.decisions(writer, submitted) == ["commented"]
    with pytest.raises(PermissionDenied):
        reviewing.send(submitted, "approved", actor=writer)
    assert reviewing.send(submitted, "commented", actor=writer, summary="Hm.").decision == (
        "commented"
    )


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("draft", []),
        ("submitted", ["approved", "changes_requested", "commented"]),
        ("changes_requested", []),
        ("approved", []),
        ("withdrawn", []),
    ],
)
def test_how_a_review_can_end_follows_from_where_the_plan_stands(
    network: Network, state: str, expected: list[str]
) -> None:
    found = reviewing.decisions(network["network_manager"], network.plan(state))

    assert sorted(found) == sorted(expected)
    assert reviewing.decisions(network["member"], network.plan("submitted")) == []


# -- while the plan moves --------------------------------------------------------------------------


def test_a_lab_does_not_take_back_what_a_reviewer_reads(
    submitted: Plan, reviewer: User, member: User
) -> None:
    reviewing.keep(submitted, actor=reviewer, summary="A first", marks={})

    with pytest.raises(ReviewUnderWay):
        workflow.move(submitted, Act.RECALL, actor=member)


@pytest.mark.parametrize("end", ["discarded", "sent", "role lost"])
def test_a_lab_takes_it_back_once_nobody_is_reading_any_more(
    submitted: Plan, reviewer: User, member: User, end: str
) -> None:
    reviewing.open_thread(submitted, "plan", "Hm.", actor=reviewer)
    if end == "discarded":
        reviewing.discard(submitted, actor=reviewer)
    elif end == "sent":
        reviewing.send(submitted, "commented", actor=reviewer)
    else:
        Reviewer.objects.filter(user=reviewer).delete()

    assert workflow.move(submitted, Act.RECALL, actor=member).state == State.DRAFT


def test_a_review_begun_on_an_older_version_is_sent_about_the_newest(
    submitted: Plan, reviewer: User, member: User, colleague: User
) -> None:
    reviewing.open_thread(
        submitted, "challenge.background", "Which years?", actor=colleague, must_fix=False
    )
    reviewing.send(submitted, "changes_requested", actor=reviewer, summary="Say more.")
    authoring.save(submitted, {"background": Change("Since 2021.")}, actor=member)
    workflow.move(submitted, Act.SUBMIT, actor=member)

    first, second = submitted.versions.order_by("number")
    pending = reviewing.pending_review(submitted, colleague)
    assert pending is not None
    assert pending.version == first
    workflow.move(submitted, Act.RECALL, actor=member)  # nobody has written about this version
    workflow.move(submitted, Act.SUBMIT, actor=member)

    reviewing.open_thread(submitted, "plan", "Better.", actor=colleague, must_fix=False)
    with pytest.raises(ReviewUnderWay):
        workflow.move(submitted, Act.RECALL, actor=member)
    review = reviewing.send(submitted, "approved", actor=colleague)

    assert review.version == second
    assert [thread.quote[:5] for thread in review.threads.all()] == ["Three", ""]


def test_a_plan_that_was_withdrawn_keeps_the_review_for_its_return(
    network: Network, submitted: Plan, reviewer: User, member: User
) -> None:
    reviewing.open_thread(submitted, "plan", "Hm.", actor=reviewer, must_fix=False)
    workflow.move(submitted, Act.WITHDRAW, actor=member)

    with pytest.raises(WrongState, match="Your review stays here until it is handed in"):
        reviewing.send(submitted, "commented", actor=reviewer)
    workflow.move(submitted, Act.RESTORE, actor=member)
    workflow.move(submitted, Act.SUBMIT, actor=member)

    assert reviewing.send(submitted, "approved", actor=reviewer).comments.count() == 1


def test_who_is_no_reviewer_any_more_can_only_throw_it_away(
    network: Network, submitted: Plan, reviewer: User
) -> None:
    thread = reviewing.open_thread(submitted, "plan", "Hm.", actor=reviewer)
    Reviewer.objects.filter(user=reviewer).delete()
    Membership.objects.create(user=reviewer, lab=network.lab)
    reviewer = fresh(reviewer)

    for decision in ("commented", "approved"):
        with pytest.raises(PermissionDenied):
            reviewing.send(submitted, decision, actor=reviewer)
    assert read_by(reviewer, submitted) == ["Hm."]
    reviewing.edit_comment(thread.comments.get(), "Hm?", actor=reviewer)
    reviewing.reply(thread, "Mine still.", actor=reviewer)
    assert read_by(network["lead"], submitted) == []
    reviewing.discard(submitted, actor=reviewer)

    assert (Thread.objects.count(), Review.objects.count()) == (0, 0)


def test_who_lost_every_part_in_a_plan_reads_and_writes_nothing(
    submitted: Plan, reviewer: User
) -> None:
    thread = reviewing.open_thread(submitted, "plan", "Hm.", actor=reviewer)
    Reviewer.objects.filter(user=reviewer).delete()
    reviewer = fresh(reviewer)

    with pytest.raises(PermissionDenied):
        reviewing.edit_comment(thread.comments.get(), "Hm?", actor=reviewer)
    with pytest.raises(PermissionDenied):
        reviewing.reply(thread, "Hm?", actor=reviewer)


@pytest.mark.django_db(transaction=True)
def test_approving_and_requesting_changes_at_once_ends_in_one_decision(network: Network) -> None:
    plan = network.plan("submitted")
    colleague = reviewer_of(network.region, "Cora Colleague")
    reviewing.open_thread(plan, "plan", "Fine.", actor=network["reviewer"], must_fix=False)
    reviewing.open_thread(plan, "plan", "Not yet.", actor=colleague, must_fix=False)

    refused = at_once(
        [
            lambda: reviewing.send(plan, "approved", actor=network["reviewer"]),
            lambda: reviewing.send(plan, "changes_requested", actor=colleague),
        ]
    )

    assert sorted(bool(words) for words in refused) == [False, True]
    assert "is not possible any more" in "".join(refused)
    decided = plan.reviews.get(closed_at__isnull=False)
    assert (now(plan).state, decided.decision) in [
        ("approved", "approved"),
        ("changes_requested", "changes_requested"),
    ]
    assert plan.events.filter(kind__in=("approve", "request_changes")).count() == 1
    assert Comment.objects.seen_by(network["member"]).count() == 1


@pytest.mark.django_db(transaction=True)
def test_taking_back_while_a_review_is_sent_has_one_outcome(network: Network) -> None:
    plan = network.plan("submitted")

    refused = at_once(
        [
            lambda: reviewing.send(plan, "approved", actor=network["reviewer"]),
            lambda: workflow.move(plan, Act.RECALL, actor=network["member"]),
        ]
    )

    assert sorted(bool(words) for words in refused) == [False, True]
    assert (now(plan).state, plan.reviews.count()) in [("approved", 1), ("draft", 0)]


@pytest.mark.django_db(transaction=True)
def test_a_review_sent_twice_at_once_is_sent_once(network: Network) -> None:
    plan = network.plan("submitted")
    reviewing.open_thread(plan, "plan", "Fine.", actor=network["reviewer"], must_fix=False)

    refused = at_once([lambda: reviewing.send(plan, "commented", actor=network["reviewer"])] * 2)

    assert sorted(bool(words) for words in refused) == [False, True]
    assert plan.events.filter(kind=EventKind.REVIEWED).count() == 1


# -- discarding ------------------------------------------------------------------------------------


def test_a_discarded_review_leaves_nothing(
    submitted: Plan, reviewer: User, colleague: User
) -> None:
    said = sent_thread(submitted, "plan", "Said.", actor=colleague)
    reviewing.open_thread(submitted, "plan", "Pending.", actor=reviewer)
    reviewing.reply(said, "Pending too.", actor=reviewer)
    reviewing.keep(submitted, actor=reviewer, summary="So far.", marks={})
    reviewing.open_thread(submitted, "plan", "Of another.", actor=colleague)

    reviewing.discard(submitted, actor=reviewer)
    reviewing.discard(submitted, actor=reviewer)  # pressed twice

    assert list(Comment.objects.order_by("pk").values_list("text", flat=True)) == [
        "Said.",
        "Of another.",
    ]
    assert submitted.reviews.filter(reviewer=reviewer).count() == 0


def test_discarding_lets_go_of_a_plan_that_was_taken_on_by_beginning(
    submitted: Plan, reviewer: User
) -> None:
    reviewing.open_thread(submitted, "plan", "Pending.", actor=reviewer)
    assert now(submitted).claimed_by == reviewer

    reviewing.discard(submitted, actor=reviewer)

    assert now(submitted).claimed_by is None


def test_discarding_does_not_let_go_of_a_plan_one_has_reviewed_before(
    submitted: Plan, reviewer: User
) -> None:
    reviewing.send(submitted, "commented", actor=reviewer, summary="A first look.")
    reviewing.open_thread(submitted, "plan", "Pending.", actor=reviewer)

    reviewing.discard(submitted, actor=reviewer)

    assert now(submitted).claimed_by == reviewer


@pytest.mark.parametrize("what", ["comment", "summary", "mark"])
def test_a_review_from_which_everything_is_taken_out_is_gone(
    submitted: Plan, reviewer: User, what: str
) -> None:
    criterion = Criterion.objects.create(cycle=submitted.cycle, position=1, text="Answerable.")
    if what == "comment":
        thread = reviewing.open_thread(submitted, "plan", "Pending.", actor=reviewer)
        assert reviewing.delete_comment(thread.comments.get(), actor=reviewer) is None
    elif what == "summary":
        reviewing.keep(submitted, actor=reviewer, summary="H", marks={})
        reviewing.keep(submitted, actor=reviewer, summary="", marks={})
    else:
        reviewing.keep(submitted, actor=reviewer, summary="", marks={criterion: ("met", "")})
        reviewing.keep(submitted, actor=reviewer, summary="", marks={criterion: ("", " ")})

    assert (submitted.reviews.count(), submitted.threads.count()) == (0, 0)
    assert now(submitted).claimed_by is None


def test_looking_without_writing_begins_nothing(submitted: Plan, reviewer: User) -> None:
    assert reviewing.keep(submitted, actor=reviewer, summary=" ", marks={}) is None
    assert submitted.reviews.count() == 0


# -- criteria --------------------------------------------------------------------------------------


@pytest.fixture
def criteria(submitted: Plan) -> list[Criterion]:
    """Two of the cycle's."""
    return [
        Criterion.objects.create(cycle=submitted.cycle, position=number, text=words)
        for number, words in ((1, "The question can be answered."), (2, "Partners have agreed."))
    ]


def marks_of(review: Review) -> list[tuple[str, str, str]]:
    """What a review says about the criteria."""
    return [(mark.text, mark.mark, mark.word) for mark in review.marks.all()]


def test_marks_are_sent_with_the_review_in_the_words_of_then(
    submitted: Plan, reviewer: User, criteria: list[Criterion]
) -> None:
    first, second = criteria
    marks = {first: ("met", ""), second: ("not_yet", "Who has signed?")}

    review = reviewing.send(submitted, "commented", actor=reviewer, marks=marks)
    Criterion.objects.filter(pk=first.pk).update(text="Something else.")
    second.delete()

    assert sorted(marks_of(review)) == [
        ("Partners have agreed.", "not_yet", "Who has signed?"),
        ("The question can be answered.", "met", ""),
    ]


def test_a_word_without_a_mark_is_kept_and_asked_for_when_the_review_is_sent(
    submitted: Plan, reviewer: User, criteria: list[Criterion]
) -> None:
    first, _second = criteria
    reviewing.keep(submitted, actor=reviewer, summary="Hm.", marks={first: ("", "Which years?")})

    with pytest.raises(Invalid) as refused:
        reviewing.send(submitted, "commented", actor=reviewer)

    assert list(refused.value.by_field) == [f"mark_{first.pk}"]
    assert marks_of(submitted.reviews.get()) == [
        ("The question can be answered.", "", "Which years?")
    ]


def test_a_criterion_that_was_taken_away_meanwhile_is_not_sent(
    submitted: Plan, reviewer: User, criteria: list[Criterion]
) -> None:
    first, second = criteria
    marks = {first: ("", "Hm."), second: ("partly", "")}
    reviewing.keep(submitted, actor=reviewer, summary="", marks=marks)
    first.delete()

    review = reviewing.send(submitted, "commented", actor=reviewer)

    assert marks_of(review) == [("Partners have agreed.", "partly", "")]


def test_comments_need_more_than_the_answers_of_the_last_review(
    submitted: Plan, reviewer: User, criteria: list[Criterion]
) -> None:
    first, second = criteria
    marks = {first: ("met", ""), second: ("partly", "Who?")}
    reviewing.send(submitted, "commented", actor=reviewer, marks=marks)

    with pytest.raises(WordsNeeded):
        reviewing.send(submitted, "commented", actor=reviewer, marks=marks)
    again = reviewing.send(
        submitted, "commented", actor=reviewer, marks={**marks, second: ("met", "")}
    )

    assert sorted(marks_of(again)) == [
        ("Partners have agreed.", "met", ""),
        ("The question can be answered.", "met", ""),
    ]


def test_the_last_answer_to_each_criterion_is_known_of_sent_reviews_alone(
    submitted: Plan, reviewer: User, criteria: list[Criterion]
) -> None:
    first, second = criteria
    one = reviewing.send(
        submitted,
        "commented",
        actor=reviewer,
        marks={first: ("partly", "Hm."), second: ("met", "")},
    )
    two = reviewing.send(submitted, "commented", actor=reviewer, marks={first: ("met", "")})
    reviewing.keep(submitted, actor=reviewer, summary="", marks={second: ("not_yet", "")})

    sent = submitted.reviews.filter(closed_at__isnull=False).to_read()

    assert reviewing.answered_last(sent) == {
        first.pk: (two, "met", ""),
        second.pk: (one, "met", ""),
    }


# -- notes between reviewers -----------------------------------------------------------------------


def test_a_note_is_read_at_once_by_the_other_side_alone(
    network: Network, submitted: Plan, reviewer: User, colleague: User
) -> None:
    note = reviewing.open_thread(
        submitted, "plan", "As last year?", actor=reviewer, for_reviewers=True
    )
    reviewing.reply(note, "Word by word.", actor=colleague)

    manager = network["network_manager"]
    for person in (reviewer, colleague, manager):
        assert read_by(person, submitted) == ["As last year?", "Word by word."]
        assert visible_events(person, submitted).filter(thread=note).count() == 2
    for name in ("member", "lead", "reviewer_in_lab"):
        assert read_by(network[name], submitted) == []
        assert visible_events(network[name], submitted).filter(thread=note).count() == 0
        with pytest.raises(PermissionDenied):
            reviewing.reply(note, "I guessed.", actor=network[name])
    assert set(
        Notification.objects.filter(event__thread=note).values_list("recipient__name", flat=True)
    ) == {"Rosa Reviewer", "Cora Colleague"}
    assert submitted.reviews.count() == 0


def test_a_note_is_no_task_of_the_labs(
    network: Network, submitted: Plan, reviewer: User, colleague: User
) -> None:
    note = reviewing.open_thread(
        submitted, "plan", "As last year?", actor=reviewer, for_reviewers=True, must_fix=True
    )

    assert reviewing.steps(network["network_manager"], note) == ["resolve"]
    with pytest.raises(PlanError, match="between reviewers"):
        reviewing.address(note, actor=network["network_manager"], text="Done.")
    with pytest.raises(WordsNeeded):
        reviewing.send(submitted, "changes_requested", actor=reviewer)
    reviewing.resolve(note, actor=colleague, text="Settled.")
    assert read_by(reviewer, submitted) == ["As last year?", "Settled."]
    assert reviewing.send(submitted, "approved", actor=reviewer).decision == "approved"
