"""Bringing pages of the archive in: as drafts, within today's limits, or as archived plans.

Every file is its own transaction: it comes in whole, or nothing of it does and the others go on.
A page passes three steps: it is loaded, examined (whose is it, of which year, what does it hold)
and stored. What is only asked about a page ends after the second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Country, Lab, User
from plans import authoring, readiness, taxonomies, workflow
from plans.authoring import Arrived, Glossary
from plans.authoring.bringing import TERMS
from plans.document import Leftover, Person, PlanDocument, ReflectionDocument
from plans.errors import Invalid, PlanError
from plans.importers.markdown import Reading, read
from plans.importers.places import Places
from plans.importers.plaintext import printable
from plans.importers.report import (
    FileReport,
    Result,
    what_is_missing,
    what_was_not_understood,
    what_was_taken,
)
from plans.models import Cycle, Plan, Sector, Term
from plans.sections import MOST_PARTNERS, SUMMARY_LENGTH, TITLE_LENGTH
from plans.states import ChallengeType

LARGEST_FILE: Final = 20 * 1024 * 1024
_LONGEST_ADDRESS: Final = 255


@dataclass(frozen=True)
class Order:
    """What to make of the files.

    ``archived`` or else drafts; ``cycle`` and ``lab`` None: by each page's own year (archived only)
    and country; ``challenge_type`` for drafts whose page does not tell theirs. Nobody needs to be
    named as ``actor`` where pages are only examined.
    """

    actor: User | None
    archived: bool
    cycle: Cycle | None
    lab: Lab | None = None
    challenge_type: str = ""
    glossary: Glossary = field(default_factory=Glossary)
    places: Places = field(default_factory=Places)


@dataclass(frozen=True)
class File:
    """A file to read: ``source`` is the name it is known by, ``named`` whether it was named itself."""

    path: Path
    source: str
    named: bool


def files_in(paths: Sequence[Path]) -> Iterator[File]:
    """The files meant by ``paths``: a folder stands for the markdown files in it and below, by name.

    A file in a folder is known by its way from there. Where two folders hold a file of the same
    name, the second one is known by its folder's name as well.
    """
    known: dict[str, Path] = {}
    for path in paths:
        for file in _files(path):
            source = file.source
            if known.get(source, file.path) != file.path:
                source = f"{path.resolve().name}/{source}"
            known[source] = file.path
            yield File(file.path, source, file.named)


def _files(path: Path) -> Iterator[File]:
    try:
        pages = sorted(_pages_below(path)) if path.is_dir() else None
    except (OSError, ValueError):
        pages = None
    if pages is None:
        yield File(path, path.name, named=True)
    else:
        for page in pages:
            yield File(page, page.relative_to(path).as_posix(), named=False)


def _pages_below(folder: Path) -> Iterator[Path]:
    for found in folder.rglob("*"):
        if found.suffix.lower() == ".md" and found.is_file():
            yield found


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


@dataclass
class Examined:
    """A page that was looked into: what it holds, where it belongs, what speaks against it."""

    source: str
    text: str = ""
    reading: Reading = field(default_factory=lambda: Reading("other"))
    lab: Lab | None = None
    cycle: Cycle | None = None
    country: Country | None = None
    document: PlanDocument | None = None
    reflection: ReflectionDocument | None = None
    warnings: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def as_line(self) -> dict[str, Any]:
        """The page for ``--json``: documents as the published schema has them."""
        documents = {"document": self.document, "reflection": self.reflection}
        return {
            "source": self.source,
            "kind": self.reading.kind,
            **{
                name: document.model_dump(mode="json") if document else None
                for name, document in documents.items()
            },
            "warnings": self.warnings,
            "errors": self.errors,
        }


def examine(file: File, order: Order) -> Examined:
    """Load and read a file, and find out where it belongs; nothing is written, nothing raised."""
    found = Examined(printable(file.source))
    try:
        found.text = load(file.path)
    except PlanError as refusal:
        found.errors.append(str(refusal))
        return found
    return examine_text(found, order, named=file.named)


def examine_text(found: Examined, order: Order, *, named: bool) -> Examined:
    """The same for a page whose text is known already."""
    reading = found.reading = read(found.text)
    found.warnings.extend(reading.warnings)
    if reading.kind == "other":
        if named:
            found.errors.append(
                _("This is no page of the archive: none of a plan's questions is in it.")
            )
        return found
    try:
        _place(found, order)
    except PlanError as refusal:
        found.errors.append(str(refusal))
    _settle(found, order)
    return found


def _place(found: Examined, order: Order) -> None:
    """Find the lab and the cycle of a page. Raises Invalid, with a way out."""
    reading = found.reading
    found.country = country = order.places.country_named(reading.country)
    found.lab = order.lab or order.places.lab_of(country, reading.country)
    if order.cycle is None and reading.year is None:
        raise Invalid(_("The page names no year. Say which cycle it is of with --cycle."))
    found.cycle = order.cycle or _cycle_of(reading.year or 0, order)
    if order.cycle is not None and reading.year and reading.year != order.cycle.year:
        found.warnings.append(
            _("The page says %(year)d, the cycle is %(cycle)s.")
            % {"year": reading.year, "cycle": order.cycle}
        )


def _settle(found: Examined, order: Order) -> None:
    """The page's documents as they are kept: with their lab, cycle, country and five partners."""
    reading = found.reading
    if found.country is None:
        found.warnings.append(
            _("No country is known as “%(name)s”.") % {"name": reading.country}
            if reading.country
            else _("The page names no country.")
        )
    named = {
        "lab": found.lab.name if found.lab else "",
        "cycle": str(found.cycle) if found.cycle else str(reading.year or ""),
    }
    if reading.document is not None:
        document = reading.document.model_copy(update=named)
        found.document = (
            _with_place_for_all(document, found.warnings) if order.archived else document
        )
    if reading.reflection is not None:
        found.reflection = reading.reflection.model_copy(update=named)


