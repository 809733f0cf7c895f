"""Bringing pages of the archive in: whole or not at all, and checked against what was read.

An archived plan is read-only, exempt from today's limits and holds no slot. What a page said is
read back from the database before the transaction ends: a plan that would not say the same words
is not kept.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.roles import roles_of
from plans import clock, directory, history, taxonomies
from plans.authoring.glossary import Glossary
from plans.authoring.saving import readable_refusals
from plans.authoring.statement import Statement
from plans.authoring.stored import PLAIN_FIELDS
from plans.errors import Invalid, WrongState
from plans.models import (
    CHOICES,
    ROWS,
    ArchivePage,
    EventKind,
    Plan,
    Reflection,
    Sector,
    Term,
    Version,
)
from plans.models.searching import words_kept_once
from plans.models.taxonomy import TERM_LENGTH
from plans.permissions import require
from plans.states import Role, State

if TYPE_CHECKING:
    from accounts.models import Country, Lab, User
    from plans.document import PlanDocument, ReflectionDocument
    from plans.models import Cycle

TERMS = ("thematic_areas", "methods", "data_sources")
Result = Literal["new", "changed", "unchanged"]


@dataclass(frozen=True)
class Arrived:
    """A page to bring in: whose and when, its text, and what was read from it."""

    lab: Lab
    cycle: Cycle
    source: str
    text: str
    document: PlanDocument | None = None
    reflection: ReflectionDocument | None = None
    country: Country | None = None
    """The one the page means, however it calls it; without it, the one of exactly that name."""

    @property
    def fingerprint(self) -> str:
        """What tells a changed file from an unchanged one."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class BroughtIn:
    """What became of a page."""

    result: Result
    plan: Plan | None
    reflection: Reflection | None


@transaction.atomic
def bring_in(page: Arrived, *, actor: User, glossary: Glossary | None = None) -> BroughtIn:
    """Keep a page of the archive: its plan, its reflection, and its text as it came.

    A page that came in before, unchanged, is left alone; a changed one becomes a new version of
    the same plan. Raises PermissionDenied for anybody who does not manage the network, WrongState
    where the file is a plan somebody works on, and Invalid where the database refuses something.
    """
    require(roles_of(actor).manages_network)
    glossary = glossary or Glossary()
    same = ArchivePage.objects.filter(lab=page.lab, cycle=page.cycle, source=page.source)
    before = same.select_related("plan", "reflection").order_by("-number").first()
    if before is not None and before.fingerprint == page.fingerprint:
        return BroughtIn("unchanged", before.plan, before.reflection)
    old_plan = before.plan if before else _plan_of(page)
    old_reflection = before.reflection if before else None
    with readable_refusals():
        plan = _plan(page, page.document, old_plan, actor, glossary) if page.document else old_plan
        reflection = (
            _reflection(page, page.reflection, plan, old_reflection, actor)
            if page.reflection
            else old_reflection
        )
        kept = ArchivePage(
            source=page.source,
            lab=page.lab,
            cycle=page.cycle,
            number=before.number + 1 if before else 1,
            text=page.text,
            fingerprint=page.fingerprint,
            plan=plan,
            reflection=reflection,
            brought_by=actor,
            brought_at=clock.now(),
        )
        kept.save(force_insert=True)
    is_new = before is None and old_plan is None
    return BroughtIn("new" if is_new else "changed", plan, reflection)


def _plan_of(page: Arrived) -> Plan | None:
    """The plan that came from this file when its text was not kept yet."""
    plans = Plan.objects.filter(lab=page.lab, cycle=page.cycle, source=page.source)
    plan = plans.first()
    if plan is not None and plan.state != State.ARCHIVED:
        raise WrongState(
            _("This file was imported before, as “%(title)s” (%(state)s). It was left alone.")
            % {"title": plan, "state": plan.get_state_display()}
        )
    return plan


def _plan(
    page: Arrived, document: PlanDocument, old: Plan | None, actor: User, glossary: Glossary
) -> Plan:
    plan = old or Plan(
        lab=page.lab,
        cycle=page.cycle,
        state=State.ARCHIVED,
        state_since=clock.now(),
        source=page.source,
        created_by=actor,
        created_at=clock.now(),
    )
    document = _named(document, page)
    statement = Statement()
    _set_answers(plan, document, page.country or glossary.country(document.country), glossary)
    chosen = _choose(plan, document, actor, glossary)
    sectors = _sectors(plan, document, actor, glossary)
    plan.revision += 1
    plan.changed_at, plan.changed_by = clock.now(), actor
    with words_kept_once(plan):
        plan.save()
        for key, terms in chosen.items():
            table: Any = CHOICES[key]
            if old is not None:
                table.objects.filter(plan=plan).delete()
            statement.insert(
                *(
                    table(plan=plan, term_id=term.pk, position=place, words=words)
                    for place, (term, words) in enumerate(terms, start=1)
                )
            )
        for group, model in ROWS.items():
            if old is not None:
                model._default_manager.filter(plan=plan).delete()
            statement.insert(
                *(
                    model(plan=plan, position=place, **_row(row, sectors))
                    for place, row in enumerate(document.rows(group), start=1)
                )
            )
        writers = Plan.writers.through
        statement.insert(writers(plan_id=plan.pk, user_id=actor.pk), unless=["plan", "user"])
        statement.send()
    directory.enter(plan)
    return _checked(plan, document, actor, again=old is not None)


