"""What is not confirmed stays in the browser: for the person who typed it, and nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from plans import authoring
from plans.models import Plan
from tests.browser.conftest import sign_in
from tests.browser.copies import kept

if TYPE_CHECKING:
    from accounts.models import User
    from tests.browser.conftest import Open
    from tests.personas import Network

PASSWORD = "open sesame"


def section(plan: Plan, key: str = "challenge") -> str:
    """The address of a section's form."""
    return reverse("plan_section", args=(plan.pk, key))


def is_told(page: Page, kind: str) -> None:
    """Wait until the quiet line under the form says this sort of thing."""
    expect(page.locator(f"#save-status[data-kind='{kind}']")).to_be_attached()


def stored(plan: Plan) -> Plan:
    """The plan as it is in the database now."""
    return Plan.objects.get(pk=plan.pk)


def lose_the_line(page: Page) -> None:
    """From now on nothing that this page sends gets anywhere; other tabs are not touched."""
    page.route("**/edit/**", lambda route: route.abort())


# -- who is signed in ------------------------------------------------------------------------------


def signs_in(page: Page, user: User) -> None:
    """Through the form, in a tab of its own."""
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hello")


def test_a_session_that_ends_in_mid_sentence_goes_on_after_signing_in_in_another_tab(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    member = network.people["member"]
    page = open_browser(member)
    page.goto(section(plan))
    Session.objects.all().delete()

    page.get_by_label("Background").fill("The session ended he")
    is_told(page, "signedOut")
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Sign in in another tab").click()
    signs_in(popup.value, member)
    page.get_by_label("Background").press_sequentially("re.")
    is_told(page, "saved")

    assert stored(plan).background == "The session ended here."
    assert stored(plan).changed_by == member
    # Nor does a button take a detour now, though the form was made in the session before.
    page.get_by_label("Background").press_sequentially(" And on.")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator("#messages").first).to_have_text("Saved.")
    assert stored(plan).background == "The session ended here. And on."


