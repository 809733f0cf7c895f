"""Two people in one plan at the same moment, each in a browser of their own."""

from __future__ import annotations

import re
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from plans import authoring
from plans.authoring import Change
from plans.models import Plan
from tests.browser.conftest import PATIENCE
from tests.browser.copies import kept
from tests.browser.test_pages import TOO_WIDE, _violations
from tests.factories import SdgFactory

if TYPE_CHECKING:
    from tests.browser.conftest import Open
    from tests.personas import Network

WELLS = "Wells run dry before the rains come. Nobody knows how deep the water is."
MIRAS = WELLS.replace("dry", "empty")
LEOS = WELLS.replace("deep", "salty")
BOTH = "Wells run empty before the rains come. Nobody knows how salty the water is."


@pytest.fixture
def plan(network: Network) -> Plan:
    """A draft that says :data:`WELLS`."""
    plan = network.plan()
    authoring.save(plan, {"background": Change(WELLS)}, actor=network["member"])
    return plan


@pytest.fixture
def mira(network: Network, open_browser: Open) -> Page:
    """Her browser."""
    return open_browser(network.people["member"])


@pytest.fixture
def leo(network: Network, open_browser: Open) -> Page:
    """His, on a phone."""
    return open_browser(network.people["lead"], width=360)


def open_section(plan: Plan, name: str, *pages: Page) -> None:
    """Go to a section of the form."""
    for page in pages:
        page.goto(reverse("plan_section", args=(plan.pk, name)))


def is_told(page: Page, kind: str) -> None:
    """Wait until the quiet line at the foot says this sort of thing."""
    expect(page.locator(f"#save-status[data-kind='{kind}']")).to_be_attached()


def writes(page: Page, question: str, words: str, then: str = "saved") -> None:
    """Type an answer, and wait for what becomes of it."""
    page.get_by_label(question).fill(words)
    is_told(page, then)


def asks_now(page: Page) -> None:
    """What the page does every half minute, and when somebody comes back to it."""
    with page.expect_response(re.compile("/here/")):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def forgotten(plan: Plan, page: Page) -> None:
    """Wait until it is known that somebody left with this page: nobody waits for that goodbye."""
    deadline = monotonic() + PATIENCE / 1000
    while plan.presences.filter(user__name="Mira Member").exists():
        assert monotonic() < deadline
        page.evaluate("0")


def stored(plan: Plan) -> Plan:
    """The plan as it is in the database now."""
    return Plan.objects.get(pk=plan.pk)


def marks(page: Page) -> list[str]:
    """The words that are marked in both texts, without what is said to ears."""
    said = page.locator(".conflict__side mark")
    return [re.sub(r"\s*\[[^]]*?:\s*|\s*end\]\s*", "", one) for one in said.all_text_contents()]


def has_nothing_wrong(page: Page) -> None:
    """What axe finds, and nothing wider than the window."""
    assert _violations(page) == []
    assert page.evaluate(TOO_WIDE) == []


# -- the same answer -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("button", "stays"),
    [("Keep mine", LEOS), ("Take theirs", MIRAS), ("Take both together", BOTH)],
    ids=["mine", "theirs", "both"],
)
def test_the_later_one_sees_what_differs_and_chooses(
    button: str, stays: str, plan: Plan, mira: Page, leo: Page
) -> None:
    open_section(plan, "challenge", mira, leo)
    writes(mira, "Background", MIRAS)
    writes(leo, "Background", LEOS, then="attention")
    expect(leo.locator(".conflict")).to_contain_text("Stored by Mira Member")
    assert marks(leo) == ["empty", "deep", "dry", "salty"]
    assert stored(plan).background == MIRAS
    leo.get_by_text("See both together").click()
    expect(leo.locator(".conflict__both .conflict__text")).to_have_text(BOTH)
    has_nothing_wrong(leo)

    leo.get_by_role("button", name=button).click()

    expect(leo.locator(".conflict")).to_have_count(0)
    expect(leo.get_by_label("Background")).to_have_value(stays)
    expect(leo.get_by_label("Background")).to_be_focused()
    assert stored(plan).background == stays
    assert kept(leo, 0) == []


