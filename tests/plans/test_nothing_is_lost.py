"""Whatever three people of a lab do to its plans, in whatever order: nothing that was confirmed is
lost, rows stay numbered, and the places hold.

Hypothesis makes the stories up, always the same ones; ``LOST_STORIES=500`` tries more of them.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from plans import authoring, clock, history, workflow
from plans.anchors import Anchor
from plans.authoring import Change, fingerprint, row_key
from plans.diff import changes
from plans.errors import PlanError
from plans.models import ROWS, Plan, Sector
from plans.sections import GROUP, SECTIONS
from plans.states import SLOTLESS, SLOTS, TRANSITIONS, Act, Role, State
from tests.factories import MethodFactory, ThematicAreaFactory

if TYPE_CHECKING:
    from accounts.models import User
    from plans.diff import Changes
    from plans.document import PlanDocument
    from tests.personas import Network

STORIES = int(os.environ.get("LOST_STORIES", "20"))
STEPS = 30

TEXTS = (
    *("title", "challenge_statement", "background", "value_proposition", "summary"),
    "early_leads",
)
ROW_TEXTS = {
    "partners": ("name", "description"),
    "evidence": ("text",),
    "learning_questions": ("question", "usage", "data_gap"),
}
ACTS = [row for row in TRANSITIONS.values() if row.act != Act.START]
PEOPLE = ("member", "lead", "network_manager")
TYPES = ("", *SLOTS)

person = st.sampled_from(PEOPLE)
group = st.sampled_from(sorted(ROW_TEXTS))
which = st.integers(0, 7)
# The last is too long for a title and a summary.
text = st.one_of(
    st.lists(st.sampled_from(["ash", "bay", "cod", "dew", "elm"]), min_size=1, max_size=4).map(
        " ".join
    ),
    st.just(""),
    st.just("long " * 60),
)
vocabulary = st.sampled_from(("methods", "thematic_areas"))
edits = st.lists(st.tuples(person, st.integers(0, 30), text), min_size=1, max_size=5)

STEP = st.one_of(
    st.tuples(st.just("people_type"), edits),
    st.tuples(st.just("people_type"), edits),
    st.tuples(st.just("insists"), person),
    st.tuples(st.just("looks"), person),
    st.tuples(st.just("chooses"), person, vocabulary, st.integers(0, 3)),
    st.tuples(st.just("adds_a_row"), person, group, text),
    st.tuples(st.just("moves_a_row"), person, group, which, st.integers(-1, 7)),
    st.tuples(st.just("removes_a_row"), person, group, which),
    st.tuples(st.just("puts_a_row_back"), person, group, which),
    st.tuples(st.just("goes_back"), person, st.integers(0, 40), st.integers(0, 40), st.booleans()),
    st.tuples(st.just("fills_in"), person),
    st.tuples(st.just("somebody_acts"), person, which, st.booleans()),
    st.tuples(st.just("somebody_acts"), person, which, st.just(False)),
    st.tuples(st.just("somebody_acts"), person, which, st.just(False)),
    st.tuples(st.just("changes_the_type"), person, st.sampled_from(TYPES)),
    st.tuples(st.just("begins_another"), person, st.sampled_from(TYPES)),
    st.tuples(st.just("moves_another"), which, st.sampled_from((Act.WITHDRAW, Act.RESTORE))),
    st.tuples(st.just("time_passes"), st.sampled_from((1, 20, 45))),
)
"""What happens, and to whom: a method of :class:`Lab` and what it takes."""


@dataclass
class Tab:
    """What one person has in front of them; it may have grown old."""

    user: User
    seen: int = 0
    base: dict[str, str] = field(default_factory=dict)
    in_conflict: tuple[str, str, str] | None = None  # key, their own text, fingerprint of theirs


class Lab(RuleBasedStateMachine):
    """Three people of a lab, each with a tab, and a reviewer; a plan, and others beside it."""

    network: ClassVar[Network]

    def __init__(self) -> None:
        super().__init__()
        self.moment = timezone.now()
        self.others: list[Plan] = []
        self.row_ids: dict[str, list[UUID]] = {key: [] for key in ROW_TEXTS}
        self.documents: dict[int, PlanDocument] = {}
        self.versions: dict[int, PlanDocument] = {}
        self.tabs = {name: Tab(self.network[name]) for name in PEOPLE}
        self._all_of_it = transaction.atomic()  # taken back at the end of each story
        self._all_of_it.__enter__()

    @initialize()
    def begins(self) -> None:
        """A plan in which nothing is missing, open in everybody's tab."""
        self.plan = self.network.plan("draft", challenge_type="big_bet")
        for key in ROW_TEXTS:
            for words in ("A second.", "A third."):
                authoring.add_row(self.plan, key, actor=self.network["lead"], **full(key, words))
        self.remember()
        for name in PEOPLE:
            self.looks(name)

    def teardown(self) -> None:
        """See that every page of the history is right, then forget all."""
        try:
            self.every_revision_can_be_had_again()
            self.every_text_that_ever_stood_there_is_told()
        finally:
            transaction.set_rollback(True)
            self._all_of_it.__exit__(None, None, None)

    # -- what is there

    def remember(self) -> None:
        """Note what the plan says now, and which rows it ever had."""
        self.latest = Plan.objects.with_document().get(pk=self.plan.pk)
        self.documents[self.latest.revision] = self.latest.document
        for key, ids in self.row_ids.items():
            ids += [row.id for row in self.latest.document.rows(key) if row.id not in ids]

    def attempt(self, act: Callable[[], Any]) -> Any:
        """Do something at this moment; None where it is refused, and nothing changes then."""
        before = self.latest
        try:
            with clock.at(self.moment):
                done = act()
        except (PlanError, PermissionDenied):
            self.remember()
            assert self.latest.document == before.document
            assert self.latest.revision == before.revision
            return None
        self.remember()
        return done

    @rule(step=STEP)
    def happens(self, step: tuple[Any, ...]) -> None:
        """One thing after the other, in whatever order."""
        getattr(self, step[0])(*step[1:])

    # -- looking and typing

    def looks(self, name: str) -> None:
        """Opens the page anew."""
        tab, plan = self.tabs[name], self.latest
        tab.seen, tab.in_conflict = plan.revision, None
        keys = [*TEXTS, "challenge_type", "methods", "thematic_areas"]
        keys += [
            row_key(key, row.id, name)
            for key, names in ROW_TEXTS.items()
            for row in plan.document.rows(key)
            for name in names
        ]
        stored = authoring.answers(plan, keys)
        tab.base = {key: fingerprint(value) for key, value in stored.items()}

    def people_type(self, edits: list[tuple[str, int, str]]) -> None:
        """Answers are written one after the other, on pages as they were when they were opened."""
        for name, which, words in edits:
            tab = self.tabs[name]
            keys = [key for key in tab.base if key.rpartition("/")[2] in _ALL_TEXTS]
            key = keys[which % len(keys)]
            self.saves(tab, key, words, tab.base[key])

    def insists(self, name: str) -> None:
        """Keeps their own text after having seen the other one."""
        tab = self.tabs[name]
        if tab.in_conflict:
            self.saves(tab, *tab.in_conflict)

    def saves(self, tab: Tab, key: str, text: str, base: str) -> None:
        """Saves as one types, and sees that the answer tells the truth about what was stored."""
        before = self.latest.document
        outcome = self.attempt(
            lambda: authoring.save(self.plan, {key: Change(text, base)}, actor=tab.user)
        )
        if outcome is None:
            return
        after = self.latest.document
        if key in outcome.saved:  # then nobody's words were written over unseen
            assert base == fingerprint(said(before, key))
        if key in outcome.saved or key in outcome.same:
            assert said(after, key) == text
            tab.base[key], tab.in_conflict = fingerprint(text), None
        else:
            assert after == before
        if key in outcome.conflicts:
            theirs = outcome.conflicts[key]
            assert theirs == said(after, key)
            tab.in_conflict = (key, text, fingerprint(theirs))
        expected = {*outcome.saved}
        assert {place for place in places(before, after) if place not in expected} == set()

    def fills_in(self, name: str) -> None:
        """Writes something wherever nothing is, so that the plan can be handed in."""
        document, actor = self.latest.document, self.tabs[name].user
        changes: dict[str, Change] = {
            key: Change("Something.") for key in TEXTS if not getattr(document, key)
        }
        changes |= {
            row_key(key, row.id, name): Change("Something.")
            for key, names in ROW_TEXTS.items()
            for row in document.rows(key)
            for name in names
            if not getattr(row, name)
        }
        changes |= {
            key: Change(terms[:1])
            for key, terms in self.terms().items()
            if not getattr(document, key)
        }
        self.attempt(lambda: authoring.save(self.plan, changes, actor=actor))

    def chooses(self, name: str, key: str, number: int) -> None:
        """Ticks other terms."""
        tab = self.tabs[name]
        terms = self.terms()[key][:number]
        change = Change(terms, tab.base[key])
        self.attempt(lambda: authoring.save(self.plan, {key: change}, actor=tab.user))

    def terms(self) -> dict[str, list[Any]]:
        """Three of each vocabulary."""
        if not hasattr(self, "_terms"):
            self._terms: dict[str, list[Any]] = {
                "methods": MethodFactory.create_batch(3),
                "thematic_areas": ThematicAreaFactory.create_batch(3),
            }
        return self._terms

    # -- rows

    def adds_a_row(self, name: str, group: str, text: str) -> None:
        """At the end."""
        row, actor = full(group, text), self.tabs[name].user
        self.attempt(lambda: authoring.add_row(self.plan, group, actor=actor, **row))

    def removes_a_row(self, name: str, group: str, which: int) -> None:
        """One that is there, or one that somebody else has removed already."""
        row, actor = self.row(group, which), self.tabs[name].user
        self.attempt(lambda: authoring.remove_row(self.plan, group, row, actor=actor))

    def moves_a_row(self, name: str, group: str, which: int, place: int) -> None:
        """Also beyond the ends."""
        row, actor = self.row(group, which), self.tabs[name].user
        self.attempt(lambda: authoring.move_row(self.plan, group, row, place, actor=actor))

    def puts_a_row_back(self, name: str, group: str, which: int) -> None:
        """One that was removed, if any was; it stands there then."""
        there = {row.id for row in self.latest.document.rows(group)}
        gone = [row for row in self.row_ids[group] if row not in there]
        row = gone[which % len(gone)] if gone else self.row(group, which)
        actor = self.tabs[name].user
        if self.attempt(lambda: authoring.put_row_back(self.plan, group, row, actor=actor)):
            assert row in {one.id for one in self.latest.document.rows(group)}

    def row(self, group: str, which: int) -> UUID:
        """A row that is there or once was."""
        ids = self.row_ids[group]
        return ids[which % len(ids)]

    # -- going back

    def goes_back(self, name: str, which: int, place: int, looked: bool) -> None:
        """An answer, a row, a section or the whole, as it was at some time."""
        tab, latest = self.tabs[name], self.latest.document
        earlier = [one for one in self.documents.values() if one != latest]
        if not earlier:
            return
        document = earlier[which % len(earlier)]
        different = changes(latest, document)
        anchors = [Anchor.parse(one.place) for one in different.fields]
        anchors += [Anchor.parse(one.place) for one in different.rows]
        anchors += [Anchor(), *(Anchor(section=one.key) for one in SECTIONS)]
        anchor, seen = anchors[place % len(anchors)], tab.seen if looked else None
        self.attempt(
            lambda: authoring.restore(self.plan, document, anchor, actor=tab.user, seen=seen)
        )

    # -- the plan as a whole

    def somebody_acts(self, name: str, which: int, late: bool) -> None:
        """Hands in, takes back, decides, withdraws: what is possible now, or (late) what was."""
        possible = [row for row in ACTS if late or self.latest.state in row.sources]
        if self.latest.state != State.WITHDRAWN and not late:
            # A plan that is withdrawn makes a short story, so that comes last and seldom.
            possible = [row for row in possible if row.act != Act.WITHDRAW or which == 7]
        act = possible[which % len(possible)]
        reviewing = act.role == Role.REVIEWER
        actor = self.network["reviewer"] if reviewing else self.tabs[name].user
        self.acts(act.act, actor)

    def acts(self, act: Act, actor: User) -> None:
        """Moves the plan; a version that is made says what the plan says."""
        document = self.latest.document
        if self.attempt(lambda: workflow.move(self.plan, act, actor=actor, note="Why.")):
            assert self.latest.document == document
            for version in self.plan.versions.all():
                self.versions.setdefault(version.number, document)

    # -- places

    def changes_the_type(self, name: str, of: str) -> None:
        """Wants another of the lab's places, or none."""
        tab = self.tabs[name]
        change = Change(of, tab.base["challenge_type"])
        self.attempt(lambda: authoring.save(self.plan, {"challenge_type": change}, actor=tab.user))

    def begins_another(self, name: str, of: str) -> None:
        """Another plan of the lab wants a place."""
        lab, cycle = self.network.lab, self.plan.cycle
        actor = self.tabs[name].user
        made = self.attempt(lambda: workflow.start(lab, cycle, actor=actor, challenge_type=of))
        self.others += [made] if made else []

    def moves_another(self, which: int, act: Act) -> None:
        """Another plan gives its place away, or wants one again."""
        if not self.others:
            return
        other = self.others[which % len(self.others)]
        self.attempt(lambda: workflow.move(other, act, actor=self.network["member"]))

    def time_passes(self, minutes: int) -> None:
        """Into the next half hour, or not."""
        self.moment += dt.timedelta(minutes=minutes)

    # -- what holds after every step

    @invariant()
    def rows_are_numbered_from_one(self) -> None:
        for key, table in ROWS.items():
            rows = table._default_manager.filter(plan=self.plan).order_by("position")
            places = list(rows.values_list("position", flat=True))
            assert places == list(range(1, len(places) + 1)), key

    @invariant()
    def the_places_hold(self) -> None:
        plans = Plan.objects.filter(lab=self.network.lab, cycle=self.plan.cycle)
        held = list(plans.exclude(slot=None).values_list("challenge_type", "slot"))
        assert len(held) == len(set(held))
        assert {place for place in held if place[1] not in SLOTS[place[0]]} == set()
        for plan in plans:
            assert (plan.slot is None) == (plan.challenge_type == "" or plan.state in SLOTLESS)

    @invariant()
    def what_is_deferred_holds_too(self) -> None:
        connection.check_constraints()

    @invariant()
    def the_latest_revision_can_be_had_again(self) -> None:
        plan = self.latest
        assert history.document_at(plan, plan.revision) == plan.document

    # -- and at the end

    def every_revision_can_be_had_again(self) -> None:
        rebuilt = {
            revision: history.document_at(self.plan, revision) for revision in self.documents
        }
        assert rebuilt == self.documents
        for revision in range(max(self.documents) + 1):  # also those amid a longer act
            assert history.document_at(self.plan, revision) is not None
        kept = {version.number: version.document for version in self.plan.versions.all()}
        assert kept == self.versions

    def every_text_that_ever_stood_there_is_told(self) -> None:
        told = list(texts_of(self.latest.document))
        for _sitting, parts in history.tell(self.plan, list(history.sittings(self.plan))):
            for part in parts:
                told += texts_in(part.changes)
                for step in part.steps:
                    told += texts_in(step.changes)
        seen = {(place, tuple(text.split())) for place, text in told}
        confirmed = {one for document in self.documents.values() for one in texts_of(document)}
        lost = [
            (place, text)
            for place, text in confirmed
            if not any(where == place and holds(said, text) for where, said in seen)
        ]
        assert lost == []


