"""Who is told of what. A row first, in the transaction of the event; the mail afterwards.

A worker sends (``manage.py db_worker``); what fails is tried again, and after
:data:`MOST_ATTEMPTS` given up, which the administration pages show.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from accounts.models import User
from plans import clock, limits
from plans.models import EventKind, Notification
from plans.permissions import visible_plans

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Lab
    from plans.models import Event, Plan

MOST_ATTEMPTS = 8
FIRST_PAUSE = dt.timedelta(minutes=1)
BATCH = 50

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
        EventKind.TERM_REFUSED,
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
    }
)

logger = logging.getLogger(__name__)


def tell(event: Event) -> None:
    """Write a row for everybody the event concerns, and ask the worker to send after commit."""
    people = recipients(event)
    Notification.objects.bulk_create(
        [Notification(event=event, recipient=person, created_at=clock.now()) for person in people],
        ignore_conflicts=True,
    )
    if people:
        transaction.on_commit(lambda: send_waiting.enqueue())


def recipients(event: Event) -> QuerySet[User]:
    """Whom an event concerns, never the one who did it.

    The lab's people hear of everything about their plans once it is more than a draft. On the
    other side it is whoever has taken the plan on, and the region's reviewers while none of them
    has; a plan that leaves a draft state without having been handed in is none of theirs.
    """
    concerned = Q(pk__in=())
    if event.kind in TO_LAB:
        concerned |= Q(memberships__lab=event.lab_id)
    if event.kind in TO_REVIEWERS and event.plan and _was_handed_in(event):
        concerned |= _on_the_other_side(event.lab, event.plan)
    return User.objects.filter(concerned, is_active=True).exclude(pk=event.actor_id).distinct()


def _on_the_other_side(lab: Lab, plan: Plan) -> Q:
    """Who took the plan on; everybody else who could, where that is no reviewer of the region now.

    An administrator who stepped in, or a reviewer who has left, does not keep it from the others.
    """
    taken_on = Q(pk=plan.claimed_by_id)
    of_region = Q(reviewer_of__region=lab.region_id)
    if User.objects.filter(taken_on & of_region, is_active=True).exists():
        return taken_on
    return taken_on | of_region


def _was_handed_in(event: Event) -> bool:
    return not (event.kind == EventKind.WITHDRAW and event.from_state == "draft")


@transaction.atomic
def send_again(notices: QuerySet[Notification]) -> int:
    """Try those of the rows that have not been sent from the beginning; answer how many they are.

    What has been sent stays sent: nobody is told twice.
    """
    waiting = notices.model._default_manager.filter(
        pk__in=list(notices.values_list("pk", flat=True)), sent_at__isnull=True
    ).update(attempts=0, due_at=clock.now())
    if waiting:
        transaction.on_commit(lambda: send_waiting.enqueue())
    return waiting


@task()
def send_waiting() -> None:
    """Send what is due in the outbox, oldest first, each row by one worker only."""
    while _send_batch():
        pass


def _send_batch() -> bool:
    """Send up to :data:`BATCH` rows; answer whether there may be more."""
    with transaction.atomic():
        due = list(
            Notification.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(sent_at__isnull=True, attempts__lt=MOST_ATTEMPTS, due_at__lte=timezone.now())
            .select_related("recipient", "event__plan", "event__lab", "event__cycle")
            .select_related("event__actor", "event__thread")
            .order_by("due_at", "pk")[:BATCH]
        )
        for notification in due:
            _send(notification)
    return len(due) == BATCH


def _send(notification: Notification) -> None:
    """Send one mail; when that fails, note it and try later, ever later. The others go on.

    SMTPException and a broken line are OSErrors; an address or a header that no mail can be made
    of is a ValueError.
    """
    notification.attempts += 1
    try:
        message(notification).send()
    except (OSError, ValueError) as problem:
        notification.last_error = str(problem)
        notification.due_at = timezone.now() + FIRST_PAUSE * 2**notification.attempts
        logger.warning("Mail for notification %s was not sent: %s", notification.pk, problem)
        if notification.attempts < MOST_ATTEMPTS:
            send_waiting.using(run_after=notification.due_at).enqueue()
    else:
        notification.sent_at = timezone.now()
        notification.last_error = ""
    notification.save(update_fields=["attempts", "sent_at", "due_at", "last_error"])


def message(notification: Notification) -> EmailMessage:
    """The e-mail for one row: what happened, in words, and where to read it."""
    event, recipient = notification.event, notification.recipient
    context = {
        "event": event,
        "plan": event.plan,
        "recipient": recipient,
        "deadline": limits.deadline(event.lab, event.cycle),
        "link": _link(event, recipient),
        "site_url": settings.SITE_URL,
    }
    subject = _("%(who)s %(what)s: %(title)s") % {
        "who": event.actor,
        "what": event.get_kind_display(),
        "title": event.plan or f"{event.lab}, {event.cycle}",
    }
    return EmailMessage(
        subject=" ".join(subject.split()),
        body=render_to_string("emails/event.txt", context),
        to=[recipient.email],
    )


def _link(event: Event, recipient: User) -> str:
    """Where to read more; the front page when the plan is no longer this person's to see."""
    if event.plan and visible_plans(recipient).filter(pk=event.plan.pk).exists():
        place = f"#thread-{event.thread_id}" if event.thread_id else ""
        return f"{settings.SITE_URL}{event.plan.get_absolute_url()}{place}"
    return f"{settings.SITE_URL}/"
