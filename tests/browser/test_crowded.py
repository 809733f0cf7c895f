"""A plan about which very much is said: each thread opens in its place, and links reach into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from bench.crowd import crowd
from plans.models import Plan, Thread
from tests.browser.test_pages import problems

if TYPE_CHECKING:
    from tests.browser.conftest import Open
    from tests.personas import Network


@pytest.fixture
def plan(transactional_db: None, network: Network) -> Plan:
    """A plan that waits for a review, with 30 threads of 5 comments each."""
    plan = network.plan("submitted")
    people = {"reviewer": network["reviewer"], "writer": network["member"]}
    crowd(plan, **people, threads=30, comments=150)
    return plan


def test_a_line_opens_in_its_place_by_keyboard_and_a_link_to_a_comment_opens_it(
    network: Network, plan: Plan, open_browser: Open
) -> None:
    first, second = Thread.objects.filter(status="resolved").order_by("opened_at")[:2]
    page = open_browser(network["member"])
    page.goto(plan.get_absolute_url())
    thread = page.locator(f"#thread-{first.pk}")
    expect(thread.locator(".comment")).to_have_count(0)
    assert problems(page, plan.get_absolute_url()) == []

    thread.get_by_role("link").focus()
    page.keyboard.press("Enter")

    expect(thread.locator(".comment")).to_have_count(5)
    expect(thread).to_be_focused()

    last = second.comments.order_by("written_at").last()
    assert last is not None
    page.goto(reverse("profile"))
    page.goto(f"{plan.get_absolute_url()}#comment-{last.pk}")

    expect(page.locator(f"article#comment-{last.pk}")).to_be_in_viewport()
    expect(page.locator(f"article#comment-{last.pk}")).to_contain_text(last.text[:30])
