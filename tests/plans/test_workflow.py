"""What each act needs, what it leaves behind, and in whose name it was done."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied

from plans import authoring, clock, limits, reviewing, scheduling, workflow
from plans.authoring import Change
from plans.errors import (
    CycleClosed,
    Invalid,
    NotReady,
    ReviewUnderWay,
    SlotTaken,
    ThreadsOpen,
    WordsNeeded,
    WrongState,
)
from plans.models import Cycle, Decision, Event, Extension, Plan
from plans.states import Act, State
from tests.factories import CycleFactory, complete, sent_thread

if TYPE_CHECKING:
    from accounts.models import User
    from tests.personas import Network

MIDDAY = dt.datetime(2031, 6, 1, 12, 0, tzinfo=dt.UTC)


def last_event(plan: Plan) -> Event:
    """The newest line of a plan's history."""
    return plan.events.select_related("actor", "version").first() or pytest.fail("no event")


def cycle_closing(moment: dt.datetime) -> Cycle:
    """A cycle of thirty days that ends then."""
    return CycleFactory.create(opens_at=moment - dt.timedelta(days=30), closes_at=moment)


# -- starting --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("persona", "allowed"),
    [
        ("anonymous", False),
        ("member", True),
        ("lead", True),
        ("other_member", False),
        ("other_region_member", False),
        ("reviewer", False),
        ("other_reviewer", False),
        ("reviewer_in_lab", True),
        ("network_manager", True),
        ("taxonomy_manager", False),
    ],
)
def test_the_lab_and_administrators_may_start_a_plan(
    network: Network, persona: str, allowed: bool
) -> None:
    actor = network[persona]
    if allowed:
        assert workflow.start(network.lab, network.cycle, actor=actor).state == "draft"
    else:
        with pytest.raises(PermissionDenied):
            workflow.start(network.lab, network.cycle, actor=actor)


def test_starting_is_written_into_the_history_and_makes_the_starter_a_writer(
    network: Network, member: User
) -> None:
    plan = workflow.start(network.lab, network.cycle, actor=member, title="Wells")

    event = last_event(plan)
    assert (event.kind, event.actor, event.from_state, event.to_state) == (
        "start",
        member,
        "",
        "draft",
    )
    assert (event.acted_as, event.on_behalf_of) == ("member", "")
    assert list(plan.writers.all()) == [member]
    assert plan.country == network.lab.countries.get()


def test_an_administrator_starts_on_the_labs_behalf_and_the_event_says_so(
    network: Network,
) -> None:
    plan = workflow.start(network.lab, network.cycle, actor=network["network_manager"])

    event = last_event(plan)
    assert (event.acted_as, event.on_behalf_of) == ("administrator", "member")


def test_a_plan_of_an_unknown_type_is_refused(network: Network, member: User) -> None:
    with pytest.raises(Invalid, match=r"A plan is a big bet or exploratory\."):
        workflow.start(network.lab, network.cycle, actor=member, challenge_type="moonshot")


# -- submitting ------------------------------------------------------------------------------------


def test_an_empty_draft_names_everything_it_lacks(network: Network, member: User) -> None:
    plan = workflow.start(network.lab, network.cycle, actor=member)

    with pytest.raises(NotReady, match=r"Some answers are still missing\.") as refused:
        workflow.move(plan, Act.SUBMIT, actor=member)

    assert [(gap.section, gap.field) for gap in refused.value.gaps] == [
        ("title", "title"),
        ("title", "challenge_type"),
        ("title", "focal_point"),
        ("challenge", "challenge_statement"),
        ("challenge", "background"),
        ("challenge", "value_proposition"),
        ("challenge", "summary"),
        ("evidence", "evidence"),
        ("classification", "sdgs"),
        ("classification", "thematic_areas"),
        ("partners", "partners"),
        ("learning", "methods"),
        ("learning", "data_sources"),
        ("learning", "learning_questions"),
        ("closing", "early_leads"),
    ]
    assert (plan.events.count(), plan.versions.count()) == (1, 0)


def test_submitting_keeps_a_version_and_says_from_where_to_where(
    network: Network, member: User
) -> None:
    plan = workflow.move(network.plan(), Act.SUBMIT, actor=member, note="  Have a look.  ")

    event = last_event(plan)
    assert (event.kind, event.from_state, event.to_state) == ("submit", "draft", "submitted")
    assert event.note == "Have a look."
    assert [version.number for version in plan.versions.all()] == [1]
    assert event.version == plan.versions.get()
    assert event.version.document == Plan.objects.get(pk=plan.pk).document


