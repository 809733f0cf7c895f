"""A server or a browser is killed in the middle of its work: what was confirmed is there, and what
was not is still being sent, or offered from the browser's copy."""

from __future__ import annotations

import json
import os
import random
import re
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import BrowserContext, Error, Page, Request, expect

from plans import authoring
from plans.authoring import Change
from plans.models import Plan
from plans.replay import apply
from tests.browser import chromium
from tests.browser.conftest import PATIENCE, sign_in
from tests.browser.copies import kept
from tests.servers import WebServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django.live_server_helper import LiveServer

    from accounts.models import User
    from tests.browser.conftest import Open
    from tests.personas import Network

SAVES = 300
DEATHS = 7
SEED = int(os.environ.get("KILLED_SEED", "20300506"))
"""Decides when the server dies; printed, so that a failure can be had again."""

ANSWERS = {
    "Challenge statement": "challenge_statement",
    "Background": "background",
    "Value proposition": "value_proposition",
    "Short summary": "summary",
}


def section(plan: Plan, key: str = "challenge") -> str:
    """The address of a section's form."""
    return reverse("plan_section", args=(plan.pk, key))


def is_told(page: Page, *kinds: str) -> str:
    """Wait until the quiet line under the form says one of these sorts of things; answers which."""
    line = page.locator(",".join(f"#save-status[data-kind='{kind}']" for kind in kinds))
    line.wait_for(state="attached")
    return str(page.locator("#save-status").get_attribute("data-kind"))


def stored(plan: Plan) -> dict[str, str]:
    """The four answers as they are in the database now."""
    now: dict[str, str] = Plan.objects.values(*ANSWERS.values()).get(pk=plan.pk)
    return now


def shown(page: Page) -> dict[str, str]:
    """The four answers as they stand in the form."""
    return {name: page.get_by_label(label).input_value() for label, name in ANSWERS.items()}


# -- the server ------------------------------------------------------------------------------------


@pytest.fixture
def server(transactional_db: None) -> Iterator[WebServer]:
    """A web server of its own that can be killed."""
    call_command("createcachetable", "cache_entries", verbosity=0)
    server = WebServer()
    server.start()
    yield server
    server.stop()


class Saves:
    """Every save that the browser sends; kills the server at random moments of some of them."""

    def __init__(self, page: Page, server: WebServer, chance: random.Random) -> None:
        self.sent: list[Request] = []
        self.answered: list[Request] = []
        self.refused = 0
        self._server = server
        # In the milliseconds of a save: before it arrives, while it is written, after the answer.
        moments = chance.sample(range(2, SAVES), DEATHS)
        self.deaths = {number: chance.uniform(0, 0.04) for number in moments}
        page.on("request", self._on_request)
        page.on("requestfinished", self._on_finished)
        page.on("requestfailed", self._on_failed)

    def _on_request(self, request: Request) -> None:
        if is_save(request):
            self.sent.append(request)
            if len(self.sent) in self.deaths:
                Timer(self.deaths[len(self.sent)], self._server.kill).start()

    def _on_finished(self, request: Request) -> None:
        if is_save(request):
            self.answered.append(request)

    def _on_failed(self, request: Request) -> None:
        self.refused += is_save(request)

    def confirmed(self) -> dict[str, list[str]]:
        """By answer, the texts that the browser was told are stored, in their order."""
        found: dict[str, list[str]] = {name: [] for name in ANSWERS.values()}
        for request in self.answered:
            response = request.response()
            assert response is not None
            assert response.json()["problems"] == {}
            for name, text in typed_in(request).items():
                found[name].append(text)
        return found


def is_save(request: Request) -> bool:
    """Whether it saves; who is there is told by other ones."""
    return request.method == "POST" and "/edit/" in request.url


def typed_in(request: Request) -> dict[str, str]:
    """The answers that a save carried."""
    parts = dict(re.findall(r'name="(\w+)"\r\n\r\n(.*?)\r\n--', str(request.post_data), re.DOTALL))
    return {name: parts[name] for name in json.loads(parts["only"])}


def history_of(plan: Plan) -> dict[str, list[str]]:
    """By answer, every text that was ever stored, in its order."""
    content = plan.checkpoints.order_by("revision")[0].content
    found = {name: [content[name]] for name in ANSWERS.values()}
    for writing in plan.writings.order_by("revision"):
        for entry in writing.entries:
            apply(content, entry)
        for name, texts in found.items():
            texts.append(content[name])
    return found


def is_within(texts: list[str], all_texts: list[str]) -> bool:
    """Whether these stand in those, in the same order."""
    rest = iter(all_texts)
    return all(text in rest for text in texts)


