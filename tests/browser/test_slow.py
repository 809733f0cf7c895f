"""A phone in one hand, on a line like those of 2006: a plan can be written all the same.

The site's style and htmx are there already, as after an earlier visit: the server of these tests
compresses nothing, and what a first load weighs is asked in ``test_bars.py``. All else is harder
than on a public site, whose browsers need not ask again for what they have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from plans import authoring
from plans.authoring import Change
from plans.models import Plan
from tests.browser.test_phone import PHONE
from tests.browser.writing import Thumb, goes_on, is_at, signs_in

if TYPE_CHECKING:
    from playwright.sync_api import Dialog, Page

    from tests.browser.conftest import Open
    from tests.personas import Network

LATENCY = 450
"""Milliseconds before anything comes back."""
KILOBITS = 150
"""What the line carries in a second, either way."""
FAR = "It is forty minutes to the next well, and twice that in the dry months." * 8
COUNCIL = "Women’s council of Khoroo 24"
KEYS = "They keep the keys, and the book of who came."


@pytest.fixture
def draft(network: Network) -> Plan:
    """A plan of the lab with one partner, in which the background is still missing."""
    plan = network.plan("draft", title="Wells that answer")
    authoring.save(plan, {"background": Change("")}, actor=network["member"])
    return plan


def slow(page: Page) -> Page:
    """Put a page on such a line."""
    bytes_a_second = KILOBITS * 1000 / 8
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY,
            "downloadThroughput": bytes_a_second,
            "uploadThroughput": bytes_a_second,
        },
    )
    return page


def goes_to(thumb: Thumb, title: str) -> None:
    """To another section, or to the overview, from the line at the foot."""
    thumb.press(thumb.page.locator(".rail-opener"))
    thumb.press(thumb.page.locator(".rail").get_by_role("link", name=title))


def test_with_one_hand_on_a_slow_line_what_is_typed_is_stored_and_handed_in(
    draft: Plan, network: Network, open_browser: Open
) -> None:
    page = open_browser(**PHONE | {"height": 740})
    page.goto("/account/login/")
    thumb = Thumb(slow(page))

    signs_in(thumb, network.people["member"])
    thumb.press(page.get_by_role("link", name="Wells that answer").first)
    thumb.press(page.get_by_role("link", name="Submit for review"))
    expect(page.get_by_role("heading", name="One answer is missing")).to_be_visible()
    thumb.press(page.locator(".error-summary a"))

    is_at(page, "Challenge")
    page.wait_for_load_state()  # nobody writes 600 characters faster than that
    thumb.write(page.get_by_label("Background"), FAR)
    goes_to(thumb, "Partners")

    is_at(page, "Partners")
    thumb.press(page.get_by_role("button", name="Add a partner"))
    partner = page.get_by_role("group", name="Partner 2")
    thumb.write(partner.get_by_label("Name", exact=True), COUNCIL)
    thumb.choose(partner.get_by_label("Sector"), "Farmers")
    thumb.write(partner.get_by_label("The collaboration"), KEYS)
    thumb.tick(partner.get_by_label("Yes"))
    goes_on(thumb)

    is_at(page, "Learning")
    goes_to(thumb, "Overview and submission")
    is_at(page, "Wells that answer")
    thumb.press(page.get_by_role("link", name="Submit for review"))
    is_at(page, "Submit for review")
    thumb.press(page.get_by_role("button", name="Submit for review"))
    expect(page.locator(".page-header .state")).to_have_text("Submitted")

    plan = Plan.objects.get(pk=draft.pk)
    added = plan.rows("partners")[1]
    assert (plan.state, plan.background) == ("submitted", FAR)
    assert (added.name, added.description, added.is_new) == (COUNCIL, KEYS, True)


def asked_when_leaving(page: Page) -> list[str]:
    """Try to leave by a link, and stay: what was asked, and whatever is asked later."""
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    with page.expect_event("dialog"):
        page.get_by_role("link", name="Action Learning Plans").first.click(no_wait_after=True)
    return asked


def test_what_is_typed_before_the_scripts_are_there_is_not_left_behind_unasked(
    draft: Plan, network: Network, open_browser: Open
) -> None:
    page = open_browser(network.people["member"])
    page.route("**/js/writing.js", lambda _route: None)  # it is on its way
    with page.expect_event("requestfinished", lambda request: "early" in request.url):
        page.goto(reverse("plan_section", args=(draft.pk, "challenge")), wait_until="commit")
    page.get_by_label("Background").fill(FAR)
    asked = asked_when_leaving(page)
    expect(page.get_by_label("Background")).to_have_value(FAR)
    assert asked == ["beforeunload"]

    page.unroute("**/js/writing.js")
    page.get_by_role("button", name="Save", exact=True).last.click(no_wait_after=True)
    expect(page.locator("#messages").first).to_have_text("Saved.")
    assert asked == ["beforeunload"]
    assert Plan.objects.get(pk=draft.pk).background == FAR


def test_words_that_are_sent_by_a_button_are_not_left_behind_unasked(
    draft: Plan, network: Network, open_browser: Open
) -> None:
    page = open_browser(network.people["member"])
    with page.expect_event("requestfinished", lambda request: "early" in request.url):
        page.goto(reverse("plan_act", args=(draft.pk, "withdraw")))
    page.get_by_role("textbox").fill("We were told to wait.")
    asked = asked_when_leaving(page)
    page.get_by_role("button", name="Withdraw").click()
    expect(page.locator(".page-header .state")).to_have_text("Withdrawn")
    assert asked == ["beforeunload"]
