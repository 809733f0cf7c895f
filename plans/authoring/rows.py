"""Adding, removing and moving the repeated rows of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models, transaction

from accounts.models import User
from plans import history, taxonomies
from plans.document import ITEMS
from plans.models import ROWS, Organisation, Partner, Plan
from plans.sections import GROUP

if TYPE_CHECKING:
    from plans.models import Evidence, LearningQuestion

from plans.authoring.saving import open_for_writing, readable_refusals, touch
from plans.authoring.stored import said


@transaction.atomic
def add_row(
    plan: Plan, group: str, *, actor: User, row_id: UUID | None = None, **answers: Any
) -> Evidence | Partner | LearningQuestion:
    """Add a row at the end of a group and return it; empty unless answers are given.

    Raises as :func:`save` does; a sixth partner is refused by the database, in words.
    """
    plan = open_for_writing(plan, actor)
    rows = ROWS[group].objects.filter(plan=plan)
    last = rows.aggregate(last=models.Max("position"))["last"] or 0
    row = ROWS[group](plan=plan, position=last + 1, **answers)
    if row_id:
        row.pk = row_id
    if isinstance(row, Partner) and row.name:
        row.organisation = taxonomies.find(Organisation, row.name)
    history.keep(plan)
    with readable_refusals():
        row.save(force_insert=True)
        touch(plan, actor, [{"added": group, "row": _said(group, row), "place": row.position}])
    return row


@transaction.atomic
def remove_row(plan: Plan, group: str, row_id: UUID, *, actor: User) -> None:
    """Take a row away and close the gap. A row that is gone already stays gone."""
    plan = open_for_writing(plan, actor)
    rows = {row.pk: row for row in plan.rows(group)}
    if row_id in rows:
        history.keep(plan)
        row = rows.pop(row_id)
        gone = {"removed": group, "row": _said(group, row), "place": row.position}
        row.delete()
        _order(group, list(rows))
        touch(plan, actor, [gone])


@transaction.atomic
def move_row(plan: Plan, group: str, row_id: UUID, place: int, *, actor: User) -> None:
    """Put a row at ``place`` (from 1; beyond the ends means the end). Others make room."""
    plan = open_for_writing(plan, actor)
    order = [row.pk for row in ROWS[group].objects.filter(plan=plan).order_by("position")]
    if row_id not in order:
        return
    was = order.index(row_id) + 1
    order.remove(row_id)
    order.insert(max(place, 1) - 1, row_id)
    now = order.index(row_id) + 1
    if now == was:
        return
    history.keep(plan)
    _order(group, order)
    touch(plan, actor, [{"moved": group, "id": str(row_id), "from": was, "to": now}])


@transaction.atomic
def shift_row(plan: Plan, group: str, row_id: UUID, steps: int, *, actor: User) -> None:
    """Move a row up (negative) or down by so many places; the ends are the ends."""
    row = ROWS[group].objects.filter(plan=open_for_writing(plan, actor), pk=row_id).first()
    if row:
        move_row(plan, group, row_id, row.position + steps, actor=actor)


def _said(group: str, row: Any) -> dict[str, Any]:
    """A row as the plan's document has it."""
    answers = {field.key: said(field.key, getattr(row, field.key)) for field in GROUP[group].fields}
    return ITEMS[group].model_validate({"id": row.pk, **answers}).model_dump(mode="json")


def _order(group: str, order: list[UUID]) -> None:
    """Number rows 1…n in this order, in one statement; uniqueness is checked at commit."""
    if order:
        places = [models.When(pk=pk, then=place) for place, pk in enumerate(order, start=1)]
        ROWS[group].objects.filter(pk__in=order).update(position=models.Case(*places))
