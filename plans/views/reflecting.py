"""The closing reflection of a plan: written by its lab, planned and actual side by side.

Until it is published it is saved while somebody writes, as the sections of a plan are: the browser
(``static/js/autosave.js``) sends the answers that differ from what it knows to be stored.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.decorators import SignedInRequest, signed_in
from plans import closing
from plans.errors import PlanError, WrongState
from plans.forms.reflection import ReflectionForm
from plans.models import EarlierReflection
from plans.permissions import may_reflect, require
from plans.states import State
from plans.views import autosave
from plans.views.reading import plan_to_read

if TYPE_CHECKING:
    from collections.abc import Collection

    from plans.document import ReflectionDocument
    from plans.models import Plan, Reflection

EARLIER_A_PAGE = 10


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reflection(request: SignedInRequest, pk: int) -> HttpResponse:
    """The form of the lab, and the way to store it; a plan that is not approved says so."""
    plan = plan_to_read(request.user, pk)
    require(may_reflect(request.user, plan))
    act = request.POST.get("do", "save")
    if request.method != "POST":
        return _show(request, plan, _form(plan, getattr(plan, "reflection", None)))
    if act == "auto":
        return _autosaved(request, plan)
    try:
        form, written = _write(request, plan, finish=act == "finish")
    except PlanError as refusal:
        form = _form(plan, getattr(plan, "reflection", None), request.POST)
        return _show(request, plan, form, str(refusal), status=409)
    if written is None:
        form.on_what_is_stored()
        if not form.conflicts:
            return _show(request, plan, form)
        problem = _(
            "Somebody saved this reflection while you were writing. Nothing of yours is lost."
        )
        return _show(request, plan, form, problem, status=409)
    if act == "finish":
        messages.success(request, _("The closing reflection is published."))
        return (
            HttpResponseClientRedirect(plan.get_absolute_url()) if request.htmx else redirect(plan)
        )
    messages.success(request, _("Saved."))
    return redirect("plan_reflection", plan.pk)


@signed_in
@require_safe
def earlier(request: SignedInRequest, pk: int) -> HttpResponse:
    """What stood in the reflection before, the newest first, where it says something else now."""
    plan = plan_to_read(request.user, pk)
    require(may_reflect(request.user, plan))
    stored: Reflection | None = getattr(plan, "reflection", None)
    kept = (
        stored.earlier.select_related("written_by") if stored else EarlierReflection.objects.none()
    )
    page = Paginator(kept, EARLIER_A_PAGE).get_page(request.GET.get("page"))
    now = _form(plan, stored)
    told = [(one, _form(plan, one).said_otherwise(now)) for one in page]
    context = {"plan": plan, "page": page, "told": told}
    return render(request, "plans/reflection_earlier.html", context)


def _form(
    plan: Plan, stored: Reflection | EarlierReflection | None, data: object = None
) -> ReflectionForm:
    return ReflectionForm(plan.document, stored.as_written if stored else None, data)


def _write(
    request: SignedInRequest,
    plan: Plan,
    only: Collection[str] | None = None,
    *,
    finish: bool = False,
) -> tuple[ReflectionForm, Reflection | None]:
    """The form as it was read, and what was stored of it: all, or those of ``only`` that are fine.

    Raises what :func:`closing.write` raises, and WrongState where what is written by itself would
    be everybody's to read at once.
    """
    form: ReflectionForm

    def compose(stored: Reflection | None) -> ReflectionDocument | None:
        nonlocal form
        if only is not None and stored and stored.finished_at:
            raise WrongState(_("This reflection is published: press Save to change it."))
        written = stored.as_written if stored else None
        form = ReflectionForm(plan.document, written, request.POST, only)
        whole = form.is_valid() if only is None else form.taken()
        return form.document() if whole else None

    stored = closing.write(plan, compose, actor=request.user, finish=finish)
    return form, stored


def _autosaved(request: SignedInRequest, plan: Plan) -> HttpResponse:
    """Save what was sent, and answer as :func:`autosave.answer` does."""
    only = autosave.names(request.POST.get("only", ""))
    try:
        form, written = _write(request, plan, only)
    except WrongState:
        kind = "published" if plan.state == State.APPROVED else "closed"
        return JsonResponse({"kind": kind}, status=409)
    problems = {
        name: {"messages": _told(form, name, list(map(str, said)))}
        for name, said in form.errors.items()
    }
    now = _form(plan, written).fingerprints() if written else {}
    base = {name: now[name] for name in form.taken()} if written else {}
    return JsonResponse({"base": base, "problems": problems, "at": autosave.now_in_words()})


def _told(form: ReflectionForm, name: str, messages: list[str]) -> list[str]:
    """What is wrong with an answer; where somebody else changed it too, also what to do."""
    if name not in form.conflicts:
        return messages
    *others, changed = messages
    return [*others, f"{changed} {_('Your text is still here: press Save to see both.')}"]


def _show(
    request: SignedInRequest, plan: Plan, form: ReflectionForm, problem: str = "", status: int = 200
) -> HttpResponse:
    stored: Reflection | None = getattr(plan, "reflection", None)
    words = autosave.words() | {
        "closed": _("This reflection cannot be changed now: {kept}"),
        "published": _("This is published, so it is not saved by itself. Press Save: {kept}"),
    }
    context = {
        "plan": plan,
        "document": plan.document,
        "form": form,
        "stored": stored,
        "problem": problem,
        "otherwise": form.stored_otherwise(),
        "unsaved": json.dumps(form.unsaved()) if form.is_bound else "",
        "is_open": plan.state == State.APPROVED,
        "words": json.dumps(words),
    }
    template = "plans/_reflection_form.html" if request.htmx else "plans/reflection.html"
    return render(request, template, context, status=status)
