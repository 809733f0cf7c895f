"""How others answered a question: a fragment beside it, or a page of its own."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.decorators import SignedInRequest, signed_in
from plans.permissions import may_write, require, visible_plans
from plans.sections import SECTION
from plans.similarity import COMPARED, answers_like


@signed_in
@require_safe
def others(request: SignedInRequest, pk: int, section: str, field: str) -> HttpResponse:
    """Up to three answers of other labs to this question, for those who write this plan."""
    if field not in COMPARED.get(section, ()):
        raise Http404
    plan = get_object_or_404(visible_plans(request.user).with_document(), pk=pk)
    require(may_write(request.user, plan))
    parts = plan.gathered
    context = {
        "plan": plan,
        "section": SECTION[section],
        "place": f"{section}.{field}",
        "field": field,
        "others": answers_like(plan, section, field, user=request.user),
        "is_classified": bool(parts["goals"] or parts["thematic_areas"]),
    }
    template = "plans/_others.html" if request.htmx else "plans/others.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response
