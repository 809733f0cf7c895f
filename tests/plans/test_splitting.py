"""A term that glues several together becomes these, and that is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from plans import splitting, taxonomies
from plans.errors import Invalid
from plans.models import Plan, Split, TermStatus, ThematicArea
from plans.term_history import story
from tests.factories import SectorFactory
from tests.plans.test_merging import (
    Killed,
    choose,
    counted,
    draft,
    killed_after,
    on,
    tables,
    theme,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import User
    from tests.personas import Network


@pytest.fixture
def manager(network: Network) -> User:
    """Somebody who keeps the vocabularies."""
    return network["taxonomy_manager"]  # type: ignore[no-any-return]


@pytest.fixture
def glued() -> list[ThematicArea]:
    """“Energy, trade”, and what it should have been."""
    return [theme("Energy, trade"), theme("Energy"), theme("Trade")]


def words(plan: Plan) -> list[str]:
    """What the plan's document says."""
    return list(Plan.objects.with_document().get(pk=plan.pk).document.thematic_areas)


def test_plans_have_the_parts_in_the_place_of_the_whole(
    network: Network, manager: User, glued: list[ThematicArea]
) -> None:
    whole, *parts = glued
    one = draft(network, "One", theme("Wells"), whole, theme("Youth"))
    two = draft(network, "Two", parts[1], whole)

    splitting.split(whole, parts, actor=manager)

    assert words(one) == ["Wells", "Energy", "Trade", "Youth"]
    assert words(two) == ["Trade", "Energy"]
    whole.refresh_from_db()
    assert (whole.status, taxonomies.find(ThematicArea, "energy; trade")) == ("retired", whole)


def test_a_plan_gets_as_many_parts_as_it_has_room_for(
    network: Network, manager: User, glued: list[ThematicArea]
) -> None:
    whole, *parts = glued
    full = draft(network, "Full", *(theme(f"Theme {number}") for number in range(4)), whole)
    foreseen = splitting.foresee(whole, parts, network["network_manager"])
    change = foreseen.changes(foreseen.named)[0]

    record = splitting.split(whole, parts, actor=manager)

    assert (foreseen.plans, foreseen.full) == (1, 1)
    assert (change.gets, change.has, change.left_out) == (["Energy"], [], ["Trade"])
    assert words(full) == ["Theme 0", "Theme 1", "Theme 2", "Theme 3", "Energy"]
    assert record.uses.get().left_out == [parts[1].pk]


def test_undone_at_once_every_row_is_as_it_was(
    network: Network, manager: User, glued: list[ThematicArea]
) -> None:
    whole, *parts = glued
    draft(network, "One", theme("Wells"), whole, theme("Youth"))
    draft(network, "Two", parts[1], whole, parts[0])
    draft(network, "Full", *(theme(f"Theme {number}") for number in range(4)), whole)
    before = tables()

    splitting.undo(splitting.split(whole, parts, actor=manager), actor=manager)

    assert tables() == before


def test_a_plan_that_dropped_the_parts_stays_as_it_is_when_the_split_is_undone(
    network: Network, manager: User, glued: list[ThematicArea]
) -> None:
    whole, *parts = glued
    dropped, half = draft(network, "Dropped", whole), draft(network, "Half", whole)
    record = splitting.split(whole, parts, actor=manager)
    wells = theme("Wells")
    choose(dropped, network["member"], wells)
    choose(half, network["member"], parts[0], wells)

    splitting.undo(record, actor=manager)

    assert [on(dropped), sorted(on(half))] == [
        [("Wells", "Wells")],
        [("Energy, trade", "Energy, trade"), ("Wells", "Wells")],
    ]


def test_the_history_of_the_plan_tells_of_the_split(
    network: Network, manager: User, glued: list[ThematicArea]
) -> None:
    whole, *parts = glued
    plan = draft(network, "One", theme("Wells"), whole)
    record = splitting.split(whole, parts, actor=manager)
    splitting.undo(record, actor=manager)

    told = [writing.entries for writing in plan.writings.filter(by=manager).order_by("revision")]
    glued_row, split_row = ["Wells", "Energy, trade"], ["Wells", "Energy", "Trade"]
    assert told == [
        [{"key": "thematic_areas", "before": glued_row, "after": split_row}],
        [{"key": "thematic_areas", "before": split_row, "after": glued_row}],
    ]


def test_a_part_that_is_no_term_yet_is_made_one_in_use_by_the_split(
    network: Network, manager: User
) -> None:
    whole, energy = theme("Energy, trade"), theme("Energy")
    plan = draft(network, "One", whole)
    trade = splitting.part_called(ThematicArea, " trade ")
    foreseen = splitting.foresee(whole, [energy, trade], network["network_manager"])
    (change,) = foreseen.changes(foreseen.named)

    splitting.split(whole, [energy, trade], actor=manager)

    assert change.gets == ["Energy", "trade"]
    made = ThematicArea.objects.get(name="trade")
    assert (made.status, words(plan)) == ("in_use", ["Energy", "trade"])
    line = story(made)[0]
    assert (line.by, line.note) == ("Tomas Terms", "Made as a part of “Energy, trade”.")


