"""Plans in the administration: all to read, acts through the workflow."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.models import Lab, User
from plans import workflow
from plans.models import (
    Cycle,
    Plan,
    ThematicArea,
)
from tests.factories import (
    plan_in,
)
from tests.personas import Network
from tests.plans.admin.pages import listed, page, said, text


def test_plans_are_listed_filtered_and_searched(
    manager: Client, complete_plan: Callable[..., Plan], network: Network
) -> None:
    complete_plan("submitted", title="Wells", challenge_type="big_bet")
    complete_plan("draft", title="Pumps")
    assert sorted(listed(manager.get(page("plan")))) == ["Pumps", "Wells"]
    assert listed(manager.get(page("plan"), {"state__exact": "submitted"})) == ["Wells"]
    assert listed(manager.get(page("plan"), {"challenge_type__exact": "exploratory"})) == ["Pumps"]
    elsewhere = {"lab__region__id__exact": network.other_region.pk}
    assert listed(manager.get(page("plan"), elsewhere)) == []
    assert listed(manager.get(page("plan"), {"q": "pump"})) == ["Pumps"]
    assert len(listed(manager.get(page("plan"), {"q": network.lab.name}))) == 2


def test_a_plans_page_shows_all_it_holds_and_changes_nothing(
    manager: Client, complete_plan: Callable[..., Plan]
) -> None:
    plan = complete_plan("submitted", title="Wells")
    shown = manager.get(page("plan", "change", plan.pk))
    held = [
        "Wells run dry before the rains come.",
        "Levels fell by 4 m in 2 years.",
        "Water users' association",
        "Do shared readings change how much is pumped?",
        "Sense, Test",
        *ThematicArea.objects.values_list("name", flat=True),
    ]
    words = unescape(text(shown))
    assert [part for part in held if part not in words] == []
    assert 'name="_save"' not in shown.content.decode()
    assert 'name="state"' not in shown.content.decode()


@pytest.mark.parametrize(
    ("state", "labels"),
    [
        ("draft", ["Submit for review", "Withdraw"]),
        ("submitted", ["Take back", "Request changes", "Approve", "Withdraw"]),
        ("changes_requested", ["Submit for review", "Withdraw"]),
        ("approved", ["Reopen"]),
        ("withdrawn", ["Restore as a draft"]),
        ("archived", []),
    ],
)
def test_a_plans_page_offers_the_acts_of_its_state(
    manager: Client, complete_plan: Callable[..., Plan], state: str, labels: list[str]
) -> None:
    plan = complete_plan(state)
    shown = manager.get(page("plan", "change", plan.pk))
    assert [button.label for button in shown.context["buttons"]] == labels


def act(browser: Client, name: str, *plans: Plan, note: str = "", **others: str) -> Any:
    """Choose plans on the list, and confirm."""
    sent = {"action": name, "_selected_action": [plan.pk for plan in plans], "note": note}
    return browser.post(page("plan"), sent | {"confirm": "yes"} | others)


def test_an_act_asks_first_and_says_in_whose_name_it_is_done(
    manager: Client, complete_plan: Callable[..., Plan]
) -> None:
    plan = complete_plan("submitted", title="Wells")
    asked = manager.post(page("plan"), {"action": "approve", "_selected_action": plan.pk})
    assert asked.status_code == 200
    assert "on the reviewer&#x27;s behalf" in text(asked)
    plan.refresh_from_db()
    assert plan.state == "submitted"


def test_an_act_goes_through_the_workflow_in_the_managers_name(
    manager: Client, complete_plan: Callable[..., Plan], network_manager: User
) -> None:
    plan = complete_plan("submitted", title="Wells")
    answer = act(manager, "approve", plan, note="Go ahead.")
    assert said(answer) == ["“Wells” is approved now."]
    assert answer.headers["Location"] == page("plan")
    event = plan.events.get(kind="approve")
    assert (event.actor, event.acted_as, event.on_behalf_of) == (
        network_manager,
        "administrator",
        "reviewer",
    )
    assert event.note == "Go ahead."
    shown = text(manager.get(page("event"), {"plan__id__exact": plan.pk}))
    assert "administrator, on behalf of the reviewer" in shown


def test_an_act_from_a_plans_page_leads_back_to_it(
    manager: Client, complete_plan: Callable[..., Plan]
) -> None:
    plan = complete_plan("approved", title="Wells")
    asked = manager.post(
        page("plan"), {"action": "reopen", "_selected_action": plan.pk, "_from_page": "1"}
    )
    assert '<input type="hidden" name="_from_page" value="1">' in asked.content.decode()
    answer = act(manager, "reopen", plan, note="New figures.", _from_page="1")
    assert answer.headers["Location"] == page("plan", "change", plan.pk)
    plan.refresh_from_db()
    assert plan.state == "changes_requested"


def test_an_act_without_the_words_it_needs_comes_back_in_the_workflows_words(
    manager: Client, complete_plan: Callable[..., Plan]
) -> None:
    plan = complete_plan("approved", title="Wells")
    assert "Say why the plan is opened again." in text(act(manager, "reopen", plan))
    submitted = complete_plan("submitted", title="Pumps", challenge_type="big_bet")
    assert "Write a summary, or open a thread" in text(act(manager, "request_changes", submitted))


def test_a_mixed_selection_does_what_it_can_and_says_what_it_could_not(
    manager: Client, complete_plan: Callable[..., Plan], network: Network
) -> None:
    ready = complete_plan("submitted", title="Wells")
    draft = complete_plan("draft", title="Pumps")
    done = complete_plan("approved", title="Pipes", challenge_type="big_bet")
    answer = act(manager, "approve", ready, draft, done, note="Good <work>.")
    assert [str(message) for message in answer.context["messages"]] == ["“Wells” is approved now."]
    assert [(str(plan), reason) for plan, reason, _gaps in answer.context["waiting"]] == [
        ("Pipes", "“Pipes” is approved now, so this is not possible any more."),
        ("Pumps", "“Pumps” is draft now, so this is not possible any more."),
    ]
    assert "Good &lt;work&gt;." in answer.content.decode()
    assert dict(Plan.objects.values_list("title", "state")) == {
        "Wells": "approved",
        "Pumps": "draft",
        "Pipes": "approved",
    }


def test_handing_in_for_a_lab_names_what_is_missing(
    manager: Client, network: Network, lab: Lab, cycle: Cycle
) -> None:
    plan = workflow.start(lab, cycle, actor=network["member"], title="Wells")
    words = text(act(manager, "submit", plan))
    assert "Some answers are still missing." in words
    assert "Challenge statement is missing." in words


def test_a_manager_who_wrote_in_a_plan_does_not_decide_on_it(
    manager: Client, network: Network, lab: Lab, cycle: Cycle
) -> None:
    own = plan_in(
        "submitted",
        lab,
        cycle,
        writer=network["network_manager"],
        reviewer=network["reviewer"],
        manager=network["network_manager"],
        title="Wells",
    )
    shown = manager.get(page("plan", "change", own.pk))
    assert [button.label for button in shown.context["buttons"]] == ["Take back", "Withdraw"]
    assert "This is not yours to do." in text(act(manager, "approve", own))
    own.refresh_from_db()
    assert own.state == "submitted"


def test_restoring_where_no_place_is_free_says_who_holds_it(
    manager: Client, complete_plan: Callable[..., Plan]
) -> None:
    gone = complete_plan("withdrawn", title="Wells", challenge_type="big_bet")
    complete_plan("draft", title="Pumps", challenge_type="big_bet")
    refused = text(act(manager, "restore", gone))
    assert "“Pumps”. Withdraw it, or make this plan exploratory." in refused


def test_words_with_a_character_no_text_can_hold_are_refused(
    manager: Client, complete_plan: Callable[..., Plan]
) -> None:
    plan = complete_plan("approved")
    refused = act(manager, "reopen", plan, note="New\0figures")
    assert refused.context["form"].errors == {
        "note": ["There is a sign in this that cannot be shown. Take it out."]
    }
    plan.refresh_from_db()
    assert plan.state == "approved"


@pytest.mark.parametrize("model", ["plan", "cycle", "thematicarea", "notification"])
def test_an_action_on_what_is_no_row_is_a_message(manager: Client, model: str) -> None:
    answer = manager.post(page(model), {"action": "retire", "_selected_action": "all of them"})
    assert said(answer) == ["Choose from the list what to act on."]
