"""Who comes into which administration page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from plans import merging, splitting
from plans.models import (
    Plan,
    TermStatus,
    ThematicArea,
)
from tests.factories import ThematicAreaFactory, sent_thread
from tests.personas import Network
from tests.plans.admin.pages import MODELS, VOCABULARIES, page, text


def test_who_is_signed_out_is_led_to_the_one_door(client: Client, db: None) -> None:
    there = client.get(page("plan"))
    assert there.headers["Location"] == "/admin/login/?next=/admin/plans/plan/"
    door = client.get(there.headers["Location"])
    assert door.headers["Location"] == "/account/login/?next=%2Fadmin%2Fplans%2Fplan%2F"


def test_network_managers_open_every_list(manager: Client) -> None:
    answers = {model: manager.get(page(model)).status_code for model in MODELS}
    assert answers == dict.fromkeys(MODELS, 200)


def test_taxonomy_managers_open_vocabularies_and_nothing_else(editor: Client) -> None:
    answers = {model: editor.get(page(model)).status_code for model in MODELS}
    open_to_them = {*VOCABULARIES, "stagename", "merge", "split"}
    assert answers == {model: 200 if model in open_to_them else 403 for model in MODELS}


def test_taxonomy_managers_see_no_plan_acts_and_cannot_send_one(
    editor: Client, complete_plan: Callable[..., Plan]
) -> None:
    plan = complete_plan("submitted")
    assert editor.get(page("plan", "change", plan.pk)).status_code == 403
    sent = {"action": "approve", "_selected_action": plan.pk, "confirm": "Approve"}
    assert editor.post(page("plan"), sent).status_code == 403
    plan.refresh_from_db()
    assert plan.state == "submitted"


def test_taxonomy_managers_cannot_delete_terms(editor: Client) -> None:
    term = ThematicAreaFactory.create()
    assert editor.post(page("thematicarea", "delete", term.pk), {"post": "yes"}).status_code == 403
    assert ThematicArea.objects.count() == 1


def test_taxonomy_managers_are_led_to_no_page_of_a_person(editor: Client, network: Network) -> None:
    proposer, merger = network["member"], network["network_manager"]
    one = ThematicAreaFactory.create(status=TermStatus.PROPOSED, proposed_by=proposer)
    other = ThematicAreaFactory.create()
    shown = editor.get(page("thematicarea", "change", one.pk))
    merged = merging.merge([one], other, actor=merger)
    parts = [ThematicAreaFactory.create() for _part in range(2)]
    split = splitting.split(other, parts, actor=merger)
    records = [
        editor.get(page("merge", "change", merged.pk)),
        editor.get(page("split", "change", split.pk)),
    ]

    assert str(proposer) in text(shown)
    assert [str(merger) in text(record) for record in records] == [True, True]
    people = reverse("admin:accounts_user_changelist")
    assert [people in seen.content.decode() for seen in (shown, *records)] == [False] * 3


@pytest.mark.parametrize("who", ["member", "lead", "reviewer"])
def test_nobody_else_comes_in(client: Client, network: Network, who: str) -> None:
    client.force_login(network[who])
    assert client.get(page("plan")).status_code == 302
    assert client.get("/admin/login/").status_code == 403


RECORDS = (
    "plan",
    "event",
    "notification",
    "thread",
    "comment",
    "review",
    "version",
    "merge",
    "split",
)


@pytest.mark.parametrize("model", RECORDS)
def test_records_are_neither_added_nor_deleted(
    manager: Client,
    complete_plan: Callable[..., Plan],
    network: Network,
    reviewer: User,
    model: str,
) -> None:
    plan = complete_plan("submitted")
    sent_thread(plan, "plan", "Which villages?", actor=reviewer)
    one, other = (ThematicAreaFactory.create() for _term in range(2))
    merging.merge([one], other, actor=network["network_manager"])
    parts = [ThematicAreaFactory.create() for _part in range(2)]
    splitting.split(other, parts, actor=network["network_manager"])
    row = MODELS[model]._default_manager.first()
    assert row is not None
    assert manager.get(page(model, "add")).status_code == 403
    assert manager.get(page(model, "change", row.pk)).status_code == 200
    assert manager.post(page(model, "change", row.pk), {"state": "approved"}).status_code == 403
    assert manager.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert MODELS[model]._default_manager.filter(pk=row.pk).count() == 1
