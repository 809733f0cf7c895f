"""Plans as JSON, after a published schema."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from plans.document import PlanDocument, ReflectionDocument
from plans.exporters.entries import Entry
from plans.exporters.threads import ThreadTold


class ExportedPlan(BaseModel):
    """One plan: where it is read, in which state it is, and what it says.

    ``note`` is what the collection says of it that goes out; the plans are in its order.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: int
    address: str
    state: str
    changed: str
    plan: PlanDocument
    reflection: ReflectionDocument | None = None
    threads: tuple[ThreadTold, ...] | None = None
    note: str | None = None


class ExportedPlans(BaseModel):
    """A whole export."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["action-learning-plans/1"] = "action-learning-plans/1"
    plans: tuple[ExportedPlan, ...] = ()


def schema() -> dict[str, Any]:
    """The JSON schema of an export and of every document in it."""
    return ExportedPlans.model_json_schema(mode="serialization")


def write(entries: Iterable[Entry]) -> bytes:
    """These plans as one JSON text."""
    exported = ExportedPlans(
        plans=tuple(
            ExportedPlan(
                number=entry.number,
                address=entry.address,
                state=entry.state,
                changed=entry.changed,
                plan=entry.document,
                reflection=entry.reflection,
                threads=entry.threads or None,
                note=entry.note or None,
            )
            for entry in entries
        )
    )
    return json.dumps(exported.model_dump(mode="json"), ensure_ascii=False, indent=1).encode()
