"""What goes out by the API. Names of people and their addresses are in none of these."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from plans.document import PlanDocument, ReflectionDocument


class _Shape(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_serialization_defaults_required=True
    )


class RegionShape(_Shape):
    """A region of the network."""

    slug: str
    name: str


class CountryShape(_Shape):
    """A country or territory: its ISO 3166-1 letters and the point it is shown at."""

    code: str
    name: str
    region: str = Field(description="The slug of its region.")
    latitude: float
    longitude: float


class LabShape(_Shape):
    """A lab; one that has closed is not active, and stays with its plans."""

    slug: str
    name: str
    region: str = Field(description="The slug of its region.")
    countries: tuple[str, ...] = Field(description="The codes of the countries it works in.")
    is_active: bool


class CycleShape(_Shape):
    """A quarter of planning, or a whole year where ``quarter`` is empty."""

    slug: str
    year: int
    quarter: int | None
    opens_at: dt.datetime
    closes_at: dt.datetime


class PlanLinks(_Shape):
    """Where else this plan is: here, to be read by people, and its closing reflection."""

    self: str
    page: str
    reflection: str | None


class LabOfPlan(_Shape):
    """The lab of a plan."""

    slug: str
    name: str
    region: str = Field(description="The slug of its region.")


class CountryOfPlan(_Shape):
    """The country of a plan."""

    code: str
    name: str


class PlanShape(_Shape):
    """A plan in a list."""

    id: int
    title: str
    summary: str
    type: Literal["", "big_bet", "exploratory"]
    state: Literal["approved", "archived"]
    lab: LabOfPlan
    cycle: str = Field(description="A quarter (2026-Q1), or a year (2021).")
    country: CountryOfPlan | None
    goals: tuple[int, ...] = Field(description="Numbers of Sustainable Development Goals.")
    themes: tuple[str, ...] = Field(description="As they were called when they were chosen.")
    updated_at: dt.datetime = Field(
        description="When its text, its state or its closing reflection last changed."
    )
    links: PlanLinks


class WholePlanShape(PlanShape):
    """A plan with all it says."""

    version: int | None = Field(description="The number of the version that was decided on.")
    hash: str = Field(description="SHA-256 of the document, keys sorted, without white space.")
    document: PlanDocument


class ReflectionShape(_Shape):
    """The closing reflection of a plan."""

    plan: int
    title: str
    finished_at: dt.datetime
    updated_at: dt.datetime
    hash: str = Field(description="SHA-256 of the document, keys sorted, without white space.")
    links: PlanLinks
    document: ReflectionDocument


class TermShape(_Shape):
    """A term of a vocabulary.

    What is retired is not chosen any more; what was merged lives on in another term.
    """

    id: int
    name: str
    status: Literal["in_use", "retired", "merged"]
    aliases: tuple[str, ...] = Field(description="Other spellings that mean this term.")
    labels: dict[str, str] = Field(description="What it is called in other languages, by code.")
    description: str
    parent: int | None = Field(description="The wider theme in whose group it is.")
    merged_into: int | None = Field(description="The term that stands for it now.")
    number: int | None = Field(description="Of a Sustainable Development Goal.")


NEXT = Field(description="Where the list goes on; nothing on the last page.")


class Plans(_Shape):
    """A page of plans, those that changed last at the end."""

    items: tuple[PlanShape, ...]
    next: str | None = NEXT
    cursor: str | None = Field(
        description="Where this page ends. Kept, it later asks for what changed since; it is "
        "there on the last page too."
    )


class Terms(_Shape):
    """A page of a vocabulary."""

    items: tuple[TermShape, ...]
    next: str | None = NEXT


class ColumnShape(_Shape):
    """A column of numbers: counts, shares in a hundred, or days."""

    key: str
    label: str
    unit: Literal["count", "percent", "days"]


class LineShape(_Shape):
    """A line of a figure: who or what, its numbers column by column, and its plans."""

    key: str
    label: str
    numbers: tuple[int | float | None, ...]
    plans: str | None = Field(description="The list of its plans, where there is one.")


class FigureShape(_Shape):
    """A question asked of a selection of plans, and its answer as a table."""

    key: str
    title: str
    says: str = Field(description="The answer in a sentence.")
    head: str = Field(description="What the lines are.")
    columns: tuple[ColumnShape, ...]
    lines: tuple[LineShape, ...]
    notes: tuple[str, ...] = Field(description="What is counted, and what is not.")


class PortfolioShape(_Shape):
    """A selection of plans as figures."""

    plans: int
    approved: int
    archived: int
    labs: int
    countries: int
    figures: tuple[FigureShape, ...]


class Regions(_Shape):
    """All regions."""

    items: tuple[RegionShape, ...]


class Countries(_Shape):
    """All countries and territories."""

    items: tuple[CountryShape, ...]


class Labs(_Shape):
    """All labs."""

    items: tuple[LabShape, ...]


class Cycles(_Shape):
    """All cycles that have begun, newest first."""

    items: tuple[CycleShape, ...]
