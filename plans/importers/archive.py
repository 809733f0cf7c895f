"""Bringing pages of the archive in: as drafts, within today's limits, or as archived plans.

Every file is its own transaction: it comes in whole, or nothing of it does and the others go on.
A page passes three steps: it is loaded, examined (whose is it, of which year, what does it hold)
and stored. What is only asked about a page ends after the second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from multiprocessing import get_context
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, OperationalError, connection, connections, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from plans import authoring
from plans.authoring import Arrived
from plans.errors import PlanError
from plans.importers.drafts import store_draft
from plans.importers.examining import Examined, Order, examine
from plans.importers.files import File
from plans.importers.report import FileReport, Result, what_was_not_understood, what_was_taken

_ATTEMPTS: Final = 4
_WORTH_TWO: Final = 40
"""From so many files on, a second process is worth its beginning."""


def bring_in(file: File, order: Order) -> FileReport:
    """Import one file as ordered, in one transaction, and say how it went; raises nothing of ours.

    A file without a plan in it is refused when it was named itself, and left alone when it merely
    lay in a folder.
    """
    return store(examine(file, order), order)


def bring_in_all(files: Sequence[File], order: Order, *, processes: int) -> Iterator[FileReport]:
    """Import files one after the other, or in several processes; reports come in their order.

    Inside a transaction there is one process: what it did can then be taken back.
    """
    if connection.in_atomic_block or len(files) < _WORTH_TWO:
        yield from map(partial(bring_in, order=order), files)
    elif processes < 2:
        _hurry()
        yield from map(partial(bring_in, order=order), files)
    else:
        connections.close_all()  # each process opens its own
        with get_context("fork").Pool(processes, _hurry) as pool:
            yield from pool.imap(partial(bring_in, order=order), files, chunksize=8)


def _hurry() -> None:
    """Let the database write its log a moment later: should it fall, files come in again."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")


def store(found: Examined, order: Order) -> FileReport:
    """Import a page that was examined, in one transaction, and say how it went."""
    report = FileReport(found.source)
    if found.errors:
        _refuse(report, " ".join(found.errors))
    elif found.reading.kind == "other":
        report.result = Result.NO_PLAN
        report.sentence = _("left alone, there is no plan in it.")
    elif not order.archived and found.document is None:
        report.result = Result.NO_PLAN
        report.sentence = _(
            "a closing reflection. Reflections come in with --as archived: nothing changed."
        )
    else:
        _try_to_store(found, order, report)
    return report


def _try_to_store(found: Examined, order: Order, report: FileReport) -> None:
    actor = order.actor
    if actor is None:
        raise TypeError("Pages are stored in somebody's name.")
    for attempt in range(_ATTEMPTS):
        try:
            if order.archived:
                _store_archived(found, actor, order, report)
            else:
                with transaction.atomic():
                    store_draft(found, actor, order, report)
            return
        except PlanError as refusal:
            _refuse(report, str(refusal))
        except PermissionDenied:
            person = {"person": actor.email}
            _refuse(report, _("%(person)s may not write plans of this lab.") % person)
        except OperationalError:
            # Two processes may propose the same new terms in another order; the database lets one
            # of them go first, and the other one tries again.
            order.glossary.forget()
            if attempt + 1 < _ATTEMPTS and not connection.in_atomic_block:
                continue
            _refuse(report, _("This could not be stored."))
        except DatabaseError:
            _refuse(report, _("This could not be stored."))
        order.glossary.forget()
        return


def _refuse(report: FileReport, sentence: str) -> None:
    report.result = Result.REFUSED
    report.sentence = _("not imported. %(sentence)s") % {"sentence": sentence}
    report.taken, report.proposed, report.renamed = [], [], []


def _store_archived(found: Examined, actor: User, order: Order, report: FileReport) -> None:
    glossary = order.glossary
    lab, cycle = found.belongs
    glossary.proposed.clear()
    glossary.renamed.clear()
    page = Arrived(
        lab,
        cycle,
        found.source,
        found.text,
        found.document,
        found.reflection,
        found.country,
    )
    brought = authoring.bring_in(page, actor=actor, glossary=glossary)
    if brought.result == "unchanged":
        report.result = Result.ALREADY_HERE
        report.sentence = _("left alone, it came in before and has not changed since.")
        return
    report.result = Result.CHANGED if brought.result == "changed" else Result.IMPORTED
    report.proposed, report.renamed = list(glossary.proposed), list(glossary.renamed)
    report.sentence = _what_came(found, brought.result)
    report.taken = what_was_taken(found.document) if found.document else []
    if found.reflection is not None:
        report.taken.append(_("a closing reflection"))
    report.doubts = what_was_not_understood(found)


def _what_came(found: Examined, result: str) -> str:
    told = found.document or found.reflection
    words = {
        "title": told.title if told else "",
        "lab": found.lab,
        "cycle": found.cycle,
        "kind": {
            "plan": _("a plan"),
            "reflection": _("a closing reflection"),
            "both": _("a plan with its closing reflection"),
        }.get(found.reading.kind, ""),
    }
    if result == "changed":
        return (
            _("“%(title)s”, %(lab)s, %(cycle)s, %(kind)s: it has changed, a new version.") % words
        )
    return _("“%(title)s”, %(lab)s, %(cycle)s, %(kind)s, archived.") % words


def in_short(reports: Sequence[FileReport]) -> str:
    """All files in one line."""
    counts = {result: sum(report.result == result for report in reports) for result in Result}
    parts = (
        ngettext("%(n)d plan imported", "%(n)d plans imported", counts[Result.IMPORTED])
        % {"n": counts[Result.IMPORTED]},
        *([_("%(n)d changed") % {"n": counts[Result.CHANGED]}] if counts[Result.CHANGED] else []),
        _("%(n)d already here") % {"n": counts[Result.ALREADY_HERE]},
        _("%(n)d without a plan") % {"n": counts[Result.NO_PLAN]},
        _("%(n)d refused") % {"n": counts[Result.REFUSED]},
    )
    return ", ".join(parts) + "."
