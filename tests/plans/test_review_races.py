"""Two people at the same plan at the same instant: one outcome each, and a history that is true.

Over real connections. Where the order matters, both orders are played: everybody presses while the
plan is busy, waits in the database's own queue, and goes on in the order in which they came.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from accounts.models import Membership, Reviewer
from plans import authoring, reviewing, workflow
from plans.authoring import Change, Reading, fingerprint
from plans.errors import PlanError
from plans.models import Comment, Draft, Plan, Suggestion
from plans.permissions import visible_threads
from plans.phrases import Phrase
from plans.states import Act
from tests.factories import fresh, reviewer_of
from tests.plans.test_limits import at_once

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from accounts.models import User
    from plans.authoring.saving import Outcome
    from plans.models import Thread
    from tests.personas import Network

pytestmark = pytest.mark.django_db(transaction=True)

NOT_YOURS = "This is not yours to do."
IS_READ = "A reviewer has begun to read this plan. Ask them to send it back instead."
ANSWERED = "This suggestion has already been answered."
DIFFERENT = "The text is different now, so this suggestion does not fit any more."
PATIENCE = 30


def in_turn(
    plan: Plan, acts: Sequence[Callable[[], object]], meanwhile: Callable[[], object] | None = None
) -> list[str]:
    """Press all of these while the plan is busy, one after the other; answer how each ended.

    Each has a connection of its own and waits for the plan before the next one presses.
    ``meanwhile`` is committed by somebody else while all of them wait. An answer is the sentence
    of a refusal, or empty for what went through.
    """
    answers = ["?"] * len(acts)
    waiting: list[threading.Thread] = []

    def do(number: int, pids: list[int]) -> None:
        try:
            connection.ensure_connection()
            pids.append(connection.connection.info.backend_pid)
            acts[number]()
        except (PlanError, PermissionDenied) as refusal:
            answers[number] = str(refusal)
        else:
            answers[number] = ""
        finally:
            connection.close()

    with transaction.atomic():
        workflow.locked(plan)
        for number in range(len(acts)):
            pids: list[int] = []
            waiting.append(threading.Thread(target=do, args=(number, pids)))
            waiting[-1].start()
            _until_it_waits(waiting[-1], pids)
        if meanwhile:
            other = threading.Thread(target=_elsewhere, args=(meanwhile,))
            other.start()
            other.join()
    for thread in waiting:
        thread.join()
    return answers


def _elsewhere(act: Callable[[], object]) -> None:
    """Do something over a connection of its own."""
    try:
        act()
    finally:
        connection.close()


def _until_it_waits(thread: threading.Thread, pids: list[int]) -> None:
    """Come back once the connection that is named in ``pids`` waits for a lock."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if pids:
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid = %s", pids)
                if cursor.fetchone() != (0,):
                    return
        thread.join(timeout=0.01)
    pytest.fail("It did not wait for the plan.")


def now(plan: Plan) -> Plan:
    """The plan as it is now."""
    return Plan.objects.get(pk=plan.pk)


def told_by_history(plan: Plan, since: int) -> list[tuple[str, str, str]]:
    """What happened since that many events: the kind, who did it, and as what; oldest first."""
    events = plan.events.order_by("pk").select_related("actor")[since:]
    return [(one.kind, one.actor.name if one.actor else "", one.acted_as) for one in events]


def read_by(user: User, plan: Plan) -> list[str]:
    """Every word of the plan's threads that this person reads."""
    return [
        comment.text
        for thread in visible_threads(fresh(user), plan).with_comments(user)
        for comment in thread.comments.all()
    ]


# -- two reviewers ---------------------------------------------------------------------------------


@pytest.fixture
def both(network: Network) -> tuple[Plan, dict[str, User]]:
    """A plan that two reviewers have each begun to comment on, and the two by their decision."""
    plan = network.plan("submitted")
    people = {
        "approved": network["reviewer"],
        "changes_requested": reviewer_of(network.region, "Cora Colleague"),
    }
    for decision, person in people.items():
        reviewing.open_thread(plan, "plan", f"To be {decision}.", actor=person, must_fix=False)
    return plan, people


EVENT = {"approved": "approve", "changes_requested": "request_changes"}
SAID = {"approved": "approved", "changes_requested": "changes requested"}


