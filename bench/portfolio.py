"""How long the portfolio takes over a very large network, beside the same questions in plain SQL.

    python -m bench.portfolio [--plans 100000] [--times 7]

Works in a database of its own, ``bench_portfolio``, which it fills the first time: straight in the
database and without its triggers, since nothing here looks for words. A fifth of the plans is
approved and holds places, the rest comes from the archive; each names three goals, themes, methods
and data sources, three partners and a question. Prints medians of one process, without a network.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator

from bench.databases import prepare

LABS_A_CYCLE = 91 * 3
AGAIN = "page, all plans, within a minute"
KEPT = ("cache_entries", "SAVEPOINT")
"""Words of the queries that keep figures for a moment; they are not counted."""
PLAIN = """
SELECT term_id, count(*) FROM plans_plansdg GROUP BY 1;
SELECT term_id, count(*) FROM plans_planthematicarea GROUP BY 1;
SELECT term_id, count(*) FROM plans_planmethod GROUP BY 1;
SELECT term_id, count(*) FROM plans_plandatasource GROUP BY 1;
SELECT unnest(stages), count(DISTINCT plan_id) FROM plans_learningquestion GROUP BY 1;
SELECT sector_id, count(*), count(*) FILTER (WHERE is_new), count(DISTINCT plan_id)
FROM plans_partner GROUP BY 1;
SELECT organisation_id, count(DISTINCT plan_id) FROM plans_partner GROUP BY 1;
SELECT country_id, count(*) FROM plans_plan GROUP BY 1;
SELECT c.year, challenge_type, count(*)
FROM plans_plan p JOIN plans_cycle c ON c.id = p.cycle_id GROUP BY 1, 2;
SELECT lab_id, challenge_type, slot, count(*) FROM plans_plan GROUP BY 1, 2, 3;
SELECT percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY e.at - p.created_at)
FROM plans_plan p JOIN plans_event e ON e.plan_id = p.id WHERE e.kind = 'approve'
"""
"""The same questions, each for itself and over all plans, as somebody would type them."""


def main() -> None:
    """Fill the database if need be, measure, print."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    reader.add_argument("--plans", type=int, default=100_000, help="how many plans there are")
    reader.add_argument("--times", type=int, default=7, help="how often each is asked for")
    options = reader.parse_args()
    prepare("bench_portfolio")
    begun = time.perf_counter()
    added = fill(options.plans)
    if added:
        print(f"Added {added} plans in {time.perf_counter() - begun:.0f} s.")
    print(f"{'what':<44}{'median ms':>10}{'queries':>9}")
    for name, milliseconds, queries in measure(options.times):
        print(f"{name:<44}{milliseconds:>10.0f}{queries:>9}", flush=True)


def fill(number: int) -> int:
    """Add plans until there are ``number``; answer how many were added."""
    from django.db import connection, transaction

    from bench import network
    from plans.models import Plan

    missing = number - Plan.objects.count()
    if missing <= 0:
        return 0
    network.fill(3)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SELECT setseed(0.5)")
        for statement in _statements(missing):
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return missing


CYCLES = """
INSERT INTO plans_cycle (year, quarter, opens_at, closes_at)
SELECT 2025 - n / 4, 4 - n % 4, make_date(2025 - n / 4, 1, 1), make_date(2025 - n / 4, 12, 1)
FROM generate_series(0, {cycles} - 1) AS n ON CONFLICT DO NOTHING
"""
APPROVED = """
CREATE TEMPORARY TABLE fresh ON COMMIT DROP AS
SELECT nextval('plans_plan_id_seq') AS id, * FROM (
    SELECT l.id AS lab, c.id AS cycle, kind, slot, 'approved' AS state
    FROM accounts_lab l, plans_cycle c,
         (VALUES ('big_bet', 1), ('exploratory', 1), ('exploratory', 2)) AS place (kind, slot)
    WHERE NOT EXISTS (SELECT FROM plans_plan p WHERE p.lab_id = l.id AND p.cycle_id = c.id)
    LIMIT {missing} / 5) AS held
"""
ARCHIVED = """
INSERT INTO fresh
SELECT nextval('plans_plan_id_seq'), labs.ids[1 + n % labs.number],
       cycles.ids[1 + n / 7 % cycles.number],
       CASE n % 3 WHEN 0 THEN 'big_bet' WHEN 1 THEN 'exploratory' ELSE '' END, NULL, 'archived'
FROM generate_series(1, {missing} - (SELECT count(*)::int FROM fresh)) AS n,
     (SELECT array_agg(id) AS ids, count(*)::int AS number FROM accounts_lab) AS labs,
     (SELECT array_agg(id) AS ids, count(*)::int AS number FROM plans_cycle) AS cycles
"""
TERMS = """
INSERT INTO plans_{table} (plan_id, term_id, position, words)
SELECT f.id, terms.ids[1 + ((f.id * 7 + place * place * 5) % terms.number)], place, ''
FROM fresh f, generate_series(1, 3) AS place,
     (SELECT array_agg(id) AS ids, count(*)::int AS number FROM plans_{vocabulary}) AS terms
ON CONFLICT DO NOTHING
"""
BESIDE = """
INSERT INTO plans_organisation
    (name, aliases, description, labels, status, refusal, created_at)
SELECT 'Organisation ' || n, '{{}}', '', '{{}}', 'in_use', '', now()
FROM generate_series(1, 2000) AS n ON CONFLICT DO NOTHING;

INSERT INTO plans_partner
    (id, plan_id, position, name, description, is_new, sector_id, organisation_id)
SELECT gen_random_uuid(), f.id, place, 'A partner', repeat('They help. ', 14), random() < 0.3,
       sectors.ids[1 + ((f.id + place) % 14)], known.ids[1 + ((f.id * 13 + place * 31) % 2000)]
FROM fresh f, generate_series(1, 3) AS place,
     (SELECT array_agg(id) AS ids FROM plans_sector) AS sectors,
     (SELECT array_agg(id) AS ids FROM plans_organisation) AS known;

INSERT INTO plans_learningquestion
    (id, plan_id, position, question, stages, usage, data_gap)
SELECT gen_random_uuid(), id, 1, repeat('Why? ', 40),
       CASE id % 3 WHEN 0 THEN '{{sense,explore}}'::varchar[] WHEN 1 THEN '{{test}}'
                   ELSE '{{test,grow}}' END,
       repeat('So. ', 75), repeat('All. ', 60)
FROM fresh;

INSERT INTO plans_event
    (kind, lab_id, cycle_id, plan_id, acted_as, on_behalf_of, from_state, to_state, note, at)
SELECT 'approve', p.lab_id, p.cycle_id, p.id, 'reviewer', '', 'submitted', 'approved', '',
       p.created_at + random() * interval '60 days'
FROM plans_plan p JOIN fresh f ON f.id = p.id WHERE f.state = 'approved'
"""
VOCABULARIES = {
    "plansdg": "sdg",
    "planthematicarea": "thematicarea",
    "planmethod": "method",
    "plandatasource": "datasource",
}


