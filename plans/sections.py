"""The questionnaire: its sections, fields and repeated rows, what each must hold and may hold.

The one home of these rules. Forms take lengths and counts from here, ``readiness`` takes what is
required, the database constraints take the numbers, and comments are anchored to these keys.
Labels and guidance shown on the form are rows that administrators edit (``Question``), keyed by
``section.key`` and ``field.key``; the ``label`` here is what is shown where no such row exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

TITLE_LENGTH = 200
SUMMARY_LENGTH = 280
MOST_PARTNERS = 5
PICTURE_BYTES = 10 * 1024 * 1024
PICTURE_PIXELS = 50_000_000
PICTURE_SIDES = (1600, 480)
"""Pixels at the longest side of the two sizes in which a picture is kept; none is enlarged."""
LATITUDES = (-90, 90)
LONGITUDES = (-180, 180)


class EvidenceKind(TextChoices):
    """What sort of evidence an item is."""

    QUANTITATIVE = "quantitative", _("quantitative")
    QUALITATIVE = "qualitative", _("qualitative")


class EvidenceForm(TextChoices):
    """How an item of evidence is given."""

    TEXT = "text", _("text")
    LINK = "link", _("link")
    PICTURE = "picture", _("picture")


class Stage(TextChoices):
    """The stages of the learning cycle, in order."""

    SENSE = "sense", _("Sense")
    EXPLORE = "explore", _("Explore")
    TEST = "test", _("Test")
    GROW = "grow", _("Grow")


@dataclass(frozen=True)
class Field:
    """One answer. ``at_least`` and ``at_most`` count chosen values where several can be chosen."""

    key: str
    label: _StrPromise
    required: bool = True
    max_length: int | None = None
    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True)
class Group:
    """A repeated row: ``key`` is the plan's list, ``one`` a row's name, ``fields`` its answers."""

    key: str
    label: _StrPromise
    one: _StrPromise
    add: _StrPromise
    fields: tuple[Field, ...]
    at_least: int
    at_most: int | None = None


@dataclass(frozen=True)
class Section:
    """One page of the form."""

    key: str
    title: _StrPromise
    fields: tuple[Field, ...] = ()
    group: Group | None = None


SECTIONS: tuple[Section, ...] = (
    Section(
        "title",
        _("Title"),
        (
            Field("title", _("Title"), max_length=TITLE_LENGTH),
            Field("challenge_type", _("Challenge type")),
            Field("country", _("Country")),
            Field("latitude", _("Latitude"), required=False),
            Field("longitude", _("Longitude"), required=False),
            Field("focal_point", _("Focal point")),
        ),
    ),
    Section(
        "challenge",
        _("Challenge"),
        (
            Field("challenge_statement", _("Challenge statement")),
            Field("background", _("Background")),
            Field("value_proposition", _("Value proposition")),
            Field("summary", _("Short summary"), max_length=SUMMARY_LENGTH),
        ),
    ),
    Section(
        "evidence",
        _("Evidence"),
        group=Group(
            "evidence",
            _("Evidence"),
            _("item of evidence"),
            _("Add an item of evidence"),
            (
                Field("kind", _("Kind of evidence")),
                Field("form", _("Given as")),
                Field("text", _("Text"), required=False),
                Field("address", _("Link"), required=False, max_length=2000),
                Field("picture", _("Picture"), required=False),
                Field("alternative", _("What the picture shows"), required=False, max_length=1000),
                Field("caption", _("Caption"), required=False, max_length=500),
            ),
            at_least=1,
        ),
    ),
    Section(
        "classification",
        _("Classification"),
        (
            Field("sdgs", _("Sustainable Development Goals"), at_least=1, at_most=5),
            Field("thematic_areas", _("Thematic areas"), at_least=1, at_most=5),
        ),
    ),
    Section(
        "partners",
        _("Partners"),
        group=Group(
            "partners",
            _("Partners"),
            _("partner"),
            _("Add a partner"),
            (
                Field("name", _("Name"), max_length=1000),
                Field("sector", _("Sector")),
                Field("description", _("The collaboration")),
                Field("is_new", _("New and unusual partner (yes or no)")),
            ),
            at_least=1,
            at_most=MOST_PARTNERS,
        ),
    ),
    Section(
        "learning",
        _("Learning"),
        (
            Field("methods", _("Methods"), at_least=1),
            Field("data_sources", _("Data sources"), at_least=1),
        ),
        group=Group(
            "learning_questions",
            _("Learning questions"),
            _("learning question"),
            _("Add a learning question"),
            (
                Field("question", _("Learning question")),
                Field("stages", _("Stages of the learning cycle"), at_least=1),
                Field("usage", _("How the methods will be used")),
                Field("data_gap", _("Data gaps filled")),
            ),
            at_least=1,
        ),
    ),
    Section("closing", _("Closing"), (Field("early_leads", _("Early leads to grow")),)),
)

SECTION: dict[str, Section] = {section.key: section for section in SECTIONS}
GROUP: dict[str, Group] = {s.group.key: s.group for s in SECTIONS if s.group}
FIELD: dict[str, Field] = {field.key: field for s in SECTIONS for field in s.fields}
SECTION_OF: dict[str, str] = {field.key: s.key for s in SECTIONS for field in s.fields} | {
    s.group.key: s.key for s in SECTIONS if s.group
}
"""The section in which a field or a group of rows is answered."""