def _with_place_for_all(document: PlanDocument, warnings: list[str]) -> PlanDocument:
    """The document within what an archived plan can hold; what is beyond it is a leftover."""
    leftover = list(document.leftover)
    person = document.focal_point
    if person and len(person.email or person.name) > _LONGEST_ADDRESS:
        words = person.email or person.name
        warnings.append(_("Too long for a focal point: %(words)s") % {"words": words})
        leftover.append(Leftover(place="focal_point", words=words))
        person = None
    for place, partner in enumerate(document.partners[MOST_PARTNERS:], start=MOST_PARTNERS + 1):
        told = "\n".join(filter(None, (partner.name, partner.sector, partner.description)))
        leftover.append(Leftover(place="partners", words=f"{place}. {told}"))
    if len(document.partners) > MOST_PARTNERS:
        warnings.append(
            _("The page names %(count)d partners; those after the %(most)dth are kept beside.")
            % {"count": len(document.partners), "most": MOST_PARTNERS}
        )
    return document.model_copy(
        update={
            "leftover": tuple(leftover),
            "focal_point": person,
            "partners": document.partners[:MOST_PARTNERS],
        }
    )


def bring_in(file: File, order: Order) -> FileReport:
    """Import one file as ordered, in one transaction, and say how it went; raises nothing of ours.

    A file without a plan in it is refused when it was named itself, and left alone when it merely
    lay in a folder.
    """
    return store(examine(file, order), order)


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
    assert actor is not None and found.lab is not None and found.cycle is not None  # noqa: S101
    try:
        with transaction.atomic():
            if order.archived:
                _store_archived(found, actor, order, report)
            else:
                _store_draft(found, actor, order, report)
    except PlanError as refusal:
        order.glossary.forget()
        _refuse(report, str(refusal))
    except PermissionDenied:
        order.glossary.forget()
        _refuse(report, _("%(person)s may not write plans of this lab.") % {"person": actor.email})
    except DatabaseError:
        order.glossary.forget()
        _refuse(report, _("This could not be stored."))