def _statements(missing: int) -> list[str]:
    """What fills the tables, one after the other: cycles, plans, what they name, approvals."""
    cycles = max(4, missing // 5 // LABS_A_CYCLE)
    terms = [
        TERMS.format(table=table, vocabulary=vocabulary)
        for table, vocabulary in VOCABULARIES.items()
    ]
    parts = [CYCLES, APPROVED, ARCHIVED]
    told = [part.format(cycles=cycles, missing=missing) for part in parts]
    return [*told, _plans(), *terms, BESIDE.format()]


def _plans() -> str:
    """Plans as long as the archive's median, each like the first but for what is counted."""
    from plans.models import Plan

    given = {
        "id": "f.id",
        "lab_id": "f.lab",
        "cycle_id": "f.cycle",
        "challenge_type": "f.kind",
        "slot": "f.slot",
        "state": "f.state",
        "source": "'bench ' || f.id",
        "title": "'Plan ' || f.id",
        "country_id": "(SELECT min(country_id) FROM accounts_lab_countries WHERE lab_id = f.lab)",
        "latitude": "round((random() * 100 - 40)::numeric, 2)",
        "longitude": "round((random() * 300 - 150)::numeric, 2)",
    }
    columns = [str(field.column) for field in Plan._meta.local_concrete_fields]
    chosen = ", ".join(given.get(name, f"model.{name}") for name in columns)
    return (
        f"INSERT INTO plans_plan ({', '.join(columns)}) SELECT {chosen} FROM fresh f, "
        "(SELECT * FROM plans_plan ORDER BY id LIMIT 1) AS model"
    )


def measure(times: int) -> Iterator[tuple[str, float, int]]:
    """Name, median in milliseconds, and queries of each question."""
    from django.core.cache import cache
    from django.db import connection
    from django.http import QueryDict
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from bench import network
    from plans.filters import LibraryFilter
    from plans.permissions import library_plans
    from plans.portfolio import portfolio

    member, _reviewer = network.people()
    client = Client()
    client.force_login(member)

    def plain() -> None:
        with connection.cursor() as cursor:
            for question in PLAIN.split(";"):
                cursor.execute(question)
                cursor.fetchall()

    def figures(query: str) -> Callable[[], object]:
        return lambda: portfolio(LibraryFilter(QueryDict(query), library_plans(member)).qs)

    asked: list[tuple[str, Callable[[], object]]] = [
        ("eleven questions in plain SQL, all plans", plain),
        ("figures, all plans", figures("")),
        ("figures, a region", figures("region=africa")),
        ("figures, a region, year and goal", figures("region=africa&year=2024&sdg=13")),
        ("page, all plans", lambda: client.get("/portfolio/")),
        (AGAIN, lambda: client.get("/portfolio/")),
        ("page, a region", lambda: client.get("/portfolio/?region=africa")),
        ("table of goals as CSV", lambda: client.get("/portfolio/figures/goals.csv")),
        ("map as SVG", lambda: client.get("/portfolio/figures/countries.svg?region=africa")),
        ("map as PNG", lambda: client.get("/portfolio/figures/countries.png?region=africa")),
        (
            "two regions compared",
            lambda: client.get("/portfolio/compare/?a=region%3Dafrica&b=region%3Dasia-pacific"),
        ),
    ]
    for name, ask in asked:
        ask()  # warm
        taken = []
        if name != AGAIN:
            cache.clear()
        with CaptureQueriesContext(connection) as queries:
            ask()
        number = sum(not any(word in one["sql"] for word in KEPT) for one in queries)
        for _ in range(times):
            if name != AGAIN:
                cache.clear()
            begun = time.perf_counter()
            ask()
            taken.append(time.perf_counter() - begun)
        yield name, statistics.median(taken) * 1000, number


if __name__ == "__main__":
    main()
