"""Making a draft of a page: within today's limits, and with what it lacks said."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import Country, Lab, User
from plans import authoring, readiness, taxonomies, workflow
from plans.authoring.bringing import TERMS
from plans.document import Person, PlanDocument
from plans.errors import Invalid
from plans.importers.examining import LONGEST_ADDRESS, Examined, Order
from plans.importers.markdown import Reading
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


def store_draft(found: Examined, actor: User, order: Order, report: FileReport) -> None:
    """Start a draft and fill it. Raises PlanError with the reason where that is not possible."""
    (lab, cycle), source = found.belongs, found.source
    earlier = Plan.objects.filter(lab=lab, cycle=cycle, source=source).first()
    if earlier is not None:
        report.result = Result.ALREADY_HERE
        report.sentence = _("left alone, it was imported before as “%(title)s” (%(state)s).") % {
            "title": earlier,
            "state": earlier.get_state_display(),
        }
        return
    doubts = what_was_not_understood(found)
    document = _with_place(found.document or PlanDocument(), found.country, lab, doubts)
    document = _with_person(document, doubts)
    document = _with_terms(document, actor, order, doubts)
    _check_partners(document)
    plan = _draft(source, lab, cycle, document, actor, order)
    report.proposed, report.renamed = list(order.glossary.proposed), list(order.glossary.renamed)
    order.glossary.proposed.clear()
    order.glossary.renamed.clear()
    _report_draft(report, plan, document, found.reading, doubts)


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
    if len(words) > LONGEST_ADDRESS:
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
