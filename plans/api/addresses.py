"""The addresses of the API: what is asked for, by which key, and what is answered.

Every list of plans begins with ``library_plans``, so that a key never reads what is not
everybody's: no draft, nothing that is said about a plan, and nobody's name or address.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import BaseModel

from accounts.models import Country, Lab, Region
from plans import clock
from plans.api import asking, paging, shapes, telling
from plans.api.door import CHALLENGE, NO_KEY, AccessKey, ApiRequest
from plans.api.paging import address
from plans.api.problems import Problem
from plans.models import Cycle, Organisation, Scope, Term, TermStatus, Version
from plans.permissions import library_plans, reflection_of
from plans.portfolio import portfolio
from plans.taxonomies import VOCABULARIES

if TYPE_CHECKING:
    import datetime as dt

_ViewT = TypeVar("_ViewT", bound=Callable[..., Any])
READ: Final = ["GET", "HEAD"]
LISTED: dict[str, type[Term]] = {**VOCABULARIES, "organisations": Organisation}
TOLD: Final = (TermStatus.IN_USE, TermStatus.RETIRED, TermStatus.MERGED)
"""What is only proposed, or was refused, is between a lab and those who keep the vocabulary."""

api = NinjaAPI(
    title="Action Learning Plans",
    version="1",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
    auth=AccessKey(),
)


@api.exception_handler(Problem)
def _problem(request: HttpRequest, problem: Any) -> HttpResponse:
    answer: HttpResponse = problem.response()
    return answer


@api.exception_handler(AuthenticationError)
def _no_key(request: HttpRequest, error: Any) -> HttpResponse:
    return Problem("no-key", str(NO_KEY), headers={"WWW-Authenticate": CHALLENGE}).response()


@api.exception_handler(Http404)
@api.exception_handler(ValidationError)
@api.exception_handler(HttpError)
def _nothing(request: HttpRequest, error: Any) -> HttpResponse:
    return nothing_here(request).response()


def nothing_here(request: HttpRequest) -> Problem:
    """That an address leads nowhere."""
    words = _("There is nothing at this address. What there is, %(description)s says.")
    described = address(reverse("api:openapi"))
    return Problem("nothing-here", words % {"description": described})


def _reads(
    operation: str, path: str, summary: str, shape: type[BaseModel], scope: Scope | None = None
) -> Callable[[_ViewT], _ViewT]:
    """Let a view answer at an address, to keys for ``scope``; to any key without one.

    The address is called as its operation, without the verb: ``listPlans`` is ``api:plans``.
    """
    name = operation.removeprefix("list").removeprefix("read").lower()
    decorator: Callable[[_ViewT], _ViewT] = api.api_operation(
        READ,
        path,
        auth=AccessKey(scope),
        response=shape,
        operation_id=operation,
        summary=summary,
        url_name=name,
    )
    return decorator


@_reads("listPlans", "/plans", "Plans, narrowed as in the library", shapes.Plans, Scope.PLANS)
def plans(request: ApiRequest, answer: HttpResponse) -> shapes.Plans:
    """Plans that are approved or from the archive, those that changed last at the end.

    Whoever keeps the last cursor can ask with it later for what is new or changed since. A plan
    that is opened again for changes is not here until it is approved again.
    """
    limit, place = paging.size(request), paging.read(request, paging.CURSOR_OF_CHANGES)
    chosen = asking.chosen_plans(request, request.auth.owner, asking.SINCE, *asking.PAGED)
    changed: Any = asking.changed_since(request, asking.with_moments(chosen))
    later: Any = asking.with_words(changed).filter(place.after("updated_at"))
    found = later.order_by("updated_at", "pk")[: limit + 1]
    rows, more = paging.cut(list(found), limit)
    last = paging.Place(rows[-1].pk, rows[-1].updated_at) if rows else place
    following = paging.next_page(request, last.of_changes) if more else None
    if following:
        answer["Link"] = f'<{following}>; rel="next"'
    known = bool(rows) or "cursor" in request.GET
    return shapes.Plans(
        items=tuple(shapes.PlanShape(**telling.of_plan(plan)) for plan in rows),
        next=following,
        cursor=last.of_changes if known else None,
    )


@_reads("readPlan", "/plans/{int:number}", "A plan", shapes.WholePlanShape, Scope.PLANS)
def plan(request: ApiRequest, answer: HttpResponse, number: int) -> shapes.WholePlanShape:
    """A plan with all that everybody may read of it, as a document of the published schema."""
    chosen = asking.with_moments(library_plans(request.auth.owner).filter(pk=number))
    versions = Version.objects.filter(plan=OuterRef("pk")).order_by("-number")
    numbered = chosen.with_document().annotate(version=Subquery(versions.values("number")[:1]))
    found: Any = numbered.first()
    if found is None:
        raise nothing_here(request)
    answer["Last-Modified"] = _http_date(found.updated_at)
    document = found.document.without_people()
    found.goal_numbers, found.themes = document.sdgs, document.thematic_areas
    return shapes.WholePlanShape(
        **telling.of_plan(found), version=found.version, hash=document.hash(), document=document
    )


@_reads(
    "readReflection",
    "/plans/{int:number}/reflection",
    "The closing reflection of a plan",
    shapes.ReflectionShape,
    Scope.PLANS,
)
def reflection(request: ApiRequest, answer: HttpResponse, number: int) -> shapes.ReflectionShape:
    """What a lab learned from a plan, once it has finished writing so."""
    plans = library_plans(request.auth.owner).filter(pk=number)
    plan = plans.select_related("lab", "reflection__lab", "reflection__cycle").first()
    # As somebody whom nobody knows would see it, also where the owner of the key is of the lab.
    found = reflection_of(AnonymousUser(), plan) if plan else None
    if plan is None or found is None or found.finished_at is None:
        raise nothing_here(request)
    answer["Last-Modified"] = _http_date(found.changed_at)
    document = found.document.without_people()
    return shapes.ReflectionShape(
        plan=number,
        title=document.title,
        finished_at=found.finished_at,
        updated_at=found.changed_at,
        hash=document.fingerprint(),
        links=telling.links(number, is_reflected=True),
        document=document,
    )


@_reads("listTerms", "/terms/{slug:vocabulary}", "A vocabulary", shapes.Terms, Scope.TERMS)
def terms(request: ApiRequest, answer: HttpResponse, vocabulary: str) -> shapes.Terms:
    """The terms of a vocabulary in the order in which they were added, also those of before."""
    if vocabulary not in LISTED:
        raise nothing_here(request)
    limit, place = paging.size(request), paging.read(request, paging.CURSOR_OF_KEYS)
    asking.refuse_strange(request, asking.PAGED)
    model = LISTED[vocabulary]
    told = model._default_manager.filter(status__in=TOLD, pk__gt=place.key).order_by("pk")
    rows, more = paging.cut(list(told[: limit + 1]), limit)
    following = None
    if more:
        following = paging.next_page(request, paging.Place(rows[-1].pk).of_keys)
        answer["Link"] = f'<{following}>; rel="next"'
    return shapes.Terms(items=tuple(telling.of_term(term) for term in rows), next=following)


@_reads(
    "readPortfolio",
    "/portfolio",
    "Figures of the portfolio",
    shapes.PortfolioShape,
    Scope.PORTFOLIO,
)
def figures(request: ApiRequest) -> shapes.PortfolioShape:
    """The figures of the plans that the words of the library ask for; of all without any."""
    found = portfolio(asking.chosen_plans(request, request.auth.owner))
    return shapes.PortfolioShape(
        plans=found.plans,
        approved=found.approved,
        archived=found.archived,
        labs=found.labs,
        countries=found.countries,
        figures=tuple(telling.of_figure(request, one) for one in found.figures),
    )


@_reads("listRegions", "/regions", "Regions", shapes.Regions)
def regions(request: ApiRequest) -> shapes.Regions:
    """All regions of the network. Any key reads them."""
    asking.refuse_strange(request, ())
    return shapes.Regions(items=tuple(map(telling.of_region, Region.objects.all())))


@_reads("listCountries", "/countries", "Countries", shapes.Countries)
def countries(request: ApiRequest) -> shapes.Countries:
    """All countries and territories of the network. Any key reads them."""
    asking.refuse_strange(request, ())
    found = Country.objects.select_related("region")
    return shapes.Countries(items=tuple(map(telling.of_country, found)))


@_reads("listLabs", "/labs", "Labs", shapes.Labs)
def labs(request: ApiRequest) -> shapes.Labs:
    """All labs of the network, also closed ones. Any key reads them."""
    asking.refuse_strange(request, ())
    found = Lab.objects.select_related("region").prefetch_related("countries")
    return shapes.Labs(items=tuple(map(telling.of_lab, found)))


@_reads("listCycles", "/cycles", "Cycles", shapes.Cycles)
def cycles(request: ApiRequest) -> shapes.Cycles:
    """All cycles that have begun, newest first. Any key reads them."""
    asking.refuse_strange(request, ())
    begun = Cycle.objects.filter(opens_at__lte=clock.now())
    return shapes.Cycles(items=tuple(map(telling.of_cycle, begun)))


def _http_date(moment: dt.datetime) -> str:
    return http_date(moment.timestamp())
