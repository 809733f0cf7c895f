"""Saved searches: the list of one's own, what is new in one, saving, changing, forgetting."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import SignedInRequest, signed_in
from accounts.models import User
from plans import watching
from plans.errors import Invalid
from plans.forms.saved_search import SearchForm
from plans.models import SavedSearch
from plans.search.said import in_words
from plans.shelf import on_shelf

if TYPE_CHECKING:
    from django.db.models import QuerySet

PLANS_A_PAGE = 25
NAME_FROM = 80
"""So many signs of what is searched for make the name that is proposed."""


def _mine(user: User) -> QuerySet[SavedSearch]:
    return SavedSearch.objects.filter(owner=user).order_by("position")


@signed_in
@require_safe
def searches(request: SignedInRequest) -> HttpResponse:
    """All saved searches of this person, each with how many plans are new in it."""
    pairs = watching.read_together(list(_mine(request.user)), request.user)
    new = watching.numbers(pairs)
    rows = [(search, in_words(found), new.get(search.pk, 0)) for search, found in pairs]
    return render(request, "plans/saved_searches.html", {"rows": rows})


@signed_in
@require_safe
def search(request: SignedInRequest, pk: int) -> HttpResponse:
    """What a search finds, the newest first; new is what came in since its owner looked last.

    The address keeps since when (``?since=``), so that the marks stay when one comes back to it.
    """
    mine = get_object_or_404(_mine(request.user), pk=pk)
    since = _moment(request.GET.get("since", ""))
    if since is None:
        if request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", ""):
            return HttpResponse()
        before = watching.look(mine, actor=request.user)
        return redirect(f"{mine.get_absolute_url()}?{urlencode({'since': before.isoformat()})}")
    found = watching.found_by(mine.query, request.user)
    plans = on_shelf(found.qs).order_by("-state_since", "-pk")
    page = Paginator(plans, PLANS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "search": mine,
        "since": since,
        "words": in_words(found),
        "rows": [(plan, watching.is_new(plan, since)) for plan in page],
        "number": watching.came_in(found, since).order_by().count(),
        "page": page,
    }
    return render(request, "plans/saved_search.html", context)


def _moment(words: str) -> dt.datetime | None:
    """A moment as an address of ours says it; None for anything else."""
    try:
        moment = dt.datetime.fromisoformat(words.replace(" ", "+"))
    except ValueError:
        return None
    return moment if moment.tzinfo and 1970 < moment.year < 9000 else None


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Save the search that stands behind the ? of this address."""
    query = watching.plainly(request.GET.urlencode(), request.user)
    found = watching.found_by(query, request.user)
    words = in_words(found)
    name = ", ".join([found.typed, *words[1:]] if found.typed else words)[:NAME_FROM]
    form = SearchForm(request.POST if request.method == "POST" else None, name=name)
    if form.is_valid():
        given = form.cleaned_data
        try:
            watching.keep(query, given["name"], given["how_often"], actor=request.user)
        except Invalid as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("The search is saved. From now on you see what is new."))
            return redirect("saved_searches")
    context = {"form": form, "words": words, "query": query}
    return render(request, "plans/saved_search_edit.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another name for a search, and how often to be told."""
    mine = get_object_or_404(_mine(request.user), pk=pk)
    form = SearchForm(request.POST if request.method == "POST" else None, mine)
    if form.is_valid():
        given = form.cleaned_data
        try:
            watching.change(mine, given["name"], given["how_often"], actor=request.user)
        except Invalid as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("saved_searches")
    found = watching.found_by(mine.query, request.user)
    context = {"form": form, "search": mine, "words": in_words(found), "query": mine.query}
    return render(request, "plans/saved_search_edit.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask first, then forget a search."""
    mine = get_object_or_404(_mine(request.user), pk=pk)
    if request.method == "POST":
        watching.drop(mine, actor=request.user)
        messages.success(request, _("“%(name)s” is not kept any more.") % {"name": mine.name})
        return redirect("saved_searches")
    return render(request, "plans/saved_search_delete.html", {"search": mine})


@csrf_exempt  # mail programs send it by themselves; the signed address is what counts
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the mails about searches, without signing in: the address in a mail is signed for it."""
    try:
        key = watching.read_stop_token(token)
    except ValueError:
        raise Http404 from None
    person = get_object_or_404(User, pk=key, is_active=True)
    if request.method == "POST":
        watching.stop(person)
    return render(request, "plans/searches_stop.html", {"is_stopped": request.method == "POST"})
