"""What is said of a plan, as one reader may see it: threads, reviews, and what they have begun."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.urls import reverse

from plans.anchors import Anchor
from plans.models import ThreadStatus
from plans.permissions import may_open_thread, may_resolve, visible_threads
from plans.reviewing import DECLINE, NEW, REPLY
from plans.sections import SECTION_OF
from plans.states import HANDED_IN, State

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from accounts.models import User
    from plans.document import PlanDocument
    from plans.models import Comment, Plan, Review, Thread

TOGETHER = frozenset({"title"})
"""Sections whose short answers stand together, and whose threads therefore do so too."""

REVIEWS_READ = 20
"""How many reviews a page knows of; of a plan with more, the history has the older ones."""


MOST_COMMENTS = 40
"""How many comments a page shows in full; the other threads are a line each, to be opened."""

_FIRST = (ThreadStatus.OPEN, ThreadStatus.ADDRESSED, ThreadStatus.RESOLVED)


class Said(NamedTuple):
    """A comment with the thread it stands in."""

    thread: Thread
    comment: Comment


@dataclass(frozen=True)
class Unfinished:
    """What somebody has typed in a box and not sent: about which place, and where to go on."""

    at: str
    text: str
    kept_at: dt.datetime
    anchor: Anchor
    address: str


@dataclass(frozen=True)
class Talk:
    """The threads of a plan, each where it stands on the page, and the reviews they came with."""

    document: PlanDocument
    threads: list[Thread]
    new_thread: str
    """Where to open another one; empty for who may not."""
    joins: bool = False
    """Whether what this reader says joins their review, and is sent with it."""
    reviews: list[Review] = field(default_factory=list)
    """Newest first; this reader's pending one before all."""
    typed: list[dict[str, Any]] = field(default_factory=list)
    """What this reader has typed and not sent (``models.draft.typed_by``)."""
    gone: frozenset[str] = frozenset()
    """The places of removed rows that the page shows all the same, with what changed."""

    @property
    def may_open(self) -> bool:
        """Whether this reader may open another one."""
        return bool(self.new_thread)

    def host(self, place: str) -> str:
        """Where on the page a thread on ``place`` is shown: there, or at its section.

        Short facts share one margin, and so do the answers of a row; a row that was removed has
        none of its own any more, unless the page shows it among what changed.
        """
        section = place.partition(".")[0].partition("/")[0]
        if section in TOGETHER:
            return section
        if "/" in place:
            row = "/".join(place.split("/")[:2])
            is_shown = row in self.gone or self.document.find_row(Anchor.parse(place)) is not None
            return row if is_shown else SECTION_OF[section]
        return place

    @cached_property
    def _hosted(self) -> dict[str, list[Thread]]:
        hosted: dict[str, list[Thread]] = {}
        for thread in self.threads:
            hosted.setdefault(self.host(thread.place), []).append(thread)
        return hosted

    def at(self, place: str) -> list[Thread]:
        """The threads to show at a place, in the order in which they were opened."""
        return self._hosted.get(place, [])

    @cached_property
    def pointing(self) -> dict[str, list[Thread]]:
        """The threads that point at some words, by the answer these stand in; not the resolved."""
        found: dict[str, list[Thread]] = {}
        for thread in self.threads:
            if thread.phrase and thread.status != ThreadStatus.RESOLVED:
                found.setdefault(thread.place, []).append(thread)
        return found

    # -- counts: of what everybody sees whom it concerns; all speak of the same number -------------

    def open_in(self, section: str) -> int:
        """How many are open in a section, its answers and rows included."""
        return sum(thread.anchor.section == section for thread in self._open)

    def open_at(self, place: str) -> int:
        """How many are open at a place of the page."""
        return sum(_counts(thread) for thread in self.at(place))

    @property
    def open(self) -> int:
        """How many are open in all."""
        return len(self._open)

    @property
    def must_fix(self) -> int:
        """How many of them hold up the approval."""
        return sum(thread.must_fix for thread in self._open)

    @property
    def addressed(self) -> int:
        """How many the lab has answered and the reviewer not yet resolved."""
        return self._number_of(ThreadStatus.ADDRESSED)

    @property
    def resolved(self) -> int:
        """How many the reviewers are content with."""
        return self._number_of(ThreadStatus.RESOLVED)

    def _number_of(self, status: ThreadStatus) -> int:
        return sum(thread.status == status and not thread.for_reviewers for thread in self.threads)

    @cached_property
    def _open(self) -> list[Thread]:
        return [thread for thread in self.threads if _counts(thread)]

    @property
    def holding_up(self) -> list[Thread]:
        """The open threads that hold up an approval by this reader, their pending ones included."""
        return [
            thread
            for thread in self.threads
            if thread.status == ThreadStatus.OPEN and thread.must_fix and not thread.for_reviewers
        ]

    # -- reviews -----------------------------------------------------------------------------------

    @property
    def mine(self) -> Review | None:
        """The review that this reader has begun and not sent."""
        return next((review for review in self.reviews if review.is_pending), None)

    @property
    def pending(self) -> list[Said]:
        """The comments in it."""
        return self.said_in(self.mine) if self.mine else []

    @property
    def sent(self) -> list[Review]:
        """The reviews that are sent."""
        return [review for review in self.reviews if not review.is_pending]

    def standing(self, plan: Plan) -> list[Review]:
        """The reviews of the plan as it was handed in last, newest first; none of a draft."""
        if plan.state not in HANDED_IN or not self.sent:
            return []
        if plan.state == State.SUBMITTED:
            return [one for one in self.sent if one.closed_at and one.closed_at >= plan.state_since]
        return [one for one in self.sent if one.version_id == self.sent[0].version_id]

    def said_in(self, review: Review) -> list[Said]:
        """The comments that belong to a review, in the order of their threads."""
        return self._by_review.get(review.pk, [])

    @cached_property
    def _by_review(self) -> dict[int, list[Said]]:
        found: dict[int, list[Said]] = {}
        for thread in self.threads:
            for comment in thread.comments.all():
                if comment.review_id is not None and comment.deleted_at is None:
                    found.setdefault(comment.review_id, []).append(Said(thread, comment))
        return found

    # -- what is half typed ------------------------------------------------------------------------

    def unfinished(self, plan: Plan) -> list[Unfinished]:
        """Everything this reader has typed and not sent, oldest first."""
        threads = {str(thread.pk): thread for thread in self.threads}
        return [_unfinished(plan, one, threads) for one in self.typed]


