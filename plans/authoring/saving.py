"""Saving answers. Every way in (form, import) saves through :func:`save`, under the row's lock.

A change carries the fingerprint of what its writer had in front of them. What only they changed is
written; what only somebody else changed stays; where both did, nothing is overwritten and the
caller gets both texts back as a conflict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from plans import clock, directory, history, taxonomies, workflow
from plans.authoring.statement import Statement
from plans.authoring.stored import answers, fingerprint, followed, plain, said
from plans.errors import Invalid, SlotTaken, WrongState
from plans.models import CHOICES, ROWS, Plan, Term, Writing
from plans.models.constraints import sentence
from plans.permissions import may_write, require
from plans.replay import places
from plans.states import EDITABLE, State

if TYPE_CHECKING:
    from plans.models.plan import PlanQuerySet


@dataclass(frozen=True)
class Change:
    """A new value for one answer, and the :func:`fingerprint` of the one its writer started from.

    Without a fingerprint the value is written whatever is there (an import into a fresh plan).
    ``since`` is a revision of the plan at which, or after which, it said what they started from.
    """

    value: Any
    base: str | None = None
    since: int | None = None


@dataclass
class Outcome:
    """What a save did: keys written, keys in conflict with the value now stored, keys refused.

    ``same`` are the keys that said already what was sent. Of each key in conflict, ``written``
    names the save that last changed it (none for what was there from the beginning), ``bases`` the
    text from which the writer started, where it is a text and the history knows it.
    """

    plan: Plan
    actor: User
    saved: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    conflicts: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    written: dict[str, Writing] = field(default_factory=dict)
    bases: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What a form says, and what is stored under the same keys while it is read."""

    changes: Mapping[str, Change]
    stored: Mapping[str, Any]


@transaction.atomic
def save(
    plan: Plan,
    changes: Mapping[str, Change],
    *,
    actor: User,
    by_suggestion_of: User | None = None,
) -> Outcome:
    """Write what can be written; answer what was saved, what conflicts, what was refused.

    ``changes`` is keyed by field (``background``) or by :func:`row_key`. Values are those of the
    model: text, numbers, a Country, a User; lists of terms for vocabularies; lists of stages.
    The history names a reviewer whose words these are (``by_suggestion_of``).
    Raises PermissionDenied for anybody who never writes here, WrongState while the plan cannot be
    edited, Invalid when a rule that the database keeps is broken (nothing is written then).
    """
    plan = open_for_writing(plan, actor)
    return _save(plan, Reading(changes, answers(plan, changes)), actor, by_suggestion_of)


@transaction.atomic
def save_form(
    plans: PlanQuerySet, pk: int, read: Callable[[Plan], Reading], *, actor: User
) -> Outcome:
    """The same for a form that is read once the plan is locked, so that all is asked for once.

    ``plans`` are those that the writer may know of. Raises Plan.DoesNotExist for another one, and
    otherwise as :func:`save` does.
    """
    plan = workflow.taken(plans, pk, actor=actor)
    require_open(plan, actor)
    return _save(plan, read(plan), actor)


def _save(plan: Plan, form: Reading, actor: User, by_suggestion_of: User | None = None) -> Outcome:
    outcome = Outcome(plan, actor)
    changes, stored = form.changes, form.stored
    for key, change in changes.items():
        if key not in stored:
            outcome.conflicts[key] = None  # the row was removed meanwhile
        else:
            _compare(outcome, key, change, stored[key])
    _tell_conflicts(outcome, changes)
    if "challenge_type" in outcome.saved:
        try:
            workflow.claim(plan, changes["challenge_type"].value)
        except (SlotTaken, Invalid) as refusal:
            outcome.saved.remove("challenge_type")
            outcome.refused["challenge_type"] = str(refusal)
    if outcome.saved:
        statement = Statement()
        statement.insert(*history.due(plan))
        values = {key: changes[key].value for key in outcome.saved}
        with readable_refusals():
            fields, chosen = _put(plan, values, statement)
            values |= chosen
            entries = [_entry(key, stored[key], values[key]) for key in outcome.saved]
            if by_suggestion_of:
                entries = [entry | {"suggested_by": by_suggestion_of.pk} for entry in entries]
            touch(plan, actor, entries, fields, statement)
    return outcome


def _compare(outcome: Outcome, key: str, change: Change, stored: Any) -> None:
    """Note whether a change is nothing new, to be written, or in conflict with what is stored."""
    if plain(change.value) == plain(stored):
        outcome.same.append(key)
        return
    now = fingerprint(stored)
    shown = change.base if change.base in (None, now) else followed(key, str(change.base))
    if shown == fingerprint(change.value):
        return  # the writer sent back what they were shown
    if shown in (None, now):
        outcome.saved.append(key)
    else:
        outcome.conflicts[key] = stored


def _tell_conflicts(outcome: Outcome, changes: Mapping[str, Change]) -> None:
    """Find out who wrote there meanwhile, and what both of them started from."""
    outcome.written = _last_written(outcome.plan, outcome.conflicts)
    for key, theirs in outcome.conflicts.items():
        change = changes[key]
        if isinstance(theirs, str) and change.since is not None:
            for text in history.texts_since(outcome.plan, key, change.since):
                if fingerprint(text) == change.base:
                    outcome.bases[key] = text
                    break


