"""The library: what everybody in the network may read."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.decorators import SignedInRequest, signed_in
from accounts.roles import roles_of
from plans.filters import LibraryFilter
from plans.permissions import library_plans

PLANS_A_PAGE = 25


@signed_in
@require_safe
def library(request: SignedInRequest) -> HttpResponse:
    """Approved and archived plans, narrowed by what the address asks for."""
    found = LibraryFilter(request.GET, library_plans(request.user))
    page = Paginator(found.qs, PLANS_A_PAGE).get_page(request.GET.get("page"))
    goals = {goal.number: goal for goal in found.goals}
    for plan in page.object_list:
        plan.goals = [goals[number] for number in plan.goal_numbers]
    template = "plans/_library_results.html" if request.htmx else "plans/library.html"
    copies = bool(roles_of(request.user).labs)
    response = render(request, template, {"filter": found, "page": page, "may_copy": copies})
    patch_vary_headers(response, ["HX-Request"])
    return response