def test_who_goes_on_typing_sees_what_differs_then_and_nothing_is_overwritten(
    plan: Plan, mira: Page, leo: Page
) -> None:
    open_section(plan, "challenge", mira, leo)
    writes(mira, "Background", MIRAS)
    writes(leo, "Background", LEOS, then="attention")

    leo.get_by_label("Background").fill(f"{LEOS} It is cold.")
    expect(leo.locator(".conflict__side").nth(1)).to_contain_text("It is cold")
    leo.get_by_role("button", name="Save and go on").click()
    expect(leo.locator(".error-summary")).to_be_visible()
    expect(leo.locator(".conflict")).to_have_count(1)
    assert stored(plan).background == MIRAS

    leo.get_by_role("button", name="Take both together").click()
    expect(leo.locator(".conflict")).to_have_count(0)
    assert stored(plan).background == f"{BOTH} It is cold."


def test_chosen_terms_of_two_people_are_put_together(
    network: Network, plan: Plan, mira: Page, leo: Page
) -> None:
    goals = [SdgFactory.create(number=number) for number in (1, 2, 3)]
    authoring.save(plan, {"sdgs": Change(goals[:1])}, actor=network["member"])
    open_section(plan, "classification", mira, leo)
    for page, goal, then in ((mira, goals[1], "saved"), (leo, goals[2], "attention")):
        page.get_by_role("checkbox", name=str(goal)).check()
        is_told(page, then)
    assert marks(leo) == [str(goals[1]), str(goals[2])]
    has_nothing_wrong(leo)

    leo.get_by_role("button", name="Take both together").click()

    expect(leo.locator(".conflict")).to_have_count(0)
    assert authoring.chosen_terms(plan, "sdgs") == goals


def test_without_a_line_both_write_and_the_one_who_comes_back_chooses(
    plan: Plan, mira: Page, leo: Page
) -> None:
    open_section(plan, "challenge", mira, leo)
    leo.context.set_offline(True)
    writes(leo, "Background", LEOS, then="offline")
    writes(leo, "Value proposition", "Told on the ferry.", then="offline")
    writes(mira, "Background", MIRAS)
    writes(mira, "Challenge statement", "Told in the office.")

    leo.context.set_offline(False)

    is_told(leo, "attention")
    assert kept(leo, 1) == [LEOS]  # the other answer is stored
    now = stored(plan)
    assert (now.background, now.value_proposition, now.challenge_statement) == (
        MIRAS,
        "Told on the ferry.",
        "Told in the office.",
    )
    leo.get_by_role("button", name="Take both together").click()
    expect(leo.locator(".conflict")).to_have_count(0)
    expect(leo.get_by_label("Challenge statement")).to_have_value("Told in the office.")
    assert stored(plan).background == BOTH


def test_two_tabs_of_one_person_are_told_apart(plan: Plan, mira: Page) -> None:
    other = mira.context.new_page()
    open_section(plan, "challenge", mira, other)
    writes(mira, "Background", MIRAS)
    writes(other, "Background", LEOS, then="attention")

    expect(other.locator(".conflict")).to_contain_text("Stored by you in another window")
    asks_now(other)
    expect(other.locator("#together")).to_be_empty()
    other.get_by_role("button", name="Take the stored one").click()
    expect(other.get_by_label("Background")).to_have_value(MIRAS)


# -- who is there, and what they saved -------------------------------------------------------------


