"""The library: every plan that the reader may see, searched and narrowed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.decorators import SignedInRequest, signed_in
from accounts.roles import roles_of
from plans.filters import LibraryFilter
from plans.permissions import visible_plans
from plans.search.context import contexts
from plans.search.counting import Choice, Counts
from plans.search.facets import FACETS
from plans.search.form import SORTS
from plans.search.kept import kept
from plans.search.mending import mended
from plans.shelf import on_shelf
from plans.states import PUBLIC
from plans.views.stages import stage_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User
    from plans.models.plan import PlanQuerySet
    from plans.search.facets import Facet
    from plans.search.selection import Chosen

PLANS_A_PAGE = 25
OPEN = frozenset({"state", "region", "sdg", "theme"})
"""The facets that are open unasked."""


@dataclass(frozen=True)
class _Option:
    """A choice of a facet with its boxes. ``plans`` is None where no plan is found by it."""

    word: str
    name: str
    plans: int | None
    included: bool
    left_out: bool


@dataclass(frozen=True)
class _Group:
    """A facet as the page shows it."""

    facet: Facet
    options: list[_Option]
    has_more: bool
    is_open: bool


@signed_in
@require_safe
def library(request: SignedInRequest) -> HttpResponse:
    """All plans that this person may see, as the address narrows them; drafts say that they are.

    Where a search finds nothing, the plans that a slip of the finger may have meant, and says so.
    """
    wide = request.GET.get("more", "")
    found = LibraryFilter(request.GET, visible_plans(request.user))
    counts = _counts(found, request.user, wide)
    instead = mended(found) if found.searches and not counts.plans else None
    if instead:
        found = instead.selection
        counts = found.counts(wide)
    pages = Paginator(found.qs.values("pk"), PLANS_A_PAGE)
    pages.count = counts.plans  # counted already, with everything else
    page: Any = pages.get_page(request.GET.get("page"))
    page.object_list = _shown(found, page.object_list)
    stages = stage_names(request)
    response = render(
        request,
        "plans/_library_results.html" if request.htmx else "plans/library.html",
        {
            "found": found,
            "page": page,
            "instead": instead,
            "groups": [_group(facet, found, counts, wide, stages) for facet in FACETS.values()],
            "chips": [
                (one, _named(one.facet, one.word, one.name, stages), found.address(besides=one))
                for one in found.chosen
            ],
            "query": found.address(),
            "without_words": found.address(words=False),
            "sorts": [
                (key, name) for key, name in SORTS.items() if key != "best" or found.searches
            ],
            "unfinished": _unfinished(found, counts),
            "may_copy": bool(roles_of(request.user).labs),
        },
    )
    patch_vary_headers(response, ["HX-Request"])
    return response


def _shown(found: LibraryFilter, keys: PlanQuerySet) -> list[Any]:
    """The plans of a page, each with where in it the words stand, in one query.

    ``keys`` is the page of keys, not asked for yet: keys alone are put in order in less time than
    whole rows.
    """
    plans: list[Any] = list(on_shelf(found.qs.filter(pk__in=keys)))
    where = contexts(plans, found.wanted)
    for plan in plans:
        plan.context = where.get(plan.pk)
    return plans


def _counts(found: LibraryFilter, reader: User, wide: str) -> Counts:
    """The numbers of the facets; of many plans they are kept for a moment."""
    roles = roles_of(reader)
    seen = (roles.manages_network, sorted(roles.labs), sorted(roles.regions))
    return kept(
        f"library:{found.asked}:{wide}:{seen}", lambda: found.counts(wide), lambda one: one.plans
    )


def _group(
    facet: Facet, found: LibraryFilter, counts: Counts, wide: str, stages: Mapping[str, str]
) -> _Group:
    chosen = {(one.word, one.left_out): one for one in found.chosen if one.facet is facet}
    listed = counts.choices[facet.name]
    words = {choice.word for choice in listed}
    others = [one for one in chosen.values() if one.word not in words]
    options = [_option(choice, chosen) for choice in listed]
    options += [_Option(one.word, one.name, None, not one.left_out, one.left_out) for one in others]
    return _Group(
        facet,
        [replace(one, name=_named(facet, one.word, one.name, stages)) for one in options],
        has_more=facet.name in counts.more,
        is_open=bool(chosen) or facet.name in OPEN or facet.name == wide,
    )


def _option(choice: Choice, chosen: dict[tuple[str, bool], Chosen]) -> _Option:
    word = choice.word
    return _Option(word, choice.name, choice.plans, (word, False) in chosen, (word, True) in chosen)


def _named(facet: Facet, word: str, name: str, stages: Mapping[str, str]) -> str:
    """What a choice is called: a stage as the reader calls it, anything else by its name."""
    return stages.get(word, name) if facet.name == "stage" else name


def _unfinished(found: LibraryFilter, counts: Counts) -> int:
    """How many of what is found is not everybody's yet; 0 where somebody chose states."""
    if any(one.facet.name == "state" for one in found.chosen):
        return 0
    return sum(one.plans for one in counts.choices["state"] if one.word not in PUBLIC)
