"""Who is told of what, never the one who did it; written with the event, sent once, tried again."""

from __future__ import annotations

import datetime as dt
import smtplib
import threading
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Membership, Reviewer, User
from plans import (
    authoring,
    clock,
    history,
    notifications,
    reminding,
    reviewing,
    scheduling,
    workflow,
)
from plans.authoring import Change
from plans.errors import PlanError
from plans.models import Event, EventKind, Notification, Plan
from plans.phrases import Phrase
from plans.states import Act, Role
from tests.factories import reviewer_of

if TYPE_CHECKING:
    from django.core.mail import EmailMessage as Mail

    from tests.personas import Network

# Who is told, by who did it and who has taken the plan on. "colleague" is another reviewer of the
# region, who hears of a plan only while none of the region's reviewers has taken it on.
OTHERS_OF_LAB = {"lead", "reviewer_in_lab"}
LAB = {"member", *OTHERS_OF_LAB}
TOLD: dict[str, tuple[str, set[str], set[str]]] = {
    # kind: (who did it, told while nobody has it, told once "reviewer" has it)
    "start": ("member", set(), set()),
    "submit": ("member", {*OTHERS_OF_LAB, "reviewer", "colleague"}, {*OTHERS_OF_LAB, "reviewer"}),
    "recall": ("member", {*OTHERS_OF_LAB, "reviewer", "colleague"}, {*OTHERS_OF_LAB, "reviewer"}),
    "request_changes": ("reviewer", {*LAB, "colleague"}, LAB),
    "approve": ("reviewer", {*LAB, "colleague"}, LAB),
    "reopen": ("reviewer", LAB, LAB),
    "withdraw": ("member", {*OTHERS_OF_LAB, "reviewer", "colleague"}, {*OTHERS_OF_LAB, "reviewer"}),
    "restore": ("member", OTHERS_OF_LAB, OTHERS_OF_LAB),
    "import": ("network_manager", set(), set()),
    "thread_opened": ("reviewer", LAB, LAB),
    "replied": ("member", {*OTHERS_OF_LAB, "reviewer", "colleague"}, {*OTHERS_OF_LAB, "reviewer"}),
    "addressed": (
        "member",
        {*OTHERS_OF_LAB, "reviewer", "colleague"},
        {*OTHERS_OF_LAB, "reviewer"},
    ),
    "resolved": ("reviewer", LAB, LAB),
    "reopened": ("reviewer", LAB, LAB),
    "extended": ("network_manager", LAB, LAB),
    "reviewed": ("reviewer", {*LAB, "colleague"}, LAB),
    "suggestion_applied": (
        "member",
        {*OTHERS_OF_LAB, "reviewer", "colleague"},
        {*OTHERS_OF_LAB, "reviewer"},
    ),
    "suggestion_declined": (
        "member",
        {*OTHERS_OF_LAB, "reviewer", "colleague"},
        {*OTHERS_OF_LAB, "reviewer"},
    ),
    "claimed": ("reviewer", {"colleague"}, set()),
    "handed_over": ("colleague", {"reviewer"}, {"reviewer"}),
    "nudged": ("reviewer", LAB, LAB),
    "reminded": ("reviewer", {"colleague"}, set()),
    "overdue": ("reviewer", {"colleague"}, set()),
    "term_refused": ("taxonomy_manager", LAB, LAB),
    "term_taken": ("taxonomy_manager", LAB, LAB),
    "term_merged": ("taxonomy_manager", LAB, LAB),
}


@pytest.fixture
def people(network: Network) -> dict[str, User]:
    """Everybody of the network, and one more reviewer of the region."""
    return {**network.people, "colleague": reviewer_of(network.region, "Cora Colleague")}


def event_of(plan: Plan, kind: str, actor: User, from_state: str = "submitted") -> Event:
    """An event of that kind, as the acts record it."""
    return history.record(
        EventKind(kind),
        actor=actor,
        acted_as=Role.MEMBER,
        lab=plan.lab,
        cycle=plan.cycle,
        plan=None if kind == "extended" else plan,
        from_state=from_state,
    )


