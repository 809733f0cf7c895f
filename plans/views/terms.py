"""The vocabularies while somebody writes: near terms, whole lists, proposals, known partners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.decorators import SignedInRequest, signed_in
from plans import acquaintance, lookup
from plans.errors import Invalid
from plans.models import Organisation, Term, TermStatus
from plans.permissions import may_write, require, visible_plans
from plans.taxonomies import PROPOSABLE, VOCABULARIES, find_or_propose, tidy

if TYPE_CHECKING:
    from plans.authoring import Outcome
    from plans.forms.section import SectionEditor
    from plans.models import Plan
    from plans.sections import Section

SEARCHED: dict[str, type[Term]] = {**VOCABULARIES, "organisations": Organisation}
"""The vocabularies by the names they have in addresses: those of the questionnaire's answers."""

TERMS_A_PAGE = 100


def _vocabulary(name: str) -> type[Term]:
    if name not in SEARCHED:
        raise Http404
    return SEARCHED[name]


@signed_in
@require_safe
def terms(request: SignedInRequest, vocabulary: str) -> HttpResponse:
    """A whole vocabulary by name, with its use; or what is near to words."""
    model = _vocabulary(vocabulary)
    typed = request.GET.get("q", "").strip()
    context: dict[str, Any] = {
        "vocabulary": vocabulary,
        "title": capfirst(str(model._meta.verbose_name_plural)),
        "typed": typed,
        "may_propose": model in PROPOSABLE,
    }
    if typed:
        context["found"] = lookup.near(model, typed)
    else:
        context["page"] = Paginator(lookup.living(model), TERMS_A_PAGE).get_page(
            request.GET.get("page")
        )
    return render(request, "plans/terms.html", context)


@signed_in
@require_safe
def near(request: SignedInRequest, vocabulary: str) -> HttpResponse:
    """The terms near to what is being typed, as the options of a list; and to propose a new one."""
    model = _vocabulary(vocabulary)
    typed = tidy(request.GET.get("q", ""))
    found = lookup.near(model, typed)
    is_new = model in PROPOSABLE and not any(one.meant for one in found)
    context = {
        "found": found,
        "by_number": vocabulary == "sdgs",
        "propose": typed if is_new and lookup.is_name(typed) else "",
    }
    return render(request, "plans/_near.html", context)


@signed_in
@require_safe
def partner_known(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the network knows of the partner whose name is sent, for whoever writes this plan."""
    plan = get_object_or_404(visible_plans(request.user), pk=pk)
    require(may_write(request.user, plan))
    names = [str(value) for key, value in request.GET.items() if key.endswith("name")]
    name = names[0].replace("\x00", "") if names else ""
    return render(request, "plans/_known.html", {"known": acquaintance.of_name(plan, name)})


# -- typed into the form of a section --------------------------------------------------------------

ACTS = ("choose", "use", "propose")
"""Buttons beside the input of a vocabulary: ``choose:data_sources``, ``use:data_sources:7``, …"""


def take(
    request: SignedInRequest, plan: Plan, rules: Section, act: str, what: str, data: Any
) -> dict[str, str]:
    """Propose what was typed, or put the chosen near term in its place; the form then adds it.

    Answers what is wrong, by the name of the input.
    """
    key, _colon, pk = what.partition(":")
    vocabulary = VOCABULARIES.get(key)
    if vocabulary not in PROPOSABLE or key not in {field.key for field in rules.fields}:
        return {}
    name = f"{key}_new"
    words = data.get(name, "").replace("\x00", "")
    if act == "use" and pk.isascii() and pk.isdigit() and len(pk) < 19:
        term = vocabulary._default_manager.filter(pk=pk).first()
        data[name] = term.name if term else words
    elif act == "propose":
        if not words.strip():
            return {name: _("Write the new term first.")}
        try:
            find_or_propose(vocabulary, words, actor=request.user, plan=plan)
        except Invalid as refusal:
            return {name: str(refusal)}
    return {}


def tell(request: SignedInRequest, editor: SectionEditor, outcome: Outcome, data: Any) -> None:
    """Say as what the typed terms were added; should the form come again, they are chosen in it."""
    for key, term in editor.typed.added.items():
        if key not in (*outcome.saved, *outcome.same):
            continue
        words = tidy(data[f"{key}_new"])
        data[f"{key}_new"] = ""
        data.appendlist(key, str(term.pk))
        messages.info(request, _added(words, term))


def _added(words: str, term: Term) -> str:
    if words.casefold() != term.name.casefold():
        return _("“%(words)s” was added as “%(term)s”.") % {"words": words, "term": term}
    if term.status == TermStatus.PROPOSED:
        return _(
            "“%(term)s” was added. It is new: an administrator will look at it. You can go on and "
            "hand in the plan."
        ) % {"term": term}
    return _("“%(term)s” was added.") % {"term": term}


def place(act: str, what: str) -> str:
    """The id of where to go on after one of these buttons; empty for any other."""
    key = what.partition(":")[0]
    return f"add-{key}" if act in ACTS and key in VOCABULARIES else ""
