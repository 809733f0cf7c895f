"""The environment is read strictly, and what a public site needs must be there."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import override_settings

from config import environment

KEY = "vT3-8kQzr1xW_yb6Jd0aNfHc9uLmEoPs2iGtRjXq5nZw7MvKeB4C"
PUBLIC = {
    "SITE_URL": "https://plans.example.org",
    "SECRET_KEY": KEY,
    "DATABASE_URL": "postgres://plans:secret@db.example.org:5433/network",
    "EMAIL_URL": "smtp+tls://mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "plans@example.org",
}


def complaints(source: dict[str, str]) -> list[str]:
    """What the environment is refused for, line by line, without the first line."""
    with pytest.raises(environment.Nonsense) as refused:
        environment.read(source)
    return str(refused.value).splitlines()[1:]


def test_an_empty_environment_suits_one_person_on_this_machine() -> None:
    read = environment.read({})

    assert read.production is False
    assert read.debug is False
    assert read.site_url == "http://localhost:8000"
    assert read.allowed_hosts == ["localhost", "127.0.0.1", "[::1]"]
    assert read.database["ENGINE"] == "config.embedded"
    assert read.email["EMAIL_BACKEND"] == "django.core.mail.backends.console.EmailBackend"
    assert read.trusted_proxies == 0


def test_the_key_made_for_this_machine_stays_the_same() -> None:
    assert len(environment.read({}).secret_key) > 50
    assert environment.read({}).secret_key == environment.read({}).secret_key


def test_a_public_site_reads_everything_from_its_environment() -> None:
    read = environment.read(PUBLIC)

    assert read.production is True
    assert read.secret_key == KEY
    assert read.allowed_hosts == ["plans.example.org"]
    assert read.database == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "network",
        "USER": "plans",
        "PASSWORD": "secret",
        "HOST": "db.example.org",
        "PORT": 5433,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
    assert read.cache["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    assert read.email["EMAIL_HOST"] == "mail.example.org"
    assert read.email["EMAIL_USE_TLS"] is True
    assert read.trusted_proxies == 1


def test_a_database_behind_a_socket_is_understood_as_libpq_does() -> None:
    read = environment.read({"DATABASE_URL": "postgres://me@/network?host=/run/postgresql"})

    assert read.database["HOST"] == "/run/postgresql"
    assert read.database["NAME"] == "network"
    assert read.database["OPTIONS"] == {}
    assert read.database["ENGINE"] == "django.db.backends.postgresql"


def test_a_public_site_with_nothing_else_set_is_told_all_that_is_missing_at_once() -> None:
    assert complaints({"SITE_URL": "https://plans.example.org"}) == [
        f"- {name} must be set where SITE_URL is an https address: {why}."
        for name, why in (
            ("SECRET_KEY", "sessions and password links are signed with it"),
            ("DATABASE_URL", "the embedded database is for trying things out"),
            ("EMAIL_URL", "people are invited and told by e-mail"),
            ("DEFAULT_FROM_EMAIL", "mail needs a sender"),
        )
    ]


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("SITE_URL", "plans.example.org", "is 'plans.example.org', but must look like"),
        ("SITE_URL", "https://plans.example.org/sub", "but must look like https://plans"),
        ("SITE_URL", "https://plans.example.org:port", "but must look like https://plans"),
        ("SITE_URL", "http://plans.example.org", "must begin with https:// for any other machine"),
        ("DEBUG", "yes", "is 'yes', but must be one of 0, 1, false, true"),
        ("DEBUG", "1", "must be off in production"),
        ("SECRET_KEY", "secret", "must be at least 50 characters of pure chance"),
        ("SECRET_KEY", "x" * 60, "must be at least 50 characters of pure chance"),
        ("ALLOWED_HOSTS", "*", "must be names of hosts"),
        ("ALLOWED_HOSTS", "https://plans.example.org", "must be names of hosts"),
        ("DATABASE_URL", "sqlite:///plans.db", "must begin with one of postgres"),
        ("DATABASE_URL", "postgres://db.example.org", "must end with the name of a database"),
        ("DATABASE_URL", "postgres://db.example.org:port/plans", "cannot be read as an address"),
        ("CACHE_URL", "memory", "must begin with one of dbcache"),
        ("CACHE_URL", "locmemcache://", "must be shared by all processes"),
        ("EMAIL_URL", "mail.example.org", "must begin with one of consolemail"),
        ("EMAIL_URL", "consolemail://", "must be a mail server in production"),
        ("DEFAULT_FROM_EMAIL", "somebody", "must be an e-mail address"),
        ("TRUSTED_PROXIES", "-1", "must be a whole number from 0 to 9"),
        ("HSTS_SECONDS", "a year", "must be a whole number from 0 to 63072000"),
        ("LOG_LEVEL", "loud", "is 'loud', but must be one of DEBUG, INFO, WARNING, ERROR"),
    ],
)
def test_nonsense_is_refused_by_name(name: str, value: str, complaint: str) -> None:
    (line,) = complaints({**PUBLIC, name: value})

    assert line.startswith(f"- {name} ")
    assert complaint in line


def test_a_password_in_an_address_is_never_repeated() -> None:
    (line,) = complaints({**PUBLIC, "DATABASE_URL": "mysql://plans:hunter2@db.example.org/plans"})

    assert "hunter2" not in line


def test_settings_that_make_no_sense_end_a_command_with_the_reason() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env={"DEBUG": "perhaps"},
        capture_output=True,
        text=True,
        check=False,
        cwd=settings.BASE_DIR,
    )

    assert done.returncode == 1
    assert "- DEBUG is 'perhaps', but must be one of" in done.stderr


def test_no_page_may_run_or_style_anything_written_into_it() -> None:
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]

    assert policy["script-src"] == ["'self'"]
    assert policy["style-src"] == ["'self'"]
    assert policy["frame-ancestors"] == ["'none'"]


def test_only_the_style_sheet_of_bootstrap_is_served() -> None:
    assert finders.find("bootstrap/css/bootstrap.min.css") is not None
    assert finders.find("bootstrap/js/bootstrap.min.js") is None
    assert finders.find("fontawesome/css/all.min.css") is None


def test_every_file_named_in_a_style_sheet_exists(tmp_path: Path) -> None:
    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    with override_settings(STORAGES=storages, STATIC_ROOT=tmp_path):
        call_command("collectstatic", interactive=False, verbosity=0)

    assert (tmp_path / "staticfiles.json").exists()
