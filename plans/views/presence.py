"""Telling that somebody is in a plan, and hearing who else is."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from accounts.decorators import SignedInRequest, signed_in
from plans import presence
from plans.permissions import may_write, require, visible_plans
from plans.sections import SECTION


@signed_in
@require_POST
def here(request: SignedInRequest, pk: int) -> HttpResponse:
    """Note where this person is and say who else is there: ``{"words"}``; ``leaving`` says bye."""
    plan = get_object_or_404(visible_plans(request.user).select_related("lab"), pk=pk)
    require(may_write(request.user, plan))
    section = request.POST.get("section", "")
    section = section if section in SECTION else ""
    if request.POST.get("leaving"):
        presence.leave(plan, section, actor=request.user)
        return HttpResponse(status=204)
    people = presence.enter(plan, section, actor=request.user)
    return JsonResponse({"words": presence.in_words(people)})
