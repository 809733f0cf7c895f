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
from plans.errors import Invalid, PlanError
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
from plans.phrases import Phrase
from plans.templatetags.plans import shortened
from plans.views.changed import NOTHING, wanted, wishes
from plans.views.reading import contents, offers, plan_to_read
from plans.views.talk import kept_at, talk_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import User
    from plans.reviewing import Spot

MOST_SPOTS = 20
"""So many places of the same words are offered to choose from."""
SHOWN = 120
"""A phrase is named by so many of its first signs."""


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
    typed, rest = kept_at(plan, f"{reviewing.NEW}{anchor}")
    texts = reviewing.texts_of(plan.document, anchor)
    whole = texts[0][1] if anchor.field and texts else ""
    form = ThreadForm(
        posted, on=str(anchor), typed=typed, rest=rest, texts=bool(texts), whole=whole
    )
    if posted is not None and form.is_valid():
        try:
            thread = _open(request.user, plan, anchor, form)
        except PlanError as refusal:
            _refuse(form, refusal)
        else:
            return said(request, thread, _opened(thread), opened=True)
    template = "plans/_thread_form.html" if request.htmx else "plans/thread_new.html"
    context = {"plan": plan, "anchor": anchor, "form": form, "joins": joins}
    context["spots"] = _to_choose(plan, anchor, form)
    return render(request, template, context)


def _open(user: User, plan: Plan, anchor: Anchor, form: ThreadForm) -> Thread:
    """The thread that the form asks for. Raises PlanError."""
    given = form.cleaned_data
    spot = _spot(plan, anchor, form) if given.get("words", "").strip() else None
    instead = form.proposed
    if instead is not None:
        there = plan.document.text_at(anchor) if spot is None else spot.phrase.words
        offered = given["offered"]
        if offered and offered.split() != there.split():
            form.offer_anew(there)
            sentence = _(
                "Your proposal will stand in place of “%(words)s” only. "
                "Write here what is to stand there, and press again."
            ) % {"words": shortened(there, SHOWN)}
            raise Invalid(sentence, {"instead": sentence})
        instead = instead if spot is None else instead.strip()
    return reviewing.open_thread(
        plan,
        str(spot.anchor if spot else anchor),
        given["text"],
        actor=user,
        must_fix=given["kind"] == MUST_FIX,
        for_reviewers=given["kind"] == NOTE,
        phrase=spot.phrase if spot else None,
        instead=instead,
    )


def _spot(plan: Plan, anchor: Anchor, form: ThreadForm) -> Spot:
    """The spot that the form means: the only one, the one chosen, or by the words around it."""
    given = form.cleaned_data
    found = reviewing.spots(plan.document, anchor, given["words"])
    chosen = [spot for spot in found if spot.key == given["which"]]
    if len(found) == 1 or chosen:
        return (chosen or found)[0]
    phrase = Phrase(given["words"], given["before"], given["after"])
    return reviewing.point_at(plan.document, anchor, phrase)


def _to_choose(plan: Plan, anchor: Anchor, form: ThreadForm) -> list[Spot]:
    """The spots to choose from, where the words that were typed stand in several."""
    if "words" not in form.fields or not form["words"].errors:
        return []
    words = form.cleaned_data.get("words", "")
    found = reviewing.spots(plan.document, anchor, words)[:MOST_SPOTS]
    return found if len(found) > 1 else []


def _refuse(form: ThreadForm, refusal: PlanError) -> None:
    """Say what was wrong beside the box in which it is."""
    by_field = refusal.by_field if isinstance(refusal, Invalid) else {}
    known = {name: words for name, words in by_field.items() if name in form.fields}
    for name, words in (known or {"text": str(refusal)}).items():
        typed = form.cleaned_data.get(name, "")
        form.add_error(name, words)
        form.cleaned_data[name] = typed  # for the places that it could mean


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
    typed = [request.POST.get(name, "") for name in ("words", "text")]
    instead = request.POST.get("instead", "")
    if instead != request.POST.get("offered", ""):
        typed.append(instead)
    context = {"plan": plan, "reason": reason, "typed": "\n\n".join(filter(None, typed))}
    template = "plans/_thread_refused.html" if request.htmx else "plans/thread_refused.html"
    return render(request, template, context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: SignedInRequest, pk: int) -> HttpResponse:
    """Answer in a thread. What htmx asks for is the thread in full, in place of its line."""
    thread = thread_to_answer(request.user, pk)
    if request.htmx and request.method != "POST":  # a thread of which the page shows a line
        return _fragment(request, thread, None)
    form = ReplyForm(thread, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            comment = reviewing.reply(thread, form.cleaned_data["text"], actor=request.user)
        except PlanError as refusal:
            form.add_error("text", str(refusal))
        else:
            words = _("Your reply is there.")
            if comment.review:
                words = _("Your reply is part of your review now. Only you see it until then.")
            return said(request, thread, words)
    return thread_page(request, thread, form)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: SignedInRequest, pk: int, step: str) -> HttpResponse:
    """Mark a thread as addressed, resolve it or open it again, with a word if one is given."""
    if step not in reviewing.STEPS:
        raise Http404
    thread = thread_to_answer(request.user, pk)
    may = may_address if step == "address" else may_resolve
    require(may(request.user, thread.plan))
    form = ReplyForm(thread, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            reviewing.STEPS[step](thread, actor=request.user, text=form.cleaned_data["text"])
        except PlanError as refusal:
            form.add_error("text", str(refusal))
        else:
            return said(request, thread, _STEP_DONE[step]())
    return thread_page(request, thread, form)


_STEP_DONE: dict[str, Callable[[], str]] = {
    "address": lambda: _("The thread is marked as addressed."),
    "resolve": lambda: _("The thread is resolved."),
    "reopen": lambda: _("The thread is open again."),
}


def thread_to_answer(user: User, pk: int) -> Thread:
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


def said(request: SignedInRequest, thread: Thread, words: str, **more: bool) -> HttpResponse:
    """Back to the thread where it stands; for htmx the thread alone, with the counts that moved.

    ``more`` says what else of the page is different: ``opened``, the thread is new, or ``applied``,
    the text is.
    """
    if not request.htmx:
        messages.success(request, words)
        return redirect(f"{thread.plan.get_absolute_url()}#thread-{thread.pk}")
    return _fragment(request, thread, None, said=words, **more)


def thread_page(
    request: SignedInRequest, thread: Thread, form: ReplyForm | None, **more: Any
) -> HttpResponse:
    """The thread with what was typed still in its box; a page of its own without htmx.

    ``more`` is what its suggestion needs besides: ``declining``, a form, or a ``problem``.
    """
    if request.htmx:
        return _fragment(request, thread, form, **more)
    plan = thread.plan
    (thread,) = plan.threads.filter(pk=thread.pk).with_comments(request.user)
    context = {
        "plan": plan,
        "document": plan.document,
        "thread": thread,
        "form": form,
        "joins": reviewing.joins_review(request.user, plan),
    }
    return render(request, "plans/thread.html", context | more)


def _fragment(
    request: SignedInRequest, thread: Thread, form: ReplyForm | None, **more: Any
) -> HttpResponse:
    plan = plan_to_read(request.user, thread.plan_id, wanted({"since": NOTHING}, request.user))
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
        "checklist": wishes(plan, talk),
    }
    return render(request, "plans/_said.html", context | more)
