"""The plan as data: what snapshots, the reading view, diffs, imports and exports all speak.

A document holds words, not references into the database: term names as they were chosen, SDGs by
number, people by name and address. Rows keep their identity (``id``) so that comments and
comparisons find them after they moved. ``PlanDocument.model_json_schema()`` is the schema.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal, cast
from uuid import UUID, uuid4

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from plans.anchors import Anchor


class _Part(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_serialization_defaults_required=True
    )
    SOMETIMES: ClassVar[frozenset[str]] = frozenset()
    """What is only written where there is something to write."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: Mapping[str, Any], handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        # What leaves something out while writing would hide from the schema all that a part holds.
        told = handler(cast("Any", {key: core[key] for key in core if key != "serialization"}))
        part = handler.resolve_ref_schema(told)
        if "required" in part:
            part["required"] = [name for name in part["required"] if name not in cls.SOMETIMES]
        return told


class Person(_Part):
    """Somebody named in a plan. Shown only to those who may see the lab's people."""

    name: str = ""
    email: str = ""


class EvidenceItem(_Part):
    """An item of evidence: a text, a link, or a picture; of an archived one the address.

    ``picture`` is the key of a picture that was sent, ``alternative`` what it shows in words. What
    kind an item is and how it is given is empty while nobody has said so.
    """

    SOMETIMES = frozenset({"picture", "alternative", "caption"})

    id: UUID = Field(default_factory=uuid4)
    kind: Literal["", "quantitative", "qualitative"] = ""
    form: Literal["", "text", "link", "picture"] = ""
    text: str = ""
    address: str = ""
    picture: UUID | None = None
    alternative: str = ""
    caption: str = ""

    @model_serializer(mode="wrap")
    def _without_empty_pictures(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # Items without a picture are written as they were before there were any, so that the
        # hashes of the versions kept until then stay true.
        told: dict[str, Any] = dump(self)
        for name in self.SOMETIMES:
            if not told.get(name):
                told.pop(name, None)
        return told


class PartnerItem(_Part):
    """A partner; the order of the list is the order of importance."""

    id: UUID = Field(default_factory=uuid4)
    name: str = ""
    sector: str = ""
    description: str = ""
    is_new: bool | None = None


class QuestionItem(_Part):
    """A learning question; ``stages`` in the order of the learning cycle."""

    id: UUID = Field(default_factory=uuid4)
    question: str = ""
    stages: tuple[Literal["sense", "explore", "test", "grow"], ...] = ()
    usage: str = ""
    data_gap: str = ""


ITEMS: dict[str, type[EvidenceItem | PartnerItem | QuestionItem]] = {
    "evidence": EvidenceItem,
    "partners": PartnerItem,
    "learning_questions": QuestionItem,
}
"""What a row of each repeated group is in a document."""


class Leftover(_Part):
    """Words of an imported page for which there is no answer, and where they stood.

    ``place`` is a field (``background``), a tag (``latlng``) or ``top``: the top of the page.
    """

    place: str
    words: str


class _Document(_Part):
    """What both documents can do."""

    def fingerprint(self) -> str:
        """SHA-256 (hex) over the canonical JSON; equal exactly when the documents are equal."""
        text = json.dumps(
            self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":")
        )
        return hashlib.sha256(text.encode()).hexdigest()


