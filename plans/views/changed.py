"""What changed, for the reading view: between which texts, and where on the page each change is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.db.models import OuterRef, Q, Subquery

from plans.checklist import Checklist, asking_review, checklist
from plans.diff import ADDED, KEPT, REMOVED, Changes, FieldChange, RowChange, changes
from plans.document import PlanDocument
from plans.models import Decision, Review
from plans.models.prepared import prepared
from plans.models.version import kept_versions
from plans.sections import SECTION_OF, SECTIONS
from plans.states import EDITABLE, State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.contrib.postgres.expressions import ArraySubquery
    from django.db.models.expressions import RawSQL

    from accounts.models import User
    from plans.models import Plan
    from plans.models.review import ReviewQuerySet
    from plans.views.talk import Talk

REVIEW, NOTHING, NOW = "review", "none", "now"
"""What an address can ask for besides the number of a version."""

MOVED = "moved"

FIRST = "challenge.summary"
"""It stands above the sections on the page."""

TOGETHER = {"title.longitude": "title.latitude"}
"""Answers that the page shows as one."""


@dataclass(frozen=True)
class Kept:
    """A version; what it says where the page needs it (:func:`wanted`)."""

    number: int
    made_at: dt.datetime
    hash: str
    content: Mapping[str, Any] | None = field(default=None, repr=False, compare=False)

    @cached_property
    def document(self) -> PlanDocument:
        """The plan as it was. Only of a version that was read in full."""
        return PlanDocument.model_validate(self.content)


@dataclass(frozen=True)
class Stop:
    """One change as the page shows it; they are counted from 1 in the order of the page."""

    number: int
    place: str
    section: str
    fields: tuple[FieldChange, ...] = ()
    row: RowChange | None = None

    @property
    def kind(self) -> str:
        """``added``, ``removed``, ``moved`` (and nothing else), or ``kept``: its words changed."""
        if self.row:
            return MOVED if self.row.kind == KEPT and not self.row.fields else self.row.kind
        if all(change.before in (None, "", ()) for change in self.fields):
            return ADDED
        return REMOVED if all(one.after in (None, "", ()) for one in self.fields) else KEPT


@dataclass(frozen=True)
class Marking:
    """A comparison of two texts of a plan, laid over the page that shows the later one."""

    since: Kept
    until: Kept | None
    """None for the plan as it is now."""
    changes: Changes
    is_review: bool = False
    """Whether it begins at the version that a review read: the reader's own, or the last one."""

    @cached_property
    def stops(self) -> list[Stop]:
        """Every change, in the order of the page."""
        found: list[tuple[str, str, tuple[FieldChange, ...], RowChange | None]] = []
        by_place = {change.place: change for change in self.changes.fields}
        if FIRST in by_place:
            found.append((FIRST, SECTION_OF["summary"], (by_place.pop(FIRST),), None))
        for section, fields, rows in self.changes.by_section():
            found += [(row.place, section, (), row) for row in rows]
            shown: dict[str, tuple[FieldChange, ...]] = {}
            for change in fields:
                place = TOGETHER.get(change.place, change.place)
                if change.place != FIRST:
                    shown[place] = (*shown.get(place, ()), change)
            found += [(place, section, changed, None) for place, changed in shown.items()]
        return [Stop(number, *one) for number, one in enumerate(found, start=1)]

    @cached_property
    def _by_place(self) -> dict[str, Stop]:
        return {stop.place: stop for stop in self.stops}

    @cached_property
    def _of_rows(self) -> dict[str, FieldChange]:
        return {
            f"{row.place}/{change.name}": change
            for row in self.changes.rows
            if row.kind == KEPT
            for change in row.fields
        }

    @cached_property
    def _of_plan(self) -> dict[str, FieldChange]:
        return {change.place: change for change in self.changes.fields}

    def at(self, place: str) -> Stop | None:
        """The change that the page shows at a place."""
        return self._by_place.get(place)

    def field(self, place: str) -> FieldChange | None:
        """How one answer changed, of the plan or of a row that is there before and after."""
        return self._of_plan.get(place) or self._of_rows.get(place)

    def removed(self, group: str) -> list[RowChange]:
        """The rows that are not there any more."""
        return [row for row in self.changes.rows if row.group == group and row.kind == REMOVED]

    @property
    def untouched(self) -> list[str]:
        """The sections in which nothing changed."""
        changed = {stop.section for stop in self.stops}
        return [section.key for section in SECTIONS if section.key not in changed]

    @property
    def goals(self) -> set[int]:
        """The goals that it speaks of."""
        change = self._of_plan.get("classification.sdgs")
        return {*change.before, *change.after} if change else set()


@dataclass(frozen=True)
class Choice:
    """What a reader can compare, and what they chose."""

    versions: list[Kept]
    review: Review | None
    """The last review of their own; of who has sent none, the last of any."""
    is_own: bool
    since: Kept | None = None
    until: Kept | None = None
    by_review: bool = False
    is_nonsense: bool = False
    """Whether the address asks for something that is not there."""


