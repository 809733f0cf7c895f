"""Cycles and extensions in the administration."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.contrib import admin
from django.test import Client
from django.utils import timezone

from accounts.models import Lab, User
from plans import scheduling
from plans.models import (
    Cycle,
    Event,
    Extension,
    Plan,
)
from tests.factories import (
    CycleFactory,
)
from tests.personas import Network
from tests.plans.admin.pages import DAY, listed, page, said, text


def test_cycles_are_listed_with_their_state_and_numbers_of_plans(
    manager: Client, complete_plan: Callable[..., Plan], cycle: Cycle
) -> None:
    complete_plan("draft")
    complete_plan("submitted")
    complete_plan("approved", challenge_type="big_bet")
    now = timezone.now()
    CycleFactory.create(year=2029, quarter=1, opens_at=now - 2 * DAY, closes_at=now - DAY)
    CycleFactory.create(year=2028, quarter=None, opens_at=now + DAY, closes_at=now + 2 * DAY)
    response = manager.get(page("cycle"))
    model_admin = admin.site._registry[Cycle]
    assert [
        [
            getattr(model_admin, column)(row)
            for column in ("name", "when", "drafts", "submitted", "changes_requested", "approved")
        ]
        for row in response.context["cl"].result_list
    ] == [
        [str(cycle), "open", 1, 1, 0, 1],
        ["2029 Q1", "closed", 0, 0, 0, 0],
        ["2028", "upcoming", 0, 0, 0, 0],
    ]
    assert listed(manager.get(page("cycle"), {"when": "closed"})) == ["2029 Q1"]
    assert listed(manager.get(page("cycle"), {"when": "upcoming"})) == ["2028"]
    assert listed(manager.get(page("cycle"), {"when": "open"})) == [str(cycle)]


def test_a_cycle_is_opened_and_closed_from_its_page(manager: Client, db: None) -> None:
    now = timezone.now()
    cycle = CycleFactory.create(opens_at=now + DAY, closes_at=now + 2 * DAY)
    shown = manager.get(page("cycle", "change", cycle.pk))
    assert [button.label for button in shown.context["buttons"]] == ["Open now"]
    sent = {"_selected_action": cycle.pk, "_from_page": "1"}
    answer = manager.post(page("cycle"), sent | {"action": "open_now"})
    assert said(answer) == [f"{cycle} is open now."]
    cycle.refresh_from_db()
    assert now < cycle.opens_at <= timezone.now()
    shown = manager.get(page("cycle", "change", cycle.pk))
    assert [button.label for button in shown.context["buttons"]] == ["Close now"]
    asked = manager.post(page("cycle"), sent | {"action": "close_now"}).content.decode()
    assert "0 drafts have not been handed in." in asked
    cycle.refresh_from_db()
    assert cycle.closes_at > timezone.now()
    answer = manager.post(page("cycle"), sent | {"action": "close_now", "confirm": "Close now"})
    assert said(answer)[-1] == f"{cycle} is closed now."
    shown = manager.get(page("cycle", "change", cycle.pk))
    assert shown.context["buttons"] == []


def test_a_cycle_whose_deadline_has_passed_is_not_opened(manager: Client) -> None:
    now = timezone.now()
    over = CycleFactory.create(year=2021, quarter=2, opens_at=now - 2 * DAY, closes_at=now - DAY)
    answer = manager.post(page("cycle"), {"action": "open_now", "_selected_action": over.pk})
    assert said(answer) == [
        "“2021 Q2”: A cycle has to close after it opens. Change its dates instead."
    ]


def cycle_form(**changes: str) -> dict[str, str]:
    """What the form of a cycle sends."""
    return {
        "year": "2031",
        "quarter": "2",
        "opens_at_0": "2031-04-01",
        "opens_at_1": "09:00",
        "closes_at_0": "2031-04-30",
        "closes_at_1": "17:00",
        "criteria-TOTAL_FORMS": "0",
        "criteria-INITIAL_FORMS": "0",
        "extensions-TOTAL_FORMS": "0",
        "extensions-INITIAL_FORMS": "0",
    } | changes


def test_times_are_read_and_shown_in_the_readers_zone(
    manager: Client, network_manager: User
) -> None:
    network_manager.time_zone = "Asia/Ulaanbaatar"
    network_manager.save()
    asked = manager.get(page("cycle", "add"))
    assert "The deadline, to the minute. Time zone: Asia/Ulaanbaatar." in text(asked)
    assert manager.post(page("cycle", "add"), cycle_form()).status_code == 302
    cycle = Cycle.objects.get(year=2031, quarter=2)
    assert cycle.closes_at == dt.datetime(2031, 4, 30, 9, 0, tzinfo=dt.UTC)
    shown = text(manager.get(page("cycle")))
    assert "30 Apr 2031, 17:00 +08" in shown
    assert "Times are shown for Asia/Ulaanbaatar." in shown


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"closes_at_0": "2031-03-01"}, "A cycle has to close after it opens."),
        ({"year": "2030", "quarter": ""}, "There is already a cycle for this quarter."),
    ],
)
def test_a_cycle_that_breaks_a_rule_is_refused_in_words(
    manager: Client, changes: dict[str, str], sentence: str
) -> None:
    CycleFactory.create(year=2030, quarter=None)
    refused = manager.post(page("cycle", "add"), cycle_form(**changes))
    assert refused.context["adminform"].form.errors["__all__"] == [sentence]


def test_a_cycle_with_plans_stays(manager: Client, complete_plan: Callable[..., Plan]) -> None:
    plan = complete_plan()
    answer = manager.post(page("cycle", "delete", plan.cycle_id), {"post": "yes"})
    assert said(answer) == [f"{plan.cycle} has plans or extensions, so it stays. Close it instead."]
    unused = CycleFactory.create()
    assert manager.post(page("cycle", "delete", unused.pk), {"post": "yes"}).status_code == 302
    assert not Cycle.objects.filter(pk=unused.pk).exists()


def test_extending_tells_the_lab_and_is_written_down(
    manager: Client, network: Network, lab: Lab, cycle: Cycle
) -> None:
    asked = manager.get(page("extension", "add"), {"cycle": cycle.pk})
    assert "Time zone: UTC." in text(asked)
    assert f'<option value="{cycle.pk}" selected>' in asked.content.decode()
    until = cycle.closes_at + 5 * DAY
    sent = {
        "lab": lab.pk,
        "cycle": cycle.pk,
        "until_0": until.strftime("%Y-%m-%d"),
        "until_1": "12:00",
        "reason": "Floods closed the office.",
    }
    answer = manager.post(page("extension", "add"), sent)
    assert said(answer) == [
        f"Wells can hand in plans for {cycle} until the new time. The lab is told."
    ]
    extension = Extension.objects.get()
    assert extension.until == until.replace(hour=12, minute=0, second=0, microsecond=0)
    assert extension.granted_by == network.people["network_manager"]
    event = Event.objects.get(kind="extended")
    assert (event.lab, event.cycle, event.note) == (lab, cycle, "Floods closed the office.")
    told = event.notifications.values_list("recipient__name", flat=True)
    assert sorted(told) == ["Leo Lead", "Mira Member", "Rita Both"]


def test_an_extension_is_changed_in_its_time_alone(
    manager: Client, network: Network, lab: Lab, cycle: Cycle
) -> None:
    first = scheduling.extend(
        lab, cycle, until=cycle.closes_at + DAY, actor=network["network_manager"]
    )
    until = cycle.closes_at + 9 * DAY
    sent = {
        "lab": network.far_lab.pk,
        "cycle": cycle.pk,
        "until_0": until.strftime("%Y-%m-%d"),
        "until_1": "12:00",
    }
    assert manager.get(page("extension", "change", first.pk)).status_code == 200
    assert manager.post(page("extension", "change", first.pk), sent).status_code == 302
    extension = Extension.objects.get()
    assert (extension.lab, extension.until.date()) == (lab, until.date())
    assert Event.objects.filter(kind="extended").count() == 2
    assert manager.post(page("extension", "delete", first.pk), {"post": "yes"}).status_code == 403


def test_a_cycle_with_extensions_is_saved_from_its_page(
    manager: Client, network: Network, lab: Lab, cycle: Cycle
) -> None:
    scheduling.extend(lab, cycle, until=cycle.closes_at + DAY, actor=network["network_manager"])
    shown = manager.get(page("cycle", "change", cycle.pk))
    inputs = re.findall(r'<input [^>]*name="([^"]+)"(?: value="([^"]*)")?', shown.content.decode())
    sent = {name: value for name, value in inputs if not name.startswith("_")}
    sent |= {"closes_at_0": "2099-12-31", "closes_at_1": "12:00"}
    assert manager.post(page("cycle", "change", cycle.pk), sent).status_code == 302
    cycle.refresh_from_db()
    assert cycle.closes_at == dt.datetime(2099, 12, 31, 12, 0, tzinfo=dt.UTC)
    assert Extension.objects.get().until < cycle.closes_at
    assert "Mira" not in text(shown)
    assert "Nadia Network" in text(shown)


def test_an_extension_that_ends_too_early_is_refused_beside_the_time(
    manager: Client, lab: Lab, cycle: Cycle
) -> None:
    sent = {
        "lab": lab.pk,
        "cycle": cycle.pk,
        "until_0": "2020-01-01",
        "until_1": "12:00",
        "reason": "Floods",
    }
    refused = manager.post(page("extension", "add"), sent)
    deadline = cycle.closes_at.strftime("%-d %B %Y, %H:%M UTC")
    assert refused.context["form"].errors == {
        "until": [f"Choose a time after the cycle's own deadline, {deadline}."]
    }
    assert "Floods" in refused.content.decode()
    assert Extension.objects.count() == Event.objects.count() == 0


def test_an_extension_that_is_not_there_leads_to_the_list(manager: Client) -> None:
    answer = manager.get(page("extension", "change", 1))
    assert answer.headers["Location"] == page("extension")
