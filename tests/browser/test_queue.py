"""From plan to plan through the queue: claiming by keyboard, the keys, and pages without faults."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts import absences
from accounts.models import Reviewer
from plans import clock, inbox, reviewing
from plans.models import Plan
from tests.browser.test_pages import problems
from tests.factories import CycleFactory

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.conftest import Open
    from tests.personas import Network


@pytest.fixture
def waiting(network: Network) -> list[Plan]:
    """Two plans that wait, the longer waiting first."""
    plans = []
    for title, days in (("Wells that answer", 9), ("Seeds that travel", 5)):
        plan = network.plan("submitted", title=title, cycle=CycleFactory.create())
        since = clock.now() - dt.timedelta(days=days)
        Plan.objects.filter(pk=plan.pk).update(state_since=since)
        plans.append(plan)
    return plans


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what says so has the focus."""
    for _step in range(60):
        page.keyboard.press("Tab")
        if words in page.evaluate("document.activeElement.textContent"):
            return
    raise AssertionError(f"Tab never came to “{words}”")


def heading(page: Page, title: str) -> None:
    """Wait for a page by its title."""
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()


def test_taking_a_plan_on_and_going_to_the_next_by_keyboard(
    open_browser: Open, network: Network, waiting: list[Plan]
) -> None:
    page = open_browser(network["reviewer"])
    page.goto(waiting[0].get_absolute_url())

    tab_to(page, "I take this one")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You are on this plan.")).to_be_visible()
    expect(page.locator(".messages")).to_contain_text(
        "You are on this plan now. The other reviewers see it."
    )
    page.keyboard.press("j")
    heading(page, "Seeds that travel")
    page.keyboard.press("k")
    heading(page, "Wells that answer")
    page.keyboard.press("j")
    heading(page, "Seeds that travel")
    page.keyboard.press("j")

    heading(page, "Review queue")
    expect(page.locator(".messages")).to_contain_text("That was the last plan of your queue.")
    assert Plan.objects.get(pk=waiting[0].pk).claimed_by == network.people["reviewer"]


def test_a_letter_that_is_typed_is_a_letter_and_the_keys_can_be_turned_off(
    open_browser: Open, network: Network, waiting: list[Plan]
) -> None:
    page = open_browser(network["reviewer"])
    page.goto(reverse("thread_new", args=(waiting[0].pk,)))
    page.get_by_label("Your comment").fill("")
    page.goto(waiting[0].get_absolute_url())
    page.locator(".notes__comment").first.click()
    box = page.get_by_label("Your comment").first
    expect(box).to_be_focused()
    page.keyboard.type("jk, joking")
    expect(box).to_have_value("jk, joking")

    page.goto(waiting[1].get_absolute_url())
    page.get_by_text("Keys", exact=True).click()
    page.get_by_label("Use these keys on this device").uncheck()
    page.goto(waiting[0].get_absolute_url())
    page.locator("h1").click()
    page.keyboard.press("j")
    page.get_by_text("Keys", exact=True).click()
    expect(page.get_by_label("Use these keys on this device")).not_to_be_checked()
    heading(page, "Wells that answer")
    page.get_by_label("Use these keys on this device").check()
    page.keyboard.press("j")

    heading(page, "Seeds that travel")


def test_the_links_do_the_same_without_scripts(
    open_browser: Open, network: Network, waiting: list[Plan]
) -> None:
    page = open_browser(network["reviewer"], javascript=False, width=360)
    page.goto(waiting[0].get_absolute_url())

    page.get_by_role("button", name="I take this one").click()
    page.get_by_role("button", name="Mute").click()
    expect(page.get_by_role("button", name="Muted – tell me again")).to_be_visible()
    page.get_by_role("link", name="Next in my queue").click()

    heading(page, "Seeds that travel")


def test_nothing_is_wrong_with_the_pages_of_the_queue(
    open_browser: Open, network: Network, waiting: list[Plan]
) -> None:
    today = timezone.now().date()
    row = Reviewer.objects.select_related("user").get(user=network["reviewer"])
    absences.arrange(row, network["other_reviewer"], today, today, actor=row.user)
    taken = reviewing.claim(waiting[0], actor=network["reviewer"])
    reviewing.open_thread(
        taken, "plan", "Is this new?", actor=network["reviewer"], for_reviewers=True
    )
    inbox.mute(network["other_reviewer"], taken, muted=True)
    stand_in, region = open_browser(network["other_reviewer"]), network.region.slug
    pages = [
        reverse("queue"),
        f"{reverse('region_overview')}?region={region}&cycle={taken.cycle.slug}",
        taken.get_absolute_url(),
        reverse("plan_hand_over", args=(taken.pk,)),
        reverse("absences"),
        reverse("inbox"),
        reverse("inbox_settings"),
        reverse("plan_history", args=(taken.pk,)),
    ]

    assert [words for path in pages for words in problems(stand_in, path)] == []
    manager = open_browser(network["network_manager"])
    assert problems(manager, reverse("absences")) == []
    manager.get_by_role("button", name="Arrange it").click()
    expect(manager.locator(".error-summary")).to_be_visible()


def test_the_page_of_a_dossier_is_read_from_a_folder_without_faults(
    open_browser: Open, network: Network, waiting: list[Plan], tmp_path: Path
) -> None:
    page = open_browser(network["reviewer"])
    answer = page.request.get(reverse("plan_dossier", args=(waiting[0].pk,)))
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="plan-{waiting[0].pk}-wells-that-answer.zip"'
    )
    ZipFile(BytesIO(answer.body())).extractall(tmp_path)
    alone = open_browser()

    assert [
        words
        for name in ("plan.html", "versions/version-1.html")
        for words in problems(alone, (tmp_path / name).as_uri())
    ] == []
    alone.goto((tmp_path / "plan.html").as_uri())
    alone.get_by_role("link", name="Version 1").first.click()
    heading(alone, "Wells that answer")
