"""A form that is refused as a whole comes back with every text under the question it answers."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from django.test import Client
from django.urls import reverse

from plans import authoring, workflow
from plans.models import Question
from plans.states import Act

if TYPE_CHECKING:
    from plans.models import Plan
    from tests.personas import Network

HERE = {"Sec-Fetch-Site": "same-origin"}
PAIR = re.compile(
    r"<label[^>]*>([^<]*)</label>\s*<textarea[^>]*readonly[^>]*>\n?([^<]*)</textarea>"
)


def kept(client: Client, plan: Plan, section: str, sent: dict[str, str]) -> list[tuple[str, str]]:
    """What the answer to that form shows: each text with what it is called."""
    answer = client.post(reverse("plan_section", args=(plan.pk, section)), sent, headers=HERE)
    assert answer.status_code in (401, 409)
    return [
        (unescape(name), unescape(text)) for name, text in PAIR.findall(answer.content.decode())
    ]


def two_partners(plan: Plan, network: Network) -> dict[str, str]:
    """What the form of the partners sends of two of them."""
    authoring.add_row(plan, "partners", actor=network["member"], name="Council")
    first, second = plan.rows("partners")
    return {
        f"{first.pk}-description": "They dig the wells.",
        f"{second.pk}-name": "The women’s council",
        f"{second.pk}-description": "They keep the keys.",
    }


def test_somebody_who_was_signed_out_finds_each_text_under_its_question(network: Network) -> None:
    plan = network.plan("draft")
    Question.objects.update_or_create(
        section="challenge", field="background", defaults={"label": "What came before"}
    )
    sent = {"background": "Four dry years.", "summary": "Wells that answer.", "base": "{}"}

    assert kept(Client(), plan, "challenge", sent) == [
        ("What came before", "Four dry years."),
        ("Short summary", "Wells that answer."),
    ]
    assert kept(Client(), plan, "partners", two_partners(plan, network)) == [
        ("Partner 1: The collaboration", "They dig the wells."),
        ("Partner 2: Name", "The women’s council"),
        ("Partner 2: The collaboration", "They keep the keys."),
    ]


def test_so_does_somebody_whose_plan_was_handed_in_meanwhile(
    network: Network, client: Client
) -> None:
    plan = network.plan("draft")
    partners = two_partners(plan, network)
    authoring.remove_row(plan, "partners", plan.rows("partners")[1].pk, actor=network["member"])
    workflow.move(plan, Act.SUBMIT, actor=network["lead"])
    client.force_login(network["member"])

    assert kept(client, plan, "partners", partners) == [
        ("Partner 1: The collaboration", "They dig the wells."),
        ("Partner 2: Name", "The women’s council"),
        ("Partner 2: The collaboration", "They keep the keys."),
    ]


def test_what_no_question_asked_is_counted_and_an_address_of_nothing_is_no_trouble(
    network: Network,
) -> None:
    plan = network.plan("draft")

    assert kept(Client(), plan, "challenge", {"invented": "Nobody asked for this."}) == [
        ("Text 1", "Nobody asked for this.")
    ]
    assert kept(Client(), plan, "nonsense", {"background": "Four dry years."}) == [
        ("Text 1", "Four dry years.")
    ]
