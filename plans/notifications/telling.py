"""Who is told of what, and how: rows of the outbox, written in the transaction of the event."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from accounts.models import Absence, Membership, User
from accounts.roles import reviewing_in
from plans import clock
from plans.models import Comment, Delivery, EventKind, Mute, Notification, Preference
from plans.notifications.sending import send_waiting
from plans.notifications.topics import topic_of
from plans.permissions import people_on
from plans.states import HANDED_IN, PUBLIC, State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from accounts.models import Lab
    from plans.models import Event, Plan

BURST = dt.timedelta(minutes=2)
"""How long a mail waits for what else may happen, so that a burst is one mail."""

MORNING = dt.time(hour=7)
"""When somebody's daily mail is sent, by their own clock."""

TO_LAB = frozenset(
    {
        EventKind.SUBMIT,
        EventKind.RECALL,
        EventKind.REQUEST_CHANGES,
        EventKind.APPROVE,
        EventKind.REOPEN,
        EventKind.WITHDRAW,
        EventKind.RESTORE,
        EventKind.THREAD_OPENED,
        EventKind.REPLIED,
        EventKind.ADDRESSED,
        EventKind.RESOLVED,
        EventKind.REOPENED,
        EventKind.EXTENDED,
        EventKind.REVIEWED,
        EventKind.SUGGESTION_APPLIED,
        EventKind.SUGGESTION_DECLINED,
        EventKind.NUDGED,
        EventKind.TERM_REFUSED,
        EventKind.TERM_TAKEN,
        EventKind.TERM_MERGED,
    }
)
TO_REVIEWERS = frozenset(
    {
        EventKind.SUBMIT,
        EventKind.RECALL,
        EventKind.WITHDRAW,
        EventKind.APPROVE,
        EventKind.REQUEST_CHANGES,
        EventKind.REPLIED,
        EventKind.ADDRESSED,
        EventKind.REVIEWED,
        EventKind.SUGGESTION_APPLIED,
        EventKind.SUGGESTION_DECLINED,
        EventKind.CLAIMED,
        EventKind.HANDED_OVER,
        EventKind.REMINDED,
        EventKind.OVERDUE,
    }
)


def tell(event: Event, comments: Iterable[Comment] = ()) -> None:
    """Write a row for everybody the event concerns, and ask the worker to send after commit.

    ``comments`` are those that are read with it for the first time: who is named in them is told
    in any case. Everybody finds it in their inbox; whether and when it is mailed is their choice.
    Who has muted the plan or the thread has it there as read.
    """
    people = {person.pk: person for person in recipients(event)}
    named = _named(event, comments)
    people |= named
    if not people:
        return
    of_lab = set(
        Membership.objects.filter(lab=event.lab_id, user__in=people).values_list("user", flat=True)
    )
    chosen = {
        (row.user_id, row.topic): row.delivery for row in Preference.objects.filter(user__in=people)
    }
    muted = _muted_by(event, set(people))
    rows, moment = [], clock.now()
    for key, person in sorted(people.items()):
        topic = topic_of(event, of_lab=key in of_lab, named=key in named)
        delivery = Delivery(chosen.get((key, topic), Delivery.AT_ONCE))
        is_muted = key in muted and key not in named
        rows.append(
            Notification(
                event=event,
                recipient=person,
                is_mention=key in named,
                by_mail=delivery != Delivery.NEVER and not is_muted,
                read_at=moment if is_muted else None,
                created_at=moment,
                due_at=due(delivery, person, moment),
            )
        )
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    for at in sorted({row.due_at for row in rows if row.by_mail}):
        transaction.on_commit(lambda at=at: send_waiting.using(run_after=at).enqueue())  # type: ignore[misc]


def _named(event: Event, comments: Iterable[Comment]) -> dict[int, User]:
    """Who is named in these comments and can see, as things stand now, what stands there."""
    keys = [one.pk for one in comments]
    if not keys or event.plan is None:
        return {}
    is_note = event.thread is not None and event.thread.for_reviewers
    named = Comment.mentions.through.objects.filter(comment__in=keys).exclude(user=event.actor)
    people = people_on(event.plan, reviewers_only=is_note)
    return {one.pk: one for one in people.filter(pk__in=named.values("user"))}


def due(delivery: Delivery, person: User, moment: dt.datetime) -> dt.datetime:
    """When a mail is sent: after the pause for bursts, or in the person's next morning."""
    if delivery != Delivery.DAILY:
        return moment + BURST
    there = moment.astimezone(person.zone)
    morning = dt.datetime.combine(there.date(), MORNING, tzinfo=person.zone)
    if morning <= there:
        morning = dt.datetime.combine(
            there.date() + dt.timedelta(days=1), MORNING, tzinfo=person.zone
        )
    return morning.astimezone(dt.UTC)


def _muted_by(event: Event, people: set[int]) -> set[int]:
    about = Q(plan=event.plan) if event.plan else Q(pk__in=())
    if event.thread:
        about |= Q(thread=event.thread)
    return set(Mute.objects.filter(about, user__in=people).values_list("user", flat=True))


def recipients(event: Event) -> QuerySet[User]:
    """Whom an event concerns, never the one who did it.

    The lab's people hear of everything about their plans once it is more than a draft. On the
    other side it is whoever has taken the plan on, and the region's reviewers while none of them
    has; a plan that leaves a draft state without having been handed in is none of theirs.
    """
    concerned = Q(pk__in=())
    if event.thread and event.thread.for_reviewers and event.plan:
        others = people_on(event.plan, reviewers_only=True)
        others = others.filter(reviewing_in(event.lab.region_id))
        return others.exclude(pk=event.actor_id or 0)
    if event.kind in TO_LAB:
        concerned |= Q(memberships__lab=event.lab_id)
    if event.kind in TO_REVIEWERS and event.plan and _is_theirs(event, event.plan):
        concerned |= _on_the_other_side(event.lab, event.plan)
    return User.objects.filter(concerned, is_active=True).exclude(pk=event.actor_id or 0).distinct()


def _on_the_other_side(lab: Lab, plan: Plan) -> Q:
    """Who took the plan on; everybody else who could, where that is no reviewer of the region now.

    An administrator who stepped in, or a reviewer who has left, does not keep it from the others.
    Who stands in for a reviewer now hears what the reviewer hears.
    """
    taken_on = Q(pk=plan.claimed_by_id)
    of_region = reviewing_in(lab.region_id) & ~Q(memberships__lab=lab)
    if User.objects.filter(taken_on & of_region, is_active=True).exists():
        away = Absence.objects.now().filter(
            reviewer__user=plan.claimed_by_id, reviewer__region=lab.region_id
        )
        return taken_on | (Q(pk__in=away.values("stand_in")) & of_region)
    return taken_on | of_region


def _is_theirs(event: Event, plan: Plan) -> bool:
    """Whether the other side knows of it: not of a draft, and not of what a lab says of one."""
    if event.kind == EventKind.WITHDRAW:
        return event.from_state != State.DRAFT
    return event.thread is None or plan.state in HANDED_IN | PUBLIC