@pytest.mark.parametrize(
    ("first", "second"),
    [("approved", "changes_requested"), ("changes_requested", "approved")],
)
def test_of_two_decisions_the_first_counts_and_the_second_is_told_so(
    network: Network, both: tuple[Plan, dict[str, User]], first: str, second: str
) -> None:
    plan, people = both
    since = plan.events.count()

    answers = in_turn(
        plan,
        [
            lambda: reviewing.send(plan, first, actor=people[first], summary="Mine."),
            lambda: reviewing.send(plan, second, actor=people[second], summary="No, mine."),
        ],
    )

    assert answers == [
        "",
        f"“Wells that answer” is {SAID[first]} now, so this is not possible any more.",
    ]
    assert now(plan).state == first
    assert told_by_history(plan, since) == [(EVENT[first], people[first].name, "reviewer")]
    assert [
        (one.decision, one.summary) for one in plan.reviews.filter(closed_at__isnull=False)
    ] == [(first, "Mine.")]
    assert read_by(network["member"], plan) == [f"To be {first}."]
    assert sorted(read_by(people[second], plan)) == [
        "To be approved.",
        "To be changes_requested.",
    ]
    assert network["member"].notifications.filter(event__kind__in=EVENT.values()).count() == 1


def test_two_decisions_at_the_same_instant_end_in_one(
    network: Network, both: tuple[Plan, dict[str, User]]
) -> None:
    plan, people = both
    since = plan.events.count()

    answers = at_once(
        [
            lambda: reviewing.send(plan, "approved", actor=people["approved"]),
            lambda: reviewing.send(plan, "changes_requested", actor=people["changes_requested"]),
        ]
    )

    won = now(plan).state
    lost = next(decision for decision in people if decision != won)
    expected = {
        won: "",
        lost: f"“Wells that answer” is {SAID[won]} now, so this is not possible any more.",
    }
    assert dict(zip(people, answers, strict=True)) == expected
    assert told_by_history(plan, since) == [(EVENT[won], people[won].name, "reviewer")]


def test_two_who_send_comments_are_both_heard(
    network: Network, both: tuple[Plan, dict[str, User]]
) -> None:
    plan, people = both
    since = plan.events.count()
    rosa, cora = people.values()

    answers = in_turn(
        plan,
        [
            lambda: reviewing.send(plan, "commented", actor=cora),
            lambda: reviewing.send(plan, "commented", actor=rosa),
        ],
    )

    assert answers == ["", ""]
    assert told_by_history(plan, since) == [
        ("reviewed", cora.name, "reviewer"),
        ("reviewed", rosa.name, "reviewer"),
    ]
    assert sorted(read_by(network["member"], plan)) == [
        "To be approved.",
        "To be changes_requested.",
    ]


def test_of_two_who_take_a_plan_on_the_second_learns_who_has_it(network: Network) -> None:
    plan, cora = network.plan("submitted"), reviewer_of(network.region, "Cora Colleague")
    since = plan.events.count()

    answers = in_turn(
        plan,
        [
            lambda: reviewing.claim(plan, actor=cora),
            lambda: reviewing.claim(plan, actor=network["reviewer"]),
        ],
    )

    assert answers == [
        "",
        "Cora Colleague is on this plan already. Ask them to hand it over to you.",
    ]
    assert now(plan).claimed_by == cora
    assert told_by_history(plan, since) == [("claimed", "Cora Colleague", "reviewer")]


# -- the lab and a reviewer ------------------------------------------------------------------------


def recalled(plan: Plan, network: Network) -> Callable[[], object]:
    """The lab presses: take it back."""
    return lambda: workflow.move(plan, Act.RECALL, actor=network["member"])


@pytest.mark.parametrize(
    ("decision", "kind", "said"),
    [
        ("approved", "approve", "approved"),
        ("changes_requested", "request_changes", "changes requested"),
    ],
)
def test_a_decision_that_was_quicker_keeps_the_plan_from_being_taken_back(
    network: Network, decision: str, kind: str, said: str
) -> None:
    plan, rosa = network.plan("submitted"), network["reviewer"]
    since = plan.events.count()

    answers = in_turn(
        plan,
        [
            lambda: reviewing.send(plan, decision, actor=rosa, summary="So."),
            recalled(plan, network),
        ],
    )

    assert answers == [
        "",
        f"“Wells that answer” is {said} now, so this is not possible any more.",
    ]
    assert now(plan).state == decision
    assert told_by_history(plan, since) == [(kind, "Rosa Reviewer", "reviewer")]


