"""Threads: where they can stand, what they quote, who may take which step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from plans import authoring, reviewing, workflow
from plans.errors import Invalid, PlanError, WordsNeeded
from plans.models import EventKind, Plan, Thread, ThreadStatus
from plans.sections import FIELD, SECTION, SECTION_OF
from plans.states import Act
from tests.factories import CycleFactory, sent_thread
from tests.personas import PERSONAS
from tests.plans.test_limits import at_once

if TYPE_CHECKING:
    from accounts.models import User
    from tests.personas import Network


@pytest.fixture
def submitted(network: Network) -> Plan:
    """A complete plan that waits for a review."""
    return network.plan("submitted")


@pytest.fixture
def thread(submitted: Plan, reviewer: User) -> Thread:
    """A must-fix thread on the plan's background that the lab has been sent."""
    return sent_thread(submitted, "challenge.background", "Since when exactly?", actor=reviewer)


def quote(plan: Plan, place: str, actor: User) -> str:
    """What a new thread on that place quotes."""
    return reviewing.open_thread(plan, place, "Say more.", actor=actor).quote


# -- where threads stand ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("plan", ""),
        ("challenge", ""),
        ("title.title", "Wells that answer"),
        ("title.challenge_type", "exploratory"),
        ("title.focal_point", ""),
        ("challenge.summary", "Measuring wells together, so that nobody pumps the last water."),
        ("classification.sdgs", "6"),
        ("learning.methods", "Surveys"),
        ("closing.early_leads", "The water users' association would take it over."),
    ],
)
def test_a_thread_quotes_the_words_it_speaks_of(
    network: Network, reviewer: User, place: str, words: str
) -> None:
    assert quote(network.plan("submitted"), place, reviewer) == words


@pytest.mark.parametrize(
    ("group", "words"),
    [
        ("partners", "Water users' association\nThey read the gauges."),
        (
            "learning_questions",
            (
                "Do shared readings change how much is pumped?\n"
                "Diaries, then a trial in two villages.\n"
                "Nobody has readings by the week."
            ),
        ),
        ("evidence", "Levels fell by 4 m in 2 years."),
    ],
)
def test_a_thread_on_a_row_quotes_the_row(
    submitted: Plan, reviewer: User, group: str, words: str
) -> None:
    row = submitted.rows(group)[0]

    assert quote(submitted, f"{group}/{row.pk}", reviewer) == words


def test_every_section_and_every_field_can_carry_a_thread(submitted: Plan, reviewer: User) -> None:
    places = [*SECTION, *(f"{SECTION_OF[field]}.{field}" for field in FIELD)]

    for place in places:
        reviewing.open_thread(submitted, place, "Say more.", actor=reviewer)

    assert [str(thread.anchor) for thread in submitted.threads.all()] == places


@pytest.mark.parametrize(
    "place",
    [
        "",
        "nowhere",
        "challenge.title",
        "challenge.state",
        "partners/not-an-id",
        "partners/00000000-0000-0000-0000-000000000000",
        "sdgs/00000000-0000-0000-0000-000000000000",
        "plan\x00",
    ],
)
def test_a_thread_on_what_is_not_in_the_plan_is_refused(
    submitted: Plan, reviewer: User, place: str
) -> None:
    with pytest.raises(Invalid) as refused:
        reviewing.open_thread(submitted, place, "Say more.", actor=reviewer)

    assert str(refused.value) == (
        "That part of the plan is not there any more. Look at the plan again."
    )


def test_a_row_of_another_plan_is_not_in_this_one(
    network: Network, submitted: Plan, reviewer: User
) -> None:
    other = network.plan("submitted", title="Other")

    with pytest.raises(Invalid):
        reviewing.open_thread(
            submitted, f"partners/{other.partners.get().pk}", "Say more.", actor=reviewer
        )