def test_the_state_carries_the_moment_it_was_entered(network: Network, member: User) -> None:
    plan = network.plan(cycle=cycle_closing(MIDDAY + dt.timedelta(days=1)))

    with clock.at(MIDDAY):
        plan = workflow.move(plan, Act.SUBMIT, actor=member)

    assert (plan.state_since, last_event(plan).at) == (MIDDAY, MIDDAY)


@pytest.mark.parametrize(("seconds", "outcome"), [(-1, "submitted"), (0, "closed"), (1, "closed")])
def test_handing_in_ends_with_the_cycle_to_the_second(
    network: Network, member: User, seconds: int, outcome: str
) -> None:
    plan = network.plan(cycle=cycle_closing(MIDDAY))

    with clock.at(MIDDAY + dt.timedelta(seconds=seconds)):
        if outcome == "closed":
            with pytest.raises(CycleClosed) as refused:
                workflow.move(plan, Act.SUBMIT, actor=member)
            assert str(refused.value) == (
                f"{plan.cycle} closed on 1 June 2031, 12:00 UTC. An administrator can give your "
                "lab more time; the plan is safe here."
            )
        else:
            assert workflow.move(plan, Act.SUBMIT, actor=member).state == "submitted"


def test_handing_in_begins_with_the_cycle(network: Network, member: User) -> None:
    plan = network.plan(cycle=cycle_closing(MIDDAY + dt.timedelta(days=30)))

    with (
        clock.at(MIDDAY - dt.timedelta(seconds=1)),
        pytest.raises(CycleClosed, match=r"opens on 1 June 2031, 12:00 UTC\. The plan is"),
    ):
        workflow.move(plan, Act.SUBMIT, actor=member)
    with clock.at(MIDDAY):
        assert workflow.move(plan, Act.SUBMIT, actor=member).state == "submitted"


def test_an_extension_opens_a_closed_cycle_for_that_lab_alone(network: Network) -> None:
    cycle = cycle_closing(MIDDAY)
    ours = network.plan(cycle=cycle)
    theirs = network.plan(cycle=cycle, lab=network.other_lab, writer=network["other_member"])
    until = MIDDAY + dt.timedelta(days=2)
    scheduling.extend(network.lab, cycle, until=until, actor=network["network_manager"])

    with clock.at(MIDDAY + dt.timedelta(days=1)):
        assert workflow.move(ours, Act.SUBMIT, actor=network["member"]).state == "submitted"
        with pytest.raises(CycleClosed):
            workflow.move(theirs, Act.SUBMIT, actor=network["other_member"])
    assert limits.deadline(network.lab, cycle) == until
    assert limits.deadline(network.other_lab, cycle) == MIDDAY


def test_an_extension_ends_too(network: Network, member: User) -> None:
    plan = network.plan(cycle=cycle_closing(MIDDAY))
    until = MIDDAY + dt.timedelta(days=2)
    scheduling.extend(network.lab, plan.cycle, until=until, actor=network["network_manager"])

    with clock.at(until), pytest.raises(CycleClosed, match="closed on 3 June 2031, 12:00 UTC"):
        workflow.move(plan, Act.SUBMIT, actor=member)


def test_what_was_sent_back_can_only_be_resubmitted_while_the_cycle_is_open(
    network: Network, member: User
) -> None:
    plan = network.plan("changes_requested")

    with (
        clock.at(plan.cycle.closes_at + dt.timedelta(seconds=1)),
        pytest.raises(CycleClosed),
    ):
        workflow.move(plan, Act.SUBMIT, actor=member)


def test_submit_pressed_again_says_that_it_is_submitted_now(network: Network, member: User) -> None:
    plan = network.plan("submitted")

    with pytest.raises(WrongState) as refused:
        workflow.move(plan, Act.SUBMIT, actor=member)

    assert str(refused.value) == (
        "“Wells that answer” is submitted now, so this is not possible any more."
    )
    assert plan.events.filter(kind="submit").count() == 1


