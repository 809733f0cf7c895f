"""What time it is. One home, so that the demo network can be given a past.

Everything that stamps a plan, an event or a comment asks here.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from contextvars import ContextVar

from django.utils import timezone

_set_to: ContextVar[dt.datetime | None] = ContextVar("clock", default=None)


def now() -> dt.datetime:
    """The current time, aware, in UTC; or the time set by :func:`at`."""
    return _set_to.get() or timezone.now()


@contextlib.contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Make :func:`now` answer ``moment`` (aware) inside the block, in this thread alone."""
    token = _set_to.set(moment)
    try:
        yield
    finally:
        _set_to.reset(token)
