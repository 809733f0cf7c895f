"""What is read out while somebody reviews, and axe on every page of a review.

A comment box that opens takes the focus; what was sent is said in a status, what failed in an
alert, and nothing that was typed is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from plans import reviewing, scheduling, workflow
from plans.models import Draft, Plan
from plans.phrases import Phrase
from plans.states import Act
from tests.browser.test_journey import skipping, thread
from tests.browser.test_pages import _violations, problems
from tests.factories import reviewer_of

if TYPE_CHECKING:
    from tests.browser.conftest import Open
    from tests.personas import Network

BOX = ".notes__new form"


@pytest.fixture
def plan(transactional_db: None, network: Network) -> Plan:
    """A plan that waits for a review, in a cycle with criteria."""
    criteria = [("The evidence is real", "Look closely."), ("Partners agreed", "")]
    scheduling.set_criteria(network.cycle, criteria, actor=network["network_manager"])
    return network.plan("submitted")


def opened(page: Page, plan: Plan) -> Page:
    """The plan with an open comment box beside the background, in which something is typed."""
    page.goto(plan.get_absolute_url())
    page.get_by_role("link", name=skipping("Comment on this", "Background")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your comment")).to_be_focused()
    page.keyboard.type("Since when?")
    return page


def test_a_thread_that_opens_takes_the_focus_and_one_that_is_sent_is_said(
    network: Network, plan: Plan, open_browser: Open
) -> None:
    page = opened(open_browser(network["reviewer"]), plan)
    found = _violations(page)
    page.get_by_role("button", name="Add the comment").press("Enter")

    expect(page.get_by_role("status").filter(has_text="Your comment")).to_have_text(
        "Your comment is part of your review now. Only you see it until you send that."
    )
    expect(thread(page, "Since when?")).to_be_focused()
    assert [*found, *_violations(page)] == []


def test_a_step_of_a_thread_is_said_and_so_is_a_reply(
    network: Network, plan: Plan, open_browser: Open
) -> None:
    rosa = network["reviewer"]
    reviewing.open_thread(plan, "challenge.background", "Since when?", actor=rosa)
    reviewing.send(plan, "changes_requested", actor=rosa)
    page = open_browser(network["member"])
    page.goto(plan.get_absolute_url())
    said = page.locator("#said")
    thread(page, "Since when?").locator("summary", has_text="Reply").press("Enter")
    page.get_by_label("Your reply").fill("Since 2021.")
    page.get_by_role("button", name="Send the reply").press("Enter")
    expect(said).to_have_text("Your reply is there.")
    thread(page, "Since when?").get_by_role("button", name="Mark as addressed").press("Enter")
    expect(page.get_by_role("alert")).to_have_text(
        "Say in a few words how: what you changed, or why you left it."
    )
    expect(page.get_by_label("Your reply")).to_be_focused()
    page.get_by_label("Your reply").fill("The year is in the text.")
    thread(page, "Since when?").get_by_role("button", name="Mark as addressed").press("Enter")

    expect(said).to_have_text("The thread is marked as addressed.")
    expect(thread(page, "Since when?")).to_be_focused()


def test_the_decision_is_three_keys_from_the_top_of_the_page(
    network: Network, plan: Plan, open_browser: Open
) -> None:
    page = open_browser(network["reviewer"])
    page.goto(plan.get_absolute_url())
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the text")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the decision")).to_be_in_viewport()

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.get_by_role("link", name="Approve")).to_be_focused()


def test_what_cannot_be_sent_without_a_line_is_said_and_stays_in_its_box(
    network: Network, plan: Plan, open_browser: Open
) -> None:
    page = opened(open_browser(network["reviewer"]), plan)
    page.context.set_offline(True)
    page.get_by_role("button", name="Add the comment").press("Enter")

    expect(page.locator(BOX).get_by_role("alert")).to_have_text(
        "This could not be sent. What you wrote is still here: try again in a moment."
    )
    expect(page.get_by_label("Your comment")).to_have_value("Since when?")
    assert _violations(page) == []
    page.context.set_offline(False)
    page.get_by_role("button", name="Add the comment").press("Enter")
    expect(thread(page, "Since when?")).to_be_focused()
    assert plan.threads.count() == 1


def test_what_the_lab_took_back_meanwhile_is_said_and_the_words_stay(
    network: Network, plan: Plan, open_browser: Open
) -> None:
    page = opened(open_browser(network["reviewer"]), plan)
    expect(page.locator("[data-kept-status]")).to_have_text("Kept, not sent")
    workflow.move(plan, Act.RECALL, actor=network["member"])
    page.get_by_role("button", name="Add the comment").press("Enter")

    expect(page.locator(BOX).get_by_role("alert")).to_have_text(
        "This could not be sent: the plan may have gone back to the lab. "
        "Copy what you wrote, then load the page again."
    )
    expect(page.get_by_label("Your comment")).to_have_value("Since when?")
    assert Draft.objects.get().text == "Since when?"
    page.goto("/")
    page.get_by_role("link", name="Copy your words, and throw them away").click()
    expect(page.locator(".comment__text")).to_have_text("Since when?")
    assert problems(page, reverse("unsent")) == []


def test_an_empty_comment_is_refused_in_an_alert(
    network: Network, plan: Plan, open_browser: Open
) -> None:
    page = opened(open_browser(network["reviewer"]), plan)
    page.get_by_label("Your comment").fill("")
    page.get_by_role("button", name="Add the comment").press("Enter")

    expect(page.locator(BOX).get_by_role("alert")).to_have_text("Write something first.")
    assert _violations(page) == []


def test_nothing_is_wrong_with_any_page_of_a_review(
    network: Network, plan: Plan, open_browser: Open
) -> None:
    rosa, place = network["reviewer"], "challenge.background"
    dry = Phrase("Three dry years")
    first = reviewing.open_thread(
        plan, place, "Four?", actor=rosa, phrase=dry, instead="Four dry years"
    )
    reviewing.open_thread(plan, place, "Who?", actor=rosa, phrase=Phrase("Nobody knows"))
    reviewing.open_thread(plan, "plan", "Like 2021?", actor=rosa, for_reviewers=True)
    rest = {"words": "water", "instead": "the water", "offered": "water", "kind": "optional"}
    reviewing.keep_draft(plan, "new:challenge.summary", "Which", actor=rosa, rest=rest)
    marks = dict.fromkeys(network.cycle.criteria.all(), ("partly", "Nearly."))
    reviewing.keep(plan, actor=rosa, summary="So far.", marks=marks)
    page, comment = open_browser(rosa), first.comments.get()
    found = [
        words
        for path in (
            plan.get_absolute_url(),
            reverse("plan_review", args=(plan.pk,)),
            reverse("plan_review_discard", args=(plan.pk,)),
            reverse("thread_new", args=(plan.pk,)) + "?on=challenge.summary",
            reverse("comment_edit", args=(comment.pk,)),
            reverse("comment_delete", args=(comment.pk,)),
        )
        for words in problems(page, path)
    ]
    page.goto(reverse("plan_review", args=(plan.pk,)))
    page.get_by_role("button", name="Send the review").click()
    expect(page.locator(".error-summary")).to_be_visible()
    found += _violations(page)
    sent = reviewing.send(plan, "changes_requested", actor=rosa)
    reviewing.reply(first, "Which years, @Rosa Reviewer?", actor=network["member"])
    lab = open_browser(network["member"])
    colleague = open_browser(reviewer_of(network.region, "Cora Colleague"))
    found += [
        words
        for reader in (lab, colleague)
        for path in (
            plan.get_absolute_url(),
            reverse("plan_review_sent", args=(plan.pk, sent.pk)),
            reverse("thread_reply", args=(first.pk,)),
            reverse("inbox"),
        )
        for words in problems(reader, path)
    ]

    assert found == []
