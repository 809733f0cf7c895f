"""What a lab was asked to change, and how far each of it is: rules that answer and never write.

A thread that must be fixed stands on the list from the review that asked for it until a reviewer
resolves it. *Untouched* is what nobody of the lab has answered or marked as addressed, and where
the text is still the one that the reviewer read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from plans import phrases
from plans.diff import changes
from plans.models import Decision, Review, ThreadStatus
from plans.permissions import visible_threads
from plans.states import EDITABLE, State

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from accounts.models import User
    from plans.anchors import Anchor
    from plans.diff import Changes
    from plans.document import PlanDocument
    from plans.models import Comment, Plan, Thread

MOST_SHOWN = 50
"""So many wishes are listed on a page."""


class Standing(TextChoices):
    """How far a wish is."""

    UNTOUCHED = "untouched", _("untouched")
    CHANGED = "changed", _("the text is changed, no answer yet")
    ANSWERED = "answered", _("answered")
    ADDRESSED = "addressed", _("addressed")


@dataclass(frozen=True)
class Wish:
    """Something that must be fixed: its thread, how far it is, and what the lab said to it."""

    thread: Thread
    standing: Standing
    answers: list[Comment]

    @property
    def is_untouched(self) -> bool:
        """Whether nothing at all was done about it."""
        return self.standing == Standing.UNTOUCHED

    @property
    def asked(self) -> Comment | None:
        """The words it began with; None where they were deleted."""
        return next((one for one in self.thread.comments.all() if not one.deleted_at), None)


@dataclass(frozen=True)
class Checklist:
    """All wishes of a plan, in the order in which they were opened."""

    wishes: list[Wish]

    def __bool__(self) -> bool:
        return bool(self.wishes)

    def __len__(self) -> int:
        return len(self.wishes)

    @property
    def shown(self) -> list[Wish]:
        """As many as a page lists; every one of them stands beside the text anyway."""
        return self.wishes[:MOST_SHOWN]

    @property
    def left_out(self) -> int:
        """How many more there are."""
        return max(len(self.wishes) - MOST_SHOWN, 0)

    @property
    def untouched(self) -> list[Wish]:
        """Those about which nothing was done."""
        return [wish for wish in self.wishes if wish.is_untouched]

    @property
    def done(self) -> int:
        """How many the lab has answered or addressed."""
        finished = (Standing.ANSWERED, Standing.ADDRESSED)
        return sum(wish.standing in finished for wish in self.wishes)


def asking_review(reviews: Iterable[Review]) -> Review | None:
    """The newest review of these, newest first, that decided: what the lab answers since then."""
    return next(
        (one for one in reviews if one.closed_at and one.decision != Decision.COMMENTED), None
    )


def is_asked(plan: Plan) -> bool:
    """Whether there is a list at all: while the lab writes, and while its answers are read."""
    return plan.state in EDITABLE or plan.state == State.SUBMITTED


def checklist(
    plan: Plan, threads: Iterable[Thread], review: Review | None, before: PlanDocument | None
) -> Checklist:
    """How far each wish of a plan is.

    ``threads`` come with their comments (``with_comments``), ``before`` is what the plan said in
    the version that ``review`` read (:func:`asking_review`). Of a plan that waits for reviewers
    only what the lab knew of before it handed in is on the list.
    """
    if not is_asked(plan):
        return Checklist([])
    found = changes(before, plan.document) if before is not None else None
    handed_in = plan.state_since if plan.state == State.SUBMITTED else None
    return Checklist(
        [
            _wish(plan, thread, review, found)
            for thread in threads
            if _is_wish(thread) and (handed_in is None or sent_at(thread) < handed_in)
        ]
    )


def checklist_of(plan: Plan, reader: User) -> Checklist:
    """The same, read from the database in at most three queries besides the plan's document."""
    if not is_asked(plan):
        return Checklist([])
    threads = list(visible_threads(reader, plan).with_comments(reader))
    if not any(_is_wish(thread) for thread in threads):
        return Checklist([])
    decided = plan.reviews.filter(closed_at__isnull=False).exclude(decision=Decision.COMMENTED)
    review = decided.select_related("version").order_by("-closed_at", "-pk").first()
    before = review.version.document if review and review.version else None
    return checklist(plan, threads, review, before)


def sent_at(thread: Thread) -> dt.datetime:
    """When the lab could first read it: with its review, or at once. Not for a pending one."""
    closed = thread.review.closed_at if thread.review else None
    return closed or thread.opened_at


def _is_wish(thread: Thread) -> bool:
    asks = thread.must_fix and not thread.for_reviewers and not thread.is_pending
    return asks and thread.status != ThreadStatus.RESOLVED


def _wish(plan: Plan, thread: Thread, review: Review | None, found: Changes | None) -> Wish:
    sent = sent_at(thread)
    asked_again = review is not None and review.closed_at is not None and sent <= review.closed_at
    is_addressed = thread.status == ThreadStatus.ADDRESSED
    # What was addressed and is not open again was answered for good, in whichever round.
    since = review.closed_at if review and asked_again and not is_addressed else sent
    answers = [
        comment
        for comment in thread.comments.all()
        if getattr(comment, "by_lab", False)
        and not comment.is_pending
        and comment.deleted_at is None
        and since is not None
        and comment.written_at >= since
    ]
    if is_addressed:
        standing = Standing.ADDRESSED
    elif answers:
        standing = Standing.ANSWERED
    elif thread.anchor.group and plan.document.find_row(thread.anchor) is None:
        standing = Standing.CHANGED  # in whichever round: a row that is gone cannot be touched
    elif _stands(plan, thread):
        standing = Standing.UNTOUCHED  # whatever changed elsewhere in the same answer
    elif found is not None and asked_again:
        touched = _touched(thread.anchor, found)
        standing = Standing.CHANGED if touched else Standing.UNTOUCHED
    else:
        differs = plan.document.text_at(thread.anchor) != thread.quote
        standing = Standing.CHANGED if differs else Standing.UNTOUCHED
    return Wish(thread, standing, answers)


def _stands(plan: Plan, thread: Thread) -> bool:
    """Whether the words that a thread points at still stand among the words they stood among."""
    passage = f"{thread.before}{thread.phrase}{thread.after}"
    text = plan.document.text_at(thread.anchor)
    return bool(thread.phrase) and bool(phrases.find_all(text, passage))


def _touched(anchor: Anchor, found: Changes) -> bool:
    """Whether anything changed at a place: there, in its row, in its section, in the plan."""
    if anchor.group:
        row = next((one for one in found.rows if one.id == anchor.row), None)
        if row is None or not anchor.field:
            return row is not None
        return row.after is None or any(one.name == anchor.field for one in row.fields)
    if anchor.field:
        return any(one.name == anchor.field for one in found.fields)
    if anchor.section:
        return any(section == anchor.section for section, _fields, _rows in found.by_section())
    return bool(found)