# -- taking back -----------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", ["draft", "changes_requested"])
def test_taking_back_returns_a_plan_to_where_it_came_from(
    network: Network, member: User, origin: str
) -> None:
    plan = workflow.move(network.plan(origin), Act.SUBMIT, actor=member)

    plan = workflow.move(plan, Act.RECALL, actor=member)

    assert plan.state == origin
    assert last_event(plan).to_state == origin


def test_taking_back_is_too_late_once_a_reviewer_has_begun(
    network: Network, member: User, reviewer: User
) -> None:
    plan = network.plan("submitted")
    reviewing.open_thread(plan, "plan", "Who pays?", actor=reviewer)

    with pytest.raises(ReviewUnderWay) as refused:
        workflow.move(plan, Act.RECALL, actor=member)

    assert str(refused.value) == (
        "A reviewer has begun to read this plan. Ask them to send it back instead."
    )


# -- deciding --------------------------------------------------------------------------------------


def test_changes_are_not_requested_without_a_word(network: Network, reviewer: User) -> None:
    plan = network.plan("submitted")

    with pytest.raises(WordsNeeded) as refused:
        workflow.move(plan, Act.REQUEST_CHANGES, actor=reviewer, note="   ")

    assert str(refused.value) == (
        "Write a summary, or open a thread, so that the lab knows what to do."
    )


def test_an_open_thread_says_enough_to_request_changes(network: Network, reviewer: User) -> None:
    plan = network.plan("submitted")
    reviewing.open_thread(plan, "plan", "Who pays?", actor=reviewer)

    assert workflow.move(plan, Act.REQUEST_CHANGES, actor=reviewer).state == "changes_requested"


@pytest.mark.parametrize("step", ["address", "resolve"])
def test_a_thread_that_is_dealt_with_says_nothing_about_what_to_change(
    network: Network, reviewer: User, member: User, step: str
) -> None:
    plan = network.plan("submitted")
    thread = sent_thread(plan, "plan", "Who pays?", actor=reviewer)
    reviewing.STEPS[step](thread, actor=member if step == "address" else reviewer, text="Done.")

    with pytest.raises(WordsNeeded):
        workflow.move(plan, Act.REQUEST_CHANGES, actor=reviewer)


def test_an_open_must_fix_thread_holds_up_approval(network: Network, reviewer: User) -> None:
    plan = network.plan("submitted")
    thread = sent_thread(plan, "plan", "Who pays?", actor=reviewer)

    with pytest.raises(ThreadsOpen) as refused:
        workflow.move(plan, Act.APPROVE, actor=reviewer)
    assert str(refused.value) == (
        "A must-fix thread is still open. Resolve it, or request changes instead."
    )

    reviewing.resolve(thread, actor=reviewer)
    assert workflow.move(plan, Act.APPROVE, actor=reviewer).state == "approved"


def test_a_remark_does_not_hold_up_approval(network: Network, reviewer: User) -> None:
    plan = network.plan("submitted")
    reviewing.open_thread(plan, "plan", "Nice title.", actor=reviewer, must_fix=False)

    assert workflow.move(plan, Act.APPROVE, actor=reviewer).state == "approved"


@pytest.mark.parametrize(
    ("act", "decision"),
    [(Act.APPROVE, Decision.APPROVED), (Act.REQUEST_CHANGES, Decision.CHANGES_REQUESTED)],
)
def test_a_decision_ends_the_reviewers_review_and_nobody_elses(
    network: Network, reviewer: User, act: Act, decision: Decision
) -> None:
    colleague = network["network_manager"]
    plan = network.plan("submitted")
    reviewing.open_thread(plan, "plan", "Nice.", actor=reviewer, must_fix=False)
    reviewing.open_thread(plan, "plan", "Very.", actor=colleague, must_fix=True)

    workflow.move(plan, act, actor=reviewer, note="In short.")

    assert {
        review.reviewer: (review.decision, review.summary, bool(review.closed_at))
        for review in plan.reviews.all()
    } == {reviewer: (decision, "In short.", True), colleague: ("", "", False)}
    assert plan.reviews.get(reviewer=reviewer).version == plan.versions.get()