@pytest.mark.parametrize(
    ("decision", "says"),
    [
        ("approved", "“Wells that answer” is draft now, so this is not possible any more."),
        (
            "changes_requested",
            "“Wells that answer” is draft now, so this is not possible any more.",
        ),
        (
            "commented",
            "“Wells that answer” is draft now, so there is nothing to review at the moment.",
        ),
    ],
)
def test_a_plan_that_was_taken_back_is_not_reviewed_any_more(
    network: Network, decision: str, says: str
) -> None:
    plan, rosa = network.plan("submitted"), network["reviewer"]
    since = plan.events.count()

    answers = in_turn(
        plan,
        [
            recalled(plan, network),
            lambda: reviewing.send(plan, decision, actor=rosa, summary="So."),
        ],
    )

    assert answers == ["", says]
    assert (now(plan).state, plan.reviews.count()) == ("draft", 0)
    assert told_by_history(plan, since) == [("recall", "Mira Member", "member")]


def test_what_a_reviewer_has_begun_is_sent_although_the_lab_pressed_first(
    network: Network,
) -> None:
    plan, rosa = network.plan("submitted"), network["reviewer"]
    reviewing.open_thread(plan, "plan", "Hm.", actor=rosa, must_fix=False)
    since = plan.events.count()

    answers = in_turn(
        plan,
        [
            recalled(plan, network),
            lambda: reviewing.send(plan, "commented", actor=rosa),
            recalled(plan, network),
        ],
    )

    assert answers == [IS_READ, "", ""]
    assert told_by_history(plan, since) == [
        ("reviewed", "Rosa Reviewer", "reviewer"),
        ("recall", "Mira Member", "member"),
    ]
    assert (now(plan).state, read_by(network["member"], plan)) == ("draft", ["Hm."])


def test_beginning_a_review_and_taking_the_plan_back_leave_no_review_of_a_draft(
    network: Network,
) -> None:
    plan, rosa = network.plan("submitted"), network["reviewer"]

    answers = in_turn(
        plan,
        [
            recalled(plan, network),
            lambda: reviewing.open_thread(plan, "plan", "Hm.", actor=rosa),
        ],
    )

    assert answers == [
        "",
        "The lab has this plan now; open threads once it is handed in again.",
    ]
    assert (plan.reviews.count(), now(plan).claimed_by, Comment.objects.count()) == (0, None, 0)


@pytest.mark.parametrize("order", [1, -1], ids=["submitted first", "discarded first"])
def test_handing_in_and_throwing_a_review_away_do_not_hinder_each_other(
    network: Network, order: int
) -> None:
    plan, rosa = network.plan("submitted"), network["reviewer"]
    cora = reviewer_of(network.region, "Cora Colleague")
    reviewing.open_thread(plan, "plan", "Thrown away.", actor=rosa)
    reviewing.send(plan, "changes_requested", actor=cora, summary="Say more.")
    since = plan.events.count()

    answers = in_turn(
        plan,
        [
            lambda: workflow.move(plan, Act.SUBMIT, actor=network["member"], note="Said."),
            lambda: reviewing.discard(plan, actor=rosa),
        ][::order],
    )

    assert answers == ["", ""]
    assert told_by_history(plan, since) == [("submit", "Mira Member", "member")]
    assert (now(plan).state, now(plan).claimed_by) == ("submitted", None)
    assert plan.reviews.filter(closed_at__isnull=True).count() == 0
    assert read_by(rosa, plan) == []


# -- who changes sides half-way --------------------------------------------------------------------


def test_a_reviewer_who_is_taken_into_the_lab_while_sending_decides_nothing(
    network: Network,
) -> None:
    plan, rosa = network.plan("submitted"), network["reviewer"]
    reviewing.open_thread(plan, "plan", "Begun before.", actor=rosa, must_fix=False)
    since = plan.events.count()
    visible_threads(rosa, plan)  # the page knows its reader before the plan is free

    answers = in_turn(
        plan,
        [lambda: reviewing.send(plan, "approved", actor=rosa)],
        meanwhile=lambda: Membership.objects.create(user=rosa, lab=network.lab),
    )

    assert answers == [NOT_YOURS]
    assert told_by_history(plan, since) == []
    assert now(plan).state == "submitted"
    assert read_by(rosa, plan) == ["Begun before."]  # to be copied, and thrown away
    assert read_by(network["lead"], plan) == []
    workflow.move(plan, Act.RECALL, actor=network["member"])
    assert told_by_history(plan, since) == [("recall", "Mira Member", "member")]


