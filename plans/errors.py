"""What can go wrong in an act, as sentences for the person who tried it.

Every error carries words that can be shown as they are. "Never you" is Django's
``PermissionDenied`` (403), "no such thing" is ``Http404``; these here are "not now", "not so".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plans.readiness import Gap


class PlanError(Exception):
    """An act was refused; ``str(error)`` is the sentence to show."""


class WrongState(PlanError):
    """The plan is not in a state that allows the act; often somebody else was quicker."""


class SlotTaken(PlanError):
    """No slot of that type is free in this cycle; the sentence names the plans that hold them."""


class CycleClosed(PlanError):
    """Handing in is not possible yet or any more."""


class NotReady(PlanError):
    """Something required is missing; ``gaps`` says what and where."""

    def __init__(self, message: str, gaps: Sequence[Gap]) -> None:
        super().__init__(message)
        self.gaps = gaps


class ReviewUnderWay(PlanError):
    """A reviewer has begun; the plan cannot be taken back."""


class ThreadsOpen(PlanError):
    """A must-fix thread is still open; the plan cannot be approved."""


class WordsNeeded(PlanError):
    """The act needs a summary, reason or answer in words."""


class Untouched(WordsNeeded):
    """Something that the lab was asked to change is as it was; a word about it is needed."""


class Busy(PlanError):
    """Others are at work on the same rows; the same act is possible in a moment."""


class Invalid(PlanError):
    """What was given breaks a rule; ``by_field`` maps input names to sentences."""

    def __init__(self, message: str, by_field: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.by_field = dict(by_field or {})