@pytest.mark.parametrize("must_fix", [True, False])
def test_ones_own_pending_must_fix_comment_holds_up_ones_approval(
    network: Network, reviewer: User, must_fix: bool
) -> None:
    plan = network.plan("submitted")
    reviewing.open_thread(plan, "plan", "Who pays?", actor=reviewer, must_fix=must_fix)

    if must_fix:
        with pytest.raises(ThreadsOpen):
            workflow.move(plan, Act.APPROVE, actor=reviewer)
    else:
        assert workflow.move(plan, Act.APPROVE, actor=reviewer).state == "approved"


def test_a_decision_without_words_is_sent_with_the_summary_kept_so_far(
    network: Network, reviewer: User
) -> None:
    plan = network.plan("submitted")
    reviewing.keep(plan, actor=reviewer, summary="Clear and short.", marks={})

    workflow.move(plan, Act.APPROVE, actor=reviewer)

    assert plan.reviews.get().summary == "Clear and short."
    assert [event.note for event in plan.events.filter(kind="approve")] == ["Clear and short."]


def test_a_decision_without_a_thread_is_a_review_of_its_own(
    network: Network, reviewer: User
) -> None:
    plan = network.plan("approved")

    review = plan.reviews.get()
    assert (review.reviewer, review.decision, review.version) == (
        reviewer,
        Decision.APPROVED,
        plan.versions.get(),
    )


def test_a_second_round_is_a_second_review(network: Network, reviewer: User, member: User) -> None:
    plan = network.plan("changes_requested")
    workflow.move(plan, Act.SUBMIT, actor=member)
    workflow.move(plan, Act.APPROVE, actor=reviewer)

    assert list(plan.reviews.order_by("opened_at").values_list("decision", flat=True)) == [
        "changes_requested",
        "approved",
    ]


def test_reopening_needs_a_reason(network: Network, reviewer: User) -> None:
    plan = network.plan("approved")

    with pytest.raises(WordsNeeded, match=r"Say why the plan is opened again\."):
        workflow.move(plan, Act.REOPEN, actor=reviewer, note=" ")
    assert workflow.move(plan, Act.REOPEN, actor=reviewer, note="A partner left.").state == (
        "changes_requested"
    )
    assert last_event(plan).note == "A partner left."


@pytest.mark.parametrize(
    ("state", "act", "acted_as", "on_behalf_of"),
    [
        ("draft", Act.SUBMIT, "administrator", "member"),
        ("submitted", Act.RECALL, "administrator", "member"),
        ("submitted", Act.REQUEST_CHANGES, "administrator", "reviewer"),
        ("submitted", Act.APPROVE, "administrator", "reviewer"),
        ("approved", Act.REOPEN, "administrator", "reviewer"),
        ("draft", Act.WITHDRAW, "administrator", "member"),
        ("withdrawn", Act.RESTORE, "administrator", "member"),
    ],
)
def test_an_event_says_on_whose_behalf_an_administrator_acted(
    network: Network, state: str, act: Act, acted_as: str, on_behalf_of: str
) -> None:
    plan = workflow.move(
        network.plan(state), act, actor=network["network_manager"], note="They are ill."
    )

    event = last_event(plan)
    assert (event.kind, event.acted_as, event.on_behalf_of) == (str(act), acted_as, on_behalf_of)


def test_nobody_acts_on_behalf_of_themselves(network: Network, member: User) -> None:
    event = last_event(workflow.move(network.plan(), Act.SUBMIT, actor=member))

    assert (event.acted_as, event.on_behalf_of) == ("member", "")


# -- places ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "submitted", "changes_requested"])
def test_withdrawing_frees_the_place_and_restoring_claims_it_again(
    network: Network, member: User, state: str
) -> None:
    plan = workflow.move(network.plan(state, challenge_type="big_bet"), Act.WITHDRAW, actor=member)
    assert (plan.slot, limits.free_slot(network.lab, network.cycle, "big_bet")) == (None, 1)

    plan = workflow.move(plan, Act.RESTORE, actor=member)
    assert (plan.state, plan.challenge_type, plan.slot) == (State.DRAFT, "big_bet", 1)
    assert limits.free_slot(network.lab, network.cycle, "big_bet") is None


def test_restoring_without_a_free_place_names_who_holds_it(network: Network, member: User) -> None:
    old = network.plan("withdrawn", challenge_type="big_bet", title="The old bet")
    network.plan("draft", challenge_type="big_bet", title="The new bet")

    with pytest.raises(SlotTaken) as refused:
        workflow.move(old, Act.RESTORE, actor=member)

    assert str(refused.value) == (
        f"The one big bet of {network.cycle} is “The new bet”. Withdraw it, or make this plan "
        "exploratory."
    )
    assert Plan.objects.get(pk=old.pk).state == State.WITHDRAWN


