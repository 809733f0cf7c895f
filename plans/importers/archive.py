"""Bringing pages of the archive in: as drafts, within today's limits, or as archived plans.

Every file is its own transaction: it comes in whole, or nothing of it does and the others go on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Country, Lab, User
from plans import authoring, readiness, scheduling, taxonomies, workflow
from plans.document import Person, PlanDocument
from plans.errors import Invalid, PlanError
from plans.importers import places
from plans.importers.markdown import Reading, read
from plans.importers.plaintext import printable
from plans.importers.report import (
    FileReport,
    Result,
    what_is_missing,
    what_was_not_understood,
    what_was_taken,
)
from plans.importers.wording import bare_words
from plans.models import Cycle, Plan, Sector, Term
from plans.models.taxonomy import TERM_LENGTH
from plans.sections import MOST_PARTNERS, SUMMARY_LENGTH, TITLE_LENGTH
from plans.states import ChallengeType

LARGEST_FILE: Final = 20 * 1024 * 1024
_LONGEST_ADDRESS: Final = 255
_NO_TERM: Final = frozenset({"", "n a", "na", "none", "empty", "ras"})
"""What people write where they have nothing to say; an answer in a text, but no term."""
_TERMS: Final = ("thematic_areas", "methods", "data_sources")


@dataclass(frozen=True)
class Order:
    """What to make of the files.

    ``archived`` or else drafts; ``cycle`` and ``lab`` None: by each page's own year (archived only)
    and country; ``challenge_type`` for drafts whose page does not tell theirs.
    """

    actor: User
    archived: bool
    cycle: Cycle | None
    lab: Lab | None = None
    challenge_type: str = ""


def files_in(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """The files meant by ``paths``: a folder stands for the markdown files in it, by name.

    Each comes with whether it was named itself.
    """
    for path in paths:
        pages = _pages_in(path)
        if pages is None:
            yield path, True
        else:
            yield from ((page, False) for page in pages)


def _pages_in(path: Path) -> list[Path] | None:
    """The markdown files in a folder, by name; None for anything that cannot be looked into."""
    try:
        found = [page for page in path.iterdir() if page.suffix.lower() == ".md" and page.is_file()]
    except (OSError, ValueError):
        return None
    return sorted(found)


def load(path: Path) -> str:
    """The text of a file. Raises Invalid, in words, when it is not readable as one."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise Invalid(_("This is not a file that can be read."))
        if size > LARGEST_FILE:
            raise Invalid(_("This file is larger than any page of the archive."))
        content = path.read_bytes()
    except FileNotFoundError:
        raise Invalid(_("There is no such file.")) from None
    except OSError as error:
        raise Invalid(
            _("This file cannot be read: %(reason)s.") % {"reason": error.strerror}
        ) from None
    except ValueError:
        raise Invalid(_("A file cannot have this name.")) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(_("This is not a text file in UTF-8.")) from None
    if not text.strip():
        raise Invalid(_("This file is empty."))
    if "\0" in text:
        raise Invalid(_("This is not a text file."))
    return text


def bring_in(path: Path, order: Order, *, named: bool = True) -> FileReport:
    """Import one file as ordered, in one transaction, and say how it went; raises nothing of ours.

    A file without a plan in it is refused when it was ``named`` itself, and left alone when it
    merely lay in a folder.
    """
    report = FileReport(printable(path.name))
    try:
        reading = read(load(path))
        if reading.document is None:
            return _without_plan(reading, report, named=named)
        with transaction.atomic():
            _store(report.name, reading, reading.document, order, report)
    except PlanError as refusal:
        _refuse(report, str(refusal))
    except PermissionDenied:
        _refuse(
            report, _("%(person)s may not write plans of this lab.") % {"person": order.actor.email}
        )
    except DatabaseError:
        _refuse(report, _("This could not be stored."))
    return report


def _refuse(report: FileReport, sentence: str) -> None:
    report.result = Result.REFUSED
    report.sentence = _("not imported. %(sentence)s") % {"sentence": sentence}
    report.taken, report.proposed, report.renamed = [], [], []


def _without_plan(reading: Reading, report: FileReport, *, named: bool) -> FileReport:
    report.result = Result.NO_PLAN
    if reading.kind == "reflection":
        report.sentence = _(
            "a closing reflection, kept for later. Reflections are not stored yet: nothing changed."
        )
    elif named:
        _refuse(report, _("This is no page of the archive: none of a plan's questions is in it."))
    else:
        report.sentence = _("left alone, there is no plan in it.")
    return report


def _store(
    source: str, reading: Reading, document: PlanDocument, order: Order, report: FileReport
) -> None:
    country = places.country_named(document.country)
    lab = order.lab or places.lab_of(country, document.country)
    cycle = order.cycle or _cycle_of(reading, order)
    earlier = Plan.objects.filter(lab=lab, cycle=cycle, source=source).first()
    if earlier is not None:
        report.result = Result.ALREADY_HERE
        report.sentence = _("left alone, it was imported before as “%(title)s” (%(state)s).") % {
            "title": earlier,
            "state": earlier.get_state_display(),
        }
        return
    doubts = what_was_not_understood(reading)
    document = _with_place(document, country, lab, order, doubts)
    document = _with_person(document, doubts)
    document = _with_terms(document, order.actor, report, doubts)
    _check_partners(document)
    if reading.year and reading.year != cycle.year:
        doubts.append(
            _("The page says %(year)d, the cycle is %(cycle)s.")
            % {"year": reading.year, "cycle": cycle}
        )
    if order.archived:
        plan = authoring.bring_in(lab, cycle, document, actor=order.actor, source=source)
    else:
        plan = _draft(source, lab, cycle, document, order)
    _report_plan(report, plan, document, reading, doubts)


