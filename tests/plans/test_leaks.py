"""No word reaches whom it is not for: not on a page, in a file or in a mail."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from copy import deepcopy
from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import Membership, Reviewer
from plans import clock, inbox, notifications, reviewing
from plans.models import (
    Criterion,
    Delivery,
    Event,
    Mark,
    Mute,
    Notification,
    Plan,
    Thread,
    Topic,
)
from tests import personas, test_access
from tests.factories import member_of, reviewer_of
from tests.personas import PERSONAS
from tests.plans.test_who_is_told import send_everything

if TYPE_CHECKING:
    from django.core.mail import EmailMessage
    from django.test import Client

    from accounts.models import User
    from tests.personas import Network


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


@pytest.fixture(scope="module")
def built(kept: None) -> test_access.World:
    """Words for nobody, or for few, planted in everything that could leak, once."""
    network = personas.build()
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


@pytest.fixture
def planted(built: test_access.World, db: None) -> test_access.World:
    """The same as it was made. What a test writes is undone after it."""
    return deepcopy(built)


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
