"""Merging while labs save plans with those very terms, each over a connection of its own.

Where it matters who is first, one of the two is held at a statement until the database says that
the other one waits for it.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction

from plans import authoring, merging, splitting, taxonomies
from plans.authoring import Change, fingerprint, row_key
from plans.errors import Busy, Invalid, PlanError
from plans.merging import locks
from plans.models import Merge, PlanThematicArea, Sector, TermStatus, ThematicArea
from tests.factories import SectorFactory
from tests.plans.test_merging import draft, on, tables, theme

if TYPE_CHECKING:
    from plans.models import Plan
    from tests.personas import Network

pytestmark = pytest.mark.django_db(transaction=True)

LONG = 20
"""Seconds after which something has gone wrong."""

CHOSEN = 'INSERT INTO "plans_planthematicarea"'
HELD = "FOR KEY SHARE"
MOVED = "UPDATE plans_planthematicarea SET term_id"
GIVEN = "WITH wanted AS"


def alone(act: Callable[[], Any]) -> Any:
    """Do something over a connection that is closed afterwards."""
    try:
        return act()
    finally:
        connection.close()


class Hold:
    """An act that stops after a statement, until it is let go."""

    def __init__(self, statement: str) -> None:
        self.statement = statement
        self.reached, self.go = threading.Event(), threading.Event()

    def doing(self, act: Callable[[], Any]) -> Any:
        """Do it, with the stop on the way."""
        with connection.execute_wrapper(self):
            return act()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        if self.statement in sql and not self.reached.is_set():
            self.reached.set()
            assert self.go.wait(LONG)
        return answer


@contextmanager
def threads() -> Iterator[Callable[[Callable[[], Any]], Future[Any]]]:
    """Begin acts in threads of their own; what they raise is raised where their answer is read."""
    with ThreadPoolExecutor(8) as pool:
        yield lambda act: pool.submit(alone, act)


def until_somebody_waits() -> None:
    """Return when one connection to this database waits for a lock of another."""
    for _time in range(100_000):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits")


def first_then(statement: str, first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """Hold ``first`` after a statement until ``second`` waits for it; answer what both did."""
    held = Hold(statement)
    with threads() as begin:
        one = begin(lambda: held.doing(first))
        assert held.reached.wait(LONG)
        other = begin(second)
        until_somebody_waits()
        held.go.set()
        return [one.result(LONG), other.result(LONG)]


def choosing(
    network: Network, plan: Plan, *terms: Any, base: str | None = None
) -> Callable[[], Any]:
    """A save that makes these the themes of a plan."""
    actor = network["member"]
    return lambda: authoring.save(plan, {"thematic_areas": Change(list(terms), base)}, actor=actor)


def merging_of(network: Network, *terms: Any, into: Any) -> Callable[[], Any]:
    """A merge of these terms."""
    actor = network["taxonomy_manager"]
    return lambda: merging.merge(terms, into, actor=actor)


def clean() -> bool:
    """Whether no plan has a merged term, and no merged term leads to another one."""
    return not (
        PlanThematicArea.objects.exclude(term__merged_into=None).exists()
        or ThematicArea.objects.exclude(merged_into__merged_into=None).exists()
    )


@pytest.mark.parametrize("statement", [CHOSEN, HELD])
def test_a_lab_that_is_saving_the_term_is_waited_for(network: Network, statement: str) -> None:
    water, waters, trade = theme("Water"), theme("Waters"), theme("Trade")
    plan = draft(network, "One", trade)

    first_then(
        statement,
        choosing(network, plan, waters, trade),
        merging_of(network, waters, into=water),
    )

    assert on(plan) == [("Waters", "Water"), ("Trade", "Trade")]


def test_a_lab_that_saves_the_term_during_a_merge_gets_the_one_that_stays(
    network: Network,
) -> None:
    water, waters, wells, trade = (theme(name) for name in ("Water", "Waters", "Wells", "Trade"))
    draft(network, "Other", wells)
    plan = draft(network, "One", trade)

    first_then(
        MOVED,
        merging_of(network, waters, wells, into=water),
        choosing(network, plan, wells, trade, waters, water),
    )

    assert on(plan) == [("Wells", "Water"), ("Trade", "Trade")]
    newest = plan.writings.order_by("-revision")[0]
    assert newest.entries[0]["after"] == ["Wells", "Trade"]


def test_a_lab_that_had_the_term_loses_nothing_by_saving_during_a_merge(network: Network) -> None:
    water, waters, trade = theme("Water"), theme("Waters"), theme("Trade")
    plan = draft(network, "One", waters)
    shown = fingerprint([waters])

    _record, outcome = first_then(
        MOVED,
        merging_of(network, waters, into=water),
        choosing(network, plan, waters, trade, base=shown),
    )

    assert (outcome.saved, outcome.conflicts) == (["thematic_areas"], {})
    assert on(plan) == [("Waters", "Water"), ("Trade", "Trade")]


def test_a_partners_sector_saved_during_a_merge_is_the_one_that_stays(network: Network) -> None:
    plan = network.plan(title="One")
    growers, fishers = SectorFactory.create(name="Growers"), SectorFactory.create(name="Fishers")
    actor, key = network["member"], row_key("partners", plan.partners.get().pk, "sector")
    elsewhere = network.plan(title="Two").partners.get()
    elsewhere.sector = fishers
    elsewhere.save()

    first_then(
        "UPDATE plans_partner SET sector_id",
        merging_of(network, fishers, into=growers),
        lambda: authoring.save(plan, {key: Change(fishers)}, actor=actor),
    )

    assert plan.partners.get().sector == growers
    assert not Sector.objects.get(name="Fishers").partners.exists()


def test_a_partner_added_during_a_merge_is_of_the_sector_that_stays(network: Network) -> None:
    plan = network.plan(title="One")
    growers, fishers = SectorFactory.create(name="Growers"), SectorFactory.create(name="Fishers")
    actor = network["member"]

    first_then(
        "UPDATE plans_partner SET sector_id",
        merging_of(network, fishers, into=growers),
        lambda: authoring.add_row(plan, "partners", actor=actor, name="New", sector=fishers),
    )

    assert plan.partners.get(name="New").sector == growers


def test_who_proposes_a_term_during_a_merge_gets_the_one_that_stays(network: Network) -> None:
    water, waters = theme("Water"), theme("Waters")
    plan, member = draft(network, "One", waters), network["member"]

    def propose_and_choose() -> None:
        with transaction.atomic():
            term = taxonomies.find_or_propose(ThematicArea, "waters", actor=member)
            authoring.save(plan, {"thematic_areas": Change([term])}, actor=member)

    first_then(MOVED, merging_of(network, waters, into=water), propose_and_choose)

    assert on(plan) == [("Waters", "Water")]
    assert ThematicArea.objects.count() == 2


def test_two_merges_that_cross_each_other_end_in_one_of_them(network: Network) -> None:
    water, waters = theme("Water"), theme("Waters")
    plan = draft(network, "One", water, waters)
    manager = network["taxonomy_manager"]

    def back() -> str:
        try:
            merging.merge([water], waters, actor=manager)
        except Invalid as refusal:
            return str(refusal)
        return ""

    _record, refused = first_then(MOVED, merging_of(network, waters, into=water), back)

    assert refused == "“Waters” has already been merged into another term. Choose again."
    assert on(plan) == [("Water", "Water")]
    assert clean()


def test_two_who_undo_the_same_merge_undo_it_once(network: Network) -> None:
    water, waters = theme("Water"), theme("Waters")
    plan = draft(network, "One", water, waters)
    before = tables()
    manager = network["taxonomy_manager"]
    record = merging.merge([waters], water, actor=manager)

    def again() -> str:
        try:
            merging.undo(record, actor=manager)
        except Invalid as refusal:
            return str(refusal)
        return ""

    _first, refused = first_then(
        "INSERT INTO plans_planthematicarea", lambda: merging.undo(record, actor=manager), again
    )

    assert refused == "This merge has already been undone."
    assert tables() == before
    assert on(plan) == [("Water", "Water"), ("Waters", "Waters")]


def test_a_save_during_an_undoing_is_kept(network: Network) -> None:
    water, waters, trade = theme("Water"), theme("Waters"), theme("Trade")
    plan = draft(network, "One", water, waters)
    manager = network["taxonomy_manager"]
    record = merging.merge([waters], water, actor=manager)

    first_then(
        "INSERT INTO plans_planthematicarea",
        lambda: merging.undo(record, actor=manager),
        choosing(network, plan, water, trade),
    )

    assert on(plan) == [("Water", "Water"), ("Trade", "Trade")]


def test_a_merge_gives_way_to_one_that_goes_on_and_on(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "PATIENCE", "10ms")
    water, waters, trade = theme("Water"), theme("Waters"), theme("Trade")
    plan = draft(network, "One", trade)
    before = tables()
    held = Hold(CHOSEN)

    with threads() as begin:
        saving = begin(lambda: held.doing(choosing(network, plan, waters)))
        assert held.reached.wait(LONG)
        merge = begin(merging_of(network, waters, into=water))
        with pytest.raises(Busy) as refused:
            merge.result(LONG)
        assert tables() == before
        held.go.set()
        saving.result(LONG)

    assert str(refused.value) == (
        "Somebody is saving plans with these terms just now. Nothing was changed: try again in a "
        "minute."
    )
    merging_of(network, waters, into=water)()
    assert on(plan) == [("Waters", "Water")]


def test_who_saves_is_never_broken_off_by_a_merge(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A circle of locks: the save has the plan and wants the term, the merge the other way round.

    The plan comes to hold the term only when the merge has already looked which plans to lock.
    """
    monkeypatch.setattr(locks, "PATIENCE", "100ms")
    water, waters, trade = theme("Water"), theme("Waters"), theme("Trade")
    plan = draft(network, "One", trade)
    locking_terms = Hold('FROM "plans_plan" WHERE "plans_plan"."id" IN')
    writing = Hold('FROM "plans_plan" INNER JOIN')

    with threads() as begin:
        merge = begin(lambda: locking_terms.doing(merging_of(network, waters, into=water)))
        assert locking_terms.reached.wait(LONG)
        choosing(network, plan, water, waters)()
        saving = begin(lambda: writing.doing(choosing(network, plan, waters, trade)))
        assert writing.reached.wait(LONG)
        locking_terms.go.set()
        until_somebody_waits()
        writing.go.set()
        saving.result(LONG)
        merge.result(LONG)

    assert on(plan) == [("Waters", "Water"), ("Trade", "Trade")]