def test_each_sees_where_the_other_is_and_when_they_leave(
    plan: Plan, mira: Page, leo: Page
) -> None:
    open_section(plan, "challenge", mira)
    open_section(plan, "evidence", leo)
    expect(leo.locator("#together")).to_have_text(
        "Mira Member is in this plan too, in “Challenge”."
    )
    asks_now(mira)
    expect(mira.locator("#together")).to_have_text("Leo Lead is in this plan too, in “Evidence”.")
    has_nothing_wrong(leo)

    leo.goto(reverse("plan_edit", args=(plan.pk,)))
    expect(leo.locator("#together")).to_contain_text("in “Challenge”")
    mira.goto(reverse("library"))
    forgotten(plan, mira)
    asks_now(leo)
    expect(leo.locator("#together")).to_be_empty()


def test_what_the_other_saved_is_told_and_shown_without_touching_what_is_typed(
    plan: Plan, mira: Page, leo: Page
) -> None:
    open_section(plan, "challenge", mira, leo)
    writes(leo, "Background", LEOS)
    mira.get_by_label("Short summary").fill("Half a sen")
    asks_now(mira)
    news = mira.locator("#news")
    expect(news.get_by_role("status")).to_have_text(
        re.compile(r"^Leo Lead saved “Background” at \d\d:\d\d \(UTC\)\.$")
    )
    expect(mira.get_by_label("Background")).to_have_value(WELLS)
    has_nothing_wrong(mira)

    mira.get_by_label("Short summary").fill("Half a sentence")
    news.get_by_role("button", name="Show it").click()

    expect(mira.get_by_label("Background")).to_have_value(LEOS)
    expect(mira.get_by_label("Background")).to_be_focused()
    expect(mira.get_by_label("Short summary")).to_have_value("Half a sentence")
    expect(mira.locator("#news").get_by_role("status")).to_be_empty()
    asks_now(mira)
    expect(mira.locator("#news").get_by_role("status")).to_be_empty()


def test_where_both_changed_showing_it_brings_both_texts(plan: Plan, mira: Page, leo: Page) -> None:
    open_section(plan, "challenge", mira, leo)
    leo.route("**/edit/challenge/", lambda route: route.abort())
    writes(leo, "Background", LEOS, then="unreachable")
    writes(mira, "Background", MIRAS)
    asks_now(leo)
    leo.unroute("**/edit/challenge/")
    leo.get_by_role("button", name="Show it").click()

    expect(leo.locator(".conflict")).to_contain_text("Stored by Mira Member")
    expect(leo.get_by_label("Background")).to_have_value(LEOS)
    assert stored(plan).background == MIRAS


def test_of_an_answer_that_shows_both_texts_nothing_more_is_told(
    plan: Plan, mira: Page, leo: Page
) -> None:
    open_section(plan, "challenge", mira, leo)
    writes(mira, "Background", MIRAS)
    asks_now(leo)
    news = leo.locator("#news-words")
    expect(news).to_contain_text("“Background”")
    writes(leo, "Background", LEOS, then="attention")
    expect(news).to_be_empty()

    writes(mira, "Short summary", "Short.")
    asks_now(leo)
    expect(news).to_have_text(re.compile(r"^Mira Member saved “Short summary” at"))


def test_news_are_read_out_once_and_can_wait(plan: Plan, mira: Page, leo: Page) -> None:
    open_section(plan, "challenge", mira, leo)
    writes(leo, "Background", LEOS)
    mira.evaluate(
        """() => {
          window.readOut = [];
          const seen = () => window.readOut.push(document.getElementById("news-words").textContent);
          new MutationObserver(seen).observe(
            document.getElementById("news-words"), { childList: true, characterData: true });
        }"""
    )
    for _ in range(3):
        asks_now(mira)
    expect(mira.locator("#news-words")).not_to_be_empty()
    assert len(mira.evaluate("window.readOut")) == 1

    mira.get_by_role("button", name="Later").click()
    asks_now(mira)
    expect(mira.locator("#news-words")).to_be_empty()

    writes(leo, "Value proposition", "New.")
    asks_now(mira)
    expect(mira.locator("#news-words")).to_contain_text("“Value proposition” and “Background”")