def test_a_thread_stays_with_its_partner_when_partners_change_places(
    network: Network, member: User, reviewer: User
) -> None:
    plan = network.plan()
    second = authoring.add_row(plan, "partners", actor=member, name="Met office")
    workflow.move(authoring_completed(plan, second.pk, member), Act.SUBMIT, actor=member)
    thread = reviewing.open_thread(plan, f"partners/{second.pk}", "Since when?", actor=reviewer)
    workflow.move(plan, Act.REQUEST_CHANGES, actor=reviewer)

    authoring.move_row(plan, "partners", second.pk, 1, actor=member)

    document = Plan.objects.get(pk=plan.pk).document
    place, row = document.find_row(thread.anchor) or pytest.fail("the partner was lost")
    assert (place, row.name, thread.quote) == (1, "Met office", "Met office\nThey know the rain.")


def authoring_completed(plan: Plan, row: Any, actor: User) -> Plan:
    """The plan with the answers of one more partner filled in."""
    answers = {
        "sector": plan.partners.exclude(pk=row).get().sector,
        "description": "They know the rain.",
        "is_new": False,
    }
    authoring.save(
        plan,
        {
            authoring.row_key("partners", row, name): authoring.Change(value)
            for name, value in answers.items()
        },
        actor=actor,
    )
    return plan


def test_a_thread_outlives_the_row_it_speaks_of(
    submitted: Plan, member: User, reviewer: User
) -> None:
    row = submitted.evidence.first() or pytest.fail("no evidence")
    thread = reviewing.open_thread(submitted, f"evidence/{row.pk}", "Source?", actor=reviewer)
    workflow.move(submitted, Act.REQUEST_CHANGES, actor=reviewer)

    authoring.remove_row(submitted, "evidence", row.pk, actor=member)

    thread = Thread.objects.get(pk=thread.pk)
    document = Plan.objects.get(pk=submitted.pk).document
    assert document.find_row(thread.anchor) is None
    assert (thread.quote, thread.anchor.group) == ("Levels fell by 4 m in 2 years.", "evidence")
    assert reviewing.address(thread, actor=member, text="Left out.").status == "addressed"


def test_the_quote_stays_when_the_text_changes(
    thread: Thread, reviewer: User, member: User
) -> None:
    plan = workflow.move(thread.plan, Act.REQUEST_CHANGES, actor=reviewer)
    authoring.save(plan, {"background": authoring.Change("Since 2021.")}, actor=member)

    assert Thread.objects.get(pk=thread.pk).quote == (
        "Three dry years in a row.\n\nNobody knows how deep the water is."
    )


# -- what a thread begins --------------------------------------------------------------------------


def test_the_first_thread_on_a_submitted_plan_takes_the_plan_on(
    submitted: Plan, reviewer: User
) -> None:
    reviewing.open_thread(submitted, "plan", "Since when exactly?", actor=reviewer)

    plan = Plan.objects.get(pk=submitted.pk)
    review = plan.reviews.get()

    assert plan.claimed_by == reviewer
    assert (review.reviewer, review.version, review.closed_at) == (
        reviewer,
        plan.versions.get(),
        None,
    )


def test_a_second_reviewer_joins_without_taking_over(
    network: Network, submitted: Plan, reviewer: User
) -> None:
    manager = network["network_manager"]

    reviewing.open_thread(submitted, "plan", "I began.", actor=reviewer)
    reviewing.open_thread(submitted, "plan", "Me too.", actor=manager)
    reviewing.open_thread(submitted, "plan", "And more.", actor=manager)

    plan = Plan.objects.get(pk=submitted.pk)
    assert plan.claimed_by == reviewer
    assert plan.reviews.filter(closed_at__isnull=True).count() == 2


@pytest.mark.parametrize("state", ["changes_requested", "approved"])
def test_a_thread_on_a_plan_that_is_not_waiting_begins_no_review(
    network: Network, reviewer: User, state: str
) -> None:
    plan = network.plan(state)

    reviewing.open_thread(plan, "plan", "One thing more.", actor=reviewer)

    assert plan.reviews.filter(closed_at__isnull=True).count() == 0


@pytest.mark.parametrize("state", ["draft", "withdrawn", "archived"])
def test_no_threads_on_a_plan_that_is_not_handed_in(
    network: Network, reviewer: User, state: str
) -> None:
    with pytest.raises(PlanError) as refused:
        reviewing.open_thread(network.plan(state), "plan", "Too early.", actor=reviewer)

    assert str(refused.value) == (
        "The lab has this plan now; open threads once it is handed in again."
    )


