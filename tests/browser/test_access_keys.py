"""Access for programs in a browser: nothing for axe to find; a key is made by keyboard alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from plans.models import AccessKey
from tests.browser.test_pages import DESK, OPTIONS, PHONE, TOO_WIDE, problems

if TYPE_CHECKING:
    from tests.browser.conftest import Open
    from tests.personas import Network

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_key_is_made_shown_and_revoked(network: Network, open_browser: Open) -> None:
    page = open_browser(network["member"])
    assert problems(page, "/account/keys/") == []
    assert problems(page, "/api/") == []
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    page.goto("/account/keys/")
    page.get_by_label("Name of the program").focus()
    page.keyboard.type("Map of the ministry")
    page.keyboard.press("Enter")

    expect(page.get_by_label("Your access key")).to_have_value(re.compile("^alp_.{43}$"))
    for size in (DESK, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert Axe().run(page, options=OPTIONS).response["violations"] == []
        assert page.evaluate(TOO_WIDE) == []

    page.get_by_role("link", name="Revoke Map of the ministry").click()
    page.get_by_role("button", name="Revoke the key").click()
    expect(page.get_by_text("The key “Map of the ministry” is revoked.")).to_be_visible()
    assert AccessKey.objects.living().count() == 0