def test_a_storm_of_saves_and_merges_loses_no_choice(network: Network) -> None:
    rng = random.Random(20210401)
    terms = [theme(f"Theme {number:02}") for number in range(24)]
    plans = [draft(network, f"Plan {number}", *rng.sample(terms, 3)) for number in range(6)]
    last: dict[int, list[Any]] = {}

    def save(plan: Plan, seed: int) -> None:
        mine = random.Random(seed)
        for _time in range(12):
            last[plan.pk] = mine.sample(terms, mine.randint(1, 5))
            choosing(network, plan, *last[plan.pk])()

    def merge(seed: int) -> int:
        mine, done = random.Random(seed), 0
        for _time in range(8):
            *losers, into = mine.sample(terms, 3)
            try:
                merging_of(network, *losers, into=into)()
            except PlanError:
                continue  # the other one was quicker
            done += 1
        return done

    with threads() as begin:
        saves = [begin(lambda plan=plan, n=n: save(plan, n)) for n, plan in enumerate(plans)]  # type: ignore[misc]
        merges = [begin(lambda n=n: merge(n)) for n in (100, 200)]  # type: ignore[misc]
        for one in saves:
            one.result(LONG)
        merged = sum(one.result(LONG) for one in merges)

    assert clean()
    assert merged == Merge.objects.count() > 0
    assert ThematicArea.objects.filter(status=TermStatus.MERGED).exists()
    for plan in plans:
        chosen = taxonomies.follow(ThematicArea, [term.pk for term in last[plan.pk]])
        kept = PlanThematicArea.objects.filter(plan=plan).order_by("position", "pk")
        assert list(kept.values_list("term", flat=True)) == chosen


