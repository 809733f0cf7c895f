"""Plans like one: a fragment on its page or beside its challenge, or a page of its own."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.decorators import SignedInRequest, signed_in
from plans.likeness import plans_like
from plans.permissions import may_edit_now, visible_plans


@signed_in
@require_safe
def alike(request: SignedInRequest, pk: int) -> HttpResponse:
    """The plans nearest to this one that everybody may read, for whoever may read this one."""
    plan = get_object_or_404(visible_plans(request.user).select_related("lab", "cycle"), pk=pk)
    context = {
        "plan": plan,
        "alike": plans_like(plan, user=request.user),
        "may_edit": may_edit_now(request.user, plan),
    }
    template = "plans/_alike.html" if request.htmx else "plans/alike.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response
