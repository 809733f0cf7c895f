"""What a mail tells of a review: all of it, since it is sent as one act and told once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plans.models import Event, EventKind

if TYPE_CHECKING:
    from plans.models import Comment, CriterionMark


@dataclass(frozen=True)
class ReviewTold:
    """A review besides its summary: marks, comments, and how many threads took which step."""

    marks: list[CriterionMark]
    comments: list[Comment]
    resolved: int
    reopened: int


def review_told(event: Event) -> ReviewTold | None:
    """All of the review that was sent with an event; None where none was."""
    if event.review is None or event.plan is None:
        return None
    comments = event.review.comments.filter(deleted_at__isnull=True)
    return ReviewTold(
        marks=list(event.review.marks.all()),
        comments=list(
            comments.select_related("thread__suggestion").order_by("thread", "written_at", "pk")
        ),
        resolved=_steps(event, EventKind.RESOLVED),
        reopened=_steps(event, EventKind.REOPENED),
    )


def _steps(event: Event, kind: EventKind) -> int:
    """How often the reviewer took a step since the plan was handed in; nobody was told of it."""
    before = Event.objects.filter(plan=event.plan_id, at__lte=event.at)
    handed_in = before.filter(kind=EventKind.SUBMIT).order_by("-at", "-pk").first()
    steps = before.filter(kind=kind, actor=event.actor_id, thread__for_reviewers=False)
    return steps.filter(at__gte=handed_in.at).count() if handed_in else 0
