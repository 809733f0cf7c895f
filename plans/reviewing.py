"""Threads: opening, answering, addressing, resolving. Each act atomic, the plan's row locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from plans import clock, history, notifications
from plans.anchors import Anchor
from plans.errors import Invalid, PlanError, WordsNeeded
from plans.models import Comment, EventKind, Plan, Thread, ThreadStatus
from plans.permissions import (
    may_address,
    may_open_thread,
    may_reply,
    may_resolve,
    require,
    roles_on,
)
from plans.states import Role, State
from plans.workflow import locked

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import User


@transaction.atomic
def open_thread(plan: Plan, place: str, text: str, *, actor: User, must_fix: bool = True) -> Thread:
    """Begin a thread on a place of the plan (an anchor's text form), quoting the words there.

    On a submitted plan this also begins the actor's review and takes the plan on, if nobody has.
    Raises PermissionDenied, WordsNeeded for an empty text, and Invalid for a place that is not in
    the plan (any more).
    """
    plan = locked(plan)
    require(may_resolve(actor, plan))
    if not may_open_thread(actor, plan):
        raise PlanError(_("The lab has this plan now; open threads once it is handed in again."))
    text = _words(text)
    anchor, quote = _find(plan, place)
    if plan.state == State.SUBMITTED:
        _take_on(plan, actor)
    thread = Thread.objects.create(
        plan=plan,
        place=str(anchor),
        quote=quote,
        must_fix=must_fix,
        opened_by=actor,
        opened_at=clock.now(),
    )
    _say(thread, text, actor)
    _tell(thread, EventKind.THREAD_OPENED, text, actor)
    return thread


@transaction.atomic
def reply(thread: Thread, text: str, *, actor: User) -> Comment:
    """Answer in a thread. Raises PermissionDenied, and WordsNeeded for an empty text."""
    thread = _locked_thread(thread)
    require(may_reply(actor, thread.plan))
    text = _words(text)
    comment = _say(thread, text, actor)
    _tell(thread, EventKind.REPLIED, text, actor)
    return comment


def address(thread: Thread, *, actor: User, text: str = "") -> Thread:
    """The lab says that what a thread asks for is done, with a word on how if it likes."""
    return _step(thread, EventKind.ADDRESSED, ThreadStatus.ADDRESSED, may_address, actor, text)


def resolve(thread: Thread, *, actor: User, text: str = "") -> Thread:
    """The reviewer is content."""
    return _step(thread, EventKind.RESOLVED, ThreadStatus.RESOLVED, may_resolve, actor, text)


def reopen(thread: Thread, *, actor: User, text: str = "") -> Thread:
    """The reviewer is not content after all."""
    return _step(thread, EventKind.REOPENED, ThreadStatus.OPEN, may_resolve, actor, text)


STEPS: dict[str, Callable[..., Thread]] = {
    "address": address,
    "resolve": resolve,
    "reopen": reopen,
}


def steps(user: User, thread: Thread) -> list[str]:
    """The steps to offer on a thread: the same questions the acts ask."""
    answer = []
    if thread.status == ThreadStatus.OPEN and may_address(user, thread.plan):
        answer.append("address")
    if may_resolve(user, thread.plan):
        answer.append("reopen" if thread.status == ThreadStatus.RESOLVED else "resolve")
        if thread.status == ThreadStatus.ADDRESSED:
            answer.append("reopen")
    return answer


_FROM: dict[EventKind, frozenset[ThreadStatus]] = {
    EventKind.ADDRESSED: frozenset({ThreadStatus.OPEN}),
    EventKind.RESOLVED: frozenset({ThreadStatus.OPEN, ThreadStatus.ADDRESSED}),
    EventKind.REOPENED: frozenset({ThreadStatus.ADDRESSED, ThreadStatus.RESOLVED}),
}


@transaction.atomic
def _step(
    thread: Thread,
    kind: EventKind,
    status: ThreadStatus,
    may: Callable[[User, Plan], bool],
    actor: User,
    text: str,
) -> Thread:
    thread = _locked_thread(thread)
    require(may(actor, thread.plan))
    if thread.status == status:
        return thread  # pressed twice: what was wanted is so
    if thread.status not in _FROM[kind]:
        raise PlanError(
            _("This thread is %(status)s now.") % {"status": thread.get_status_display()}
        )
    thread.status = status
    thread.save(update_fields=["status"])
    text = text.strip()
    if text:
        _say(thread, text, actor)
    _tell(thread, kind, text, actor)
    return thread


def _locked_thread(thread: Thread) -> Thread:
    """The thread as it is now; the plan is locked first, as everywhere."""
    plan = locked(Plan(pk=thread.plan_id))
    thread = Thread.objects.get(pk=thread.pk)
    thread.plan = plan
    return thread


def _find(plan: Plan, place: str) -> tuple[Anchor, str]:
    gone = Invalid(_("That part of the plan is not there any more. Look at the plan again."))
    try:
        anchor = Anchor.parse(place)
    except ValueError:
        raise gone from None
    document = Plan.objects.with_document().get(pk=plan.pk).document
    if anchor.group and document.find_row(anchor) is None:
        raise gone
    return anchor, document.text_at(anchor)


def _take_on(plan: Plan, actor: User) -> None:
    plan.reviews.get_or_create(
        reviewer=actor,
        closed_at=None,
        defaults={
            "version": plan.versions.order_by("-number").first(),
            "opened_at": clock.now(),
        },
    )
    if plan.claimed_by_id is None:
        plan.claimed_by = actor
        plan.save(update_fields=["claimed_by"])


def _words(text: str) -> str:
    text = text.strip()
    if not text:
        raise WordsNeeded(_("Write something first."))
    return text


def _say(thread: Thread, text: str, actor: User) -> Comment:
    return thread.comments.create(author=actor, text=text, written_at=clock.now())


def _tell(thread: Thread, kind: EventKind, text: str, actor: User) -> None:
    roles = roles_on(actor, thread.plan)
    role = next((r for r in (Role.MEMBER, Role.REVIEWER) if r in roles), Role.ADMINISTRATOR)
    event = history.record(
        kind,
        actor=actor,
        acted_as=role,
        lab=thread.plan.lab,
        cycle=thread.plan.cycle,
        plan=thread.plan,
        thread=thread,
        note=text,
    )
    notifications.tell(event)
