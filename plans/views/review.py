"""Deciding and discussing: acts on a plan, its threads, and the reviewers' queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import SignedInRequest, signed_in
from accounts.roles import roles_of
from plans import clock, limits, readiness, reviewing, workflow
from plans.anchors import WHOLE_PLAN, Anchor
from plans.errors import (
    CycleClosed,
    NotReady,
    PlanError,
    ReviewUnderWay,
    ThreadsOpen,
    WrongState,
)
from plans.filters import QueueFilter
from plans.forms.review import ActForm, ReplyForm, RestoreForm, ThreadForm
from plans.models import Plan, Thread
from plans.permissions import (
    may_address,
    may_edit_now,
    may_open_thread,
    may_reply,
    may_resolve,
    require,
    reviewable_plans,
    role_for,
    visible_plans,
)
from plans.states import TRANSITIONS, Act, State
from plans.views.reading import contents, plan_to_read, talk_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import User
    from plans.limits import Slot

PLANS_A_PAGE = 25

HOPELESS = (WrongState, NotReady, CycleClosed, ReviewUnderWay, ThreadsOpen)
"""Refusals that no other words in the box would change: the page then offers a way on instead."""

# -- acts ------------------------------------------------------------------------------------------


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: SignedInRequest, pk: int, act: str) -> HttpResponse:
    """Ask before an act, saying what it does; then do it, or say why it is not possible now."""
    if act not in TRANSITIONS:
        raise Http404
    act = Act(act)
    plan = plan_to_read(request.user, pk)
    role = role_for(request.user, plan, act)
    require(role is not None)
    slots = limits.slots(plan.lab, plan.cycle) if act in (Act.WITHDRAW, Act.RESTORE) else []
    form = _act_form(plan, act, slots, request.POST if request.method == "POST" else None)
    refusal: PlanError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            moved = workflow.move(
                plan,
                act,
                actor=request.user,
                note=form.cleaned_data["note"],
                challenge_type=form.chosen if isinstance(form, RestoreForm) else None,
            )
        except PlanError as error:
            refusal = error
            if isinstance(error, WrongState) and _was_done_by(request, plan, act):
                return _done(request, plan, act)  # pressed twice: what was wanted is so
        else:
            return _done(request, moved, act)
    elif request.method != "POST":
        refusal = _foreseen(plan, act)
    context = _act_context(plan, act, form, refusal, role)
    return render(request, "plans/act.html", context | _places(plan, act, slots))


def _act_form(plan: Plan, act: Act, slots: list[Slot], data: Any) -> ActForm:
    if act == Act.RESTORE and plan.state == State.WITHDRAWN:
        return RestoreForm(plan, limits.options_in(slots), data)
    return ActForm(act, data)


def _places(plan: Plan, act: Act, slots: list[Slot]) -> dict[str, Any]:
    """The lab's places where an act gives one back or takes one, and which that is."""
    kind = plan.challenge_type
    taken = kind and all(slot.holder for slot in slots if slot.challenge_type == kind)
    is_stuck = act == Act.RESTORE and plan.state == State.WITHDRAWN and taken
    return {
        "slots": slots,
        "place": limits.place_name(kind, plan.slot) if plan.slot else "",
        "taken": limits.taken_sentence(plan.lab, plan.cycle, kind) if is_stuck else "",
    }


def _was_done_by(request: SignedInRequest, plan: Plan, act: Act) -> bool:
    """Whether the last move of the plan was this very act of this very person."""
    last = plan.events.filter(kind__in=list(TRANSITIONS)).order_by("-at", "-pk").first()
    return last is not None and last.kind == act and last.actor_id == request.user.pk


def _foreseen(plan: Plan, act: Act) -> PlanError | None:
    """What already stands in the way, for the page that asks."""
    if plan.state not in TRANSITIONS[act].sources:
        return WrongState(
            _("“%(title)s” is %(state)s now, so this is not possible.")
            % {"title": plan, "state": plan.get_state_display()}
        )
    try:
        workflow.check(plan, act, note=_("A word will follow."))
    except PlanError as refusal:
        return refusal
    return None


