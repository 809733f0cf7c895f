"""What somebody does with what they are told: reading it, choosing how, and hearing no more of it.

Only about one's own rows, so that there is nothing to lock and nothing for the history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans import clock
from plans.models import Delivery, Mute, Notification, Preference, Topic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User
    from plans.models import Plan, Thread


def read(notice: Notification) -> None:
    """Note that its recipient has read it."""
    if notice.read_at is None:
        notice.read_at = clock.now()
        notice.save(update_fields=["read_at"])


def read_all(person: User, plan: Plan | None = None) -> int:
    """Note that a person has read everything, or everything about one plan; answer how many."""
    unread = Notification.objects.filter(recipient=person, read_at__isnull=True)
    if plan is not None:
        unread = unread.filter(event__plan=plan)
    return unread.update(read_at=clock.now())


def choose(person: User, choices: Mapping[Topic, Delivery]) -> None:
    """Set how a person is told of these topics."""
    Preference.objects.bulk_create(
        [Preference(user=person, topic=topic, delivery=how) for topic, how in choices.items()],
        update_conflicts=True,
        unique_fields=["user", "topic"],
        update_fields=["delivery"],
    )


def chosen(person: User) -> dict[Topic, Delivery]:
    """How a person is told of each topic."""
    rows = {row.topic: row.delivery for row in Preference.objects.filter(user=person)}
    return {topic: Delivery(rows.get(topic, Delivery.AT_ONCE)) for topic in Topic}


def mute(person: User, about: Plan | Thread, *, muted: bool) -> None:
    """Tell a person nothing more of a plan or thread, or again; who is named is told still."""
    of = {about._meta.model_name or "": about}
    if muted:
        Mute.objects.bulk_create([Mute(user=person, **of)], ignore_conflicts=True)
    else:
        Mute.objects.filter(user=person, **of).delete()
