"""How long search, facets and the library take on very many plans, beside the same in plain SQL.

    python -m bench.searching [--plans 100000] [--times 15]

Works in a database of its own for each number of plans, which it fills the first time, past the
triggers, and then has the search's own tables made as they are kept. Words are as frequent as words
are: a few stand in most texts, most in a few.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.core.management import call_command

from bench.databases import prepare

MEMBER = "bench.searcher@example.org"

# As random()³ draws it, the first of 5,000 words is in nearly every text, the last in one of fifty.
WORD = """(ARRAY['wa','ter','mar','ket','ri','so','lar','en','gi','fo','res','ta'])[1 + n %% 12]
    || (ARRAY['ka','ne','do','pu','si','va','ro','te','mi','la','be','zu'])[1 + n / 12 %% 12]
    || (ARRAY['ra','nos','tel','min','gar','pos','lum','cen','dri','vok'])[1 + n / 144 %% 10]
    || (ARRAY['', 'an', 'is', 'om'])[1 + n / 1440]"""
TEXT = f"""(SELECT string_agg({WORD}, ' ') FROM (SELECT (4999 * random() ^ 3)::int AS n
    FROM generate_series(1, {{words}}) WHERE plan IS NOT NULL) AS drawn)"""

PLANS = f"""
INSERT INTO plans_plan (lab_id, cycle_id, state, state_since, waited, slot, revision, carried_over,
    source, leftover, kept_words, created_by_id, created_at, changed_at, title, challenge_type,
    country_id, focal_point_address, challenge_statement, background, value_proposition, summary,
    early_leads, remarks)
SELECT (SELECT array_agg(id) FROM accounts_lab)[1 + plan %% 90],
    (SELECT array_agg(id) FROM plans_cycle)[1 + plan %% 40], 'archived', now(), '0', NULL, 0,
    '{{}}', '', '[]', '{{}}', %(writer)s, now(), now(), {TEXT.format(words=8)},
    (ARRAY['big_bet', 'exploratory', 'exploratory'])[1 + plan %% 3],
    (SELECT array_agg(code) FROM accounts_country)[1 + plan %% 110], '',
    {TEXT.format(words=40)}, {TEXT.format(words=120)}, {TEXT.format(words=60)},
    {TEXT.format(words=30)}, '', ''
FROM generate_series(1, %(plans)s) AS plan
"""
QUESTIONS = """
INSERT INTO plans_learningquestion (id, plan_id, position, question, stages, usage, data_gap)
SELECT gen_random_uuid(), id, 1, title,
    ARRAY[(ARRAY['sense', 'explore', 'test', 'grow'])[1 + id % 4]], '', ''
FROM plans_plan
"""
PARTNERS = """
INSERT INTO plans_partner (id, plan_id, position, name, description, sector_id)
SELECT gen_random_uuid(), plan.id, place, title, '',
    (SELECT array_agg(id) FROM plans_sector)[1 + (plan.id * place) % 14]
FROM plans_plan AS plan, generate_series(1, 3) AS place
"""
CHOSEN = """
INSERT INTO plans_plan{kind} (plan_id, term_id, position, words)
SELECT plan.id, (SELECT array_agg(id ORDER BY id) FROM plans_{kind})
    [1 + (plan.id * 7 + place) % {number}], place, ''
FROM plans_plan AS plan, generate_series(1, 3) AS place
"""
TERMS = {"sdg": 17, "thematicarea": 150, "method": 50, "datasource": 70}

PLAIN_SEARCH = """
SELECT plan.id FROM plans_plan AS plan JOIN plans_searchtext AS text ON text.plan_id = plan.id
WHERE plan.state IN ('approved', 'archived') AND text.words @@ %s::tsquery
ORDER BY ts_rank(text.words, %s::tsquery) DESC, plan.id DESC LIMIT 25
"""
PLAIN_COUNT = """
SELECT {column}, count(*) FROM plans_plan AS plan JOIN plans_cycle AS cycle ON cycle.id = cycle_id
JOIN accounts_lab AS lab ON lab.id = lab_id
WHERE state IN ('approved', 'archived') GROUP BY 1 ORDER BY 2 DESC LIMIT 6
"""
PLAIN_COUNT_BESIDE = """
SELECT {column}, count(DISTINCT plan_id) FROM {table} JOIN plans_plan AS plan ON plan.id = plan_id
WHERE state IN ('approved', 'archived') GROUP BY 1 ORDER BY 2 DESC LIMIT 6
"""
COLUMNS = "state region_id country_id lab_id cycle.year cycle_id challenge_type".split()
BESIDE = {
    **{f"plans_plan{kind}": "term_id" for kind in TERMS},
    "plans_learningquestion": "stages",
    "plans_partner": "sector_id",
    "plans_searchtext": "language",
}
PLAIN_COUNTS = [
    *(PLAIN_COUNT.format(column=column) for column in COLUMNS),
    *(PLAIN_COUNT_BESIDE.format(table=table, column=name) for table, name in BESIDE.items()),
]

Ask = Callable[[], object]


def main() -> None:
    """Fill the database if need be, measure, print."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    reader.add_argument("--plans", type=int, default=100_000, help="how many plans there are")
    reader.add_argument("--times", type=int, default=15, help="how often each question is asked")
    options = reader.parse_args()
    prepare(f"bench_searching_{options.plans}", seeds=False)
    begun = time.perf_counter()
    if fill(options.plans):
        print(f"Filled {options.plans} plans in {time.perf_counter() - begun:.0f} s.")
    print(f"{'question':<44}{'median ms':>10}{'plain SQL ms':>14}{'queries':>9}")
    for name, ours, plain, queries in measure(options.times):
        beside = f"{plain:>14.1f}" if plain is not None else f"{'–':>14}"
        print(f"{name:<44}{ours:>10.1f}{beside}{queries:>9}")