def _named(document: PlanDocument, page: Arrived) -> PlanDocument:
    """The document with rows that belong to this page alone, each time the same ones."""
    origin = f"{page.lab.pk}/{page.cycle.pk}/{page.source}"
    return document.model_copy(
        update={
            group: tuple(
                row.model_copy(update={"id": uuid5(row.id, origin)}) for row in document.rows(group)
            )
            for group in ROWS
        }
    )


def _set_answers(
    plan: Plan, document: PlanDocument, country: Country | None, glossary: Glossary
) -> None:
    for name in PLAIN_FIELDS - {"country", "focal_point"}:
        setattr(plan, name, getattr(document, name))
    plan.remarks = document.remarks
    plan.leftover = [leftover.model_dump() for leftover in document.leftover]
    plan.country = country
    is_called_so = country is not None and country.name == document.country
    plan.kept_words = {} if is_called_so else {"country": [[0, document.country]]}
    if not document.country:
        plan.kept_words = {}
    address = ""
    if document.focal_point:
        address = document.focal_point.email or document.focal_point.name
    plan.focal_point = glossary.member(plan.lab, address)
    plan.focal_point_address = "" if plan.focal_point else address


def _choose(
    plan: Plan, document: PlanDocument, actor: User, glossary: Glossary
) -> dict[str, list[tuple[Term, str]]]:
    """The terms by field, each once; words that are none are kept where they stood."""
    goals = [(goal, goal.name) for goal in glossary.goals_numbered(document.sdgs)]
    chosen: dict[str, list[tuple[Term, str]]] = {"sdgs": [(goal, name) for goal, name in goals]}
    unknown = {*document.sdgs} - {goal.number for goal, _name in goals}
    if unknown:
        plan.kept_words["sdgs"] = sorted(unknown)
    for key in TERMS:
        terms: dict[Term, str] = {}
        kept: list[list[Any]] = []
        for place, words in enumerate(getattr(document, key)):
            term = glossary.meant(taxonomies.VOCABULARIES[key], words, actor)
            if term is None or term in terms or len(words) > TERM_LENGTH:
                kept.append([place, words])
            else:
                terms[term] = words
        held = taxonomies.hold(terms)
        chosen[key] = [(held[term], words) for term, words in terms.items()]
        if kept:
            plan.kept_words[key] = kept
    return chosen


def _sectors(
    plan: Plan, document: PlanDocument, actor: User, glossary: Glossary
) -> dict[str, Term | None]:
    """The sectors meant, by the words of the page; words that are no sector's name are kept."""
    said = [partner.sector for partner in document.partners]
    meant = {words: glossary.meant(Sector, words, actor) if words else None for words in said}
    kept = [
        [place, words]
        for place, words in enumerate(said)
        if words and ((term := meant[words]) is None or term.name != words)
    ]
    if kept:
        plan.kept_words["sectors"] = kept
    return meant


def _row(row: Any, sectors: dict[str, Term | None]) -> dict[str, Any]:
    answers: dict[str, Any] = row.model_dump()
    if "sector" in answers:
        answers["sector"] = sectors[answers["sector"]]
    if "picture" in answers:
        answers["picture"] = None
    if "stages" in answers:
        answers["stages"] = list(answers["stages"])
    return answers


def _checked(plan: Plan, document: PlanDocument, actor: User, *, again: bool) -> Plan:
    """The plan as it is stored now, with its version; Invalid unless it says what was read."""
    stored = Plan.objects.with_document().get(pk=plan.pk)
    found = stored.document
    expected = document.model_copy(
        update={
            "lab": found.lab,
            "cycle": found.cycle,
            "focal_point": found.focal_point,
            "sdgs": tuple(sorted(document.sdgs)),
        }
    )
    if found != expected:
        raise Invalid(_("What was stored is not word for word what the page says."))
    latest = stored.versions.order_by("-number").defer("content").first() if again else None
    version = Version.objects.create(
        plan=stored,
        number=latest.number + 1 if latest else 1,
        content=found.model_dump(mode="json"),
        hash=found.hash(),
        made_by=actor,
        made_at=clock.now(),
    )
    history.record(
        EventKind.IMPORT,
        actor=actor,
        acted_as=Role.ADMINISTRATOR,
        lab=stored.lab,
        cycle=stored.cycle,
        plan=stored,
        to_state=State.ARCHIVED,
        version=version,
    )
    return stored


def _reflection(
    page: Arrived,
    document: ReflectionDocument,
    plan: Plan | None,
    old: Reflection | None,
    actor: User,
) -> Reflection:
    """The reflection of a page, about its plan where the page holds both."""
    reflection = old or Reflection(
        lab=page.lab,
        cycle=page.cycle,
        source=page.source,
        created_at=clock.now(),
        finished_at=clock.now(),
    )
    if page.document is not None and reflection.plan_id is None and plan is not None:
        taken = Reflection.objects.filter(plan=plan).exists()
        reflection.plan = None if taken else plan
    document = document.model_copy(update={"lab": page.lab.name, "cycle": str(page.cycle)})
    reflection.title = document.title
    reflection.content = document.model_dump(mode="json")
    reflection.fingerprint = document.fingerprint()
    reflection.changed_at, reflection.changed_by = clock.now(), actor
    reflection.save()
    return reflection
