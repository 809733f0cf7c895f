"""Lists in pages. A cursor says where the last page ended, so nothing is lost when rows are added.

It is a place in an order, and no secret: every well-formed one is answered, and nothing else is.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from plans.api.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

USUAL, MOST = 20, 100

_BEGINNING = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_TICK = dt.timedelta(microseconds=1)

CURSOR_OF_CHANGES = r"^t[0-9a-f]{14}[0-9a-f]{15}$"
CURSOR_OF_KEYS = r"^k[0-9a-f]{15}$"


@dataclass(frozen=True)
class Place:
    """Where a page ended: at this key; in the order of changes, at this moment."""

    key: int = 0
    moment: dt.datetime = _BEGINNING

    def after(self, moment: str) -> Q:
        """What comes later in the order of changes, by the name of the moment."""
        return Q(**{f"{moment}__gt": self.moment}) | Q(**{moment: self.moment, "pk__gt": self.key})

    @property
    def of_changes(self) -> str:
        """As a cursor in the order of changes."""
        ticks = max((self.moment - _BEGINNING) // _TICK, 0)
        return f"t{ticks:014x}{self.key:015x}"

    @property
    def of_keys(self) -> str:
        """As a cursor in the order of keys."""
        return f"k{self.key:015x}"


def read(request: HttpRequest, form: str) -> Place:
    """The place that the cursor names; the beginning without one. Raises Problem for other text."""
    cursor = request.GET.get("cursor")
    if cursor is None:
        return Place()
    if not re.fullmatch(form, cursor):
        words = _("This is no cursor of this list. Begin again without it.")
        raise Problem("not-understood", words, {"cursor": words})
    if form == CURSOR_OF_KEYS:
        return Place(int(cursor[1:], 16))
    return Place(int(cursor[15:], 16), _BEGINNING + int(cursor[1:15], 16) * _TICK)


def size(request: HttpRequest) -> int:
    """How many rows a page has. Raises Problem for what is no number from 1 to 100."""
    asked = request.GET.get("limit", str(USUAL))
    if not re.fullmatch("[0-9]{1,9}", asked) or not 1 <= int(asked) <= MOST:
        words = _("Give a number from 1 to %(most)d.") % {"most": MOST}
        raise Problem("not-understood", words, {"limit": words})
    return int(asked)


def cut(rows: Sequence[Any], limit: int) -> tuple[Sequence[Any], bool]:
    """The rows of a page, of which one more was asked for, and whether there are others."""
    return rows[:limit], len(rows) > limit


def address(path: str) -> str:
    """An address of this site in full."""
    return f"{str(settings.SITE_URL).rstrip('/')}{path}"


def next_page(request: HttpRequest, cursor: str) -> str:
    """Where the list goes on: the same question, from this cursor on."""
    kept = {name: values for name, values in request.GET.lists() if name != "cursor"}
    return address(f"{request.path}?{urlencode({**kept, 'cursor': cursor}, doseq=True)}")