def told(event: Event, people: dict[str, User]) -> set[str]:
    """Who is told, by name."""
    known = {person.pk: name for name, person in people.items()}
    return {known[person.pk] for person in notifications.recipients(event)}


def test_every_kind_of_event_has_a_row_in_the_table() -> None:
    assert set(TOLD) == set(EventKind.values)


@pytest.mark.parametrize("kind", TOLD)
def test_who_is_told_of(network: Network, people: dict[str, User], kind: str) -> None:
    plan = network.plan()
    actor, untaken, taken = TOLD[kind]

    assert told(event_of(plan, kind, people[actor]), people) == untaken
    plan.claimed_by = people["reviewer"]
    plan.save()
    assert told(event_of(plan, kind, people[actor]), people) == taken


def test_a_draft_that_is_withdrawn_was_never_the_reviewers_business(
    network: Network, people: dict[str, User]
) -> None:
    event = event_of(network.plan(), "withdraw", people["member"], from_state="draft")

    assert told(event, people) == OTHERS_OF_LAB


def test_a_reviewer_who_has_left_does_not_keep_a_plan_from_the_others(
    network: Network, people: dict[str, User]
) -> None:
    plan = network.plan()
    plan.claimed_by = people["reviewer"]
    plan.save()
    Reviewer.objects.filter(user=people["reviewer"]).delete()
    User.objects.filter(pk=people["reviewer"].pk).update(is_active=False)

    event = event_of(plan, "submit", people["member"])

    assert told(event, people) == {*OTHERS_OF_LAB, "colleague"}


def test_an_administrator_who_stepped_in_hears_of_it_and_so_do_the_reviewers(
    network: Network, people: dict[str, User]
) -> None:
    plan = network.plan()
    plan.claimed_by = people["network_manager"]
    plan.save()

    event = event_of(plan, "replied", people["member"])

    assert told(event, people) == {*OTHERS_OF_LAB, "network_manager", "reviewer", "colleague"}


def test_who_is_no_longer_active_is_told_nothing(network: Network, people: dict[str, User]) -> None:
    User.objects.filter(pk=people["lead"].pk).update(is_active=False)

    assert told(event_of(network.plan(), "restore", people["member"]), people) == {
        "reviewer_in_lab"
    }


def test_who_is_told_for_two_reasons_is_told_once(
    network: Network, people: dict[str, User]
) -> None:
    workflow.move(network.plan(), Act.SUBMIT, actor=people["member"])

    assert people["reviewer_in_lab"].notifications.count() == 1


# -- written with the event ------------------------------------------------------------------------


def test_the_rows_come_with_the_event_and_go_with_it(
    network: Network, people: dict[str, User]
) -> None:
    plan = network.plan()
    mark = transaction.savepoint()
    workflow.move(plan, Act.SUBMIT, actor=people["member"])
    assert Notification.objects.count() == 4

    transaction.savepoint_rollback(mark)

    assert (Notification.objects.count(), plan.events.filter(kind="submit").count()) == (0, 0)


def test_a_refused_act_tells_nobody(network: Network) -> None:
    plan = network.plan("submitted")
    before = Notification.objects.count()

    with pytest.raises(PlanError):
        workflow.move(plan, Act.SUBMIT, actor=network["member"])

    assert Notification.objects.count() == before


# -- sending ---------------------------------------------------------------------------------------


def send() -> None:
    """As the worker does when everything that was not tried yet has come due."""
    untried = Notification.objects.filter(sent_at__isnull=True, attempts=0)
    untried.update(due_at=timezone.now())
    notifications.send_waiting.call()


@pytest.fixture
def waiting(network: Network) -> Plan:
    """A plan whose submission ``lead``, ``reviewer_in_lab`` and ``reviewer`` are to be told of."""
    return network.plan("submitted")


def mail_to(mailoutbox: list[Mail], email: str) -> Mail:
    """The one mail to that address."""
    (mail,) = [mail for mail in mailoutbox if mail.to == [email]]
    return mail


