"""Where a comment stands: the plan, a section, a field, or one row of a repeated group.

Written as text (stored, and used in addresses and form inputs): ``plan``, ``challenge``,
``challenge.background``, ``partners/<uuid>``. Anchors point to rows by identity, so they survive
re-ordering; they may outlive the row.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from plans.sections import FIELD, GROUP, SECTION, SECTION_OF

WHOLE_PLAN = "plan"


@dataclass(frozen=True)
class Anchor:
    """A place in a plan: at most one of ``field`` and ``group``; ``row`` with ``group``."""

    section: str = ""
    field: str = ""
    group: str = ""
    row: UUID | None = None

    @classmethod
    def parse(cls, text: str) -> Anchor:
        """Read an anchor's text form. Raises ValueError when it names no place of a plan."""
        if text == WHOLE_PLAN:
            return cls()
        if "/" in text:
            group, _, row = text.partition("/")
            if group not in GROUP:
                raise ValueError(text)
            return cls(section=SECTION_OF[group], group=group, row=UUID(row))
        section, _, field = text.partition(".")
        if section not in SECTION:
            raise ValueError(text)
        if field and (field not in FIELD or SECTION_OF[field] != section):
            raise ValueError(text)
        return cls(section=section, field=field)

    def __str__(self) -> str:
        if self.group:
            return f"{self.group}/{self.row}"
        if self.field:
            return f"{self.section}.{self.field}"
        return self.section or WHOLE_PLAN