_ALL_TEXTS = {*TEXTS, *(name for names in ROW_TEXTS.values() for name in names)}


def full(group: str, words: str) -> dict[str, Any]:
    """The answers of a row in which nothing is missing, unless the words are."""
    others: dict[str, dict[str, Any]] = {
        "partners": {"sector": Sector.objects.all()[0], "is_new": False},
        "evidence": {"kind": "qualitative", "form": "text"},
        "learning_questions": {"stages": ["sense"]},
    }
    return others[group] | dict.fromkeys(ROW_TEXTS[group], words)


def said(document: PlanDocument, key: str) -> Any:
    """What a document says under a key; None for a row that is not there."""
    group, _slash, rest = key.partition("/")
    if not rest:
        return getattr(document, key)
    row_id, _slash, name = rest.partition("/")
    return next((getattr(row, name) for row in document.rows(group) if str(row.id) == row_id), None)


def places(one: PlanDocument, other: PlanDocument) -> set[str]:
    """The keys under which two documents with the same rows differ."""
    keys = {name for name in type(one).model_fields if name not in GROUP}
    keys |= {
        row_key(group, row.id, name)
        for group in GROUP
        for row in one.rows(group)
        for name in type(row).model_fields
    }
    return {key for key in keys if said(one, key) != said(other, key)}


def texts_of(document: PlanDocument) -> Iterator[tuple[str, str]]:
    """Every text of a document with its place."""
    yield from ((name, getattr(document, name)) for name in TEXTS)
    for group in ROW_TEXTS:
        for row in document.rows(group):
            yield from _of_row(group, row)


def texts_in(changes: Changes) -> Iterator[tuple[str, str]]:
    """Every text that is shown where these changes are told, with its place."""
    for change in changes.fields:
        if change.name in TEXTS:
            yield from ((change.name, change.before), (change.name, change.after))
    for row in changes.rows:
        for version in (row.before, row.after):
            if version is not None:
                yield from _of_row(row.group, version)


def _of_row(group: str, row: Any) -> Iterator[tuple[str, str]]:
    for name in ROW_TEXTS[group]:
        yield row_key(group, row.id, name), getattr(row, name)


def holds(words: tuple[str, ...], text: str) -> bool:
    """Whether all words of a text stand in these, in order."""
    rest = iter(words)
    return all(word in rest for word in text.split())


def test_nothing_that_was_confirmed_is_ever_lost(network: Network) -> None:
    Lab.network = network
    run_state_machine_as_test(
        Lab,
        settings=settings(
            max_examples=STORIES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
        ),
    )
