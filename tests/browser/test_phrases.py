"""Pointing at words of a plan in a browser, proposing others, and what the lab does with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from plans import authoring, reviewing, workflow
from plans.authoring import Change
from plans.models import Decision, Plan, Thread
from plans.phrases import Phrase
from plans.states import Act
from tests.browser.test_pages import DESK, PHONE, TOO_WIDE, _violations, problems

if TYPE_CHECKING:
    from playwright.sync_api import ViewportSize

    from accounts.models import User
    from tests.browser.conftest import Open
    from tests.personas import Network

TEXT = "The wells are dry.\n\nIn spring the wells are full, and nobody measures them."
PLACE = "challenge.background"
BUTTON = "Comment on these words"

# Selects from sign to sign in the text of an answer, as a mouse would, in its n-th paragraph.
SELECT = """([start, end, paragraph]) => {
  const text = document.querySelectorAll("#text-challenge-background p")[paragraph].firstChild;
  getSelection().setBaseAndExtent(text, start, text, end);
}"""


@pytest.fixture
def plan(transactional_db: None, network: Network) -> Plan:
    """A plan that waits for a review, with a background of two paragraphs."""
    plan = network.plan("draft")
    authoring.save(plan, {"background": Change(TEXT)}, actor=network["member"])
    return workflow.move(plan, Act.SUBMIT, actor=network["member"])


@pytest.fixture
def thread(plan: Plan, network: Network) -> Thread:
    """Other words for one of them, sent; the plan is the lab's again."""
    return proposed(plan, network["reviewer"], "nobody measures them", "we measure them")


def proposed(plan: Plan, reviewer: User, said: str, instead: str) -> Thread:
    """Other words, sent with the request for changes."""
    phrase = Phrase(said)
    thread = reviewing.open_thread(
        plan, PLACE, "Plainer?", actor=reviewer, phrase=phrase, instead=instead
    )
    reviewing.send(plan, Decision.CHANGES_REQUESTED, actor=reviewer, summary="See there.")
    return thread


def background(plan: Plan) -> str:
    """What the plan says now."""
    return Plan.objects.get(pk=plan.pk).background


def opened(page: Page, plan: Plan) -> Page:
    """The reading view of the plan."""
    page.goto(plan.get_absolute_url())
    return page


def sends(page: Page, words: str) -> None:
    """Writes a comment into the open form and sends it."""
    page.get_by_label("Your comment").fill(words)
    page.get_by_role("button", name="Add the comment").click()
    expect(page.locator("#said")).to_contain_text("is part of your review now")


# -- pointing --------------------------------------------------------------------------------------


