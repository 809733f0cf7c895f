"""Of every event: who is told and how, and who is not; and no word reaches whom it is not for.

Everything here is done as people do it. A kind of event without a row fails.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import Membership, Reviewer
from plans import (
    authoring,
    clock,
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
    Criterion,
    Cycle,
    Delivery,
    Event,
    EventKind,
    Mark,
    Mute,
    Notification,
    Plan,
    ThematicArea,
    Thread,
    Topic,
)
from plans.permissions import visible_plans
from plans.phrases import Phrase
from plans.states import HANDED_IN, Act
from tests import test_access
from tests.factories import fresh, member_of, reviewer_of, sent_thread
from tests.personas import PERSONAS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.core.mail import EmailMessage
    from django.test import Client

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
            found: User = self.known[name]
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


@pytest.fixture
def stage(network: Network) -> Stage:
    """A lab and its reviewers at work on one plan."""
    return Stage(network)


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


# -- nothing leaks ---------------------------------------------------------------------------------


def word(name: str) -> str:
    """Words that stand nowhere else."""
    return f"Zq7 {name} Xw9"


OWN = ("pending thread", "pending reply", "pending proposal", "pending summary", "pending mark")
GONE = (
    *("discarded thread", "discarded summary", "discarded reply"),
    *("deleted comment", "deleted before", "pending before", "pending deleted", "emptied draft"),
)
READ_BY: dict[str, frozenset[str]] = {
    **dict.fromkeys((*OWN, "reviewer's draft", "typed proposal"), frozenset({"reviewer"})),
    "member's draft": frozenset({"member"}),
    **dict.fromkeys(("note", "answer to it"), frozenset({"reviewer", "cora", "network_manager"})),
    **dict.fromkeys(
        ("sent", "edited away"),
        frozenset(
            {
                *("member", "lead", "reviewer_in_lab", "muna"),
                *("reviewer", "cora", "network_manager"),
            }
        ),
    ),
    **dict.fromkeys(GONE, frozenset()),
}
"""Each of the words that are planted, and everybody who may read it anywhere."""

MAILED: dict[str, frozenset[str]] = {
    **dict.fromkeys(READ_BY, frozenset()),
    "sent": frozenset({"member", "lead", "reviewer_in_lab"}),
    "note": frozenset({"cora"}),
    "answer to it": frozenset({"reviewer"}),
}
"""Who has each in an e-mail. Muna has muted the plan, and is named in a change of what was sent."""

EVERYBODY = (*PERSONAS, "muna", "cora", "gil", "greta")


@pytest.fixture
def planted(network: Network) -> test_access.World:
    """Words for nobody, or for few, planted in everything that could leak."""
    network.people |= {
        "muna": member_of(network.lab, "Muna Muted"),
        "cora": reviewer_of(network.region, "Cora Colleague"),
        "gil": member_of(network.lab, "Gil Gone"),
        "greta": reviewer_of(network.region, "Greta Gone"),
    }
    world = test_access.World(network)
    plan, thread = world.plans["submitted"], world.threads["submitted"]
    Criterion.objects.create(cycle=plan.cycle, position=1, text="It can be answered.")
    member, rosa, cora = network["member"], network["reviewer"], network["cora"]
    for name, actor in (("gil", member), ("greta", rosa)):
        reviewing.reply(thread, f"Tell @{network.people[name].name}.", actor=actor)
    _send_away(network)
    inbox.mute(network["muna"], plan, muted=True)
    inbox.choose(network["lead"], dict.fromkeys(Topic, Delivery.DAILY))
    Notification.objects.all().delete()

    _discard(plan, thread, cora)
    _say_and_take_back(plan, thread, rosa)
    note = reviewing.open_thread(
        plan, "plan", f"{word('note')} @Mira Member", actor=rosa, for_reviewers=True
    )
    reviewing.reply(note, f"{word('answer to it')} @Leo Lead", actor=cora)
    _pend(plan, thread, rosa)
    reviewing.keep_draft(plan, f"reply:{thread.pk}", word("reviewer's draft"), actor=rosa)
    reviewing.keep_draft(plan, f"reply:{thread.pk}", word("member's draft"), actor=member)
    rest = {"words": "wells", "instead": word("typed proposal"), "offered": "wells"}
    reviewing.keep_draft(plan, "new:challenge.summary", "", actor=rosa, rest=rest)
    return world


def _send_away(network: Network) -> None:
    Membership.objects.filter(user=network.people["gil"]).delete()
    Reviewer.objects.filter(user=network.people["greta"]).delete()


def _discard(plan: Plan, thread: Thread, actor: User) -> None:
    """A review that is thrown away, with all that was in it."""
    reviewing.open_thread(plan, "plan", f"{word('discarded thread')} @Leo Lead", actor=actor)
    reviewing.reply(thread, word("discarded reply"), actor=actor)
    reviewing.keep(plan, actor=actor, summary=word("discarded summary"), marks={})
    reviewing.keep_draft(plan, "new:challenge", word("emptied draft"), actor=actor)
    reviewing.keep_draft(plan, "new:challenge", "", actor=actor)
    reviewing.discard(plan, actor=actor)


def _say_and_take_back(plan: Plan, thread: Thread, actor: User) -> None:
    """What is sent; what was said before it was changed; and what was deleted after all."""
    reviewing.discard(plan, actor=actor)
    for place, text in (("plan", "edited away"), ("challenge", "deleted before")):
        reviewing.open_thread(plan, place, word(text), actor=actor, must_fix=False)
    doomed = reviewing.reply(thread, word("pending before"), actor=actor)
    reviewing.edit_comment(doomed, word("pending deleted"), actor=actor)
    reviewing.delete_comment(doomed, actor=actor)
    reviewing.send(plan, "commented", actor=actor)
    first = plan.threads.get(comments__text=word("edited away")).comments.get()
    reviewing.edit_comment(first, f"{word('sent')} @Muna Muted", actor=actor)
    second = plan.threads.get(comments__text=word("deleted before")).comments.get()
    reviewing.edit_comment(second, word("deleted comment"), actor=actor)
    reviewing.delete_comment(second, actor=actor)


def _pend(plan: Plan, thread: Thread, actor: User) -> None:
    """A review that is not sent yet, naming people in it."""
    everybody = "@Mira Member @Leo Lead @Cora Colleague @Nadia Network"
    reviewing.open_thread(
        plan, "challenge", f"{word('pending thread')} {everybody}", actor=actor, must_fix=False
    )
    reviewing.reply(thread, f"{word('pending reply')} {everybody}", actor=actor)
    reviewing.open_thread(
        plan, "challenge.background", "", actor=actor, instead=word("pending proposal")
    )
    criterion = Criterion.objects.get(text="It can be answered.")
    marks = {criterion: (Mark.MET, word("pending mark"))}
    reviewing.keep(plan, actor=actor, summary=word("pending summary"), marks=marks)


def text_at(client: Client, address: str) -> str:
    """All that comes back from an address, headers and what is packed in it included."""
    response = client.get(address, follow=True)
    body = b"".join(response) if response.streaming else response.content
    if response.headers.get("Content-Type") == "application/zip":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"".join(packed.read(name) for name in packed.namelist())
    headers = " ".join(f"{name}: {value}" for name, value in response.headers.items())
    return unescape(body.decode(errors="replace")).replace("\\u0027", "'") + headers


@pytest.mark.parametrize("persona", EVERYBODY)
def test_everybody_finds_exactly_what_is_theirs_to_read(
    planted: test_access.World, persona: str
) -> None:
    client = test_access.visitor(planted.network, persona)
    is_manager = persona in ("network_manager", "taxonomy_manager")
    notices = Notification.objects.filter(recipient__in=planted.network.people.values())
    others = [
        plan.get_absolute_url() for state, plan in planted.plans.items() if state != "submitted"
    ]
    addresses = [
        address
        for address in test_access.pages(planted)
        if (is_manager or not address.startswith("/admin/"))
        and not address.startswith(tuple(others))
    ]
    addresses += [reverse("inbox_follow", args=(one.pk,)) for one in notices]

    found = {
        name
        for address in addresses
        for text in [text_at(client, address)]
        for name in READ_BY
        if word(name) in text
    }

    assert found == {name for name, people in READ_BY.items() if persona in people}


def test_no_mail_brings_what_is_not_for_its_reader(
    planted: test_access.World, mailoutbox: list[EmailMessage]
) -> None:
    send_everything()

    people = {person.email: name for name, person in planted.network.people.items()}
    found: dict[str, set[str]] = {name: set() for name in MAILED}
    for mail in mailoutbox:
        text = mail.message().as_string() + mail.subject + str(mail.body)
        for name in MAILED:
            if word(name) in text:
                found[name].add(people[mail.to[0]])
    assert found == MAILED
    assert {people[mail.to[0]] for mail in mailoutbox} == {
        *("member", "lead", "reviewer_in_lab", "cora", "reviewer"),
    }


def test_the_daily_mail_brings_no_more_than_the_others(
    planted: test_access.World, mailoutbox: list[EmailMessage]
) -> None:
    lead = planted.network["lead"]
    rows = Notification.objects.filter(recipient=lead)
    assert {one.due_at.astimezone(lead.zone).hour for one in rows} == {7}

    with clock.at(timezone.now() + dt.timedelta(days=2)):
        rows.update(due_at=timezone.now())
        notifications.send_waiting.call()

    (mail,) = [mail for mail in mailoutbox if mail.to == [lead.email]]
    assert [name for name in READ_BY if word(name) in str(mail.body)] == ["sent"]


def test_nothing_pending_is_in_the_history_the_inbox_or_the_outbox(
    planted: test_access.World,
) -> None:
    secret = {name for name, people in READ_BY.items() if len(people) < 2}
    said = [event.words + event.note for event in Event.objects.select_related("comment")]

    assert [name for name in secret for words in said if word(name) in words] == []
    assert not Mute.objects.exclude(user__name="Muna Muted").exists()
    mentions = Notification.objects.filter(is_mention=True)
    assert {one.recipient.name for one in mentions} == set()


@pytest.mark.parametrize("persona", ["member", "reviewer"])
def test_a_dossier_holds_nothing_that_is_not_sent_whoever_asks(
    planted: test_access.World, persona: str
) -> None:
    client = test_access.visitor(planted.network, persona)
    address = reverse("plan_dossier", args=(planted.plans["submitted"].pk,))

    text = text_at(client, address)

    assert {name for name in READ_BY if word(name) in text} == {"sent"}


@pytest.mark.parametrize("persona", ["member", "reviewer", "network_manager"])
@pytest.mark.parametrize("form", ["pdf", "docx", "xlsx", "json", "markdown", "dossier"])
def test_threads_in_a_file_are_what_everybody_on_the_plan_reads(
    planted: test_access.World, persona: str, form: str
) -> None:
    client = test_access.visitor(planted.network, persona)
    number = planted.plans["submitted"].pk
    asked = {"form": "pdf"} if form == "dossier" else {"threads": "yes"}
    name = "plan_dossier" if form == "dossier" else "plan_export"
    address = reverse(name, args=(number,) if form == "dossier" else (number, form))

    response = client.get(address, asked)
    text = words_in(b"".join(response) if response.streaming else response.content)

    assert {name for name in READ_BY if word(name) in text} == {"sent"}


def words_in(content: bytes) -> str:
    """The words of a file of any form, with single spaces."""
    if content.startswith(b"%PDF"):
        pages = PdfReader(io.BytesIO(content)).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            content = b" ".join(packed.read(name) for name in packed.namelist())
    return " ".join(unescape(content.decode(errors="replace")).split())
