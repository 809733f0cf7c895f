"""Two people in one plan see that the other is there, and in which section."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from plans import clock, presence
from plans.models import Presence

if TYPE_CHECKING:
    from django.test import Client

    from tests.personas import Network


def test_each_sees_the_other_and_where_and_not_themselves(network: Network) -> None:
    plan = network.plan()

    assert presence.enter(plan, "challenge", actor=network["member"]) == []
    found = presence.enter(plan, "partners", actor=network["lead"])

    assert presence.in_words(found) == "Mira Member is in this plan too, in “Challenge”."
    assert presence.in_words(presence.others(plan, network["member"])) == (
        "Leo Lead is in this plan too, in “Partners”."
    )


def test_who_moves_on_is_where_they_went(network: Network) -> None:
    plan = network.plan()
    presence.enter(plan, "challenge", actor=network["member"])
    presence.enter(plan, "", actor=network["member"])
    presence.leave(plan, "challenge", actor=network["member"])  # the goodbye came late

    assert presence.in_words(presence.others(plan, network["lead"])) == (
        "Mira Member is in this plan too."
    )


def test_who_has_gone_is_forgotten_at_once_or_after_a_minute(network: Network) -> None:
    plan = network.plan()
    presence.enter(plan, "closing", actor=network["member"])
    presence.leave(plan, "closing", actor=network["member"])
    assert presence.others(plan, network["lead"]) == []

    with clock.at(clock.now() - dt.timedelta(seconds=61)):
        presence.enter(plan, "closing", actor=network["member"])

    assert presence.others(plan, network["lead"]) == []


@pytest.mark.parametrize("persona", ["reviewer", "other_member", "taxonomy_manager"])
def test_only_writers_are_noted(network: Network, persona: str) -> None:
    with pytest.raises(PermissionDenied):
        presence.enter(network.plan("submitted"), "title", actor=network[persona])


def test_the_page_says_at_once_who_else_is_there(client: Client, network: Network) -> None:
    plan = network.plan()
    presence.enter(plan, "evidence", actor=network["lead"])
    client.force_login(network["member"])

    for address in (
        reverse("plan_section", args=(plan.pk, "challenge")),
        reverse("plan_edit", args=(plan.pk,)),
    ):
        page = client.get(address).content.decode()
        assert "Leo Lead is in this plan too, in “Evidence”.</p>" in page
    assert Presence.objects.get(user=network["member"]).section == ""


def test_the_page_tells_where_it_is_and_hears_who_else_is(client: Client, network: Network) -> None:
    plan = network.plan()
    presence.enter(plan, "evidence", actor=network["lead"])
    client.force_login(network["member"])
    here = reverse("plan_here", args=(plan.pk,))

    said = client.post(here, {"section": "challenge"}).json()
    nonsense = client.post(here, {"section": "nowhere\x00"}).json()
    bye = client.post(here, {"section": "", "leaving": "1"})

    words = "Leo Lead is in this plan too, in “Evidence”."
    assert (said, nonsense, bye.status_code) == ({"words": words}, {"words": words}, 204)
    assert Presence.objects.filter(user=network["member"]).count() == 0
