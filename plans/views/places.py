"""Pages of countries and partner organisations, and the lists that lead to them and to labs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.decorators import SignedInRequest, signed_in
from accounts.models import Country
from plans import places
from plans.directory import called
from plans.models import Organisation
from plans.permissions import library_plans
from plans.shelf import newest_first, on_shelf

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from plans.models.plan import PlanQuerySet

ROWS_A_PAGE = 50
PLANS_A_PAGE = 25


def _typed(request: SignedInRequest, name: str = "q") -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()[:200]


def _list(
    request: SignedInRequest, found: QuerySet[Any], which: str, title: str, lead: str
) -> HttpResponse:
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "which": which,
        "title": title,
        "lead": lead,
        "typed": _typed(request),
    }
    return render(request, "plans/places.html", context)


@signed_in
@require_safe
def countries(request: SignedInRequest) -> HttpResponse:
    """The countries of the network; ``?q=`` those called so."""
    found = places.countries(request.user, _typed(request))
    lead = _("Where labs work, and where plans were made.")
    return _list(request, found, "country", _("Countries"), lead)


@signed_in
@require_safe
def labs(request: SignedInRequest) -> HttpResponse:
    """The labs of the network; ``?q=`` those called so, or that work in a country called so."""
    found = places.labs(request.user, _typed(request))
    lead = _("Who writes plans. A lab is also found by the name of a country it works in.")
    return _list(request, found, "lab", _("Labs"), lead)


@signed_in
@require_safe
def organisations(request: SignedInRequest) -> HttpResponse:
    """The partner organisations of approved and archived plans; ``?q=`` those called so."""
    found = places.organisations(request.user, _typed(request))
    lead = _("With whom labs work, as approved and archived plans name them.")
    return _list(request, found, "organisation", _("Partner organisations"), lead)


@signed_in
@require_safe
def country(request: SignedInRequest, code: str) -> HttpResponse:
    """A country: its labs, and the plans from there that everybody may read."""
    found = get_object_or_404(Country.objects.select_related("region"), code=code.upper())
    if found.code != code:
        return redirect("country", found.code)
    plans = library_plans(request.user).filter(country=found)
    context = {
        "country": found,
        "labs": found.labs.order_by("name"),
        "themes": places.themes_of(plans),
        "partners": places.partners_of(plans),
        "page": _page(request, plans),
    }
    return render(request, "plans/country.html", context)


@signed_in
@require_safe
def organisation(request: SignedInRequest, pk: int) -> HttpResponse:
    """A partner organisation: what it is called, with whom it worked, and on what."""
    found = places.living(request.user, pk)
    if found is None:
        raise Http404
    if found.pk != pk:
        return redirect("organisation", found.pk)
    plans = places.with_partner(request.user, found)
    context = {
        "organisation": found,
        "names": places.names_of(found, plans),
        "sectors": places.sectors_of(found, plans),
        "labs": places.labs_of(plans),
        "years": places.years_of(plans),
        "page": _page(request, plans),
    }
    return render(request, "plans/organisation.html", context)


@signed_in
@require_safe
def organisation_called(request: SignedInRequest) -> HttpResponse:
    """On to the organisation that goes by ``?name=``; to those called much like it, if none is."""
    name = _typed(request, "name")
    key = Organisation.objects.filter(pk=called(name)).values_list("pk", flat=True).first()
    if key is not None and places.living(request.user, key):
        return redirect("organisation", key)
    return redirect(f"{reverse('organisations')}?{urlencode({'q': name})}")


def _page(request: SignedInRequest, plans: PlanQuerySet) -> Any:
    shown = newest_first(on_shelf(plans))
    return Paginator(shown, PLANS_A_PAGE).get_page(request.GET.get("page"))