def fill(number: int) -> bool:
    """Make that many plans in a database that has none; answer whether it did."""
    from django.db import connection, transaction
    from django.utils import timezone

    from accounts.models import Lab, Membership, User
    from plans.models import Cycle, Plan

    if Plan.objects.exists():
        return False
    call_command("load_seeds", verbosity=0)
    writer = User.objects.create(email=MEMBER, name="Bench Searcher")
    Membership.objects.create(user=writer, lab=Lab.objects.order_by("pk")[0])
    for year in range(2015, 2025):
        for quarter in range(1, 5):
            opens = timezone.now().replace(year=year, month=3 * quarter - 2, day=1)
            closes = opens + dt.timedelta(days=80)
            Cycle.objects.get_or_create(
                year=year, quarter=quarter, defaults={"opens_at": opens, "closes_at": closes}
            )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(PLANS, {"writer": writer.pk, "plans": number})
        cursor.execute(QUESTIONS)
        cursor.execute(PARTNERS)
        for kind, number_of_terms in TERMS.items():
            cursor.execute(CHOSEN.format(kind=kind, number=number_of_terms))
        cursor.execute("SET LOCAL session_replication_role = origin")
        # An index is made faster than kept.
        cursor.execute("DROP INDEX search_text_words")
        cursor.execute("SELECT count(keep_search_texts(ARRAY[id]) IS NULL) FROM plans_plan")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("CREATE INDEX search_text_words ON plans_searchtext USING gin (words)")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return True


def measure(times: int) -> list[tuple[str, float, float | None, int]]:
    """Name, median of ours and of plain SQL in milliseconds, and our number of queries."""
    gc.collect()
    gc.freeze()
    rows = []
    for name, ours, beside in _questions():
        number = _queries(ours)
        taken, plainly = [], []
        for _turn in range(times):
            taken.append(_timed(ours))
            if beside:
                plainly.append(_timed(beside))
        median = statistics.median(plainly) if plainly else None
        rows.append((name, statistics.median(taken), median, number))
    return rows


def _questions() -> list[tuple[str, Ask, Ask | None]]:
    """What is asked, by us and in plain SQL."""
    rare, usual, common = _some_words()
    both = f"{usual} & {common}"
    return [
        ("25 best for a rare word", _found(f"q={rare}"), _plain(PLAIN_SEARCH, rare, rare)),
        ("25 best for a usual word", _found(f"q={usual}"), _plain(PLAIN_SEARCH, usual, usual)),
        ("25 best for a common word", _found(f"q={common}"), _plain(PLAIN_SEARCH, common, common)),
        ("25 best for two", _found(f"q={usual}+{common}"), _plain(PLAIN_SEARCH, both, both)),
        ("25 newest", _found(""), None),
        ("facets of everything", _counted(""), lambda: [_plain(one)() for one in PLAIN_COUNTS]),
        ("facets of a usual word", _counted(f"q={usual}"), None),
        ("facets, by region and theme", _counted("region=africa&theme=3"), None),
        ("library, nothing kept", _page(""), None),
        ("library, a usual word", _page(f"q={usual}"), None),
        ("library, a typing error", _page(f"q={usual}x"), None),
        ("library, narrowed", _page(f"q={usual}&region=africa&not_type=big_bet"), None),
    ]


def _some_words() -> tuple[str, str, str]:
    """A rare word, one that stands in some texts, and one that stands in most."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM ts_stat('SELECT words FROM plans_searchtext LIMIT 5000') "
            "WHERE word !~ '=' ORDER BY ndoc"
        )
        words = [word for (word,) in cursor.fetchall()]
    return words[len(words) // 100], words[len(words) * 3 // 4], words[-5]


def _plain(statement: str, *given: str) -> Ask:
    from django.db import connection

    def ask() -> object:
        with connection.cursor() as cursor:
            cursor.execute(statement, given or None)
            return cursor.fetchall()

    return ask


def _found(query: str) -> Ask:
    selected = _selection(query)
    return lambda: list(selected().qs.values_list("pk")[:25])


def _counted(query: str) -> Ask:
    selected = _selection(query)
    return lambda: selected().counts()


def _selection(query: str) -> Callable[[], Any]:
    from django.http import QueryDict

    from accounts.models import User
    from plans.permissions import library_plans
    from plans.search.selection import LibraryFilter

    member = User.objects.get(email=MEMBER)
    return lambda: LibraryFilter(QueryDict(query), library_plans(member))


def _page(query: str) -> Ask:
    from django.core.cache import cache
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email=MEMBER))

    def ask() -> object:
        cache.clear()
        answer = client.get(f"/plans/?{query}")
        if answer.status_code != 200:
            raise SystemExit(f"The library answered {answer.status_code}.")
        return answer

    return ask


def _queries(ask: Ask) -> int:
    """How many queries it takes, without those that keep the numbers for a moment."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        ask()
    kept = ("cache_entries", "SAVEPOINT")
    return sum(not any(word in one["sql"] for word in kept) for one in queries)


def _timed(ask: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    ask()
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    main()
