"""Collections, saved searches and plans like one, in a browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.urls import reverse
from playwright.sync_api import expect

from plans import collecting, watching
from plans.models import Collection, Organisation
from tests.browser.test_pages import problems
from tests.factories import CycleFactory

if TYPE_CHECKING:
    from tests.browser.conftest import Open
    from tests.personas import Network


def test_nothing_is_wrong_with_pages_that_gather_plans(
    network: Network, open_browser: Open
) -> None:
    member = network["member"]
    plans = [
        network.plan("approved", title=f"Wells that answer {n}", cycle=CycleFactory.create())
        for n in range(2)
    ]
    chosen = collecting.make("To read", "Before the forum.", actor=member)
    entry, _other = (collecting.add(chosen, plan, "Because.", actor=member) for plan in plans)
    collecting.share(
        chosen, "a.very.long.address.of.somebody@a-long-way-down.example.org", actor=member
    )
    search = watching.keep("q=wells", "Wells", "daily", actor=member)
    country = network.lab.countries.all()[0]
    pages = [
        reverse("collections"),
        reverse("collections") + "?whose=network",
        reverse("collection_new"),
        chosen.get_absolute_url(),
        reverse("collection_sharing", args=(chosen.pk,)),
        reverse("collection_entry", args=(chosen.pk, entry.pk)),
        reverse("collection_delete", args=(chosen.pk,)),
        reverse("collection_export_choose", args=(chosen.pk,)),
        reverse("plan_collect", args=(plans[0].pk,)),
        reverse("plan_alike", args=(plans[0].pk,)),
        reverse("saved_searches"),
        search.get_absolute_url(),
        reverse("saved_search_new") + "?q=rivers",
        reverse("saved_search_edit", args=(search.pk,)),
        reverse("countries"),
        reverse("country", args=(country.pk,)),
        reverse("labs") + "?q=nothing-like-it",
        reverse("organisations"),
        reverse("organisation", args=(Organisation.objects.all()[0].pk,)),
        reverse("lab", args=(network.lab.slug,)),
    ]
    page = open_browser(network.people["member"])

    found = [problem for path in pages for problem in problems(page, path)]

    assert "\n".join(found) == ""


def test_a_lab_sees_beside_its_challenge_who_else_works_on_this(
    network: Network, open_browser: Open
) -> None:
    network.plan("approved", title="Wells that answered", cycle=CycleFactory.create())
    draft = network.plan("draft", title="Wells again")
    page = open_browser(network.people["member"])
    page.goto(reverse("plan_section", args=(draft.pk, "challenge")))

    page.get_by_role("link", name="Who else works on this").click()

    expect(page.get_by_role("link", name="Wells that answered")).to_be_visible()
    expect(page.get_by_text("Same themes:")).to_be_visible()
    assert page.url.endswith("/edit/challenge/")


def test_a_plan_is_collected_and_moved_by_keyboard_alone(
    network: Network, open_browser: Open
) -> None:
    first, second = (
        network.plan("approved", title=title, cycle=CycleFactory.create())
        for title in ("The first", "The second")
    )
    made = collecting.make_of(first, "To read", actor=network["member"])
    page = open_browser(network.people["member"])
    page.goto(second.get_absolute_url())

    page.get_by_role("link", name="Add to a collection").press("Enter")
    page.get_by_role("radio", name="To read").press("Space")
    page.get_by_role("button", name="Add").press("Enter")
    page.get_by_role("button", name=re.compile(r"^Up\s*: The second$")).press("Enter")

    expect(page.locator(".shelf__title")).to_have_text(["The second", "The first"])
    entries = Collection.objects.get(pk=made.pk).entries.order_by("position")
    assert [entry.plan for entry in entries] == [second, first]
