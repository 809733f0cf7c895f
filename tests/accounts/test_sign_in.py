"""Signing in and out, second factor, sessions, and the limits on attempts."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.test import Client

from accounts.models import User

SIGN_IN = "/account/login/"


def sign_in(client: Client, user: User, password: str = "") -> None:
    client.post(SIGN_IN, {"login": user.email, "password": password or "open sesame"})


def confirm(client: Client) -> None:
    """Give the password once more, as pages ask that change how somebody signs in."""
    client.post("/account/reauthenticate/", {"password": "open sesame"})


def code_now(secret: str) -> str:
    """The number an authenticator app shows for this secret."""
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def signed_in(client: Client) -> bool:
    return client.get("/account/profile/").status_code == 200


def test_people_sign_in_with_address_and_password(client: Client, member: User) -> None:
    sign_in(client, member)
    assert signed_in(client)


def test_the_case_of_the_address_does_not_matter(client: Client, member: User) -> None:
    client.post(SIGN_IN, {"login": member.email.upper(), "password": "open sesame"})
    assert signed_in(client)


def test_a_wrong_password_is_refused_and_not_repeated(client: Client, member: User) -> None:
    answer = client.post(SIGN_IN, {"login": member.email, "password": "open barley"})
    page = answer.content.decode()
    assert "error-summary" in page
    assert member.email in page
    assert "open barley" not in page
    assert not signed_in(client)


def test_somebody_switched_off_does_not_get_in(client: Client, member: User) -> None:
    User.objects.filter(pk=member.pk).update(is_active=False)
    sign_in(client, member)
    assert not signed_in(client)


@pytest.mark.parametrize("next_url", ["https://evil.example/", "//evil.example/", "javascript:0"])
def test_signing_in_leads_nowhere_else(client: Client, member: User, next_url: str) -> None:
    answer = client.post(
        SIGN_IN, {"login": member.email, "password": "open sesame", "next": next_url}
    )
    assert answer["Location"] == "/"


@pytest.mark.django_db
def test_nobody_signs_up() -> None:
    client = Client()
    assert "Accounts are made by invitation" in client.get("/account/signup/").content.decode()
    given = {"email": "a@example.org", "password1": "long enough words"}
    client.post("/account/signup/", given | {"password2": "long enough words"})
    assert User.objects.count() == 0


def test_the_fifth_wrong_password_closes_the_door_for_a_while(client: Client, member: User) -> None:
    for _attempt in range(5):
        sign_in(client, member, "wrong")
    answer = client.post(SIGN_IN, {"login": member.email, "password": "open sesame"})
    assert "Too many failed login attempts" in answer.content.decode()
    assert not signed_in(client)


def test_too_many_requests_get_a_page_that_says_so(client: Client, member: User) -> None:
    answers = [client.post(SIGN_IN, {"login": f"a{n}@example.org"}) for n in range(31)]
    assert [answer.status_code for answer in answers[:30]] == [200] * 30
    assert answers[30].status_code == 429
    assert "Too many attempts" in answers[30].content.decode()


def test_a_forgotten_password_is_set_anew_by_email(client: Client, member: User) -> None:
    client.post("/account/password/reset/", {"email": member.email})
    found = re.search(r"http://\S+/account/password/reset/key/\S+", str(mail.outbox[0].body))
    assert found
    form = client.get(found[0], follow=True)
    address = form.redirect_chain[-1][0]
    client.post(address, {"password1": "brand new words", "password2": "brand new words"})
    sign_in(client, member, "brand new words")
    assert signed_in(client)


def test_asking_for_a_password_does_not_tell_who_is_here(client: Client, member: User) -> None:
    known = client.post("/account/password/reset/", {"email": member.email})
    strange = client.post("/account/password/reset/", {"email": "stranger@example.org"})
    assert (known.status_code, known["Location"]) == (strange.status_code, strange["Location"])
    assert [message.to for message in mail.outbox] == [[member.email]]


def test_a_second_factor_is_set_up_and_then_asked_for(client: Client, member: User) -> None:
    sign_in(client, member)
    assert "/reauthenticate/" in client.get("/account/2fa/totp/activate/")["Location"]
    confirm(client)
    page = client.get("/account/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert client.post("/account/2fa/totp/activate/", {"code": code_now(secret)}).status_code == 302
    client.logout()
    answer = client.post(SIGN_IN, {"login": member.email, "password": "open sesame"})
    assert answer["Location"].startswith("/account/2fa/authenticate/")
    assert not signed_in(client)


def test_the_number_of_the_app_opens_the_door(client: Client, member: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(member, secret)
    sign_in(client, member)
    wrong = client.post("/account/2fa/authenticate/", {"code": "000000"})
    assert "Incorrect code" in wrong.content.decode()
    assert not signed_in(client)
    client.post("/account/2fa/authenticate/", {"code": code_now(secret)})
    assert signed_in(client)


def test_signing_out_everywhere_else_leaves_this_browser(member: User) -> None:
    here, elsewhere = Client(headers={"User-Agent": "Firefox/140.0 (Windows NT)"}), Client()
    sign_in(here, member)
    sign_in(elsewhere, member)
    page = here.get("/account/sessions/").content.decode()
    assert "Firefox on Windows" in page
    assert "Sign out everywhere else" in page
    here.post("/account/sessions/")
    assert signed_in(here)
    assert not signed_in(elsewhere)


def test_nobody_signs_others_out(member: User, other_member: User) -> None:
    mine, theirs = Client(), Client()
    sign_in(mine, member)
    sign_in(theirs, other_member)
    mine.post("/account/sessions/")
    assert signed_in(theirs)


PAGES = (
    "/account/profile/",
    "/account/email/",
    "/account/password/change/",
    "/account/2fa/",
    "/account/2fa/totp/activate/",
    "/account/2fa/webauthn/",
    "/account/2fa/webauthn/add/",
    "/account/sessions/",
    "/account/logout/",
)


@pytest.mark.parametrize("address", PAGES)
def test_account_pages_are_ours_and_keep_to_the_content_policy(
    client: Client, member: User, address: str
) -> None:
    sign_in(client, member)
    confirm(client)
    answer = client.get(address)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert '<main class="page"' in page
    assert page.count("<h1") == 1
    assert not re.search(r"\son\w+=|\sstyle=|<style", page)
    scripts = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", page)
    assert all('type="application/json"' in attributes for attributes in scripts)


@pytest.mark.parametrize("address", PAGES)
def test_account_pages_ask_strangers_to_sign_in(client: Client, db: None, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 302
    assert unquote(answer["Location"]) in (f"{SIGN_IN}?next={address}", SIGN_IN)


def test_an_address_is_shown_and_not_changed_here(client: Client, member: User) -> None:
    sign_in(client, member)
    assert member.email in client.get("/account/email/").content.decode()
    client.post("/account/email/", {"email": "moved@example.org", "action_add": ""})
    member.refresh_from_db()
    assert member.email == "mira.member@example.org"
    assert mail.outbox == []
