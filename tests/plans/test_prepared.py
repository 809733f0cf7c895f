"""Expressions whose SQL is made once: they answer for whom they are asked, each time anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import Upper

from plans import reviewing
from plans.models import Plan, Version
from plans.models.draft import typed_by
from plans.models.prepared import prepared

if TYPE_CHECKING:
    from tests.personas import Network


@prepared("plans.Plan")
def numbered(*numbers: int) -> ArraySubquery:
    """Those of a plan's versions that have one of these numbers."""
    versions = Version.objects.filter(plan=OuterRef("pk"), number__in=numbers)
    return ArraySubquery(versions.order_by("number").values("number"))


def asked(expression: Any) -> Any:
    """What it answers beside the one plan there is."""
    plan: Any = Plan.objects.annotate(asked=expression).get()
    return plan.asked


def test_who_asks_is_another_each_time(network: Network) -> None:
    plan = network.plan("submitted")
    reviewer, manager = network["reviewer"], network["network_manager"]
    for person, words in ((reviewer, "From the region"), (manager, "From the network")):
        reviewing.keep_draft(plan, "new:challenge", words, actor=person)
    told = [
        [one["text"] for one in asked(typed_by(person.pk))]
        for person in (reviewer, manager, network["member"], reviewer)
    ]
    assert told == [["From the region"], ["From the network"], [], ["From the region"]]


def test_it_takes_as_many_numbers_as_it_is_given(network: Network) -> None:
    plan = network.plan("submitted")
    for number in (2, 3):
        Version.objects.create(
            plan=plan, number=number, content={}, hash="", made_by=network["member"]
        )
    asks = [(1, 3), (3,), (2, 1), (3, 3), (7, 2, 1)]
    assert [asked(numbered(*one)) for one in asks] == [[1, 3], [3], [1, 2], [3], [1, 2]]


@pytest.mark.parametrize("wrong", ["1", None, 1.0])
def test_what_is_no_number_is_refused_before_it_is_asked(wrong: Any) -> None:
    with pytest.raises(TypeError, match="numbered takes whole numbers"):
        numbered(wrong)


@pytest.mark.django_db
def test_what_needs_another_table_beside_is_refused() -> None:
    @prepared("plans.Plan")
    def shouted() -> Upper:
        return Upper("lab__name")

    with pytest.raises(ValueError, match=r"shouted reaches beyond the table of plans\.Plan"):
        shouted()
