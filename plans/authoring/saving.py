"""Saving answers. Every way in (form, import) saves through :func:`save`, under the row's lock.

A change carries the fingerprint of what its writer had in front of them. What only they changed is
written; what only somebody else changed stays; where both did, nothing is overwritten and the
caller gets both texts back as a conflict.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from plans import clock, history, taxonomies, workflow
from plans.errors import Invalid, SlotTaken, WrongState
from plans.models import CHOICES, ROWS, Plan, Sector, Term, TermStatus, Writing
from plans.models.constraints import sentence
from plans.permissions import may_write, require
from plans.replay import places
from plans.states import EDITABLE, State

PLAIN_FIELDS = frozenset(
    {
        "title",
        "challenge_type",
        "country",
        "latitude",
        "longitude",
        "focal_point",
        "challenge_statement",
        "background",
        "value_proposition",
        "summary",
        "early_leads",
    }
)


@dataclass(frozen=True)
class Change:
    """A new value for one answer, and the :func:`fingerprint` of the one its writer started from.

    Without a fingerprint the value is written whatever is there (an import into a fresh plan).
    """

    value: Any
    base: str | None = None


@dataclass
class Outcome:
    """What a save did: keys written, keys in conflict with the value now stored, keys refused.

    ``same`` are the keys that said already what was sent. ``written`` names, for each key in
    conflict, the save that last changed it (none for what was there from the beginning).
    """

    plan: Plan
    actor: User
    saved: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    conflicts: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    written: dict[str, Writing] = field(default_factory=dict)


def row_key(group: str, row: UUID | str, name: str) -> str:
    """The key of an answer in a repeated row: ``partners/<uuid>/name``."""
    return f"{group}/{row}/{name}"


def fingerprint(value: Any) -> str:
    """A short text that differs when two stored values differ.

    Of terms it holds the keys: so it can be read again after one was merged into another.
    """
    terms = [value] if isinstance(value, Term) else value
    if isinstance(terms, list) and terms and all(isinstance(term, Term) for term in terms):
        return "".join(f"~{term.pk}" for term in terms)
    return hashlib.sha256(json.dumps(_plain(value)).encode()).hexdigest()[:12]


def _plain(value: Any) -> Any:
    """A value as JSON knows it: rows of other tables by key, lists in their order."""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, str) or value is None or isinstance(value, (bool, float)):
        return value
    if isinstance(value, Iterable):
        return [_plain(one) for one in value]
    return str(value)


@transaction.atomic
def save(plan: Plan, changes: Mapping[str, Change], *, actor: User) -> Outcome:
    """Write what can be written; answer what was saved, what conflicts, what was refused.

    ``changes`` is keyed by field (``background``) or by :func:`row_key`. Values are those of the
    model: text, numbers, a Country, a User; lists of terms for vocabularies; lists of stages.
    Raises PermissionDenied for anybody who never writes here, WrongState while the plan cannot be
    edited, Invalid when a rule that the database keeps is broken (nothing is written then).
    """
    plan = open_for_writing(plan, actor)
    outcome = Outcome(plan, actor)
    stored = answers(plan, changes)
    for key, change in changes.items():
        if key not in stored:
            outcome.conflicts[key] = None  # the row was removed meanwhile
            continue
        if _plain(change.value) == _plain(stored[key]):
            outcome.same.append(key)
            continue
        now = fingerprint(stored[key])
        shown = change.base if change.base in (None, now) else _followed(key, str(change.base))
        if shown == fingerprint(change.value):
            continue  # the writer sent back what they were shown
        if shown in (None, now):
            outcome.saved.append(key)
        else:
            outcome.conflicts[key] = stored[key]
    outcome.written = _last_written(plan, outcome.conflicts)
    if "challenge_type" in outcome.saved:
        try:
            workflow.claim(plan, changes["challenge_type"].value)
        except (SlotTaken, Invalid) as refusal:
            outcome.saved.remove("challenge_type")
            outcome.refused["challenge_type"] = str(refusal)
    if outcome.saved:
        history.keep(plan)
        values = {key: changes[key].value for key in outcome.saved}
        with readable_refusals():
            values |= write(plan, values)
            entries = [_entry(key, stored[key], values[key]) for key in outcome.saved]
            touch(plan, actor, entries)
    return outcome


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


def said(key: str, value: Any) -> Any:
    """A stored value as the plan's document has it; chosen terms come with their words."""
    name = key.rpartition("/")[2]
    if name == "sdgs":
        return sorted(goal.number for goal, _words in value)
    if name in CHOICES:
        return [words for _term, words in value]
    if name == "picture":
        return str(value.pk) if value else None
    if name in ("country", "sector"):
        return value.name if value else ""
    if name == "focal_point":
        return {"name": value.get_full_name(), "email": value.email} if value else None
    return list(value) if name == "stages" else value


def _followed(key: str, shown: str) -> str:
    """The fingerprint of terms as it would be today: those merged since then are followed."""
    vocabularies: dict[str, type[Term]] = {"sector": Sector, **taxonomies.VOCABULARIES}
    vocabulary = vocabularies.get(key.rpartition("/")[2])
    if vocabulary is None or not re.fullmatch(r"(~[0-9]{1,18})+", shown):
        return shown
    living = taxonomies.follow(vocabulary, [int(pk) for pk in shown.split("~")[1:]])
    return "".join(f"~{pk}" for pk in living)


