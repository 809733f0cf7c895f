"""Sending what is in the outbox: one mail a person for a burst, tried again when it fails.

A worker sends (``manage.py db_worker``). Rows are taken for a while first and marked as sent
afterwards, no transaction being open while a mail server is spoken to: what a worker dies over is
sent by the next one. What fails is tried again, and after :data:`MOST_ATTEMPTS` given up, which the
administration pages show.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from plans import clock
from plans.models import Notification
from plans.notifications.mails import message

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST_ATTEMPTS = 8
FIRST_PAUSE = dt.timedelta(minutes=1)
TAKEN_FOR = dt.timedelta(minutes=10)
"""How long a worker has for one mail before another one tries."""
ALONG = dt.timedelta(minutes=5)
"""What is due within this time goes along with what is due now."""
MOST_IN_ONE = 60

logger = logging.getLogger(__name__)


@transaction.atomic
def send_again(notices: QuerySet[Notification]) -> int:
    """Try those of the rows that have not been sent from the beginning; answer how many they are.

    What has been sent stays sent: nobody is told twice.
    """
    waiting = notices.model._default_manager.filter(
        pk__in=list(notices.values_list("pk", flat=True)), sent_at__isnull=True
    ).update(attempts=0, due_at=clock.now(), by_mail=True)
    if waiting:
        transaction.on_commit(lambda: send_waiting.enqueue())
    return waiting


@task()
def send_waiting() -> None:
    """Send what is due in the outbox, oldest first, each row by one worker only.

    Should this worker die over one, another looks again when its time for it is over.
    """
    taken = _take()
    if taken:
        send_waiting.using(run_after=timezone.now() + TAKEN_FOR).enqueue()
    while taken:
        _send(taken)
        taken = _take()


def _waiting() -> QuerySet[Notification]:
    rows = Notification.objects.select_for_update(skip_locked=True, of=("self",))
    return rows.filter(sent_at__isnull=True, by_mail=True, attempts__lt=MOST_ATTEMPTS)


@transaction.atomic
def _take() -> list[Notification]:
    """Everything that one person is to be mailed now; nothing when nobody is."""
    first = _waiting().filter(due_at__lte=timezone.now()).order_by("due_at", "pk").first()
    if first is None:
        return []
    rows = _waiting().filter(
        recipient=first.recipient_id, due_at__lte=timezone.now() + ALONG, attempts=first.attempts
    )
    taken = list(
        rows.select_related("recipient", "event__plan", "event__lab", "event__cycle")
        .select_related(
            "event__actor", "event__thread__suggestion", "event__review", "event__comment"
        )
        .order_by("created_at", "pk")[:MOST_IN_ONE]
    )
    Notification.objects.filter(pk__in=[row.pk for row in taken]).update(
        attempts=F("attempts") + 1, due_at=timezone.now() + TAKEN_FOR
    )
    return taken


def _send(rows: list[Notification]) -> None:
    """Send one mail; when that fails, note it and try later, ever later. The others go on.

    Whoever has left meanwhile is sent none, and is not tried again.
    SMTPException and a broken line are OSErrors; an address or a header that no mail can be made
    of is a ValueError. Anything else is a fault of ours, which the log has in full: it, too, holds
    up nobody else's mail, and is seen with the row.
    """
    these = Notification.objects.filter(pk__in=[row.pk for row in rows])
    attempts = rows[0].attempts + 1
    try:
        mail = message(rows)
        if mail is None:
            these.update(by_mail=False)
            return
        mail.send()
    except Exception as problem:
        again = timezone.now() + FIRST_PAUSE * 2**attempts
        these.update(last_error=str(problem) or type(problem).__name__, due_at=again)
        is_ours = not isinstance(problem, (OSError, ValueError))
        logger.warning(
            "A mail to person %s was not sent: %s", rows[0].recipient_id, problem, exc_info=is_ours
        )
        if attempts < MOST_ATTEMPTS:
            send_waiting.using(run_after=again).enqueue()
    else:
        these.update(sent_at=timezone.now(), last_error="")