class PlanDocument(_Document):
    """A whole plan. Every text is as typed; an empty text means not answered.

    ``remarks`` stood under the good-bye of the archive's questionnaire; nobody is asked for them
    today.
    """

    SOMETIMES = frozenset({"remarks", "leftover"})

    format: Literal["action-learning-plan/1"] = "action-learning-plan/1"
    lab: str = ""
    cycle: str = ""
    title: str = ""
    challenge_type: Literal["", "big_bet", "exploratory"] = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None
    focal_point: Person | None = None
    challenge_statement: str = ""
    background: str = ""
    value_proposition: str = ""
    summary: str = ""
    evidence: tuple[EvidenceItem, ...] = ()
    sdgs: tuple[int, ...] = ()
    thematic_areas: tuple[str, ...] = ()
    partners: tuple[PartnerItem, ...] = ()
    learning_questions: tuple[QuestionItem, ...] = ()
    methods: tuple[str, ...] = ()
    data_sources: tuple[str, ...] = ()
    early_leads: str = ""
    remarks: str = ""
    leftover: tuple[Leftover, ...] = ()

    @model_serializer(mode="wrap")
    def _without_empty_remarks(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # Plans that were never in the archive are written as before there was one, so that the
        # hashes of their versions stay true.
        told: dict[str, Any] = dump(self)
        for name in self.SOMETIMES:
            if not told.get(name):
                told.pop(name, None)
        return told

    def hash(self) -> str:
        """SHA-256 (hex) over the canonical JSON; equal exactly when the documents are equal."""
        return self.fingerprint()

    def without_people(self) -> PlanDocument:
        """The same document for somebody who may not see the lab's people."""
        return self.model_copy(update={"focal_point": None})

    def rows(self, group: str) -> tuple[Any, ...]:
        """The rows of ``evidence``, ``partners`` or ``learning_questions``."""
        rows: tuple[Any, ...] = getattr(self, group)
        return rows

    def find_row(self, anchor: Anchor) -> tuple[int, Any] | None:
        """The row an anchor points to, with its place counted from 1; None when it is gone."""
        if not anchor.group:
            return None
        for place, row in enumerate(self.rows(anchor.group), start=1):
            if row.id == anchor.row:
                return place, row
        return None

    def text_at(self, anchor: Anchor) -> str:
        """The words a thread on ``anchor`` speaks of; empty for the plan, a section, a lost row."""
        if anchor.group:
            found = self.find_row(anchor)
            if found and anchor.field:
                return _in_words(getattr(found[1], anchor.field))
            return "\n".join(_texts(found[1])) if found else ""
        if anchor.field:
            return _in_words(getattr(self, anchor.field))
        return ""


class Outcome(_Part):
    """What happened to a learning question: ``row`` is its identity in the plan."""

    row: UUID | None = None
    question: str = ""
    outcome: Literal["", "answered", "partly", "changed", "dropped"] = ""
    account: str = ""


class Collaboration(_Part):
    """A partner, or a sort of partners, as it was.

    ``row`` is its identity in the plan, None for one that nobody had planned. The archive asked by
    sort (``civil_society``, ``government``, ``un``, or the words of the question), not by name.
    """

    row: UUID | None = None
    name: str = ""
    sort: str = ""
    worked: Literal["", "yes", "partly", "no"] = ""
    account: str = ""


class TimeSpent(_Part):
    """How much of its time a lab gave to a stage of the learning cycle, in its own words."""

    stage: str
    share: str = ""


class FurtherAnswer(_Part):
    """An answer to a question that only some pages of the archive asked."""

    question: str
    answer: str = ""


class ReflectionDocument(_Document):
    """A closing reflection: what a lab learned from a plan, and what became of what it planned.

    ``methods`` and ``data_sources`` are those that were used. A reflection of the archive has one
    insight, which may speak of several.
    """

    format: Literal["closing-reflection/1"] = "closing-reflection/1"
    lab: str = ""
    cycle: str = ""
    title: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None
    focal_point: Person | None = None
    sdgs: tuple[int, ...] = ()
    thematic_areas: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    data_sources: tuple[str, ...] = ()
    insights: tuple[str, ...] = ()
    links: str = ""
    barriers: str = ""
    time_spent: tuple[TimeSpent, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    why_data: str = ""
    why_methods: str = ""
    partners: tuple[Collaboration, ...] = ()
    unusual_partners: str = ""
    handover: str = ""
    interplay: str = ""
    evidence: tuple[EvidenceItem, ...] = ()
    further: tuple[FurtherAnswer, ...] = ()
    leftover: tuple[Leftover, ...] = ()

    def without_people(self) -> ReflectionDocument:
        """The same document for somebody who may not see the lab's people."""
        return self.model_copy(update={"focal_point": None})

    def without_gaps(self) -> ReflectionDocument:
        """The same document without the insights and partners whose boxes are empty."""
        named = [one for one in self.partners if one.name or one.account or one.sort or one.row]
        return self.model_copy(
            update={"insights": tuple(filter(None, self.insights)), "partners": tuple(named)}
        )


def _in_words(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value)
    return "" if value is None or isinstance(value, Person) else str(value)


_TEXTS = (
    *("name", "description", "question", "usage", "data_gap"),
    *("text", "address", "alternative", "caption"),
)


def _texts(row: BaseModel) -> Iterator[str]:
    """The free texts of a row, in order."""
    for name in _TEXTS:
        text = getattr(row, name, "")
        if text:
            yield text