def _refuse(report: FileReport, sentence: str) -> None:
    report.result = Result.REFUSED
    report.sentence = _("not imported. %(sentence)s") % {"sentence": sentence}
    report.taken, report.proposed, report.renamed = [], [], []


def _store_archived(found: Examined, actor: User, order: Order, report: FileReport) -> None:
    assert found.lab is not None and found.cycle is not None  # noqa: S101
    glossary = order.glossary
    glossary.proposed.clear()
    glossary.renamed.clear()
    page = Arrived(
        found.lab,
        found.cycle,
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


def _store_draft(found: Examined, actor: User, order: Order, report: FileReport) -> None:
    assert found.lab is not None and found.cycle is not None and found.document is not None  # noqa: S101
    reading, source, lab, cycle = found.reading, found.source, found.lab, found.cycle
    earlier = Plan.objects.filter(lab=lab, cycle=cycle, source=source).first()
    if earlier is not None:
        report.result = Result.ALREADY_HERE
        report.sentence = _("left alone, it was imported before as “%(title)s” (%(state)s).") % {
            "title": earlier,
            "state": earlier.get_state_display(),
        }
        return
    doubts = what_was_not_understood(found)
    document = _with_place(found.document, found.country, lab, doubts)
    document = _with_person(document, doubts)
    document = _with_terms(document, actor, order, doubts)
    _check_partners(document)
    plan = _draft(source, lab, cycle, document, actor, order)
    report.proposed, report.renamed = list(order.glossary.proposed), list(order.glossary.renamed)
    order.glossary.proposed.clear()
    order.glossary.renamed.clear()
    _report_draft(report, plan, document, reading, doubts)


def _cycle_of(year: int, order: Order) -> Cycle:
    """The cycle of a whole year; one that is not there is made when pages are stored."""
    return order.places.cycle_of(year, order.actor)


def _draft(
    source: str, lab: Lab, cycle: Cycle, document: PlanDocument, actor: User, order: Order
) -> Plan:
    """Start and fill a draft. Raises what these raise, above all SlotTaken; and Invalid."""
    _check_lengths(document)
    plan = workflow.start(
        lab, cycle, actor=actor, challenge_type=document.challenge_type or order.challenge_type
    )
    return authoring.fill(plan, document, actor=actor, source=source)


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
    document: PlanDocument, country: Country | None, lab: Lab, doubts: list[str]
) -> PlanDocument:
    """The document with a country of the lab's, or with none."""
    if country is not None and not lab.countries.filter(pk=country.pk).exists():
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
    document: PlanDocument, actor: User, order: Order, doubts: list[str]
) -> PlanDocument:
    """The document with terms that can be found; unknown ones are proposed, closed lists included.

    What can be no term (too long, or only "n/a") is left out and reported.
    """

    def known(vocabulary: type[Term], words: str) -> bool:
        if order.glossary.meant(vocabulary, words, actor) is not None:
            return True
        doubts.append(
            _("This can be no %(vocabulary)s and was left out: %(words)s")
            % {"vocabulary": vocabulary._meta.verbose_name, "words": words}
        )
        return False

    terms = {
        key: tuple(
            words for words in getattr(document, key) if known(taxonomies.VOCABULARIES[key], words)
        )
        for key in TERMS
    }
    partners = tuple(
        partner
        if not partner.sector or known(Sector, partner.sector)
        else partner.model_copy(update={"sector": ""})
        for partner in document.partners
    )
    return document.model_copy(update={**terms, "partners": partners})


def _report_draft(
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
            _(
                "The closing reflection in this file was left out: reflections come in with "
                "--as archived."
            )
        )
    report.doubts = doubts


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
