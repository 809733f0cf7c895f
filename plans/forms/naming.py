"""What the inputs of a section's form ask, in words, for pages that keep what a form had in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.expired import names_inputs_of
from plans.models import Question
from plans.sections import SECTION


@names_inputs_of("plan_section")
def asked(names: Iterable[str], section: str, **_address: Any) -> dict[str, str]:
    """The question of each input by the input's name: “Background”, “Partner 2: Name”.

    Rows are counted in the order in which they are met. Inputs that ask nothing are left out.
    """
    rules = SECTION.get(section)
    if not rules:
        return {}
    group = rules.group
    fields = (*rules.fields, *(group.fields if group else ()))
    written = Question.labels()
    labels = {
        field.key: own.label if (own := written.get(f"{section}.{field.key}")) else str(field.label)
        for field in fields
    }
    found, places = {}, dict[str, int]()
    for name in names:
        row, key = (name[:36], name[37:]) if _is_row(name[:36]) else ("", name)
        if key not in labels:
            continue
        found[name] = labels[key]
        if row and group:
            place = places.setdefault(row, len(places) + 1)
            found[name] = _("%(row)s %(place)d: %(question)s") % {
                "row": str(group.one).capitalize(),
                "place": place,
                "question": labels[key],
            }
    return found


def _is_row(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
