"""Access keys: made for a while and for something, shown once, counted, and over when revoked."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from plans import clock, keys
from plans.errors import Invalid
from plans.models import AccessKey, Scope
from tests.plans.test_limits import at_once

if TYPE_CHECKING:
    from tests.personas import Network

MONTH = dt.timedelta(days=30)
NOON = dt.datetime(2026, 6, 1, 12, 0, 30, tzinfo=dt.UTC)


def made(network: Network, persona: str = "member", scopes: Any = (Scope.PLANS,)) -> keys.Made:
    """A key of somebody for a month."""
    return keys.make("A site", scopes, MONTH, actor=network[persona])


def asked(key: str, address: str = "", *, scheme: str = "Bearer") -> Any:
    """What a program is answered."""
    bearer = {"Authorization": f"{scheme} {key}"}
    return Client(headers=bearer).get(address or reverse("api:plans"))


def said(answer: Any) -> tuple[int, str, str]:
    """The status, the kind of problem, and its sentence."""
    told = answer.json()
    return answer.status_code, told["type"].partition("#")[2], told["detail"]


# -- making ----------------------------------------------------------------------------------------


def test_a_key_is_shown_once_and_kept_as_a_digest(network: Network) -> None:
    shown = made(network).shown_once

    assert re.fullmatch(r"alp_[A-Za-z0-9_-]{43}", shown)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(plans_accesskey)::text FROM plans_accesskey")
        (stored,) = cursor.fetchone()
    assert shown not in stored
    assert shown[12:] not in stored
    assert AccessKey.objects.get().start == shown[:12]


@pytest.mark.parametrize(
    ("name", "scopes", "lasts", "sentence"),
    [
        (" \t", ["plans"], 30, "Give the key a name, so that you know it again."),
        ("A", [], 30, "Choose what the key is for: at least one of these."),
        ("A", ["drafts"], 30, "Choose what the key is for: at least one of these."),
        ("A", ["plans"], 0, "The day on which a key ends has to be still to come."),
        ("A", ["plans"], 367, "A key is valid for a year at most."),
    ],
)
def test_what_a_key_cannot_be(
    network: Network, name: str, scopes: list[str], lasts: int, sentence: str
) -> None:
    with pytest.raises(Invalid, match=f"^{re.escape(sentence)}$"):
        keys.make(name, scopes, dt.timedelta(days=lasts), actor=network["member"])
    assert AccessKey.objects.count() == 0


def test_ten_keys_are_enough_and_an_ended_one_makes_room(network: Network) -> None:
    for _number in range(10):
        last = made(network)

    with pytest.raises(Invalid, match="You have 10 keys already"):
        made(network)
    keys.revoke(last.key, actor=network["member"])
    assert made(network).key.is_living
    assert made(network, "other_member").key.is_living


# -- letting in ------------------------------------------------------------------------------------


def test_a_living_key_opens_what_it_is_for(network: Network) -> None:
    answer = asked(made(network).shown_once)

    assert (answer.status_code, answer.json()["items"]) == (200, [])


def test_what_a_key_is_not_for_stays_shut(network: Network) -> None:
    plan = network.plan("approved")
    behind = {
        "plans": [reverse("api:plans"), reverse("api:plan", args=(plan.pk,)),
                  reverse("api:reflection", args=(plan.pk,))],
        "terms": [reverse("api:terms", args=("methods",))],
        "portfolio": [reverse("api:portfolio")],
    }  # fmt: skip
    for scope in behind:
        key = made(network, scopes=[scope]).shown_once
        for other, addresses in behind.items():
            for address in addresses:
                answer = asked(key, address)
                if other == scope:
                    assert answer.status_code in (200, 404)
                    continue
                assert said(answer)[:2] == (403, "not-for-this-key")
                assert said(answer)[2].startswith(f"This key is not for “{other}”. ")
                assert f'scope="{other}"' in answer["WWW-Authenticate"]


@pytest.mark.parametrize("scheme", ["bearer", "BEARER"])
def test_the_word_before_the_key_may_be_written_any_way(network: Network, scheme: str) -> None:
    assert asked(made(network).shown_once, scheme=scheme).status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Basic YTpi", "Token x", "alp_x", "Bearer\tx"])
def test_without_a_key_nobody_is_let_in(network: Network, header: str) -> None:
    answer = Client(headers={"Authorization": header}).get(reverse("api:regions"))

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith('Bearer realm="Action Learning Plans"')
    assert answer.json()["type"].endswith(("#no-key", "#key-not-accepted"))


def test_who_is_signed_in_in_a_browser_needs_a_key_like_everybody(network: Network) -> None:
    client = Client()
    client.force_login(network.people["network_manager"])

    assert client.get(reverse("api:plans")).status_code == 401


@pytest.mark.parametrize("shown", ["alp_", "alp_nothing", "é", "a" * 5000, "alp_%00", "x y"])
def test_other_texts_open_nothing(network: Network, shown: str) -> None:
    assert said(asked(shown.encode().decode("latin-1"))) == (
        401,
        "key-not-accepted",
        "We do not know this access key. Check that it was copied as a whole.",
    )


def test_a_key_ends_on_its_day(network: Network) -> None:
    with clock.at(NOON):
        shown = made(network).shown_once
    with clock.at(NOON + MONTH - dt.timedelta(seconds=1)):
        assert asked(shown).status_code == 200

    with clock.at(NOON + MONTH):
        assert said(asked(shown)) == (
            401,
            "key-not-accepted",
            "This access key ended on 2026-07-01 (UTC). Make a new one on the site.",
        )


def test_a_key_of_somebody_who_left_opens_nothing(network: Network) -> None:
    shown = made(network).shown_once
    User.objects.filter(pk=network["member"].pk).update(is_active=False)

    assert said(asked(shown))[2] == "The owner of this access key is not in the network any more."


def test_the_day_of_use_is_noted(network: Network) -> None:
    key = made(network)
    assert key.key.last_used_on is None

    with clock.at(dt.datetime.now(tz=dt.UTC) + dt.timedelta(days=2)):
        asked(key.shown_once)
        today = clock.now().date()

    assert AccessKey.objects.get().last_used_on == today


# -- limits ----------------------------------------------------------------------------------------


def test_a_key_asks_so_often_in_a_minute(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "REQUESTS_A_MINUTE", 2)
    with clock.at(NOON):
        shown, other = made(network).shown_once, made(network).shown_once
        answers = [asked(shown) for _number in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
        assert [answer["RateLimit"] for answer in answers] == [
            '"minute";r=1;t=30', '"minute";r=0;t=30', '"minute";r=0;t=30', '"minute";r=0;t=30',
        ]  # fmt: skip
        assert answers[0]["RateLimit-Policy"] == '"minute";q=2;w=60'
        assert answers[2]["Retry-After"] == "30"
        assert said(answers[2]) == (
            429,
            "too-many-requests",
            "This key has asked more than 2 times in this minute. Ask again in 30 seconds.",
        )
        assert asked(other).status_code == 200
    with clock.at(NOON + dt.timedelta(seconds=30)):
        assert asked(shown).status_code == 200


def test_refused_requests_count_too(network: Network) -> None:
    with clock.at(NOON):
        shown = made(network).shown_once
        asked(shown, reverse("api:terms", args=("methods",)))
        asked(shown, f"{reverse('api:plans')}?limit=x")
        answer = asked(shown)

    assert answer["RateLimit"] == f'"minute";r={keys.REQUESTS_A_MINUTE - 3};t=30'


def test_a_machine_whose_clock_is_behind_does_not_begin_anew(network: Network) -> None:
    with clock.at(NOON):
        shown = made(network).shown_once
        asked(shown)
    with clock.at(NOON - dt.timedelta(minutes=1)):
        asked(shown)

    assert AccessKey.objects.get().asked == 2


@pytest.mark.django_db(transaction=True)
def test_requests_at_the_same_instant_are_all_counted(network: Network) -> None:
    with clock.at(NOON):
        shown = made(network).shown_once

    def ask() -> None:
        with clock.at(NOON):
            keys.use(shown)

    at_once([ask] * 8)

    assert AccessKey.objects.get().asked == 8


# -- revoking --------------------------------------------------------------------------------------


def test_a_revoked_key_opens_nothing_from_the_next_request_on(network: Network) -> None:
    key = made(network)
    assert asked(key.shown_once).status_code == 200

    assert keys.revoke(key.key, actor=network["member"])
    assert said(asked(key.shown_once)) == (
        401, "key-not-accepted", "This access key was revoked. Make a new one on the site.",
    )  # fmt: skip
    assert not keys.revoke(key.key, actor=network["network_manager"])
    assert AccessKey.objects.get().revoked_by == network["member"]


def test_others_do_not_revoke_it(network: Network) -> None:
    key = made(network).key
    for persona in ("lead", "reviewer", "taxonomy_manager"):
        with pytest.raises(PermissionDenied):
            keys.revoke(key, actor=network[persona])
    assert keys.revoke(key, actor=network["network_manager"])


@pytest.mark.django_db(transaction=True)
def test_a_key_that_two_revoke_at_once_is_revoked_once(network: Network) -> None:
    key, done = made(network).key, []

    at_once([lambda: done.append(keys.revoke(key, actor=network["member"]))] * 4)

    assert sorted(done) == [False, False, False, True]


# -- the pages -------------------------------------------------------------------------------------


@pytest.fixture
def browser(network: Network) -> Client:
    """A browser in which the member is signed in."""
    client = Client()
    client.force_login(network.people["member"])
    return client


def test_a_key_is_made_on_its_page_and_gone_from_it_afterwards(browser: Client) -> None:
    address = reverse("access_keys")
    form = {"name": "Map of the ministry", "scopes": ["plans", "terms"], "lasts": "90"}
    page = browser.post(address, form)

    key = AccessKey.objects.get()
    assert (key.name, key.scopes, key.expires_at - key.made_at) == (
        "Map of the ministry", ["plans", "terms"], dt.timedelta(days=90),
    )  # fmt: skip
    (shown,) = set(re.findall(r"alp_[A-Za-z0-9_-]{43}", page.content.decode()))
    assert asked(shown).status_code == 200
    assert page["Cache-Control"] == "private, no-store"
    later = browser.get(address).content.decode()
    assert shown not in later
    assert f"{shown[:12]}…" in later


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": ""}, "Give the key a name, so that you know it again."),
        ({"name": "\0 "}, "Give the key a name, so that you know it again."),
        ({"name": "x" * 101}, "This is 1 character too long. Shorten it to 100 characters."),
        ({"scopes": []}, "Choose at least one of these."),
        ({"scopes": ["drafts"]}, "One of these is not in the list any more. Choose again."),
        ({"lasts": "9999"}, "Choose one from the list."),
        ({"lasts": ""}, "Choose for how long."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    browser: Client, form: dict[str, Any], sentence: str
) -> None:
    sent = {"name": "Map of Zq", "scopes": ["plans"], "lasts": "365"} | form
    page = browser.post(reverse("access_keys"), sent).content.decode()

    assert sentence in page
    assert "name" in form or "Map of Zq" in page
    assert AccessKey.objects.count() == 0


def test_revoking_asks_first(browser: Client, network: Network) -> None:
    key = made(network).key
    address = reverse("access_key_revoke", args=(key.pk,))

    assert "Revoke the key" in browser.get(address).content.decode()
    assert AccessKey.objects.living().count() == 1
    page = browser.post(address, follow=True).content.decode()
    assert "The key “A site” is revoked." in page
    assert AccessKey.objects.living().count() == 0
    assert "This key was revoked before." in browser.post(address, follow=True).content.decode()


def test_who_manages_the_network_revokes_keys_of_others(network: Network) -> None:
    key = made(network).key
    client = Client()
    client.force_login(network.people["network_manager"])
    page = reverse("admin:plans_accesskey_change", args=(key.pk,))
    assert "Revoke this key" in client.get(page).content.decode()

    chosen = {"action": "revoke", "_selected_action": str(key.pk), "_from_page": "1"}
    addressed = reverse("admin:plans_accesskey_changelist")
    asked = client.post(addressed, chosen, follow=True).content.decode()
    assert "this key opens nothing any more" in asked
    assert f'<input type="hidden" name="_selected_action" value="{key.pk}">' in asked
    assert AccessKey.objects.living().count() == 1
    answer = client.post(addressed, {**chosen, "confirm": "Revoke the key"}, follow=True)

    assert "1 key is revoked." in answer.content.decode()
    assert answer.redirect_chain == [(page, 302)]
    again = client.post(addressed, chosen, follow=True).content.decode()
    assert "0 keys are revoked." in again
    assert AccessKey.objects.get().revoked_by == network["network_manager"]
    assert "Revoke this key" not in client.get(page).content.decode()
