"""The closing reflection in a browser: what is typed stays, whatever becomes of line and page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from plans.models import Reflection
from tests.browser.copies import kept

if TYPE_CHECKING:
    from plans.models import Plan
    from tests.browser.conftest import Open
    from tests.personas import Network

PHONE = {"width": 360, "height": 640, "has_touch": True, "is_mobile": True}


@pytest.fixture
def plan(transactional_db: None, network: Network) -> Plan:
    """A plan whose cycle can be looked back on."""
    return network.plan("approved", title="Wells that answer")


def form(page: Page, plan: Plan) -> Page:
    """The page with the form."""
    page.goto(reverse("plan_reflection", args=(plan.pk,)))
    return page


def is_told(page: Page, kind: str) -> None:
    """Wait until the quiet line under the form says this sort of thing."""
    expect(page.locator(f"#save-status[data-kind='{kind}']")).to_be_attached()


def by_itself(route: Route) -> bool:
    """Whether the page sends this by itself, and not because a button was pressed."""
    return 'name="do"\r\n\r\nauto' in (route.request.post_data or "")


def handover() -> str:
    """What is stored of it now."""
    return Reflection.objects.get().document.handover


def test_it_is_saved_while_somebody_writes(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = form(open_browser(network.people["member"]), plan)
    page.get_by_label("Handover").fill("The water office.\n")
    page.get_by_label("Answered in part").check()
    page.get_by_label("Insight 2").fill("Meters do not talk.")
    is_told(page, "saved")
    page.reload()

    expect(page.get_by_label("Handover")).to_have_value("The water office.")
    expect(page.get_by_label("Answered in part")).to_be_checked()
    expect(page.get_by_label("Insight 2")).to_have_value("Meters do not talk.")
    assert kept(page, 0) == []
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_text("The closing reflection is published.")).to_be_visible()
    expect(page.locator("#at-reflection")).to_contain_text("Meters do not talk.")


def test_what_was_typed_without_a_line_is_offered_when_the_page_is_opened_again(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = form(open_browser(network.people["member"]), plan)
    page.context.set_offline(True)
    page.get_by_label("Handover").fill("The water office.")
    is_told(page, "offline")
    assert kept(page, 1) == ["The water office."]
    again = page.context.new_page()
    page.close(run_before_unload=False)
    again.context.set_offline(False)
    form(again, plan)

    expect(again.locator("#kept-copies")).to_contain_text("“Handover”, typed on this device on")
    again.get_by_role("button", name="Put it back").click()
    is_told(again, "saved")
    assert handover() == "The water office."


def test_two_texts_for_one_answer_are_seen_beside_each_other(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    member = form(open_browser(network.people["member"]), plan)
    lead = form(open_browser(network.people["lead"]), plan)
    lead.get_by_label("Handover").fill("The lead's office.")
    lead.get_by_label("Links").fill("https://example.org/")
    is_told(lead, "saved")
    member.get_by_label("Handover").fill("The member's office.")
    is_told(member, "attention")
    expect(member.get_by_text("press Save to see both")).to_be_visible()
    assert handover() == "The lead's office."

    member.get_by_role("button", name="Save", exact=True).click()
    differs = member.get_by_role("region", name="What is stored now, where it differs")
    expect(differs).to_contain_text("The lead's office.")
    expect(member.get_by_label("Handover")).to_have_value("The member's office.")
    expect(member.get_by_label("Links")).to_have_value("https://example.org/")
    assert handover() == "The lead's office."
    member.get_by_label("Handover").fill("Both offices.")
    is_told(member, "saved")
    assert handover() == "Both offices."


def test_what_save_tidied_is_not_offered_as_lost(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = form(open_browser(network.people["member"]), plan)
    page.route(
        "**/reflection/", lambda route: (route.abort if by_itself(route) else route.fallback)()
    )
    page.get_by_label("Methods used").fill("Walking \n\nAsking\n")
    page.get_by_label("Sense: share").fill(" 9 % ")
    assert kept(page, 2) == ["Walking \n\nAsking\n", " 9 % "]
    page.get_by_label("Sense: share").press("Enter")

    expect(page.get_by_label("Sense: share")).to_have_value("9")
    expect(page.get_by_label("Methods used")).to_have_value("Walking\nAsking")
    assert kept(page, 0) == []


def test_what_is_wrong_is_in_sight_when_save_was_pressed(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = form(open_browser(network.people["member"]), plan)
    page.get_by_label("Sense: share").fill("900")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("heading", name="There is a problem")).to_be_focused()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_in_viewport()


def test_what_is_put_back_where_boxes_are_folded_is_in_sight(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = form(open_browser(network.people["member"]), plan)
    page.context.set_offline(True)
    page.get_by_text("Partners that nobody had planned").click()
    page.get_by_label("Another partner 1: name").fill("The school")
    assert kept(page, 1) == ["The school"]
    again = page.context.new_page()
    page.close(run_before_unload=False)
    again.context.set_offline(False)
    form(again, plan).get_by_role("button", name="Put it back").click()

    expect(again.get_by_label("Another partner 1: name")).to_be_focused()


def test_a_published_one_asks_for_save_and_warns_whoever_leaves(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = form(open_browser(network.people["member"]), plan)
    page.get_by_label("Handover").fill("The water office.")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.locator("#at-reflection")).to_contain_text("The water office.")
    form(page, plan)
    page.get_by_label("Handover").fill("Nobody.")
    is_told(page, "published")
    page.once("dialog", lambda dialog: dialog.dismiss())
    with page.expect_event("dialog") as asked:
        page.evaluate("location.assign('/')")

    assert asked.value.type == "beforeunload"
    assert handover() == "The water office."
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".section-bar").get_by_text("Saved.")).to_be_visible()
    assert handover() == "Nobody."
    form(page, plan)
    assert kept(page, 0) == []


def test_on_a_phone_the_bar_is_where_it_is_on_a_section(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = form(open_browser(network.people["member"], **PHONE), plan)
    bar = page.locator(".section-bar").bounding_box()

    assert bar is not None
    assert bar["height"] <= 56
    assert bar["y"] + bar["height"] == pytest.approx(640, abs=1)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_on_a_phone_save_is_there_where_it_is_to_be_pressed(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = form(open_browser(network.people["member"], **PHONE), plan)
    save = page.get_by_role("button", name="Save", exact=True)
    expect(save).to_be_visible()
    lead = form(open_browser(network.people["lead"]), plan)
    lead.get_by_label("Handover").fill("The lead's office.")
    is_told(lead, "saved")
    page.get_by_label("Handover").fill("The member's office.")
    expect(page.get_by_text("press Save to see both")).to_be_visible()

    save.click()
    theirs = page.get_by_role("region", name="What is stored now")
    expect(theirs).to_contain_text("The lead's")
    save.click()
    expect(theirs).to_be_hidden()
    assert handover() == "The member's office."


def test_on_a_phone_how_it_stands_is_above_both_buttons(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = form(open_browser(network.people["member"], **PHONE), plan)
    page.get_by_label("Handover").fill("The water office.")
    is_told(page, "saved")
    said = page.locator("#save-status").bounding_box()
    save = page.get_by_role("button", name="Save", exact=True).bounding_box()
    publish = page.get_by_role("button", name="Save and publish").bounding_box()

    assert said is not None
    assert save is not None
    assert publish is not None
    assert said["y"] + said["height"] <= save["y"]
    assert save["y"] == publish["y"]
