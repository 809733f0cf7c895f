"""How long merging terms takes, and undoing it, on plans by the thousand.

    python -m bench.merging [--plans 2000] [--terms 40] [--times 3]

Works in the database of ``bench.pages``, fills it if need be, and leaves it as it was: each round
is one transaction that is taken back at its end. The bar is two seconds for 40 terms that are used
in 2,000 plans, and a fixed number of statements.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

from bench.databases import prepare

BAR = 2000
"""Milliseconds."""


def main() -> None:
    """Fill the database if need be, merge, undo, print."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    reader.add_argument("--plans", type=int, default=2000, help="on how many plans they are used")
    reader.add_argument("--terms", type=int, default=40, help="how many terms are merged")
    reader.add_argument("--times", type=int, default=3, help="how many rounds")
    options = reader.parse_args()
    prepare("bench")
    from bench import network

    network.fill(options.plans)
    print(f"{options.terms} terms on {options.plans} plans")
    print(f"{'':<40}{'':>8}{'preview':>10}{'merge':>18}{'preview':>10}{'undo':>18}")
    print(f"{'':<40}{'uses':>8}{'ms':>10}{'ms':>8}{'statm.':>10}{'ms':>10}{'ms':>8}{'statm.':>10}")
    slowest = 0.0
    for name, use in CASES.items():
        rounds = [_round(use, options.plans, options.terms) for _time in range(options.times)]
        uses = rounds[0][0]
        middle = [statistics.median(one[column] for one in rounds) for column in range(1, 5)]
        slowest = max(slowest, middle[1], middle[3])
        print(
            f"{name:<40}{uses:>8}{middle[0]:>10.0f}{middle[1]:>8.0f}{rounds[0][5]:>10}"
            f"{middle[2]:>10.0f}{middle[3]:>8.0f}{rounds[0][6]:>10}"
        )
    print(f"The bar is {BAR} ms: {'held' if slowest <= BAR else 'not held'}.")


def _round(use: Callable[[list[Any], int], list[Any]], plans: int, number: int) -> Any:
    """Uses; milliseconds of preview, merge, preview and undo; statements of merge and undo."""
    from django.db import transaction

    from accounts.models import User
    from plans import merging
    from plans.models import Plan

    with transaction.atomic():
        actor = User(name="Bench", email="bench.terms@example.org", is_staff=True)
        actor.is_superuser = True
        actor.save()
        terms = use(list(Plan.objects.order_by("pk")[:plans]), number)
        foreseen, seen, _statements = _timed(lambda: _preview(terms, actor))
        assert foreseen.plans == plans
        record, merged, first = _timed(lambda: merging.merge(terms[1:], terms[0], actor=actor))
        uses = record.uses.count()
        _lost, seen_back, _statements = _timed(lambda: merging.foresee_undo(record, actor))
        _record, undone, second = _timed(lambda: merging.undo(record, actor=actor))
        transaction.set_rollback(True)
    return uses, seen, merged, seen_back, undone, first, second


def _preview(terms: list[Any], actor: Any) -> Any:
    from plans import merging

    foreseen = merging.foresee(terms, terms[0], actor)
    foreseen.changes(foreseen.named[:50])
    return foreseen


def _timed(act: Callable[[], Any]) -> tuple[Any, float, int]:
    """What an act answers, its milliseconds, and how many statements it takes."""
    from django.db import connection

    statements = 0

    def count(execute: Any, *given: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(*given)

    begun = time.perf_counter()
    with connection.execute_wrapper(count):
        answer = act()
    return answer, (time.perf_counter() - begun) * 1000, statements


def _themes(plans: list[Any], number: int, each: int = 1) -> list[Any]:
    """Each plan has so many of the themes, besides the ones it had."""
    from plans.models import PlanThematicArea, ThematicArea

    terms = ThematicArea.objects.bulk_create(
        ThematicArea(name=f"Bench theme {count}", aliases=[f"Bench spelling {count}"])
        for count in range(number + 1)
    )
    PlanThematicArea.objects.bulk_create(
        PlanThematicArea(plan=plan, term=term, words=term.name, position=10 + place)
        for count, plan in enumerate(plans)
        for place in range(each)
        for term in [terms[1 + (count + place) % number]]
    )
    return terms


def _organisations(plans: list[Any], number: int) -> list[Any]:
    """Each partner of these plans is one of the organisations."""
    from plans.models import Organisation, Partner

    terms = Organisation.objects.bulk_create(
        Organisation(name=f"Bench organisation {count}") for count in range(number + 1)
    )
    partners = list(Partner.objects.filter(plan__in=plans).order_by("pk"))
    for count, partner in enumerate(partners):
        partner.organisation = terms[1 + count % number]
    Partner.objects.bulk_update(partners, ["organisation"], batch_size=500)
    return terms


CASES: dict[str, Callable[[list[Any], int], list[Any]]] = {
    "themes, one on a plan": _themes,
    "themes, two on every plan": lambda plans, number: _themes(plans, number, each=2),
    "organisations, on all partners": _organisations,
}


if __name__ == "__main__":
    main()
