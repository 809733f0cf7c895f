"""What the pages of the writing journey weigh, as a browser receives them.

    python -m bench.weights

Starts the site as on a server (gunicorn, static files collected and compressed), goes from the
sign-in page to handing in, and prints for each page the bytes received, heads and bodies:
everything for somebody whose browser knows nothing yet, and what is new for somebody on the
journey. Ends with 1 when a page is above its bar.
"""

from __future__ import annotations

import gzip
import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

import brotli
from django.core.management import call_command

from bench.databases import prepare

FIRST_LOAD = 90_000
LATER_LOAD = 15_000
PLANS = 300
PASSWORD = "to be weighed and nothing else"
KEPT = re.compile(r"immutable|max-age=\d{6,}")
IMPORTED = re.compile(r"""^\s*(?:import|export)\b[^"']*["'](\.[^"']+)["']""", re.MULTILINE)
DRAWN = re.compile(r"""url\(["']?(?!data:)([^"')]+)""")


def main() -> int:
    """Weigh every page, print the table; returns the exit status."""
    prepare("bench")
    plan, lab = _writer()
    with tempfile.TemporaryDirectory() as static, _serve(static) as address:
        rows = _journey(address, plan, lab)
    print(f"{'page':<26}{'first load':>12}{'requests':>10}{'later load':>12}{'requests':>10}")
    for row in rows:
        print(
            f"{row.name:<26}{_kb(row.first):>12}{row.first_requests:>10}"
            f"{_kb(row.later):>12}{row.later_requests:>10}{'  above the bar' * row.is_heavy}"
        )
    return int(any(row.is_heavy for row in rows))


def _kb(weight: int) -> str:
    return f"{weight / 1000:.1f} kB" if weight else "–"


@dataclass
class Row:
    """What one step of the journey weighs; 0 where that makes no sense."""

    name: str
    first: int
    first_requests: int
    later: int
    later_requests: int

    @property
    def is_heavy(self) -> bool:
        """Whether it is above a bar. The first page of the journey is nobody's later one."""
        return self.first > FIRST_LOAD or self.later > LATER_LOAD


# -- the site --------------------------------------------------------------------------------------


def _writer() -> tuple[int, str]:
    """Give the bench's member a password; a draft of theirs and the address of their lab."""
    from bench import network
    from plans.models import Plan

    network.fill(PLANS)
    member, _reviewer = network.people()
    member.set_password(PASSWORD)
    member.save()
    drafts = Plan.objects.filter(lab__memberships__user=member, state="draft")
    plan = drafts.order_by("-cycle__opens_at", "pk").first()
    if plan is None:
        # The network's plans are drawn by lot: nothing says that this lab has a draft.
        plan = Plan.objects.filter(lab__memberships__user=member).order_by("-cycle__opens_at")[0]
        Plan.objects.filter(pk=plan.pk).update(state="draft")
    return plan.pk, plan.lab.slug


@contextmanager
def _serve(static: str) -> Iterator[str]:
    """The address of the site, served as on a server until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "bench.served",
        "BENCH_STATIC": static,
        "SITE_URL": address,
        "WEB_BIND": f"fd://{listener.fileno()}",
        "WEB_WORKERS": "1",
    }
    call_command("createcachetable", verbosity=0)
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(collect, env=environment, check=True)
    command = [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn"]
    with subprocess.Popen(command, env=environment, pass_fds=[listener.fileno()]) as server:
        listener.close()  # from here on only the server holds it: if that ends, so do requests
        try:
            yield address
        finally:
            server.terminate()


# -- the browser -----------------------------------------------------------------------------------


class Parts(HTMLParser):
    """The addresses of what a page shows or runs."""

    WANTED = ("stylesheet", "icon", "modulepreload")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.token = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what is fetched with the page, and the token its forms carry."""
        given = {name: value or "" for name, value in attrs}
        if tag == "link" and given.get("rel") in self.WANTED:
            self.found.append(given["href"])
        elif tag in ("script", "img") and given.get("src"):
            self.found.append(given["src"])
        elif given.get("name") == "csrfmiddlewaretoken":
            self.token = given["value"]


@dataclass
class Answer:
    """What came back: its weight on the line, its text, whether a browser keeps it, where to."""

    weight: int
    text: str
    kept: bool
    location: str
    status: int


