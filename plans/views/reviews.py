"""A review as a whole: finishing it, throwing it away, reading one that was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import SignedInRequest, signed_in
from plans import reviewing
from plans.errors import Invalid, PlanError, ThreadsOpen, WordsNeeded
from plans.forms.review import ReviewForm
from plans.models import Decision, Review
from plans.permissions import may_resolve, may_see_people, require
from plans.states import State
from plans.views.reading import plan_to_read
from plans.views.talk import talk_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.models import Plan
    from plans.views.talk import Talk


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: SignedInRequest, pk: int) -> HttpResponse:
    """End one's review: criteria, summary, what is still open, and one decision.

    ``keep`` among what is posted keeps it as it is, nothing more; asked for by the page while
    somebody types (JSON) and by a button. What is refused is kept as well, and said where it
    arises. ``?decision=`` chooses one to begin with.
    """
    user = request.user
    plan = plan_to_read(user, pk)
    require(may_see_people(user, plan))
    talk = talk_on(user, plan)
    require(may_resolve(user, plan) or talk.mine is not None)
    decisions = reviewing.decisions(user, plan)
    own = [review for review in talk.sent if review.reviewer_id == user.pk]
    form = ReviewForm(
        plan.cycle.criteria.all(),
        decisions,
        request.POST if request.method == "POST" else None,
        review=talk.mine,
        decision=request.GET.get("decision", ""),
        sent=len(own),
        last=reviewing.answered_last(own),
    )
    if request.method != "POST":
        return _page(request, plan, talk, form)
    if "keep" in request.POST:
        return _keep(request, plan, talk, form)
    if request.POST.get("sent", "") not in ("", str(len(own))):
        return _sent_before(request, plan, talk, form, own)
    if form.is_valid():
        summary, marks = form.so_far()
        decision = Decision(form.cleaned_data["decision"])
        try:
            reviewing.send(plan, decision, actor=user, summary=summary, marks=marks)
        except PlanError as refusal:
            _say_where(form, refusal, talk)
        else:
            messages.success(request, _DONE[decision]() % {"title": plan})
            return redirect(plan)
    _keep_what_was_typed(request, plan, form)
    return _page(request, plan, talk_on(user, plan), form)


_DONE: dict[Decision, Callable[[], str]] = {
    Decision.APPROVED: lambda: _("“%(title)s” is approved. The lab is told."),
    Decision.CHANGES_REQUESTED: lambda: _("Changes to “%(title)s” are requested. The lab is told."),
    Decision.COMMENTED: lambda: _("Your comments on “%(title)s” are sent. The lab is told."),
}


def _page(request: SignedInRequest, plan: Plan, talk: Talk, form: ReviewForm) -> HttpResponse:
    mine = talk.mine
    resubmitted_at = plan.state_since if plan.state == State.SUBMITTED else None
    context = {
        "plan": plan,
        "document": plan.document,
        "talk": talk,
        "form": form,
        "mine": mine,
        "is_reviewer": may_resolve(request.user, plan),
        "can_send": bool(form.fields["decision"].choices),  # type: ignore[attr-defined]
        "holding_up": [one for one in talk.holding_up if not one.is_pending],
        "unfinished": talk.unfinished(plan),
        "handed_in_since": resubmitted_at
        and any(said.comment.written_at < resubmitted_at for said in talk.pending),
        "resubmitted_at": resubmitted_at,
    }
    return render(request, "plans/review.html", context)


def _keep(request: SignedInRequest, plan: Plan, talk: Talk, form: ReviewForm) -> HttpResponse:
    """Keep the review as it is so far: in a few words for a script, on the page for a button."""
    summary, marks = form.so_far()
    typed = request.accepts("application/json") and not request.accepts("text/html")
    try:
        reviewing.keep(plan, actor=request.user, summary=summary, marks=marks)
    except PlanError as refusal:
        if typed:
            return JsonResponse({"message": str(refusal)}, status=409)
        form.errors.clear()
        form.add_error(None, str(refusal))
        return _page(request, plan, talk, form)
    if typed:
        return HttpResponse(status=204)
    messages.success(request, _("Kept. Nobody else sees it until you send your review."))
    return redirect("plan_review", plan.pk)


def _keep_what_was_typed(request: SignedInRequest, plan: Plan, form: ReviewForm) -> None:
    """Keep what comes with a review that is refused; where that is refused too, the page has it."""
    summary, marks = form.so_far()
    try:
        reviewing.keep(plan, actor=request.user, summary=summary, marks=marks)
    except PlanError as refusal:
        form.add_error(None, str(refusal))


def _say_where(form: ReviewForm, refusal: PlanError, talk: Talk) -> None:
    """Put a refusal beside what it is about."""
    sentence = str(refusal)
    if isinstance(refusal, Invalid) and refusal.by_field:
        for name, words in refusal.by_field.items():
            form.add_error(name, words)
    elif isinstance(refusal, WordsNeeded):
        form.add_error("summary", sentence)
    elif isinstance(refusal, ThreadsOpen):
        if any(thread.is_pending for thread in talk.holding_up):
            sentence = _(
                "A comment of yours must be fixed before approval. Make it optional with “Change”, "
                "or request changes instead."
            )
        form.add_error("decision", sentence)
    else:
        form.add_error(None, sentence)


def _sent_before(
    request: SignedInRequest, plan: Plan, talk: Talk, form: ReviewForm, own: list[Review]
) -> HttpResponse:
    """Pressed twice: a quiet success. Sent from another window: say so, with what is typed here."""
    summary, _marks = form.so_far()
    if own and (own[0].decision, own[0].summary) == (form.data.get("decision"), summary.strip()):
        messages.success(request, _DONE[Decision(own[0].decision)]() % {"title": plan})
        return redirect(plan)
    form.add_error(None, _("You have sent a review meanwhile, perhaps from another window."))
    form.data = {**{name: form.data.get(name) for name in form.data}, "sent": str(len(own))}
    return _page(request, plan, talk, form)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask before a review that was begun is thrown away, then do it."""
    plan = plan_to_read(request.user, pk)
    require(may_see_people(request.user, plan))
    talk = talk_on(request.user, plan)
    require(may_resolve(request.user, plan) or talk.mine is not None)
    if request.method == "POST":
        reviewing.discard(plan, actor=request.user)
        messages.success(request, _("Your review is thrown away. Nobody has seen it."))
        return redirect(plan)
    if talk.mine is None:
        messages.info(request, _("There is nothing to throw away."))
        return redirect(plan)
    context = {"plan": plan, "talk": talk, "mine": talk.mine, "document": plan.document}
    return render(request, "plans/review_discard.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def unsent(request: SignedInRequest) -> HttpResponse:
    """What one began to write about plans that are not one's to see any more; POST throws one away.

    A plan is named as it was when the review was begun: what it says now is not theirs to know.
    """
    reviews = reviewing.left_behind(request.user)
    if request.method == "POST":
        begun = reviews.select_related("plan").filter(pk=_number(request, "review")).first()
        if begun is not None:
            reviewing.discard(begun.plan, actor=request.user)
            messages.success(request, _("Your review is thrown away. Nobody has seen it."))
        elif reviewing.forget_left(_number(request, "draft"), actor=request.user):
            messages.success(request, _("What you typed is thrown away. Nobody has seen it."))
        else:
            messages.info(request, _("There is nothing to throw away."))
        return redirect("unsent")
    began = reviews.select_related("version", "plan__lab").order_by("-opened_at")
    context = {
        "reviews": began.prefetch_related("comments__thread", "marks"),
        "drafts": reviewing.left_drafts(request.user).select_related("plan__lab", "plan__cycle"),
    }
    return render(request, "plans/unsent.html", context)


def _number(request: SignedInRequest, name: str) -> int:
    """The number that a button sends; 0, which nothing has, for anything else."""
    sent = request.POST.get(name, "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else 0


@signed_in
@require_safe
def read(request: SignedInRequest, pk: int, review: int) -> HttpResponse:
    """A review that was sent, for those who talk about the plan."""
    plan = plan_to_read(request.user, pk)
    require(may_see_people(request.user, plan))
    talk = talk_on(request.user, plan)
    found = plan.reviews.seen_by(request.user).to_read().filter(pk=review).first()
    if found is None:
        raise Http404
    if found.is_pending:
        return redirect(reverse("plan_review", args=(plan.pk,)))
    context: dict[str, Any] = {"plan": plan, "talk": talk, "review": found}
    return render(request, "plans/review_sent.html", context | {"document": plan.document})
