"""Looking into a page of the archive: what it holds, whose it is, of which year.

Nothing is written. What is found can be shown (``--dry-run --json``) or stored (``archive.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.models import Country, Lab, User
from plans.authoring import Glossary
from plans.document import Leftover, PlanDocument, ReflectionDocument
from plans.errors import Invalid, PlanError
from plans.importers.files import File, load
from plans.importers.markdown import Reading, read
from plans.importers.places import Places
from plans.importers.plaintext import printable
from plans.models import Cycle
from plans.sections import MOST_PARTNERS

LONGEST_ADDRESS: Final = 255


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

    @property
    def belongs(self) -> tuple[Lab, Cycle]:
        """The lab and cycle of a page without errors."""
        if self.lab is None or self.cycle is None:
            raise Invalid(" ".join(self.errors))
        return self.lab, self.cycle

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
        raise Invalid(_("The page names no year. Say which cycle it is of (import_plans --cycle)."))
    found.cycle = order.cycle or order.places.cycle_of(reading.year or 0, order.actor)
    if order.cycle is not None and reading.year and reading.year != order.cycle.year:
        found.warnings.append(
            _("The page says %(year)d, the cycle is %(cycle)s.")
            % {"year": reading.year, "cycle": order.cycle}
        )


def _settle(found: Examined, order: Order) -> None:
    """The page's documents as they are kept: with their lab, cycle, country and five partners."""
    reading = found.reading
    if found.country is None and found.lab is not None:  # without a lab, that is an error already
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
    if person and len(person.email or person.name) > LONGEST_ADDRESS:
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