def test_a_draft_without_a_type_is_withdrawn_and_restored_without_a_place(
    network: Network, member: User
) -> None:
    plan = workflow.start(network.lab, network.cycle, actor=member)
    plan = workflow.move(plan, Act.WITHDRAW, actor=member)

    plan = workflow.move(plan, Act.RESTORE, actor=member)

    assert (plan.state, plan.challenge_type, plan.slot) == (State.DRAFT, "", None)


def test_changing_the_type_changes_the_place(network: Network, member: User) -> None:
    plan = workflow.start(network.lab, network.cycle, actor=member, challenge_type="big_bet")

    outcome = authoring.save(plan, {"challenge_type": Change("exploratory")}, actor=member)

    plan = Plan.objects.get(pk=plan.pk)
    assert outcome.saved == ["challenge_type"]
    assert (plan.challenge_type, plan.slot) == ("exploratory", 1)
    assert limits.free_slot(network.lab, network.cycle, "big_bet") == 1


def test_a_place_that_is_taken_is_refused_and_everything_else_is_saved(
    network: Network, member: User
) -> None:
    network.plan("draft", challenge_type="big_bet", title="The bet")
    plan = workflow.start(network.lab, network.cycle, actor=member)

    outcome = authoring.save(
        plan,
        {"challenge_type": Change("big_bet"), "background": Change("Dry wells.")},
        actor=member,
    )

    assert outcome.saved == ["background"]
    assert outcome.refused == {
        "challenge_type": (
            f"The one big bet of {network.cycle} is “The bet”. Withdraw it, or make this plan "
            "exploratory."
        )
    }
    plan = Plan.objects.get(pk=plan.pk)
    assert (plan.challenge_type, plan.slot, plan.background) == ("", None, "Dry wells.")


def test_a_plan_that_was_sent_back_keeps_having_a_type(network: Network, member: User) -> None:
    plan = network.plan("changes_requested")

    outcome = authoring.save(plan, {"challenge_type": Change("")}, actor=member)

    assert outcome.refused == {"challenge_type": "Choose big bet or exploratory."}
    assert Plan.objects.get(pk=plan.pk).challenge_type == "exploratory"


def test_a_lab_has_its_places_anew_in_each_cycle(network: Network, member: User) -> None:
    network.plan("draft", challenge_type="big_bet")

    other = workflow.start(
        network.lab, CycleFactory.create(), actor=member, challenge_type="big_bet"
    )

    assert other.slot == 1


def test_an_archived_plan_holds_no_place(network: Network) -> None:
    plan = network.plan("archived")

    assert (plan.challenge_type, plan.slot) == ("exploratory", None)
    assert limits.free_slot(network.lab, network.cycle, "exploratory") == 1


# -- cycles ----------------------------------------------------------------------------------------


def test_extending_twice_changes_the_one_extension(network: Network) -> None:
    manager, cycle = network["network_manager"], network.cycle
    later, latest = (cycle.closes_at + dt.timedelta(days=days) for days in (1, 2))
    scheduling.extend(network.lab, cycle, until=later, actor=manager, reason="Flood.")
    scheduling.extend(network.lab, cycle, until=latest, actor=manager, reason="More flood.")

    extension = Extension.objects.get()
    assert (extension.until, extension.reason, extension.granted_by) == (
        latest,
        "More flood.",
        manager,
    )
    assert [
        (event.note, event.lab, event.plan)
        for event in Event.objects.filter(kind="extended").order_by("pk")
    ] == [("Flood.", network.lab, None), ("More flood.", network.lab, None)]


def test_an_extension_ends_after_the_cycle(network: Network) -> None:
    with pytest.raises(Invalid, match="Choose a time after the cycle's own deadline"):
        scheduling.extend(
            network.lab,
            network.cycle,
            until=network.cycle.closes_at,
            actor=network["network_manager"],
        )


