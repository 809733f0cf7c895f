"""The cycles of the demo network: the quarter of the day it is loaded on, and the one before."""

from __future__ import annotations

import datetime as dt

from plans.models import Cycle

OPENS_BEFORE = dt.timedelta(days=30)
"""A quarter's plans can be handed in from so long before it begins until it ends."""

REVIEWED_AFTER = dt.timedelta(days=21)
"""Reviews are due so long after a quarter ends."""


def cycles(today: dt.date) -> dict[str, Cycle]:
    """The quarter that ``today`` lies in, open, and the one before it, closed.

    What of the closed one still waits for a review is late, on whatever day this is loaded.
    """
    first = dt.date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    before = _months_later(first, -3)
    yesterday = midnight(today) - dt.timedelta(days=1)
    return {"open": _cycle(first), "closed": _cycle(before, due_by=yesterday)}


def _cycle(first: dt.date, due_by: dt.datetime | None = None) -> Cycle:
    opens = midnight(first) - OPENS_BEFORE
    ends = midnight(_months_later(first, 3))
    due = ends + REVIEWED_AFTER
    cycle, _created = Cycle.objects.get_or_create(
        year=first.year,
        quarter=(first.month + 2) // 3,
        defaults={
            "opens_at": opens,
            "closes_at": ends - dt.timedelta(minutes=1),
            "review_by": min(due, due_by) if due_by else due,
        },
    )
    return cycle


def _months_later(first: dt.date, months: int) -> dt.date:
    years, month = divmod(first.month - 1 + months, 12)
    return dt.date(first.year + years, month + 1, 1)


def midnight(day: dt.date) -> dt.datetime:
    """When a day begins, UTC."""
    return dt.datetime.combine(day, dt.time(), dt.UTC)