def test_each_is_sent_a_mail_of_their_own(waiting: Plan, mailoutbox: list[Mail]) -> None:
    send()
    send()

    assert sorted(mail.to for mail in mailoutbox) == [
        ["leo.lead@example.org"],
        ["rita.both@example.org"],
        ["rosa.reviewer@example.org"],
    ]
    assert {mail.subject for mail in mailoutbox} == {
        "Mira Member submitted the plan for review: Wells that answer"
    }
    assert Notification.objects.filter(sent_at__isnull=True).count() == 0


def test_a_mail_says_what_happened_and_where_to_read_it(
    network: Network, mailoutbox: list[Mail]
) -> None:
    plan = network.plan("changes_requested")
    send()

    (mail,) = [
        mail
        for mail in mailoutbox
        if mail.to == ["mira.member@example.org"] and "requested changes" in mail.subject
    ]
    stop = mail.extra_headers["List-Unsubscribe"].strip("<>")
    assert mail.body == (
        "Hello Mira,\n\n"
        "Rosa Reviewer requested changes.\n\n"
        f"Plan: “Wells that answer” (Wells, {network.cycle})\n\n"
        "Rosa writes:\n\nPlease say more.\n\n"
        "Read more and answer here:\n"
        f"{settings.SITE_URL}/plans/{plan.pk}/#review-{plan.reviews.get().pk}\n\n"
        f"-- \nAction Learning Plans\n{settings.SITE_URL}\n\n"
        f"Choose what you are told by e-mail: {settings.SITE_URL}/inbox/settings/\n"
        f"Stop e-mails of this kind, without signing in: {stop}\n"
    )


def test_a_mail_about_a_thread_quotes_it_and_leads_to_it(
    network: Network, waiting: Plan, reviewer: User, mailoutbox: list[Mail]
) -> None:
    workflow.move(waiting, Act.APPROVE, actor=reviewer)
    Notification.objects.all().delete()
    thread = reviewing.open_thread(waiting, "title.title", "Which <wells>?", actor=reviewer)
    send()

    mail = mail_to(mailoutbox, "mira.member@example.org")
    assert (
        "About these words:\n\n> Wells that answer\n\nRosa writes:\n\nWhich <wells>?" in mail.body
    )
    assert f"/plans/{waiting.pk}/#comment-{thread.comments.get().pk}\n" in mail.body


def test_a_mail_about_a_review_says_which_words_are_meant_and_proposed(
    network: Network, waiting: Plan, reviewer: User, mailoutbox: list[Mail]
) -> None:
    place = "challenge.background"
    dry, nobody = Phrase("Three dry years"), Phrase(" in a row")
    thread = reviewing.open_thread(
        waiting, place, "Since 2021?", actor=reviewer, phrase=dry, instead="Four dry years"
    )
    reviewing.reply(thread, "Or since 2020?", actor=reviewer)
    reviewing.open_thread(waiting, place, "", actor=reviewer, phrase=nobody, instead="")
    reviewing.send(waiting, "changes_requested", actor=reviewer)
    send()

    assert (
        "1. Background (must be fixed before approval)\n   “Three dry years”\n"
        "   Words proposed instead:\n   “Four dry years”\n\n   Since 2021?\n\n"
        "2. Background (must be fixed before approval)\n   “Three dry years”\n\n"
        "   Or since 2020?\n\n"
        "3. Background (must be fixed before approval)\n   “in a row”\n"
        "   Proposed: to leave these words out.\n\n   I suggest other words.\n"
    ) in mail_to(mailoutbox, "mira.member@example.org").body

    mailoutbox.clear()
    reviewing.apply(thread, actor=network["member"])
    send()

    assert (
        "About these words:\n\n> Three dry years\n\n"
        "Words proposed instead:\n\n> Four dry years\n\nRead more and answer here:"
    ) in mail_to(mailoutbox, "rosa.reviewer@example.org").body


