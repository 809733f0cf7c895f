"""Mending what one said, what is half typed, and who can be named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import SignedInRequest, signed_in
from plans import reviewing
from plans.errors import PlanError
from plans.forms.review import CommentForm, DraftForm
from plans.models import Comment
from plans.permissions import (
    may_reply,
    may_resolve,
    people_on,
    require,
    visible_plans,
    visible_threads,
)
from plans.views.reading import plan_to_read
from plans.views.talk import typed_at

if TYPE_CHECKING:
    from accounts.models import User


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change what one said. ``?back=review`` leads back to the page on which a review is ended."""
    comment = _own(request.user, pk)
    typed = typed_at(comment.thread.plan, f"{reviewing.EDIT}{comment.pk}")
    form = CommentForm(
        comment,
        request.POST if request.method == "POST" else None,
        typed=typed,
        begins=_begins(comment),
    )
    if request.method == "POST" and form.is_valid():
        try:
            reviewing.edit_comment(
                comment,
                form.cleaned_data["text"],
                actor=request.user,
                must_fix=form.cleaned_data.get("must_fix"),
            )
        except PlanError as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _("Your comment is changed."))
            return redirect(_back(request, comment))
    too_late = not reviewing.may_change(request.user, comment)
    return _page(request, "plans/comment_edit.html", comment, {"form": form, "too_late": too_late})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask before what one said is deleted, then do it."""
    comment = _own(request.user, pk)
    if request.method == "POST":
        back = _back(request, comment)
        reviewing.delete_comment(comment, actor=request.user)
        messages.success(request, _("Your comment is deleted."))
        return redirect(back)
    return _page(request, "plans/comment_delete.html", comment, {})


def _own(user: User, pk: int) -> Comment:
    """A comment of one's own that is still there.

    404 for one of which this person knows nothing, or that is deleted; 403 for somebody else's.
    """
    found = Comment.objects.seen_by(user).select_related("author", "review")
    comment = get_object_or_404(found.filter(thread__plan__in=visible_plans(user)), pk=pk)
    plan = plan_to_read(user, _plan_of(comment))
    require(may_reply(user, plan))
    thread = visible_threads(user, plan).select_related("review").filter(pk=comment.thread_id)
    comment.thread = get_object_or_404(thread)
    require(comment.author_id == user.pk)
    if comment.deleted_at:
        raise Http404
    comment.thread.plan = plan
    return comment


def _plan_of(comment: Comment) -> int:
    return Comment.objects.values_list("thread__plan", flat=True).get(pk=comment.pk)


def _begins(comment: Comment) -> bool:
    first = comment.thread.comments.order_by("written_at", "pk").first()
    return first is not None and first.pk == comment.pk


def _back(request: SignedInRequest, comment: Comment) -> str:
    plan = comment.thread.plan
    if request.POST.get("back") == "review":
        return reverse("plan_review", args=(plan.pk,))
    return f"{plan.get_absolute_url()}#thread-{comment.thread_id}"


def _page(
    request: SignedInRequest, template: str, comment: Comment, more: dict[str, Any]
) -> HttpResponse:
    back = (request.POST if request.method == "POST" else request.GET).get("back", "")
    plan = comment.thread.plan
    context = {
        "plan": plan,
        "document": plan.document,
        "comment": comment,
        "thread": comment.thread,
        "back": "review" if back == "review" else "",
    }
    return render(request, template, context | more)


@signed_in
@require_POST
def keep_draft(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep what somebody is typing: in a few words for a script, on the page for a button."""
    plan = plan_to_read(request.user, pk)
    require(may_reply(request.user, plan))
    form = DraftForm(request.POST)
    form.is_valid()
    at, text = form.cleaned_data["at"], form.cleaned_data["text"]
    rest = {name: form.cleaned_data[name] for name in reviewing.BESIDE if name in form.data}
    typed = request.accepts("application/json") and not request.accepts("text/html")
    try:
        reviewing.keep_draft(plan, at, text, actor=request.user, rest=rest)
    except PlanError as refusal:
        if typed:
            return JsonResponse({"message": str(refusal)}, status=409)
        if rest.get("instead") != rest.get("offered"):
            text = "\n\n".join(filter(None, (text, rest.get("instead"))))
        context = {"plan": plan, "reason": str(refusal), "typed": text}
        return render(request, "plans/thread_refused.html", context)
    if typed:
        return HttpResponse(status=204)
    messages.success(request, _("Kept, and not sent. Nobody else sees it."))
    return redirect(plan)


@signed_in
@require_safe
def people(request: SignedInRequest, pk: int) -> HttpResponse:
    """The names of those who can be named on this plan; ``?note``: in a note between reviewers."""
    plan = plan_to_read(request.user, pk)
    require(may_reply(request.user, plan))
    note = "note" in request.GET
    require(not note or may_resolve(request.user, plan))
    found = people_on(plan, reviewers_only=note).exclude(pk=request.user.pk)
    names = sorted({person.get_full_name() for person in found})
    return JsonResponse({"people": names})
