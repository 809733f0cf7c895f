"""Two web servers on one database, as on two machines: neither keeps anything of its own."""

import datetime as dt
from collections.abc import Iterator
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from plans import clock, keys
from plans.models import AccessKey
from tests.servers import web_server

ANA = "ana@example.org"
PASSWORD = "a long enough sentence"


@pytest.fixture
def two_sites(transactional_db: None) -> Iterator[tuple[str, str]]:
    """The addresses of two servers that share a database and nothing else."""
    call_command("createcachetable", "cache_entries", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cache_entries")
    with web_server() as one, web_server() as other:
        yield one.address, other.address


def browser() -> OpenerDirector:
    """Something that keeps cookies, as a browser does."""
    return build_opener(HTTPCookieProcessor(CookieJar()))


def sign_in(visitor: OpenerDirector, site: str, login: str, password: str) -> tuple[int, str]:
    """Send the sign-in form; returns the status and the address it ended at."""
    page = visitor.open(f"{site}/account/login/").read().decode()
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    form = {"login": login, "password": password, "csrfmiddlewaretoken": token}
    try:
        answer = visitor.open(f"{site}/account/login/", urlencode(form).encode())
    except HTTPError as refused:
        return refused.code, refused.url
    return answer.status, answer.url


def test_who_signed_in_at_one_is_known_to_the_other(two_sites: tuple[str, str]) -> None:
    one, other = two_sites
    User.objects.create_user(email=ANA, password=PASSWORD)
    ana = browser()

    assert sign_in(ana, one, ANA, PASSWORD) == (200, f"{one}/")
    assert ana.open(f"{other}/account/password/change/").url == f"{other}/account/password/change/"


def test_attempts_to_guess_a_password_are_counted_together(two_sites: tuple[str, str]) -> None:
    one, other = two_sites
    User.objects.create_user(email=ANA, password=PASSWORD)
    guesser = browser()
    # Ten a minute from one address, whoever is guessed at.
    for number in range(5):
        for site in (one, other):
            answer = sign_in(guesser, site, f"guess-{number}@example.org", "a guess")
            assert answer == (200, f"{site}/account/login/")

    assert sign_in(guesser, one, ANA, PASSWORD) == (200, f"{one}/account/login/")


def test_what_a_key_asks_is_counted_together(two_sites: tuple[str, str]) -> None:
    owner = User.objects.create_user(email=ANA, password=PASSWORD)
    made = keys.make("A map", ["plans"], dt.timedelta(days=9), actor=owner)
    # Two are left, in a minute that does not end while this runs.
    AccessKey.objects.update(
        asked=keys.REQUESTS_A_MINUTE - 2, minute=clock.now() + dt.timedelta(hours=1)
    )

    assert [status_of(site, made.shown_once) for site in (*two_sites, *two_sites)] == [
        200, 200, 429, 429,
    ]  # fmt: skip


def status_of(site: str, key: str) -> int:
    """What a program is answered that asks for all regions."""
    program = build_opener()
    program.addheaders = [("Authorization", f"Bearer {key}")]
    try:
        return int(program.open(f"{site}/api/v1/regions").status)
    except HTTPError as refused:
        return refused.code
