"""Beginning a plan: an empty one, or a copy of an earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import SignedInRequest, signed_in
from accounts.models import Lab
from accounts.roles import roles_of
from plans import authoring, clock, limits, workflow
from plans.errors import PlanError
from plans.forms.start import CopyForm, StartForm
from plans.permissions import may_copy, may_start, require, visible_plans
from plans.states import State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from plans.models import Plan
    from plans.models.plan import PlanQuerySet

EARLIER_SHOWN = 5


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: SignedInRequest, slug: str) -> HttpResponse:
    """Begin a plan: its cycle, its type (free places only) and its title."""
    lab = get_object_or_404(Lab, slug=slug)
    require(may_start(request.user, lab))
    cycles = limits.cycles_to_write_in(lab)
    form = StartForm(lab, cycles, request.POST or None, initial=request.GET)
    if request.method == "POST" and form.is_valid():
        try:
            plan = workflow.start(
                lab,
                form.cleaned_data["cycle"],
                actor=request.user,
                challenge_type=form.cleaned_data["challenge_type"],
                title=form.cleaned_data["title"],
            )
        except PlanError as refusal:
            form.add_error("challenge_type", str(refusal))
        else:
            return redirect("plan_section", plan.pk, "title")
    context = {
        "lab": lab,
        "cycles": cycles,
        "form": form,
        "earlier": earlier_plans(request.user, [lab.pk])[:EARLIER_SHOWN],
    }
    return render(request, "plans/start.html", context)


def earlier_plans(user: User, labs: Iterable[int]) -> PlanQuerySet:
    """What these labs did before, the newest cycle first: plans that are over, to begin from."""
    over = Q(state__in=(State.APPROVED, State.ARCHIVED, State.WITHDRAWN))
    over |= Q(cycle__closes_at__lte=clock.now())
    return visible_plans(user).filter(over, lab__in=sorted(labs)).select_related("lab", "cycle")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: SignedInRequest, pk: int) -> HttpResponse:
    """Begin a plan with what another one says: for which lab and cycle, and which sections."""
    source = get_object_or_404(visible_plans(request.user).with_document(), pk=pk)
    require(may_copy(request.user, source))
    labs = _labs(request.user, source)
    asked = request.POST.get("lab") or request.GET.get("lab")
    lab = next((lab for lab in labs if lab.slug == asked), labs[0])
    cycles = limits.cycles_to_write_in(lab)
    posted = request.POST if request.method == "POST" else None
    document = source.document if lab.pk == source.lab_id else source.document.without_people()
    form = CopyForm(document, lab, cycles, posted, initial=_initial(request, source))
    if posted is not None and form.is_valid():
        try:
            copied = authoring.copy(
                source,
                lab,
                form.cleaned_data["cycle"],
                actor=request.user,
                challenge_type=form.cleaned_data["challenge_type"],
                title=form.cleaned_data["title"],
                sections=form.cleaned_data["sections"],
            )
        except PlanError as refusal:
            form.add_error("challenge_type", str(refusal))
        else:
            return _arrive(request, copied)
    context = {
        "source": source,
        "is_own": lab.pk == source.lab_id,
        "lab": lab,
        "labs": [other for other in labs if other != lab],
        "cycles": cycles,
        "form": form,
    }
    return render(request, "plans/copy.html", context)


def _labs(user: User, source: Plan) -> list[Lab]:
    """The labs for which this person may copy it, the one that it is from first.

    Who manages the network does so on behalf of the lab whose plan it is.
    """
    roles = roles_of(user)
    wanted = {*roles.labs, *((source.lab_id,) if roles.manages_network else ())}
    labs = Lab.objects.filter(pk__in=sorted(wanted)).order_by("name")
    return sorted(labs, key=lambda lab: lab.pk != source.lab_id)


def _initial(request: SignedInRequest, source: Plan) -> dict[str, Any]:
    asked = {name: request.GET[name] for name in ("cycle", "challenge_type") if name in request.GET}
    return {"title": source.title, "challenge_type": source.challenge_type} | asked


def _arrive(request: SignedInRequest, copied: authoring.Copied) -> HttpResponse:
    """On to the overview of the new plan, with what to do next and what was left out."""
    words = _("“%(title)s” is begun. Look at what was copied: change it, or say that it is right.")
    messages.success(request, words % {"title": copied.plan})
    for what in copied.left_out:
        messages.warning(request, _("Not copied: %(what)s") % {"what": what})
    return redirect("plan_edit", copied.plan.pk)
