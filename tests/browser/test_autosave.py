"""Nothing typed is lost: saving while one writes, without a line, after a crash, beside others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Dialog, Page, expect

from plans.models import Plan
from tests.browser.conftest import sign_in
from tests.browser.copies import kept

if TYPE_CHECKING:
    from tests.browser.conftest import Open
    from tests.personas import Network


def section(plan: Plan, key: str = "challenge") -> str:
    """The address of a section's form."""
    return reverse("plan_section", args=(plan.pk, key))


def is_told(page: Page, kind: str) -> None:
    """Wait until the quiet line under the form says this sort of thing."""
    expect(page.locator(f"#save-status[data-kind='{kind}']")).to_be_attached()


def background(plan: Plan) -> str:
    """What is stored now."""
    return Plan.objects.get(pk=plan.pk).background


def test_what_is_typed_is_saved_without_pressing_anything(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    page = open_browser(network.people["member"])
    page.goto(section(plan))
    page.get_by_label("Background").fill("Written and left alone.")
    is_told(page, "saved")
    expect(page.locator("#save-status")).to_contain_text("Saved")
    assert background(plan) == "Written and left alone."
    assert kept(page, 0) == []


def test_two_people_in_different_answers_do_not_meet(network: Network, open_browser: Open) -> None:
    plan = network.plan("draft")
    one, other = open_browser(network.people["member"]), open_browser(network.people["lead"])
    for page in (one, other):
        page.goto(section(plan))
    one.get_by_label("Background").fill("The member's background.")
    other.get_by_label("Value proposition").fill("The lead's value.")
    for page in (one, other):
        is_told(page, "saved")
    now = Plan.objects.get(pk=plan.pk)
    assert (now.background, now.value_proposition) == (
        "The member's background.",
        "The lead's value.",
    )


def test_the_later_of_two_sees_both_texts_and_chooses(network: Network, open_browser: Open) -> None:
    plan = network.plan("draft")
    one, other = open_browser(network.people["member"]), open_browser(network.people["lead"])
    for page in (one, other):
        page.goto(section(plan))
    one.get_by_label("Background").fill("First words.")
    is_told(one, "saved")
    other.get_by_label("Background").fill("Second words.")
    is_told(other, "attention")
    expect(other.locator(".conflict__side").first).to_contain_text("First")
    assert background(plan) == "First words."

    other.get_by_role("button", name="Keep mine").click()
    expect(other.locator(".conflict")).to_have_count(0)
    assert background(plan) == "Second words."


def test_without_a_line_it_is_kept_here_and_sent_when_the_line_is_back(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    before = background(plan)
    page = open_browser(network.people["member"])
    page.goto(section(plan))
    page.context.set_offline(True)
    page.get_by_label("Background").fill("Typed on the ferry.")
    is_told(page, "offline")
    expect(page.locator("#save-status")).to_have_text("Offline: kept on this device")
    assert background(plan) == before
    assert kept(page, 1) == ["Typed on the ferry."]

    page.context.set_offline(False)
    is_told(page, "saved")
    assert background(plan) == "Typed on the ferry."
    assert kept(page, 0) == []


def test_after_a_crash_the_copy_is_offered_beside_what_is_stored(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    page = open_browser(network.people["member"])
    page.goto(section(plan))
    page.context.set_offline(True)
    page.get_by_label("Background").fill("In the middle of a sen")
    assert kept(page, 1) == ["In the middle of a sen"]
    page.close(run_before_unload=False)  # nothing was asked, nothing was sent

    again = page.context.new_page()
    again.context.set_offline(False)
    again.goto(section(plan))
    expect(again.locator("#kept-copies")).to_contain_text("In the middle of a sen")
    page = again
    page.goto(reverse("plan_edit", args=(plan.pk,)))
    notice = page.locator("[data-kept-here]")
    expect(notice).to_contain_text("is not in the plan yet")
    expect(notice.get_by_role("link")).to_have_text(["Challenge"])
    page.goto(reverse("plan_act", args=(plan.pk, "submit")))
    notice.get_by_role("link").click()
    notice.get_by_role("link").click()
    page.locator("#kept-here a").click()
    expect(page.locator("#kept-copies")).to_be_in_viewport()
    again.get_by_role("button", name="Put it back").click()
    is_told(again, "saved")
    assert background(plan) == "In the middle of a sen"
    again.goto(section(plan))
    expect(again.locator("#kept-copies")).to_be_empty()
    expect(again.locator("#kept-here")).to_be_hidden()


def test_signed_out_in_mid_sentence(network: Network, open_browser: Open) -> None:
    plan = network.plan("draft")
    page = open_browser(network.people["member"])
    page.goto(section(plan))
    Session.objects.all().delete()
    page.get_by_label("Background").fill("The session ended here.")
    is_told(page, "signedOut")
    expect(page.locator("#save-status")).to_have_text(
        "You were signed out: kept on this device. Sign in in another tab, then come back here."
    )
    assert kept(page, 1) == ["The session ended here."]
    expect(page.get_by_label("Background")).to_have_value("The session ended here.")

    with page.expect_popup() as popup:
        page.get_by_role("link", name="Sign in in another tab").click()
    expect(popup.value.get_by_role("heading", level=1)).to_have_text("Sign in")
    sign_in(page.context, network.people["member"], page.url)
    page.bring_to_front()
    is_told(page, "saved")
    assert background(plan) == "The session ended here."


def test_signing_out_leaves_nothing_on_the_machine_after_a_question(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    page = open_browser(network.people["member"])
    page.goto(section(plan))
    page.get_by_label("Short summary").fill("Private words, too many of them. " * 10)
    is_told(page, "attention")
    assert len(kept(page, 1)) == 1
    page.goto("/")

    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept() if len(asked) == 2 else dialog.dismiss()

    page.on("dialog", answer)
    with page.expect_event("dialog"):
        sign_out(page)
    assert len(kept(page, 1)) == 1
    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert kept(page, 0) == []
    question = "Something that you typed on this device is not saved yet. "
    assert asked == [question + "Sign out and throw it away?"] * 2


def sign_out(page: Page) -> None:
    """Through the menu of one's account."""
    page.locator("[data-menu] > summary").click()
    page.get_by_role("button", name="Sign out").click()
