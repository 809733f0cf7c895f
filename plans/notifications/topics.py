"""Under which of the choices in somebody's settings an event falls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.models import EventKind, Topic

if TYPE_CHECKING:
    from plans.models import Event

TALK = frozenset(
    {
        EventKind.THREAD_OPENED,
        EventKind.REPLIED,
        EventKind.ADDRESSED,
        EventKind.RESOLVED,
        EventKind.REOPENED,
        EventKind.SUGGESTION_APPLIED,
        EventKind.SUGGESTION_DECLINED,
    }
)
ABOUT_TIME = frozenset(
    {EventKind.REMINDED, EventKind.OVERDUE, EventKind.NUDGED, EventKind.EXTENDED}
)


def topic_of(event: Event, *, of_lab: bool, named: bool = False) -> Topic:
    """Under which of the choices in their settings an event falls for one person."""
    if named:
        return Topic.MENTIONS
    if event.kind in ABOUT_TIME:
        return Topic.REMINDERS
    if event.kind in TALK:
        return Topic.TALK
    return Topic.DECISIONS if of_lab else Topic.QUEUE
