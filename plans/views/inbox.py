"""What somebody is told: the inbox, how they want to be told, and hearing less."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Exists, OuterRef, Q, Subquery, TextField, When
from django.db.models.fields.json import KeyTextTransform
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import SignedInRequest, signed_in
from accounts.models import User
from plans import inbox as actions
from plans.forms.inbox import DeliveryForm
from plans.models import Delivery, Mute, Thread, Version
from plans.notifications import read_stop_token, readable_notices
from plans.permissions import may_resolve, may_see_people, require, visible_plans
from plans.views.reading import plan_to_read

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from plans.models import Notification, Plan

NOTICES_A_PAGE = 30


def _notices(request: SignedInRequest) -> QuerySet[Notification]:
    """What this person is told; ``known_as``: the title by which they knew a plan that left them.

    Of plans they may not see (any more), no more than that.
    """
    handed_in = Version.objects.filter(plan=OuterRef("event__plan")).order_by("-number")
    seen = visible_plans(request.user).filter(pk=OuterRef("event__plan"))
    notices = readable_notices(request.user).annotate(
        known_as=Case(
            When(Q(event__plan__isnull=True) | Exists(seen), then=None),
            default=Subquery(handed_in.values(title=KeyTextTransform("title", "content"))[:1]),
            output_field=TextField(null=True),
        )
    )
    return notices.select_related(
        "event__actor",
        "event__plan",
        "event__lab",
        "event__cycle",
        "event__comment",
        "event__thread__suggestion",
    )


@signed_in
@require_safe
def inbox(request: SignedInRequest) -> HttpResponse:
    """Everything this person was told, newest first; ``?show=unread`` what they have not read."""
    notices = _notices(request)
    only_unread = request.GET.get("show") == "unread"
    if only_unread:
        notices = notices.filter(read_at__isnull=True)
    page = Paginator(notices.order_by("-created_at", "-pk"), NOTICES_A_PAGE)
    context = {"page": page.get_page(request.GET.get("page")), "only_unread": only_unread}
    return render(request, "plans/inbox.html", context)


@signed_in
@require_safe
def follow(request: SignedInRequest, pk: int) -> HttpResponse:
    """Read one: on to the very comment, and it counts as read."""
    notice = get_object_or_404(_notices(request), pk=pk)
    actions.read(notice)
    left_them = cast("Any", notice).known_as is not None
    return redirect("queue" if left_them else notice.address)


@signed_in
@require_POST
def read_all(request: SignedInRequest) -> HttpResponse:
    """Count everything as read."""
    number = actions.read_all(request.user)
    if number:
        words = ngettext(
            "One message is marked as read.", "%(number)d messages are marked as read.", number
        )
        messages.success(request, words % {"number": number})
    return redirect("inbox")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: SignedInRequest) -> HttpResponse:
    """How this person is told of what, and what they have muted."""
    form = DeliveryForm(
        actions.chosen(request.user), request.POST if request.method == "POST" else None
    )
    if form.is_valid():
        actions.choose(request.user, form.choices())
        messages.success(request, _("Saved. This holds for what happens from now on."))
        return redirect("inbox_settings")
    seen = visible_plans(request.user)
    muted = Mute.objects.filter(Q(plan__in=seen) | Q(thread__plan__in=seen), user=request.user)
    context = {"form": form, "muted": muted.select_related("plan", "thread__plan")}
    return render(request, "plans/inbox_settings.html", context)


@signed_in
@require_POST
def mute_plan(request: SignedInRequest, pk: int) -> HttpResponse:
    """Hear no more of a plan, or again (``muted=0``)."""
    plan = plan_to_read(request.user, pk)
    require(may_see_people(request.user, plan))
    return _mute(request, plan, plan)


@signed_in
@require_POST
def mute_thread(request: SignedInRequest, pk: int) -> HttpResponse:
    """Hear no more of one thread, or again (``muted=0``)."""
    known = Thread.objects.filter(plan__in=visible_plans(request.user))
    plan = plan_to_read(request.user, get_object_or_404(known, pk=pk).plan_id)
    require(may_see_people(request.user, plan))
    seen = plan.threads.seen_by(request.user, reviews=may_resolve(request.user, plan))
    return _mute(request, get_object_or_404(seen, pk=pk), plan)


def _mute(request: SignedInRequest, about: Plan | Thread, plan: Plan) -> HttpResponse:
    muted = request.POST.get("muted", "1") != "0"
    actions.mute(request.user, about, muted=muted)
    messages.success(
        request,
        _("You are told nothing more of this, except where somebody names you.")
        if muted
        else _("You are told of this again."),
    )
    if request.POST.get("back") == "settings":
        return redirect("inbox_settings")
    return redirect(plan)


@csrf_exempt  # mail programs send it by themselves; the signed address is what counts
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the mails of one topic, without signing in: the address in a mail is signed for it."""
    try:
        key, topic = read_stop_token(token)
    except ValueError:
        raise Http404 from None
    person = get_object_or_404(User, pk=key, is_active=True)
    if request.method == "POST":
        actions.choose(person, {topic: Delivery.NEVER})
    context = {"topic": topic, "is_stopped": request.method == "POST"}
    return render(request, "plans/inbox_stop.html", context)
