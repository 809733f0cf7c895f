"""A form sent after a sign-out: nothing that was typed is lost, and nothing secret is shown."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import User

PROFILE = "/account/profile/"
LONG = "What we learned about water & <sand>,\nin two lines."
HERE = {"Sec-Fetch-Site": "same-origin"}


def values(page: str) -> dict[str, str]:
    """What the page would send again."""
    import html

    found = re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    return {name: html.unescape(text) for name, text in found}


def token(page: str) -> str:
    found = re.search(
        r'data-again>\s*<input type="hidden" name="csrfmiddlewaretoken" value="(\w+)"', page
    )
    assert found
    return found[1]


@pytest.fixture
def strict() -> Client:
    """A browser whose forms are checked for their token, as in life."""
    return Client(enforce_csrf_checks=True, headers=HERE)


def test_a_page_asked_for_while_signed_out_comes_after_signing_in(client: Client, db: None) -> None:
    answer = client.get("/labs/wells/people/?page=2")
    assert answer["Location"] == "/account/login/?next=/labs/wells/people/%3Fpage%3D2"


def test_a_form_sent_while_signed_out_keeps_every_word(client: Client, db: None) -> None:
    answer = client.post(PROFILE, {"name": LONG, "time_zone": "UTC"}, headers=HERE)
    page = answer.content.decode()
    assert answer.status_code == 401
    assert "You were signed out, and nothing is lost" in page
    assert values(page) == {"name": LONG, "time_zone": "UTC"}
    assert f'action="{PROFILE}"' in page
    assert 'target="_blank"' in page


def test_only_what_somebody_wrote_is_shown_and_the_rest_sent_along(
    client: Client, db: None
) -> None:
    given = {"text": "[sic] we wrote this]", "base": '{"a": "b", "c": [1, 2]}', "lab": "12"}
    page = client.post(PROFILE, given, headers=HERE).content.decode()
    assert values(page).keys() == given.keys()
    assert re.findall(r"readonly>\n(.*?)</textarea>", page) == ["[sic] we wrote this]"]


def test_several_values_of_one_name_are_all_kept(client: Client, db: None) -> None:
    page = client.post(PROFILE, {"sdgs": ["1", "5", "13"]}, headers=HERE).content.decode()
    assert re.findall(r'<textarea name="sdgs" hidden>\n(\d+)', page) == ["1", "5", "13"]


def test_a_page_that_was_open_while_somebody_signed_in_anew_sends_once_more(
    strict: Client, member: User
) -> None:
    strict.force_login(member)
    answer = strict.post(PROFILE, {"name": LONG, "time_zone": "UTC"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Please send that again" in page
    again = values(page) | {"csrfmiddlewaretoken": token(page)}
    assert strict.post(PROFILE, again).status_code == 302
    member.refresh_from_db()
    assert member.name == LONG


@pytest.mark.parametrize("name", ["password", "password1", "oldpassword", "code", "credential"])
def test_secrets_are_neither_shown_nor_sent_again(client: Client, db: None, name: str) -> None:
    answer = client.post(PROFILE, {name: "open sesame twice", "name": LONG}, headers=HERE)
    page = answer.content.decode()
    assert "open sesame twice" not in page
    assert values(page) == {}


def test_signing_in_from_an_old_page_asks_to_open_it_again(strict: Client, member: User) -> None:
    answer = strict.post("/account/login/", {"login": member.email, "password": "open sesame"})
    assert answer.status_code == 403
    assert "open sesame" not in answer.content.decode()
    assert "Open the page again and send it from there." in answer.content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Referer": "https://evil.example/account/profile/"},
        {},
    ],
)
def test_what_a_strangers_page_sends_is_not_put_before_anybody(
    member: User, headers: dict[str, str]
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member)
    page = client.post(PROFILE, {"name": LONG}, headers=headers).content.decode()
    assert values(page) == {}
    assert "about water" not in page


def test_htmx_shows_the_page_that_keeps_the_text_in_place_of_the_page(
    client: Client, db: None
) -> None:
    answer = client.post(PROFILE, {"name": LONG}, headers=HERE | {"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer["HX-Retarget"] == "body"
    assert values(answer.content.decode()) == {"name": LONG}


def test_htmx_takes_a_signed_out_reader_to_the_sign_in_and_back(client: Client, db: None) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/plans/?q=water"}
    answer = client.get(PROFILE, headers=headers)
    assert answer["HX-Redirect"] == "/account/login/?next=/plans/%3Fq%3Dwater"


def test_the_page_fits_a_form_that_cannot_be_read(strict: Client, db: None) -> None:
    answer = strict.post(PROFILE, b"\x00\xff" * 20, content_type="multipart/form-data")
    assert answer.status_code in (400, 403)
