"""The desk: what labs propose, decided one by one or many at once.

Every vocabulary has one, at ``proposals/``. Merging a proposal goes the way of every merge: what
would change is shown first, and it leads back here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans import proposals, waiting
from plans.admin import merging
from plans.admin.base import address
from plans.errors import PlanError
from plans.models import DataSource, Method, Organisation, Sector, Term, ThematicArea
from plans.models.taxonomy import TERM_LENGTH
from plans.permissions import may_keep_terms

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest

    from accounts.models import User

DESKS: tuple[type[Term], ...] = (ThematicArea, DataSource, Method, Sector, Organisation)
"""The vocabularies in which there can be proposals: of labs, and of what was brought in.

Organisations come last: their directory fills itself (docs/decisions/0012), and no lab waits for
a word about them.
"""

A_PAGE = 25


def desk(page: ModelAdmin[Any], request: HttpRequest) -> HttpResponse:
    """The proposals of a vocabulary; on POST, what was decided about one or several of them."""
    if not page.has_change_permission(request):
        raise PermissionDenied
    problem: dict[str, Any] = {}
    if request.method == "POST":
        problem = _decide(page, request)
        if not problem:
            return HttpResponseRedirect(_next(page, request))
    listed = Paginator(waiting.waiting(page.model), A_PAGE).get_page(request.GET.get("page"))
    shown = waiting.explained(list(listed.object_list), request.user)  # type: ignore[arg-type]
    context = page.admin_site.each_context(request) | {
        "title": _("Proposals: %(vocabulary)s") % {"vocabulary": page.opts.verbose_name_plural},
        "opts": page.opts,
        "listed": listed,
        "proposals": _with_next(shown),
        "desks": desks_of(request.user),
        "here": address(page.model, "proposals"),
        "selection_name": ACTION_CHECKBOX_NAME,
        "all_chosen": request.GET.get("chosen") == "all",
        "chosen": request.POST.getlist(ACTION_CHECKBOX_NAME),
        "most_letters": TERM_LENGTH,
        "most_words": proposals.MOST_WORDS,
        "fills_itself": page.model is Organisation,
        "problem": problem,
    }
    status = 422 if problem else 200
    return TemplateResponse(request, "admin/plans/proposals/desk.html", context, status=status)


def desks_of(person: User | AnonymousUser) -> list[tuple[str, str, int]]:
    """Name, address and number of waiting proposals of each vocabulary that somebody keeps."""
    kept = [one for one in DESKS if may_keep_terms(person, one)]
    number = waiting.numbers(kept)
    return [
        (capfirst(str(one._meta.verbose_name_plural)), address(one, "proposals"), number[one])
        for one in kept
    ]


def _with_next(shown: list[Any]) -> list[tuple[Any, int]]:
    """Each proposal with the key of the one to go to after it: the next one, or the one before."""
    keys = [proposal.term.pk for proposal in shown]
    following = [*keys[1:], keys[-2] if len(keys) > 1 else 0]
    return list(zip(shown, following, strict=True)) if shown else []


def _decide(page: ModelAdmin[Any], request: HttpRequest) -> dict[str, Any]:
    """Do what was asked, and say so; answer what was wrong, with what was typed."""
    given = request.POST
    act, why, name = given.get("do", ""), given.get("why", ""), given.get("name", "")
    terms = _asked(page, given.getlist("term") or given.getlist(ACTION_CHECKBOX_NAME))
    several = "term" not in given
    if not terms:
        return {"words": _("Choose at least one proposal."), "why": why}
    done: list[Term] = []
    refused: list[str] = []
    for term in terms:
        try:
            done.append(_do(act, term, why, name, request.user))
        except PlanError as refusal:
            refused.append(str(refusal))
    _say(request, act, done)
    if refused and not done:
        one = None if several else terms[0].pk
        return {"words": " ".join(dict.fromkeys(refused)), "term": one, "why": why, "name": name}
    for words in dict.fromkeys(refused):
        messages.error(request, words)
    return {}


def _do(act: str, term: Any, why: str, name: str, user: Any) -> Any:
    if act == "refuse":
        return proposals.refuse(term, why, actor=user)
    new_name = name.replace("\0", "") if act == "rename" else ""
    return proposals.accept(term, name=new_name, word=why, actor=user)


def _asked(page: ModelAdmin[Any], keys: list[str]) -> list[Any]:
    """The terms of these keys, in their order; nonsense is none's."""
    numbers = [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19]
    found = page.model._default_manager.in_bulk(numbers)
    return [found[number] for number in numbers if number in found]


def _say(request: HttpRequest, act: str, done: list[Any]) -> None:
    if not done:
        return
    if len(done) == 1:
        words = (
            _("“%(term)s” was refused. Plans keep it, and the labs are told why.")
            if act == "refuse"
            else _("“%(term)s” is in use now.")
        )
        messages.success(request, words % {"term": done[0]})
        return
    words = (
        ngettext("%(count)d term was refused.", "%(count)d terms were refused.", len(done))
        if act == "refuse"
        else ngettext("%(count)d term is in use now.", "%(count)d terms are in use now.", len(done))
    )
    messages.success(request, words % {"count": len(done)})


def _next(page: ModelAdmin[Any], request: HttpRequest) -> str:
    """Back to the list, at the proposal after the one that was decided about."""
    here = address(page.model, "proposals")
    number = request.GET.get("page", "")
    query = f"?page={number}" if number.isascii() and number.isdigit() else ""
    following = merging.next_one(request)
    place = f"#proposal-{following}" if following else "#proposals"
    return f"{here}{query}{place}"
