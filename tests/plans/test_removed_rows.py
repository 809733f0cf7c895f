"""Rows that are taken away: by oneself, and by somebody else while one writes in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from plans import authoring
from plans.models import Plan

if TYPE_CHECKING:
    from accounts.models import User
    from tests.personas import Network


@pytest.fixture
def plan(network: Network) -> Plan:
    """A draft of the lab that names partners."""
    return network.plan()


def press(member: User, plan: Plan, row: object, do: str) -> tuple[int, str]:
    """Send the form of the partners with words in one row; answer the status and the page."""
    client = Client()
    client.force_login(member)
    sent = {"base": "{}", "do": do, f"{row}-name": "The words of that row"}
    answer = client.post(f"/plans/{plan.pk}/edit/partners/", sent)
    return answer.status_code, answer.content.decode()


def test_a_row_one_removes_is_gone_and_not_offered_as_lost(plan: Plan, member: User) -> None:
    row = plan.rows("partners")[0].pk
    base = plan.rows("partners").count()
    status, page = press(member, plan, row, f"remove:{row}")
    assert plan.rows("partners").count() == base - 1
    assert "removed this partner" not in page
    # What was typed into it differs from what is stored, and goes with it all the same.
    assert status == 302


def test_a_row_somebody_else_removed_is_shown_and_can_be_put_back(
    plan: Plan, member: User, lead: User
) -> None:
    row = plan.rows("partners")[0].pk
    authoring.remove_row(plan, "partners", row, actor=lead)
    status, page = press(member, plan, row, "next")
    assert status == 200
    assert "Leo Lead removed this partner while you were writing in it." in page
    assert "The words of that row" in page
    assert f'<a href="#lost-{row}">Decide what becomes of the partner' in page
    assert f'id="lost-{row}"' in page

    assert press(member, plan, row, f"putback:{row}")[0] == 302
    assert plan.rows("partners").get(pk=row).name == "The words of that row"


def test_a_row_one_removed_oneself_in_another_window_is_told_so(plan: Plan, member: User) -> None:
    row = plan.rows("partners")[0].pk
    authoring.remove_row(plan, "partners", row, actor=member)
    page = press(member, plan, row, "next")[1]
    assert "You removed this partner in another window while you were writing in it." in page


def test_a_row_of_which_the_history_knows_nothing_is_told_without_a_name(
    plan: Plan, member: User
) -> None:
    page = press(member, plan, "0190c1d2-0000-7000-8000-000000000001", "next")[1]
    assert "This partner was removed while you were writing in it." in page


def test_a_row_somebody_else_removed_can_be_left_removed(
    plan: Plan, member: User, lead: User
) -> None:
    row = plan.rows("partners")[0].pk
    authoring.remove_row(plan, "partners", row, actor=lead)
    assert press(member, plan, row, f"remove:{row}")[0] == 302
    assert not plan.rows("partners").filter(pk=row).exists()
