"""What the environment says, read once, typed, and refused in words where it makes no sense.

Two situations are told apart by ``SITE_URL`` alone. Unset (or http on this very machine),
everything has a default that suits one person trying things out. With an https address it is
production: nothing is assumed, and what a public site needs must be set. ``docs/deploy.md`` lists
the variables.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ

from config import storage
from config.embedded import places, server

THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")
POSTGRES = ("postgres", "postgresql", "psql", "pgsql")
CACHES = ("dbcache", "rediscache", "redis", "rediss", "locmemcache")
EMAIL = ("consolemail", "memorymail", "filemail", "smtp", "smtp+tls", "smtp+ssl", "smtps")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
SHORTEST_SECRET_KEY = 50


class Nonsense(Exception):
    """The environment cannot be used; the message names every variable and what is wrong."""


@dataclass(frozen=True)
class Environment:
    """Everything the settings take from outside."""

    site_url: str
    production: bool
    debug: bool
    secret_key: str
    secret_key_fallbacks: list[str]
    allowed_hosts: list[str]
    database: dict[str, Any]
    cache: dict[str, Any]
    storage: dict[str, Any]
    email: dict[str, Any]
    default_from_email: str
    trusted_proxies: int
    hsts_seconds: int
    log_level: str


def read(source: Mapping[str, str] = os.environ) -> Environment:
    """Return the typed environment.

    Raises Nonsense naming everything that is wrong at once, not only the first thing.
    """
    return _Reader(source).environment()


class _Reader:
    """Reads variable by variable and collects what it cannot accept."""

    def __init__(self, source: Mapping[str, str]) -> None:
        self.source = {name: value.strip() for name, value in source.items()}
        self.wrong: list[str] = []
        self.site_url = self._site_url()
        self.production = self.site_url.startswith("https://")

    def environment(self) -> Environment:
        """Read everything, or raise Nonsense."""
        read = Environment(
            site_url=self.site_url,
            production=self.production,
            debug=self._debug(),
            secret_key=self._secret_key(),
            secret_key_fallbacks=self._list("SECRET_KEY_FALLBACKS"),
            allowed_hosts=self._allowed_hosts(),
            database=self._database(),
            cache=self._cache(),
            storage=self._storage(),
            email=self._email(),
            default_from_email=self._from_address(),
            # A site on https stands behind something that speaks it: gunicorn does not.
            trusted_proxies=self._number("TRUSTED_PROXIES", 1 if self.production else 0, most=9),
            hsts_seconds=self._number("HSTS_SECONDS", 31_536_000, most=63_072_000),
            log_level=self._one_of("LOG_LEVEL", "INFO", LOG_LEVELS),
        )
        if self.wrong:
            raise Nonsense("\n".join(["The environment cannot be used:", *self.wrong]))
        return read

    def _refuse(self, name: str, why: str) -> None:
        self.wrong.append(f"- {name} {why}.")

    def _required(self, name: str, why: str) -> None:
        if self.production and not self.source.get(name):
            self._refuse(name, f"must be set where SITE_URL is an https address: {why}")

    def _list(self, name: str) -> list[str]:
        return [part.strip() for part in self.source.get(name, "").split(",") if part.strip()]

    def _one_of(self, name: str, default: str, known: tuple[str, ...]) -> str:
        value = self.source.get(name) or default
        if value not in known:
            self._refuse(name, f"is '{value}', but must be one of {', '.join(known)}")
        return value

    def _number(self, name: str, default: int, most: int) -> int:
        value = self.source.get(name) or str(default)
        if not (value.isascii() and value.isdigit() and int(value) <= most):
            self._refuse(name, f"is '{value}', but must be a whole number from 0 to {most}")
            return default
        return int(value)

    def _site_url(self) -> str:
        value = self.source.get("SITE_URL") or "http://localhost:8000"
        parts = urlsplit(value)
        try:
            host = parts.hostname
            well_formed = parts.port is None or parts.port > 0
        except ValueError:
            host, well_formed = None, False
        bare = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)
        if parts.scheme not in ("http", "https") or not host or not bare or not well_formed:
            self._refuse("SITE_URL", f"is '{value}', but must look like https://plans.example.org")
        elif parts.scheme == "http" and host not in ("localhost", "127.0.0.1", "::1"):
            self._refuse("SITE_URL", "must begin with https:// for any other machine than this one")
        return value.rstrip("/")

    def _debug(self) -> bool:
        value = self._one_of("DEBUG", "0", ("0", "1", "false", "true", "False", "True"))
        debug = value in ("1", "true", "True")
        if debug and self.production:
            self._refuse("DEBUG", "shows the inside of the site and must be off in production")
        return debug

    def _secret_key(self) -> str:
        self._required("SECRET_KEY", "sessions and password links are signed with it")
        value = self.source.get("SECRET_KEY", "")
        if value and (len(value) < SHORTEST_SECRET_KEY or len(set(value)) < 5):
            self._refuse(
                "SECRET_KEY", f"must be at least {SHORTEST_SECRET_KEY} characters of pure chance"
            )
        return value or ("" if self.production else _own_secret_key(places.VAR_DIR))

    def _allowed_hosts(self) -> list[str]:
        hosts = self._list("ALLOWED_HOSTS")
        if any(host == "*" or "/" in host or ":" in host.strip("[]") for host in hosts):
            self._refuse("ALLOWED_HOSTS", "must be names of hosts, with commas between them")
        if hosts:
            return hosts
        return (
            [urlsplit(self.site_url).netloc.partition(":")[0]]
            if self.production
            else [*THIS_MACHINE]
        )

    def _address(
        self, name: str, default: str, schemes: tuple[str, ...], parse: Callable[[str], Any]
    ) -> dict[str, Any]:
        value = self.source.get(name) or default
        if value.partition("://")[0] not in schemes:
            # The value may hold a password, so it is not repeated here.
            self._refuse(name, f"must begin with one of {', '.join(schemes)}, then ://")
            return {}
        try:
            return dict(parse(value))
        except (ValueError, KeyError, environ.ImproperlyConfigured):
            self._refuse(name, "cannot be read as an address")
            return {}

    def _database(self) -> dict[str, Any]:
        self._required("DATABASE_URL", "the embedded database is for trying things out")
        embedded = not self.source.get("DATABASE_URL")
        url = "" if not embedded else server.url()
        found = self._address("DATABASE_URL", url, POSTGRES, environ.Env.db_url_config)
        if found and not found["NAME"]:
            self._refuse("DATABASE_URL", "must end with the name of a database")
        # libpq takes a socket's folder as a parameter, Django as the host.
        folder = found.get("OPTIONS", {}).pop("host", None)
        if folder:
            found["HOST"] = folder
        found["ENGINE"] = "config.embedded" if embedded else "django.db.backends.postgresql"
        return {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, **found}

    def _cache(self) -> dict[str, Any]:
        found = self._address(
            "CACHE_URL", "dbcache://cache_entries", CACHES, environ.Env.cache_url_config
        )
        if self.production and "locmem" in found.get("BACKEND", ""):
            self._refuse("CACHE_URL", "must be shared by all processes: attempts are counted in it")
        return found

    def _storage(self) -> dict[str, Any]:
        try:
            return storage.read(self.source.get("STORAGE_URL", ""), places.VAR_DIR / "media")
        except ValueError as why:
            self._refuse("STORAGE_URL", str(why))
            return {}

    def _email(self) -> dict[str, Any]:
        self._required("EMAIL_URL", "people are invited and told by e-mail")
        found = self._address("EMAIL_URL", "consolemail://", EMAIL, environ.Env.email_url_config)
        given = self.production and self.source.get("EMAIL_URL")
        if given and "smtp" not in found.get("EMAIL_BACKEND", "smtp"):
            self._refuse("EMAIL_URL", "must be a mail server in production")
        return found

    def _from_address(self) -> str:
        self._required("DEFAULT_FROM_EMAIL", "mail needs a sender")
        value = self.source.get("DEFAULT_FROM_EMAIL") or "plans@localhost"
        if "@" not in value or "\n" in value:
            self._refuse("DEFAULT_FROM_EMAIL", "must be an e-mail address")
        return value


def _own_secret_key(folder: Path) -> str:
    """A key made by chance on first use and kept in the checkout, for one person's trials."""
    file = folder / "secret-key"
    try:
        folder.mkdir(exist_ok=True)
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass
    except OSError as error:
        raise Nonsense(f"{file} cannot be written ({error}). Set SECRET_KEY instead.") from error
    try:
        return file.read_text(encoding="ascii")
    except OSError as error:
        raise Nonsense(f"{file} cannot be read ({error}). Set SECRET_KEY instead.") from error
