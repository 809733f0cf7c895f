"""A region at a glance, writing to a lab, and who is on which plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import SignedInRequest, signed_in
from accounts.models import Lab, Region
from accounts.roles import roles_of
from plans import clock, limits, reminding, reviewing
from plans.errors import PlanError
from plans.forms.region import HandOverForm, NudgeForm
from plans.models import Cycle
from plans.models.review import Mark
from plans.permissions import may_decide, may_hand_over, may_nudge, require, reviewers_for
from plans.regions import overview as overview_of
from plans.views.reading import plan_to_read

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User


@signed_in
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """Labs and their places in a cycle: ``?region=`` and ``?cycle=``, by their short names."""
    regions = list(_regions(request.user))
    require(bool(regions))
    cycles = list(Cycle.objects.filter(opens_at__lte=clock.now())[:20])
    region = next((one for one in regions if one.slug == request.GET.get("region")), regions[0])
    asked = request.GET.get("cycle", "")
    cycle = next((one for one in cycles if one.slug == asked), cycles[0] if cycles else None)
    context = {
        "regions": regions,
        "cycles": cycles,
        "region": region,
        "cycle": cycle,
        "overview": overview_of(region, cycle, request.user) if cycle else None,
        "knows_drafts": roles_of(request.user).manages_network,
        "marks": list(Mark),
    }
    return render(request, "plans/region.html", context)


def _regions(user: User) -> QuerySet[Region]:
    roles = roles_of(user)
    regions = Region.objects.order_by("name")
    return regions if roles.manages_network else regions.filter(pk__in=sorted(roles.regions))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def nudge(request: SignedInRequest, slug: str, cycle: str) -> HttpResponse:
    """Write to the people of a lab about a cycle."""
    lab = get_object_or_404(Lab.objects.select_related("region"), slug=slug)
    require(may_nudge(request.user, lab))
    try:
        year, quarter = Cycle.read_slug(cycle)
    except ValueError:
        year, quarter = 0, None
    found = get_object_or_404(Cycle, year=year, quarter=quarter)
    form = NudgeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            reminding.nudge(lab, found, form.cleaned_data["text"], actor=request.user)
        except PlanError as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _("The people of %(lab)s are told.") % {"lab": lab})
            region = f"region={lab.region.slug}&cycle={found.slug}"
            return redirect(f"{reverse('region_overview')}?{region}")
    context = {"lab": lab, "cycle": found, "form": form}
    return render(request, "plans/nudge.html", context | {"deadline": limits.deadline(lab, found)})


@signed_in
@require_POST
def claim(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a plan on."""
    plan = plan_to_read(request.user, pk)
    require(may_decide(request.user, plan))
    try:
        reviewing.claim(plan, actor=request.user)
    except PlanError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You are on this plan now. The other reviewers see it."))
    return redirect(plan)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give a plan to another reviewer, or back to all of them."""
    plan = plan_to_read(request.user, pk)
    require(may_hand_over(request.user, plan))
    form = HandOverForm(
        reviewers_for(plan).exclude(pk=plan.claimed_by_id or 0),
        request.POST if request.method == "POST" else None,
    )
    if form.is_valid():
        to = form.cleaned_data["to"]
        try:
            reviewing.hand_over(plan, to, actor=request.user, note=form.cleaned_data["note"])
        except PlanError as refusal:
            form.add_error("to", str(refusal))
        else:
            words = _("%(who)s is on this plan now, and told of it.") % {"who": to}
            messages.success(request, words if to else _("Nobody is on this plan now."))
            return redirect(plan)
    return render(request, "plans/hand_over.html", {"plan": plan, "form": form})
