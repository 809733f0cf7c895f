"""Of every event: who is told and how, and who is not.

Everything here is done as people do it. A kind of event without a row fails.
"""

from __future__ import annotations

import datetime as dt
from copy import deepcopy
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from accounts.models import Membership, Reviewer
from plans import (
    authoring,
    inbox,
    notifications,
    proposals,
    reminding,
    reviewing,
    scheduling,
    taxonomies,
    workflow,
)
from plans.authoring import Change
from plans.models import (
    Cycle,
    Event,
    EventKind,
    Notification,
    Plan,
    ThematicArea,
    Thread,
)
from plans.permissions import visible_plans
from plans.phrases import Phrase
from plans.states import HANDED_IN, Act
from tests import personas
from tests.factories import fresh, member_of, reviewer_of, sent_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.core.mail import EmailMessage

    from accounts.models import User
    from tests.personas import Network

# Who is told of what: "mail" is a message in the inbox and an e-mail, "read" one in the inbox that
# counts as read and is not mailed (it is muted), "did" who did it and hears nothing of it.
#
# Of the lab: mira writes, leo leads, muna has muted the plan, rita reviews the region as well.
# Of the region: rosa began the review, cora is the other reviewer. "outside" is everybody else:
# another lab, another region's lab and reviewer, both kinds of administrator, who was in the lab
# until today and began the plan with mira, and who was a reviewer until today and wrote about it.
TABLE = """
                           | mira leo  muna rita | rosa cora | outside
start                      | did  -    -    -    | -    -    | -
submit                     | did  mail read mail | mail mail | -
submit again               | did  mail read mail | mail -    | -
recall                     | did  mail read mail | mail mail | -
withdraw                   | did  mail read mail | mail mail | -
withdraw draft             | did  mail read mail | -    -    | -
restore                    | did  mail read mail | -    -    | -
import                     | -    -    -    -    | -    -    | did

claimed                    | -    -    -    -    | did  -    | -
handed_over                | -    -    -    -    | did  mail | -
handed_over to all         | -    -    -    -    | did  mail | -
reviewed                   | mail mail read mail | did  -    | -
reviewed by another        | mail mail read mail | mail did  | -
reviewed naming            | mail mail mail mail | did  mail | Nadia Network
request_changes            | mail mail read mail | did  -    | -
approve                    | mail mail read mail | did  -    | -
approve by manager         | mail mail read mail | mail mail | did
reopen                     | mail mail read mail | did  -    | -

thread_opened              | mail mail read mail | did  -    | -
thread_opened note         | -    -    -    -    | did  mail | Nadia Network
replied                    | did  mail read mail | mail -    | -
replied unclaimed          | did  mail read mail | mail mail | -
replied naming             | did  mail mail mail | mail mail | Nadia Network
replied note               | -    -    -    -    | mail did  | -
replied note naming        | -    -    -    -    | mail did  | Nadia Network
addressed                  | did  mail read mail | mail -    | -
resolved                   | mail mail read mail | did  -    | -
resolved reviewing         | -    -    -    -    | did  -    | -
resolved note              | -    -    -    -    | mail did  | -
reopened                   | mail mail read mail | did  -    | -
reopened reviewing         | -    -    -    -    | did  -    | -
suggestion_applied         | did  mail read mail | mail -    | -
suggestion_declined        | did  mail read mail | mail -    | -

extended                   | mail mail mail mail | -    -    | did
nudged                     | mail mail mail mail | did  -    | -
reminded                   | -    -    -    -    | mail -    | -
reminded unclaimed         | -    -    -    -    | mail mail | -
overdue                    | -    -    -    -    | mail -    | -
overdue unclaimed          | -    -    -    -    | mail mail | -

term_refused               | mail mail read mail | -    -    | did
term_taken                 | mail mail read mail | -    -    | did
term_merged                | mail mail read mail | -    -    | did
"""

NAMED = (
    "@Muna Muted, @Cora Colleague, @Nadia Network: look. @Otto Elsewhere, @Gil Gone, @Greta Gone"
)


def rows() -> dict[str, tuple[dict[str, str], str]]:
    """What stands in each row: by person, and of those outside."""
    head, *lines = [line for line in TABLE.splitlines() if line.strip()]
    names = head.replace("|", " ").split()
    answer = {}
    for line in lines:
        name, *cells = (cell.strip() for cell in line.split("|"))
        told = [word for cell in cells[:2] for word in cell.split()]
        answer[name] = (dict(zip(names[:-1], told, strict=True)), cells[2])
    return answer


