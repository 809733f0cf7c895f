"""The first page: what a lab has before it, and what it has left unfinished."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from django.urls import reverse

from plans import clock
from plans.models import Cycle
from tests.factories import CycleFactory

if TYPE_CHECKING:
    from django.test import Client

    from tests.personas import Network


def sections(html: str) -> dict[str, list[str]]:
    """The links of each section, by its heading."""
    found = re.findall(r"<section.*?<h2[^>]*>(.*?)</h2>(.*?)</section>", html, re.DOTALL)
    return {head: re.findall(r'<a href="/plans/[^>]*>(.*?)</a>', body) for head, body in found}


def test_the_latest_closed_cycle_has_its_places_and_older_ones_a_line_for_each_plan(
    client: Client, network: Network
) -> None:
    left = {400: "changes_requested", 300: "draft", 200: "approved", 100: "draft"}
    for ago, state in left.items():
        cycle = CycleFactory.create()
        network.plan(state, title=f"{ago} days ago", cycle=cycle)
        if state == "draft":
            network.plan("approved", title=f"{ago} days ago, over", cycle=cycle)
        closed = clock.now() - dt.timedelta(days=ago)
        opened = closed - dt.timedelta(days=50)
        Cycle.objects.filter(pk=cycle.pk).update(opens_at=opened, closes_at=closed)
    latest = f"{network.lab}, {cycle}"
    client.force_login(network["member"])

    found = sections(client.get(reverse("home")).content.decode())

    assert found["Waiting for your answer"] == ["400 days ago"]
    assert sorted(found[latest]) == ["100 days ago", "100 days ago, over"]
    assert found["Not finished, from earlier cycles"] == ["300 days ago", "400 days ago"]
