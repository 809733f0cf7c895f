"""Acts on a plan as a whole: asked about on a page of their own, then done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import SignedInRequest, signed_in
from plans import clock, limits, readiness, workflow
from plans.checklist import Checklist, checklist_of
from plans.errors import (
    CycleClosed,
    NotReady,
    PlanError,
    ReviewUnderWay,
    Untouched,
    WrongState,
)
from plans.forms.review import ActForm, RestoreForm
from plans.models import Plan
from plans.permissions import require, role_for
from plans.states import TRANSITIONS, Act, State
from plans.views.reading import plan_to_read

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import User
    from plans.limits import Slot

HOPELESS = (WrongState, NotReady, CycleClosed, ReviewUnderWay)
"""Refusals that no other words in the box would change: the page then offers a way on instead."""


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
    if act in workflow.DECISIONS:
        # A decision is the end of a review, with its comments, marks and summary.
        review = reverse("plan_review", args=(plan.pk,))
        return redirect(f"{review}?decision={workflow.DECISIONS[act].value}")
    slots = limits.slots(plan.lab, plan.cycle) if act in (Act.WITHDRAW, Act.RESTORE) else []
    form = _act_form(plan, act, slots, request.POST if request.method == "POST" else None)
    wishes = checklist_of(plan, request.user) if act == Act.SUBMIT else Checklist([])
    form.ask_about(wishes)
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
            if isinstance(error, Untouched):
                form.add_error("note", str(error))
            if isinstance(error, WrongState) and _was_done_by(request, plan, act):
                return _done(request, plan, act)  # pressed twice: what was wanted is so
        else:
            return _done(request, moved, act)
    elif request.method != "POST":
        refusal = _foreseen(plan, act, request.user)
    context = _act_context(plan, act, form, refusal, role) | {"checklist": wishes}
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


def _foreseen(plan: Plan, act: Act, user: User) -> PlanError | None:
    """What already stands in the way, for the page that asks."""
    if plan.state not in TRANSITIONS[act].sources:
        return WrongState(
            _("“%(title)s” is %(state)s now, so this is not possible.")
            % {"title": plan, "state": plan.get_state_display()}
        )
    try:
        workflow.check(plan, act, note=_("A word will follow."), actor=user)
    except PlanError as refusal:
        return refusal
    return None


def _act_context(
    plan: Plan, act: Act, form: ActForm, refusal: PlanError | None, role: Any
) -> dict[str, Any]:
    gaps = readiness.gaps(plan) if act == Act.SUBMIT else []
    deadline = limits.deadline(plan.lab, plan.cycle) if act == Act.SUBMIT else None
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
        "optional": form.is_optional,
    }


_DONE: dict[Act, Callable[[], str]] = {
    Act.SUBMIT: lambda: _("“%(title)s” is submitted. The reviewers of your region are told."),
    Act.RECALL: lambda: _("“%(title)s” is back with you."),
    Act.REOPEN: lambda: _("“%(title)s” is opened again. The lab is told."),
    Act.WITHDRAW: lambda: _("“%(title)s” is withdrawn."),
    Act.RESTORE: lambda: _("“%(title)s” is a draft again."),
}


def _done(request: SignedInRequest, plan: Plan, act: Act) -> HttpResponse:
    messages.success(request, _DONE[act]() % {"title": plan})
    return redirect(plan)
