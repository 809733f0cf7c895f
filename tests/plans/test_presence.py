"""Two people in one plan see that the other is there, and in which section."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from plans import authoring, clock, presence
from plans.authoring import Change, row_key
from plans.models import Plan, Presence, Question
from plans.presence import News
from tests.factories import member_of

if TYPE_CHECKING:
    from typing import Any

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
    told = {"words": words, "news": "", "at": ""}
    assert (said, nonsense, bye.status_code) == (told, told, 204)
    assert Presence.objects.filter(user=network["member"]).count() == 0


def test_who_reads_and_may_write_is_told_who_writes_now(client: Client, network: Network) -> None:
    plan = network.plan("changes_requested")
    presence.enter(plan, "evidence", actor=network["lead"])
    presence.enter(plan, "", actor=network["reviewer_in_lab"])  # looks at the overview
    words = "Leo Lead is writing in this plan now, in “Evidence”."

    found = {}
    for persona in ("member", "network_manager", "reviewer", "lead"):
        client.force_login(network.people[persona])
        found[persona] = words in client.get(plan.get_absolute_url()).content.decode()

    assert found == {"member": True, "network_manager": True, "reviewer": False, "lead": False}


# -- what the others saved -------------------------------------------------------------------------

AT_TWO = dt.datetime(2026, 11, 23, 14, 3, tzinfo=dt.UTC)


def said(**answers: Any) -> dict[str, Change]:
    """Changes that are written whatever is there."""
    return {key: Change(value) for key, value in answers.items()}


def test_what_others_saved_in_the_section_is_told_with_when(network: Network) -> None:
    plan = network.plan()
    shown = Plan.objects.get(pk=plan.pk).revision
    with clock.at(AT_TWO), timezone.override("Asia/Ulaanbaatar"):
        authoring.save(plan, said(background="One."), actor=network["lead"])
        authoring.save(plan, said(early_leads="Elsewhere."), actor=network["lead"])
        authoring.save(plan, said(background="Two.", summary="S."), actor=network["lead"])
        authoring.save(plan, said(value_proposition="Mine."), actor=network["member"])

        assert presence.news(plan, "challenge", shown, network["member"]) == News(
            "Leo Lead saved “Background” and “Short summary” at 22:03 (UTC+08:00).",
            "id_background",
        )
        assert presence.news(plan, "challenge", shown, network["lead"]) == News(
            "Mira Member saved “Value proposition” at 22:03 (UTC+08:00).",
            "id_value_proposition",
        )
        assert presence.news(plan, "challenge", shown, network["member"], ["background"]) == News(
            "Leo Lead saved “Short summary” at 22:03 (UTC+08:00).", "id_summary"
        )
        assert presence.news(plan, "evidence", shown, network["member"]) == News()
        now = Plan.objects.get(pk=plan.pk).revision
        assert presence.news(plan, "challenge", now, network["member"]) == News()


def test_answers_are_called_as_on_the_page_and_older_saves_come_with_their_date(
    network: Network,
) -> None:
    plan = network.plan()
    shown = Plan.objects.get(pk=plan.pk).revision
    Question.objects.create(section="challenge", field="background", label="The story so far")
    with clock.at(AT_TWO):
        authoring.save(plan, said(background="One."), actor=network["lead"])
    with clock.at(AT_TWO + dt.timedelta(days=1)):
        told = presence.news(plan, "challenge", shown, network["member"])

    assert told.words == "Leo Lead saved “The story so far” at 23 November, 14:03 (UTC)."


def test_changes_of_rows_are_told_and_where_they_are(network: Network) -> None:
    plan = network.plan()
    lead, member = network["lead"], network["member"]
    first = plan.rows("partners")[0]

    def newest() -> str:
        revision = Plan.objects.get(pk=plan.pk).revision
        told = presence.news(plan, "partners", revision - 1, member)
        assert told.words.startswith("Leo Lead saved “Partners” at ")
        return told.at

    added = authoring.add_row(plan, "partners", actor=lead)
    assert newest() == f"row-{added.pk}"
    name = row_key("partners", first.pk, "name")
    authoring.save(plan, {name: Change("Another name")}, actor=lead)
    assert newest() == f"id_{first.pk}-name"
    authoring.move_row(plan, "partners", added.pk, 1, actor=lead)
    assert newest() == f"row-{added.pk}"
    authoring.remove_row(plan, "partners", added.pk, actor=lead)
    assert newest() == "rows"


def test_hearing_of_it_takes_as_many_queries_for_three_people_as_for_one(
    client: Client, network: Network
) -> None:
    plan = network.plan()
    shown = Plan.objects.get(pk=plan.pk).revision
    client.force_login(network["member"])
    client.get(reverse("plan_edit", args=(plan.pk,)))

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            told = client.post(
                reverse("plan_here", args=(plan.pk,)), {"section": "challenge", "since": str(shown)}
            )
        assert told.json()["at"] == "id_background"
        return len(queries)

    people = [network["lead"], member_of(network.lab, "Two"), member_of(network.lab, "Three")]
    counts = []
    for person in people:
        presence.enter(plan, "challenge", actor=person)
        authoring.save(plan, said(background=person.name), actor=person)
        counts.append(asked())

    assert counts == [6, 6, 6]


@pytest.mark.parametrize("since", ["", "x", "-1", "9" * 40, "²", "1\x00"])
def test_nonsense_instead_of_a_revision_brings_no_news(
    since: str, client: Client, network: Network
) -> None:
    plan = network.plan()
    client.force_login(network["lead"])
    here = reverse("plan_here", args=(plan.pk,))

    assert client.post(here, {"section": "challenge", "since": since}).json()["news"] == ""


def test_showing_it_goes_to_what_is_new(client: Client, network: Network) -> None:
    plan = network.plan()
    client.force_login(network["member"])
    address = reverse("plan_section", args=(plan.pk, "evidence"))

    found = [
        client.post(address, {"do": f"show:{at}"})["Location"] for at in ("rows", "#a b", "\x00")
    ]

    assert found == [f"{address}?at=rows#rows", address, address]