def _act_context(
    plan: Plan, act: Act, form: ActForm, refusal: PlanError | None, role: Any
) -> dict[str, Any]:
    gaps = readiness.gaps(plan) if act == Act.SUBMIT else []
    deadline = limits.deadline(plan.lab, plan.cycle) if act == Act.SUBMIT else None
    needs_threads = act in (Act.APPROVE, Act.REQUEST_CHANGES)
    threads = plan.threads.unresolved().order_by("opened_at") if needs_threads else []
    open_threads = [thread for thread in threads if thread.status == "open"]
    return {
        "plan": plan,
        "act": act,
        "transition": TRANSITIONS[act],
        "form": form,
        "refusal": refusal,
        "gaps": list(refusal.gaps) if isinstance(refusal, NotReady) else [],
        "progress": readiness.progress(gaps),
        "advice": [gap for gap in gaps if not gap.required],
        "is_hopeless": isinstance(refusal, HOPELESS),
        "on_behalf": role != TRANSITIONS[act].role,
        "deadline": deadline,
        "deadline_passed": deadline is not None and deadline <= clock.now(),
        "threads": open_threads,
        # A request for changes may rest on the open threads alone.
        "optional": form.is_optional or bool(act == Act.REQUEST_CHANGES and open_threads),
        "document": plan.document,
        "instead": Act.REQUEST_CHANGES if isinstance(refusal, ThreadsOpen) else None,
    }


_DONE: dict[Act, Callable[[], str]] = {
    Act.SUBMIT: lambda: _("“%(title)s” is submitted. The reviewers of your region are told."),
    Act.RECALL: lambda: _("“%(title)s” is back with you."),
    Act.REQUEST_CHANGES: lambda: _("Changes to “%(title)s” are requested. The lab is told."),
    Act.APPROVE: lambda: _("“%(title)s” is approved. The lab is told."),
    Act.REOPEN: lambda: _("“%(title)s” is opened again. The lab is told."),
    Act.WITHDRAW: lambda: _("“%(title)s” is withdrawn."),
    Act.RESTORE: lambda: _("“%(title)s” is a draft again."),
}


def _done(request: SignedInRequest, plan: Plan, act: Act) -> HttpResponse:
    messages.success(request, _DONE[act]() % {"title": plan})
    return redirect(plan)


# -- threads ---------------------------------------------------------------------------------------


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
    form = ThreadForm(posted, on=str(anchor))
    if posted is not None and form.is_valid():
        try:
            thread = reviewing.open_thread(
                plan,
                str(anchor),
                form.cleaned_data["text"],
                actor=request.user,
                must_fix=form.cleaned_data["must_fix"],
            )
        except PlanError as refusal:
            form.add_error("text", str(refusal))
        else:
            words = _("Your comment is there, and the lab is told.")
            return _said(request, thread, words, opened=True)
    template = "plans/_thread_form.html" if request.htmx else "plans/thread_new.html"
    return render(request, template, {"plan": plan, "anchor": anchor, "form": form})


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
            reviewing.reply(thread, form.cleaned_data["text"], actor=request.user)
        except PlanError as refusal:
            form.add_error("text", str(refusal))
        else:
            return _said(request, thread, _("Your reply is there."))
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
    """The thread, for somebody who sees the plan (404) and may see what is said of it (403)."""
    thread = get_object_or_404(Thread.objects.filter(plan__in=visible_plans(user)), pk=pk)
    thread.plan = plan_to_read(user, thread.plan_id)
    require(may_reply(user, thread.plan))
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
    (thread,) = thread.plan.threads.filter(pk=thread.pk).with_comments()
    context = {"plan": thread.plan, "thread": thread, "form": form}
    return render(request, "plans/thread.html", context | {"document": thread.plan.document})


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
    }
    return render(request, "plans/_said.html", context | more)


# -- the queue -------------------------------------------------------------------------------------


@signed_in
@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    """What waits for a reviewer, narrowed and ordered by what the address asks for."""
    roles = roles_of(request.user)
    require(bool(roles.regions) or roles.manages_network)
    found = QueueFilter(request.GET, reviewable_plans(request.user))
    page = Paginator(found.qs, PLANS_A_PAGE).get_page(request.GET.get("page"))
    template = "plans/_queue_results.html" if request.htmx else "plans/queue.html"
    context = {"filter": found, "page": page, "columns": _columns(found)}
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@dataclass(frozen=True)
class Column:
    """The head of a column: ``sort`` is what its link asks for, ``aria`` how it is sorted now."""

    label: str
    sort: str = ""
    aria: str = ""


def _columns(found: QueueFilter) -> list[Column]:
    return [
        _column(_("Plan"), "title", found.order),
        _column(_("Lab"), "lab", found.order),
        _column(_("Cycle"), "cycle", found.order),
        Column(_("Type")),
        Column(_("State")),
        _column(found.since, "waiting", found.order),
        _column(_("Open threads"), "threads", found.order),
        Column(_("Reviewer on it")),
    ]


def _column(label: str, name: str, order: str) -> Column:
    aria = {name: "ascending", f"-{name}": "descending"}.get(order, "")
    return Column(label, f"-{name}" if order == name else name, aria)