def test_a_mail_about_a_longer_deadline_says_until_when(
    network: Network, mailoutbox: list[Mail]
) -> None:
    until = network.cycle.closes_at + dt.timedelta(days=2)
    scheduling.extend(network.lab, network.cycle, until=until, actor=network["network_manager"])
    send()

    mail = mail_to(mailoutbox, "mira.member@example.org")
    assert mail.subject == f"Nadia Network extended the deadline: Wells, {network.cycle}"
    assert f"Wells can now hand in its plans of {network.cycle} until " in mail.body
    assert f"\n{settings.SITE_URL}/\n" in mail.body


def test_a_mail_says_when_it_was_done_on_somebodys_behalf(
    network: Network, waiting: Plan, mailoutbox: list[Mail]
) -> None:
    Notification.objects.all().delete()
    workflow.move(waiting, Act.APPROVE, actor=network["network_manager"])
    send()

    assert "This was done on behalf of the regional reviewer." in (
        mail_to(mailoutbox, "mira.member@example.org").body
    )


def test_a_title_of_many_lines_makes_a_subject_of_one(
    waiting: Plan, mailoutbox: list[Mail]
) -> None:
    Plan.objects.update(title="Wells\r\nBcc: everybody@example.org")
    send()

    assert mailoutbox[0].subject == (
        "Mira Member submitted the plan for review: Wells Bcc: everybody@example.org"
    )


def test_who_may_not_see_the_plan_any_more_is_sent_nothing(
    network: Network, waiting: Plan, mailoutbox: list[Mail]
) -> None:
    Membership.objects.filter(user=network.people["lead"]).delete()
    Reviewer.objects.filter(user=network.people["reviewer"]).delete()
    send()

    (mail,) = mailoutbox
    assert mail.to == ["rita.both@example.org"]
    assert f"\n{settings.SITE_URL}/plans/{waiting.pk}/\n" in mail.body
    left = Notification.objects.filter(by_mail=False, sent_at__isnull=True)
    assert {row.recipient.name for row in left} == {"Leo Lead", "Rosa Reviewer"}


def test_who_may_not_sign_in_any_more_is_sent_nothing_not_even_of_what_everybody_may_read(
    network: Network, waiting: Plan, mailoutbox: list[Mail]
) -> None:
    Notification.objects.all().delete()
    workflow.move(waiting, Act.APPROVE, actor=network["reviewer"])
    User.objects.filter(pk=network.people["lead"].pk).update(is_active=False)
    send()

    told = {mail.to[0] for mail in mailoutbox}
    assert {"leo.lead@example.org", "mira.member@example.org"} & told == {"mira.member@example.org"}


def test_a_plan_that_left_its_reviewers_is_told_of_by_the_title_they_knew(
    network: Network, waiting: Plan, member: User, mailoutbox: list[Mail]
) -> None:
    Notification.objects.all().delete()
    workflow.move(waiting, Act.RECALL, actor=member)
    authoring.save(waiting, {"title": Change("Not to be read yet")}, actor=member)
    send()

    mail = mail_to(mailoutbox, "rosa.reviewer@example.org")
    assert mail.subject == "Mira Member took the plan back: Wells that answer"
    assert "Not to be read yet" not in mail.body
    assert f"\n{settings.SITE_URL}/\n" in mail.body
    assert "Not to be read yet" in mail_to(mailoutbox, "leo.lead@example.org").subject


def test_who_left_a_lab_is_not_told_of_its_deadline(
    network: Network, mailoutbox: list[Mail]
) -> None:
    until = network.cycle.closes_at + dt.timedelta(days=2)
    scheduling.extend(network.lab, network.cycle, until=until, actor=network["network_manager"])
    Membership.objects.filter(user=network.people["lead"]).delete()
    send()

    assert sorted(mail.to[0] for mail in mailoutbox) == [
        "mira.member@example.org",
        "rita.both@example.org",
    ]


class Broken:
    """A mail server that refuses the first few mails."""

    def __init__(self, times: int, problem: BaseException) -> None:
        self.left, self.problem = times, problem

    def send(self, mail: EmailMessage) -> int:
        """In place of ``EmailMessage.send``."""
        if self.left:
            self.left -= 1
            raise self.problem
        return 1