@pytest.mark.parametrize(
    "persona", ["member", "lead", "reviewer", "reviewer_in_lab", "taxonomy_manager", "anonymous"]
)
def test_only_network_managers_extend_open_and_close(network: Network, persona: str) -> None:
    actor, cycle = network[persona], network.cycle
    later = cycle.closes_at + dt.timedelta(days=1)

    with pytest.raises(PermissionDenied):
        scheduling.extend(network.lab, cycle, until=later, actor=actor)
    with pytest.raises(PermissionDenied):
        scheduling.open_cycle(cycle, actor=actor)
    with pytest.raises(PermissionDenied):
        scheduling.close_cycle(cycle, actor=actor)


def test_a_cycle_is_closed_now_and_with_it_handing_in(network: Network, member: User) -> None:
    plan = network.plan()

    scheduling.close_cycle(network.cycle, actor=network["network_manager"])

    with pytest.raises(CycleClosed):
        workflow.move(plan, Act.SUBMIT, actor=member)


def test_a_cycle_is_opened_early(network: Network, member: User) -> None:
    cycle = cycle_closing(MIDDAY)
    plan = network.plan(cycle=cycle)
    with clock.at(cycle.opens_at - dt.timedelta(days=5)):
        scheduling.open_cycle(cycle, actor=network["network_manager"])

        assert workflow.move(plan, Act.SUBMIT, actor=member).state == "submitted"


@pytest.mark.parametrize("act", ["open_cycle", "close_cycle"])
def test_a_cycle_never_closes_before_it_opens(network: Network, act: str) -> None:
    cycle = cycle_closing(MIDDAY)
    moment = MIDDAY if act == "open_cycle" else cycle.opens_at

    with (
        clock.at(moment),
        pytest.raises(Invalid, match="A cycle has to close after it opens"),
    ):
        getattr(scheduling, act)(cycle, actor=network["network_manager"])


@pytest.mark.parametrize(
    ("quarter", "begins", "ends"),
    [
        (2, dt.datetime(2021, 4, 1, tzinfo=dt.UTC), dt.datetime(2021, 7, 1, tzinfo=dt.UTC)),
        (4, dt.datetime(2021, 10, 1, tzinfo=dt.UTC), dt.datetime(2022, 1, 1, tzinfo=dt.UTC)),
        (None, dt.datetime(2021, 1, 1, tzinfo=dt.UTC), dt.datetime(2022, 1, 1, tzinfo=dt.UTC)),
    ],
)
def test_a_past_cycle_is_made_for_the_archive_and_found_again(
    network: Network, quarter: int | None, begins: dt.datetime, ends: dt.datetime
) -> None:
    manager = network["network_manager"]
    cycle = scheduling.past_cycle(2021, quarter, actor=manager)

    assert (cycle.opens_at, cycle.closes_at) == (begins, ends)
    assert scheduling.past_cycle(2021, quarter, actor=manager) == cycle


def test_a_cycle_that_is_not_over_is_not_made_up(network: Network) -> None:
    with clock.at(MIDDAY), pytest.raises(Invalid, match="2031 Q2 is not over"):
        scheduling.past_cycle(2031, 2, actor=network["network_manager"])


def test_a_plan_completed_step_by_step_needs_nothing_more(network: Network, member: User) -> None:
    plan = workflow.start(
        network.lab, network.cycle, actor=member, challenge_type="big_bet", title="Wells"
    )

    assert workflow.move(complete(plan, actor=member), Act.SUBMIT, actor=member).slot == 1


def test_restored_as_another_type_the_change_is_in_the_history(
    network: Network, member: User, lead: User
) -> None:
    plan = network.plan("withdrawn")
    before = plan.revision

    plan = workflow.move(plan, Act.RESTORE, actor=lead, challenge_type="big_bet")

    writing = plan.writings.get(revision=before + 1)
    assert (writing.by, writing.entries) == (
        lead,
        [{"key": "challenge_type", "before": "exploratory", "after": "big_bet"}],
    )
    assert (plan.challenge_type, plan.slot, plan.changed_by) == ("big_bet", 1, lead)
    assert lead in plan.writers.all()


def test_restored_as_it_was_nothing_is_written(network: Network, member: User) -> None:
    plan = network.plan("withdrawn")
    before = plan.revision

    for kind in (None, "exploratory"):
        plan = workflow.move(plan, Act.RESTORE, actor=member, challenge_type=kind)
        assert (plan.revision, plan.challenge_type, plan.slot) == (before, "exploratory", 1)
        plan = workflow.move(plan, Act.WITHDRAW, actor=member)