def _last_written(plan: Plan, keys: Iterable[str]) -> dict[str, Writing]:
    """The newest save of each of these answers; whoever saved beside them changed nothing here."""
    found = {}
    for key in keys:
        writings = plan.writings.filter(entries__contains=[{"key": key}]).select_related("by")
        newest = writings.order_by("-revision").first()
        if newest is not None:
            found[key] = newest
    return found


def _entry(key: str, before: Any, after: Any) -> dict[str, Any]:
    """What the history notes of an answer: the words of both, as the plan's document has them."""
    if key in CHOICES:
        # A term that stays keeps the words of the day on which it was chosen.
        kept = {term: term.words for term in before}
        words = {living: kept.get(living) or kept.get(term) or term.name
                 for term, living in reversed(after.items())}  # fmt: skip
        after = [(term, words[term]) for term in dict.fromkeys(after.values())]
        before = [(term, term.words) for term in before]
    return history.answered(key, said(key, before), said(key, after))


@contextmanager
def readable_refusals() -> Iterator[None]:
    """Turn a broken constraint into the sentence it carries, and undo the writing."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Invalid(sentence(error)) from error


def open_for_writing(plan: Plan, actor: User) -> Plan:
    """The plan locked for writing by this person, who may have left the lab during the wait."""
    plan = workflow.locked(plan, actor=actor)
    require_open(plan, actor)
    return plan


def require_open(plan: Plan, actor: User) -> None:
    """Refuse a person who never writes in this plan, and a plan that is not written in now."""
    require(may_write(actor, plan))
    if plan.state not in EDITABLE:
        raise WrongState(
            _("“%(title)s” is %(state)s now, so it cannot be changed. Your text was not saved.")
            % {"title": plan, "state": State(plan.state).label}
        )


def write(plan: Plan, values: Mapping[str, Any]) -> dict[str, dict[Term, Term]]:
    """Write answers without a question; the answer is that of :func:`write_choices`, by key."""
    statement = Statement()
    fields, chosen = _put(plan, values, statement)
    if fields:
        _update(plan, fields, statement)
    statement.send()
    return chosen


def _put(
    plan: Plan, values: Mapping[str, Any], statement: Statement
) -> tuple[list[str], dict[str, dict[Term, Term]]]:
    """Add rows and terms to the statement, and set the plan's own answers on it.

    The plan's fields that changed, to be written with the rest of it, and :func:`_choose`'s answer.
    """
    fields = []
    chosen = {}
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for key, value in values.items():
        group, _slash, rest = key.partition("/")
        if rest:
            row_id, _slash, name = rest.partition("/")
            rows.setdefault((group, row_id), {})[name] = value
        elif key in CHOICES:
            chosen[key] = _choose(plan, key, dict.fromkeys(value, ""), statement)
        else:
            setattr(plan, key, value)
            fields += [key, "slot"] if key == "challenge_type" else [key]
    for (group, row_id), said_there in rows.items():
        if group == "partners" and "name" in said_there:
            said_there["organisation"] = directory.called(said_there["name"])
        statement.update(ROWS[group].objects.filter(plan=plan, pk=row_id), **said_there)
    return fields, chosen


def write_choices(plan: Plan, key: str, chosen: Mapping[Term, str]) -> dict[Term, Term]:
    """Make these the plan's terms, each with the words it was chosen by, or its name.

    A term that the plan has already keeps the words of that day; one that was merged at this
    moment is followed. Answers the living term of each.
    """
    statement = Statement()
    held = _choose(plan, key, chosen, statement)
    statement.send()
    return held


def _choose(
    plan: Plan, key: str, chosen: Mapping[Term, str], statement: Statement
) -> dict[Term, Term]:
    table: Any = CHOICES[key]
    held = taxonomies.hold(chosen)
    words: dict[Term, str] = {}
    for term, living in held.items():
        words.setdefault(living, chosen[term] or term.name)
    statement.delete(table.objects.filter(plan=plan).exclude(term__in=list(words)))
    rows = [
        table(plan=plan, term_id=term.pk, position=place, words=those)
        for place, (term, those) in enumerate(words.items(), start=1)
    ]
    statement.insert(*rows, unless=["plan", "term"], then="position")
    return held


def touch(
    plan: Plan,
    actor: User,
    entries: Sequence[dict[str, Any]] = (),
    fields: Sequence[str] = (),
    statement: Statement | None = None,
) -> None:
    """Note that the plan was changed, by whom, and for the history what changed.

    ``fields`` of the plan that have new values are written too, and what is in ``statement``.
    """
    statement = statement or Statement()
    plan.revision += 1
    plan.changed_at = clock.now()
    plan.changed_by = actor
    plan.carried_over = _still_carried(plan, entries)
    _update(plan, ["revision", "changed_at", "changed_by", "carried_over", *fields], statement)
    writers = Plan.writers.through
    statement.insert(writers(plan_id=plan.pk, user_id=actor.pk), unless=["plan", "user"])
    statement.insert(*history.noted(plan, entries, actor=actor))
    statement.send()


def _update(plan: Plan, fields: Iterable[str], statement: Statement) -> None:
    values = {name: getattr(plan, name) for name in fields}
    statement.update(Plan.objects.filter(pk=plan.pk), **values)


def _still_carried(plan: Plan, entries: Sequence[dict[str, Any]]) -> list[str]:
    """What was copied and nobody has confirmed yet: who changes an answer or a row confirms it."""
    if not plan.carried_over:
        return []
    changed = {place for entry in entries if "moved" not in entry for place in places(entry)}
    return [key for key in plan.carried_over if key not in changed]
