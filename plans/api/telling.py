"""From what the database holds to what goes out: a plan in a list, a term, a figure, a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from plans.api import asking, shapes
from plans.api.paging import address

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.models import Country, Lab, Region
    from plans.models import Cycle
    from plans.portfolio import Figure


def of_plan(plan: Any) -> dict[str, Any]:
    """What a list says of a plan."""
    lab, country = plan.lab, plan.country
    return {
        "id": plan.pk,
        "title": plan.title,
        "summary": plan.summary,
        "type": plan.challenge_type,
        "state": plan.state,
        "lab": shapes.LabOfPlan(slug=lab.slug, name=lab.name, region=lab.region.slug),
        "cycle": plan.cycle.slug,
        "country": shapes.CountryOfPlan(code=country.code, name=country.name) if country else None,
        "goals": tuple(plan.goal_numbers),
        "themes": tuple(plan.themes),
        "updated_at": plan.updated_at,
        "links": links(plan.pk, is_reflected=plan.is_reflected),
    }


def links(number: int, *, is_reflected: bool) -> shapes.PlanLinks:
    """Where a plan is, here and for people."""
    reflected = address(reverse("api:reflection", args=(number,))) if is_reflected else None
    return shapes.PlanLinks(
        self=address(reverse("api:plan", args=(number,))),
        page=address(reverse("plan", args=(number,))),
        reflection=reflected,
    )


def of_figure(request: HttpRequest, figure: Figure) -> shapes.FigureShape:
    """A figure, whose lines lead to the lists of their plans."""
    columns = tuple(
        shapes.ColumnShape(key=column.key, label=str(column.label), unit=column.unit.value)
        for column in figure.columns
    )
    lines = tuple(
        shapes.LineShape(
            key=row.key,
            label=str(row.label),
            numbers=row.numbers,
            plans=asking.narrower(request, row.choice),
        )
        for row in figure.rows
    )
    return shapes.FigureShape(
        key=figure.key,
        title=str(figure.title),
        says=str(figure.says),
        head=str(figure.head),
        columns=columns,
        lines=lines,
        notes=tuple(map(str, figure.notes)),
    )


def of_term(term: Any) -> shapes.TermShape:
    """A term of any vocabulary."""
    return shapes.TermShape(
        id=term.pk,
        name=term.name,
        status=term.status,
        aliases=tuple(term.aliases),
        labels=term.labels,
        description=term.description,
        parent=getattr(term, "parent_id", None),
        merged_into=term.merged_into_id,
        number=getattr(term, "number", None),
    )


def of_region(region: Region) -> shapes.RegionShape:
    """A region."""
    return shapes.RegionShape(slug=region.slug, name=region.name)


def of_country(country: Country) -> shapes.CountryShape:
    """A country, read with its region."""
    return shapes.CountryShape(
        code=country.code,
        name=country.name,
        region=country.region.slug,
        latitude=country.latitude,
        longitude=country.longitude,
    )


def of_lab(lab: Lab) -> shapes.LabShape:
    """A lab, read with its region and countries."""
    return shapes.LabShape(
        slug=lab.slug,
        name=lab.name,
        region=lab.region.slug,
        countries=tuple(sorted(country.code for country in lab.countries.all())),
        is_active=lab.is_active,
    )


def of_cycle(cycle: Cycle) -> shapes.CycleShape:
    """A cycle."""
    return shapes.CycleShape(
        slug=cycle.slug,
        year=cycle.year,
        quarter=cycle.quarter,
        opens_at=cycle.opens_at,
        closes_at=cycle.closes_at,
    )
