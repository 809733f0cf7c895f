"""A review as one act: begun with the first comment, pending until sent, sent as one event.

Until then it is its author's alone: nobody else sees its comments, its summary or its marks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.db import transaction
from django.utils.translation import gettext as _

from plans import clock, history, notifications, workflow
from plans.errors import Invalid, WordsNeeded, WrongState
from plans.models import Decision, Draft, EventKind, Plan, Review
from plans.permissions import may_resolve, require, role_for, roles_on, visible_plans
from plans.states import HANDED_IN, Role, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from accounts.models import User
    from plans.models import Criterion, Event, Version
    from plans.models.review import ReviewQuerySet
    from plans.states import Act

ACTS: dict[Decision, Act] = {decision: act for act, decision in workflow.DECISIONS.items()}
"""The act that goes with a decision; comments alone leave the plan where it is."""


def pending_review(plan: Plan, user: User) -> Review | None:
    """The review that this person is writing of this plan, if any."""
    return plan.reviews.filter(reviewer=user, closed_at__isnull=True).first()


def left_behind(user: User) -> ReviewQuerySet:
    """Reviews that somebody has begun of plans that they may not see any more.

    Their time as a stand-in is over, or they review another region now. Nobody else ever reads
    these words, and they hold nothing up: they are there to be copied, and thrown away.
    """
    return _begun(user).exclude(plan__in=visible_plans(user))


def has_left_words(user: User) -> bool:
    """Whether there are words of somebody's, in a review that they have begun or in a box, beside
    plans that they may not see any more. One query, and another one where they have begun any."""
    begun = _begun(user).order_by().values_list("plan", flat=True)
    typed = Draft.objects.filter(user=user).order_by().values_list("plan", flat=True)
    plans = list(begun.union(typed))
    return bool(plans) and visible_plans(user).filter(pk__in=plans).count() < len(plans)


def _begun(user: User) -> ReviewQuerySet:
    return Review.objects.filter(reviewer=user, closed_at__isnull=True)


def joins_review(user: User, plan: Plan) -> bool:
    """Whether what this person says becomes part of their review, for the lab to see at the end.

    While the plan waits for reviewers; later too, as long as they have not sent what they began.
    """
    return may_resolve(user, plan) and (
        plan.state == State.SUBMITTED or pending_review(plan, user) is not None
    )


def decisions(user: User, plan: Plan) -> list[Decision]:
    """How this person may end a review of this plan now: the acts' own questions, and comments."""
    acts = [
        decision
        for decision, act in ACTS.items()
        if plan.state == State.SUBMITTED and role_for(user, plan, act)
    ]
    may_comment = plan.state in HANDED_IN and joins_review(user, plan)
    return [*acts, Decision.COMMENTED] if may_comment else acts


class Answered(NamedTuple):
    """What a review that was sent says about one criterion."""

    review: Review
    mark: str
    word: str


def answered_last(sent: Iterable[Review]) -> dict[int, Answered]:
    """What somebody answered last about each criterion, by its number.

    ``sent`` are their reviews of one plan that were sent, newest first, with what they say
    (``to_read``). What was never sent was never answered: it does not count.
    """
    found: dict[int, Answered] = {}
    for review in sent:
        for one in cast("Any", review).said:
            found.setdefault(one["criterion"], Answered(review, one["mark"], one["word"]))
    return found


def begin(plan: Plan, *, actor: User) -> Review:
    """The actor's pending review of a locked plan; begun, and the plan taken on, if need be.

    It is of the version that was handed in last when something was last added to it. Raises
    WrongState where none is begun and the plan does not wait for reviewers.
    """
    latest = _latest(plan)
    review = pending_review(plan, actor)
    if review is None:
        if plan.state != State.SUBMITTED:
            raise WrongState(
                _("“%(title)s” is %(state)s now, so there is nothing to review at the moment.")
                % {"title": plan, "state": plan.get_state_display()}
            )
        review = plan.reviews.create(reviewer=actor, version=latest, opened_at=clock.now())
    elif plan.state == State.SUBMITTED and review.version != latest:
        review.version = latest
        review.save(update_fields=["version"])
    if plan.state == State.SUBMITTED and plan.claimed_by_id is None:
        plan.claimed_by = actor
        plan.save(update_fields=["claimed_by"])
    return review


@transaction.atomic
def keep(
    plan: Plan, *, actor: User, summary: str, marks: Mapping[Criterion, tuple[str, str]]
) -> Review | None:
    """Keep the summary and marks of a review as they are so far; nobody else sees them.

    ``marks`` gives for each criterion of the cycle the mark and a word, either of which may still
    be empty. Answers None where nothing is left of the review, or nothing was begun. Raises
    PermissionDenied, and WrongState as :func:`begin` does.
    """
    plan = workflow.locked(plan, actor=actor)
    require(may_resolve(actor, plan))
    if pending_review(plan, actor) is None and not _says_something(summary, marks):
        return None
    review = begin(plan, actor=actor)
    _write(review, summary, marks)
    return None if drop_if_empty(plan, review) else review


