"""The portfolio in a browser: nothing for axe to find, no sideways scrolling, no script needed."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from plans.portfolio import FIGURES
from tests.browser.scene import Scene, set_up
from tests.browser.test_pages import problems

if TYPE_CHECKING:
    from tests.browser.conftest import Open
    from tests.personas import Network

LATER_PAGE = 15_000


@pytest.fixture
def scene(network: Network) -> Scene:
    """The network with an approved plan and one from the archive."""
    return set_up(network)


def test_no_page_of_the_portfolio_has_a_problem(
    scene: Scene, network: Network, open_browser: Open
) -> None:
    page = open_browser(network.people["other_member"])

    found = [
        problem
        for path in (
            "/portfolio/",
            "/portfolio/?q=nothing+like+it",
            "/portfolio/?region=atlantis",
            "/portfolio/compare/?a=state%3Dapproved&b=state%3Darchived",
            "/portfolio/compare/",
        )
        for problem in problems(page, path)
    ]

    assert found == []


def test_the_portfolio_works_without_a_script(
    scene: Scene, network: Network, open_browser: Open
) -> None:
    page = open_browser(network.people["other_member"], javascript=False)
    page.goto("/")
    page.get_by_role("link", name="Portfolio").click()
    expect(page.locator(".figure__title")).to_have_count(len(FIGURES) + 1)
    page.get_by_label("Type").select_option("exploratory")
    page.get_by_role("button", name="Show these plans").click()
    expect(page).to_have_url(re.compile("type=exploratory"))
    goals = page.locator(".figure--goals")
    goals.get_by_text("As a table").click()
    expect(goals.get_by_role("table")).to_be_visible()
    goals.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Library")).to_be_visible()


def test_two_selections_are_chosen_at_once_without_a_script(
    scene: Scene, network: Network, open_browser: Open
) -> None:
    page = open_browser(network.people["other_member"], javascript=False, width=360)
    page.goto("/portfolio/?type=exploratory")
    page.get_by_role("link", name="Compare them with others").click()
    first = page.get_by_role("group", name="First selection")
    second = page.get_by_role("group", name="Second selection")
    first.get_by_label("Theme").fill("Water management")
    second.get_by_label("Region").select_option(network.region.slug)
    page.get_by_role("button", name="Compare").click()

    expect(page).to_have_url(re.compile(r"\?a=.*&b=region"))
    expect(first.get_by_label("Type")).to_have_value("exploratory")
    expect(first.get_by_label("Theme")).to_have_value("Water management")
    expect(second.get_by_label("Region")).to_have_value(network.region.slug)


def test_a_table_of_a_figure_is_taken_along(
    scene: Scene, network: Network, open_browser: Open
) -> None:
    page = open_browser(network.people["other_member"])
    page.goto("/portfolio/")
    with page.expect_download() as waiting:
        page.locator(".figure--goals").get_by_role("link", name="CSV").click()

    assert waiting.value.suggested_filename == "goals-all-of-the-network.csv"


def test_the_map_shows_the_shapes_that_browsers_keep(
    scene: Scene, network: Network, open_browser: Open
) -> None:
    page = open_browser(network.people["other_member"])
    with page.expect_response(lambda response: "/portfolio/world.svg" in response.url) as waiting:
        response = page.goto("/portfolio/")
    land = page.locator(".figure--countries .map__land").bounding_box()

    assert waiting.value.status == 200
    assert land is not None
    assert land["width"] > 600
    assert response is not None
    assert len(gzip.compress(response.body())) < LATER_PAGE
