"""How the page saves: one request at a time, again and again without a line, told in few words."""

from __future__ import annotations

import json
import re
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Request, Route, expect

from plans import authoring
from plans.authoring import Change
from plans.models import Plan
from plans.views import autosave
from tests.browser.conftest import PATIENCE, sign_in
from tests.browser.copies import kept

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django.live_server_helper import LiveServer

    from tests.browser.conftest import Open
    from tests.personas import Network

FORM = "**/edit/challenge/"


def section(plan: Plan) -> str:
    """The address of the form of the section “Challenge”."""
    return reverse("plan_section", args=(plan.pk, "challenge"))


def is_told(page: Page, kind: str) -> None:
    """Wait until the quiet line under the form says this sort of thing."""
    expect(page.locator(f"#save-status[data-kind='{kind}']")).to_be_attached()


def stored(plan: Plan) -> Plan:
    """The plan as it is in the database now."""
    return Plan.objects.get(pk=plan.pk)


def is_save(request: Request) -> bool:
    """Whether the page sends answers; a button does it with the whole form."""
    return request.method == "POST" and request.url.endswith("/edit/challenge/")


def carried(request: Request) -> list[str]:
    """The answers that a save as one types carries."""
    found = re.search(r'name="only"\r\n\r\n(.*?)\r\n', str(request.post_data))
    return sorted(json.loads(found[1])) if found else []


class Line:
    """Holds what a page sends until it is let through."""

    def __init__(self, page: Page) -> None:
        self.held: list[Route] = []
        self._is_open = False
        self._page = page
        page.route(FORM, self._hold)

    def _hold(self, route: Route) -> None:
        if route.request.method == "POST" and not self._is_open:
            self.held.append(route)
        else:
            route.continue_()

    def wait_for(self, number: int) -> None:
        """Wait until so many requests are held."""
        deadline = monotonic() + PATIENCE / 1000
        while len(self.held) < number:
            assert monotonic() < deadline, f"{len(self.held)} requests and not {number}"
            self._page.evaluate("0")  # lets what happened in the browser in

    def open(self) -> None:
        """Let everything through, from now on."""
        self._is_open = True
        for route in self.held:
            route.continue_()


# -- one after the other ---------------------------------------------------------------------------


