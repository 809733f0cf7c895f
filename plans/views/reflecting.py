"""The closing reflection of a plan: written by its lab, planned and actual side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import SignedInRequest, signed_in
from plans import closing
from plans.errors import Overtaken, PlanError
from plans.forms.reflection import ReflectionForm
from plans.permissions import may_reflect, require
from plans.states import State
from plans.views.reading import plan_to_read

if TYPE_CHECKING:
    from plans.models import Plan, Reflection


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def reflection(request: SignedInRequest, pk: int) -> HttpResponse:
    """The form of the lab, and the way to store it; a plan that is not approved says so."""
    plan = plan_to_read(request.user, pk)
    require(may_reflect(request.user, plan))
    stored: Reflection | None = getattr(plan, "reflection", None)
    form = _form(plan, stored, request.POST if request.method == "POST" else None)
    refusal: PlanError | None = None
    if request.method == "POST" and form.is_valid():
        finish = request.POST.get("do") == "finish"
        try:
            closing.write(
                plan,
                form.document(),
                actor=request.user,
                revision=form.cleaned_data["revision"] or 0,
                finish=finish,
            )
        except PlanError as error:
            refusal = error
        else:
            words = _("The closing reflection is published.") if finish else _("Saved.")
            messages.success(request, words)
            return redirect(plan) if finish else redirect("plan_reflection", plan.pk)
    otherwise = []
    if isinstance(refusal, Overtaken):
        otherwise = form.stored_otherwise()
        # What was typed is sent again on top of what is stored now, which stands beside it.
        form.data = {**request.POST.dict(), "revision": str(stored.revision if stored else 0)}
    context = {
        "plan": plan,
        "document": plan.document,
        "form": form,
        "stored": stored,
        "refusal": refusal,
        "otherwise": otherwise,
        "is_open": plan.state == State.APPROVED,
    }
    status = 409 if refusal else 200
    return render(request, "plans/reflection.html", context, status=status)


def _form(plan: Plan, stored: Reflection | None, data: object) -> ReflectionForm:
    document = stored.document if stored else None
    return ReflectionForm(plan.document, document, stored.revision if stored else 0, data)
