"""Every act × state × persona in one table: where it leads, or how it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Membership
from plans import permissions, workflow
from plans.errors import PlanError, WrongState
from plans.models import Plan
from plans.states import TRANSITIONS, Act, State
from tests.factories import fresh, member_of, reviewer_of
from tests.personas import PERSONAS

if TYPE_CHECKING:
    from tests.personas import Network

# One column a persona. ``403`` is "never yours", ``not now`` is WrongState, a state is where the
# plan goes. Two personas more than everywhere else: "wrote" reviews for the region and has written
# in the plan; "manages" is a network manager who is a member of the lab.
WHO = (*PERSONAS, "wrote", "manages")

TABLE = """
submit          draft             | 403 submitted submitted 403 403 403 | 403 submitted submitted 403 403 submitted
submit          submitted         | 403 not_now not_now 403 403 403 | 403 not_now not_now 403 403 not_now
submit          changes_requested | 403 submitted submitted 403 403 403 | 403 submitted submitted 403 403 submitted
submit          approved          | 403 not_now not_now 403 403 403 | 403 not_now not_now 403 403 not_now
submit          withdrawn         | 403 not_now not_now 403 403 403 | 403 not_now not_now 403 403 not_now
submit          archived          | 403 not_now not_now 403 403 403 | 403 not_now not_now 403 403 not_now

recall          draft             | 403 not_now not_now 403 403 403 | 403 not_now not_now 403 403 not_now
recall          submitted         | 403 draft draft 403 403 403 | 403 draft draft 403 403 draft
recall          changes_requested | 403 not_now not_now 403 403 403 | 403 not_now not_now 403 403 not_now
recall          approved          | 403 not_now not_now 403 403 403 | 403 not_now not_now 403 403 not_now
recall          withdrawn         | 403 not_now not_now 403 403 403 | 403 not_now not_now 403 403 not_now
recall          archived          | 403 not_now not_now 403 403 403 | 403 not_now not_now 403 403 not_now

request_changes draft             | 403 403 403 403 403 not_now | 403 403 not_now 403 403 403
request_changes submitted         | 403 403 403 403 403 changes_requested | 403 403 changes_requested 403 403 403
request_changes changes_requested | 403 403 403 403 403 not_now | 403 403 not_now 403 403 403
request_changes approved          | 403 403 403 403 403 not_now | 403 403 not_now 403 403 403
request_changes withdrawn         | 403 403 403 403 403 not_now | 403 403 not_now 403 403 403
request_changes archived          | 403 403 403 403 403 not_now | 403 403 403 403 403 403

approve         draft             | 403 403 403 403 403 not_now | 403 403 not_now 403 403 403
approve         submitted         | 403 403 403 403 403 approved | 403 403 approved 403 403 403
approve         changes_requested | 403 403 403 403 403 not_now | 403 403 not_now 403 403 403
approve         approved          | 403 403 403 403 403 not_now | 403 403 not_now 403 403 403
approve         withdrawn         | 403 403 403 403 403 not_now | 403 403 not_now 403 403 403
approve         archived          | 403 403 403 403 403 not_now | 403 403 403 403 403 403

reopen          draft             | 403 403 403 403 403 not_now | 403 403 not_now 403 403 403
reopen          submitted         | 403 403 403 403 403 not_now | 403 403 not_now 403 403 403
reopen          changes_requested | 403 403 403 403 403 not_now | 403 403 not_now 403 403 403
reopen          approved          | 403 403 403 403 403 changes_requested | 403 403 changes_requested 403 403 403
reopen          withdrawn         | 403 403 403 403 403 not_now | 403 403 not_now 403 403 403
reopen          archived          | 403 403 403 403 403 not_now | 403 403 403 403 403 403

withdraw        draft             | 403 withdrawn withdrawn 403 403 403 | 403 withdrawn withdrawn 403 403 withdrawn
withdraw        submitted         | 403 withdrawn withdrawn 403 403 403 | 403 withdrawn withdrawn 403 403 withdrawn
withdraw        changes_requested | 403 withdrawn withdrawn 403 403 403 | 403 withdrawn withdrawn 403 403 withdrawn
withdraw        approved          | 403 not_now not_now 403 403 403 | 403 not_now not_now 403 403 not_now
withdraw        withdrawn         | 403 not_now not_now 403 403 403 | 403 not_now not_now 403 403 not_now
withdraw        archived          | 403 not_now not_now 403 403 403 | 403 not_now not_now 403 403 not_now

