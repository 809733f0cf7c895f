"""A reviewer is away, and somebody else reviews in their place for that time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import absences
from accounts.absences import AbsenceError
from accounts.models import Absence, Reviewer, User
from accounts.roles import roles_of
from tests.factories import fresh

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.core.mail import EmailMessage

    from tests.personas import Network


@pytest.fixture
def freeze(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Make it a moment, given in UTC."""

    def at(moment: str) -> None:
        frozen = dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)
        monkeypatch.setattr(timezone, "now", lambda: frozen)

    return at


@pytest.fixture
def away(network: Network) -> Reviewer:
    """The reviewer of the region, who lives in Chile."""
    row = Reviewer.objects.select_related("user").get(user=network["reviewer"])
    row.user.time_zone = "America/Santiago"
    row.user.save()
    return row


DAYS = dt.date(2026, 9, 5), dt.date(2026, 9, 7)


@pytest.mark.parametrize(
    ("moment", "stands_in"),
    [
        # In the first hour of 6 September 2026 the clocks of Chile go from UTC-4 to UTC-3.
        ("2026-09-05T03:59:59", False),
        ("2026-09-05T04:00:00", True),
        ("2026-09-06T03:30:00", True),
        ("2026-09-08T02:59:59", True),
        ("2026-09-08T03:00:00", False),
    ],
)
def test_a_stand_in_reviews_from_midnight_to_midnight_where_the_reviewer_lives(
    network: Network, away: Reviewer, freeze: Callable[[str], None], moment: str, stands_in: bool
) -> None:
    freeze("2026-09-01T12:00:00")
    absences.arrange(away, network["other_reviewer"], *DAYS, actor=away.user)

    freeze(moment)

    assert (network.region.pk in roles_of(network["other_reviewer"]).regions) is stands_in
    assert roles_of(network["other_reviewer"]).own_regions == {network.other_region.pk}


def test_a_day_that_begins_an_hour_late_begins_when_the_clocks_say_so(
    network: Network, away: Reviewer, freeze: Callable[[str], None]
) -> None:
    freeze("2026-09-01T12:00:00")
    day = dt.date(2026, 9, 6)  # In Chile, one o'clock follows on the last second of the day before.

    absence = absences.arrange(away, network["other_reviewer"], day, day, actor=away.user)

    assert absence.begins_at == dt.datetime(2026, 9, 6, 4, tzinfo=dt.UTC)
    assert absence.ends_at == dt.datetime(2026, 9, 7, 3, tzinfo=dt.UTC)


def test_roles_say_for_whom_and_until_when_in_the_same_query(
    network: Network, away: Reviewer, freeze: Callable[[str], None]
) -> None:
    freeze("2026-09-06T12:00:00")
    absences.arrange(away, network["other_reviewer"], *DAYS, actor=away.user)

    (cover,) = roles_of(network["other_reviewer"]).covers

    assert (cover.name, cover.region_name) == ("Rosa Reviewer", network.region.name)
    assert cover.until == dt.datetime(2026, 9, 8, 3, tzinfo=dt.UTC)
    assert roles_of(network["other_reviewer"]).in_place_of(network.region.pk) == away.user_id
    assert roles_of(network["other_reviewer"]).in_place_of(network.other_region.pk) is None