def test_words_dragged_over_with_the_mouse_are_commented_on(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = opened(open_browser(network["reviewer"]), plan)
    first = page.locator("#text-challenge-background p").first
    first.evaluate("one => one.scrollIntoView({ block: 'center' })")  # clear of both bars
    box = first.bounding_box()
    assert box
    page.mouse.move(box["x"] + 1, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    expect(page.locator("#said")).to_contain_text("Words are selected.")

    page.get_by_role("button", name=BUTTON).click()

    expect(page.get_by_label("Your comment")).to_be_focused()
    expect(page.locator("#said")).to_have_text("The comment box is open, about: The wells are dry.")
    sends(page, "Since when?")
    expect(page.locator("mark.phrase")).to_have_text("The wells are dry.")
    thread = plan.threads.get()
    assert (thread.phrase, thread.place) == ("The wells are dry.", PLACE)
    page.locator(f"#phrase-{thread.pk}").click()
    expect(page.locator(f"#thread-{thread.pk}")).to_be_in_viewport()
    page.locator(f"#thread-{thread.pk} .quote a").click()
    expect(page.locator(f"#phrase-{thread.pk}")).to_be_in_viewport()


# The widths of the paragraph at which the full stop after a mark stands on another line than the
# last word before it, or the mark does.
PARTED = """(paragraph) => {
  const mark = paragraph.querySelector("mark.phrase");
  const stop = document.createRange();
  stop.setStart(paragraph.lastChild, 0);
  stop.setEnd(paragraph.lastChild, 1);
  const middle = (box) => box.top + box.height / 2;
  const widths = [];
  for (let width = 80; width < 240; width += 1) {
    paragraph.style.width = `${width}px`;
    const word = [...mark.getClientRects()].at(-1);
    const shape = paragraph.querySelector(".phrase__to").getBoundingClientRect();
    const far = (box) => Math.abs(middle(box) - middle(word)) > word.height / 2;
    if (far(shape) || far(stop.getBoundingClientRect())) {
      widths.push(width);
    }
  }
  return widths;
}"""


def test_a_full_stop_never_wraps_away_from_the_words_and_their_mark(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    reviewing.open_thread(
        plan, PLACE, "Since when?", actor=network["reviewer"], phrase=Phrase("are dry")
    )
    page = opened(open_browser(network["reviewer"]), plan)

    paragraph = page.locator("#text-challenge-background p").first

    assert paragraph.inner_text().endswith(".")
    assert paragraph.evaluate(PARTED) == []


def test_of_the_same_words_twice_those_are_meant_that_were_selected(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = opened(open_browser(network["reviewer"]), plan)
    page.evaluate(SELECT, [14, 22, 1])  # “wells ar”, the second time: half words become whole
    expect(page.locator("#said")).to_contain_text("Words are selected.")

    page.get_by_role("button", name=BUTTON).click()
    sends(page, "Which?")

    thread = plan.threads.get()
    assert (thread.phrase, thread.before) == ("wells are", "The wells are dry.\n\nIn spring the ")


def test_words_are_selected_and_commented_on_with_the_keys_alone(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = opened(open_browser(network["reviewer"]), plan)
    page.locator("#at-challenge-background .notes__comment").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your comment")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")  # “Choose words”
    page.keyboard.press("Tab")
    expect(page.get_by_label("The text: Background")).to_be_focused()
    page.keyboard.press("Control+Home")
    for _word in range(2):
        page.keyboard.press("Control+ArrowRight")
    for _sign in range(len("are dry")):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # “Use the words selected above”

    expect(page.locator("#said")).to_have_text("The comment box is open, about: are dry")
    expect(page.get_by_label("Your comment")).to_be_focused()
    page.keyboard.type("Since when?")
    page.get_by_role("button", name="Add the comment").press("Enter")
    expect(page.locator("mark.phrase")).to_have_text("are dry")
    assert plan.threads.get().phrase == "are dry"


def test_the_tab_key_leads_from_selected_words_to_the_button_and_escape_puts_it_away(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = opened(open_browser(network["reviewer"]), plan)
    page.evaluate(SELECT, [4, 9, 0])
    button = page.get_by_role("button", name=BUTTON)
    expect(button).to_be_visible()
    page.keyboard.press("Tab")
    expect(button).to_be_focused()

    page.keyboard.press("Escape")

    expect(button).to_have_count(0)
    expect(page.locator("#said")).to_have_text("")


@pytest.fixture
def begun(plan: Plan, network: Network, open_browser: Open) -> Page:
    """A comment on “wells” that is begun, and other words beside it for which it is asked again."""
    page = opened(open_browser(network["reviewer"]), plan)
    points(page, 4, 9)
    page.get_by_label("Your comment").fill("Which of them?")
    points(page, 14, 17)
    return page


def points(page: Page, start: int, end: int) -> None:
    """Selects words of the first paragraph and presses the button beside them."""
    page.evaluate(SELECT, [start, end, 0])
    page.get_by_role("button", name=BUTTON).click()


def test_what_is_begun_about_some_words_is_not_moved_to_others_unasked(begun: Page) -> None:
    expect(begun.get_by_role("group", name="What you have begun")).to_have_accessible_name(
        "What you have begun here is about: wells You have now selected: dry"
    )
    expect(begun.locator("[data-phrase]")).to_have_text("wells")

    begun.get_by_role("button", name="Leave it as it is").click()

    expect(begun.get_by_label("Your comment")).to_be_focused()
    expect(begun.get_by_label("Your comment")).to_have_value("Which of them?")
    expect(begun.locator("[data-phrase]")).to_have_text("wells")
    assert _violations(begun) == []


def test_what_is_begun_is_moved_to_other_words_by_who_says_so(plan: Plan, begun: Page) -> None:
    begun.get_by_role("button", name="Let it be about the words selected now").click()

    expect(begun.locator("[data-phrase]")).to_have_text("dry")
    begun.get_by_role("button", name="Add the comment").click()
    expect(begun.locator("#said")).to_contain_text("is part of your review now")
    thread = plan.threads.get()
    assert (thread.phrase, thread.comments.get().text) == ("dry", "Which of them?")


def test_what_is_begun_is_added_and_another_begins_about_the_other_words(
    plan: Plan, begun: Page
) -> None:
    begun.get_by_role("button", name="Add it, and begin another comment").click()
    expect(begun.locator("[data-phrase]")).to_have_text("dry")
    expect(begun.get_by_label("Your comment")).to_be_focused()
    expect(begun.get_by_label("Your comment")).to_have_value("")
    sends(begun, "Since when?")
    expect(begun.locator("mark.phrase")).to_have_text(["wells", "dry"])

    said = [(one.phrase, one.comments.get().text) for one in plan.threads.order_by("pk")]
    assert said == [("wells", "Which of them?"), ("dry", "Since when?")]


def test_what_was_kept_about_some_words_is_not_moved_when_it_comes_back(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    rest = {"words": "wells", "before": "The ", "after": " are dry."}
    reviewing.keep_draft(plan, f"new:{PLACE}", "Which?", actor=network["reviewer"], rest=rest)
    page = opened(open_browser(network["reviewer"]), plan)

    points(page, 14, 17)

    expect(page.locator("[data-other]")).to_be_visible()
    expect(page.locator("[data-phrase]")).to_have_text("wells")
    expect(page.get_by_label("Your comment")).to_have_value("Which?")


def test_what_was_typed_about_a_whole_answer_is_not_moved_to_some_words_unasked(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = opened(open_browser(network["reviewer"]), plan)
    page.locator("#at-challenge-background .notes__comment").click()
    page.get_by_label("Your comment").fill("Typed first.")

    points(page, 4, 9)

    expect(page.locator("[data-other]")).to_contain_text("is about no words in particular")
    expect(page.locator("[data-phrase]")).to_be_hidden()
    page.get_by_role("button", name="Let it be about the words selected now").click()
    expect(page.locator("[data-phrase]")).to_have_text("wells")
    expect(page.get_by_label("Your comment")).to_have_value("Typed first.")


def test_words_of_two_answers_are_no_phrase_and_nothing_is_offered_to_the_lab(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = opened(open_browser(network["reviewer"]), plan)
    page.evaluate(SELECT, [4, 9, 0])
    expect(page.get_by_role("button", name=BUTTON)).to_be_visible()
    page.evaluate(
        """() => getSelection().selectAllChildren(document.querySelector("#at-challenge"))"""
    )
    expect(page.get_by_role("button", name=BUTTON)).to_have_count(0)

    lab = opened(open_browser(network["member"]), plan)
    assert lab.locator("[data-on]").count() == 0


def test_without_scripts_words_are_pasted_and_chosen_among_several(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = opened(open_browser(network["reviewer"], javascript=False), plan)
    page.locator("#at-challenge-background .notes__comment").click()
    page.get_by_label("Which words?").fill("wells are")
    page.get_by_label("Your comment").fill("Which?")
    page.get_by_role("button", name="Add the comment").click()
    expect(page.locator(".composer .field-error")).to_have_text(
        "These words stand here more than once. Choose which of them you mean."
    )
    expect(page.get_by_label("Your comment")).to_have_value("Which?")
    page.get_by_role("radio", name="wells are").first.check()
    page.get_by_role("button", name="Add the comment").click()

    expect(page.locator("mark.phrase")).to_have_text("wells are")
    assert plan.threads.get().before == "The "


# -- proposing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_other_words_are_proposed_and_applied_with_one_press(
    javascript: bool, plan: Plan, network: Network, open_browser: Open
) -> None:
    reviewer = opened(open_browser(network["reviewer"], javascript=javascript), plan)
    if javascript:
        reviewer.evaluate(SELECT, [4, 9, 0])
        reviewer.get_by_role("button", name=BUTTON).click()
        expect(reviewer.locator("[data-phrase]")).to_have_text("wells")
    else:
        reviewer.locator("#at-challenge-background .notes__comment").click()
        reviewer.get_by_label("Which words?").fill("wells are dry")
    reviewer.get_by_text("Propose other words").click()
    box = reviewer.get_by_label("The words you propose")
    expect(box).to_have_value("wells" if javascript else TEXT)
    box.fill("springs" if javascript else "springs are dry")
    reviewer.get_by_role("button", name="Add the comment").click()
    if not javascript:
        expect(reviewer.locator(".composer .field-error")).to_contain_text(
            "Your proposal will stand in place of “wells are dry” only."
        )
        reviewer.get_by_role("button", name="Add the comment").click()
    expect(reviewer.locator(".suggestion del")).to_contain_text("wells")
    expect(reviewer.locator(".suggestion ins")).to_contain_text("springs")
    reviewing.send(
        plan, Decision.CHANGES_REQUESTED, actor=network["reviewer"], summary="See there."
    )

    lab = opened(open_browser(network["member"], javascript=javascript), plan)
    lab.get_by_role("button", name="Apply these words").click()

    expect(lab.locator(".suggestion__head")).to_contain_text(
        f"Words of {network['reviewer']}, applied by {network['member']}"
    )
    assert background(plan) == TEXT.replace("wells are dry", "springs are dry")


def test_what_was_applied_is_said_and_the_focus_stays_at_the_thread(
    thread: Thread, network: Network, open_browser: Open
) -> None:
    page = opened(open_browser(network["member"]), thread.plan)
    at = page.locator(f"#thread-{thread.pk}")
    page.get_by_role("button", name="Apply these words").press("Enter")

    expect(page.locator("#said")).to_have_text(
        "The words are in the plan now. The history says who wrote them."
    )
    expect(at).to_be_focused()
    expect(at).to_be_in_viewport()
    expect(page.locator("#text-challenge-background")).to_contain_text("and we measure them.")
    expect(at.locator(".thread__status")).to_have_text("Addressed")
    assert background(thread.plan) == TEXT.replace("nobody measures them", "we measure them")


def test_a_title_that_was_applied_stands_at_the_head_of_the_page_too(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    reviewing.open_thread(
        plan, "title.title", "", actor=network["reviewer"], instead="Wells of the valley"
    )
    reviewing.send(plan, Decision.CHANGES_REQUESTED, actor=network["reviewer"], summary="See.")
    page = opened(open_browser(network["member"]), plan)

    page.get_by_role("button", name="Apply these words").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Wells of the valley")
    expect(page.locator("#text-title-title")).to_have_text("Wells of the valley")


def test_a_suggestion_is_declined_with_a_reason(
    thread: Thread, network: Network, open_browser: Open
) -> None:
    page = opened(open_browser(network["member"]), thread.plan)
    page.get_by_text("Decline: Background").click()
    page.get_by_role("button", name="Decline with this word").click()
    expect(page.locator(".suggestion .field-error")).to_have_text(
        "Say in a few words why you keep your own."
    )
    page.get_by_label("Why you keep your own words").fill("Nobody does yet.")

    page.get_by_role("button", name="Decline with this word").click()

    expect(page.locator("#said")).to_have_text("Your own words stay, and the reviewer is told why.")
    expect(page.locator(".suggestion__head")).to_contain_text("declined by")
    assert background(thread.plan) == TEXT


def test_pressed_on_a_page_grown_old_newer_words_are_left_alone(
    thread: Thread, network: Network, open_browser: Open
) -> None:
    page = opened(open_browser(network["member"]), thread.plan)
    authoring.save(
        thread.plan, {"background": Change("We measure all wells.")}, actor=network["lead"]
    )

    page.get_by_role("button", name="Apply these words").click()

    expect(page.get_by_role("alert")).to_have_text(
        "The text is different now, so this suggestion does not fit any more."
    )
    expect(page.get_by_role("button", name="Apply these words")).to_have_count(0)
    assert background(thread.plan) == "We measure all wells."


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_applied_beside_the_answer_what_is_typed_in_the_form_is_kept(
    javascript: bool, thread: Thread, network: Network, open_browser: Open
) -> None:
    page = open_browser(network["member"], javascript=javascript)
    page.goto(reverse("plan_section", args=(thread.plan_id, "challenge")))
    page.get_by_label("Challenge statement").fill("Typed just now.")
    page.get_by_text("Plainer?").first.click()

    page.get_by_role("button", name="Apply these words").click()

    applied = TEXT.replace("nobody measures them", "we measure them")
    expect(page.get_by_label("Background")).to_have_value(applied)
    expect(page.get_by_label("Challenge statement")).to_have_value("Typed just now.")
    assert background(thread.plan) == applied


# -- for everybody ---------------------------------------------------------------------------------


def test_pages_with_phrases_and_suggestions_pass_axe_and_fit_a_phone(
    thread: Thread, network: Network, open_browser: Open
) -> None:
    addresses = [
        thread.plan.get_absolute_url(),
        reverse("plan_section", args=(thread.plan_id, "challenge")),
        reverse("suggestion_decline", args=(thread.pk,)),
    ]
    lab = open_browser(network["member"])
    found = [words for address in addresses for words in problems(lab, address)]
    workflow.move(thread.plan, Act.SUBMIT, actor=network["member"], note="Nothing to change.")
    reviewer = open_browser(network["reviewer"])
    found += problems(reviewer, reverse("thread_new", args=(thread.plan_id,)) + f"?on={PLACE}")

    assert found == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["wide", "narrow"])
def test_the_button_and_the_open_form_pass_axe_and_fit_a_phone(
    size: ViewportSize, plan: Plan, network: Network, open_browser: Open
) -> None:
    page = opened(open_browser(network["reviewer"], **size), plan)
    page.evaluate(SELECT, [3, 40, 1])
    expect(page.get_by_role("button", name=BUTTON)).to_be_visible()
    found = [*_violations(page), *page.evaluate(TOO_WIDE)]
    page.get_by_role("button", name=BUTTON).click()
    page.get_by_text("Choose words").click()
    page.get_by_text("Propose other words").click()

    assert [*found, *_violations(page), *page.evaluate(TOO_WIDE)] == []
