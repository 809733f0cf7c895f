"""What very much talk about one plan, and a very long queue, cost: queries, bytes, milliseconds.

    python -m bench.threads [--plans 10000] [--times 10]

Works in a database of its own, ``bench_threads``, on the embedded server (or the one that
DATABASE_URL names). Discusses one plan in 300 threads with 2,000 comments, measures its pages, then
the queue with 10 plans and with as many as asked for; and takes all of it back at the end. Ends
with 1 where a page is heavier than 60 kB or takes more queries for much than for little.
"""

from __future__ import annotations

import argparse
import gzip
import statistics
import sys
import time
from typing import TYPE_CHECKING

from bench.databases import prepare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from accounts.models import User
    from plans.models import Plan

MOST_KB = 60


def main() -> None:
    """Measure, print, and say whether all is within its bounds."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    reader.add_argument("--plans", type=int, default=10_000, help="how long the long queue is")
    reader.add_argument("--times", type=int, default=10, help="how often each page is asked for")
    options = reader.parse_args()
    prepare("bench_threads")
    from django.db import transaction

    with transaction.atomic():
        rows = [*talked_about(options.times), *queued(options.plans, options.times)]
        transaction.set_rollback(True)
    print(f"{'page':<42}{'queries':>9}{'kB gzip':>14}{'median ms':>13}")
    for name, few, many in rows:
        queries = f"{few[0]} → {many[0]}"
        weight = f"{few[1] / 1000:.1f} → {many[1] / 1000:.1f}"
        print(f"{name:<42}{queries:>9}{weight:>14}{f'{few[2]:.0f} → {many[2]:.0f}':>13}")
    bad = [name for name, few, many in rows if few[0] != many[0] or many[1] > MOST_KB * 1000]
    if bad:
        sys.exit(f"Not within the bounds: {', '.join(bad)}.")


Cost = tuple[int, int, float]
"""Queries, compressed bytes, milliseconds."""


def cost(client: Client, address: str, times: int) -> Cost:
    """What a page costs; the time is the median."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    number = len(queries)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}.")
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        client.get(address)
        taken.append((time.perf_counter() - begun) * 1000)
    return number, len(gzip.compress(answer.content, 6)), statistics.median(taken)


def talked_about(times: int) -> Iterator[tuple[str, Cost, Cost]]:
    """Each page of a plan, with little and with very much said about it."""
    from bench import crowd, network
    from plans.models import Plan

    member, reviewer = network.people()
    network.fill(600)
    plans = iter(Plan.objects.filter(lab__memberships__user=member).order_by("pk"))
    for state in ("submitted", "changes_requested"):
        for statuses, called in ((crowd.STATUSES, "mixed"), (("open",), "all open")):
            plan = in_state(next(plans), state, member)
            found: dict[str, list[Cost]] = {}
            for threads, comments in (crowd.FEW, crowd.THE_REST):
                crowd.crowd(
                    plan,
                    reviewer=reviewer,
                    writer=member,
                    threads=threads,
                    comments=comments,
                    statuses=statuses,
                )
                for name, client, address in pages(plan, member, reviewer):
                    found.setdefault(name, []).append(cost(client, address, times))
            for name, (few, many) in found.items():
                yield f"{name}, {called}", few, many


def in_state(plan: Plan, state: str, member: User) -> Plan:
    """The plan that is spoken of, brought into a state, with a version."""
    from plans import history
    from plans.models import Plan

    Plan.objects.filter(pk=plan.pk).update(state=state)
    plan = Plan.objects.with_document().get(pk=plan.pk)
    history.snapshot(plan, actor=member)
    return plan


def pages(plan: Plan, member: User, reviewer: User) -> Iterator[tuple[str, Client, str]]:
    """The pages of a plan on which threads stand."""
    from django.test import Client

    from plans.sections import SECTION

    writing, reviewing = Client(), Client()
    writing.force_login(member)
    reviewing.force_login(reviewer)
    writing.get("/account/profile/")
    reviewing.get("/account/profile/")
    address = f"/plans/{plan.pk}/"
    yield f"{plan.state}: lab reads", writing, address
    yield f"{plan.state}: reviewer reads", reviewing, address
    yield f"{plan.state}: review", reviewing, f"{address}review/"
    if plan.state == "changes_requested":
        for section in SECTION:
            yield f"form: {section}", writing, f"{address}edit/{section}/"


def queued(number: int, times: int) -> Iterator[tuple[str, Cost, Cost]]:
    """The queue with ten plans and with many."""
    from django.test import Client

    from accounts.models import Lab, Membership
    from bench import network
    from plans.models import Plan

    _member, reviewer = network.people()
    client = Client()
    client.force_login(reviewer)
    client.get("/account/profile/")
    Membership.objects.filter(user=reviewer).delete()
    network.fill(number)
    Lab.objects.update(region=reviewer.reviewer_of.get().region)
    Plan.objects.update(state="approved")
    waiting = Plan.objects.values_list("pk", flat=True)[:10]
    Plan.objects.filter(pk__in=list(waiting)).update(state="submitted")
    few = cost(client, "/review/", times)
    Plan.objects.update(state="submitted")
    yield f"queue, 10 and {number:,}", few, cost(client, "/review/", times)


if __name__ == "__main__":
    main()
