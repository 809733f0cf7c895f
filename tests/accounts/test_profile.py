"""One's own name and time zone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import timezone

from accounts.models import User

PROFILE = "/account/profile/"


def test_a_person_changes_name_and_time_zone(client: Client, member: User) -> None:
    client.force_login(member)
    answer = client.post(PROFILE, {"name": "Mira Moved", "time_zone": "Asia/Ulaanbaatar"})
    assert answer["Location"] == PROFILE
    member.refresh_from_db()
    assert (member.name, member.time_zone) == ("Mira Moved", "Asia/Ulaanbaatar")
    assert "Times are shown for Asia/Ulaanbaatar." in client.get(PROFILE).content.decode()


def test_a_refused_name_is_not_shown_as_ones_name(client: Client, member: User) -> None:
    client.force_login(member)
    answer = client.post(PROFILE, {"name": "X" * 151, "time_zone": "UTC"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "at most 150 characters" in page
    assert '<span class="account-menu__name">Mira</span></summary>' in page.replace("\n", "")
    member.refresh_from_db()
    assert member.name == "Mira Member"


def test_a_zone_that_is_no_longer_listed_stays_until_another_is_chosen(
    client: Client, member: User
) -> None:
    User.objects.filter(pk=member.pk).update(time_zone="US/Eastern")
    client.force_login(member)
    assert 'value="US/Eastern" selected' in client.get(PROFILE).content.decode()
    client.post(PROFILE, {"name": "Mira", "time_zone": "US/Eastern"})
    member.refresh_from_db()
    assert (member.name, member.time_zone) == ("Mira", "US/Eastern")


def show(template: str, value: dt.datetime) -> str:
    return Template("{% load times %}" + template).render(Context({"value": value}))


MOMENT = dt.datetime(2026, 3, 1, 22, 5, tzinfo=dt.UTC)


def test_a_moment_is_said_with_its_zone() -> None:
    with timezone.override("Asia/Ulaanbaatar"):
        said = show("{{ value|exact }}", MOMENT)
    assert said == "2 March 2026, 06:05 (Asia/Ulaanbaatar, UTC+08:00)"
    assert show("{{ value|exact }}", MOMENT) == "1 March 2026, 22:05 (UTC)"


def test_half_hours_and_west_of_greenwich_are_said_right() -> None:
    with timezone.override("America/St_Johns"):
        assert show("{{ value|exact }}", MOMENT).endswith("(America/St_Johns, UTC-03:30)")


@pytest.mark.parametrize(
    ("distance", "said"),
    [
        (dt.timedelta(seconds=20), "just now"),
        (dt.timedelta(minutes=5, seconds=1), "5\xa0minutes ago"),
        (dt.timedelta(hours=2, minutes=50), "2\xa0hours ago"),
        (-dt.timedelta(days=3, minutes=1), "in 3\xa0days"),
    ],
)
def test_near_times_are_said_by_their_distance(distance: dt.timedelta, said: str) -> None:
    assert show("{{ value|roughly }}", timezone.now() - distance) == said


def test_far_times_are_said_by_their_date() -> None:
    assert show("{{ value|roughly }}", MOMENT) in ("1 Mar 2026",)


def test_the_exact_time_opens_on_a_press_without_a_script() -> None:
    shown = show("{% ago value %}", MOMENT)
    assert "popovertarget" in shown
    assert shown.count("1 March 2026, 22:05 (UTC)") == 2
    assert 'datetime="2026-03-01T22:05:00+00:00"' in shown


def test_nothing_is_said_of_no_time() -> None:
    template = (
        "{{ value|exact }}{{ value|roughly }}{% ago value %}{% moment value %}{% day value %}"
    )
    assert Template("{% load times %}" + template).render(Context({"value": None})) == ""
