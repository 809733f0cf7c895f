"""Telling that somebody is in a plan, and hearing who else is."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from accounts.decorators import SignedInRequest, signed_in
from plans import presence
from plans.forms.conflict import revision
from plans.permissions import may_write, require, visible_plans
from plans.sections import SECTION


@signed_in
@require_POST
def here(request: SignedInRequest, pk: int) -> HttpResponse:
    """Note where this person is and say who else is there; ``leaving`` says goodbye.

    The JSON holds ``words``; and where the page says ``since`` which revision it shows a section,
    ``news``, what others saved there after it, and ``at``, the id of where that is on the page;
    nothing of the inputs that it names in ``known``, which show both texts already.
    """
    plan = get_object_or_404(visible_plans(request.user).select_related("lab"), pk=pk)
    require(may_write(request.user, plan))
    section = request.POST.get("section", "")
    section = section if section in SECTION else ""
    if request.POST.get("leaving"):
        presence.leave(plan, section, actor=request.user)
        return HttpResponse(status=204)
    people = presence.enter(plan, section, actor=request.user)
    told = presence.News()
    since = revision(request.POST.get("since", ""))
    if section and since is not None:
        known = request.POST.get("known", "").split()
        told = presence.news(plan, section, since, request.user, known)
    return JsonResponse({"words": presence.in_words(people), "news": told.words, "at": told.at})
