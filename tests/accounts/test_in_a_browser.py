"""What only a real browser shows: passkeys under the content policy, and text that survives."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from accounts.models import User
from tests.factories import UserFactory

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Quiet: nothing but the pages under test is asked for over the network.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
Open = Callable[..., Page]


@pytest.fixture
def chromium(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """The system's Chromium."""
    # The driver runs a loop of its own in this thread, which Django takes for an async view.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "A Chromium must be installed (Debian: apt-get install chromium)."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def mira() -> User:
    """Somebody with an account."""
    user: User = UserFactory.create(name="Mira Member", email="mira@example.org")
    return user


@pytest.fixture
def context(chromium: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """A window that fails the test if the content policy refuses something."""
    # Passkeys belong to a name, not to a number.
    context = chromium.new_context(base_url=live_server.url.replace("127.0.0.1", "localhost"))
    refused: list[str] = []
    context.on(
        "console",
        lambda message: (
            refused.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    yield context
    context.close()
    assert refused == []


def sign_in(page: Page) -> None:
    page.goto("/account/login/")
    page.get_by_label("E-mail address").fill("mira@example.org")
    page.get_by_label("Password").fill("open sesame")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("You are signed in")


def test_a_passkey_is_added_and_opens_the_door(context: BrowserContext, mira: User) -> None:
    page = context.new_page()
    sign_in(page)
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    authenticator = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": authenticator})
    page.goto("/account/2fa/webauthn/add/")
    page.get_by_label("Password").fill("open sesame")
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("My phone")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("status")).to_contain_text("Security key added")
    page.goto("/account/2fa/webauthn/")
    expect(page.get_by_role("main")).to_contain_text("My phone")
    context.clear_cookies()
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("status")).to_contain_text("You are signed in, Mira Member.")


def test_text_sent_after_a_sign_out_is_sent_again_after_signing_in_in_another_tab(
    context: BrowserContext, mira: User
) -> None:
    page = context.new_page()
    sign_in(page)
    page.goto("/account/profile/")
    page.get_by_label("Name").fill("Mira with a much longer name")
    other = context.new_page()
    other.goto("/account/logout/")
    other.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("nothing is lost")
    with context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in a new tab").click()
    again = opened.value
    again.get_by_label("E-mail address").fill("mira@example.org")
    again.get_by_label("Password").fill("open sesame")
    again.get_by_role("button", name="Sign in", exact=True).click()
    expect(again.get_by_role("heading", level=1)).to_have_text("You are signed in again")
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_role("status")).to_contain_text("Your profile is saved.")
    mira.refresh_from_db()
    assert mira.name == "Mira with a much longer name"


def test_it_takes_one_more_press_without_scripts(
    chromium: Browser, live_server: LiveServer, mira: User
) -> None:
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page)
    page.goto("/account/profile/")
    page.get_by_label("Name").fill("Mira without scripts")
    context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Save").click()
    other = context.new_page()
    sign_in(other)
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Please send that again")
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_role("status")).to_contain_text("Your profile is saved.")
    mira.refresh_from_db()
    assert mira.name == "Mira without scripts"


def test_the_account_menu_closes_by_escape_and_by_a_press_elsewhere(
    context: BrowserContext, mira: User
) -> None:
    page = context.new_page()
    sign_in(page)
    page.goto("/account/profile/")
    menu = page.get_by_role("button", name="Sign out")
    page.locator(".account-menu summary").click()
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    page.locator(".account-menu summary").click()
    page.get_by_role("heading", level=1).click()
    expect(menu).to_be_hidden()
