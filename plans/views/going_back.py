"""What was written in a plan, how it once was, and bringing that back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import SignedInRequest, signed_in
from accounts.models import User
from plans import authoring, history
from plans.anchors import Anchor
from plans.diff import changes
from plans.errors import PlanError
from plans.models import Sdg
from plans.permissions import may_edit_now, may_see_people, may_write, require, visible_plans

if TYPE_CHECKING:
    from plans.document import PlanDocument
    from plans.models import Checkpoint, Plan
    from plans.replay import Part

SITTINGS_A_PAGE = 5
FURTHEST = 2**31 - 1
"""The highest number that a version or a revision can have."""


@signed_in
@require_safe
def written(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every change of a plan's words, by person and time, the newest first; for its people."""
    plan = _plan(request, pk)
    page = Paginator(history.sittings(plan), SITTINGS_A_PAGE).get_page(request.GET.get("page"))
    told = history.tell(plan, list(page))
    context = {
        "plan": plan,
        "page": page,
        "sittings": told,
        "names": _names(told),
        "may_edit": may_edit_now(request.user, plan),
    }
    return render(request, "plans/written.html", context)


def _names(told: list[tuple[Checkpoint, list[Part]]]) -> dict[int, str]:
    """The names of those whose proposals were applied, asked for only where there are any."""
    wanted = {number for _one, parts in told for part in parts for number in part.suggested_by}
    return {one.pk: one.get_full_name() for one in User.objects.filter(pk__in=wanted)}


@signed_in
@require_safe
def as_it_was(request: SignedInRequest, pk: int, revision: int) -> HttpResponse:
    """A plan as it was at some moment of its writing, and what differs today; for its people."""
    plan = _plan(request, pk)
    document = _document_at(plan, revision)
    # The save that made it what it was here, and the one after it.
    around = list(history.written_since(plan, revision - 1)[:2])
    context = {
        "plan": plan,
        "revision": revision,
        "last": next((one for one in around if one.revision == revision), None),
        "next": next((one for one in around if one.revision > revision), None),
        "document": document,
        "goals": list(Sdg.objects.filter(number__in=document.sdgs).order_by("number")),
        "show_missing": True,
        "changes": changes(document, plan.document),
        "may_bring_back": may_edit_now(request.user, plan),
    }
    return render(request, "plans/as_it_was.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def bring_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write an answer, a row, a section or the whole text as it once was.

    Asked for, the page of a section or the whole first shows what will change.
    """
    plan = _plan(request, pk)
    require(may_write(request.user, plan))
    if request.method != "POST":
        return _ask(request, plan)
    try:
        place = Anchor.parse(request.POST.get("place", ""))
        document = _source(plan, request.POST)
        seen = _number(request.POST.get("seen", ""))
    except ValueError:
        raise Http404 from None
    try:
        done = authoring.restore(plan, document, place, actor=request.user, seen=seen)
    except PlanError as refusal:
        messages.error(request, str(refusal))
        return redirect("plan_written", plan.pk)
    if done.changed:
        messages.success(request, _("Brought back. What stood there is in the history."))
    else:
        messages.info(request, _("The plan says exactly this already. Nothing was changed."))
    for words in done.left_out:
        messages.warning(request, _("Left out: %(what)s") % {"what": words})
    if not place.section or not may_edit_now(request.user, plan):
        return redirect(plan)
    address = reverse("plan_section", args=(plan.pk, place.section))
    return redirect(f"{address}#row-{place.row}" if place.row else address)


def _ask(request: SignedInRequest, plan: Plan) -> HttpResponse:
    """What will change when a section or the whole text comes back, and the button for it."""
    asked = request.GET
    try:
        place = Anchor.parse(asked.get("place", ""))
        document = _source(plan, asked)
        revision = _number(asked.get("revision", "0"))
    except ValueError:
        raise Http404 from None
    if place.field or place.group:
        raise Http404  # these are brought back where what will change is in sight
    if not may_edit_now(request.user, plan):
        words = _("“%(title)s” is %(state)s, so it cannot be changed now.")
        messages.info(request, words % {"title": plan, "state": plan.get_state_display()})
        return redirect("plan_written", plan.pk)
    version = plan.versions.filter(number=asked.get("version") or 0).first()
    since = None if version else history.written_since(plan, revision).first()
    context = {
        "plan": plan,
        "place": str(place),
        "version": version,
        "revision": revision,
        "before": since and since.at,
        "changes": changes(plan.document, authoring.previewed(plan.document, document, place)),
    }
    return render(request, "plans/bring_back.html", context)


def _plan(request: SignedInRequest, pk: int) -> Plan:
    """The plan with its document, for those it concerns (404, 403)."""
    plan = get_object_or_404(visible_plans(request.user).with_document(), pk=pk)
    require(may_see_people(request.user, plan))
    return plan


def _source(plan: Plan, data: Any) -> PlanDocument:
    """The document to bring something back from. Raises ValueError and Http404."""
    if data.get("version"):
        number = _number(data["version"])
        return get_object_or_404(plan.versions.all(), number=number).document
    return _document_at(plan, _number(data.get("revision", "")))


def _number(text: str) -> int:
    """A number that a version or revision can have. Raises ValueError."""
    number = int(text)
    if not 0 <= number <= FURTHEST:
        raise ValueError(text)
    return number


def _document_at(plan: Plan, revision: int) -> PlanDocument:
    if revision > plan.revision:
        raise Http404
    document = history.document_at(plan, revision)
    if document is None:
        raise Http404
    return document
