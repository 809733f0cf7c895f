"""Requests that no view can take get a page in plain words."""

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db

TOO_LONG = "a" * (5 * 1024 * 1024)


def test_a_paste_that_is_too_long_is_answered_with_what_to_do(client: Client) -> None:
    answer = client.post(reverse("account_login"), {"login": TOO_LONG})

    assert answer.status_code == 413
    assert "That is more text than we can take at once" in answer.content.decode()
    assert "your text is still there" in answer.content.decode()


def test_it_is_answered_in_the_same_way_however_it_is_encoded(client: Client) -> None:
    answer = client.post(
        reverse("account_login"),
        f"login={TOO_LONG}",
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == 413


def test_more_answers_than_any_form_has_are_refused(client: Client) -> None:
    answer = client.post(reverse("account_login"), {f"row-{row}": "" for row in range(2001)})

    assert answer.status_code == 400
    assert "We could not read that request" in answer.content.decode()


def test_a_host_that_is_not_ours_does_not_end_up_in_a_page(client: Client) -> None:
    answer = client.get(reverse("account_login"), headers={"host": "elsewhere.example"})

    assert answer.status_code == 400
    assert "elsewhere.example" not in answer.content.decode()