@contextmanager
def readable_refusals() -> Iterator[None]:
    """Turn a broken constraint into the sentence it carries, and undo the writing."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Invalid(sentence(error)) from error


def open_for_writing(plan: Plan, actor: User) -> Plan:
    """The plan locked for writing by this person."""
    plan = workflow.locked(plan)
    require(may_write(actor, plan))
    if plan.state not in EDITABLE:
        raise WrongState(
            _("“%(title)s” is %(state)s now, so it cannot be changed. Your text was not saved.")
            % {"title": plan, "state": State(plan.state).label}
        )
    return plan


def answers(plan: Plan, keys: Iterable[str]) -> dict[str, Any]:
    """What is stored now under each key that still exists; a row's by :func:`row_key`."""
    found: dict[str, Any] = {}
    rows: dict[str, dict[str, Any]] = {}
    for key in keys:
        group, _slash, rest = key.partition("/")
        if rest:
            if group not in rows:
                rows[group] = {str(row.pk): row for row in plan.rows(group)}
            row_id, _slash, name = rest.partition("/")
            if row_id in rows[group]:
                found[key] = getattr(rows[group][row_id], name)
        elif key in CHOICES:
            found[key] = chosen_terms(plan, key)
        elif key in PLAIN_FIELDS:
            found[key] = getattr(plan, key)
        else:
            raise KeyError(key)
    return found


def chosen_terms(plan: Plan, key: str) -> list[Term]:
    """The terms of a plan in one vocabulary, in the order in which they were chosen.

    Each carries ``words``, those it was chosen by.
    """
    rows = CHOICES[key].objects.filter(plan=plan).select_related("term")
    terms = []
    for row in rows.order_by("position", "pk"):
        row.term.words = row.words
        terms.append(row.term)
    return terms


def vocabulary(plan: Plan, key: str, asked: Iterable[str] = ()) -> list[Any]:
    """The terms of a vocabulary that a form needs to know.

    Those the plan has already, and beside them every term in use of a closed vocabulary; of one to
    which labs propose, which may be long, those whose keys are ``asked`` for, after the plan's own
    in their order. Each carries ``place``: its position on the plan, or None.
    """
    model = taxonomies.VOCABULARIES[key]
    on_plan = CHOICES[key].objects.filter(plan=plan, term=models.OuterRef("pk"))
    needed = models.Q(status=TermStatus.IN_USE)
    if model in taxonomies.PROPOSABLE:
        keys = [pk for pk in asked if re.fullmatch(r"[0-9]{1,18}", pk)]
        needed = models.Q(pk__in=keys) & ~models.Q(status=TermStatus.RETIRED)
    terms = model._default_manager.annotate(place=models.Subquery(on_plan.values("position")[:1]))
    terms = terms.filter(needed | models.Q(place__isnull=False)).select_related("merged_into")
    if model in taxonomies.PROPOSABLE:
        terms = terms.order_by(models.F("place").asc(nulls_last=True), "name")
    return list(terms)


def write(plan: Plan, values: Mapping[str, Any]) -> dict[str, dict[Term, Term]]:
    """Write answers without a question; the answer is :func:`write_choices`', by key."""
    plain = []
    chosen = {}
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for key, value in values.items():
        group, _slash, rest = key.partition("/")
        if rest:
            row_id, _slash, name = rest.partition("/")
            rows.setdefault((group, row_id), {})[name] = value
        elif key in CHOICES:
            chosen[key] = write_choices(plan, key, dict.fromkeys(value, ""))
        else:
            setattr(plan, key, value)
            plain += [key, "slot"] if key == "challenge_type" else [key]
    if plain:
        plan.save(update_fields=plain)
    for (group, row_id), answers in rows.items():
        ROWS[group].objects.filter(plan=plan, pk=row_id).update(**answers)
    return chosen


def write_choices(plan: Plan, key: str, chosen: Mapping[Term, str]) -> dict[Term, Term]:
    """Make these the plan's terms, each with the words it was chosen by, or its name.

    A term that the plan has already keeps the words of that day; one that was merged at this
    moment is followed. Answers the living term of each.
    """
    table: Any = CHOICES[key]
    held = taxonomies.hold(chosen)
    words: dict[Term, str] = {}
    for term, living in held.items():
        words.setdefault(living, chosen[term] or term.name)
    table.objects.filter(plan=plan).exclude(term__in=list(words)).delete()
    table.objects.bulk_create(
        [
            table(plan=plan, term_id=term.pk, position=place, words=those)
            for place, (term, those) in enumerate(words.items(), start=1)
        ],
        update_conflicts=True,
        unique_fields=["plan", "term"],
        update_fields=["position"],
    )
    return held


def touch(plan: Plan, actor: User, entries: Sequence[dict[str, Any]] = ()) -> None:
    """Note that the plan was changed, by whom, and for the history what changed."""
    plan.revision += 1
    plan.changed_at = clock.now()
    plan.changed_by = actor
    plan.carried_over = _still_carried(plan, entries)
    plan.save(update_fields=["revision", "changed_at", "changed_by", "carried_over"])
    writers = Plan.writers.through
    writers.objects.bulk_create([writers(plan_id=plan.pk, user_id=actor.pk)], ignore_conflicts=True)
    history.note_writing(plan, entries, actor=actor)


def _still_carried(plan: Plan, entries: Sequence[dict[str, Any]]) -> list[str]:
    """What was copied and nobody has confirmed yet: who changes an answer or a row confirms it."""
    if not plan.carried_over:
        return []
    changed = {place for entry in entries if "moved" not in entry for place in places(entry)}
    return [key for key in plan.carried_over if key not in changed]