def test_undone_a_part_that_was_made_goes_with_the_split_unless_somebody_uses_it(
    network: Network, manager: User
) -> None:
    whole, energy = theme("Energy, trade"), theme("Energy")
    draft(network, "One", whole)
    before = tables()
    trade = splitting.part_called(ThematicArea, "Trade")
    splitting.undo(splitting.split(whole, [energy, trade], actor=manager), actor=manager)
    assert tables() == before

    used = draft(network, "Two")
    record = splitting.split(
        whole, [energy, splitting.part_called(ThematicArea, "Trade")], actor=manager
    )
    choose(used, network["member"], ThematicArea.objects.get(name="Trade"))
    splitting.undo(record, actor=manager)

    assert words(used) == ["Trade"]


def test_before_it_is_undone_a_split_says_plan_by_plan_what_comes_back(
    network: Network, manager: User, glued: list[ThematicArea]
) -> None:
    whole, *parts = glued
    dropped, half = draft(network, "Dropped", whole), draft(network, "Half", whole)
    record = splitting.split(whole, parts, actor=manager)
    wells = theme("Wells")
    choose(dropped, network["member"], wells)
    choose(half, network["member"], parts[0], wells)
    foreseen = splitting.foresee_undo(record, manager)

    assert (foreseen.refused, foreseen.back, foreseen.stays) == ("", 1, 1)
    splitting.undo(record, actor=manager)
    assert [words(half), words(dropped)] == [["Energy, trade", "Wells"], ["Wells"]]
    refused = splitting.foresee_undo(Split.objects.get(), manager).refused
    assert refused == "This split has already been undone."


REFUSED: list[tuple[str, Callable[[], Any], str]] = [
    ("into one", lambda: [theme("Energy")], "Name two to 5 other terms, one on each line."),
    (
        "into itself",
        lambda: [theme("Energy"), ThematicArea.objects.get(name="Energy, trade")],
        "Name two to 5 other terms, one on each line.",
    ),
    (
        "into one that is retired",
        lambda: [theme("Energy"), theme("Trade", status=TermStatus.RETIRED)],
        "“Trade” is retired. Take it into use first, or name another one.",
    ),
]


@pytest.mark.parametrize(("what", "into", "words"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_cannot_be_split_says_why(
    manager: User, what: str, into: Callable[[], Any], words: str
) -> None:
    whole = theme("Energy, trade")
    parts = into()

    assert splitting.foresee(whole, parts, manager).refused == words
    with pytest.raises(Invalid, match=words):
        splitting.split(whole, parts, actor=manager)


def test_sectors_are_not_split(manager: User) -> None:
    one, two, three = (SectorFactory.create() for _sector in range(3))

    with pytest.raises(Invalid, match="A partner has one of the sectors only"):
        splitting.split(one, [two, three], actor=manager)


def test_a_split_cannot_be_undone_after_its_terms_were_changed(
    manager: User, glued: list[ThematicArea]
) -> None:
    whole, *parts = glued
    record = splitting.split(whole, parts, actor=manager)
    taxonomies.rename(parts[0], "Power", actor=manager)

    with pytest.raises(Invalid, match="“Energy” is called “Power” now"):
        splitting.undo(record, actor=manager)


def test_who_does_not_keep_the_vocabulary_splits_nothing(
    network: Network, manager: User, glued: list[ThematicArea]
) -> None:
    whole, *parts = glued
    with pytest.raises(PermissionDenied):
        splitting.split(whole, parts, actor=network["member"])
    record = splitting.split(whole, parts, actor=manager)
    with pytest.raises(PermissionDenied):
        splitting.undo(record, actor=network["reviewer"])


SPLITTING = 23
UNSPLITTING = 23


@pytest.mark.parametrize("number", [1, 20])
def test_splitting_takes_as_many_statements_for_twenty_plans_as_for_one(
    network: Network, manager: User, glued: list[ThematicArea], number: int
) -> None:
    whole, *parts = glued
    for count in range(number):
        draft(network, f"Plan {count}", whole)

    foreseen, first = counted(lambda: splitting.foresee(whole, parts, manager))
    _changes, second = counted(lambda: foreseen.changes(foreseen.named))
    record, third = counted(lambda: splitting.split(whole, parts, actor=manager))
    _undone, fourth = counted(lambda: splitting.undo(record, actor=manager))

    assert (first, second, third, fourth) == (3, 1, SPLITTING, UNSPLITTING)


# Three of the statements only end savepoints.
@pytest.mark.parametrize("statement", range(1, SPLITTING - 2))
def test_a_split_that_is_killed_half_way_changes_nothing(
    network: Network, manager: User, glued: list[ThematicArea], statement: int
) -> None:
    whole, *parts = glued
    draft(network, "One", theme("Wells"), whole)
    assert manager.has_perm("plans.change_thematicarea")  # read once, before it is counted
    before = tables()

    with pytest.raises(Killed), connection.execute_wrapper(killed_after(statement)):
        splitting.split(whole, parts, actor=manager)

    assert tables() == before
    assert Split.objects.count() == 0


@pytest.mark.parametrize("statement", range(1, UNSPLITTING - 2))
def test_undoing_a_split_that_is_killed_half_way_changes_nothing(
    network: Network, manager: User, glued: list[ThematicArea], statement: int
) -> None:
    whole, *parts = glued
    draft(network, "One", theme("Wells"), whole)
    record = splitting.split(whole, parts, actor=manager)
    before = tables()

    with pytest.raises(Killed), connection.execute_wrapper(killed_after(statement)):
        splitting.undo(record, actor=manager)

    assert tables() == before
    assert Split.objects.get().undone_at is None