def make_due() -> None:
    """As if the pause were over."""
    Notification.objects.update(due_at=timezone.now())


@pytest.fixture
def one(waiting: Plan) -> Notification:
    """One row that waits, alone."""
    row = Notification.objects.get(recipient__email="rosa.reviewer@example.org")
    Notification.objects.exclude(pk=row.pk).delete()
    return row


def pretend(monkeypatch: pytest.MonkeyPatch, times: int, problem: BaseException) -> None:
    """Let sending fail some times."""
    broken = Broken(times, problem)
    monkeypatch.setattr(EmailMessage, "send", lambda mail: broken.send(mail))


@pytest.mark.parametrize(
    "problem",
    [
        smtplib.SMTPServerDisconnected("Try later."),
        ConnectionRefusedError("Try later."),
        TimeoutError("Try later."),
        ValueError("Try later."),
    ],
)
def test_what_fails_is_noted_and_tried_again_later(
    one: Notification, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    pretend(monkeypatch, 1, problem)
    before = timezone.now()

    send()

    one.refresh_from_db()
    assert (one.attempts, one.sent_at, one.last_error) == (1, None, "Try later.")
    assert dt.timedelta(minutes=2) <= one.due_at - before < dt.timedelta(minutes=3)
    send()
    one.refresh_from_db()
    assert one.attempts == 1

    make_due()
    send()
    one.refresh_from_db()
    assert (one.attempts, one.last_error) == (2, "")
    assert one.sent_at is not None


def test_pauses_grow_and_after_eight_attempts_it_is_given_up(
    one: Notification, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, 99, smtplib.SMTPServerDisconnected("No."))
    pauses = []
    for _attempt in range(10):
        make_due()
        before = timezone.now()
        send()
        one.refresh_from_db()
        pauses.append(round((one.due_at - before) / dt.timedelta(minutes=1)))

    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 0, 0]
    assert (one.attempts, one.sent_at) == (8, None)


def test_one_bad_address_does_not_hold_up_the_others(
    waiting: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, 1, smtplib.SMTPRecipientsRefused({}))

    send()

    assert Notification.objects.filter(sent_at__isnull=False).count() == 2


def test_a_fault_of_ours_holds_up_nobody_and_is_seen_with_the_row(
    waiting: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, 1, KeyError("title"))

    send()

    (held,) = Notification.objects.filter(sent_at__isnull=True)
    assert (held.attempts, held.last_error) == (1, "'title'")
    assert Notification.objects.filter(sent_at__isnull=False).count() == 2


