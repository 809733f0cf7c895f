"""Going back, as somebody does it in a browser: one answer, one row, a section, the whole text."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from plans import authoring, clock
from plans.authoring import Change
from plans.models import Plan
from tests.factories import WORDS

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.conftest import Open
    from tests.personas import Network

THEIRS = {
    "background": WORDS["background"].replace("Three dry", "Four wet"),
    "value_proposition": "Nobody decides.",
    "summary": "Nothing is measured.",
    "early_leads": "Nobody would take it over.",
}
"""What the lead made of the member's words."""


@pytest.fixture
def plan(network: Network) -> Plan:
    """A draft of the member's, in which the lead wrote yesterday and took the partner away."""
    began = clock.now() - dt.timedelta(days=2)
    with clock.at(began):
        plan = network.plan("draft")
    with clock.at(began + dt.timedelta(days=1)):
        changes = {name: Change(text) for name, text in THEIRS.items()}
        authoring.save(plan, changes, actor=network["lead"])
        partner = plan.rows("partners")[0].pk
        authoring.remove_row(plan, "partners", partner, actor=network["lead"])
    return plan


def stored(plan: Plan) -> dict[str, str]:
    """The plan's words as they are now."""
    now = Plan.objects.get(pk=plan.pk)
    return {name: getattr(now, name) for name in WORDS}


def partners(plan: Plan) -> list[str]:
    return [partner.name for partner in plan.rows("partners")]


def what_was_written(page: Page, plan: Plan) -> Locator:
    """Go from the plan to what was written; what the lead did, with the ways back."""
    page.goto(reverse("plan", args=(plan.pk,)))
    page.get_by_role("link", name="History", exact=True).click()
    page.get_by_role("link", name="What was written").click()
    return page.get_by_role("article").filter(has=page.get_by_role("heading", name="Leo Lead"))


def back(of: Locator, what: str) -> Locator:
    """The button that brings an answer or a row back."""
    name = re.compile(rf"^Bring (the earlier text|this partner) back\s*: {what}")
    return of.get_by_role("button", name=name)


def confirmed(page: Page, title: str) -> None:
    """See what will change, and have it so."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_role("heading", name="What will change")).to_be_visible()
    page.get_by_role("button", name="Bring it back").click()
    expect(page.locator("#messages")).to_contain_text("Brought back.")


def test_an_answer_a_row_a_section_and_the_whole_come_back_and_nothing_is_erased(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = open_browser(network.people["member"])

    theirs = what_was_written(page, plan)
    background = theirs.locator(".change").filter(
        has=page.get_by_role("heading", name="Background", exact=True)
    )
    expect(background.locator("del")).to_contain_text("removed: Three dry end")
    expect(background.locator("ins")).to_contain_text("added: Four wet end")
    back(theirs, "Background").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Challenge")
    expect(page.get_by_label("Background")).to_have_value(WORDS["background"])
    assert stored(plan) == THEIRS | {
        name: WORDS[name] for name in ("background", "challenge_statement")
    }

    back(what_was_written(page, plan), "Partner").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Water users' association")
    assert partners(plan) == ["Water users' association"]

    what_was_written(page, plan).get_by_role(
        "link", name="Bring the whole section Challenge back"
    ).click()
    confirmed(page, "Bring the section Challenge back")
    assert stored(plan) == WORDS | {"early_leads": THEIRS["early_leads"]}

    theirs = what_was_written(page, plan)
    sitting = page.locator(".sitting").filter(has=theirs)
    sitting.get_by_role("link", name="The plan as it was before").click()
    page.get_by_text("different in the plan today").click()
    page.get_by_role("link", name="Bring the whole text back").click()
    confirmed(page, "Bring the whole text back")
    assert stored(plan) == WORDS

    expect(back(what_was_written(page, plan), "Background")).to_be_visible()
    own = page.get_by_role("article").filter(has=page.get_by_role("heading", name="Mira Member"))
    expect(own.first.locator("del")).to_contain_text(
        ["Four wet", "Nobody decides", "Nothing is measured", "Nobody"]
    )
