"""A review as one act: begun with the first comment, pending until sent, sent as one event.

Until then it is its author's alone: nobody else sees its comments, its summary or its marks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from plans import clock, history, notifications, workflow
from plans.errors import WordsNeeded
from plans.models import CriterionMark, Decision, EventKind, Plan, Review
from plans.permissions import may_resolve, require, roles_on
from plans.states import Act, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User
    from plans.models import Criterion, Version

ACTS: dict[str, Act] = {
    Decision.APPROVED: Act.APPROVE,
    Decision.CHANGES_REQUESTED: Act.REQUEST_CHANGES,
}
"""The act that goes with a decision; comments alone leave the plan where it is."""


def pending_review(plan: Plan, user: User) -> Review | None:
    """The review that this person is writing of this plan, if any."""
    return plan.reviews.filter(reviewer=user, closed_at__isnull=True).first()


def begin(plan: Plan, *, actor: User) -> Review:
    """The actor's pending review of a locked plan; begun, and the plan taken on, if need be."""
    review, _begun = plan.reviews.get_or_create(
        reviewer=actor,
        closed_at=None,
        defaults={"version": _latest(plan), "opened_at": clock.now()},
    )
    if plan.claimed_by_id is None:
        plan.claimed_by = actor
        plan.save(update_fields=["claimed_by"])
    return review


@transaction.atomic
def keep(
    plan: Plan, *, actor: User, summary: str, marks: Mapping[Criterion, tuple[str, str]]
) -> Review:
    """Keep the summary and marks of a review as they are so far; nobody else sees them.

    ``marks`` gives for each criterion of the cycle the mark and a word; an empty mark takes it
    away. Raises PermissionDenied.
    """
    plan = workflow.locked(plan)
    require(may_resolve(actor, plan))
    review = begin(plan, actor=actor)
    _write(review, summary, marks)
    return review


@transaction.atomic
def send(
    plan: Plan,
    decision: str,
    *,
    actor: User,
    summary: str = "",
    marks: Mapping[Criterion, tuple[str, str]] | None = None,
) -> Review:
    """End the actor's review: its comments, marks and summary are seen from now on, as one event.

    A decision moves the plan as well (:func:`workflow.move`, whose refusals it raises; nothing is
    sent then). Raises PermissionDenied, and WordsNeeded for comments without any.
    """
    plan = workflow.locked(plan)
    require(may_resolve(actor, plan))
    summary = summary.strip()
    review = pending_review(plan, actor)
    if decision not in ACTS and not summary and not (review and review.says_something):
        raise WordsNeeded(_("Write a comment or a summary first."))
    review = begin(plan, actor=actor)
    _write(review, summary, marks or {})
    if decision in ACTS:
        workflow.move(plan, ACTS[decision], actor=actor, note=summary)
        review.refresh_from_db()
        return review
    review.version = _latest(plan)
    review.decision, review.closed_at = Decision.COMMENTED, clock.now()
    review.save(update_fields=["version", "decision", "closed_at"])
    role = Role.REVIEWER if Role.REVIEWER in roles_on(actor, plan) else Role.ADMINISTRATOR
    event = history.record(
        EventKind.REVIEWED,
        actor=actor,
        acted_as=role,
        on_behalf_of="" if role == Role.REVIEWER else Role.REVIEWER,
        lab=plan.lab,
        cycle=plan.cycle,
        plan=plan,
        note=summary,
        review=review,
        version=review.version,
    )
    notifications.tell(event, review.comments.all())
    return review


@transaction.atomic
def discard(plan: Plan, *, actor: User) -> None:
    """Throw a pending review away, with all its comments. There is no way back."""
    plan = workflow.locked(plan)
    review = pending_review(plan, actor)
    if review is None:
        return
    review.delete()
    if plan.claimed_by_id == actor.pk and not plan.reviews.filter(reviewer=actor).exists():
        plan.claimed_by = None
        plan.save(update_fields=["claimed_by"])


def _write(review: Review, summary: str, marks: Mapping[Criterion, tuple[str, str]]) -> None:
    review.summary = summary
    review.save(update_fields=["summary"])
    for criterion, (mark, word) in marks.items():
        if mark:
            CriterionMark.objects.update_or_create(
                review=review, criterion=criterion, defaults={"mark": mark, "word": word.strip()}
            )
        else:
            review.marks.filter(criterion=criterion).delete()


def _latest(plan: Plan) -> Version | None:
    return plan.versions.order_by("-number").first()