def test_a_thread_says_something(submitted: Plan, reviewer: User) -> None:
    with pytest.raises(WordsNeeded, match=r"Write something first\."):
        reviewing.open_thread(submitted, "plan", " \n ", actor=reviewer)
    assert submitted.threads.count() == 0


def test_a_reply_says_something(thread: Thread, member: User) -> None:
    with pytest.raises(WordsNeeded, match=r"Write something first\."):
        reviewing.reply(thread, "  ", actor=member)
    assert reviewing.reply(thread, " Since 2021. ", actor=member).text == "Since 2021."


def test_a_conversation_is_in_the_history(network: Network, member: User, reviewer: User) -> None:
    plan = network.plan("changes_requested")
    thread = reviewing.open_thread(plan, "plan", "Since when exactly?", actor=reviewer)
    reviewing.reply(thread, "Since 2021.", actor=member)
    reviewing.address(thread, actor=member, text="Added.")
    reviewing.reopen(thread, actor=reviewer)
    reviewing.resolve(thread, actor=reviewer, text="Thanks.")

    assert [
        (event.kind, event.actor, event.acted_as, event.words)
        for event in thread.events.order_by("pk")
    ] == [
        ("thread_opened", reviewer, "reviewer", "Since when exactly?"),
        ("replied", member, "member", "Since 2021."),
        ("addressed", member, "member", "Added."),
        ("reopened", reviewer, "reviewer", ""),
        ("resolved", reviewer, "reviewer", "Thanks."),
    ]
    assert [comment.text for comment in thread.comments.all()] == [
        "Since when exactly?",
        "Since 2021.",
        "Added.",
        "Thanks.",
    ]


# -- steps -----------------------------------------------------------------------------------------

# What each step leads to, from each status, for who may take it.
LEADS: dict[str, dict[str, str]] = {
    "address": {"open": "addressed", "addressed": "addressed", "resolved": "not_now"},
    "resolve": {"open": "resolved", "addressed": "resolved", "resolved": "resolved"},
    "reopen": {"open": "open", "addressed": "open", "resolved": "open"},
}
LAB = {"member", "lead", "reviewer_in_lab", "network_manager"}
REVIEWERS = {"reviewer", "network_manager"}
OFFERED: dict[str, dict[str, tuple[str, ...]]] = {
    "open": {
        **dict.fromkeys(LAB, ("address",)),
        "reviewer": ("resolve",),
        "network_manager": ("address", "resolve"),
    },
    "addressed": dict.fromkeys(REVIEWERS, ("resolve", "reopen")),
    "resolved": dict.fromkeys(REVIEWERS, ("reopen",)),
}


def take(step: str, thread: Thread, actor: Any) -> str:
    """What a step leads to; undone afterwards."""
    mark = transaction.savepoint()
    try:
        return str(reviewing.STEPS[step](thread, actor=actor, text="Done.").status)
    except PermissionDenied:
        return "403"
    except PlanError:
        return "not_now"
    finally:
        transaction.savepoint_rollback(mark)


@pytest.mark.parametrize("state", ["submitted", "changes_requested", "approved", "withdrawn"])
@pytest.mark.parametrize("status", ThreadStatus.values)
def test_every_step_leads_where_the_table_says_and_is_offered_where_it_leads(
    network: Network, reviewer: User, state: str, status: str
) -> None:
    plan = network.plan("approved" if state == "approved" else "submitted")
    thread = sent_thread(plan, "plan", "Who pays?", actor=reviewer)
    if state == "changes_requested":
        workflow.move(plan, Act.REQUEST_CHANGES, actor=reviewer)
    if state == "withdrawn":
        workflow.move(plan, Act.WITHDRAW, actor=network["member"])
    Thread.objects.filter(pk=thread.pk).update(status=status)
    thread = Thread.objects.select_related("plan__lab").get(pk=thread.pk)

    found = {
        step: {name: take(step, thread, network[name]) for name in PERSONAS}
        for step in reviewing.STEPS
    }
    offered = {name: tuple(reviewing.steps(network[name], thread)) for name in PERSONAS}

    assert found == {
        step: {
            name: leads[status] if name in (LAB if step == "address" else REVIEWERS) else "403"
            for name in PERSONAS
        }
        for step, leads in LEADS.items()
    }
    assert offered == {name: OFFERED[status].get(name, ()) for name in PERSONAS}


