"""The reviewers' queue: what waits for them, narrowed and ordered as they ask."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.decorators import SignedInRequest, signed_in
from accounts.roles import roles_of
from plans import clock
from plans.filters import QueueFilter
from plans.permissions import require, reviewable_plans, visible_plans
from plans.states import State
from plans.turns import beside, waiting_for

PLANS_A_PAGE = 25


@signed_in
@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    """What waits for a reviewer, narrowed and ordered by what the address asks for."""
    roles = roles_of(request.user)
    require(bool(roles.regions) or roles.manages_network)
    found = QueueFilter(request.GET, reviewable_plans(request.user), request.user)
    page = Paginator(found.qs, PLANS_A_PAGE).get_page(request.GET.get("page"))
    template = "plans/_queue_results.html" if request.htmx else "plans/queue.html"
    context = {"filter": found, "page": page, "columns": _columns(found), "now": clock.now()}
    context["covers"] = roles.covers
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@signed_in
@require_safe
def after(request: SignedInRequest, pk: int) -> HttpResponse:
    """On to the plan that comes next in this reader's queue."""
    return _beside(request, pk, before=False)


@signed_in
@require_safe
def before(request: SignedInRequest, pk: int) -> HttpResponse:
    """Back to the plan that comes before in this reader's queue."""
    return _beside(request, pk, before=True)


def _beside(request: SignedInRequest, pk: int, *, before: bool) -> HttpResponse:
    plan = get_object_or_404(visible_plans(request.user), pk=pk)
    roles = roles_of(request.user)
    require(bool(roles.regions) or roles.manages_network)
    waiting = waiting_for(request.user, reviewable_plans(request.user))
    found = beside(plan, waiting, before=before)
    if found is None:
        if plan.state == State.SUBMITTED:
            words = _("That was the first plan of your queue.")
            messages.info(request, words if before else _("That was the last plan of your queue."))
        return redirect("queue")
    return redirect(found)


@dataclass(frozen=True)
class Column:
    """The head of a column: ``sort`` is what its link asks for, ``aria`` how it is sorted now."""

    label: str
    sort: str = ""
    aria: str = ""


def _columns(found: QueueFilter) -> list[Column]:
    return [
        _column(_("Plan"), "title", found.order),
        _column(_("Lab"), "lab", found.order),
        _column(_("Cycle"), "cycle", found.order),
        Column(_("Type")),
        Column(_("State")),
        _column(found.since, "waiting", found.order),
        Column(_("Review due")),
        _column(_("Open threads"), "threads", found.order),
        Column(_("Reviewer on it")),
    ]


def _column(label: str, name: str, order: str) -> Column:
    aria = {name: "ascending", f"-{name}": "descending"}.get(order, "")
    return Column(label, f"-{name}" if order == name else name, aria)