@transaction.atomic
def send(
    plan: Plan,
    decision: str,
    *,
    actor: User,
    summary: str | None = None,
    marks: Mapping[Criterion, tuple[str, str]] | None = None,
) -> Review:
    """End the actor's review: its comments, marks and summary are seen from now on, as one event.

    ``summary`` and ``marks`` are as kept so far where none are given. A decision moves the plan as
    well (:func:`workflow.move`, whose refusals it raises; nothing is sent then). Raises
    PermissionDenied; WordsNeeded for comments without any, where also the marks are those of the
    last review; Invalid for a word about a criterion
    without a mark, by ``mark_<criterion>``; WrongState where there is nothing to review, or the
    lab has taken the plan back.
    """
    decision = Decision(decision)
    plan = workflow.locked(plan, actor=actor)
    require(may_resolve(actor, plan))
    if decision in ACTS:
        workflow.role_now(plan, ACTS[decision], actor=actor)
    review = begin(plan, actor=actor)
    _write(review, (review.summary if summary is None else summary).strip(), marks or {})
    _refuse_unmarked(review)
    if decision in ACTS:
        workflow.move(plan, ACTS[decision], actor=actor, note=review.summary)
        review.refresh_from_db()
        return review
    if plan.state not in HANDED_IN:
        raise WrongState(
            _("The lab has taken this plan back. Your review stays here until it is handed in.")
        )
    if not review.says_something or _only_repeats(review):
        raise WordsNeeded(_("Write a comment or a summary first."))
    review.version = _latest(plan)
    review.decision, review.closed_at = Decision.COMMENTED, clock.now()
    review.save(update_fields=["version", "decision", "closed_at"])
    event = record_by_reviewers(
        plan,
        EventKind.REVIEWED,
        actor=actor,
        note=review.summary,
        review=review,
        version=review.version,
    )
    notifications.tell(event, review.comments.all())
    return review


def record_by_reviewers(plan: Plan, kind: EventKind, *, actor: User, **told: Any) -> Event:
    """Write into the history what a reviewer did, or an administrator on their behalf."""
    is_own = Role.REVIEWER in roles_on(actor, plan)
    return history.record(
        kind,
        actor=actor,
        acted_as=Role.REVIEWER if is_own else Role.ADMINISTRATOR,
        on_behalf_of="" if is_own else Role.REVIEWER,
        lab=plan.lab,
        cycle=plan.cycle,
        plan=plan,
        **told,
    )


@transaction.atomic
def discard(plan: Plan, *, actor: User) -> None:
    """Throw a pending review away, with all its comments. There is no way back."""
    plan = workflow.locked(plan)
    review = pending_review(plan, actor)
    if review is not None:
        _drop(plan, review)


def drop_if_empty(plan: Plan, review: Review) -> bool:
    """Forget a pending review of a locked plan in which nothing is left; answer whether so."""
    if review.says_something:
        return False
    _drop(plan, review)
    return True


def _drop(plan: Plan, review: Review) -> None:
    """Delete a review, and let go of the plan where it was taken on by beginning it."""
    reviewer = review.reviewer_id
    review.delete()
    taken_on_by_an_act = plan.events.filter(kind__in=(EventKind.CLAIMED, EventKind.HANDED_OVER))
    if (
        plan.claimed_by_id == reviewer
        and not plan.reviews.filter(reviewer=reviewer).exists()
        and not taken_on_by_an_act.exists()
    ):
        plan.claimed_by = None
        plan.save(update_fields=["claimed_by"])


def _says_something(summary: str, marks: Mapping[Criterion, tuple[str, str]]) -> bool:
    return bool(summary.strip()) or any(mark or word.strip() for mark, word in marks.values())


def _write(review: Review, summary: str, marks: Mapping[Criterion, tuple[str, str]]) -> None:
    review.summary = summary
    review.save(update_fields=["summary"])
    for criterion, (mark, word) in marks.items():
        if mark or word.strip():
            review.marks.update_or_create(
                criterion=criterion,
                defaults={"text": criterion.text, "mark": mark, "word": word.strip()},
            )
        else:
            review.marks.filter(criterion=criterion).delete()


def _refuse_unmarked(review: Review) -> None:
    """Leave out what is no criterion any more; refuse words that come without a mark."""
    review.marks.filter(criterion__isnull=True).delete()
    unmarked = review.marks.filter(mark="").values_list("criterion", flat=True)
    if unmarked:
        sentence = _("Say how far the plan meets this, or take your words away.")
        raise Invalid(
            _("You wrote about a criterion without saying how far the plan meets it."),
            {f"mark_{criterion}": sentence for criterion in unmarked},
        )


def _only_repeats(review: Review) -> bool:
    """Whether there is nothing in a pending review but what its reviewer answered last."""
    if review.summary or review.comments.exists():
        return False
    own = review.plan.reviews.filter(reviewer=review.reviewer_id, closed_at__isnull=False)
    last = {key: (one.mark, one.word) for key, one in answered_last(own.to_read()).items()}
    marks = review.marks.values_list("criterion", "mark", "word")
    return all(last.get(key) == (mark, word) for key, mark, word in marks)


def _latest(plan: Plan) -> Version | None:
    return plan.versions.order_by("-number").first()
