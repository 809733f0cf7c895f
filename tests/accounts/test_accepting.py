"""The page behind the link of an invitation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from accounts import invitations
from accounts.models import Invitation, Membership, User
from tests.factories import UserFactory
from tests.personas import Network

NEWCOMER = "newcomer@example.org"
ANSWERS = {"name": "New Comer", "password": "long enough words", "time_zone": "Asia/Manila"}


@pytest.fixture
def invitation(network: Network) -> Invitation:
    """An open invitation of somebody new to the lab."""
    return invitations.invite(NEWCOMER, actor=network["lead"], lab=network.lab)


@pytest.fixture
def link(invitation: Invitation) -> str:
    """Where its e-mail leads."""
    return f"/invitation/{invitation.key}/"


def test_somebody_new_is_asked_joins_and_is_signed_in(client: Client, link: str) -> None:
    page = client.get(link).content.decode()
    assert NEWCOMER in page
    assert "Choose a password" in page
    answer = client.post(link, ANSWERS)
    assert answer["Location"] == "/"
    user = User.objects.get(email=NEWCOMER)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert "Welcome. You are now in Wells." in client.get("/account/profile/").content.decode()


def test_looking_at_the_link_changes_nothing(
    client: Client, link: str, invitation: Invitation
) -> None:
    client.get(link)
    client.head(link)
    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    assert not User.objects.filter(email=NEWCOMER).exists()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"name": ""}, "Tell us your name."),
        ({"name": "  "}, "Tell us your name."),
        ({"name": "N\0"}, "A name has no such characters in it."),
        ({"password": ""}, "Choose a password."),
        ({"password": "zqy"}, "This password is too short."),
        ({"password": "password123"}, "This password is too common."),
        ({"password": NEWCOMER}, "The password is too similar to the"),
        ({"time_zone": "Mars/Crater"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_said_and_the_password_is_not_repeated(
    client: Client, link: str, changed: dict[str, str], says: str
) -> None:
    given = ANSWERS | changed
    answer = client.post(link, given)
    page = answer.content.decode()
    assert says in page
    assert given["password"] == NEWCOMER or not given["password"] or given["password"] not in page
    assert not User.objects.filter(email=NEWCOMER).exists()


def test_somebody_known_signs_in_first_and_comes_back(client: Client, link: str) -> None:
    UserFactory.create(email=NEWCOMER)
    page = client.get(link).content.decode()
    assert f'href="/account/login/?next={link}"' in page
    answer = client.post(
        f"/account/login/?next={link}", {"login": NEWCOMER, "password": "open sesame"}
    )
    assert answer["Location"] == link
    assert "Accept" in client.get(link).content.decode()
    assert client.post(link)["Location"] == "/"
    assert Membership.objects.filter(user__email=NEWCOMER, lab__slug="wells").count() == 1


def test_somebody_switched_off_is_told(client: Client, link: str) -> None:
    UserFactory.create(email=NEWCOMER, is_active=False)
    page = client.get(link).content.decode()
    assert "Your account is switched off." in page
    assert "account/login/?next=" not in page


def test_the_wrong_person_is_told_and_can_sign_out_and_come_back(
    client: Client, link: str, other_member: User
) -> None:
    client.force_login(other_member)
    answer = client.get(link)
    assert answer.status_code == 403
    assert f"You are signed in as {other_member.email}" in answer.content.decode()
    assert client.post(link).status_code == 403
    assert not Membership.objects.filter(user=other_member, lab__slug="wells").exists()
    assert client.post(link, {"leave": "1"})["Location"] == link
    assert "_auth_user_id" not in client.session


def test_a_used_link_says_so(client: Client, link: str, invitation: Invitation) -> None:
    client.post(link, ANSWERS)
    client.logout()
    for answer in (client.get(link), client.post(link, ANSWERS)):
        assert answer.status_code == 410
        assert "This invitation has already been used." in answer.content.decode()


def test_a_link_that_ran_out_says_so(client: Client, link: str, invitation: Invitation) -> None:
    invitation.expires_at = timezone.now() - dt.timedelta(minutes=1)
    invitation.save()
    answer = client.post(link, ANSWERS)
    assert answer.status_code == 410
    assert "This invitation has run out." in answer.content.decode()
    assert not User.objects.filter(email=NEWCOMER).exists()


@pytest.mark.parametrize("key", ["nothing", "%00", "x" * 500, "%F0%9F%8C%8D"])
def test_a_link_that_leads_nowhere_says_so(client: Client, db: None, key: str) -> None:
    answer = client.get(f"/invitation/{key}/")
    assert answer.status_code == 404
    assert "There is no such invitation." in answer.content.decode()


def test_an_invitation_does_not_open_an_account_that_came_about_meanwhile(
    client: Client, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept = invitations.accept_as_new

    def meanwhile(*args: str, **given: str) -> Callable[..., User]:
        UserFactory.create(email=NEWCOMER)
        return accept(*args, **given)  # type: ignore[return-value]

    monkeypatch.setattr("accounts.invitations.accept_as_new", meanwhile)
    answer = client.post(link, ANSWERS)
    assert answer.status_code == 409
    assert "There is already an account" in answer.content.decode()