def test_a_reviewer_who_stops_being_one_while_writing_writes_nothing_more(
    network: Network,
) -> None:
    plan, rosa = network.plan("submitted"), network["reviewer"]
    thread = reviewing.open_thread(plan, "plan", "Begun before.", actor=rosa)
    since = plan.events.count()
    visible_threads(rosa, plan)

    answers = in_turn(
        plan,
        [
            lambda: reviewing.open_thread(plan, "plan", "Too late.", actor=rosa),
            lambda: reviewing.reply(thread, "Too late.", actor=rosa),
            lambda: reviewing.keep(plan, actor=rosa, summary="Too late.", marks={}),
            lambda: reviewing.resolve(thread, actor=rosa),
            lambda: reviewing.claim(plan, actor=rosa),
        ],
        meanwhile=lambda: Reviewer.objects.filter(user=rosa).delete(),
    )

    assert answers == [NOT_YOURS] * 5
    assert [one.text for one in Comment.objects.all()] == ["Begun before."]
    assert plan.reviews.get().summary == ""
    assert told_by_history(plan, since) == []


def test_a_member_made_reviewer_half_way_does_not_act_for_the_lab_any_more(
    network: Network,
) -> None:
    plan, leo = network.plan("submitted"), network["lead"]
    since = plan.events.count()
    visible_threads(leo, plan)

    def change_sides() -> None:
        Membership.objects.filter(user=leo).delete()
        Reviewer.objects.create(user=leo, region=network.region)

    answers = in_turn(
        plan, [lambda: workflow.move(plan, Act.RECALL, actor=leo)], meanwhile=change_sides
    )

    assert answers == [NOT_YOURS]
    assert told_by_history(plan, since) == []
    leo = fresh(leo)
    reviewing.send(plan, "approved", actor=leo)  # wrote nothing in it, and is of the region now
    assert told_by_history(plan, since) == [("approve", "Leo Lead", "reviewer")]


def test_a_member_who_leaves_the_lab_while_saving_writes_nothing_more(network: Network) -> None:
    plan, leo = network.plan("draft"), network["lead"]
    visible_threads(leo, plan)  # the page knows its writer before the plan is free
    change = {"background": Change("Too late.")}

    answers = in_turn(
        plan,
        [
            lambda: authoring.save(plan, change, actor=leo),
            lambda: authoring.save_form(
                Plan.objects.all(), plan.pk, lambda _plan: Reading(change, {}), actor=leo
            ),
            lambda: authoring.add_row(plan, "partners", actor=leo, name="Too late."),
        ],
        meanwhile=lambda: Membership.objects.filter(user=leo).delete(),
    )

    assert answers == [NOT_YOURS] * 3
    assert now(plan).revision == plan.revision


def test_a_writer_made_reviewer_half_way_never_approves_their_own_words(
    network: Network,
) -> None:
    plan, mira = network.plan("submitted"), network["member"]
    since = plan.events.count()
    Membership.objects.filter(user=mira).delete()
    Reviewer.objects.create(user=mira, region=network.region)
    mira = fresh(mira)

    answers = in_turn(
        plan,
        [
            lambda: reviewing.send(plan, "approved", actor=mira),
            lambda: reviewing.send(plan, "commented", actor=mira, summary="I know it well."),
        ],
    )

    assert answers == [NOT_YOURS, ""]
    assert told_by_history(plan, since) == [("reviewed", "Mira Member", "reviewer")]


# -- suggestions -----------------------------------------------------------------------------------

TEXT = "The wells are dry in spring. Nobody knows how many wells there are."
BETTER = "The wells are dry from March on. Nobody knows how many wells there are."


@pytest.fixture
def suggested(network: Network) -> Thread:
    """Other words for some of the background, sent; the plan is the lab's again."""
    plan = network.plan("draft")
    authoring.save(plan, {"background": Change(TEXT)}, actor=network["member"])
    workflow.move(plan, Act.SUBMIT, actor=network["member"])
    thread = reviewing.open_thread(
        plan,
        "challenge.background",
        "",
        actor=network["reviewer"],
        phrase=Phrase("dry in spring"),
        instead="dry from March on",
    )
    reviewing.send(plan, "changes_requested", actor=network["reviewer"])
    return thread


def applied(thread: Thread, actor: User) -> Callable[[], object]:
    """Somebody of the lab presses: apply."""
    return lambda: reviewing.apply(thread, actor=actor)