class Stage:
    """A lab and its reviewers at work on one plan, and people who have nothing to do with it."""

    def __init__(self, network: Network) -> None:
        self.network, self.cycle = network, network.cycle
        self.plan = network.plan("draft")
        network.people |= {
            "muna": member_of(network.lab, "Muna Muted"),
            "cora": reviewer_of(network.region, "Cora Colleague"),
            "gil": member_of(network.lab, "Gil Gone"),
            "greta": reviewer_of(network.region, "Greta Gone"),
        }
        self.known: dict[str, User] = {
            "mira": network["member"],
            "leo": network["lead"],
            "muna": network["muna"],
            "rita": network["reviewer_in_lab"],
            "rosa": network["reviewer"],
            "cora": network["cora"],
        }
        self.manager = network["network_manager"]
        authoring.save(self.plan, {"early_leads": Change("The city.")}, actor=network["gil"])

    def __getattr__(self, name: str) -> User:
        """One of the people, by their first name."""
        try:
            found: User = vars(self)["known"][name]  # which a copy does not have from the start
        except KeyError:
            raise AttributeError(name) from None
        return found

    def bring(self, *acts: tuple[Act, str]) -> Plan:
        """The plan, moved on by these acts; then two have left, one has muted, nobody is told."""
        for act, name in acts:
            workflow.move(self.plan, act, actor=self.known[name], note="See there.")
        self._talk_of_who_leaves()
        Membership.objects.filter(user=self.network.people["gil"]).delete()
        Reviewer.objects.filter(user=self.network.people["greta"]).delete()
        inbox.mute(self.muna, self.plan, muted=True)
        Notification.objects.all().delete()
        self.plan.refresh_from_db()
        return self.plan

    def _talk_of_who_leaves(self) -> None:
        """Greta writes a note about the plan, where there is anything to review."""
        plan = Plan.objects.get(pk=self.plan.pk)
        if plan.state in HANDED_IN:
            greta = self.network["greta"]
            reviewing.open_thread(plan, "plan", "Mine.", actor=greta, for_reviewers=True)

    def submitted(self) -> Plan:
        """It waits for a review; nobody has taken it on."""
        return self.bring((Act.SUBMIT, "mira"))

    def claimed(self) -> Plan:
        """Rosa has taken it on."""
        plan = self.submitted()
        reviewing.claim(plan, actor=self.rosa)
        Notification.objects.all().delete()
        plan.refresh_from_db()
        return plan

    def approved(self) -> Plan:
        """It is approved, and Rosa is on it."""
        plan = self.claimed()
        workflow.move(plan, Act.APPROVE, actor=self.rosa)
        Notification.objects.all().delete()
        return plan

    def thread(self, plan: Plan, **more: object) -> Thread:
        """Something that Rosa said and everybody has read."""
        thread = sent_thread(plan, "challenge.background", "Why?", actor=self.rosa, **more)
        Notification.objects.all().delete()
        return thread

    def suggested(self) -> Thread:
        """Other words of Rosa's, with the plan back at the lab."""
        plan = self.claimed()
        thread = reviewing.open_thread(
            plan, "challenge.background", "", actor=self.rosa, phrase=Phrase("Three"), instead="4"
        )
        reviewing.send(plan, "changes_requested", actor=self.rosa)
        Notification.objects.all().delete()
        return thread

    def due(self, *, days: int, plan: Plan) -> None:
        """Reviews are due in so many days."""
        Cycle.objects.filter(pk=plan.cycle_id).update(
            review_by=timezone.now() + dt.timedelta(days=days)
        )
        reminding.remind(Cycle.objects.get(pk=plan.cycle_id))


def _again(stage: Stage) -> object:
    plan = stage.claimed()
    workflow.move(plan, Act.REQUEST_CHANGES, actor=stage.rosa, note="More.")
    Notification.objects.all().delete()
    return workflow.move(plan, Act.SUBMIT, actor=stage.mira, note="Here.")


def _nothing_left(act: Act, before: tuple[tuple[Act, str], ...]) -> Callable[[Stage], object]:
    return lambda stage: workflow.move(stage.bring(*before), act, actor=stage.mira)


def _sent(decision: str, name: str = "rosa", text: str = "So.") -> Callable[[Stage], object]:
    def send(stage: Stage) -> object:
        plan = stage.claimed()
        reviewing.open_thread(plan, "plan", text, actor=stage.known[name], must_fix=False)
        return reviewing.send(plan, decision, actor=stage.known[name])

    return send


