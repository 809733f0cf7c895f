"""Merges, splits, undoings, proposals and plan edits in any order: what holds after each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plans import authoring, merging, proposals, splitting, taxonomies
from plans.authoring import Change
from plans.errors import PlanError
from plans.models import (
    Merge,
    Plan,
    PlanThematicArea,
    Spelling,
    Split,
    TermStatus,
    ThematicArea,
)
from tests.plans.test_merging import draft, tables, theme

if TYPE_CHECKING:
    from tests.personas import Network

TERMS, PLANS = 7, 3

which = st.integers(0, TERMS - 1)
merge = st.tuples(st.just("merge"), st.lists(which, min_size=2, max_size=4, unique=True))
undo = st.tuples(st.just("undo"), st.integers(0, 1))
choose = st.tuples(
    st.just("choose"), st.integers(0, PLANS - 1), st.lists(which, max_size=5, unique=True)
)
propose = st.tuples(st.just("propose"), st.integers(0, PLANS - 1), st.integers(0, 2 * TERMS))
change = st.tuples(st.sampled_from(["retire", "rename"]), which)
split = st.tuples(st.just("split"), st.lists(which, min_size=3, max_size=4, unique=True))
unsplit = st.tuples(st.just("unsplit"), st.integers(0, 1))
decide = st.tuples(st.sampled_from(["accept", "refuse"]), which)
acts = st.one_of(
    *(merge, undo, choose, merge, undo, choose, propose, change),
    *(split, unsplit, split, decide),
)


class Net:
    """A few themes on a few plans, and what is done to them."""

    def __init__(self, network: Network) -> None:
        self.member, self.manager = network["member"], network["taxonomy_manager"]
        self.terms = [theme(f"Theme {number}", f"Word {number}") for number in range(TERMS)]
        self.plans = [
            draft(network, f"Plan {number}", *self.terms[number : number + 3])
            for number in range(PLANS)
        ]

    def living(self) -> list[ThematicArea]:
        """The terms that a plan may have."""
        return list(ThematicArea.objects.filter(merged_into=None).order_by("pk"))

    def any_term(self, number: int) -> ThematicArea:
        """One of all terms, merged or not, as it is now."""
        return ThematicArea.objects.order_by("pk")[number % ThematicArea.objects.count()]

    def chosen(self) -> dict[int, list[int]]:
        """The terms of each plan."""
        found: dict[int, list[int]] = {plan.pk: [] for plan in self.plans}
        rows = PlanThematicArea.objects.order_by("position", "pk")
        for plan, term in rows.values_list("plan", "term"):
            found[plan].append(term)
        return found

    def do(self, act: tuple[Any, ...]) -> None:
        """Do one of ``acts``, and check what holds for it."""
        name, *given = act
        chosen = self.chosen()
        mark = transaction.savepoint()
        try:
            getattr(self, name)(chosen, *given)
        except PlanError:
            assert self.chosen() == chosen
            transaction.savepoint_rollback(mark)
        else:
            transaction.savepoint_commit(mark)

    def merge(self, chosen: dict[int, list[int]], terms: list[int]) -> None:
        """Whatever plans had leads to what they have; taken back at once, all is as it was."""
        survivor, *losers = [self.any_term(number) for number in terms]
        before = tables()
        record = merging.merge(losers, survivor, actor=self.manager)
        assert self.chosen() == {
            plan: taxonomies.follow(ThematicArea, those) for plan, those in chosen.items()
        }
        merging.undo(record, actor=self.manager)
        assert tables() == before
        merging.merge(losers, survivor, actor=self.manager)

    def undo(self, chosen: dict[int, list[int]], number: int) -> None:
        """What plans get back are the terms that had been merged, and nothing is lost."""
        records = list(Merge.objects.filter(undone_at=None).order_by("pk"))
        if not records:
            return
        record = records[max(-1 - number, -len(records))]
        foreseen = merging.foresee_undo(record, self.manager)
        uses = record.uses.exclude(term=record.into, removed=False)
        assert bool(foreseen.refused) or (
            foreseen.back + foreseen.dropped + foreseen.full == uses.count()
        )
        merging.undo(record, actor=self.manager)
        fates = Counter(uses.values_list("fate", flat=True))
        assert [fates[name] for name in ("back", "dropped", "full")] == [
            foreseen.back, foreseen.dropped, foreseen.full,
        ]  # fmt: skip
        leads = dict.fromkeys(record.merged, record.into)
        for plan, those in self.chosen().items():
            assert {leads.get(term, term) for term in those} == set(chosen[plan])
            assert len(those) <= max(5, len(chosen[plan]))

    def choose(self, _chosen: dict[int, list[int]], plan: int, terms: list[int]) -> None:
        """A lab chooses terms, some of them from a page that it opened long ago."""
        those = list(dict.fromkeys(self.any_term(number) for number in terms))
        row = self.plans[plan % PLANS]
        authoring.save(row, {"thematic_areas": Change(those)}, actor=self.member)
        asked = taxonomies.follow(ThematicArea, [term.pk for term in those])
        assert self.chosen()[row.pk] == asked

    def propose(self, _chosen: dict[int, list[int]], plan: int, number: int) -> None:
        """A lab writes a word that is known, or was merged, or is new."""
        words = f"word-{number}" if number % 2 else f"theme {number}"
        term = taxonomies.find_or_propose(ThematicArea, words, actor=self.member)
        assert term.merged_into is None
        row = self.plans[plan % PLANS]
        those = [*authoring.chosen_terms(row, "thematic_areas"), term][-5:]
        authoring.save(row, {"thematic_areas": Change(those)}, actor=self.member)

    def retire(self, _chosen: dict[int, list[int]], number: int) -> None:
        """An administrator retires a term, or takes it into use again."""
        term = self.any_term(number)
        retired = term.status == TermStatus.RETIRED
        status = TermStatus.IN_USE if retired else TermStatus.RETIRED
        taxonomies.set_status([term], status, actor=self.manager)

    def rename(self, _chosen: dict[int, list[int]], number: int) -> None:
        """An administrator calls a term something that nobody is called."""
        term = self.any_term(number)
        term.name = f"{term.name} again"
        term.save(update_fields=["name"])

    def split(self, chosen: dict[int, list[int]], terms: list[int]) -> None:
        """Plans have parts of the whole and all else they had; undone at once, all is as before."""
        whole, *parts = [self.any_term(number) for number in terms]
        before = tables()
        record = splitting.split(whole, parts, actor=self.manager)
        keys = {part.pk for part in parts}
        for plan, those in self.chosen().items():
            if whole.pk not in chosen[plan]:
                assert those == chosen[plan]
                continue
            kept = set(chosen[plan]) - {whole.pk}
            assert kept <= set(those) <= kept | keys
            assert keys & set(those)
            assert len(those) <= 5
            assert keys <= set(those) or len(those) == 5
        splitting.undo(record, actor=self.manager)
        assert tables() == before
        splitting.split(whole, parts, actor=self.manager)

    def unsplit(self, chosen: dict[int, list[int]], number: int) -> None:
        """Plans that still have a part get the whole back; nothing else of theirs is lost."""
        records = list(Split.objects.filter(undone_at=None).order_by("pk"))
        if not records:
            return
        record = records[max(-1 - number, -len(records))]
        splitting.undo(record, actor=self.manager)
        back = set(record.uses.filter(came_back=True).values_list("plan", flat=True))
        for plan, those in self.chosen().items():
            if plan not in back:
                assert those == chosen[plan]
                continue
            assert record.term in those
            assert set(chosen[plan]) - set(record.into) <= set(those)
            assert set(those) - {record.term} <= set(chosen[plan])
            assert len(those) <= max(5, len(chosen[plan]))

    def accept(self, chosen: dict[int, list[int]], number: int) -> None:
        """A proposal is taken into use under a better name; plans do not notice."""
        term = self.any_term(number)
        proposals.accept(term, actor=self.manager, name=f"{term.name} indeed")
        assert self.chosen() == chosen

    def refuse(self, chosen: dict[int, list[int]], number: int) -> None:
        """A proposal is refused; plans that have it keep it."""
        proposals.refuse(self.any_term(number), "Too vague.", actor=self.manager)
        assert self.chosen() == chosen

    def holds(self) -> None:
        """What is true at any time."""
        for those in self.chosen().values():
            assert max(Counter(those).values(), default=1) == 1
        merged = ThematicArea.objects.exclude(merged_into=None)
        assert not ThematicArea.objects.filter(status=TermStatus.REFUSED, refusal="").exists()
        assert not merged.exclude(merged_into__merged_into=None).exists()
        assert not PlanThematicArea.objects.filter(term__in=merged).exists()
        leads: dict[str, set[int]] = {}
        for folded, leads_to in Spelling.objects.values_list("folded", "leads_to"):
            leads.setdefault(folded, set()).add(leads_to)
        living = {term.pk for term in self.living()}
        assert all(len(ends) == 1 and ends <= living for ends in leads.values())
        for term in ThematicArea.objects.all():
            for words in (term.name, *term.aliases):
                assert taxonomies.find(ThematicArea, words) == (term.merged_into or term)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@given(done=st.lists(acts, min_size=4, max_size=14))
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_terms_and_plans_stay_whole_whatever_is_done(network: Network, done: list[Any]) -> None:
    mark = transaction.savepoint()
    net = Net(network)
    for act in done:
        net.do(act)
        net.holds()
    assert Plan.objects.filter(pk__in=[plan.pk for plan in net.plans]).count() == PLANS
    transaction.savepoint_rollback(mark)