def typed_at(plan: Plan, box: str) -> str:
    """What the reader for whom ``plan_to_read`` read a plan has typed into a box and not sent."""
    return kept_at(plan, box)[0]


def kept_at(plan: Plan, box: str) -> tuple[str, dict[str, str]]:
    """The same, with what stands beside it in the form of a new thread."""
    typed: list[dict[str, Any]] = cast("Any", plan).typed
    return next(((one["text"], one["rest"]) for one in typed if one["at"] == box), ("", {}))


def fold(threads: Iterable[Thread], typed: Container[str] = ()) -> list[Thread]:
    """The same threads, those for which a page has no room marked as ``is_brief``.

    There is room for :data:`MOST_COMMENTS`: first where the reader has something to send
    (``typed`` are the boxes of which they have not sent what is in them), then what is open, what
    is addressed, what is resolved; of each what was said last.
    """
    threads, room = list(threads), MOST_COMMENTS
    for thread in sorted(threads, key=lambda one: _rank(one, typed)):
        number = len(thread.comments.all())
        thread.is_brief = number > room
        if thread.is_brief:
            room = 0  # nothing older is shown in full where something newer is not
        room -= number
    return threads


def _rank(thread: Thread, typed: Container[str]) -> tuple[bool, int, float]:
    comments = thread.comments.all()
    boxes = (f"{REPLY}{thread.pk}", f"{DECLINE}{thread.pk}")
    is_begun = any(box in typed for box in boxes) or any(one.is_pending for one in comments)
    latest = max((one.sent_at.timestamp() for one in comments), default=0.0)
    return not is_begun, _FIRST.index(ThreadStatus(thread.status)), -latest


def _counts(thread: Thread) -> bool:
    """Whether it is open for everybody: a note between reviewers asks the lab for nothing."""
    return thread.status == ThreadStatus.OPEN and not thread.for_reviewers and not thread.is_pending


def _unfinished(plan: Plan, one: dict[str, Any], threads: dict[str, Thread]) -> Unfinished:
    at: str = one["at"]
    which = at.partition(":")[2]
    anchor, address = Anchor(), plan.get_absolute_url()
    if at.startswith(NEW):
        anchor = Anchor.parse(which)
        address = f"{reverse('thread_new', args=(plan.pk,))}?on={which}"
    elif at.startswith((REPLY, DECLINE)):
        if which in threads:
            anchor = threads[which].anchor
        address += f"#thread-{which}"
    else:
        address = reverse("comment_edit", args=(which,))
    kept_at = dt.datetime.fromisoformat(one["kept_at"])
    rest: dict[str, str] = one["rest"]
    text = one["text"] or rest.get("instead") or rest.get("words", "")
    return Unfinished(at, text, kept_at, anchor, address)


def talk_on(user: User, plan: Plan) -> Talk:
    """What this person may read of what is said of a plan they talk about, in three queries.

    The plan is one that ``plan_to_read`` has read for this person.
    """
    typed: list[dict[str, str]] = cast("Any", plan).typed
    threads = fold(visible_threads(user, plan).with_comments(user), {one["at"] for one in typed})
    reviews = list(plan.reviews.seen_by(user).to_read()[:REVIEWS_READ])
    reviewing = may_resolve(user, plan)
    begun = any(review.is_pending for review in reviews)
    return Talk(
        document=plan.document,
        threads=threads,
        new_thread=reverse("thread_new", args=(plan.pk,)) if may_open_thread(user, plan) else "",
        joins=reviewing and (begun or plan.state == State.SUBMITTED),
        reviews=reviews,
        typed=typed,
    )