@dataclass
class Browser:
    """Asks as browsers do, keeps cookies and what is said to be immutable, and weighs the rest."""

    address: str
    cookies: SimpleCookie = field(default_factory=SimpleCookie)
    kept: dict[str, str] = field(default_factory=dict)

    def ask(self, path: str, form: dict[str, str] | None = None) -> Answer:
        """One request, not followed anywhere."""
        line = HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        heads = {
            "Accept-Encoding": "gzip, deflate, br",
            "Cookie": "; ".join(f"{key}={one.value}" for key, one in self.cookies.items()),
            "Referer": self.address + path,
        }
        if form is None:
            line.request("GET", path, headers=heads)
        else:
            heads["Content-Type"] = "application/x-www-form-urlencoded"
            heads["Accept"] = "application/json"
            line.request("POST", path, urlencode(form), heads)
        answer = line.getresponse()
        body = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookies.load(value)
        line.close()
        head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
        return Answer(
            weight=head + len(body),
            text=_readable(body, answer.getheader("Content-Encoding", "")),
            kept=bool(KEPT.search(answer.getheader("Cache-Control", ""))),
            location=answer.getheader("Location", ""),
            status=answer.status,
        )

    def open(self, path: str) -> tuple[int, int, Parts]:
        """Open a page with all its parts: bytes received, requests made, and what was on it.

        Raises SystemExit for a page that is not there.
        """
        page = self.ask(path)
        if page.status != 200:
            raise SystemExit(f"{path} answered {page.status}.")
        parts = Parts(page.text)
        weight, requests = page.weight, 1
        seen: set[str] = set()
        waiting = [urljoin(path, one) for one in parts.found]
        while waiting:
            part = waiting.pop()
            if part in seen or not part.startswith("/"):
                continue
            seen.add(part)
            if part not in self.kept:
                answer = self.ask(part)
                if answer.status != 200:
                    raise SystemExit(f"{part}, a part of {path}, answered {answer.status}.")
                weight, requests = weight + answer.weight, requests + 1
                text = answer.text
                if answer.kept:
                    self.kept[part] = text
            else:
                text = self.kept[part]
            inner = {".js": IMPORTED, ".css": DRAWN}.get(Path(part).suffix)
            waiting += [urljoin(part, one) for one in inner.findall(text)] if inner else []
        return weight, requests, parts


def _readable(body: bytes, encoding: str) -> str:
    plain = {"gzip": gzip.decompress, "br": brotli.decompress}.get(encoding, bytes)(body)
    text: str = plain.decode(errors="replace")
    return text


# -- the journey -----------------------------------------------------------------------------------


def _journey(address: str, plan: int, lab: str) -> list[Row]:
    """Every page from the sign-in to handing in, in order, then two requests made while writing."""
    from bench import network
    from plans.sections import SECTIONS

    writer = Browser(address)
    first, requests, parts = writer.open("/account/login/")
    rows = [Row("sign in", first, requests, 0, 0)]
    form = {"login": network.MEMBER, "password": PASSWORD, "csrfmiddlewaretoken": parts.token}
    if writer.ask("/account/login/", form).status not in (200, 302):
        raise SystemExit("The bench's member could not sign in.")
    pages = [("home", "/"), ("the lab", f"/labs/{lab}/"), ("start", f"/labs/{lab}/plans/new/")]
    pages += [(f"section: {one.title}", f"/plans/{plan}/edit/{one.key}/") for one in SECTIONS]
    pages += [
        ("overview", f"/plans/{plan}/edit/"),
        ("reading view", f"/plans/{plan}/"),
        ("handing in", f"/plans/{plan}/acts/submit/"),
    ]
    for name, path in pages:
        stranger = Browser(address, writer.cookies)
        whole, many, _parts = stranger.open(path)
        new, few, parts = writer.open(path)
        rows.append(Row(name, whole, many, new, few))
    section = f"/plans/{plan}/edit/challenge/"
    parts = writer.open(section)[2]
    sent = {"do": "auto", "base": "{}", "only": '["background"]', "background": "Another word."}
    answer = writer.ask(section, {**sent, "csrfmiddlewaretoken": parts.token})
    rows.append(Row("saved while writing", 0, 0, answer.weight, 1))
    return rows


if __name__ == "__main__":
    sys.exit(main())
