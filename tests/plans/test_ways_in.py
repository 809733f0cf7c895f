"""Whatever way a text comes in, nobody's is written over unseen: the check is under the lock."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from plans import authoring, history, workflow
from plans.anchors import Anchor
from plans.authoring import Change, fingerprint, row_key
from plans.errors import WrongState
from plans.models import Plan
from tests.plans.test_autosave import Writer
from tests.plans.test_limits import at_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import User
    from tests.personas import Network


@pytest.fixture
def plan(network: Network) -> Plan:
    """A complete draft of the lab."""
    return network.plan()


def now(plan: Plan) -> Plan:
    """The plan as it is stored."""
    return Plan.objects.get(pk=plan.pk)


class Button(Writer):
    """Somebody who presses “Save”."""

    def types(self, **answers: Any) -> Any:
        """Send the whole form."""
        return self.client.post(
            self.address, {"do": "save", "base": json.dumps(self.base)} | answers
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", [Writer, Button])
def test_of_two_who_save_one_answer_at_once_one_is_stored_and_one_is_shown_both(
    network: Network, way: type[Writer]
) -> None:
    plan = network.plan()
    writers = {
        "Hers.": way(network.people["member"], plan, "challenge"),
        "His.": way(network.people["lead"], plan, "challenge"),
    }
    answers: dict[str, str] = {}

    def save(text: str) -> Callable[[], None]:
        def act() -> None:
            answers[text] = writers[text].types(background=text).content.decode()

        return act

    at_once([save(text) for text in writers])

    stored = now(plan).background
    (lost,) = set(writers) - {stored}
    assert "changed this while you were writing" not in answers[stored]
    assert "changed this while you were writing" in answers[lost]
    assert stored in answers[lost]


@pytest.mark.django_db(transaction=True)
def test_of_a_save_and_a_text_brought_back_at_once_neither_overwrites_the_other(
    network: Network,
) -> None:
    plan = network.plan()
    member, lead = network["member"], network["lead"]
    authoring.save(plan, {"background": Change("Newer.")}, actor=member)
    seen = now(plan).revision
    document = history.document_at(plan, seen - 1)
    assert document is not None
    outcomes: list[authoring.Outcome] = []

    refused = at_once(
        [
            lambda: outcomes.append(
                authoring.save(
                    plan, {"background": Change("Leo's.", fingerprint("Newer."))}, actor=lead
                )
            ),
            lambda: authoring.restore(
                plan, document, Anchor.parse("challenge.background"), actor=member, seen=seen
            ),
        ]
    )

    if now(plan).background == "Leo's.":
        assert refused[1].startswith("Leo Lead has written here")
    else:
        assert now(plan).background == document.background
        assert outcomes[0].conflicts == {"background": document.background}


@pytest.mark.django_db(transaction=True)
def test_of_a_save_in_a_row_and_its_removal_at_once_no_text_is_lost_silently(
    network: Network,
) -> None:
    plan = network.plan()
    member, lead = network["member"], network["lead"]
    row = plan.rows("partners").get()
    key = row_key("partners", row.pk, "name")
    outcomes: list[authoring.Outcome] = []

    at_once(
        [
            lambda: outcomes.append(
                authoring.save(plan, {key: Change("Renamed.", fingerprint(row.name))}, actor=lead)
            ),
            lambda: authoring.remove_row(plan, "partners", row.pk, actor=member),
        ]
    )

    assert not plan.rows("partners").exists()
    if outcomes[0].saved:
        before = history.document_at(plan, now(plan).revision - 1)
        assert before is not None
        assert [partner.name for partner in before.partners] == ["Renamed."]
    else:
        assert outcomes[0].conflicts == {key: None}


@pytest.mark.django_db(transaction=True)
def test_of_a_save_and_a_move_at_once_both_happen(network: Network) -> None:
    plan = network.plan()
    member, lead = network["member"], network["lead"]
    first = plan.rows("partners").get()
    second = authoring.add_row(plan, "partners", actor=member)
    key = row_key("partners", first.pk, "name")

    at_once(
        [
            lambda: authoring.save(
                plan, {key: Change("Renamed.", fingerprint(first.name))}, actor=lead
            ),
            lambda: authoring.move_row(plan, "partners", second.pk, 1, actor=member),
        ]
    )

    assert [(row.pk, row.name) for row in plan.rows("partners")] == [
        (second.pk, ""),
        (first.pk, "Renamed."),
    ]


def test_a_document_is_not_poured_over_what_somebody_has_begun_to_write(
    network: Network, member: User, lead: User
) -> None:
    document = network.plan(challenge_type="big_bet").document
    plan = workflow.start(network.lab, network.cycle, actor=member)
    authoring.save(plan, {"background": Change("A beginning.")}, actor=lead)

    with pytest.raises(WrongState, match="Somebody has begun to write"):
        authoring.fill(plan, document, actor=member)

    assert now(plan).background == "A beginning."


@pytest.mark.django_db(transaction=True)
def test_of_a_save_and_an_import_at_once_nothing_is_written_over(network: Network) -> None:
    member, lead = network["member"], network["lead"]
    document = network.plan(challenge_type="big_bet").document
    plan = workflow.start(network.lab, network.cycle, actor=member)
    outcomes: list[authoring.Outcome] = []

    refused = at_once(
        [
            lambda: outcomes.append(
                authoring.save(
                    plan, {"background": Change("A beginning.", fingerprint(""))}, actor=lead
                )
            ),
            lambda: authoring.fill(plan, document, actor=member),
        ]
    )

    if now(plan).background == "A beginning.":
        assert refused[1].startswith("Somebody has begun to write")
    else:
        assert now(plan).background == document.background
        assert outcomes[0].conflicts == {"background": document.background}
