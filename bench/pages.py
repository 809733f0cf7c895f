"""How long the main pages take, and how many queries, beside a page that does nothing.

    python -m bench.pages [--plans 10000] [--times 40]

Works in a database of its own, ``bench``, on the embedded server (or the one that DATABASE_URL
names), which it fills the first time. Prints the median of one process, without a network.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import re
import statistics
import time
from collections.abc import Callable
from html import unescape
from typing import Any

from bench.databases import prepare


def main() -> None:
    """Fill the database if need be, measure, print."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    reader.add_argument("--plans", type=int, default=10_000, help="how many plans there are")
    reader.add_argument("--times", type=int, default=40, help="how often each page is asked for")
    options = reader.parse_args()
    prepare("bench")
    from bench import network

    begun = time.perf_counter()
    added = network.fill(options.plans)
    if added:
        analyze()
        print(f"Added {added} plans in {time.perf_counter() - begun:.0f} s.")
    rows = measure(options.times)
    bare = rows[0][1]
    print(f"{'page':<28}{'median ms':>10}{'times bare':>12}{'queries':>9}{'kB gzip':>9}")
    for name, milliseconds, queries, weight in rows:
        print(
            f"{name:<28}{milliseconds:>10.1f}{milliseconds / bare:>12.1f}{queries:>9}"
            f"{weight / 1000:>9.1f}"
        )


def analyze() -> None:
    """Have the database look at what it holds, as it does by itself after a while."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure(times: int) -> list[tuple[str, float, int, int]]:
    """Name, median in milliseconds, queries, compressed bytes of each page; the bare one first."""
    from django.test import Client

    from bench import network
    from plans.models import Plan

    member, reviewer = network.people()
    writing, reviewing = Client(), Client()
    writing.force_login(member)
    reviewing.force_login(reviewer)
    own = Plan.objects.filter(lab__memberships__user=member)
    draft = own.filter(state__in=("draft", "changes_requested")).order_by("-cycle__opens_at")[0]
    waiting = Plan.objects.filter(state="submitted", lab__region__reviewers__user=reviewer)[0]
    section = f"/plans/{draft.pk}/edit/challenge/"
    base = re.search(r'name="base" value="([^"]*)"', writing.get(section).content.decode())
    if base is None:
        raise SystemExit("The section's form was not found.")
    turn = iter(range(10**9))

    def save() -> tuple[Any, str, dict[str, str]]:
        """Save another statement each time, as somebody does who goes on writing."""
        form = writing.get(section).content.decode()
        shown = re.search(r'name="base" value="([^"]*)"', form)
        data = {"base": unescape(shown[1] if shown else ""), "do": "save"}
        data |= {"challenge_statement": f"Our challenge is number {next(turn)}."}
        data |= {"background": draft.background, "value_proposition": draft.value_proposition}
        return writing, section, data | {"summary": draft.summary}

    pages: list[tuple[str, Callable[[], object]]] = [
        ("bare page, 25 rows", lambda: writing.get("/bare/")),
        ("home of a lab member", lambda: writing.get("/")),
        ("review queue", lambda: reviewing.get("/review/")),
        ("library", lambda: writing.get("/plans/")),
        ("plan, with threads", lambda: reviewing.get(f"/plans/{waiting.pk}/")),
        ("section form", lambda: writing.get(section)),
    ]
    counted = [_counted(ask) for _name, ask in pages]
    medians = _medians([ask for _name, ask in pages], times)
    rows = [
        (name, median, *counts)
        for (name, _ask), median, counts in zip(pages, medians, counted, strict=True)
    ]
    rows.append(("section save", *_median_save(save, times)))
    return rows


def _counted(ask: Callable[[], object]) -> tuple[int, int]:
    """Queries and compressed bytes of a page."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        answer = ask()
    number = len(queries)  # before further requests reset the log
    if getattr(answer, "status_code", 0) != 200:
        raise SystemExit(f"A page answered {getattr(answer, 'status_code', answer)}.")
    return number, len(gzip.compress(getattr(answer, "content", b""), 6))


def _medians(asks: list[Callable[[], object]], times: int) -> list[float]:
    """Milliseconds of each page, asked for in turn, so that a busy moment hits all of them."""
    # As the server's workers do before their first request (config/gunicorn.py).
    gc.collect()
    gc.freeze()
    taken: list[list[float]] = [[] for _ in asks]
    for _ in range(times):
        for ask, found in zip(asks, taken, strict=True):
            begun = time.perf_counter()
            ask()
            found.append(time.perf_counter() - begun)
    return [statistics.median(found) * 1000 for found in taken]


def _median_save(
    prepare_save: Callable[[], tuple[Any, str, dict[str, str]]], times: int
) -> tuple[float, int, int]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    taken = []
    number = 0
    for _ in range(times):
        client, address, data = prepare_save()
        with CaptureQueriesContext(connection) as queries:
            begun = time.perf_counter()
            answer = client.post(address, data)
            taken.append(time.perf_counter() - begun)
        number = len(queries)
        if answer.status_code != 302:
            raise SystemExit("The save was refused.")
    return statistics.median(taken) * 1000, number, 0


if __name__ == "__main__":
    main()