@pytest.mark.parametrize(
    ("stand_in", "first", "last", "about", "words"),
    [
        ("reviewer", "2026-09-05", "2026-09-07", "stand_in", "Choose somebody else"),
        ("member", "2026-09-05", "2026-09-07", "stand_in", "Choose somebody who reviews"),
        ("taxonomy_manager", "2026-09-05", "2026-09-07", "stand_in", "Choose somebody who reviews"),
        ("other_reviewer", "2026-09-07", "2026-09-05", "last_day", "cannot be before the first"),
        ("other_reviewer", "2026-08-01", "2026-08-31", "last_day", "This day is over."),
        ("other_reviewer", "0001-01-01", "2026-09-07", "first_day", "within a year"),
        ("other_reviewer", "2026-09-05", "9999-12-31", "last_day", "within a year"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_input(
    network: Network,
    away: Reviewer,
    client: Client,
    freeze: Callable[[str], None],
    stand_in: str,
    first: str,
    last: str,
    about: str,
    words: str,
) -> None:
    freeze("2026-09-01T12:00:00")
    days = (dt.date.fromisoformat(day) for day in (first, last))

    with pytest.raises(AbsenceError, match=words) as refused:
        absences.arrange(away, network[stand_in], *days, actor=away.user)

    assert refused.value.about == about
    client.force_login(away.user)
    sent = {"stand_in": network[stand_in].pk, "first_day": first, "last_day": last}
    page = client.post(reverse("absences"), sent)
    assert page.status_code == 200
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Choose who stands in."),
        ({"stand_in": "\0"}, "Choose one from the list."),
        ({"stand_in": "99999999999999999999"}, "Choose one from the list."),
        ({"first_day": "\0"}, "Write the day as year, month, day"),
        ({"last_day": "the third"}, "Write the day as year, month, day"),
    ],
)
def test_what_no_page_sends_is_answered_in_words(
    network: Network, client: Client, sent: dict[str, str], words: str
) -> None:
    client.force_login(network["reviewer"])

    page = client.post(reverse("absences"), sent)

    assert page.status_code == 200
    assert words in page.content.decode()


@pytest.mark.parametrize(
    ("persona", "may"),
    [("reviewer", True), ("network_manager", True), ("other_reviewer", False), ("member", False)],
)
def test_who_says_who_stands_in(network: Network, away: Reviewer, persona: str, may: bool) -> None:
    today = timezone.now().date()
    absence = None
    try:
        absence = absences.arrange(
            away, network["network_manager"], today, today, actor=network[persona]
        )
    except PermissionDenied:
        assert not may
        absence = absences.arrange(
            away, network["network_manager"], today, today, actor=network["reviewer"]
        )
        with pytest.raises(PermissionDenied):
            absences.end(absence, actor=network[persona])
    else:
        assert may
        absences.end(absence, actor=network[persona])
        assert not Absence.objects.not_over().exists()


def test_ending_keeps_what_has_been_and_forgets_what_has_not_begun(
    network: Network, away: Reviewer, freeze: Callable[[str], None]
) -> None:
    freeze("2026-09-06T12:00:00")
    begun = absences.arrange(away, network["other_reviewer"], *DAYS, actor=away.user)
    later = absences.arrange(
        away,
        network["other_reviewer"],
        dt.date(2026, 10, 1),
        dt.date(2026, 10, 2),
        actor=away.user,
    )

    absences.end(begun, actor=away.user)
    absences.end(later, actor=away.user)

    (kept,) = Absence.objects.all()
    assert (kept.pk, kept.ends_at) == (begun.pk, timezone.now())
    assert roles_of(network["other_reviewer"]).covers == ()


def test_the_stand_in_is_written_to_in_their_own_time_zone(
    network: Network,
    away: Reviewer,
    freeze: Callable[[str], None],
    mailoutbox: list[EmailMessage],
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    freeze("2026-09-01T12:00:00")
    stand_in: User = network["other_reviewer"]
    stand_in.time_zone = "Asia/Tokyo"
    stand_in.save()

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        absences.arrange(away, stand_in, *DAYS, actor=away.user)

    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([stand_in.email], "You stand in for Rosa Reviewer")
    assert "From: 5 September 2026, 13:00 (Asia/Tokyo, UTC+09:00)" in mail.body
    assert "Until: 8 September 2026, 11:59 (Asia/Tokyo, UTC+09:00)" in mail.body


def test_arranging_and_ending_by_the_page(network: Network, client: Client) -> None:
    client.force_login(network["reviewer"])
    today = timezone.now().date()
    page = client.get(reverse("absences")).content.decode()
    assert "Nobody is away. Say below when somebody is" in page
    sent = {"stand_in": network["network_manager"].pk, "first_day": today, "last_day": today}

    page = client.post(reverse("absences"), sent, follow=True).content.decode()

    assert "Nadia Network stands in, and is told by e-mail." in page
    (absence,) = Absence.objects.all()
    client.force_login(network["network_manager"])
    page = client.get(reverse("absences")).content.decode()
    assert "stands in for Rosa Reviewer" in page
    page = client.post(reverse("absence_end", args=(absence.pk,)), follow=True).content.decode()
    assert "The absence is over. Nobody stands in any more." in page


def test_who_stands_in_no_more_or_is_not_active_reviews_nothing(
    network: Network, away: Reviewer
) -> None:
    today = timezone.now().date()
    absences.arrange(away, network["other_reviewer"], today, today, actor=away.user)
    User.objects.filter(pk=network.people["other_reviewer"].pk).update(is_active=False)

    assert roles_of(fresh(network.people["other_reviewer"])).regions == frozenset()
