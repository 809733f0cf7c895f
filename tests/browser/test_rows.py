"""Rows put in order by mouse, finger and keyboard, taken away and brought back, with and without
scripts, alone and beside somebody else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, Route, expect

from plans import authoring
from plans.authoring import Change, row_key
from plans.models import Plan, Question

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect

    from tests.browser.conftest import Open
    from tests.personas import Network

NAMES = ["Association", "Bakers", "Council", "District"]


@pytest.fixture
def plan(transactional_db: None, network: Network) -> Plan:
    """A draft that names four partners, in the order of the alphabet."""
    plan, member = network.plan("draft"), network["member"]
    first = plan.rows("partners").get()
    authoring.save(plan, {row_key("partners", first.pk, "name"): Change(NAMES[0])}, actor=member)
    for name in NAMES[1:]:
        authoring.add_row(plan, "partners", actor=member, name=name, description="Helps.")
    return plan


def partners(page: Page, plan: Plan) -> Page:
    """The page with the form of the partners."""
    page.goto(reverse("plan_section", args=(plan.pk, "partners")))
    return page


def stored(plan: Plan) -> list[str]:
    """The names of the partners in the order of their places, which count from 1."""
    rows = list(plan.rows("partners"))
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    return [row.name for row in rows]


def shown(page: Page) -> list[str]:
    """The names of the partners in the order of the page; their places must be told as they are."""
    places = [f"Partner {place}" for place in range(1, page.locator(".row-card").count() + 1)]
    expect(page.locator(".row-card__name")).to_have_text(places)
    return [box.input_value() for box in page.get_by_label("Name", exact=True).all()]


def handle(page: Page, place: int) -> Locator:
    """What a row is taken by."""
    return page.get_by_role("button", name=f"Move: Partner {place}")


def button(page: Page, act: str, row: str) -> Locator:
    """A button of a row; whose it is only screen readers are told."""
    return page.get_by_role("button", name=re.compile(rf"^{act}\s*: {row}$"))


def middle(box: FloatRect | None) -> tuple[float, float]:
    """The point in the middle of something on the page."""
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def is_told(page: Page, sentence: str) -> None:
    """Wait until a screen reader has been given this sentence."""
    expect(page.locator("#rows-said")).to_have_text(sentence)


def drops(page: Page, act: str = "mouse") -> None:
    """End a drag, and wait until the server knows the new place."""
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.mouse.up() if act == "mouse" else page.keyboard.press(act)


# -- with a mouse ----------------------------------------------------------------------------------


def test_a_row_is_dragged_to_another_place_and_nothing_typed_is_touched(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = partners(open_browser(network.people["member"]), plan)
    page.locator(".row-card").nth(1).get_by_label("The collaboration").fill("Half a sen")

    handle(page, 4).hover()
    page.mouse.down()
    page.mouse.move(*middle(handle(page, 4).bounding_box()))
    page.mouse.move(400, 300)
    expect(page.locator(".row-card--held")).to_contain_text("District")
    page.mouse.move(400, 0, steps=10)
    is_told(page, "Partner moved to place 1 of 4.")
    drops(page)

    assert shown(page) == ["District", "Association", "Bakers", "Council"]
    expect(handle(page, 1)).to_be_focused()
    is_told(page, "Partner put down at place 1 of 4.")
    expect(page.locator(".row-card").nth(2).get_by_label("The collaboration")).to_have_value(
        "Half a sen"
    )
    assert stored(plan) == ["District", "Association", "Bakers", "Council"]
    page.get_by_role("button", name="Add a partner").click()
    expect(page.locator(".row-card")).to_have_count(5)


def test_a_held_row_stays_under_the_pointer_while_the_others_become_short(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = partners(open_browser(network.people["member"]), plan)
    handle(page, 3).hover()
    x, y = middle(handle(page, 3).bounding_box())

    page.mouse.down()
    page.mouse.move(x, y + 10)

    expect(page.locator(".row-card--held")).to_contain_text("Council")
    assert middle(handle(page, 3).bounding_box()) == pytest.approx((x, y + 10), abs=2)
    assert page.locator(".row-card").nth(0).bounding_box()["height"] < 80  # type: ignore[index]


def test_escape_puts_a_dragged_row_back(plan: Plan, network: Network, open_browser: Open) -> None:
    page = partners(open_browser(network.people["member"]), plan)
    handle(page, 2).hover()
    page.mouse.down()
    page.mouse.move(400, 899, steps=10)
    expect(page.locator(".row-card__name").last).to_have_text("Partner 4")

    page.keyboard.press("Escape")

    is_told(page, "Partner is back at place 2 of 4.")
    page.mouse.up()
    assert shown(page) == NAMES
    assert stored(plan) == NAMES


def test_what_questions_mean_stands_in_the_first_row_whichever_that_is(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    words = "As its own people call it."
    Question.objects.create(section="partners", field="name", label="Name", guidance=words)
    page = partners(open_browser(network.people["member"]), plan)
    expect(page.locator(".row-card").nth(0)).to_contain_text(words)

    with page.expect_response(lambda response: response.request.method == "POST"):
        button(page, "Down", "Partner 1").click()

    expect(page.get_by_text(words)).to_have_count(1)
    first = page.locator(".row-card").nth(0)
    expect(first.get_by_label("Name", exact=True)).to_have_value("Bakers")
    expect(first).to_contain_text(words)


def test_what_an_item_of_evidence_needs_is_told_in_the_first_row_whatever_pictures_need(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    for name, words in (("text", "Where it is from."), ("picture", "A sharp one.")):
        Question.objects.create(section="evidence", field=name, label=name, guidance=words)
    for words in ("First item.", "Second item."):
        authoring.add_row(plan, "evidence", actor=network["member"], text=words, form="text")
    page = open_browser(network.people["member"])
    page.goto(reverse("plan_section", args=(plan.pk, "evidence")))
    cards = page.locator(".row-card")
    expect(cards.nth(0)).to_contain_text("Where it is from.")

    with page.expect_response(lambda response: response.request.method == "POST"):
        cards.nth(1).locator("[value^='up:']").click()

    expect(page.get_by_text("Where it is from.")).to_have_count(1)
    box = cards.nth(0).locator("textarea[name$='-text']")
    expect(box).to_have_accessible_description(re.compile("^Where it is from"))
    expect(cards.nth(1).locator("textarea[name$='-text']")).to_have_accessible_description("")


def test_what_is_missing_names_the_row_by_its_new_place(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    authoring.add_row(plan, "partners", actor=network["member"], description="Helps.")
    page = partners(open_browser(network.people["member"]), plan)
    to_do = page.locator("#to-do")
    expect(to_do).to_contain_text("Partner 5: Name is missing.")

    with page.expect_response("**/edit/partners/?part=missing"):
        button(page, "Up", "Partner 5").click()

    expect(to_do).to_contain_text("Partner 4: Name is missing.")
    named = to_do.locator("[data-name-of]").all_text_contents()
    assert named == sorted(named)


# -- with a finger ---------------------------------------------------------------------------------


def test_a_row_is_dragged_with_a_finger_and_the_page_stays(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = partners(
        open_browser(network.people["member"], width=360, height=640, has_touch=True), plan
    )
    handle(page, 1).scroll_into_view_if_needed()
    finger = page.context.new_cdp_session(page)
    x, y = middle(handle(page, 1).bounding_box())

    def touches(kind: str, *points: tuple[float, float]) -> None:
        finger.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]},
        )

    touches("touchStart", (x, y))
    touches("touchMove", (x, y + 20))
    box = page.locator(".row-card").nth(2).bounding_box()
    touches("touchMove", (x, middle(box)[1] + 10))
    is_told(page, "Partner moved to place 3 of 4.")
    with page.expect_response(lambda response: response.request.method == "POST"):
        touches("touchEnd")

    assert shown(page) == ["Bakers", "Council", "Association", "District"]
    assert stored(plan) == ["Bakers", "Council", "Association", "District"]


# -- by keyboard -----------------------------------------------------------------------------------


def test_a_row_is_lifted_moved_and_put_down_by_keyboard_and_each_step_is_told(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = partners(open_browser(network.people["member"]), plan)

    handle(page, 1).focus()
    page.keyboard.press("Space")
    is_told(
        page,
        "Partner 1 lifted. It is at place 1 of 4. Move it with the arrow keys, put it down with "
        "Space, or put it back with Escape.",
    )
    page.keyboard.press("ArrowDown")
    is_told(page, "Partner moved to place 2 of 4.")
    page.keyboard.press("ArrowDown")
    is_told(page, "Partner moved to place 3 of 4.")
    drops(page, "Space")

    is_told(page, "Partner put down at place 3 of 4.")
    assert shown(page) == ["Bakers", "Council", "Association", "District"]
    expect(handle(page, 3)).to_be_focused()
    assert stored(plan) == ["Bakers", "Council", "Association", "District"]


def test_escape_puts_a_lifted_row_back_and_a_place_beyond_the_end_is_the_end(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = partners(open_browser(network.people["member"]), plan)

    handle(page, 3).focus()
    page.keyboard.press("Enter")
    for _press in range(3):
        page.keyboard.press("ArrowDown")
    is_told(page, "Partner moved to place 4 of 4.")
    page.keyboard.press("Escape")

    is_told(page, "Partner is back at place 3 of 4.")
    assert shown(page) == NAMES
    expect(handle(page, 3)).to_be_focused()
    assert stored(plan) == NAMES


def test_up_and_down_move_at_once_and_the_focus_stays(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = partners(open_browser(network.people["member"]), plan)
    page.locator(".row-card").nth(2).evaluate("card => { card.same = true; }")
    button(page, "Up", "Partner 3").focus()

    drops(page, "Enter")
    expect(button(page, "Up", "Partner 2")).to_be_focused()
    drops(page, "Enter")

    is_told(page, "Partner moved to place 1 of 4.")
    assert shown(page) == ["Council", "Association", "Bakers", "District"]
    expect(button(page, "Down", "Partner 1")).to_be_focused()
    assert page.locator(".row-card").nth(0).evaluate("card => card.same")  # nothing came anew
    assert stored(plan) == ["Council", "Association", "Bakers", "District"]


# -- without scripts -------------------------------------------------------------------------------


def test_without_scripts_rows_are_moved_removed_and_brought_back_by_buttons(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = partners(open_browser(network.people["member"], javascript=False), plan)
    expect(handle(page, 1)).to_have_count(0)
    page.locator(".row-card").nth(3).get_by_label("The collaboration").fill("Typed and not sent.")

    button(page, "Up", "Partner 2").click()
    assert shown(page) == ["Bakers", "Association", "Council", "District"]
    button(page, "Remove", "Partner 4").click()
    expect(page.get_by_role("group", name="Partner 4 removed.")).to_be_visible()
    assert stored(plan) == ["Bakers", "Association", "Council"]
    button(page, "Undo", "Partner 4").click()

    assert shown(page) == ["Bakers", "Association", "Council", "District"]
    expect(page.locator(".row-card").nth(3).get_by_label("The collaboration")).to_have_value(
        "Typed and not sent."
    )
    expect(page.locator(".gone")).to_have_count(0)


# -- taking away, and back -------------------------------------------------------------------------


def test_a_removed_row_is_told_where_it_stood_and_comes_back_with_one_press(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = partners(open_browser(network.people["member"]), plan)
    page.locator(".row-card").nth(1).get_by_label("The collaboration").fill("Bread for all.")

    button(page, "Remove", "Partner 2").click()
    line = page.get_by_role("group", name="Partner 2 removed.")
    expect(line).to_be_focused()
    expect(line).to_contain_text("Bakers")
    assert shown(page) == ["Association", "Council", "District"]
    assert stored(plan) == ["Association", "Council", "District"]

    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Partner 2")).to_be_focused()
    expect(line).to_have_count(0)
    assert shown(page) == NAMES
    assert stored(plan) == NAMES
    assert plan.rows("partners")[1].description == "Bread for all."


def test_the_way_back_is_there_until_one_leaves(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = partners(open_browser(network.people["member"]), plan)

    button(page, "Remove", "Partner 4").click()
    expect(page.get_by_role("button", name="Undo")).to_have_count(1)
    button(page, "Remove", "Partner 1").click()
    expect(page.get_by_role("button", name="Undo")).to_have_count(2)
    page.get_by_role("button", name="Add a partner").click()
    expect(page.locator(".row-card")).to_have_count(3)
    expect(page.get_by_role("button", name="Undo")).to_have_count(2)
    button(page, "Undo", "Partner 1").click()
    expect(page.get_by_role("button", name="Undo")).to_have_count(1)
    assert shown(page) == ["Association", "Bakers", "Council", ""]
    page.reload()

    expect(page.locator(".row-card")).to_have_count(4)
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)


# -- beside somebody else, and without a line ------------------------------------------------------


def test_of_two_people_who_move_rows_the_later_wins_and_sees_what_the_first_did(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    one = partners(open_browser(network.people["member"]), plan)
    other = partners(open_browser(network.people["lead"]), plan)

    with one.expect_response(lambda response: response.request.method == "POST"):
        button(one, "Up", "Partner 4").click()
    with other.expect_response(lambda response: response.request.method == "POST"):
        button(other, "Down", "Partner 1").click()

    assert stored(plan) == ["Bakers", "Association", "District", "Council"]
    expect(other.get_by_label("Name", exact=True).nth(2)).to_have_value("District")
    assert shown(other) == ["Bakers", "Association", "District", "Council"]


def test_without_a_line_the_new_place_waits_and_is_told(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = partners(open_browser(network.people["member"]), plan)

    def breaks(route: Route) -> None:
        route.abort() if route.request.method == "POST" else route.continue_()

    page.route("**/edit/partners/", breaks)
    button(page, "Up", "Partner 4").click()
    button(page, "Up", "Partner 3").click()
    is_told(page, "The new order could not be saved yet. Trying again …")
    assert stored(plan) == NAMES
    page.unroute_all()

    is_told(page, "The new order is saved.")
    assert shown(page) == ["Association", "District", "Bakers", "Council"]
    assert stored(plan) == ["Association", "District", "Bakers", "Council"]