def test_what_one_person_typed_is_never_stored_for_the_next_nor_shown_to_them(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    before = stored(plan)
    member, lead = network.people["member"], network.people["lead"]
    page = open_browser(member)
    page.goto(section(plan))
    Session.objects.all().delete()
    page.get_by_label("Background").fill("Mira's own words.")
    is_told(page, "signedOut")

    with page.expect_popup() as popup:
        page.get_by_role("link", name="Sign in in another tab").click()
    others = popup.value
    signs_in(others, lead)
    is_told(page, "otherPerson")
    expect(page.locator("#save-status")).to_have_text(
        "Somebody else signed in here, so this is not saved under their name: kept on this device"
    )
    others.goto(section(plan))
    expect(others.get_by_label("Background")).to_have_value(before.background)
    expect(others.locator("#kept-copies")).to_be_empty()
    assert kept(others, 1) == ["Mira's own words."]

    others.locator("[data-menu] > summary").click()
    others.get_by_role("button", name="Sign out").click()
    signs_in(others, member)
    page.get_by_label("Background").press("End")
    is_told(page, "saved")
    assert (stored(plan).background, stored(plan).changed_by) == ("Mira's own words.", member)
    assert lead not in plan.writers.all()
    assert kept(page, 0) == []


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_a_button_on_a_page_of_somebody_else_stores_nothing_and_keeps_the_text(
    javascript: bool, network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    before = stored(plan)
    page = open_browser(network.people["member"], javascript=javascript)
    page.goto(section(plan))
    become(page, network.people["lead"])

    page.get_by_label("Background").fill("Mira's own words, before she left.")
    page.get_by_role("button", name="Save", exact=True).last.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Somebody else is signed in now")
    expect(page.get_by_label("Background")).to_have_value("Mira's own words, before she left.")
    assert stored(plan).background == before.background

    become(page, network.people["member"])
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Challenge")
    assert stored(plan).background == "Mira's own words, before she left."


def become(page: Page, user: User) -> None:
    """Somebody else signs in in this browser."""
    sign_in(page.context, user, page.evaluate("location.origin"))


# -- two tabs, two browsers ------------------------------------------------------------------------


def test_two_tabs_of_one_person_keep_a_copy_each_and_overwrite_nothing_unseen(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    one = open_browser(network.people["member"])
    other = one.context.new_page()
    for page in (one, other):
        page.goto(section(plan))
        lose_the_line(page)
    one.get_by_label("Background").fill("Typed in the one tab.")
    other.get_by_label("Background").fill("Typed in the other tab.")
    other.get_by_label("Value proposition").fill("A value.")
    assert sorted(kept(one, 3)) == ["A value.", "Typed in the one tab.", "Typed in the other tab."]

    one.unroute("**/edit/**")
    is_told(one, "saved")
    assert sorted(kept(one, 2)) == ["A value.", "Typed in the other tab."]

    other.unroute("**/edit/**")
    is_told(other, "attention")
    assert kept(other, 1) == ["Typed in the other tab."]
    assert stored(plan).background == "Typed in the one tab."
    assert stored(plan).value_proposition == "A value."
    other.close(run_before_unload=False)
    one.reload()
    expect(one.locator("#kept-copies ins")).to_contain_text("other")
    expect(one.locator("#kept-copies del")).to_contain_text("one")


def test_throwing_away_a_copy_leaves_what_its_own_tab_has_typed_since(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    one = open_browser(network.people["member"])
    one.goto(section(plan))
    lose_the_line(one)
    one.get_by_label("Background").fill("Half a thought.")
    assert kept(one, 1) == ["Half a thought."]
    other = one.context.new_page()
    other.goto(section(plan))
    expect(other.locator("#kept-copies")).to_contain_text("Half a thought.")

    one.get_by_label("Background").fill("A whole thought.")
    other.get_by_role("button", name="Throw it away").click()
    expect(other.locator("#kept-copies")).to_be_empty()

    assert kept(one, 1) == ["A whole thought."]


def test_one_browser_without_a_line_while_both_write_loses_nothing(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    ferry, office = open_browser(network.people["member"]), open_browser(network.people["lead"])
    for page in (ferry, office):
        page.goto(section(plan))
    ferry.context.set_offline(True)
    ferry.get_by_label("Background").fill("Typed on the ferry.")
    ferry.get_by_label("Value proposition").fill("Also on the ferry.")
    is_told(ferry, "offline")
    office.get_by_label("Challenge statement").fill("Typed in the office.")
    is_told(office, "saved")

    ferry.context.set_offline(False)
    is_told(ferry, "saved")

    now = stored(plan)
    assert (now.background, now.value_proposition, now.challenge_statement) == (
        "Typed on the ferry.",
        "Also on the ferry.",
        "Typed in the office.",
    )
    assert (kept(ferry, 0), kept(office, 0)) == ([], [])


# -- what the server refused, and what has no place any more ---------------------------------------


def test_what_a_button_could_not_store_is_offered_after_a_crash(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    too_long = "Water for all, all day, every day. " * 9
    page = open_browser(network.people["member"])
    page.goto(section(plan))
    page.get_by_label("Short summary").fill(too_long)
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_focused()
    assert kept(page, 1) == [too_long]
    page.close(run_before_unload=False)

    again = page.context.new_page()
    again.goto(section(plan))
    expect(again.locator("#kept-copies")).to_contain_text(too_long.strip())
    again.get_by_role("button", name="Put it back").click()
    expect(again.get_by_label("Short summary")).to_have_value(too_long)
    is_told(again, "attention")


def test_a_text_whose_row_was_removed_meanwhile_is_offered_to_be_copied(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    partner = plan.partners.get()
    page = open_browser(network.people["member"])
    page.goto(section(plan, "partners"))
    page.context.set_offline(True)
    page.get_by_role("combobox", name="Name").fill("The river council")
    assert kept(page, 1) == ["The river council"]
    page.close(run_before_unload=False)
    page.context.set_offline(False)
    authoring.remove_row(plan, "partners", partner.pk, actor=network["lead"])

    again = page.context.new_page()
    again.goto(section(plan, "partners"))
    copy = again.locator("#kept-copies")
    expect(copy).to_contain_text("“Partner 1: Name”, typed on this device")
    expect(copy).to_contain_text("The river council")
    expect(copy).to_contain_text("Its place in the plan was taken away meanwhile.")
    expect(copy.get_by_role("button")).to_have_text(["Throw it away"])
    copy.get_by_role("button").click()
    assert kept(again, 0) == []


def test_choices_are_offered_in_words_and_put_back_as_choices(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    page = open_browser(network.people["member"])
    page.goto(section(plan, "partners"))
    page.context.set_offline(True)
    page.get_by_label("No").check()
    assert kept(page, 1) == ["No"]
    page.close(run_before_unload=False)
    page.context.set_offline(False)

    again = page.context.new_page()
    again.goto(section(plan, "partners"))
    expect(again.locator("#kept-copies ins")).to_have_text(" [only here:] No")
    expect(again.locator("#kept-copies del")).to_have_text(" [only in what is stored now:] Yes")
    again.get_by_role("button", name="Put it back").click()
    is_told(again, "saved")

    expect(again.get_by_label("No")).to_be_checked()
    assert plan.partners.get().is_new is False


# -- browsers that keep nothing --------------------------------------------------------------------

FORBIDDEN = "Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException(); } });"


def forbid(page: Page) -> None:
    """As with the strictest settings of some browsers."""
    page.add_init_script(FORBIDDEN)


def fill_up(page: Page) -> None:
    """As on a device without room."""
    page.goto("/")
    origin = page.evaluate("location.origin")
    page.context.new_cdp_session(page).send(
        "Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 1}
    )


@pytest.mark.parametrize("hindrance", [forbid, fill_up])
def test_where_the_browser_keeps_nothing_one_writes_all_the_same_and_is_told(
    hindrance: Any, network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    page = open_browser(network.people["member"])
    hindrance(page)
    page.goto(section(plan))
    page.get_by_label("Background").fill("Stored at once.")
    is_told(page, "saved")
    page.context.set_offline(True)
    page.get_by_label("Background").fill("Stored in the end.")
    is_told(page, "offline")
    expect(page.locator("#save-status")).to_have_text(
        "Offline: leave this page open, for this browser keeps no copy"
    )
    assert stored(plan).background == "Stored at once."
    page.context.set_offline(False)
    is_told(page, "saved")
    assert stored(plan).background == "Stored in the end."
