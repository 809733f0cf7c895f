"""A moment in a few words, with its zone; the same words as ``static/js/copies.js`` has."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.dates import MONTHS


def in_short(value: dt.datetime, *, today: bool = False) -> str:
    """Day, time and zone: "3 November, 14:05 (UTC+01:00)"; ``today`` leaves out the day."""
    local = timezone.localtime(value)
    told = f"{local:%H:%M} ({from_utc(local)})"
    return told if today else f"{local.day} {MONTHS[local.month]}, {told}"


def from_utc(local: dt.datetime) -> str:
    """How far a local time is from that of the world: "UTC+08:00"."""
    offset = local.utcoffset() or dt.timedelta()
    if not offset:
        return "UTC"
    sign = "+" if offset > dt.timedelta() else "-"
    hours, minutes = divmod(abs(int(offset.total_seconds())) // 60, 60)
    return f"UTC{sign}{hours:02d}:{minutes:02d}"
