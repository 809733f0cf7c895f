"""The states of a plan, who may move it where, and the slots it may hold: facts, as tables.

``workflow.move()`` reads the acts; ``permissions.available()`` asks the same rows, so that a page
never offers what the server refuses. The database constraints of ``Plan`` are made from the slots.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class State(TextChoices):
    """Where a plan stands."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    CHANGES_REQUESTED = "changes_requested", _("changes requested")
    APPROVED = "approved", _("approved")
    WITHDRAWN = "withdrawn", _("withdrawn")
    ARCHIVED = "archived", _("archived")


class ChallengeType(TextChoices):
    """The two kinds of plan a lab hands in."""

    BIG_BET = "big_bet", _("big bet")
    EXPLORATORY = "exploratory", _("exploratory")


SLOTS: dict[str, tuple[int, ...]] = {
    ChallengeType.BIG_BET: (1,),
    ChallengeType.EXPLORATORY: (1, 2),
}
"""How many plans of each type a lab has in a cycle: the numbers its plans can hold."""

EDITABLE = frozenset({State.DRAFT, State.CHANGES_REQUESTED})
HANDED_IN = frozenset({State.SUBMITTED, State.CHANGES_REQUESTED, State.APPROVED})
UNFINISHED = frozenset({State.DRAFT, State.SUBMITTED, State.CHANGES_REQUESTED})
PUBLIC = frozenset({State.APPROVED, State.ARCHIVED})
SLOTLESS = frozenset({State.WITHDRAWN, State.ARCHIVED})


class Role(StrEnum):
    """In what capacity somebody meets one particular plan."""

    MEMBER = "member"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"


class Act(StrEnum):
    """What can be done to a plan as a whole."""

    START = "start"
    SUBMIT = "submit"
    RECALL = "recall"
    REQUEST_CHANGES = "request_changes"
    APPROVE = "approve"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    RESTORE = "restore"


@dataclass(frozen=True)
class Transition:
    """One row of the table of states.

    ``target`` None means: back to the state it was submitted from. ``role`` is whose act it is; an
    administrator may do it on that side's behalf. ``independent`` acts are refused to anybody who
    is in the lab or wrote in the plan, whatever else they are.
    """

    act: Act
    label: _StrPromise
    sources: frozenset[State]
    target: State | None
    role: Role
    independent: bool = False
    makes_version: bool = False


TRANSITIONS: dict[Act, Transition] = {
    row.act: row
    for row in (
        Transition(
            Act.SUBMIT,
            _("Submit for review"),
            EDITABLE,
            State.SUBMITTED,
            Role.MEMBER,
            makes_version=True,
        ),
        Transition(Act.RECALL, _("Take back"), frozenset({State.SUBMITTED}), None, Role.MEMBER),
        Transition(
            Act.REQUEST_CHANGES,
            _("Request changes"),
            frozenset({State.SUBMITTED}),
            State.CHANGES_REQUESTED,
            Role.REVIEWER,
            independent=True,
            makes_version=True,
        ),
        Transition(
            Act.APPROVE,
            _("Approve"),
            frozenset({State.SUBMITTED}),
            State.APPROVED,
            Role.REVIEWER,
            independent=True,
            makes_version=True,
        ),
        Transition(
            Act.REOPEN,
            _("Reopen"),
            frozenset({State.APPROVED}),
            State.CHANGES_REQUESTED,
            Role.REVIEWER,
            independent=True,
        ),
        Transition(
            Act.WITHDRAW,
            _("Withdraw"),
            frozenset({State.DRAFT, State.SUBMITTED, State.CHANGES_REQUESTED}),
            State.WITHDRAWN,
            Role.MEMBER,
        ),
        Transition(
            Act.RESTORE,
            _("Restore as a draft"),
            frozenset({State.WITHDRAWN}),
            State.DRAFT,
            Role.MEMBER,
        ),
    )
}
"""Every act on an existing plan, in the order in which pages offer them."""
