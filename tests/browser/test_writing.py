"""A whole plan, written on a phone, by keyboard alone, and with scripts switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.test_phone import PHONE
from tests.browser.writing import Hand, Keys, Thumb, a_member, all_is_there, writes_a_plan

if TYPE_CHECKING:
    from tests.browser.conftest import Open


def test_a_plan_is_written_and_handed_in_on_a_phone(open_browser: Open) -> None:
    member = a_member()

    plan = writes_a_plan(Thumb(open_browser(**PHONE)), member)

    all_is_there(plan)


def test_a_plan_is_written_and_handed_in_by_keyboard_alone(open_browser: Open) -> None:
    member = a_member()

    plan = writes_a_plan(Keys(open_browser()), member)

    all_is_there(plan)


def test_a_plan_is_written_and_handed_in_without_scripts(open_browser: Open) -> None:
    member = a_member()

    plan = writes_a_plan(Hand(open_browser(javascript=False, width=360, height=640)), member)

    all_is_there(plan)