def test_of_two_who_apply_a_suggestion_one_does_and_the_other_is_told_so(
    network: Network, suggested: Thread
) -> None:
    plan, mira, leo = suggested.plan, network["member"], network["lead"]
    since, writings = plan.events.count(), plan.writings.count()

    answers = in_turn(plan, [applied(suggested, leo), applied(suggested, mira)])

    assert answers == ["", ANSWERED]
    assert now(plan).background == BETTER
    assert told_by_history(plan, since) == [("suggestion_applied", "Leo Lead", "member")]
    assert plan.writings.count() - writings == 1
    assert plan.writings.latest("revision").by == leo
    assert Suggestion.objects.get().answered_by == leo


def test_of_applying_and_declining_the_first_counts(network: Network, suggested: Thread) -> None:
    plan, mira, leo = suggested.plan, network["member"], network["lead"]
    since = plan.events.count()

    answers = in_turn(
        plan,
        [
            lambda: reviewing.decline(suggested, "It is spring.", actor=leo),
            applied(suggested, mira),
        ],
    )

    assert answers == ["", ANSWERED]
    assert now(plan).background == TEXT
    assert told_by_history(plan, since) == [("suggestion_declined", "Leo Lead", "member")]


def test_applying_fits_the_words_into_what_was_saved_an_instant_before(
    network: Network, suggested: Thread
) -> None:
    plan, mira, leo = suggested.plan, network["member"], network["lead"]
    saved = Change(TEXT.replace("The wells", "All wells"), fingerprint(TEXT))

    answers = in_turn(
        plan,
        [
            lambda: authoring.save(plan, {"background": saved}, actor=mira),
            applied(suggested, leo),
        ],
    )

    assert answers == ["", ""]
    assert now(plan).background == BETTER.replace("The wells", "All wells")


def test_applying_leaves_what_was_saved_an_instant_before_where_it_does_not_fit(
    network: Network, suggested: Thread
) -> None:
    plan, mira, leo = suggested.plan, network["member"], network["lead"]
    since = plan.events.count()
    saved = Change("The wells are full.", fingerprint(TEXT))

    answers = in_turn(
        plan,
        [
            lambda: authoring.save(plan, {"background": saved}, actor=mira),
            applied(suggested, leo),
        ],
    )

    assert answers == ["", DIFFERENT]
    assert now(plan).background == "The wells are full."
    assert told_by_history(plan, since) == []
    assert Suggestion.objects.get().status == "waiting"


def test_what_was_typed_over_an_applied_suggestion_is_a_conflict_and_not_lost(
    network: Network, suggested: Thread
) -> None:
    plan, mira, leo = suggested.plan, network["member"], network["lead"]
    since = plan.events.count()
    outcomes: list[Outcome] = []
    typed = Change("The wells are dry all summer.", fingerprint(TEXT))

    answers = in_turn(
        plan,
        [
            applied(suggested, leo),
            lambda: outcomes.append(authoring.save(plan, {"background": typed}, actor=mira)),
        ],
    )

    assert answers == ["", ""]
    (outcome,) = outcomes
    assert (outcome.saved, outcome.conflicts) == ([], {"background": BETTER})
    assert outcome.written["background"].by == leo
    assert now(plan).background == BETTER
    assert told_by_history(plan, since) == [("suggestion_applied", "Leo Lead", "member")]


def test_a_suggestion_applied_after_the_plan_was_handed_in_changes_nothing(
    network: Network, suggested: Thread
) -> None:
    plan, mira, leo = suggested.plan, network["member"], network["lead"]
    since = plan.events.count()

    answers = in_turn(
        plan,
        [
            lambda: workflow.move(plan, Act.SUBMIT, actor=mira, note="As it was."),
            applied(suggested, leo),
        ],
    )

    assert answers == [
        "",
        "“Wells that answer” is submitted now, so it cannot be changed. Your text was not saved.",
    ]
    assert now(plan).background == TEXT
    assert told_by_history(plan, since) == [("submit", "Mira Member", "member")]


def test_what_is_kept_while_it_is_being_said_is_no_draft_any_more(network: Network) -> None:
    plan, rosa = network.plan("submitted"), network["reviewer"]

    ended = in_turn(
        plan,
        [
            lambda: reviewing.open_thread(plan, "plan", "Who reads this?", actor=rosa),
            lambda: reviewing.keep_draft(plan, "new:plan", "Who reads", actor=fresh(rosa)),
        ],
    )

    assert ended == ["", ""]
    assert Comment.objects.get().text == "Who reads this?"
    assert not Draft.objects.exists()
