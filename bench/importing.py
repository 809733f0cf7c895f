"""How fast the archive comes in: pages read a second, and pages stored a second.

    .venv/bin/python -m config.database with .venv/bin/python manage.py shell -c \
        "from bench.importing import run; run()"

Pages are those of seeds/samples, many times over under other names and years, or of the folder
that is given. Everything happens in one transaction that is taken back. On a machine that does much
else, what counts is the work: of this process, and of the database where it runs on the same Linux.
"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

from django.db import connection, transaction

from accounts.models import User
from plans.importers import archive
from plans.importers.examining import Examined, Order, examine_text
from plans.importers.markdown import read

SAMPLES = Path(__file__).resolve().parent.parent / "seeds" / "samples"


def pages(folder: Path = SAMPLES, count: int = 400) -> list[str]:
    """That many pages: those of the folder, each with a title and a first word of its own."""
    texts = [
        page.read_text(encoding="utf-8")
        for page in sorted(folder.glob("*.md"))
        if page.name != "README.md"
    ]
    return [
        re.sub(r"^# ", f"# Page {number}: ", texts[number % len(texts)], count=1)
        for number in range(count)
    ]


def run(folder: str = "", count: int = 400) -> tuple[float, float]:
    """Read and store the pages; print and answer pages read and pages stored a second.

    Printed besides: how much work a page is, and how many that makes a second on two cores.
    """
    texts = pages(Path(folder) if folder else SAMPLES, count)
    began = time.perf_counter()
    for text in texts:
        read(text)
    reading = count / (time.perf_counter() - began)
    print(f"read   {reading:6.0f} pages a second")
    with transaction.atomic():
        actor = User.objects.create(email="bench@example.org", is_staff=True, is_superuser=True)
        order = Order(actor=actor, archived=True, cycle=None)
        began = time.perf_counter()
        worked, served = time.process_time(), _database_worked()
        for number, text in enumerate(texts):
            found = Examined(f"page-{number}.md", text)
            report = archive.store(examine_text(found, order, named=True), order)
            assert not report.failed, report.sentence
        storing = count / (time.perf_counter() - began)
        worked = 1000 * (time.process_time() - worked) / count
        served = 1000 * (_database_worked() - served) / count
        transaction.set_rollback(True)
    print(f"stored {storing:6.0f} pages a second by one process, reading included")
    print(f"work of a page: {worked:.0f} ms in Python, {served:.0f} ms in the database")
    print(f"two cores have room for {2000 / (worked + served):.0f} a second")
    return reading, storing


def _database_worked() -> float:
    """Seconds of work of this connection's server process; 0 where that cannot be seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        told = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not told.exists():
        return 0.0
    fields = told.read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