restore         draft             | 403 not_now not_now 403 403 403 | 403 not_now not_now 403 403 not_now
restore         submitted         | 403 not_now not_now 403 403 403 | 403 not_now not_now 403 403 not_now
restore         changes_requested | 403 not_now not_now 403 403 403 | 403 not_now not_now 403 403 not_now
restore         approved          | 403 not_now not_now 403 403 403 | 403 not_now not_now 403 403 not_now
restore         withdrawn         | 403 draft draft 403 403 403 | 403 draft draft 403 403 draft
restore         archived          | 403 not_now not_now 403 403 403 | 403 not_now not_now 403 403 not_now
"""  # noqa: E501 - a table is read across


def expected() -> dict[str, dict[str, dict[str, str]]]:
    """The table as ``{state: {act: {persona: outcome}}}``."""
    answer: dict[str, dict[str, dict[str, str]]] = {}
    for line in TABLE.replace("|", " ").split("\n"):
        if line.strip():
            act, state, *outcomes = line.split()
            answer.setdefault(state, {})[act] = dict(zip(WHO, outcomes, strict=True))
    return answer


def everybody(network: Network, plan: Plan) -> dict[str, Any]:
    """Each persona of the table, with what makes the last two special."""
    people = {name: network[name] for name in WHO[:-2]}
    wrote = reviewer_of(network.region, "Will Wrote")
    plan.writers.add(wrote)
    manages = member_of(network.lab, "Mona Manages", is_staff=True)
    manages.groups.set(network.people["network_manager"].groups.all())
    return people | {"wrote": fresh(wrote), "manages": fresh(manages)}


def outcome(plan: Plan, act: Act, actor: Any) -> str:
    """What an act leads to; undone afterwards."""
    mark = transaction.savepoint()
    try:
        return str(workflow.move(plan, act, actor=actor, note="A reason.").state)
    except PermissionDenied:
        return "403"
    except WrongState:
        return "not_now"
    except PlanError as error:
        return type(error).__name__
    finally:
        transaction.savepoint_rollback(mark)


def test_the_table_names_every_act_and_every_state() -> None:
    assert {state: sorted(acts) for state, acts in expected().items()} == {
        str(state): sorted(map(str, TRANSITIONS)) for state in State
    }


@pytest.mark.parametrize("state", [str(state) for state in State])
def test_every_act_in_this_state_leads_where_the_table_says(network: Network, state: str) -> None:
    plan = network.plan(state)
    people = everybody(network, plan)

    found = {
        str(act): {name: outcome(plan, act, person) for name, person in people.items()}
        for act in TRANSITIONS
    }

    assert found == expected()[state]


@pytest.mark.parametrize("state", [str(state) for state in State])
def test_pages_offer_exactly_what_move_accepts(network: Network, state: str) -> None:
    plan = network.plan(state)
    people = everybody(network, plan)

    offered = {
        name: [str(act) for act in permissions.available(person, plan)]
        for name, person in people.items()
    }

    assert offered == {
        name: [str(act) for act in TRANSITIONS if expected()[state][act][name] in State.values]
        for name in people
    }


@pytest.mark.parametrize("act", ["request_changes", "approve", "reopen"])
def test_who_has_left_the_lab_but_wrote_in_the_plan_never_decides(
    network: Network, act: str
) -> None:
    plan = network.plan("approved" if act == "reopen" else "submitted")
    plan.writers.add(network.people["reviewer_in_lab"])
    Membership.objects.filter(user=network.people["reviewer_in_lab"]).delete()

    assert outcome(plan, Act(act), network["reviewer_in_lab"]) == "403"


def test_a_manager_who_filled_in_for_the_lab_does_not_decide(network: Network) -> None:
    plan = network.plan("submitted", writer=network["network_manager"])

    assert outcome(plan, Act.APPROVE, network["network_manager"]) == "403"
