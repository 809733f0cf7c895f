"""Taking plans along: one, those that the library shows, or everything, in every form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.decorators import SignedInRequest, signed_in
from plans import clock
from plans.exporters import archive_pages, structured
from plans.exporters.entries import entries
from plans.exporters.forms import FORMS
from plans.filters import LibraryFilter
from plans.permissions import library_plans, visible_plans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

    from accounts.models import User
    from plans.exporters.entries import Entry
    from plans.exporters.forms import Form
    from plans.models.plan import PlanQuerySet


@signed_in
@require_safe
def one(request: SignedInRequest, pk: int, form: str) -> HttpResponse:
    """A plan as a file, for whoever may read it; 404 for others, and for a form there is not."""
    plan = get_object_or_404(visible_plans(request.user), pk=pk)
    wanted = form_called(form)
    found = list(entries(request.user, visible_plans(request.user).filter(pk=plan.pk), _site()))
    return _file(wanted, found, archive_pages.file_name(found[0]))


@signed_in
@require_safe
def choose(request: SignedInRequest) -> HttpResponse:
    """In which form to take along what the library shows for the same address."""
    plans = LibraryFilter(request.GET, library_plans(request.user)).qs
    context = {
        "forms": FORMS.values(),
        "number": plans.order_by().count(),
        "query": request.GET.urlencode(),
    }
    return render(request, "plans/export.html", context)


@signed_in
@require_safe
def several(request: SignedInRequest, form: str) -> HttpResponse:
    """The plans that the library shows for the same address, as one file."""
    wanted = form_called(form)
    found = LibraryFilter(request.GET, library_plans(request.user)).qs
    keys = list(found.values_list("pk", flat=True)[: wanted.at_most + 1])
    if not keys or len(keys) > wanted.at_most:
        return choose(request)
    plans = library_plans(request.user).filter(pk__in=keys).order_by("pk")
    return as_file(request.user, wanted, plans, f"action-learning-plans-{clock.now():%Y-%m-%d}")


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The JSON schema of what goes out as JSON; open to everybody, for it holds no plan."""
    del request
    return JsonResponse(structured.schema(), json_dumps_params={"indent": 1})


def form_called(key: str) -> Form:
    """The form with this name. Raises Http404 for one there is not."""
    if key not in FORMS:
        raise Http404
    return FORMS[key]


def as_file(user: User, wanted: Form, plans: PlanQuerySet, name: str) -> HttpResponse:
    """These plans, at least one, in their order as one file of that name."""
    found = list(entries(user, plans, _site()))
    packed = len(found) > 1 and wanted.key == "markdown"
    return _file(
        wanted,
        found,
        name,
        ending="zip" if packed else wanted.ending,
        content_type="application/zip" if packed else wanted.content_type,
    )


def _site() -> str:
    return str(settings.SITE_URL).rstrip("/")


def _file(
    form: Form, found: Sequence[Entry], name: str, *, ending: str = "", content_type: str = ""
) -> HttpResponse:
    response = HttpResponse(form.write(found), content_type=content_type or form.content_type)
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=f"{name}.{ending or form.ending}")
        or "attachment"
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
