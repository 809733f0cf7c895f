"""A selection of plans as a whole: figures on a page, as files, and two selections compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.decorators import SignedInRequest, signed_in
from plans import charts, clock
from plans.charts.drawing import number
from plans.filters import LibraryFilter
from plans.forms.selection import SelectionForm, cycles, regions
from plans.permissions import library_plans
from plans.portfolio import FIGURES, Figure
from plans.views import selecting

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.safestring import SafeString


@dataclass(frozen=True)
class _Line:
    label: str
    address: str
    cells: list[str]


@dataclass(frozen=True)
class _Shown:
    """A figure as a page shows it."""

    figure: Figure
    drawing: SafeString
    lines: list[_Line]
    files: list[tuple[str, str, str]]


@signed_in
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """The figures of the plans that the address asks for, as the library would show them."""
    query = selecting.chosen(request.GET)
    found = LibraryFilter(query, library_plans(request.user))
    whole = selecting.counted(found)
    form = SelectionForm(found.chosen, regions(), cycles())
    context = {
        "found": found,
        "whole": whole,
        "figures": [_shown(figure, query) for figure in whole.figures],
        "query": query.urlencode(),
        "form": form,
        "kept": selecting.carried(query, form),
        "themes": selecting.themes(whole),
        "narrowed": selecting.parts(found),
    }
    return render(request, "plans/portfolio.html", context)


@signed_in
@require_safe
def file(request: SignedInRequest, figure: str, form: str) -> HttpResponse:
    """One figure as a file; 404 for a figure or a form that there is not."""
    if figure not in FIGURES or form not in charts.FORMS:
        raise Http404
    query = selecting.chosen(request.GET)
    found = LibraryFilter(query, library_plans(request.user))
    made = selecting.counted(found, figure).figure(figure)
    site = str(settings.SITE_URL).rstrip("/")
    to = {key: site + address for key, address in selecting.addresses(made.rows, query).items()}
    told = selecting.words(found)
    content = charts.write(made, form, told, _made(), to)
    response = HttpResponse(content, content_type=charts.FORMS[form].content_type)
    name = slugify(f"{figure} {told}")[:100].strip("-")
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=f"{name}.{form}") or "attachment"
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@cache_control(public=True, immutable=True, max_age=31_536_000)
def world(request: HttpRequest) -> HttpResponse:
    """The shapes of countries, which maps on pages use; open to all: they tell of no plan."""
    del request
    return HttpResponse(_shapes()[0], content_type="image/svg+xml")


@cache
def _shapes() -> tuple[str, str]:
    """The file with the shapes, and a mark that changes when it does."""
    file = charts.shapes_file()
    return file, blake2b(file.encode(), digest_size=6).hexdigest()


def shapes_address() -> str:
    """Where the shapes of countries are; it changes when they do, so browsers keep them."""
    return f"{reverse('portfolio_world')}?{_shapes()[1]}"


def _made() -> str:
    now = timezone.localtime(clock.now())
    zone = timezone.get_current_timezone_name()
    return _("Made on %(day)s (%(zone)s).") % {"day": date_format(now, "j F Y"), "zone": zone}


def _shown(figure: Figure, query: QueryDict) -> _Shown:
    # A map has all countries; of other figures the lines that are drawn are in the table, too.
    rows = figure.rows if figure.key == "countries" else figure.top
    to = selecting.addresses(rows, query)
    units = [column.unit for column in figure.columns]
    return _Shown(
        figure=figure,
        drawing=charts.inline(figure, to, shapes_address()),
        lines=[
            _Line(
                row.label,
                to.get(row.key, ""),
                [number(value, unit) for value, unit in zip(row.numbers, units, strict=True)],
            )
            for row in figure.top
        ],
        files=_files(figure, query),
    )


def _files(figure: Figure, query: QueryDict) -> list[tuple[str, str, str]]:
    """Label, address and purpose of each file."""
    asked = f"?{query.urlencode()}" if query else ""
    return [
        (
            form.label,
            reverse("portfolio_file", args=(figure.key, form.key)) + asked,
            str(charts.WHAT_FOR[form.key]),
        )
        for form in charts.FORMS.values()
    ]
