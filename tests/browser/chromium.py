"""The system's Chromium, found and started: for the browser tests and for the screenshots."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
FLAGS = (
    "--no-sandbox",  # where tests run as root, Chromium's own sandbox cannot start
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # Nothing but the page under test asks for anything over the network.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoChromium(Exception):
    """There is no Chromium; the message says how to get one."""


def path() -> str:
    """Where Chromium is: the one named by CHROMIUM, else the first that is installed.

    Raises NoChromium when there is none.
    """
    for name in (os.environ.get("CHROMIUM", ""), *NAMES):
        found = shutil.which(name) if name else None
        if found:
            return found
    raise NoChromium(
        "The browser tests need Chromium: 'sh .ci/chromium' installs it, or CHROMIUM=/path names it"
    )


@contextmanager
def running() -> Iterator[Browser]:
    """Chromium, without a window, until the block ends. Raises NoChromium when there is none."""
    executable = path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield browser
        browser.close()