def test_every_confirmed_save_is_there_though_the_server_is_killed_again_and_again(
    network: Network, open_browser: Open, server: WebServer
) -> None:
    print(f"KILLED_SEED={SEED}")  # noqa: T201
    plan = network.plan("draft")
    page = open_browser(network.people["member"])
    page.goto(server.address + section(plan))
    saves = Saves(page, server, random.Random(SEED))
    boxes = [page.get_by_label(label) for label in ANSWERS]

    number, refused = 0, 0
    while len(saves.answered) < SAVES:
        number += 1
        box = boxes[number % len(boxes)]
        box.fill(f"Version {number} of what we know.")
        box.press("Tab")
        if saves.refused > refused:
            refused = saves.refused
            server.start()
    server.start()
    is_told(page, "saved")

    assert saves.refused > 0
    assert stored(plan) == shown(page)
    confirmed, ever = saves.confirmed(), history_of(plan)
    assert {name: is_within(confirmed[name], ever[name]) for name in ever} == dict.fromkeys(
        ever, True
    )
    assert {name: texts[-1] for name, texts in confirmed.items()} == stored(plan)
    assert kept(page, 0) == []


def test_what_the_dead_server_never_got_is_offered_when_the_page_is_opened_again(
    network: Network, open_browser: Open, server: WebServer
) -> None:
    plan = network.plan("draft")
    before = stored(plan)
    page = open_browser(network.people["member"])
    page.goto(server.address + section(plan))

    server.kill()
    page.get_by_label("Background").fill("Nobody heard this.")
    is_told(page, "unreachable")
    expect(page.locator("#save-status")).to_have_text(
        "The site does not answer, trying again: kept on this device"
    )
    assert kept(page, 1) == ["Nobody heard this."]
    page.close(run_before_unload=False)
    server.start()
    again = page.context.new_page()
    again.goto(server.address + section(plan))

    expect(again.locator("#kept-copies ins")).to_contain_text("Nobody heard this.")
    assert stored(plan) == before
    again.get_by_role("button", name="Put it back").click()
    is_told(again, "saved")
    assert stored(plan) == before | {"background": "Nobody heard this."}


# -- the browser -----------------------------------------------------------------------------------


class Laptop:
    """A browser with a memory on disk, as people have it at home; its process can be killed."""

    def __init__(self, browser: Browser, folder: Path, user: User, address: str) -> None:
        self._browser, self._folder, self._user, self._address = browser, folder, user, address
        self._context: BrowserContext | None = None

    def open(self, path: str) -> Page:
        """Start the browser with what it remembers, and go there, signed in."""
        self._context = self._browser.browser_type.launch_persistent_context(
            self._folder,
            executable_path=chromium.path(),
            args=list(chromium.FLAGS),
            base_url=self._address,
        )
        self._context.set_default_timeout(PATIENCE)
        sign_in(self._context, self._user, self._address)
        page = self._context.new_page()
        page.goto(path)
        return page

    def kill(self) -> None:
        """As when the battery dies: no page and no process is asked.

        None of them is left to hold what the next browser opens.
        """
        lock = (self._folder / "SingletonLock").readlink()  # "host-123"
        os.killpg(os.getpgid(int(lock.name.rpartition("-")[2])), signal.SIGKILL)
        with suppress(Error):  # it may be noticed only now that it is gone
            self.close()
        self._context = None

    def close(self) -> None:
        """End what is left of it."""
        if self._context:
            self._context.close()
            self._context = None


@pytest.fixture
def laptop(
    network: Network,
    running_chromium: Browser,
    live_server: LiveServer,
    transactional_db: None,
    tmp_path: Path,
) -> Iterator[Laptop]:
    """The member's browser, not started yet."""
    laptop = Laptop(running_chromium, tmp_path, network.people["member"], live_server.url)
    yield laptop
    laptop.close()


@pytest.mark.parametrize(
    ("button", "then"),
    [
        ("Put it back", "Since the flood, wells run dry and nob"),
        ("Throw it away", "Since 2019, wells run dry."),
    ],
)
def test_a_browser_killed_in_mid_sentence_offers_the_half_sentence(
    button: str, then: str, network: Network, laptop: Laptop
) -> None:
    plan = network.plan("draft")
    page = laptop.open(section(plan))
    page.context.set_offline(True)
    page.get_by_label("Background").fill("Since the flood, wells run dry and nob")
    assert kept(page, 1) == ["Since the flood, wells run dry and nob"]
    laptop.kill()
    write(plan, network["lead"], "Since 2019, wells run dry.")

    page = laptop.open(section(plan))
    copy = page.locator("#kept-copies .notice")
    expect(copy.locator("p")).to_have_text(
        re.compile(r"“Background”, typed on this device on .* \(UTC\+00:00\), was not saved:")
    )
    expect(copy.locator("del")).to_have_text(" [only in what is stored now:] 2019, wells run dry.")
    expect(copy.locator("ins")).to_have_text(" [only here:] the flood, wells run dry and nob")
    expect(page.get_by_label("Background")).to_have_value("Since 2019, wells run dry.")

    page.get_by_role("button", name=button).click()
    assert kept(page, 0) == []  # which is when what was put back is confirmed
    assert stored(plan)["background"] == then
    page.reload()
    expect(page.get_by_label("Background")).to_have_value(then)
    expect(copy).to_have_count(0)


def write(plan: Plan, actor: User, background: str) -> None:
    """Somebody else stores another background."""
    authoring.save(plan, {"background": Change(background)}, actor=actor)
