"""``python -m tests.browser.screenshots [ADDRESS]``: the pictures of the README and of docs/.

Signs in to a running demo (``make run``) with the accounts that it prints, and writes each page at
two widths into ``docs/screenshots/``.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
ADDRESS = "http://localhost:8000"
PASSWORD = "learning-by-doing"
PHONE = 360
SIZES = {1280: 900, PHONE: 740}
LARGEST = 300_000
"""So many bytes a picture may have at most."""


@dataclass(frozen=True)
class Picture:
    """A page as somebody sees it: where they begin, the links they follow, what they look at."""

    name: str
    email: str
    path: str = "/"
    follow: tuple[str, ...] = ()
    at: str = ""
    on_a_phone_at: str = ""


LEAD, REVIEWER, MANAGER = "lan@example.org", "keiko@example.org", "admin@example.org"
PICTURES = (
    Picture("home", LEAD),
    Picture(
        "section",
        "sarnai@example.org",
        follow=("Schools that stay open", "Partners"),
        on_a_phone_at=".row-card",
    ),
    Picture(
        "plan",
        REVIEWER,
        "/review/?state=all",
        follow=("When the clinic floats",),
        at=".thread--open",
        on_a_phone_at=".thread--open",
    ),
    Picture("queue", MANAGER, "/review/"),
    Picture("library", "sarnai@example.org", "/plans/?q=agua"),
    Picture("portfolio", "sarnai@example.org", "/portfolio/"),
    Picture("admin", MANAGER, "/admin/plans/plan/"),
)


def main(arguments: list[str]) -> int:
    """Take every picture; returns the exit status. Raises NoChromium where there is no Chromium."""
    address = arguments[0].rstrip("/") if arguments else ADDRESS
    FOLDER.mkdir(parents=True, exist_ok=True)
    with chromium.running() as browser:
        for picture in PICTURES:
            page = signed_in(browser, address, picture.email)
            for width in SIZES:
                written = take(page, picture, width)
                sys.stdout.write(f"{written.name}: {written.stat().st_size // 1000} kB\n")
                if written.stat().st_size > LARGEST:
                    sys.stderr.write(f"{written.name} is larger than {LARGEST // 1000} kB.\n")
                    return 1
            page.context.close()
    return 0


def signed_in(browser: Browser, address: str, email: str) -> Page:
    """A page of somebody who is signed in, and has been told so."""
    page = browser.new_context(base_url=address, reduced_motion="reduce").new_page()
    page.goto("/account/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("You are signed in")
    return page


def take(page: Page, picture: Picture, width: int) -> Path:
    """Go there and write the picture; returns its file."""
    page.set_viewport_size({"width": width, "height": SIZES[width]})
    page.goto(picture.path)
    for link in picture.follow:
        page.get_by_role("link", name=link).first.click()
        page.wait_for_load_state()
    place = picture.at if width > PHONE else picture.on_a_phone_at
    if place:
        page.locator(place).first.evaluate("place => place.scrollIntoView({block: 'center'})")
    written = FOLDER / f"{picture.name}-{width}.png"
    page.screenshot(path=written)
    return written


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except chromium.NoChromium as missing:
        sys.exit(str(missing))
