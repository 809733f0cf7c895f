"""The demo network: everything in it happened, in order, and it is the same every time."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import Lab, Membership, Reviewer, User
from plans import clock, readiness
from plans.duplicates.vocabulary import suspects
from plans.importers import demo, demo_cycles, demo_people, seeds
from plans.models import (
    Cycle,
    Draft,
    Event,
    Notification,
    Plan,
    Review,
    Suggestion,
    Term,
    TermStatus,
    ThematicArea,
    Thread,
    Version,
)
from plans.sections import GROUP
from plans.states import HANDED_IN, State
from plans.taxonomies import VOCABULARIES

TODAY = dt.date(2026, 11, 23)


def moment(day: dt.date) -> dt.datetime:
    """The first moment of a day, UTC."""
    return dt.datetime.combine(day, dt.time(), dt.UTC)


@pytest.fixture(scope="class")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo network as of TODAY, once for a class of tests, taken back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        seeds.load()
        demo.load(TODAY)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo_network(loaded: None, db: None) -> None:
    """The demo network, with what a test does to it undone after the test."""


def words(plan: Plan) -> str:
    """What a plan says; with its rows' identities, but for the archive's, which get new ones."""
    rows = {group: {"__all__": {"id"}} for group in GROUP}
    return plan.document.model_dump_json(exclude=rows if plan.state == State.ARCHIVED else None)


def told() -> dict[str, Any]:
    """Everything the network says, without the numbers a database happens to give."""
    return {
        "plans": [
            (words(plan), plan.state, plan.slot, plan.state_since)
            for plan in Plan.objects.with_document().order_by("lab__slug", "created_at", "title")
        ],
        "events": list(
            Event.objects.order_by("at", "plan__title").values_list(
                "kind", "plan__title", "actor__email", "at", "note", "to_state"
            )
        ),
        "threads": list(
            Thread.objects.order_by("opened_at").values_list("place", "quote", "status")
        ),
    }


@pytest.mark.usefixtures("demo_network")
class TestTheNetwork:
    def test_seventeen_labs_in_three_regions_have_people(self) -> None:
        labs = Lab.objects.filter(memberships__isnull=False).distinct()

        assert labs.count() == 17
        assert sorted({lab.region.slug for lab in labs}) == [
            "africa",
            "asia-pacific",
            "latin-america-caribbean",
        ]
        assert labs.exclude(memberships__role="lead").count() == 0

    def test_there_is_somebody_in_every_role(self) -> None:
        roles = Counter(account.role for account in demo_people.accounts())

        assert roles == {
            "lab lead": 17,
            "lab member": 17,
            "reviewer": 4,
            "reviewer who is in a lab": 1,
            "administrator": 2,
            "superuser": 1,
        }
        both = Reviewer.objects.get(user__memberships__isnull=False)
        assert Membership.objects.get(user=both.user).lab.region == both.region

    def test_a_closed_and_an_open_cycle(self) -> None:
        cycles = Cycle.objects.filter(year=2026).order_by("quarter")

        assert [str(cycle) for cycle in cycles] == ["2026 Q3", "2026 Q4"]
        assert list(Cycle.objects.open_at(moment(TODAY))) == [cycles[1]]

    def test_plans_are_in_every_state(self) -> None:
        assert Counter(Plan.objects.values_list("state", flat=True)) == {
            State.APPROVED: 12,
            State.DRAFT: 6,
            State.SUBMITTED: 5,
            State.CHANGES_REQUESTED: 4,
            State.ARCHIVED: 3,
            State.WITHDRAWN: 2,
        }

    def test_one_draft_is_empty_one_half_written_one_ready(self) -> None:
        def missing(title: str) -> int:
            plan = Plan.objects.get(title__startswith=title)
            return len(readiness.blocking(readiness.gaps(plan)))

        assert missing("Mangrove honey") > missing("Schools that stay open") > 0
        assert missing("School lunches") == 0

    def test_every_plan_that_was_handed_in_is_complete(self) -> None:
        handed_in = Plan.objects.with_document().filter(state__in=sorted(HANDED_IN))

        assert [plan.title for plan in handed_in if readiness.blocking(readiness.gaps(plan))] == []

    def test_threads_stand_everywhere_and_in_every_status(self) -> None:
        places = Thread.objects.values_list("place", flat=True)
        kinds = {place.partition("/")[0] if "/" in place else place for place in places}

        assert {"plan", "classification", "challenge.background", *GROUP} <= kinds
        assert set(Thread.objects.values_list("status", flat=True)) == {
            "open",
            "addressed",
            "resolved",
        }
        assert max(thread.comments.count() for thread in Thread.objects.all()) == 4

    def test_what_was_asked_for_was_changed_between_the_versions(self) -> None:
        plan = Plan.objects.get(title__startswith="Warm homes")
        first, second = Version.objects.filter(plan=plan).order_by("number")

        assert len(first.content["partners"]) == 3
        assert len(second.content["partners"]) == 4
        assert first.content["background"].count("green loan") == 0
        assert second.content["background"].count("green loan") == 1

    def test_every_story_is_a_chain_of_states_in_order_of_time(self) -> None:
        for plan in Plan.objects.all():
            moves = [event for event in plan.events.order_by("at", "pk") if event.to_state]
            assert [move.from_state for move in moves][1:] == [move.to_state for move in moves][:-1]
            assert moves[-1].to_state == plan.state
            assert moves[-1].at == plan.state_since

    def test_one_plan_was_reopened_and_one_taken_back(self) -> None:
        def plans(kind: str) -> list[str]:
            return list(
                Event.objects.filter(kind=kind).order_by("at").values_list("plan__title", flat=True)
            )

        assert plans("reopen") == ["The repair stalls of Kumasi as a second life for phones"]
        assert plans("recall") == [
            "Empty terraces, returning sons and daughters",
            "Telares con firma: que el diseño siga siendo de quien lo teje",
        ]

    def test_a_review_is_begun_with_all_that_can_be_in_one_and_not_sent(self) -> None:
        review = Review.objects.get(closed_at__isnull=True)

        assert (review.reviewer.email, review.plan.title) == (
            "keiko@example.org",
            "Waiting for the bus in Darkhan",
        )
        assert [bool(thread.phrase) for thread in review.threads.order_by("opened_at")] == [
            False,
            False,
            True,
            True,
        ]
        assert [mark.mark for mark in review.marks.all()] == ["partly", "met"]
        assert review.summary
        draft = Draft.objects.get(user=review.reviewer, plan=review.plan)
        assert draft.rest["instead"] == "The city has thought of screens since 2019."

    def test_words_that_were_proposed_wait_are_applied_and_are_declined(self) -> None:
        sent = Suggestion.objects.exclude(thread__review__closed_at__isnull=True)

        assert sorted(sent.values_list("status", flat=True)) == ["applied", "declined", "waiting"]
        plan = Plan.objects.get(title__startswith="When the clinic floats")
        told = demo_people.read(demo_people.DEMO / "plans/viet-nam-floating-clinics.toml")
        assert plan.early_leads == told["early_leads"]

    def test_reviews_are_due_and_one_plan_is_late_of_which_two_reminders_tell(self) -> None:
        due = Cycle.objects.filter(year=2026, quarter__gte=3).order_by("quarter")
        reminders = Event.objects.filter(kind__in=["reminded", "overdue"]).order_by("at")

        assert [cycle.review_by for cycle in due] == [
            moment(dt.date(2026, 10, 22)),
            moment(dt.date(2027, 1, 22)),
        ]
        assert [(one.kind, one.at, one.plan and one.plan.lab.slug) for one in reminders] == [
            ("reminded", moment(dt.date(2026, 10, 19)), "colombia"),
            ("overdue", moment(dt.date(2026, 10, 22)), "colombia"),
        ]

    def test_a_lab_that_was_given_more_time_still_has_it(self) -> None:
        extension = Lab.objects.get(slug="cabo-verde").extensions.get()

        assert extension.until == moment(TODAY) + dt.timedelta(days=14, hours=17)
        assert extension.granted_by.email == "ingrid@example.org"

    def test_nobody_decided_on_a_plan_of_their_own_lab(self) -> None:
        decisions = Event.objects.filter(kind__in=["approve", "request_changes", "reopen"])

        assert [
            event
            for event in decisions
            if event.actor and event.actor.memberships.filter(lab=event.lab_id).exists()
        ] == []

    def test_no_mail_about_the_past_is_waiting(self) -> None:
        assert Notification.objects.filter(sent_at__isnull=True).count() == 0
        assert Notification.objects.count() > 100

    def test_inboxes_hold_what_is_read_and_what_is_not(self) -> None:
        keiko = Notification.objects.filter(recipient__email="keiko@example.org")

        unread = keiko.filter(read_at__isnull=True).order_by("created_at")
        assert 0 < unread.count() < keiko.count()
        assert unread[0].created_at >= moment(TODAY) - dt.timedelta(days=10)

    def test_what_labs_propose_waits_for_the_keepers_of_the_lists(self) -> None:
        vocabularies: list[type[Term]] = list(VOCABULARIES.values())

        assert [
            sorted(map(str, vocabulary._default_manager.filter(status=TermStatus.PROPOSED)))
            for vocabulary in vocabularies
        ] == [
            [],
            [
                "Cold chain",
                "Cold chains",
                "Early warning systems",
                "Early-warning system",
                "Gestión de agua",
                "Recycling, employment",
                "Terraced farming",
            ],
            [],
            [],
            [],
        ]

    def test_there_is_something_to_merge_and_something_to_split(self) -> None:
        found = suspects(ThematicArea)
        called = dict(ThematicArea.objects.values_list("pk", "name"))

        assert sorted(sorted(called[key] for key in group.keys) for group in found.alike) == [
            ["Cold chain", "Cold chains"],
            ["Early warning systems", "Early-warning system"],
            ["Gestión de agua", "Water management"],
        ]
        assert [called[glued.key] for glued in found.glued] == ["Recycling, employment"]

    @pytest.mark.parametrize(
        "email", ["sarnai@example.org", "yaw@example.org", "admin@example.org"]
    )
    def test_people_sign_in_with_the_printed_password(self, email: str, client: Client) -> None:
        assert client.login(username=email, password=demo_people.password())

    def test_loading_again_only_prints_the_accounts(self) -> None:
        out = StringIO()
        call_command("load_demo", stdout=out, no_color=True)
        lines = out.getvalue().splitlines()

        assert lines[0] == "There are plans or cycles here already; nothing was loaded."
        assert lines[1].startswith("DEMO: everybody knows the password of these accounts.")
        assert len([line for line in lines if demo_people.password() in line]) == 9
        assert lines[-1] == "The other 33 are in seeds/demo/people.toml."
        assert Plan.objects.count() == 32


@pytest.mark.django_db
def test_the_command_fills_an_empty_database_and_the_same_day_gives_the_same_network() -> None:
    out = StringIO()
    mark = transaction.savepoint()
    with clock.at(moment(TODAY)):
        call_command("load_demo", stdout=out, no_color=True)
    first = told()
    transaction.savepoint_rollback(mark)

    seeds.load()
    demo.load(TODAY)

    assert out.getvalue().splitlines()[0] == "The demo network is loaded: 32 plans."
    assert User.objects.count() == 42
    assert len(first["plans"]) == 32
    assert told() == first


@pytest.mark.django_db
def test_on_the_first_day_of_a_quarter_everything_lies_in_the_past() -> None:
    today = dt.date(2027, 1, 1)
    seeds.load()
    demo.load(today)

    assert Event.objects.filter(at__gte=moment(today)).count() == 0
    assert Plan.objects.filter(cycle__in=Cycle.objects.open_at(moment(today))).count() == 15


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("today", "closed", "opened"),
    [
        (dt.date(2027, 1, 1), "2026 Q4", "2027 Q1"),
        (dt.date(2028, 2, 29), "2027 Q4", "2028 Q1"),
        (dt.date(2027, 9, 30), "2027 Q2", "2027 Q3"),
        (dt.date(2026, 12, 31), "2026 Q3", "2026 Q4"),
    ],
)
def test_on_any_day_this_quarter_is_open_and_the_last_one_closed(
    today: dt.date, closed: str, opened: str
) -> None:
    made = demo_cycles.cycles(today)

    assert (str(made["closed"]), str(made["open"])) == (closed, opened)
    assert list(Cycle.objects.open_at(moment(today))) == [made["open"]]
    assert made["closed"].closes_at < moment(today)


@pytest.mark.django_db
def test_without_demo_accounts_no_password_is_printed(complete_plan: Any) -> None:
    complete_plan("submitted")
    out = StringIO()

    call_command("load_demo", stdout=out)

    assert out.getvalue() == "There are plans or cycles here already; nothing was loaded.\n"


@pytest.mark.django_db
def test_somebody_who_has_a_demo_address_already_keeps_it() -> None:
    User.objects.create_superuser("admin@example.org", "my own secret")
    out = StringIO()

    call_command("load_demo", stdout=out)

    assert out.getvalue() == (
        "Somebody here has the e-mail address of a demo account; nothing was loaded.\n"
    )
    assert Plan.objects.count() == 0


@pytest.mark.django_db
def test_a_public_site_is_never_filled(settings: Any) -> None:
    settings.PRODUCTION = True
    out = StringIO()

    call_command("load_demo", stdout=out)

    assert out.getvalue().startswith("This is a public site")
    assert User.objects.count() == 0