@pytest.mark.parametrize(
    ("step", "persona"), [("address", "member"), ("resolve", "reviewer"), ("reopen", "reviewer")]
)
def test_a_step_pressed_twice_happens_once(
    network: Network, thread: Thread, step: str, persona: str
) -> None:
    if step == "reopen":
        reviewing.resolve(thread, actor=network["reviewer"])
    before = thread.events.count()

    for _press in range(2):
        reviewing.STEPS[step](thread, actor=network[persona], text="Done.")

    assert thread.events.count() == before + 1
    assert thread.comments.filter(text="Done.").count() == 1


@pytest.mark.parametrize("text", ["", " \n "])
def test_what_is_addressed_says_how(thread: Thread, member: User, text: str) -> None:
    with pytest.raises(WordsNeeded, match="Say in a few words how"):
        reviewing.address(thread, actor=member, text=text)

    assert Thread.objects.get(pk=thread.pk).status == "open"


def test_words_for_a_step_that_somebody_else_was_quicker_with_are_said_as_a_reply(
    network: Network, thread: Thread, member: User
) -> None:
    reviewing.address(thread, actor=network["lead"], text="By counting.")

    reviewing.address(thread, actor=member, text="And by asking.")

    said = [(one.author, one.text) for one in thread.comments.order_by("pk")[1:]]
    assert said == [(network["lead"], "By counting."), (member, "And by asking.")]
    kinds = thread.events.order_by("pk").values_list("kind", flat=True)
    assert list(kinds)[-2:] == ["addressed", "replied"]


def test_a_resolved_thread_cannot_be_called_addressed(
    thread: Thread, member: User, reviewer: User
) -> None:
    reviewing.resolve(thread, actor=reviewer)

    with pytest.raises(PlanError, match=r"This thread is resolved now\."):
        reviewing.address(thread, actor=member, text="Done.")


@pytest.mark.parametrize(
    ("persona", "allowed"),
    [
        ("anonymous", False),
        ("member", True),
        ("lead", True),
        ("other_member", False),
        ("other_region_member", False),
        ("reviewer", True),
        ("other_reviewer", False),
        ("reviewer_in_lab", True),
        ("network_manager", True),
        ("taxonomy_manager", False),
    ],
)
def test_the_lab_and_its_reviewers_reply(
    network: Network, thread: Thread, persona: str, allowed: bool
) -> None:
    if allowed:
        assert reviewing.reply(thread, "Yes.", actor=network[persona]).text == "Yes."
    else:
        with pytest.raises(PermissionDenied):
            reviewing.reply(thread, "Yes.", actor=network[persona])


@pytest.mark.parametrize(
    "persona", [name for name in PERSONAS if name not in {"reviewer", "network_manager"}]
)
def test_nobody_else_opens_threads(network: Network, submitted: Plan, persona: str) -> None:
    with pytest.raises(PermissionDenied):
        reviewing.open_thread(submitted, "plan", "Hello.", actor=network[persona])


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_who_begin_at_once_have_a_review_each(network: Network) -> None:
    plan = network.plan("submitted")
    people = [network["reviewer"], network["reviewer"], network["network_manager"]]

    refused = at_once(
        [
            lambda actor=actor: reviewing.open_thread(plan, "plan", "Hm.", actor=actor)  # type: ignore[misc]
            for actor in people
        ]
    )

    assert refused == ["", "", ""]
    assert (plan.threads.count(), plan.reviews.count()) == (3, 2)


def test_a_thread_does_not_follow_into_another_cycle(network: Network, reviewer: User) -> None:
    plan = network.plan("submitted")
    sent_thread(plan, "plan", "Who pays?", actor=reviewer)
    later = network.plan("submitted", cycle=CycleFactory.create())

    assert later.threads.count() == 0
    assert plan.events.filter(kind=EventKind.REVIEWED).count() == 1
