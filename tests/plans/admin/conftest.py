"""Browsers in which administrators are signed in, and a plan that was talked about."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from plans.models import Plan
from tests.factories import sent_thread


@pytest.fixture
def manager(client: Client, network_manager: User) -> Client:
    """A browser in which somebody who manages the network is signed in."""
    client.force_login(network_manager)
    return client


@pytest.fixture
def editor(client: Client, taxonomy_manager: User) -> Client:
    """A browser in which somebody who keeps the vocabularies is signed in."""
    client.force_login(taxonomy_manager)
    return client


@pytest.fixture
def discussed(complete_plan: Callable[..., Plan], reviewer: User) -> Plan:
    """A submitted plan with three threads."""
    plan = complete_plan("submitted", title="Wells")
    partner = plan.partners.get()
    for place, words in (
        ("plan", "A good start."),
        ("challenge.background", "Which villages?"),
        (f"partners/{partner.pk}", "Have you met them?"),
    ):
        sent_thread(plan, place, words, actor=reviewer)
    return plan