def _note(stage: Stage) -> Thread:
    thread = reviewing.open_thread(
        stage.claimed(), "plan", "Between us.", actor=stage.rosa, for_reviewers=True
    )
    Notification.objects.all().delete()
    return thread


def _unclaimed(stage: Stage) -> Thread:
    thread = stage.thread(stage.claimed())
    reviewing.hand_over(thread.plan, None, actor=stage.rosa)
    Notification.objects.all().delete()
    return thread


def _resolved(stage: Stage) -> Thread:
    thread = stage.thread(stage.approved())
    return reviewing.resolve(thread, actor=stage.rosa)


def _resolved_reviewing(stage: Stage) -> Thread:
    thread = stage.thread(stage.claimed())
    return reviewing.resolve(thread, actor=stage.rosa, text="Not for anybody yet.")


def _proposed(stage: Stage) -> ThematicArea:
    term = taxonomies.find_or_propose(ThematicArea, "Fog", actor=stage.mira, plan=stage.plan)
    authoring.save(stage.plan, {"thematic_areas": Change([term])}, actor=stage.mira)
    stage.bring()
    return term


def _merged(stage: Stage) -> object:
    water = taxonomies.find_or_propose(ThematicArea, "Water", actor=None)
    return proposals.merge([_proposed(stage)], water, actor=stage.manager)


def _reopened(thread: Thread, stage: Stage) -> object:
    Notification.objects.all().delete()
    return reviewing.reopen(thread, actor=stage.rosa)


def _back(stage: Stage) -> Thread:
    thread = stage.thread(stage.claimed())
    workflow.move(thread.plan, Act.REQUEST_CHANGES, actor=stage.rosa, note="More.")
    Notification.objects.all().delete()
    return thread


SUBMITTED = ((Act.SUBMIT, "mira"),)

DONE: Mapping[str, Callable[[Stage], object]] = {
    "start": lambda stage: workflow.start(stage.bring().lab, stage.cycle, actor=stage.mira),
    "submit": _nothing_left(Act.SUBMIT, ()),
    "submit again": _again,
    "recall": _nothing_left(Act.RECALL, SUBMITTED),
    "withdraw": _nothing_left(Act.WITHDRAW, SUBMITTED),
    "withdraw draft": _nothing_left(Act.WITHDRAW, ()),
    "restore": _nothing_left(Act.RESTORE, (*SUBMITTED, (Act.WITHDRAW, "mira"))),
    "import": lambda stage: stage.bring() and stage.network.plan("archived"),
    "claimed": lambda stage: reviewing.claim(stage.submitted(), actor=stage.rosa),
    "handed_over": lambda stage: reviewing.hand_over(stage.claimed(), stage.cora, actor=stage.rosa),
    "handed_over to all": lambda stage: reviewing.hand_over(
        stage.claimed(), None, actor=stage.rosa
    ),
    "reviewed": _sent("commented"),
    "reviewed by another": _sent("commented", "cora"),
    "reviewed naming": _sent("commented", "rosa", NAMED),
    "request_changes": _sent("changes_requested"),
    "approve": _sent("approved"),
    "approve by manager": lambda stage: reviewing.send(
        stage.submitted(), "approved", actor=stage.manager
    ),
    "reopen": lambda stage: workflow.move(
        stage.approved(), Act.REOPEN, actor=stage.rosa, note="One more thing."
    ),
    "thread_opened": lambda stage: reviewing.open_thread(
        stage.approved(), "plan", "And then?", actor=stage.rosa
    ),
    "thread_opened note": lambda stage: reviewing.open_thread(
        stage.claimed(), "plan", f"Hm. {NAMED}", actor=stage.rosa, for_reviewers=True
    ),
    "replied": lambda stage: reviewing.reply(
        stage.thread(stage.claimed()), "So.", actor=stage.mira
    ),
    "replied unclaimed": lambda stage: reviewing.reply(_unclaimed(stage), "So.", actor=stage.mira),
    "replied naming": lambda stage: reviewing.reply(
        stage.thread(stage.claimed()), NAMED, actor=stage.mira
    ),
    "replied note": lambda stage: reviewing.reply(_note(stage), "I agree.", actor=stage.cora),
    "replied note naming": lambda stage: reviewing.reply(
        _note(stage), f"{NAMED}, @Mira Member", actor=stage.cora
    ),
    "addressed": lambda stage: reviewing.address(_back(stage), actor=stage.mira, text="Done."),
    "resolved": _resolved,
    "resolved reviewing": _resolved_reviewing,
    "resolved note": lambda stage: reviewing.resolve(_note(stage), actor=stage.cora),
    "reopened": lambda stage: _reopened(_resolved(stage), stage),
    "reopened reviewing": lambda stage: _reopened(_resolved_reviewing(stage), stage),
    "suggestion_applied": lambda stage: reviewing.apply(stage.suggested(), actor=stage.mira),
    "suggestion_declined": lambda stage: reviewing.decline(
        stage.suggested(), "It is three.", actor=stage.mira
    ),
    "extended": lambda stage: scheduling.extend(
        stage.bring().lab,
        stage.cycle,
        until=stage.cycle.closes_at + dt.timedelta(days=1),
        actor=stage.manager,
    ),
    "term_refused": lambda stage: proposals.refuse(
        _proposed(stage), "Use “Water”.", actor=stage.manager
    ),
    "term_taken": lambda stage: proposals.accept(_proposed(stage), actor=stage.manager),
    "term_merged": lambda stage: _merged(stage),
    "nudged": lambda stage: reminding.nudge(
        stage.bring().lab, stage.cycle, "Two weeks are left.", actor=stage.rosa
    ),
    "reminded": lambda stage: stage.due(days=2, plan=stage.claimed()),
    "reminded unclaimed": lambda stage: stage.due(days=2, plan=stage.submitted()),
    "overdue": lambda stage: stage.due(days=-1, plan=stage.claimed()),
    "overdue unclaimed": lambda stage: stage.due(days=-1, plan=stage.submitted()),
}


