"""The inbox, how people choose to be told, and hearing less without signing in."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from plans import authoring, inbox, notifications, reviewing, workflow
from plans.authoring import Change
from plans.models import Delivery, Mute, Notification, Plan, Topic
from plans.phrases import Phrase
from plans.states import Act
from tests.factories import reviewer_of
from tests.plans.test_reading import words

if TYPE_CHECKING:
    from django.core.mail import EmailMessage

    from accounts.models import User
    from tests.personas import Network


@pytest.fixture
def member(network: Network) -> User:
    """Somebody of the lab, who has read everything so far."""
    member: User = network["member"]
    return member


@pytest.fixture
def approved(network: Network, member: User) -> Plan:
    """An approved plan, of which nobody has anything left to read."""
    plan = network.plan("approved")
    Notification.objects.all().delete()
    return plan


def told(person: User) -> list[tuple[str, bool]]:
    """What a person was told, oldest first, and whether it is also mailed."""
    rows = Notification.objects.filter(recipient=person).order_by("pk").select_related("event")
    return [(row.event.kind, row.by_mail) for row in rows]


# -- choosing --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("delivery", "by_mail"),
    [(Delivery.AT_ONCE, True), (Delivery.DAILY, True), (Delivery.NEVER, False)],
)
def test_the_inbox_has_everything_and_mail_only_what_was_chosen(
    approved: Plan, member: User, reviewer: User, delivery: Delivery, by_mail: bool
) -> None:
    inbox.choose(member, {Topic.TALK: delivery})

    reviewing.open_thread(approved, "plan", "Who pays?", actor=reviewer)

    assert told(member) == [("thread_opened", by_mail)]


@pytest.mark.parametrize(
    ("zone", "moment", "morning"),
    [
        ("UTC", "2026-03-01T06:59:00", "2026-03-01T07:00:00"),
        ("UTC", "2026-03-01T07:00:00", "2026-03-02T07:00:00"),
        ("Asia/Ulaanbaatar", "2026-03-01T22:00:00", "2026-03-01T23:00:00"),
        ("America/Lima", "2026-03-01T13:00:00", "2026-03-02T12:00:00"),
        # The night in which the clocks go forward.
        ("Europe/Madrid", "2026-03-28T20:00:00", "2026-03-29T05:00:00"),
    ],
)
def test_a_daily_mail_comes_in_the_readers_own_morning(
    member: User, zone: str, moment: str, morning: str
) -> None:
    member.time_zone = zone
    utc = [dt.datetime.fromisoformat(one).replace(tzinfo=dt.UTC) for one in (moment, morning)]

    assert notifications.due(Delivery.DAILY, member, utc[0]) == utc[1]


def test_each_side_chooses_for_its_own_topic(network: Network, member: User) -> None:
    inbox.choose(network["lead"], {Topic.DECISIONS: Delivery.NEVER})
    inbox.choose(network["reviewer"], {Topic.DECISIONS: Delivery.NEVER})
    plan = network.plan()
    Notification.objects.all().delete()

    workflow.move(plan, Act.SUBMIT, actor=member)

    assert told(network["lead"]) == [("submit", False)]
    assert told(network["reviewer"]) == [("submit", True)]  # waits in the queue: another topic


def test_the_settings_page_stores_what_was_chosen(network: Network, client: Client) -> None:
    member = network["member"]
    client.force_login(member)
    choices = dict.fromkeys(Topic.values, "daily") | {"mentions": "never"}

    page = client.post(reverse("inbox_settings"), choices, follow=True)

    assert "Saved. This holds for what happens from now on." in page.content.decode()
    assert inbox.chosen(member) == {
        topic: Delivery.NEVER if topic == Topic.MENTIONS else Delivery.DAILY for topic in Topic
    }


def test_a_choice_that_is_not_in_the_list_is_refused_in_words(
    network: Network, client: Client
) -> None:
    client.force_login(network["member"])

    page = client.post(reverse("inbox_settings"), {"talk": "by pigeon"})

    assert page.status_code == 200
    assert page.content.decode().count("Choose one of the three.") >= len(Topic.values)


# -- muting ----------------------------------------------------------------------------------------


def test_a_muted_plan_is_not_heard_of_any_more_but_stays_in_the_inbox_as_read(
    approved: Plan, member: User, reviewer: User
) -> None:
    inbox.mute(member, approved, muted=True)
    inbox.mute(member, approved, muted=True)

    reviewing.open_thread(approved, "plan", "Who pays?", actor=reviewer)

    row = Notification.objects.get(recipient=member)
    assert (row.by_mail, row.read_at is not None) == (False, True)
    inbox.mute(member, approved, muted=False)
    assert Mute.objects.count() == 0


def test_a_muted_thread_leaves_the_others_of_the_plan(
    approved: Plan, member: User, reviewer: User
) -> None:
    muted, other = (
        reviewing.open_thread(approved, "plan", words, actor=reviewer) for words in ("One", "Two")
    )
    inbox.mute(member, muted, muted=True)
    Notification.objects.all().delete()

    reviewing.reply(muted, "More.", actor=reviewer)
    reviewing.reply(other, "More.", actor=reviewer)

    assert told(member) == [("replied", False), ("replied", True)]


def test_who_is_named_is_told_all_the_same(
    network: Network, approved: Plan, member: User, reviewer: User
) -> None:
    inbox.mute(member, approved, muted=True)

    reviewing.open_thread(approved, "plan", "@Mira Member, who pays?", actor=reviewer)

    row = Notification.objects.get(recipient=member)
    assert (row.by_mail, row.is_mention, row.read_at) == (True, True, None)


def test_muting_and_hearing_again_by_buttons(
    network: Network, approved: Plan, client: Client
) -> None:
    client.force_login(network["member"])
    address = reverse("plan_mute", args=(approved.pk,))

    client.post(address)
    page = client.get(reverse("inbox_settings")).content.decode()
    client.post(address, {"muted": "0", "back": "settings"})

    assert "Wells that answer" in page
    assert Mute.objects.count() == 0


# -- reading ---------------------------------------------------------------------------------------


def test_following_a_message_leads_to_the_very_comment_and_counts_as_read(
    network: Network, approved: Plan, reviewer: User, client: Client
) -> None:
    thread = reviewing.open_thread(approved, "plan", "Who pays?", actor=reviewer)
    row = Notification.objects.get(recipient=network["member"])
    client.force_login(network["member"])

    answer = client.get(reverse("inbox_follow", args=(row.pk,)))

    row.refresh_from_db()
    comment = thread.comments.get()
    assert answer["Location"] == f"{approved.get_absolute_url()}#comment-{comment.pk}"
    assert row.read_at is not None


def test_the_frame_of_every_page_says_how_much_is_new(
    network: Network, approved: Plan, reviewer: User, client: Client
) -> None:
    reviewing.open_thread(approved, "plan", "Who pays?", actor=reviewer)
    client.force_login(network["member"])
    before = client.get(reverse("profile")).content.decode()

    client.post(reverse("inbox_read_all"))

    assert '<span class="mark">1<span class="skipped"> not read</span></span>' in before
    assert "not read</span>" not in client.get(reverse("profile")).content.decode()


def test_the_inbox_of_another_person_is_nobodys_business(
    network: Network, approved: Plan, reviewer: User, client: Client
) -> None:
    reviewing.open_thread(approved, "plan", "Who pays?", actor=reviewer)
    row = Notification.objects.get(recipient=network["lead"])
    client.force_login(network["member"])

    assert client.get(reverse("inbox_follow", args=(row.pk,))).status_code == 404


def test_what_one_may_not_see_any_more_is_gone_from_the_inbox(
    network: Network, client: Client
) -> None:
    colleague = reviewer_of(network.region, "Cora Colleague")
    network.plan("submitted", title="Zq7 wells")
    client.force_login(colleague)
    assert "Zq7 wells" in client.get(reverse("inbox")).content.decode()

    colleague.reviewer_of.all().delete()

    assert "Zq7 wells" not in client.get(reverse("inbox")).content.decode()


def test_a_plan_that_left_its_reviewers_is_in_their_inbox_by_the_title_they_knew(
    network: Network, reviewer: User, member: User, client: Client
) -> None:
    plan = network.plan("submitted", title="Zq7 wells")
    workflow.move(plan, Act.RECALL, actor=member)
    authoring.save(plan, {"title": Change("Xw9 wells")}, actor=member)
    client.force_login(reviewer)

    html = client.get(reverse("inbox")).content.decode()

    (row,) = notifications.readable_notices(reviewer)
    assert row.event.kind == "recall"
    assert "Mira Member took the plan back Zq7 wells, Wells" in words(html)
    assert "Xw9" not in html
    assert '<span class="mark">1<span class="skipped"> not read</span></span>' in html
    followed = client.get(reverse("inbox_follow", args=(row.pk,)))
    assert (followed.status_code, followed["Location"]) == (302, reverse("queue"))


def test_the_inbox_says_which_words_it_is_about_and_which_are_proposed_for_them(
    approved: Plan, member: User, reviewer: User, client: Client
) -> None:
    reviewing.open_thread(
        approved,
        "challenge.background",
        "Since 2021?",
        actor=reviewer,
        phrase=Phrase("Three dry years"),
        instead="Four dry years",
    )
    client.force_login(member)

    text = words(client.get(reverse("inbox")).content.decode())

    assert "Three dry years → proposed instead: Four dry years Since 2021?" in text


def test_what_was_said_is_no_longer_read_by_who_has_left_though_the_plan_still_is(
    approved: Plan, member: User, reviewer: User, client: Client
) -> None:
    reviewing.open_thread(approved, "challenge.background", "Zq7, since when?", actor=reviewer)
    client.force_login(member)
    assert "Zq7" in client.get(reverse("inbox")).content.decode()

    member.memberships.all().delete()

    left = client.get(reverse("inbox")).content.decode()
    assert str(approved) in left
    assert "Zq7" not in left
    assert "Three dry years" not in left


# -- without signing in ----------------------------------------------------------------------------


def stop_address(mailoutbox: list[EmailMessage], email: str) -> str:
    """The address in the head of the one mail to somebody."""
    (mail,) = [mail for mail in mailoutbox if mail.to == [email]]
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address: str = mail.extra_headers["List-Unsubscribe"]
    return address.strip("<>").partition("8000")[2]


def test_mails_of_a_kind_are_stopped_by_the_address_in_them(
    approved: Plan, member: User, reviewer: User, mailoutbox: list[EmailMessage]
) -> None:
    reviewing.open_thread(approved, "plan", "Who pays?", actor=reviewer)
    Notification.objects.update(due_at=timezone.now())
    notifications.send_waiting.call()
    address = stop_address(mailoutbox, member.email)
    stranger = Client(enforce_csrf_checks=True)

    asked = stranger.get(address).content.decode()
    assert "Comments and replies" in asked
    assert inbox.chosen(member)[Topic.TALK] == Delivery.AT_ONCE  # looking changes nothing
    done = stranger.post(address, {"List-Unsubscribe": "One-Click"}).content.decode()

    assert "These e-mails have stopped" in done
    assert inbox.chosen(member) == dict.fromkeys(Topic, Delivery.AT_ONCE) | {
        Topic.TALK: Delivery.NEVER
    }


@pytest.mark.parametrize("token", ["nonsense", "WzEsICJ0YWxrIl0:abc:def", "\x00"])
def test_an_address_that_was_not_signed_here_is_no_page(client: Client, token: str) -> None:
    assert client.get(reverse("inbox_stop", args=(token,))).status_code == 404


def test_a_signature_for_something_else_stops_nothing(network: Network, client: Client) -> None:
    token = signing.dumps([network["member"].pk, "talk"], salt="something else")

    assert client.post(reverse("inbox_stop", args=(token,))).status_code == 404
