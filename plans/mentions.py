"""Who is named with an @ in a comment: “@Mira Member”, by the full name, however it is cased."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User


def named(text: str, people: Iterable[User]) -> list[User]:
    """Those of ``people`` whom a text names; where one name begins another, the longer one."""
    by_name: dict[str, list[User]] = {}
    for person in people:
        by_name.setdefault(person.get_full_name().casefold(), []).append(person)
    pattern = pattern_of(by_name)
    found = {match[1].casefold() for match in pattern.finditer(text)} if pattern else ()
    return [person for name in sorted(found) for person in by_name[name]]


def pattern_of(names: Iterable[str]) -> re.Pattern[str] | None:
    """What finds any of these names after an @, the name as its group; None without names."""
    longest_first = sorted(filter(None, names), key=lambda name: (-len(name), name))
    if not longest_first:
        return None
    choices = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<!\w)@({choices})(?!\w)", re.IGNORECASE)
