"""A moment in a few words: its day where it is wanted, and always how far its zone is."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.moments import in_short

MOMENT = dt.datetime(2026, 11, 3, 13, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("UTC", "3 November, 13:05 (UTC)"),
        ("Asia/Ulaanbaatar", "3 November, 21:05 (UTC+08:00)"),
        ("America/St_Johns", "3 November, 09:35 (UTC-03:30)"),
    ],
)
def test_a_moment_is_told_with_its_zone(zone: str, told: str) -> None:
    with timezone.override(ZoneInfo(zone)):
        assert in_short(MOMENT) == told
        assert in_short(MOMENT, today=True) == told.removeprefix("3 November, ")
