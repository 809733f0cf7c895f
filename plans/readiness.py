"""What is missing: one function for the progress on the form and for the door at submission."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans.models import Plan
from plans.sections import SECTIONS, EvidenceForm, EvidenceKind, Field, Group


@dataclass(frozen=True)
class Gap:
    """Something missing or too much, and where: ``row`` and ``place`` (from 1) inside a group.

    ``required`` gaps hold up submission; the others are advice. ``carried`` ones are there, copied
    from another plan, and nobody has said yet that they are still right.
    """

    section: str
    field: str
    message: str
    row: UUID | None = None
    place: int | None = None
    required: bool = True
    carried: bool = False

    @property
    def key(self) -> str:
        """The answer, or the row with its group: ``background``, ``partners/<id>``."""
        return f"{self.field}/{self.row}" if self.row and self.carried else self.field

    @property
    def target(self) -> str:
        """The id of the input to go to on the section's page; empty for a group without rows."""
        if self.row and self.carried:
            return f"row-{self.row}"
        return f"id_{self.row}-{self.field}" if self.row else f"id_{self.field}"


@dataclass(frozen=True)
class Progress:
    """How many answers are missing, wait to be confirmed, or would only help."""

    missing: int = 0
    to_confirm: int = 0
    advice: int = 0

    @property
    def holds_up(self) -> int:
        """How many stand in the way of submission."""
        return self.missing + self.to_confirm


def gaps(plan: Plan) -> list[Gap]:
    """Everything that is missing, in the order of the form.

    Reads the plan's document; ask for the plan ``with_document`` to spare a query.
    """
    return [gap for section in SECTIONS for gap in _section_gaps(plan, section.key)]


def blocking(found: list[Gap]) -> list[Gap]:
    """Those that hold up submission."""
    return [gap for gap in found if gap.required]


def progress(found: Iterable[Gap]) -> Progress:
    """The same in numbers."""
    found = list(found)
    required = [gap for gap in found if gap.required]
    to_confirm = sum(gap.carried for gap in required)
    return Progress(len(required) - to_confirm, to_confirm, len(found) - len(required))


def _section_gaps(plan: Plan, key: str) -> Iterator[Gap]:
    section = next(section for section in SECTIONS if section.key == key)
    document = plan.document
    for field in section.fields:
        message = _field_gap(field, getattr(document, field.key))
        if field.key == "focal_point" and not message:
            message = _focal_point_gap(plan)
        if field.key in ("latitude", "longitude"):
            message = _half_a_place(document.latitude, document.longitude, field.key)
        if message:
            yield Gap(key, field.key, message)
        if field.key in plan.carried_over:
            yield Gap(key, field.key, _still_right(field), carried=True)
    if section.group:
        yield from _group_gaps(key, section.group, document.rows(section.group.key))
        yield from _carried_rows(plan, key, section.group)
    if key == "evidence" and document.evidence:
        given = {item.kind for item in document.evidence}
        for kind in EvidenceKind:
            if kind not in given:
                yield Gap(key, "evidence", _KIND_ADVICE[kind](), required=False)


def _still_right(field: Field) -> str:
    return _("%(label)s: copied from another plan, not confirmed yet.") % {"label": field.label}


def _carried_rows(plan: Plan, section: str, group: Group) -> Iterator[Gap]:
    """Rows that were copied from another plan and not confirmed yet."""
    for place, row in enumerate(plan.document.rows(group.key), start=1):
        if f"{group.key}/{row.id}" in plan.carried_over:
            message = _("copied from another plan, not confirmed yet.")
            yield Gap(section, group.key, message, row.id, place, carried=True)


def _focal_point_gap(plan: Plan) -> str:
    if plan.focal_point_id is None:
        return _("Choose a focal point: the address in the imported document is nobody's here.")
    if not plan.gathered["focal_point_is_member"]:
        return _("The focal point is no longer in this lab. Choose somebody who is.")
    return ""


def _half_a_place(latitude: float | None, longitude: float | None, key: str) -> str:
    """A latitude without a longitude is no place, nor the other way round."""
    here = {"latitude": latitude, "longitude": longitude}
    if here[key] is None and (latitude is None) != (longitude is None):
        return _("Give both latitude and longitude, or neither.")
    return ""


def _field_gap(field: Field, value: Any) -> str:
    """The sentence about one answer, or nothing when it will do."""
    if not field.required:
        return ""
    if field.at_least is not None:
        count = len(value)
        if count < field.at_least:
            return _("%(label)s: choose at least one.") % {"label": field.label}
        if field.at_most is not None and count > field.at_most:
            return ngettext(
                "%(label)s: choose at most %(most)d; take %(over)d away.",
                "%(label)s: choose at most %(most)d; take %(over)d away.",
                count - field.at_most,
            ) % {"label": field.label, "most": field.at_most, "over": count - field.at_most}
        return ""
    if value is None or (isinstance(value, str) and not value.strip()):
        if field.key == "form":
            return _("Say how the evidence is given: as a text, a link or a picture.")
        return _("%(label)s is missing.") % {"label": field.label}
    return ""


def _group_gaps(section: str, group: Group, rows: tuple[Any, ...]) -> Iterator[Gap]:
    if len(rows) < group.at_least:
        yield Gap(section, group.key, _("Add at least one %(one)s.") % {"one": group.one})
    for place, row in enumerate(rows, start=1):
        for field in group.fields:
            message = _field_gap(field, getattr(row, field.key))
            if group.key == "evidence":
                message = message or _evidence_gap(field, row)
            if message:
                yield Gap(section, field.key, message, row.id, place)


def _evidence_gap(field: Field, row: Any) -> str:
    if field.key == "text" and row.form == EvidenceForm.TEXT and not row.text.strip():
        return _("Write the text of this item, or remove it.")
    if field.key == "address" and row.form == EvidenceForm.LINK and not row.address.strip():
        return _("Give the link of this item, or remove it.")
    if row.form == EvidenceForm.PICTURE:
        return _picture_gap(field, row)
    return ""


def _picture_gap(field: Field, row: Any) -> str:
    """Of a picture that was sent, its description; one of the archive is only an address."""
    if field.key == "picture" and not row.picture and not row.address.strip():
        return _("Choose the picture of this item, or remove it.")
    if field.key == "alternative" and row.picture and not row.alternative.strip():
        return _("Describe what the picture shows, for somebody who cannot see it.")
    return ""


_KIND_ADVICE = {
    EvidenceKind.QUANTITATIVE: lambda: _("There is no quantitative evidence yet; it would help."),
    EvidenceKind.QUALITATIVE: lambda: _("There is no qualitative evidence yet; it would help."),
}
