"""The repeated rows of a section between two requests: put in place, taken away, brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest
from plans import authoring, history
from plans.errors import PlanError
from plans.history import Removal
from plans.models import Plan
from plans.sections import Section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import QueryDict

    from accounts.models import User
    from plans.forms.section import LostRow

REMOVED = "removed"
"""Names the rows taken away since the page was opened, in its address and in its form."""
OFFERED = 5
"""So many of them can be brought back from the page itself; the history has all."""


def identity(text: str) -> UUID | None:
    """The row that an input or a button names; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def put(request: SignedInRequest, plan: Plan, rules: Section, what: str) -> HttpResponse:
    """Put a row in its place and nothing else: ``what`` is ``ROW:PLACE``, places count from 1.

    For ``static/js/rows.js``, which has moved the row on the page already. The JSON holds
    ``order``, the rows as they stand now: whoever moved one meanwhile is in it. 409 with
    ``message`` when the plan cannot be changed now.
    """
    group = rules.group.key if rules.group else ""
    row, _colon, place = what.partition(":")
    row_id = identity(row)
    try:
        if group and row_id and place.isascii() and place.isdigit():
            authoring.move_row(plan, group, row_id, int(place[:4]), actor=request.user)
    except PlanError as refusal:
        return JsonResponse({"message": str(refusal)}, status=409)
    order = plan.rows(group).values_list("pk", flat=True) if group else ()
    return JsonResponse({"order": [str(pk) for pk in order]})


def remember(data: QueryDict, row: str) -> None:
    """Note in the form that this row was taken away just now."""
    others = [one for one in data.getlist(REMOVED) if one != row]
    data.setlist(REMOVED, [*others, row][-OFFERED:])


def forget(data: QueryDict, row: str) -> None:
    """Note that it is back."""
    data.setlist(REMOVED, [one for one in data.getlist(REMOVED) if one != row])


def removed(plan: Plan, rules: Section, data: QueryDict, there: set[UUID]) -> list[Removal]:
    """The rows that the page can bring back: those it remembers and that are not there."""
    if not rules.group:
        return []
    ids = {identity(one) for one in data.getlist(REMOVED)[-OFFERED:]} - {None}
    return history.removals(plan, rules.group.key, [one for one in ids if one and one not in there])


def who_removed(
    plan: Plan, rules: Section, lost: Sequence[LostRow], reader: User
) -> dict[str, str]:
    """A sentence on who took away each of these rows, by its id; asks the history once."""
    if not rules.group or not lost:
        return {}
    one = rules.group.one
    ids = [row_id for row in lost if (row_id := identity(row.row_id))]
    by = {str(found.row_id): found.by for found in history.removals(plan, rules.group.key, ids)}
    sentences = {}
    for row in lost:
        who = by.get(row.row_id)
        if who is None:
            words = _("This %(one)s was removed while you were writing in it.")
        elif who == reader:
            words = _("You removed this %(one)s in another window while you were writing in it.")
        else:
            words = _("%(who)s removed this %(one)s while you were writing in it.")
        sentences[row.row_id] = words % {"who": who.get_full_name() if who else "", "one": one}
    return sentences


def words() -> dict[str, str]:
    """What the page says while a row is moved; {row} stands for “Partner 2”."""
    return {
        "lifted": _(
            "{row} lifted. It is at place {place} of {of}. Move it with the arrow keys, put it "
            "down with Space, or put it back with Escape."
        ),
        "moved": _("{one} moved to place {place} of {of}."),
        "down": _("{one} put down at place {place} of {of}."),
        "back": _("{one} is back at place {place} of {of}."),
        "waiting": _("The new order could not be saved yet. Trying again …"),
        "saved": _("The new order is saved."),
        "closed": "{message}",
    }
