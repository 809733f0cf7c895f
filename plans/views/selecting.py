"""A selection of plans is an address: what it says in words, and where it leads.

``LibraryFilter`` reads the address; here it is told and written, for pages that show the same plans
in another way than the library does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from plans.portfolio import portfolio
from plans.search.facets import FACETS
from plans.search.kept import kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plans.filters import LibraryFilter
    from plans.forms.selection import SelectionForm
    from plans.portfolio import Portfolio
    from plans.portfolio.figure import Row

ONE_ONLY: Final = frozenset({"country", "cycle", "lab", "region", "type", "state", "year"})
"""Of these a plan has one: whoever chose one already sees no plans with another."""

_PROPOSED: Final = 15

_NOT_CHOSEN: Final = frozenset({"page", "sort", "more"})
"""Parts of an address that say how plans are shown and not which."""


def chosen(data: QueryDict) -> QueryDict:
    """What an address says of which plans, without empty answers and without the page."""
    kept = QueryDict(mutable=True)
    for name, values in data.lists():
        told = [value.replace("\0", "") for value in values if value.strip("\0 ")]
        if told and name not in _NOT_CHOSEN:
            kept.setlist(name, told)
    return kept


def counted(found: LibraryFilter, *figures: str) -> Portfolio:
    """The figures of a selection of what everybody may read; of many plans, kept for a moment.

    Only those that are named, or all of them without a name.
    """
    return kept(
        f"portfolio:{found.asked}:{figures}",
        lambda: portfolio(found.qs, *figures),
        lambda whole: whole.plans,
    )


def parts(found: LibraryFilter) -> list[tuple[str, str]]:
    """What the plans were narrowed by, in words: the name of each choice and what was chosen."""
    told: dict[str, list[str]] = {}
    for one in found.chosen:
        label = str(one.facet.label)
        words_ = _("without %(choice)s") % {"choice": one.name} if one.left_out else one.name
        told.setdefault(label, []).append(words_)
    named = [(label, ", ".join(names)) for label, names in told.items()]
    return [(_("Words"), found.typed), *named] if found.typed else named


def words(found: LibraryFilter) -> str:
    """The selection in one line."""
    return " · ".join(f"{label}: {value}" for label, value in parts(found)) or _(
        "all of the network"
    )


def addresses(rows: Iterable[Row], now: QueryDict) -> dict[str, str]:
    """Where the plans of each line are: the library, narrowed as :func:`chosen` and by this line.

    A line has no address where the library cannot be asked for exactly its plans.
    """
    found = ((row.key, address(row.choice, now)) for row in rows)
    return {key: where for key, where in found if where}


def address(choice: Mapping[str, str], now: QueryDict) -> str:
    """The library, narrowed as before and by one more choice; empty where that is not possible.

    An organisation has a page of its own, which tells of all its plans.
    """
    if "organisation" in choice:
        return reverse("organisation", args=(choice["organisation"],))
    query = _narrowed(now, choice)
    return "" if query is None else f"{reverse('library')}?{query}"


def carried(now: QueryDict, form: SelectionForm) -> list[tuple[str, str]]:
    """What an address narrows by besides the fields of a form: to send along with it."""
    return [
        (form.add_prefix(name), value)
        for name, values in now.lists()
        if name not in form.fields
        for value in values
    ]


def themes(*wholes: Portfolio) -> list[str]:
    """Themes to propose while one types: those of these selections, the most frequent first."""
    named = (row.label for whole in wholes for row in whole.figure("themes").rows[:_PROPOSED])
    return list(dict.fromkeys(named))


def _narrowed(now: QueryDict, choice: Mapping[str, str]) -> str | None:
    """The address with one more choice; None where it would widen what is chosen already.

    Two choices of one facet are either of them. Where one was chosen of what a plan has only one
    of, every line is about that one, and there is nothing to add.
    """
    if not choice or not FACETS.keys() >= choice.keys():
        return None
    added = {}
    for name, value in choice.items():
        taken = now.getlist(name)
        if not taken:
            added[name] = value
        elif len(taken) > 1 or (name not in ONE_ONLY and taken[0] != value):
            return None
    return "&".join(filter(None, (now.urlencode(), urlencode(added))))
