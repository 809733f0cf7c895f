"""What the lab does with words that a reviewer proposes: takes them over, or says why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import SignedInRequest, signed_in
from plans import reviewing
from plans.errors import PlanError
from plans.forms.review import DeclineForm
from plans.models import Suggestion
from plans.permissions import may_write, require
from plans.views.threads import said, thread_page, thread_to_answer

if TYPE_CHECKING:
    from accounts.models import User
    from plans.models import Thread


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write the words proposed into the plan; asked for, the page of the thread with the button."""
    thread = _with_suggestion(request.user, pk)
    if request.method != "POST":
        return thread_page(request, thread, None)
    try:
        reviewing.apply(thread, actor=request.user)
    except PlanError as refusal:
        return thread_page(request, thread, None, problem=str(refusal))
    words = _("The words are in the plan now. The history says who wrote them.")
    return said(request, thread, words, applied=True)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep the lab's own words and say why; asked for, the page of the thread with the box."""
    thread = _with_suggestion(request.user, pk)
    form = DeclineForm(thread, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            reviewing.decline(thread, form.cleaned_data["reason"], actor=request.user)
        except PlanError as refusal:
            form.add_error("reason", str(refusal))
        else:
            return said(request, thread, _("Your own words stay, and the reviewer is told why."))
    return thread_page(request, thread, None, declining=form)


def _with_suggestion(user: User, pk: int) -> Thread:
    """A thread that proposes words, for one of the plan's writers (403); 404 for any other."""
    thread = thread_to_answer(user, pk)
    require(may_write(user, thread.plan))
    if not Suggestion.objects.filter(thread=thread).exists():
        raise Http404
    return thread
