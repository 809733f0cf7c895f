"""Your files: those that the worker makes because they are too large for a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import SignedInRequest, signed_in
from plans import preparing
from plans.errors import PlanError
from plans.exporters import later
from plans.exporters.forms import FORMS
from plans.fetching import may_still_have, own_files
from plans.models import FileStatus

if TYPE_CHECKING:
    from plans.exporters.forms import Form
    from plans.models import Collection

MOST_SHOWN = 50


@signed_in
@require_safe
def files(request: SignedInRequest) -> HttpResponse:
    """The files that somebody asked for, the newest first, and how far each one is."""
    found = list(own_files(request.user).select_related("collection")[:MOST_SHOWN])
    asked = later.asked_for(found, request.user)
    for made in found:
        made.label = FORMS[made.form].label if made.form in FORMS else made.form  # type: ignore[attr-defined]
        made.asked = asked[made.pk]  # type: ignore[attr-defined]
    context = {
        "files": found,
        "on_their_way": any(made.is_on_its_way for made in found),
        "days": preparing.KEPT_FOR.days,
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "plans/_files.html" if part else "plans/files.html", context)


@signed_in
@require_safe
def fetch(request: SignedInRequest, pk: int) -> HttpResponse:
    """A file that is ready, for who asked for it and may still have all that is in it."""
    made = get_object_or_404(own_files(request.user), pk=pk)
    if made.status != FileStatus.READY:
        messages.info(request, _("This file is not ready yet."))
        return redirect("files")
    if not may_still_have(request.user, made):
        messages.warning(
            request,
            _(
                "Since this file was made, something in it is no longer for you. Ask for it "
                "again: it is made with what you may read today."
            ),
        )
        return redirect("files")
    try:
        content = made.file.open("rb")
    except OSError:
        messages.warning(request, _("This file was lost. Remove it, and ask for it again."))
        return redirect("files")
    preparing.fetched(made)
    name = later.file_name(made, request.user)
    response = FileResponse(content, as_attachment=True, filename=name)
    response["Content-Type"] = "application/octet-stream"
    response["Content-Encoding"] = "identity"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return cast("HttpResponse", response)  # it is one to everything that handles it


@signed_in
@require_POST
def change(request: SignedInRequest, pk: int, what: str) -> HttpResponse:
    """Ask again for a file that was not made (``again``), or take one away (``remove``)."""
    made = get_object_or_404(own_files(request.user), pk=pk)
    try:
        if what == "again":
            later.call(preparing.again(made, actor=request.user))
            messages.success(request, _("The file is made once more."))
        elif what == "remove":
            preparing.remove(made, actor=request.user)
            messages.success(request, _("The file was removed."))
        else:
            raise Http404
    except PlanError as refusal:
        messages.warning(request, str(refusal))
    return redirect("files")


def made_later(
    request: SignedInRequest,
    form: Form,
    selection: str,
    number: int,
    *,
    with_threads: bool,
    collection: Collection | None = None,
) -> HttpResponse:
    """Have the worker make a file that is too large for this request, and lead to where it lands.

    The answer says so in words where even the worker makes none.
    """
    try:
        if number > form.most_later:
            messages.warning(request, later.too_many(form))
        else:
            later.order(
                form,
                selection,
                actor=request.user,
                of=number,
                with_threads=with_threads,
                collection=collection,
            )
            messages.success(request, _("The file is being made. It lands here when it is ready."))
    except PlanError as refusal:
        messages.warning(request, str(refusal))
    return redirect("files")
