"""Pictures: shown to those who may see their plan, sent in pieces, or with a section's form."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import SignedInRequest, signed_in
from plans import authoring
from plans.authoring import fingerprint, row_key
from plans.errors import Invalid, PlanError
from plans.forms.conflict import happened
from plans.models import Upload
from plans.permissions import may_write, require, visible_plans

if TYPE_CHECKING:
    from plans.authoring import Given, Outcome
    from plans.forms.section import SectionEditor
    from plans.models import Picture, Plan

TYPES = {"jpg": "image/jpeg", "png": "image/png"}
FOREVER = "private, max-age=31536000, immutable"

# -- showing ---------------------------------------------------------------------------------------


@signed_in
@require_safe
def picture(request: SignedInRequest, pk: int, picture: UUID, size: str) -> HttpResponse:
    """One of the two files of a picture, for whoever may see its plan; 404 for others.

    It never changes, so the browser keeps it; only for who is signed in now (``Vary: Cookie``).
    """
    plan = get_object_or_404(visible_plans(request.user), pk=pk)
    found = get_object_or_404(plan.pictures.all(), pk=picture)
    if size not in ("large", "small"):
        raise Http404
    etag = f'"{found.pk}-{size}"'
    answer = HttpResponse(
        content_type=TYPES[found.format],
        headers={
            "ETag": etag,
            "Cache-Control": FOREVER,
            "Content-Disposition": f'inline; filename="{found.pk}-{size}.{found.format}"',
            # Packed as well as it can be: not to be compressed once more on the way out.
            "Content-Encoding": "identity",
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        },
    )
    final = get_conditional_response(request, etag=etag, response=answer)
    if final is not None and final is not answer:
        return final  # the browser has it already
    answer.content = _content(found, size)
    return answer


def _content(picture: Picture, size: str) -> bytes:
    """The file; 404 where the storage lost it (a backup without its pictures)."""
    try:
        with (picture.large if size == "large" else picture.small).open() as file:
            content: bytes = file.read()
    except FileNotFoundError:
        raise Http404 from None
    return content


# -- with the form ---------------------------------------------------------------------------------


def keep(request: SignedInRequest, plan: Plan, editor: SectionEditor, outcome: Outcome) -> None:
    """Keep the pictures that came with a section's form.

    What stands against one is added to the outcome of the save, by answer.
    """
    for row_id, file, base in editor.pictures():
        key = row_key("evidence", row_id, "picture")
        try:
            given = authoring.give_picture(plan, row_id, file.read(), actor=request.user, base=base)
        except Invalid as refusal:
            outcome.refused[key] = str(refusal)
            continue
        outcome.conflicts |= given.outcome.conflicts
        outcome.written |= given.outcome.written
        if given.moved:
            messages.info(request, _moved())


def _moved() -> str:
    return _("The picture was an animation: its first picture is kept.")


# -- in pieces -------------------------------------------------------------------------------------
# Every answer is JSON: ``message`` is a sentence to show, ``have`` how many bytes are here.


@require_POST
@signed_in
def send(request: SignedInRequest, pk: int) -> JsonResponse:
    """Begin to send the picture of an item (``row``), or go on with it: where, and from which byte.

    ``size`` in bytes, ``digest`` its SHA-256 if the browser can say it.
    """
    plan = _plan(request, pk)
    data = request.POST
    try:
        row_id, size = UUID(data.get("row", "")), int(data.get("size", "")[:12])
    except ValueError:
        raise Http404 from None
    try:
        upload = authoring.begin_sending(
            plan, row_id, size, data.get("digest", ""), actor=request.user
        )
    except PlanError as refusal:
        return _refused(refusal)
    address = reverse("plan_picture_sent", args=(plan.pk, upload.pk))
    return JsonResponse({"address": address, "have": authoring.arrived(upload)})


@require_http_methods(["GET", "POST"])
@signed_in
def sent(request: SignedInRequest, pk: int, upload: UUID) -> JsonResponse:
    """How much of a picture is here; or, sent by POST, its bytes from ``?start=`` on."""
    plan = _plan(request, pk)
    found = get_object_or_404(plan.uploads.all(), pk=upload, by=request.user)
    if request.method == "GET":
        return JsonResponse({"have": authoring.arrived(found)})
    try:
        start = int(request.GET.get("start", "")[:12])
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        raise Http404 from None
    if length > authoring.LARGEST_PIECE:
        return JsonResponse({"message": _("This piece of the picture is too large.")}, status=413)
    try:
        return JsonResponse(
            {"have": authoring.receive(found, start, request.body, actor=request.user)}
        )
    except UnreadablePostError:
        return JsonResponse({"have": authoring.arrived(found)}, status=400)  # the line broke
    except PlanError as refusal:
        return _refused(refusal)
    except Upload.DoesNotExist:
        raise Http404 from None


@require_POST
@signed_in
def end(request: SignedInRequest, pk: int, upload: UUID, step: str) -> HttpResponse:
    """``finish``: make it the item's picture. ``stop``: drop what arrived of it.

    The JSON of a finished one holds ``html``, the picture as the form shows it, the ``base`` of
    the answer, and a ``message`` for who hears the page. When somebody else has given the item
    another picture meanwhile: 409 with theirs as ``html`` and the ``base`` to insist with.
    """
    plan = _plan(request, pk)
    found = plan.uploads.filter(pk=upload, by=request.user).first()
    if step == "stop":
        if found:
            authoring.stop_sending(found, actor=request.user)
        return JsonResponse({})
    if step != "finish":
        raise Http404
    if found is None:
        # Asked twice, because the first answer was lost on its way: what is done is done.
        done = get_object_or_404(plan.pictures.all(), pk=upload, added_by=request.user)
        return _finished(request, plan, done)
    here = authoring.arrived(found)
    if here < found.size:
        return JsonResponse({"have": here}, status=409)
    try:
        given = authoring.finish_sending(
            found, actor=request.user, base=request.POST.get("base", "")
        )
    except PlanError as refusal:
        return _refused(refusal)
    if given.picture is None:
        return _in_the_way(request, plan, found.row, given)
    return _finished(request, plan, given.picture, _moved() if given.moved else "")


def _plan(request: SignedInRequest, pk: int) -> Plan:
    """The plan, for those who write in it (404, 403)."""
    plan = get_object_or_404(visible_plans(request.user).select_related("lab"), pk=pk)
    require(may_write(request.user, plan))
    return plan


def _refused(refusal: PlanError) -> JsonResponse:
    """What was sent is not taken (422), or this is not the moment (409)."""
    status = 422 if isinstance(refusal, Invalid) else 409
    return JsonResponse({"message": str(refusal)}, status=status)


def _finished(
    request: SignedInRequest, plan: Plan, picture: Picture, message: str = ""
) -> JsonResponse:
    row_id = plan.evidence.filter(picture=picture).values_list("pk", flat=True).first()
    return JsonResponse(
        {
            "html": _shown(request, plan, picture, row_id),
            "base": {row_key("evidence", str(row_id), "picture"): fingerprint(picture)},
            "message": message,
        }
    )


def _in_the_way(request: SignedInRequest, plan: Plan, row_id: UUID, given: Given) -> JsonResponse:
    """Somebody else has changed the picture meanwhile, or removed the whole item."""
    row = plan.rows("evidence").filter(pk=row_id).first()
    if row is None:
        return JsonResponse({"message": _("Somebody removed this item meanwhile.")}, status=409)
    key = row_key("evidence", row_id, "picture")
    return JsonResponse(
        {
            "message": happened(given.outcome, key),
            "html": _shown(request, plan, row.picture, row_id),
            "base": {key: fingerprint(row.picture)},
        },
        status=409,
    )


def _shown(
    request: SignedInRequest, plan: Plan, picture: Picture | None, row_id: UUID | None
) -> str:
    """The picture of an item as its form shows it."""
    context = {"plan": plan, "picture": picture, "row_id": row_id}
    return render_to_string("plans/_picture_now.html", context, request)
