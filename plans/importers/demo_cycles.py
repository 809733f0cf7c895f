"""The cycles of the demo network: the quarter of the day it is loaded on, and the one before."""

from __future__ import annotations

import datetime as dt

from plans.models import Cycle

OPENS_BEFORE = dt.timedelta(days=30)
"""A quarter's plans can be handed in from so long before it begins until it ends."""


def cycles(today: dt.date) -> dict[str, Cycle]:
    """The quarter that ``today`` lies in, open, and the one before it, closed."""
    first = dt.date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    before = _months_later(first, -3)
    return {"open": _cycle(first), "closed": _cycle(before)}


def _cycle(first: dt.date) -> Cycle:
    opens = midnight(first) - OPENS_BEFORE
    closes = midnight(_months_later(first, 3)) - dt.timedelta(minutes=1)
    cycle, _created = Cycle.objects.get_or_create(
        year=first.year,
        quarter=(first.month + 2) // 3,
        defaults={"opens_at": opens, "closes_at": closes},
    )
    return cycle


def _months_later(first: dt.date, months: int) -> dt.date:
    years, month = divmod(first.month - 1 + months, 12)
    return dt.date(first.year + years, month + 1, 1)


def midnight(day: dt.date) -> dt.datetime:
    """When a day begins, UTC."""
    return dt.datetime.combine(day, dt.time(), dt.UTC)
