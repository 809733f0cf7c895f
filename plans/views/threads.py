"""Talking about a plan: threads, replies, and the steps of a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import SignedInRequest, signed_in
from plans import reviewing
from plans.anchors import WHOLE_PLAN, Anchor
from plans.errors import PlanError
from plans.forms.review import MUST_FIX, NOTE, ReplyForm, ThreadForm
from plans.models import Plan, Thread
from plans.permissions import (
    may_address,
    may_copy,
    may_edit_now,
    may_open_thread,
    may_reply,
    may_resolve,
    require,
    visible_plans,
    visible_threads,
)
from plans.views.reading import contents, offers, plan_to_read
from plans.views.talk import talk_on, typed_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import User


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def open_thread(request: SignedInRequest, pk: int) -> HttpResponse:
    """Begin a thread on a place of the plan: ``?on=`` an anchor's text form."""
    plan = plan_to_read(request.user, pk)
    require(may_resolve(request.user, plan))
    posted = request.POST if request.method == "POST" else None
    place = (posted or request.GET).get("on", WHOLE_PLAN)
    anchor = _anchor(plan, place)
    if anchor is None or not may_open_thread(request.user, plan):
        return _not_here(request, plan, anchor)
    joins = reviewing.joins_review(request.user, plan)
    typed = typed_at(plan, f"{reviewing.NEW}{anchor}")
    form = ThreadForm(posted, on=str(anchor), typed=typed)
    if posted is not None and form.is_valid():
        try:
            thread = reviewing.open_thread(
                plan,
                str(anchor),
                form.cleaned_data["text"],
                actor=request.user,
                must_fix=form.cleaned_data["kind"] == MUST_FIX,
                for_reviewers=form.cleaned_data["kind"] == NOTE,
            )
        except PlanError as refusal:
            form.add_error("text", str(refusal))
        else:
            return _said(request, thread, _opened(thread), opened=True)
    template = "plans/_thread_form.html" if request.htmx else "plans/thread_new.html"
    context = {"plan": plan, "anchor": anchor, "form": form, "joins": joins}
    return render(request, template, context)


def _opened(thread: Thread) -> str:
    """What became of a new comment, in words."""
    if thread.for_reviewers:
        return _("Your note is there. The reviewers are told; the lab does not see it.")
    if thread.review:
        return _("Your comment is part of your review now. Only you see it until you send that.")
    return _("Your comment is there, and the lab is told.")


def _anchor(plan: Plan, place: str) -> Anchor | None:
    """The place meant, or None when the plan has no such place (any more)."""
    try:
        anchor = Anchor.parse(place)
    except ValueError:
        return None
    gone = anchor.group and plan.document.find_row(anchor) is None
    return None if gone else anchor


def _not_here(request: SignedInRequest, plan: Plan, anchor: Anchor | None) -> HttpResponse:
    """Say why no thread can be opened there now, and keep what was typed in view."""
    if anchor is None:
        reason = _("That part of the plan is not there any more. Look at the plan again.")
    else:
        reason = _("The lab has this plan now; open threads once it is handed in again.")
    context = {"plan": plan, "reason": reason, "typed": request.POST.get("text", "")}
    template = "plans/_thread_refused.html" if request.htmx else "plans/thread_refused.html"
    return render(request, template, context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: SignedInRequest, pk: int) -> HttpResponse:
    """Answer in a thread."""
    thread = _thread(request.user, pk)
    form = ReplyForm(thread, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            said = reviewing.reply(thread, form.cleaned_data["text"], actor=request.user)
        except PlanError as refusal:
            form.add_error("text", str(refusal))
        else:
            words = _("Your reply is there.")
            if said.review:
                words = _("Your reply is part of your review now. Only you see it until then.")
            return _said(request, thread, words)
    return _thread_page(request, thread, form)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: SignedInRequest, pk: int, step: str) -> HttpResponse:
    """Mark a thread as addressed, resolve it or open it again, with a word if one is given."""
    if step not in reviewing.STEPS:
        raise Http404
    thread = _thread(request.user, pk)
    may = may_address if step == "address" else may_resolve
    require(may(request.user, thread.plan))
    form = ReplyForm(thread, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            reviewing.STEPS[step](thread, actor=request.user, text=form.cleaned_data["text"])
        except PlanError as refusal:
            form.add_error("text", str(refusal))
        else:
            return _said(request, thread, _STEP_DONE[step]())
    return _thread_page(request, thread, form)


_STEP_DONE: dict[str, Callable[[], str]] = {
    "address": lambda: _("The thread is marked as addressed."),
    "resolve": lambda: _("The thread is resolved."),
    "reopen": lambda: _("The thread is open again."),
}


def _thread(user: User, pk: int) -> Thread:
    """The thread, for somebody who sees the plan (404), may see what is said of it (403), and this.

    What is pending with somebody else, or noted between reviewers, is nothing they know of (404).
    """
    thread = get_object_or_404(
        Thread.objects.select_related("review").filter(plan__in=visible_plans(user)), pk=pk
    )
    plan = plan_to_read(user, thread.plan_id)
    require(may_reply(user, plan))
    if not visible_threads(user, plan).filter(pk=pk).exists():
        raise Http404
    thread.plan = plan
    return thread


def _said(
    request: SignedInRequest, thread: Thread, words: str, *, opened: bool = False
) -> HttpResponse:
    """Back to the thread where it stands; for htmx the thread alone, with the counts that moved."""
    if not request.htmx:
        messages.success(request, words)
        return redirect(f"{thread.plan.get_absolute_url()}#thread-{thread.pk}")
    return _fragment(request, thread, None, said=words, opened=opened)


def _thread_page(request: SignedInRequest, thread: Thread, form: ReplyForm) -> HttpResponse:
    """The thread with what was typed still in its box; a page of its own without htmx."""
    if request.htmx:
        return _fragment(request, thread, form)
    plan = thread.plan
    (thread,) = plan.threads.filter(pk=thread.pk).with_comments(request.user)
    context = {
        "plan": plan,
        "document": plan.document,
        "thread": thread,
        "form": form,
        "joins": reviewing.joins_review(request.user, plan),
    }
    return render(request, "plans/thread.html", context)


def _fragment(
    request: SignedInRequest, thread: Thread, form: ReplyForm | None, **more: Any
) -> HttpResponse:
    plan = plan_to_read(request.user, thread.plan_id)
    talk = talk_on(request.user, plan)
    (thread,) = [one for one in talk.threads if one.pk == thread.pk]
    context = {
        "plan": plan,
        "document": plan.document,
        "talk": talk,
        "thread": thread,
        "host": talk.host(thread.place),
        "rail": contents(plan, talk, writes=may_edit_now(request.user, plan)),
        "form": form,
        "joins": talk.joins,
        "may_edit": may_edit_now(request.user, plan),
        "may_copy": may_copy(request.user, plan),
        "offers": offers(request.user, plan, talk),
    }
    return render(request, "plans/_said.html", context | more)
