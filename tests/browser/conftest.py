"""Browsers for people of the test network. What a page complains of in its console is a failure."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    expect,
)

from tests.browser import chromium

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from accounts.models import User

ASYNC = "DJANGO_ALLOW_ASYNC_UNSAFE"
PATIENCE = 20_000
"""So many milliseconds a page may take before a test gives up: both cores may be busy."""
QUIET = 300
"""The server has ended what it did when the database finds it idle so many times in a row."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder, so that ``-m "not browser"`` leaves it out."""
    for item in items:
        if "/tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def running_chromium() -> Iterator[Browser]:
    """One Chromium for all tests of this process.

    Playwright keeps an event loop running in this thread, which Django takes for a reason to refuse
    the database here. Nothing asynchronous is done with it, so that is switched off meanwhile.
    """
    os.environ[ASYNC] = "1"
    expect.set_options(timeout=PATIENCE)
    try:
        with chromium.running() as browser:
            yield browser
    except chromium.NoChromium as missing:
        pytest.fail(str(missing), pytrace=False)
    finally:
        del os.environ[ASYNC]


Open = Callable[..., Page]
"""``open_browser(user)``: a page of a browser of their own, signed in; see :func:`open_browser`."""


@pytest.fixture
def open_browser(
    running_chromium: Browser, live_server: LiveServer, transactional_db: None
) -> Iterator[Open]:
    """Open a browser for somebody: ``open_browser(user, javascript=False, width=360, dark=True)``.

    Without ``user`` nobody is signed in. Addresses are given without the host. At the end of the
    test every browser is asked what its console complained of.
    """
    cache.clear()  # attempts to sign in are counted there, and every test begins at none
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_one(user: User | None = None, *, javascript: bool = True, **options: Any) -> Page:
        context = running_chromium.new_context(
            base_url=live_server.url,
            java_script_enabled=javascript,
            viewport={"width": options.pop("width", 1280), "height": options.pop("height", 900)},
            color_scheme="dark" if options.pop("dark", False) else "light",
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="UTC",
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.on("console", lambda message: complaints.extend(_console(message)))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("response", lambda response: complaints.extend(_response(response)))
        if user is not None:
            sign_in(context, user, live_server.url)
        return context.new_page()

    yield open_one
    for context in contexts:
        if context.pages:
            # The goodbye of a page that is closed would reach a database that is being emptied.
            context.set_offline(True)
        context.close()
    _let_the_server_end()
    assert complaints == []


def _let_the_server_end() -> None:
    """Wait until what the browsers asked last is answered: the database is emptied next."""
    until = monotonic() + PATIENCE / 1000
    in_a_row = 0
    while in_a_row < QUIET and monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
            in_a_row = in_a_row + 1 if cursor.fetchone() == (0,) else 0


def sign_in(context: BrowserContext, user: User, address: str) -> None:
    """Give a browser the session of somebody, without the sign-in page."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])


def _console(message: ConsoleMessage) -> list[str]:
    """Errors and warnings; that a page was refused, or reached nobody, is the test's own matter."""
    expected = message.text.startswith(
        (
            "Failed to load resource",
            "Response Status Error Code 4",
            "htmx:afterRequest",
            "htmx:sendError",
        )
    )
    if message.type in ("error", "warning") and not expected:
        return [f"{message.type}: {message.text} ({message.location['url']})"]
    return []


def _response(response: Response) -> list[str]:
    """Parts of a page that were not there, and anything that broke."""
    parts = ("stylesheet", "script", "image", "font")
    broken = response.status >= 500 or (
        response.status >= 400 and response.request.resource_type in parts
    )
    return [f"{response.status} {response.url}"] if broken else []
