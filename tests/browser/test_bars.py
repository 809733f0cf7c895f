"""What holds on every page besides axe's rules: little weight, and everything by keyboard."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Response, expect

from config.static import without_comments
from plans.models import Organisation
from plans.sections import SECTIONS
from plans.views.portfolio import shapes_address
from tests.browser.scene import set_up
from tests.factories import sent_thread
from tests.plans import searched

if TYPE_CHECKING:
    from plans.models import Plan
    from tests.browser.conftest import Open
    from tests.personas import Network

FIRST_LOAD = 90_000
LATER_PAGE = 15_000

FOCUS = """() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return {
    id: element.id,
    words: element.innerText || element.value || "",
    seen: outlined || style.boxShadow !== "none",
  };
}"""


# -- weight ----------------------------------------------------------------------------------------


class Scales:
    """Weighs what a browser fetches, compressed; what it has fetched before it keeps."""

    def __init__(self, page: Page) -> None:
        self.page, self.fetched, self.known = page, list[Response](), set[str]()
        page.on("response", lambda response: self.fetched.append(response))

    def weigh(self, path: str) -> int:
        """Open a page; the bytes of everything that was not there yet."""
        self.fetched.clear()
        self.page.goto(path, wait_until="networkidle")
        new = [response for response in self.fetched if self._is_new(response)]
        return sum(len(gzip.compress(_sent(response))) for response in new)

    def _is_new(self, response: Response) -> bool:
        is_page = response.request.resource_type == "document"
        is_content = "/pictures/" in response.url  # somebody's evidence, whatever it weighs
        new = response.ok and not is_content and (is_page or response.url not in self.known)
        self.known.add(response.url)
        return new


def _sent(response: Response) -> bytes:
    """What a public site would send: without the comments in our scripts and style sheets."""
    ours = re.search(r"/static/(js|css)/[^/]+$", response.url)
    return without_comments(ours[1], response.body()) if ours else response.body()


def test_the_first_page_is_light_and_every_later_one_lighter(
    network: Network, open_browser: Open
) -> None:
    scene = set_up(network)
    of_member = Scales(open_browser(network.people["member"]))
    of_reviewer = Scales(open_browser(network.people["reviewer"]))
    plan = scene.in_talk.pk
    sections = [reverse("plan_section", args=(plan, section.key)) for section in SECTIONS]

    first = {"member": of_member.weigh("/"), "reviewer": of_reviewer.weigh("/")}
    later = {
        path: of_member.weigh(path)
        for path in (reverse("plan", args=(plan,)), *sections, "/plans/", "/account/profile/")
    } | {
        path: of_reviewer.weigh(path)
        for path in ("/review/", reverse("plan", args=(scene.submitted.pk,)))
    }

    assert {who: weight for who, weight in first.items() if weight > FIRST_LOAD} == {}
    assert {path: weight for path, weight in later.items() if weight > LATER_PAGE} == {}


def test_a_full_library_and_what_leads_to_its_plans_are_light(
    network: Network, open_browser: Open
) -> None:
    searched.build()
    scales = Scales(open_browser(network.people["member"]))
    scales.weigh("/")

    later = {
        path: scales.weigh(path)
        for path in (
            shapes_address(),  # which browsers keep for a year, as the first map brings them
            reverse("library"),
            f"{reverse('library')}?q=water&sdg=11",
            reverse("organisations"),
            reverse("lab", args=("mongolia",)),
            reverse("country", args=("MNG",)),
            reverse("organisation", args=(Organisation.objects.earliest("pk").pk,)),
            reverse("portfolio"),
            f"{reverse('portfolio_compare')}?a=region%3Dafrica&b=region%3Dasia-pacific",
        )
    }

    assert {path: weight for path, weight in later.items() if weight > LATER_PAGE} == {}


# -- commenting, with room beside the text and without ---------------------------------------------

AWAY_FROM_THEIR_LINES = """() =>
  [...document.querySelectorAll(".answer .answer__question:first-child")]
  .map((line) => [line, line.closest(".beside").querySelector(".notes__comment")])
  .filter(([line, one]) => {
    const [words, shape] = [line.getBoundingClientRect(), one.getBoundingClientRect()];
    return shape.bottom < words.top || shape.top > words.bottom || shape.left < words.left + 100;
  })
  .map(([line]) => line.innerText)"""


@pytest.mark.parametrize(("width", "in_words"), [(360, False), (768, False), (1280, True)])
def test_a_comment_begins_at_the_end_of_its_questions_line_whatever_was_said(
    width: int, in_words: bool, network: Network, open_browser: Open
) -> None:
    plan = network.plan("submitted")
    reviewer = network["reviewer"]
    for place in ("challenge.background", "closing.early_leads"):
        sent_thread(plan, place, "Who says so?", actor=reviewer)
    page = open_browser(network.people["reviewer"], width=width)
    page.goto(reverse("plan", args=(plan.pk,)))

    words = page.locator(".answer + .notes .notes__words").first
    assert page.locator(".thread--open").count() == 2
    assert page.evaluate(AWAY_FROM_THEIR_LINES) == []
    assert (words.evaluate("words => words.offsetWidth") > 1) == in_words


# -- the keyboard ----------------------------------------------------------------------------------


def tab_to(page: Page, words: str = "", element: str = "") -> None:
    """Press Tab until that is reached, and see at every stop where one is."""
    passed = []
    for _press in range(80):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        assert stop["seen"], f"The focus cannot be seen on {stop}"
        if (element and stop["id"] == element) or (words and stop["words"].strip() == words):
            return
        passed.append(stop["words"][:20] or stop["id"])
    raise AssertionError(f"{words or element} was not reached: {passed}")


def section(plan: Plan, key: str) -> str:
    """The address of a section's form."""
    return reverse("plan_section", args=(plan.pk, key))


def test_the_first_stop_leads_past_the_navigation(network: Network, open_browser: Open) -> None:
    page = open_browser(network.people["member"])
    page.goto("/")

    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the text")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect(page.locator("#main")).to_be_focused()


def test_a_section_is_filled_in_and_saved_by_keyboard_alone(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    page = open_browser(network.people["member"])
    page.goto(section(plan, "closing"))

    tab_to(page, element="id_early_leads")
    page.keyboard.press("Control+A")
    page.keyboard.type("The women’s council would.")
    tab_to(page, words="Save")
    page.keyboard.press("Enter")

    expect(page.locator("#messages").first).to_have_text("Saved.")
    page.reload()
    expect(page.get_by_label("Early leads to grow")).to_have_value("The women’s council would.")


def test_rows_are_added_and_moved_by_keyboard_and_the_focus_goes_with_them(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    page = open_browser(network.people["member"])
    page.goto(section(plan, "partners"))

    tab_to(page, words="Add a partner")
    page.keyboard.press("Enter")
    second = page.locator(".row-card").nth(1)
    expect(second.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Women’s council")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")

    names = page.get_by_label("Name")
    expect(names.nth(0)).to_have_value("Women’s council")
    expect(page.get_by_role("button", name=re.compile(r"^Down\s*: Partner 1$"))).to_be_focused()
    expect(names.nth(1)).to_have_value("Water users' association")


def test_after_a_refused_save_the_focus_is_on_what_is_wrong_and_one_press_from_the_input(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    page = open_browser(network.people["member"])
    page.goto(section(plan, "challenge"))

    page.get_by_label("Short summary").fill("n" * 281)
    tab_to(page, words="Save")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_label("Short summary")).to_be_focused()
