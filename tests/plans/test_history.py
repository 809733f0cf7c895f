"""Versions and events: what was said and done stays as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from plans import authoring, history, workflow
from plans.authoring import Change
from plans.models import Event, Plan, Version
from plans.states import Act

if TYPE_CHECKING:
    from accounts.models import User
    from tests.personas import Network


def test_a_version_holds_the_document_and_its_fingerprint(network: Network, member: User) -> None:
    plan = network.plan("submitted")

    version = plan.versions.get()
    assert (version.number, version.made_by) == (1, member)
    assert version.document == plan.document
    assert version.hash == plan.document.hash() == version.document.hash()


def test_a_version_does_not_change_with_the_plan(
    network: Network, member: User, reviewer: User
) -> None:
    plan = network.plan("changes_requested")
    before = plan.versions.get().document

    authoring.save(plan, {"background": Change("All new.")}, actor=member)
    workflow.move(plan, Act.SUBMIT, actor=member)

    assert [
        (version.number, version.document.background)
        for version in plan.versions.order_by("number")
    ] == [(1, before.background), (2, "All new.")]


def test_an_unchanged_plan_keeps_its_version(
    network: Network, member: User, reviewer: User
) -> None:
    plan = network.plan("changes_requested")
    workflow.move(plan, Act.SUBMIT, actor=member)
    workflow.move(plan, Act.APPROVE, actor=reviewer)

    assert plan.versions.count() == 1
    assert [event.version for event in plan.events.exclude(kind="start")] == (
        [plan.versions.get()] * 4
    )


def test_each_plan_counts_its_own_versions(network: Network) -> None:
    numbers = [network.plan("submitted", title=title).versions.get().number for title in "AB"]

    assert numbers == [1, 1]


def test_a_version_says_again_what_an_earlier_one_said(
    network: Network, member: User, reviewer: User
) -> None:
    plan = network.plan("changes_requested")
    old = plan.background
    for text in ("New.", old):
        authoring.save(plan, {"background": Change(text)}, actor=member)
        workflow.move(plan, Act.SUBMIT, actor=member)
        workflow.move(plan, Act.REQUEST_CHANGES, actor=reviewer, note="Hm.")

    first, second, third = plan.versions.order_by("number")
    assert (first.hash == third.hash, first.hash == second.hash) == (True, False)


@pytest.mark.parametrize("model", [Event, Version])
def test_nothing_is_rewritten_or_erased(network: Network, model: type[Event | Version]) -> None:
    network.plan("submitted")
    rows = model._default_manager.all()
    attempts = [
        lambda: rows.update(plan_id=None if model is Event else 1),
        rows.delete,
        rows[0].save,
        rows[0].delete,
    ]

    refused = 0
    for attempt in attempts:
        try:
            with transaction.atomic():
                attempt()
        except (IntegrityError, ProtectedError):
            refused += 1
    assert refused == 4


@pytest.mark.parametrize("state", ["submitted", "archived"])
def test_a_plan_with_a_history_is_not_deleted(network: Network, state: str) -> None:
    plan = network.plan(state)

    with pytest.raises(ProtectedError):
        plan.delete()
    assert Plan.objects.filter(pk=plan.pk).exists()


@pytest.mark.parametrize(
    ("road", "origin"),
    [
        ("draft", ""),
        ("submitted", "draft"),
        ("changes_requested", "draft"),
    ],
)
def test_history_knows_from_where_a_plan_was_submitted(
    network: Network, road: str, origin: str
) -> None:
    assert history.submitted_from(network.plan(road)) == origin


def test_history_knows_the_last_submission(network: Network, member: User) -> None:
    plan = workflow.move(network.plan("changes_requested"), Act.SUBMIT, actor=member)

    assert history.submitted_from(plan) == "changes_requested"