def test_one_save_is_under_way_at_a_time_and_the_next_carries_the_rest(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    page = open_browser(network.people["member"])
    page.goto(section(plan))
    happened = watched(page)
    line = Line(page)

    page.get_by_label("Background").fill("One")
    page.get_by_label("Background").press("Tab")
    line.wait_for(1)
    page.get_by_label("Challenge statement").fill("Two")
    page.get_by_label("Value proposition").fill("Three")
    page.get_by_label("Background").fill("One and more")
    page.get_by_label("Background").press("Tab")
    line.open()
    is_told(page, "saved")

    assert happened == [
        "sent background",
        "answered",
        "sent background challenge_statement value_proposition",
        "answered",
    ]
    now = stored(plan)
    assert (now.background, now.challenge_statement, now.value_proposition) == (
        "One and more",
        "Two",
        "Three",
    )


def watched(page: Page) -> list[str]:
    """What is sent and answered from now on, in its order; a button sends “everything”."""
    happened: list[str] = []

    def on_request(request: Request) -> None:
        if is_save(request):
            happened.append(f"sent {' '.join(carried(request)) or 'everything'}")

    def on_end(request: Request) -> None:
        if is_save(request):
            happened.append("answered")

    page.on("request", on_request)
    page.on("requestfinished", on_end)
    return happened


@pytest.mark.parametrize("key", ["challenge", "evidence"])
def test_the_page_stays_where_it_is_when_save_is_pressed(
    network: Network, open_browser: Open, key: str
) -> None:
    plan = network.plan("draft")
    authoring.add_row(plan, "evidence", actor=network["member"])
    page = open_browser(network.people["member"], width=1280, height=600)
    page.goto(reverse("plan_section", args=(plan.pk, key)))
    save = page.locator(".section-bar").get_by_role("button", name="Save", exact=True)
    save.focus()
    page.evaluate("scrollTo(0, 200)")

    page.keyboard.press("Enter")
    expect(page.locator(".section-bar").get_by_text("Saved.")).to_be_visible()
    expect(save).to_be_focused()
    assert page.evaluate("scrollY") == 200


def test_a_button_waits_for_the_save_that_is_under_way(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    page = open_browser(network.people["member"])
    page.goto(section(plan))
    happened = watched(page)
    line = Line(page)

    box = page.get_by_label("Background")
    box.fill("One.")
    line.wait_for(1)
    box.press_sequentially(" Two.")
    page.get_by_role("button", name="Save", exact=True).last.click()
    line.open()

    expect(page.locator("#messages").first).to_have_text("Saved.")
    assert page.locator(".field-error").count() == 0
    assert happened[:3] == ["sent background", "answered", "sent everything"]
    assert stored(plan).background == "One. Two."


def test_what_is_typed_after_pressing_save_stays_in_its_box_and_is_saved_too(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    page = open_browser(network.people["member"])
    page.goto(section(plan))
    box = page.get_by_label("Background")
    box.fill("One.")
    is_told(page, "saved")
    line = Line(page)

    page.get_by_role("button", name="Save", exact=True).last.click()
    line.wait_for(1)
    box.press("Home")
    box.press_sequentially("Zero. ")
    line.open()

    expect(page.locator("#messages").first).to_have_text("Saved.")
    expect(box).to_have_value("Zero. One.")
    box.press_sequentially("And ")  # where one was, and not at the end
    expect(box).to_have_value("Zero. And One.")
    is_told(page, "saved")
    assert kept(page, 0) == []
    assert stored(plan).background == "Zero. And One."


def test_a_valid_answer_is_stored_beside_one_that_is_not(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    before = stored(plan).summary
    page = open_browser(network.people["member"])
    page.goto(section(plan))
    page.get_by_label("Short summary").fill("w" * 281)
    page.get_by_label("Background").fill("Long and dry.")
    is_told(page, "attention")

    expect(page.locator("#save-status")).to_have_text("1 answer needs attention, the rest is saved")
    expect(page.locator("[data-autosaved-problem]")).to_have_text(
        "This is 1 character too long. Shorten it to 280 characters."
    )
    assert (stored(plan).background, stored(plan).summary) == ("Long and dry.", before)
    assert kept(page, 1) == ["w" * 281]

    page.get_by_label("Short summary").press("Backspace")
    is_told(page, "saved")
    expect(page.locator("[data-autosaved-problem]")).to_have_count(0)
    assert (stored(plan).summary, kept(page, 0)) == ("w" * 280, [])


def test_going_back_shows_what_was_saved_and_not_an_older_page(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    page = open_browser(network.people["member"])
    page.goto(section(plan))
    box = page.get_by_label("Background")
    box.fill("Saved before leaving.")
    is_told(page, "saved")

    page.goto(reverse("plan", args=(plan.pk,)))
    page.go_back()

    expect(box).to_have_value("Saved before leaving.")
    box.fill("And after coming back.")
    is_told(page, "saved")
    assert stored(plan).background == "And after coming back."


# -- what is missing -------------------------------------------------------------------------------


def test_what_is_missing_is_said_anew_when_a_save_has_changed_it(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    authoring.save(plan, {"background": Change("")}, actor=network["member"])
    page = open_browser(network.people["member"])
    page.goto(section(plan))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    to_do, here = page.locator("#to-do"), page.locator(".rail [aria-current]")
    expect(to_do).to_contain_text("Background is missing.")
    expect(here).to_contain_text("1 required answer missing")

    page.get_by_label("Background").fill("Now there are words.")
    expect(to_do).to_be_empty()
    expect(here).to_contain_text("complete")
    is_told(page, "saved")
    anew = len([url for url in asked if url.endswith("?part=missing")])
    page.get_by_label("Background").fill("Now there are other words.")
    with page.expect_response(lambda response: is_save(response.request)):
        page.get_by_label("Background").press("Tab")
    is_told(page, "saved")
    assert (anew, len([url for url in asked if url.endswith("?part=missing")])) == (1, 1)

    link = here
    link.focus()
    page.get_by_label("Background").evaluate("box => { box.value = ''; }")
    page.get_by_label("Background").dispatch_event("input")
    expect(to_do.get_by_role("link")).to_have_text("Background is missing.")
    expect(here).to_be_focused()


# -- without a line --------------------------------------------------------------------------------


def cut(page: Page) -> None:
    """From now on nothing that is sent gets anywhere."""
    page.route(FORM, lambda route: route.abort())


def stops_the_clock(page: Page) -> None:
    """Let the page's own time go on only when the test says so.

    It is stopped at a time that is surely still to come, however busy the machine is.
    """
    page.clock.pause_at(page.evaluate("Date.now()") + PATIENCE)


def tries(page: Page, after: int) -> None:
    """See that a save is tried, and fails, after exactly so many milliseconds."""
    tried: list[Request] = []

    def on_request(request: Request) -> None:
        if is_save(request):
            tried.append(request)

    page.on("request", on_request)
    page.clock.run_for(after - 1)
    page.evaluate("0")
    assert tried == []
    with page.expect_event("requestfailed", is_save):
        page.clock.run_for(1)
    page.evaluate("0")  # the page has heard of it, too
    page.remove_listener("request", on_request)


def test_it_goes_on_trying_with_growing_pauses_for_as_long_as_the_page_is_open(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    page = open_browser(network.people["member"])
    page.clock.install()
    page.goto(section(plan))
    stops_the_clock(page)
    heard = listen(page)
    cut(page)

    page.get_by_label("Background").fill("Typed on the ferry.")
    for after in (600, 1000, 2000, 4000, 8000, 16000, *[30000] * 5):
        tries(page, after)
    page.unroute(FORM)
    page.clock.run_for(30000)
    is_told(page, "saved")

    assert stored(plan).background == "Typed on the ferry."
    assert page.evaluate(heard)[:-1] == [
        "The site does not answer, trying again: kept on this device"
    ]


def test_a_line_that_hangs_is_given_up_and_tried_again(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    page = open_browser(network.people["member"])
    page.clock.install()
    page.goto(section(plan))
    stops_the_clock(page)
    line = Line(page)

    page.get_by_label("Background").fill("Typed in a tunnel.")
    page.clock.run_for(600)
    line.wait_for(1)
    page.unroute(FORM)
    with page.expect_event("requestfailed"):
        page.clock.run_for(60000)
    is_told(page, "unreachable")
    page.clock.run_for(1000)
    is_told(page, "saved")

    assert stored(plan).background == "Typed in a tunnel."


def test_a_save_whose_answer_was_lost_is_not_taken_for_somebody_elses(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    page = open_browser(network.people["member"])
    page.goto(section(plan))

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route(FORM, lose_the_answer)
    page.get_by_label("Background").fill("One.")
    is_told(page, "unreachable")
    assert stored(plan).background == "One."
    page.get_by_label("Background").press_sequentially(" Two.")
    page.unroute(FORM)
    is_told(page, "saved")

    assert page.locator("[data-autosaved-problem]").count() == 0
    assert stored(plan).background == "One. Two."
    assert kept(page, 0) == []


def test_save_pressed_without_a_line_loses_nothing_and_is_made_up_for(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    page = open_browser(network.people["member"])
    page.goto(section(plan))
    page.context.set_offline(True)
    page.get_by_label("Background").fill("Pressed on the ferry.")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator("#save-status")).to_have_text(
        "Offline: kept on this device. “Save” is not done: press it again when the line is back."
    )
    expect(page.get_by_label("Background")).to_have_value("Pressed on the ferry.")

    page.context.set_offline(False)
    is_told(page, "saved")
    assert stored(plan).background == "Pressed on the ferry."


def test_a_button_that_leads_on_is_to_be_pressed_again_when_the_line_is_back(
    network: Network, open_browser: Open
) -> None:
    plan = network.plan("draft")
    page = open_browser(network.people["member"])
    page.goto(section(plan))
    status = page.locator("#save-status")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save and go on").click()
    expect(status).to_have_text(
        "You are offline. “Save and go on” is not done: press it again when the line is back."
    )
    page.context.set_offline(False)
    expect(status).to_have_text(
        "The line is back. “Save and go on” was not done: press it again now."
    )

    page.context.set_offline(True)
    page.get_by_label("Background").fill("Pressed on the ferry.")
    page.get_by_role("button", name="Save and go on").click()
    expect(status).to_contain_text("“Save and go on” is not done")
    page.context.set_offline(False)
    expect(status).to_contain_text("“Save and go on” was not done: press it again now.")
    is_told(page, "saved")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Evidence")


def test_a_broken_server_does_not_take_the_page_away(
    network: Network, running_chromium: Browser, live_server: LiveServer
) -> None:
    plan = network.plan("draft")
    context = running_chromium.new_context(base_url=live_server.url)
    sign_in(context, network.people["member"], live_server.url)
    page = context.new_page()
    page.goto(section(plan))
    page.route(FORM, lambda route: route.fulfill(status=503, body="<h1>Down</h1>"))

    page.get_by_label("Background").fill("Pressed while it was down.")
    page.get_by_role("button", name="Save", exact=True).last.click()
    is_told(page, "unreachable")
    expect(page.get_by_label("Background")).to_have_value("Pressed while it was down.")
    page.unroute(FORM)
    is_told(page, "saved")

    assert stored(plan).background == "Pressed while it was down."
    context.close()


# -- what is said ----------------------------------------------------------------------------------

_LISTEN = """() => {
  const line = document.getElementById("save-status");
  window.heard = [];
  new MutationObserver(() => window.heard.push(line.textContent.trim())).observe(
    line, { childList: true, characterData: true, subtree: true });
}"""


def listen(page: Page) -> str:
    """Note every change of the line that is read out; answers how to ask for it."""
    assert page.locator("#save-status").get_attribute("role") == "status"
    page.evaluate(_LISTEN)
    return "window.heard"


def test_saves_of_one_minute_are_read_out_once_and_waiting_only_when_it_takes_long(
    network: Network, open_browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosave, "now_in_words", lambda: "14:03 UTC")
    plan = network.plan("draft")
    page = open_browser(network.people["member"])
    page.goto(section(plan))
    heard = listen(page)
    box = page.get_by_label("Background")

    for text in ("One", "Two", "Three"):
        with page.expect_response(lambda response: is_save(response.request)):
            box.fill(text)
        is_told(page, "saved")
    assert page.evaluate(heard) == ["Saved 14:03 UTC"]

    line = Line(page)
    box.fill("Four")
    expect(page.locator("#save-status")).to_have_text("Saving …")
    line.open()
    is_told(page, "saved")
    assert page.evaluate(heard) == ["Saved 14:03 UTC", "Saving …", "Saved 14:03 UTC"]