def wanted(asked: Mapping[str, str], user: User) -> RawSQL:
    """A plan's versions (``models.version.kept_versions``), in full those that the page needs.

    That is those an address names, that which the lab answers, and the one that this person's (or
    the last) review read.
    """
    words = [asked.get("since", ""), asked.get("until", "")]
    numbers = [int(one) for one in words if one.isascii() and one.isdecimal() and len(one) < 7]
    if "since" not in asked:
        return _on_return(user.pk, *numbers)
    return (_since_review if asked["since"] == REVIEW else _as_asked)(user.pk, *numbers)


@prepared("plans.Plan")
def _as_asked(_user: int, *numbers: int) -> ArraySubquery:
    return kept_versions(_answered(numbers))


@prepared("plans.Plan")
def _on_return(user: int, *numbers: int) -> ArraySubquery:
    own = Q(pk=_read_by(_sent().filter(reviewer=user)), plan__state=State.SUBMITTED)
    return kept_versions(_answered(numbers) | own)


@prepared("plans.Plan")
def _since_review(user: int, *numbers: int) -> ArraySubquery:
    own = Q(pk=_read_by(_sent().filter(reviewer=user)))
    return kept_versions(_answered(numbers) | own | Q(pk=_read_by(_sent())))


def _answered(numbers: Sequence[int]) -> Q:
    """Those with these numbers, and that which the lab was asked to change."""
    decided = _sent().exclude(decision=Decision.COMMENTED)
    answered_in = [*EDITABLE, State.SUBMITTED]
    return Q(number__in=numbers) | Q(plan__state__in=answered_in, pk=_read_by(decided))


def _sent() -> ReviewQuerySet:
    """The reviews of a version's plan that were sent, the last first."""
    sent = Review.objects.filter(plan=OuterRef("plan"), closed_at__isnull=False, version__gte=1)
    return sent.order_by("-closed_at", "-pk")


def _read_by(reviews: ReviewQuerySet) -> Subquery:
    return Subquery(reviews.values("version")[:1])


def versions_of(plan: Plan) -> list[Kept]:
    """The versions of a plan that ``plan_to_read`` has read, newest first."""
    kept: list[dict[str, Any]] = cast("Any", plan).kept
    return [
        Kept(
            one["number"],
            dt.datetime.fromisoformat(one["made_at"]),
            one["hash"],
            one["content"],
        )
        for one in kept
    ]


def chosen(asked: Mapping[str, str], user: User, plan: Plan, talk: Talk) -> Choice:
    """What an address asks for: ``?since=`` and ``?until=``, a number each, or a word.

    Unasked, who has sent a review before the plan was handed in last sees what changed since.
    """
    versions = versions_of(plan)
    by_number = {str(one.number): one for one in versions}
    own = next((one for one in talk.sent if one.reviewer_id == user.pk and one.version), None)
    review = own or next((one for one in talk.sent if one.version), None)
    choice = Choice(versions, review, is_own=own is not None)
    read = by_number.get(str(review.version.number)) if review and review.version else None
    since, until = asked.get("since"), asked.get("until", NOW)
    if since is None and until == NOW:
        came_back = own and own.closed_at and own.closed_at < plan.state_since
        if plan.state != State.SUBMITTED or not came_back:
            return choice
        since = REVIEW
    start = read if since == REVIEW else by_number.get(since or "")
    end = by_number.get(until)
    if start is None or (end is None and until not in (NOW, "")):
        is_until_known = end is not None or until in (NOW, "")
        return replace(choice, is_nonsense=since not in (NOTHING, "") or not is_until_known)
    if end and end.number < start.number:
        start, end = end, start
    if end and end == versions[0] and end.hash == plan.document.hash():
        end = None  # the latest version is what the plan says now
    return replace(choice, since=start, until=end, by_review=start == read)


def marking(choice: Choice, plan: Plan) -> Marking | None:
    """The comparison that was chosen."""
    if choice.since is None:
        return None
    after = choice.until.document if choice.until else plan.document
    found = changes(choice.since.document, after)
    return Marking(choice.since, choice.until, found, is_review=choice.by_review)


def wishes(plan: Plan, talk: Talk) -> Checklist:
    """What the lab was asked to change, of a plan that was read with what is :func:`wanted`."""
    review = asking_review(talk.sent)
    number = review.version.number if review and review.version else None
    read = next((one for one in versions_of(plan) if one.number == number), None)
    before = read.document if read and read.content is not None else None
    return checklist(plan, talk.threads, review, before)


class Approval(NamedTuple):
    """Of an approved plan: the version that was approved, and whether the plan still says that."""

    version: Kept
    differs: bool
    """Whether the lab's words or choices are others now: it must not look approved."""
    is_renamed: bool
    """Whether only names of terms, people or places are written differently."""


def approval_of(plan: Plan) -> Approval | None:
    """The approval of a plan that ``plan_to_read`` has read; None of one that is not approved.

    Asks the database only where the text is not the one that was approved.
    """
    number = cast("Any", plan).approved_number
    version = next((one for one in versions_of(plan) if one.number == number), None)
    if plan.state != State.APPROVED or version is None:
        return None
    if version.hash == plan.document.hash():
        return Approval(version, differs=False, is_renamed=False)
    approved = plan.versions.get(number=version.number).document
    differs = changes(approved, plan.document).of_words
    return Approval(version, differs=differs, is_renamed=not differs)
