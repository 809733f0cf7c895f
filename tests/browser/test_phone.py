"""Writing on a phone, with one hand: what is on the screen, and how large it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from plans import authoring
from plans.sections import SECTIONS

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from plans.models import Plan
    from tests.browser.conftest import Open
    from tests.personas import Network

PHONE = {"width": 360, "height": 640, "has_touch": True, "is_mobile": True}
THUMB = 44
"""The least height, in pixels, of what a thumb can press."""
KEYS = [section.key for section in SECTIONS]

SMALL = """(thumb) => {
  const pressed = "main :is(button, select, summary, a.btn, textarea, .rail-opener)";
  const written = "main input:not([type=hidden], [type=checkbox], [type=radio], [type=file])";
  const boxes = [...document.querySelectorAll(`${pressed}, ${written}, main .form-check-label`)];
  return boxes
    .filter((one) => one.checkVisibility() && !one.closest(".skipped, .when") && one.tabIndex >= -1)
    .filter((one) => !one.matches(".skipped, .when"))
    .filter((one) => one.getBoundingClientRect().height < thumb)
    .map((one) => `${one.tagName} ${one.className} ${one.innerText || one.name}`);
}"""

LINES = """(link) => {
  const words = new Range();
  words.selectNode(link.lastChild);
  return words.getClientRects().length;
}"""

ZOOMS = """() => [...document.querySelectorAll("main :is(input, select, textarea)")]
  .filter((one) => !["checkbox", "radio", "file"].includes(one.type) && one.checkVisibility())
  .filter((one) => parseFloat(getComputedStyle(one).fontSize) < 16)
  .map((one) => one.name)"""

GROWS = """() => [...document.querySelectorAll(".section-bar, .row-card__head")]
  .map((one) => {
    const height = one.offsetHeight;
    one.querySelectorAll(".btn, .quiet-button").forEach((button) => button.remove());
    return `${one.className}: ${one.offsetHeight}, then ${height}`;
  })
  .filter((said) => !/: (\\d+), then \\1$/.test(said))"""
"""What is lower before its buttons are there, and moves when they come over a slow line."""

SHIFTS = """() => new Promise((resolve) => {
  const seen = [];
  const grown = ({ previousRect: was, currentRect: is }) =>
    was.top === is.top && was.right === is.right;
  const note = (list) => seen.push(
    ...list.getEntries().filter((entry) => !entry.sources.every(grown)).map((entry) => entry.value),
  );
  new PerformanceObserver(note).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(seen)));
})"""
"""How far things moved; not what stands at the right and was painted with half of its words."""


@pytest.fixture
def plan(transactional_db: None, network: Network) -> Plan:
    """A draft with two rows in each group, so that rows have all their buttons."""
    plan = network.plan("draft")
    for group in ("evidence", "partners", "learning_questions"):
        authoring.add_row(plan, group, actor=network["member"])
    return plan


def section(page: Page, plan: Plan, key: str) -> Page:
    """The page with the form of that section."""
    page.goto(reverse("plan_section", args=(plan.pk, key)))
    return page


@pytest.mark.parametrize("key", KEYS)
def test_all_of_a_section_fits_is_large_enough_and_does_not_move(
    key: str, plan: Plan, network: Network, open_browser: Open
) -> None:
    page = section(open_browser(network.people["member"], **PHONE), plan, key)
    bar = page.locator(".section-bar").bounding_box()

    assert bar is not None
    assert bar["height"] <= 56
    assert bar["y"] + bar["height"] == pytest.approx(640, abs=1)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.evaluate(SMALL, THUMB) == []
    assert page.evaluate(ZOOMS) == []
    assert page.evaluate(SHIFTS) == []
    assert page.evaluate(GROWS) == []


def test_how_it_stands_has_a_line_of_its_own_above_a_long_button(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = section(open_browser(network.people["member"], **PHONE), plan, "closing")
    page.get_by_label("Early leads to grow").fill("A ministry.")
    expect(page.locator("#save-status[data-kind='saved']")).to_be_visible()

    said = page.locator("#save-status").bounding_box()
    pressed = page.get_by_role("button", name="Save and see the overview").bounding_box()
    assert said is not None
    assert pressed is not None
    assert said["y"] + said["height"] <= pressed["y"]
    assert said["height"] < 24  # one line


def test_the_sites_name_stays_on_one_line_beside_a_long_name(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    member = network.people["member"]
    member.name = "Wolfeschlegelsteinhausenberger Hubert"
    member.save()
    page = section(open_browser(member, **PHONE), plan, "closing")

    assert page.locator(".site-name").evaluate(LINES) == 1
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_one_line_says_which_section_it_is_and_leads_to_the_others(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = section(open_browser(network.people["member"], **PHONE), plan, "evidence")
    sections = page.get_by_role("navigation", name="Sections of the plan")
    expect(sections).to_have_count(0)

    page.get_by_role("button", name="Section 3 of 7: Evidence").tap()
    expect(sections.get_by_role("link", name="Evidence")).to_have_attribute("aria-current", "page")
    box = sections.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] == pytest.approx(640, abs=1)  # where the thumb is
    sections.get_by_role("link", name="Learning").tap()

    expect(page.get_by_role("heading", level=1)).to_have_text("Learning")
    expect(sections).to_have_count(0)


def test_where_there_is_room_the_sections_are_always_there(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = section(open_browser(network.people["member"]), plan, "evidence")

    expect(page.get_by_role("button", name="Section 3 of 7: Evidence")).to_have_count(0)
    sections = page.get_by_role("navigation", name="Sections of the plan")
    expect(sections.get_by_role("link", name="Learning")).to_be_visible()


def test_what_is_typed_grows_the_box_and_stays_in_sight_above_the_bar_and_the_keyboard(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = section(open_browser(network.people["member"], **PHONE), plan, "closing")
    box = page.get_by_label("Early leads to grow")
    before = box.evaluate("one => one.offsetHeight")

    box.tap()
    page.set_viewport_size({"width": 360, "height": 300})  # the keyboard is out
    page.keyboard.press("Control+End")
    for line in range(12):
        page.keyboard.type(f"\nLine {line}")

    assert box.evaluate("one => one.offsetHeight") > before
    assert box.evaluate("one => one.scrollHeight <= one.clientHeight")
    expect(page.locator("#save-status[data-kind='saved']")).to_be_attached()
    end = box.bounding_box()
    assert end is not None
    last_line = end["y"] + end["height"] - 24
    assert 0 < last_line < 300
    bar = page.locator(".section-bar")
    assert bar.evaluate("bar => getComputedStyle(bar).position") == "static"
    covered = page.evaluate("y => document.elementFromPoint(180, y)?.tagName", last_line)
    assert covered == "TEXTAREA"


def test_one_act_is_offered_and_without_scripts_also_the_one_that_only_saves(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    member = network.people["member"]
    page = section(open_browser(member, **PHONE), plan, "closing")
    plain = section(open_browser(member, javascript=False, **PHONE), plan, "closing")
    visible = ".section-bar button:visible"

    expect(page.locator(visible)).to_have_text(["Save and see the overview"])
    expect(plain.locator(visible)).to_have_text(["Save and see the overview", "Save"])


def test_save_is_there_as_long_as_an_answer_needs_it(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = section(open_browser(network.people["member"], **PHONE), plan, "challenge")
    save = page.locator(".section-bar").get_by_role("button", name="Save", exact=True)
    expect(save).to_be_hidden()
    page.get_by_label("Short summary").fill("x" * 281)
    expect(page.locator("#save-status[data-kind='attention']")).to_be_visible()
    expect(save).to_be_visible()
    page.get_by_label("Short summary").fill("x")
    expect(save).to_be_hidden()
