"""Two selections of plans side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.decorators import SignedInRequest, signed_in
from plans import charts
from plans.charts.drawing import number
from plans.filters import LibraryFilter
from plans.forms.selection import SelectionForm, cycles, regions
from plans.permissions import library_plans
from plans.portfolio import Comparison, Pair, Portfolio, Side, compared
from plans.views import selecting
from plans.views.portfolio import shapes_address

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from plans.forms.selection import Choices

_SIDES = ("a", "b")


@dataclass(frozen=True)
class _Chosen:
    """One of the two selections, with its half of the form."""

    side: str
    title: str
    query: str
    found: LibraryFilter
    whole: Portfolio
    form: SelectionForm
    kept: list[tuple[str, str]]
    words: str
    sample: SafeString
    map: SafeString


@dataclass(frozen=True)
class _Shown:
    comparison: Comparison
    drawing: SafeString
    lines: list[tuple[Pair, list[tuple[str, str]]]]


@signed_in
@require_safe
def compare(request: SignedInRequest) -> HttpResponse:
    """``?a=…&b=…``: each the query of a library's address.

    What the form sends (``a-region``, ``b-theme``…) leads to the address that says so.
    """
    sent = {side: _sent(request.GET, side) for side in _SIDES}
    if any(sent.values()):
        asked = {side: selecting.chosen(sent[side]).urlencode() for side in _SIDES}
        return redirect(f"{reverse('portfolio_compare')}?{urlencode(asked)}")
    queries = [selecting.chosen(QueryDict(_query(request.GET, side))) for side in _SIDES]
    found = [LibraryFilter(query, library_plans(request.user)) for query in queries]
    wholes = [selecting.counted(one) for one in found]
    offered = regions(), cycles()
    most = max((_most(whole) for whole in wholes), default=0)
    sides = [_side(place, found[place], wholes[place], queries, offered, most) for place in (0, 1)]
    context = {
        "sides": sides,
        "same": sides[0].query == sides[1].query,
        "shown": [_shown(one, queries) for one in compared(*wholes) if one.key != "countries"],
        "themes": selecting.themes(*wholes),
    }
    return render(request, "plans/portfolio_compare.html", context)


def _query(data: QueryDict, name: str) -> str:
    return data.get(name, "").replace("\0", "")


def _sent(data: QueryDict, side: str) -> QueryDict:
    """What the form sends for one side, empty answers too, by the names the library knows."""
    found = QueryDict(mutable=True)
    for name, values in data.lists():
        if name.startswith(f"{side}-"):
            found.setlist(name.removeprefix(f"{side}-"), values)
    return found


def _most(whole: Portfolio) -> int:
    """The most plans of any country."""
    return max((int(row.numbers[0] or 0) for row in whole.figure("countries").rows), default=0)


def _side(
    place: int,
    found: LibraryFilter,
    whole: Portfolio,
    queries: list[QueryDict],
    offered: tuple[Choices, Choices],
    most: int,
) -> _Chosen:
    side = _SIDES[place]
    form = SelectionForm(found.chosen, *offered, side=side)
    countries = whole.figure("countries")
    to = selecting.addresses(countries.rows, queries[place])
    return _Chosen(
        side=side,
        title=(_("First selection"), _("Second selection"))[place],
        query=queries[place].urlencode(),
        found=found,
        whole=whole,
        form=form,
        kept=selecting.carried(queries[place], form),
        words=selecting.words(found),
        sample=charts.sample(f"sample-{side}", second=bool(place)),
        map=charts.small_map(countries, to, shapes_address(), name=f"map-{side}", most=most),
    )


def _shown(comparison: Comparison, queries: list[QueryDict]) -> _Shown:
    lines = []
    for pair in comparison.pairs:
        cells = []
        for side, query in ((pair.first, queries[0]), (pair.second, queries[1])):
            address = selecting.address(pair.choice, query)
            cells.append((_cell(side, comparison), address if side.number else ""))
        lines.append((pair, cells))
    return _Shown(comparison, charts.inline_pairs(comparison), lines)


def _cell(side: Side, comparison: Comparison) -> str:
    value = number(side.value, comparison.unit)
    return value if side.number is None else f"{value} ({number(side.number)})"
