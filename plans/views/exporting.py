"""Taking plans along: one, those that the library shows, or everything, in every form."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import SignedInRequest, signed_in
from plans.exporters import archive_pages, record, structured
from plans.exporters.dossier import archive, file_name
from plans.exporters.entries import entries, of_keys
from plans.exporters.forms import FORMS, packed
from plans.exporters.later import notes_of
from plans.filters import LibraryFilter
from plans.permissions import may_see_people, require, visible_plans
from plans.search import said
from plans.views.files import made_later

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

    from accounts.models import User
    from plans.exporters.entries import Entry
    from plans.exporters.forms import Form
    from plans.models import Collection


THREADS = "threads=yes"
"""What an address says so that conversations go along."""


@signed_in
@require_safe
def one(request: SignedInRequest, pk: int, form: str) -> HttpResponse:
    """A plan as a file, for whoever may read it; 404 for others, and for a form there is not."""
    plan = get_object_or_404(visible_plans(request.user), pk=pk)
    wanted = form_called(form)
    plans = visible_plans(request.user).filter(pk=plan.pk)
    threads = asks_for_threads(request, wanted)
    found = list(entries(request.user, plans, _site(), with_threads=threads))
    if not found:
        raise Http404
    return _file(wanted, found, archive_pages.file_name(found[0]), with_threads=threads)


@signed_in
@require_safe
def choose(request: SignedInRequest) -> HttpResponse:
    """In which form to take along what the library shows for the same address."""
    plans = LibraryFilter(request.GET, visible_plans(request.user)).qs
    selection = _selection(request)
    context = {
        "forms": FORMS.values(),
        "number": plans.order_by().count(),
        "selection": selection,
        "threads": wants_threads(request),
        "query": "&".join(filter(None, (selection, THREADS if wants_threads(request) else ""))),
        "switch": "&".join(filter(None, (selection, "" if wants_threads(request) else THREADS))),
    }
    return render(request, "plans/export.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def several(request: SignedInRequest, form: str) -> HttpResponse:
    """The plans that the library shows for the same address, in its order, as one file.

    What is too large for a request is chosen once more, with a button (POST) that has it made by
    the worker.
    """
    wanted = form_called(form)
    found = LibraryFilter(request.GET, visible_plans(request.user))
    threads = asks_for_threads(request, wanted)
    if request.method == "POST":
        number = found.qs.order_by().count()
        return made_later(request, wanted, _selection(request), number, with_threads=threads)
    keys = list(found.qs.values_list("pk", flat=True)[: wanted.at_most + 1])
    if not keys or len(keys) > wanted.at_most:
        return choose(request)
    name = said.file_name(found, f"{timezone.localdate():%Y-%m-%d}")
    asked = said.told(found)
    return as_file(request.user, wanted, keys, name, asked=asked, with_threads=threads)


@signed_in
@require_safe
def dossier(request: SignedInRequest, pk: int) -> HttpResponse:
    """All of a plan as one archive, or as one PDF (``?form=pdf``), for those it concerns."""
    plan = get_object_or_404(visible_plans(request.user).with_document(), pk=pk)
    require(may_see_people(request.user, plan))
    on_paper = request.GET.get("form") == "pdf"
    response = FileResponse(
        io.BytesIO(record.write(plan, reader=request.user))
        if on_paper
        else archive(plan, reader=request.user),
        as_attachment=True,
        filename=file_name(plan, "pdf" if on_paper else "zip"),
        content_type="application/pdf" if on_paper else "application/zip",
    )
    response["Content-Encoding"] = "identity"  # packed as well as it can be
    response["Cache-Control"] = "private, no-store"
    return cast("HttpResponse", response)  # it is one to everything that handles it


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


def asks_for_threads(request: HttpRequest, form: Form) -> bool:
    """Whether threads are to go along, where this form has a place for them."""
    return form.takes_threads and wants_threads(request)


def wants_threads(request: HttpRequest) -> bool:
    """Whether the address asks that conversations go along."""
    return request.GET.get("threads") == "yes"


def _selection(request: HttpRequest) -> str:
    """What the library was narrowed by, as its address says it."""
    chosen = request.GET.copy()
    for name in ("threads", "page"):
        chosen.pop(name, None)
    return chosen.urlencode()


def as_file(
    user: User,
    wanted: Form,
    keys: Sequence[int],
    name: str,
    *,
    asked: str = "",
    with_threads: bool = False,
    of: Collection | None = None,
) -> HttpResponse:
    """The plans of these numbers, at least one, in this order as one file of that name.

    ``asked`` says in words which plans they are; it stands on the cover. Those of a collection
    come with what it says of itself, and with its notes.
    """
    asked, notes = said.introducing(of) if of else asked, notes_of(user, of)
    found = list(of_keys(user, keys, _site(), with_threads=with_threads, notes=notes))
    return _file(wanted, found, name, asked=asked, with_threads=with_threads)


def _site() -> str:
    return str(settings.SITE_URL).rstrip("/")


def _file(
    form: Form, found: Sequence[Entry], name: str, *, asked: str = "", with_threads: bool
) -> HttpResponse:
    with_threads = with_threads and any(entry.threads for entry in found)
    is_packed = packed(form, len(found), with_threads=with_threads)
    content_type = "application/zip" if is_packed else form.content_type
    ending = "zip" if is_packed else form.ending
    response = HttpResponse(form.content(found, asked), content_type=content_type)
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=f"{name}.{ending}") or "attachment"
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