@pytest.fixture(scope="module")
def built(kept: None) -> Stage:
    """A lab and its reviewers at work on one plan, made once."""
    return Stage(personas.build())


@pytest.fixture
def stage(built: Stage, db: None) -> Stage:
    """The same as it was made. What a test writes is undone after it."""
    return deepcopy(built)


def send_everything() -> None:
    """As the worker does when everything that was not tried yet has come due."""
    waiting = Notification.objects.filter(sent_at__isnull=True, attempts=0)
    waiting.update(due_at=timezone.now())
    notifications.send_waiting.call()


def test_every_kind_of_event_has_a_row_and_every_row_is_done() -> None:
    assert {name.split()[0] for name in rows()} == set(EventKind.values)
    assert set(rows()) == set(DONE)


@pytest.mark.parametrize("row", DONE)
def test_who_is_told_of_it_and_who_is_not(
    stage: Stage, row: str, mailoutbox: list[EmailMessage]
) -> None:
    kind = row.split()[0]

    DONE[row](stage)

    event = Event.objects.filter(kind=kind).order_by("-pk")[0]
    notices = Notification.objects.filter(event=event).select_related("recipient")
    told = {
        one.recipient_id: "mail" if one.by_mail and one.read_at is None else "read"
        for one in notices
        if one.by_mail == (one.read_at is None)
    }
    assert len(told) == notices.count()
    if event.actor_id:
        assert event.actor_id not in told
        told[event.actor_id] = "did"
    inside = {name: told.pop(person.pk, "-") for name, person in stage.known.items()}
    outside = [
        told[person.pk] if told[person.pk] == "did" else person.name
        for person in stage.network.people.values()
        if person.pk in told
    ]
    assert (inside, " ".join(outside) or "-") == rows()[row]

    send_everything()
    mailed = {one.recipient.email for one in notices if one.by_mail}
    assert {address for mail in mailoutbox for address in mail.to} >= mailed
    assert {mail.to[0] for mail in mailoutbox if _tells(mail, event)} <= mailed


def _tells(mail: EmailMessage, event: Event) -> bool:
    return str(event.get_kind_display()) in f"{mail.subject} {mail.body}"


@pytest.mark.parametrize("row", DONE)
def test_whoever_is_told_sees_what_it_is_about(stage: Stage, row: str) -> None:
    """Besides that a plan has left the reviewers who could read it until then."""
    DONE[row](stage)

    unseen = {
        one.recipient.name
        for one in Notification.objects.select_related("recipient", "event")
        if one.event.plan_id
        and not visible_plans(fresh(one.recipient)).filter(pk=one.event.plan_id).exists()
    }
    left = row in ("recall", "withdraw")
    assert unseen == ({"Rosa Reviewer", "Cora Colleague"} if left else set())
