"""Copying: a new draft that begins with what an earlier plan says.

What is copied is marked on the new plan (``carried_over``) until somebody of its lab changes it or
says that it is still right; ``readiness`` lets no plan be handed in before that.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership, User
from plans import history, workflow
from plans.authoring.pictures import as_one_of
from plans.authoring.saving import (
    open_for_writing,
    readable_refusals,
    touch,
    write,
    write_choices,
)
from plans.models import CHOICES, ROWS, UNOFFERED, Evidence, Partner, Plan, Term
from plans.permissions import may_copy, may_see_people, require
from plans.sections import FIELD, SECTION, SECTION_OF, SECTIONS, Section

if TYPE_CHECKING:
    from accounts.models import Lab
    from plans.models import Cycle


@dataclass
class Copied:
    """The new plan, and in words what of the chosen sections could not be copied."""

    plan: Plan
    left_out: list[str] = field(default_factory=list)


@transaction.atomic
def copy(
    source: Plan,
    lab: Lab,
    cycle: Cycle,
    *,
    actor: User,
    challenge_type: str = "",
    title: str = "",
    sections: Collection[str] = tuple(SECTION),
) -> Copied:
    """Begin a plan with what these sections of an earlier one say; the type claims a place.

    Raises PermissionDenied for who may not copy this plan or begin one for this lab, SlotTaken as
    :func:`workflow.start` does (then nothing was begun), Invalid for a title that is too long.
    """
    require(may_copy(actor, source))
    with readable_refusals():
        plan = workflow.start(lab, cycle, actor=actor, challenge_type=challenge_type, title=title)
    plan = open_for_writing(plan, actor)
    before = Plan.objects.with_document().get(pk=plan.pk).document
    history.keep(plan)
    copied = Copied(plan)
    carried = ["title"] if title and title == source.title else []
    with readable_refusals():
        plan.copied_from = source
        plan.save(update_fields=["copied_from"])
        for section in SECTIONS:
            if section.key in sections:
                carried += _carry(source, plan, section, actor, copied)
    after = Plan.objects.with_document().get(pk=plan.pk).document
    touch(plan, actor, history.compared(before, after))
    plan.carried_over = carried
    plan.save(update_fields=["carried_over"])
    return copied


def _carry(source: Plan, plan: Plan, section: Section, actor: User, copied: Copied) -> list[str]:
    """Write what one section of the source says; answer the keys of what was written."""
    if section.key == "title":
        values = _facts(source, plan, actor, copied)
    else:
        values = {
            one.key: _fitting(one.key, getattr(source, one.key), copied)
            for one in section.fields
            if one.key not in CHOICES
        }
    write(plan, values)
    carried = [key for key, value in values.items() if value not in (None, "")]
    for one in section.fields:
        if one.key in CHOICES:
            terms = _living(source, one.key, copied)
            write_choices(plan, one.key, dict.fromkeys(terms, ""))
            carried += [one.key] if terms else []
    if section.group:
        carried += _carry_rows(source, plan, section.group.key, actor, copied)
    return carried


def _facts(source: Plan, plan: Plan, actor: User, copied: Copied) -> dict[str, Any]:
    """Country, place and focal point, as far as they fit the lab of the new plan."""
    values: dict[str, Any] = {}
    if source.country and plan.lab.countries.filter(pk=source.country.pk).exists():
        values |= {name: getattr(source, name) for name in ("country", "latitude", "longitude")}
    elif source.country:
        copied.left_out.append(
            _("The country: your lab does not work in %(country)s.") % {"country": source.country}
        )
    person = source.focal_point
    if person and may_see_people(actor, source):
        there = Membership.objects.filter(user=person, lab=plan.lab_id, user__is_active=True)
        if there.exists():
            values["focal_point"] = person
        else:
            copied.left_out.append(
                _("The focal point: %(who)s is not in the lab (any more).")
                % {"who": person.get_full_name()}
            )
    return values


def _fitting(key: str, text: str, copied: Copied) -> str:
    """The text, or nothing where it is longer than today's plans may have it."""
    most = FIELD[key].max_length
    if most is None or len(text) <= most:
        return text
    copied.left_out.append(
        ngettext(
            "%(label)s: it has %(number)d character, and %(most)d fit. Write a shorter one.",
            "%(label)s: it has %(number)d characters, and %(most)d fit. Write a shorter one.",
            len(text),
        )
        % {"label": FIELD[key].label, "number": len(text), "most": most}
    )
    return ""


def _living(source: Plan, key: str, copied: Copied) -> list[Term]:
    """The terms of the source that a plan of today can have, each as it is called today."""
    rows = CHOICES[key].objects.filter(plan=source).select_related("term")
    return [row.term for row in rows.order_by("position", "pk") if _is_used(row.term, copied)]


def _is_used(term: Term | None, copied: Copied) -> bool:
    """Whether plans of today choose this term; what has been retired since is left out."""
    if term is not None and term.status in UNOFFERED:
        copied.left_out.append(_("“%(words)s”: it is not used any more.") % {"words": term})
        return False
    return term is not None


def _carry_rows(source: Plan, plan: Plan, group: str, actor: User, copied: Copied) -> list[str]:
    """Make rows of the new plan that say the same; answer their keys."""
    rows: list[Any] = []
    for place, old in enumerate(source.rows(group), start=1):
        said = {name.attname: getattr(old, name.attname) for name in old._meta.concrete_fields}
        row = ROWS[group](**said | {"id": uuid.uuid4(), "plan_id": plan.pk, "position": place})
        if isinstance(row, Partner):
            row.sector = old.sector if _is_used(old.sector, copied) else None
        if isinstance(row, Evidence) and old.picture:
            row.picture = as_one_of(plan, old.picture, actor=actor)
        rows.append(row)
    ROWS[group]._default_manager.bulk_create(rows)
    return [f"{group}/{row.pk}" for row in rows]


# -- what was copied, and whether it is still right ------------------------------------------------


def carried_in(plan: Plan, section: str) -> list[str]:
    """The answers and rows of a section that were copied and nobody has confirmed yet."""
    return [key for key in plan.carried_over if SECTION_OF[key.partition("/")[0]] == section]


@transaction.atomic
def confirm(plan: Plan, keys: Collection[str], *, actor: User) -> None:
    """Note that these copied answers and rows are still right; others stay to be confirmed.

    The words do not change, so neither does what the history tells of them; who confirms counts
    among the plan's writers. Raises as :func:`save` does.
    """
    plan = open_for_writing(plan, actor)
    plan.carried_over = [key for key in plan.carried_over if key not in keys]
    plan.save(update_fields=["carried_over"])
    plan.writers.add(actor)