# -- splitting -------------------------------------------------------------------------------------


def splitting_of(network: Network, whole: Any, *into: Any) -> Callable[[], Any]:
    """A split of this term."""
    actor = network["taxonomy_manager"]
    return lambda: splitting.split(whole, into, actor=actor)


@pytest.mark.parametrize("statement", [CHOSEN, HELD])
def test_a_lab_that_is_saving_a_term_that_is_to_be_split_is_waited_for(
    network: Network, statement: str
) -> None:
    whole, energy, trade = theme("Energy, trade"), theme("Energy"), theme("Trade")
    plan = draft(network, "One", theme("Wells"))

    first_then(
        statement,
        choosing(network, plan, whole),
        splitting_of(network, whole, energy, trade),
    )

    assert on(plan) == [("Energy", "Energy"), ("Trade", "Trade")]


def test_a_lab_that_saves_other_terms_while_its_own_is_split_loses_neither(
    network: Network,
) -> None:
    whole, energy, trade = theme("Energy, trade"), theme("Energy"), theme("Trade")
    wells = theme("Wells")
    plan = draft(network, "One", whole)
    base = fingerprint([whole])

    _record, outcome = first_then(
        GIVEN,
        splitting_of(network, whole, energy, trade),
        choosing(network, plan, whole, wells, base=base),
    )

    assert list(outcome.conflicts) == ["thematic_areas"]
    assert on(plan) == [("Energy", "Energy"), ("Trade", "Trade")]