@pytest.mark.django_db(transaction=True)
def test_what_a_worker_dies_over_is_sent_by_the_next_one(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django_tasks_db.models import DBTaskResult

    network.plan("submitted")
    DBTaskResult.objects.all().delete()
    pretend(monkeypatch, 1, SystemExit())
    with pytest.raises(SystemExit):
        send()

    (later,) = DBTaskResult.objects.all()
    (held,) = Notification.objects.filter(attempts=1)
    assert held.due_at <= later.run_after
    with monkeypatch.context() as then:
        then.setattr(timezone, "now", lambda: later.run_after)
        notifications.send_waiting.call()

    assert Notification.objects.filter(by_mail=True, sent_at__isnull=True).count() == 0


def test_a_burst_is_one_mail_that_names_everything(
    network: Network, waiting: Plan, reviewer: User, mailoutbox: list[Mail]
) -> None:
    Notification.objects.all().delete()
    workflow.move(waiting, Act.APPROVE, actor=reviewer, note="Well done.")
    thread = reviewing.open_thread(waiting, "plan", "Who pays?", actor=reviewer)
    reviewing.reply(thread, "And when?", actor=reviewer)
    send()

    mail = mail_to(mailoutbox, "mira.member@example.org")
    assert mail.subject == "3 things happened: Wells that answer"
    for words in ("approved the plan", "Well done.", "Who pays?", "And when?"):
        assert words in mail.body
    assert Notification.objects.filter(sent_at__isnull=True).count() == 0


def test_a_burst_is_laid_out_by_plan_with_every_line_under_its_event(
    network: Network, waiting: Plan, reviewer: User, mailoutbox: list[Mail]
) -> None:
    network.people["member"].time_zone = "Asia/Tokyo"
    network.people["member"].save()
    workflow.move(waiting, Act.APPROVE, actor=reviewer)
    Notification.objects.all().delete()
    with clock.at(dt.datetime(2026, 11, 3, 20, 5, tzinfo=dt.UTC)):
        place = "challenge.background"
        thread = reviewing.open_thread(waiting, place, "Which years?\n\nAll?", actor=reviewer)
        reviewing.resolve(thread, actor=reviewer)
        reminding.nudge(network.lab, network.cycle, "Two weeks\nare left.", actor=reviewer)
    send()

    mail = mail_to(mailoutbox, "mira.member@example.org")
    assert mail.subject == "3 things happened"
    first, *_rest = thread.comments.all()
    when = "4 November 2026, 05:05 (Asia/Tokyo, UTC+09:00)"
    page = f"{settings.SITE_URL}/plans/{waiting.pk}/"
    quote = "\n".join(f"  > {line}".rstrip() for line in thread.quote.splitlines())
    assert mail.body.split("\n-- \n")[0] == (
        "Hello Mira,\n\nThis is what happened:\n\n"
        f"“Wells that answer” (Wells, {network.cycle})\n\n"
        f"* Rosa Reviewer opened a thread\n  {when}\n  {page}#comment-{first.pk}\n\n"
        f"{quote}\n\n  Which years?\n\n  All?\n\n"
        f"* Rosa Reviewer resolved a thread\n  {when}\n  {page}#thread-{thread.pk}\n\n"
        f"Wells, {network.cycle}\n\n"
        f"* Rosa Reviewer wrote to the lab\n  {when}\n  {settings.SITE_URL}/\n\n"
        "  Two weeks\n  are left.\n"
    )


def test_a_mail_that_a_reviewer_wrote_to_a_lab_grants_no_more_time(
    network: Network, reviewer: User, mailoutbox: list[Mail]
) -> None:
    reminding.nudge(network.lab, network.cycle, "Two weeks are left.", actor=reviewer)
    send()

    mail = mail_to(mailoutbox, "mira.member@example.org")
    assert f"the plans of Wells for {network.cycle}, to be handed in by " in mail.body
    assert "can now hand in" not in mail.body
    assert f"Your plans, and what waits for you:\n{settings.SITE_URL}/\n" in mail.body


def test_a_mail_waits_for_what_else_may_happen(waiting: Plan, mailoutbox: list[Mail]) -> None:
    notifications.send_waiting.call()

    assert len(mailoutbox) == 0
    assert {row.due_at - row.created_at for row in Notification.objects.all()} == {
        notifications.BURST
    }


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_mail_once(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    network.plan("submitted")
    sent: list[Any] = []
    both = threading.Barrier(2)
    met = threading.Event()

    def slowly(mail: EmailMessage) -> int:
        if not met.is_set():
            both.wait(timeout=10)
            met.set()
        sent.append(mail.to)
        return 1

    monkeypatch.setattr(EmailMessage, "send", slowly)

    def first() -> None:
        try:
            send()
        finally:
            connection.close()

    worker = threading.Thread(target=first)
    worker.start()
    both.wait(timeout=10)  # the first worker is in the middle of its first mail
    send()
    worker.join()

    assert sorted(sent) == [
        ["leo.lead@example.org"],
        ["rita.both@example.org"],
        ["rosa.reviewer@example.org"],
    ]


@pytest.mark.django_db(transaction=True)
def test_committing_an_act_asks_a_worker_to_send(network: Network) -> None:
    from django_tasks_db.models import DBTaskResult

    plan = network.plan()
    before = DBTaskResult.objects.count()

    workflow.move(plan, Act.SUBMIT, actor=network["member"])

    assert DBTaskResult.objects.count() == before + 1