def _cycle_of(reading: Reading, order: Order) -> Cycle:
    if reading.year is None:
        raise Invalid(_("The page names no year. Say which cycle it is of with --cycle."))
    return scheduling.past_cycle(reading.year, None, actor=order.actor)


def _draft(source: str, lab: Lab, cycle: Cycle, document: PlanDocument, order: Order) -> Plan:
    """Start and fill a draft. Raises what these raise, above all SlotTaken; and Invalid."""
    _check_lengths(document)
    plan = workflow.start(
        lab,
        cycle,
        actor=order.actor,
        challenge_type=document.challenge_type or order.challenge_type,
    )
    return authoring.fill(plan, document, actor=order.actor, source=source)


def _check_lengths(document: PlanDocument) -> None:
    limits = (
        (document.title, TITLE_LENGTH, _("The title")),
        (document.summary, SUMMARY_LENGTH, _("The short summary")),
    )
    for text, most, name in limits:
        if len(text) > most:
            raise Invalid(
                _(
                    "%(name)s has %(count)d characters; a draft holds at most %(most)d. Shorten it "
                    "by %(over)d in the file, or import it as archived."
                )
                % {"name": name, "count": len(text), "most": most, "over": len(text) - most}
            )


def _check_partners(document: PlanDocument) -> None:
    count = len(document.partners)
    if count > MOST_PARTNERS:
        raise Invalid(
            _("The page names %(count)d partners; a plan has at most %(most)d.")
            % {"count": count, "most": MOST_PARTNERS}
        )


def _with_place(
    document: PlanDocument, country: Country | None, lab: Lab, order: Order, doubts: list[str]
) -> PlanDocument:
    """The document with the country's name as it is here; a draft's has to be one of the lab's."""
    if country is None:
        doubts.append(
            _("No country is known as “%(name)s”.") % {"name": document.country}
            if document.country
            else _("The page names no country.")
        )
    elif not order.archived and not lab.countries.filter(pk=country.pk).exists():
        doubts.append(
            _("%(lab)s does not work in %(country)s; the country was left out.")
            % {"lab": lab, "country": country}
        )
        country = None
    return document.model_copy(update={"country": country.name if country else ""})


def _with_person(document: PlanDocument, doubts: list[str]) -> PlanDocument:
    """The focal point's address or name where an address is kept; too long a one is reported."""
    person = document.focal_point
    words = (person.email or person.name) if person else ""
    if len(words) > _LONGEST_ADDRESS:
        doubts.append(_("Too long for a focal point: %(words)s") % {"words": words})
        words = ""
    return document.model_copy(update={"focal_point": Person(email=words) if words else None})


def _with_terms(
    document: PlanDocument, actor: User, report: FileReport, doubts: list[str]
) -> PlanDocument:
    """The document with terms that can be found; unknown ones are proposed, closed lists included.

    What can be no term (too long, or only "n/a") is left out and reported.
    """
    terms = {
        key: tuple(
            words
            for words in getattr(document, key)
            if _known(taxonomies.VOCABULARIES[key], words, actor, report, doubts)
        )
        for key in _TERMS
    }
    partners = tuple(
        partner
        if not partner.sector or _known(Sector, partner.sector, actor, report, doubts)
        else partner.model_copy(update={"sector": ""})
        for partner in document.partners
    )
    return document.model_copy(update={**terms, "partners": partners})


def _known(
    vocabulary: type[Term], words: str, actor: User, report: FileReport, doubts: list[str]
) -> bool:
    """Whether a term can be found, after proposing it where nobody used it before."""
    name = vocabulary._meta.verbose_name
    found = taxonomies.find(vocabulary, words)
    if found is not None:
        if bare_words(found.name) != bare_words(words):
            report.renamed.append(f"{name}: {words} → {found.name}")
        return True
    if len(taxonomies.tidy(words)) > TERM_LENGTH or bare_words(words) in _NO_TERM:
        doubts.append(
            _("This can be no %(vocabulary)s and was left out: %(words)s")
            % {"vocabulary": name, "words": words}
        )
        return False
    taxonomies.find_or_propose(vocabulary, words, actor=actor)
    report.proposed.append(f"{name}: {words}")
    return True


def _report_plan(
    report: FileReport, plan: Plan, document: PlanDocument, reading: Reading, doubts: list[str]
) -> None:
    report.result = Result.IMPORTED
    plan = Plan.objects.with_document().get(pk=plan.pk)
    kind = (
        ChallengeType(plan.challenge_type).label
        if plan.challenge_type
        else _("challenge type not told")
    )
    report.sentence = _("“%(title)s”, %(lab)s, %(cycle)s, %(kind)s, %(state)s.") % {
        "title": plan,
        "lab": plan.lab,
        "cycle": plan.cycle,
        "kind": kind,
        "state": plan.get_state_display(),
    }
    report.taken = what_was_taken(document)
    report.missing = what_is_missing(readiness.blocking(readiness.gaps(plan)))
    if reading.kind == "both":
        doubts.append(
            _("The closing reflection in this file was left out: reflections are not stored yet.")
        )
    report.doubts = doubts


def in_short(reports: Sequence[FileReport]) -> str:
    """All files in one line."""
    counts = {result: sum(report.result == result for report in reports) for result in Result}
    parts = (
        ngettext("%(n)d plan imported", "%(n)d plans imported", counts[Result.IMPORTED])
        % {"n": counts[Result.IMPORTED]},
        _("%(n)d already here") % {"n": counts[Result.ALREADY_HERE]},
        _("%(n)d without a plan") % {"n": counts[Result.NO_PLAN]},
        _("%(n)d refused") % {"n": counts[Result.REFUSED]},
    )
    return ", ".join(parts) + "."
