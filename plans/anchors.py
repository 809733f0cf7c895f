"""Where a comment stands: the plan, a section, a field, one row of a repeated group, or its field.

Written as text (stored, and used in addresses and form inputs): ``plan``, ``challenge``,
``challenge.background``, ``partners/<uuid>``, ``partners/<uuid>/description``. Anchors point to
rows by identity, so they survive re-ordering; they may outlive the row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from plans.sections import FIELD, GROUP, SECTION, SECTION_OF

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.document import PlanDocument

WHOLE_PLAN = "plan"

ON_THE_MAP = frozenset({"latitude", "longitude"})
"""Two answers that are read, and spoken of, as one place."""


@dataclass(frozen=True)
class Anchor:
    """A place in a plan: ``row`` comes with ``group``; with them ``field`` is one of the row's."""

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
            group, _slash, rest = text.partition("/")
            row, _slash, field = rest.partition("/")
            if group not in GROUP or (
                field and field not in (one.key for one in GROUP[group].fields)
            ):
                raise ValueError(text)
            return cls(section=SECTION_OF[group], field=field, group=group, row=UUID(row))
        section, _dot, field = text.partition(".")
        if section not in SECTION:
            raise ValueError(text)
        if field and (field not in FIELD or SECTION_OF[field] != section):
            raise ValueError(text)
        return cls(section=section, field=field)

    def __str__(self) -> str:
        if self.group:
            field = f"/{self.field}" if self.field else ""
            return f"{self.group}/{self.row}{field}"
        if self.field:
            return f"{self.section}.{self.field}"
        return self.section or WHOLE_PLAN

    @property
    def key(self) -> str:
        """The name under which ``authoring`` saves it; empty for what is not one answer."""
        if self.group:
            return f"{self.group}/{self.row}/{self.field}" if self.field else ""
        return self.field

    def in_words(self, document: PlanDocument, label: Callable[[str], str]) -> str:
        """“The whole plan”, “Background”, “Partner 2”, “A partner, since removed”.

        ``label`` says what a section (``challenge``) or an answer (``challenge.background``) is
        called; the two halves of a point on earth are “Place”.
        """
        if self.field in ON_THE_MAP:
            return _("Place")
        answer = label(f"{self.section}.{self.field}") if self.field else ""
        if not self.group:
            return answer or (label(self.section) if self.section else _("The whole plan"))
        one = str(GROUP[self.group].one).capitalize()
        found = document.find_row(self)
        if found is None:
            return _("%(one)s, since removed") % {"one": one}
        row = _("%(one)s %(place)d") % {"one": one, "place": found[0]}
        return _("%(row)s: %(answer)s") % {"row": row, "answer": answer} if answer else row
