"""How others answered: the answers of the nearest plans to one question.

Near is who shares themes, the rare ones first (a theme that three plans have says more than one
that four hundred have); then who shares goals; then the newest. Beside a plan without themes and
goals it is the newest, those of the own region first. Only plans that everybody may read
are looked at, and only those of other labs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    Count,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from plans.models import ROWS, PlanSdg, PlanThematicArea
from plans.permissions import library_plans
from plans.sections import SECTION

if TYPE_CHECKING:
    from django.db.models import OrderBy, QuerySet

    from accounts.models import User
    from plans.models import Plan
    from plans.models.plan import PlanQuerySet

MOST = 3

COMPARED: dict[str, tuple[str, ...]] = {
    "challenge": ("challenge_statement", "background", "value_proposition", "summary"),
    "evidence": ("text",),
    "partners": ("description",),
    "learning": ("question", "usage", "data_gap"),
    "closing": ("early_leads",),
}
"""The questions, by section, beside which the answers of others are shown."""

_ABOUT = {"description": "name", "usage": "question", "data_gap": "question"}
"""What is told with an answer of a row, so that it can be understood."""


@dataclass(frozen=True)
class Other:
    """An answer of another plan; ``about`` is what its row is called, ``themes`` what is shared."""

    plan: Plan
    words: str
    about: str
    themes: list[str]


def answers_like(plan: Plan, section: str, field: str, *, user: User) -> list[Other]:
    """Up to three answers of others to this question, the nearest first, in three queries at most.

    ``section`` and ``field`` are of :data:`COMPARED`. Reads the plan's goals, which are at hand
    when it was asked for ``with_document``, and ``plan.lab``.
    """
    others = library_plans(user).exclude(lab=plan.lab_id).exclude(pk=plan.copied_from_id or 0)
    others = _answered(others, section, field).select_related("lab", "cycle")
    weights, goals = _weights(plan), [goal["number"] for goal in plan.gathered["goals"]]
    if not weights and not goals:
        found = list(_by_region(others, plan.lab.region_id)[:MOST])
        return [Other(one, one.words, one.about or "", []) for one in found]
    # Who shares a theme comes before who shares goals only, and there are far fewer of them.
    found = list(_by_theme(others, weights, goals)[:MOST]) if weights else []
    if len(found) < MOST and goals:
        rest = others.exclude(pk__in=[one.pk for one in found])
        found += _by_goal(rest, goals, MOST - len(found))
    return [
        Other(one, one.words, one.about or "", getattr(one, "shared_themes", [])) for one in found
    ]


def _by_theme(others: PlanQuerySet, weights: dict[int, float], goals: list[int]) -> QuerySet[Any]:
    """Those that share a theme, the nearest first."""
    themes = PlanThematicArea.objects.filter(term__in=weights).order_by()
    of_plan = themes.filter(plan=OuterRef("pk"))
    rarity = of_plan.values("plan").annotate(sum=Sum(_rarity(weights))).values("sum")
    names = of_plan.order_by("position").values("words")
    return (
        others.filter(pk__in=themes.values("plan"))
        .annotate(
            rarity=Subquery(rarity),
            goals_shared=_goals_shared(goals),
            shared_themes=ArraySubquery(names),
        )
        .order_by("-rarity", "-goals_shared", "-cycle__year", _quarter("cycle"), "-pk")
    )


def _by_goal(others: PlanQuerySet, goals: list[int], most: int) -> QuerySet[Any]:
    """The few that share most goals. Counted where goals are chosen: nearly all plans share one."""
    shared = PlanSdg.objects.filter(term__number__in=goals, plan__in=others.values("pk"))
    counted = shared.order_by().values("plan").annotate(number=Count("pk"))
    nearest = counted.order_by("-number", "-plan__cycle__year", _quarter("plan__cycle"), "-plan")
    return (
        others.filter(pk__in=nearest.values("plan")[:most])
        .annotate(goals_shared=_goals_shared(goals))
        .order_by("-goals_shared", "-cycle__year", _quarter("cycle"), "-pk")
    )


def _by_region(others: PlanQuerySet, region: int) -> QuerySet[Any]:
    """The newest, those of a region first: for a plan that does not say yet what it is about."""
    is_near = Case(When(lab__region=region, then=Value(1)), default=Value(0))
    return others.order_by(is_near.desc(), "-cycle__year", _quarter("cycle"), "-pk")


def _goals_shared(goals: list[int]) -> Coalesce:
    of_plan = PlanSdg.objects.filter(term__number__in=goals, plan=OuterRef("pk")).order_by()
    counted = of_plan.values("plan").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def _quarter(cycle: str) -> OrderBy:
    """Within a year the newest quarter first; a cycle of the whole year last."""
    return F(f"{cycle}__quarter").desc(nulls_last=True)


def _weights(plan: Plan) -> dict[int, float]:
    """The plan's themes; each counts the more, the fewer plans have it."""
    themes = PlanThematicArea.objects.filter(term__choices__plan=plan).order_by()
    uses = themes.values("term").annotate(uses=Count("pk"))
    return {row["term"]: 1 / row["uses"] for row in uses}


def _rarity(weights: dict[int, float]) -> Case:
    return Case(
        *(When(term=term, then=Value(weight)) for term, weight in weights.items()),
        default=Value(0.0),
        output_field=FloatField(),
    )


def _answered(plans: PlanQuerySet, section: str, field: str) -> PlanQuerySet:
    """Those with an answer to the question, as ``words``; of rows, the first that has one."""
    group = SECTION[section].group
    if group is None or field not in {one.key for one in group.fields}:
        return plans.exclude(**{field: ""}).annotate(words=F(field), about=Value(""))
    rows: Any = ROWS[group.key]._default_manager.exclude(**{field: ""}).order_by("position")
    first = rows.filter(plan=OuterRef("pk"))
    about = Subquery(first.values(_ABOUT[field])[:1]) if field in _ABOUT else Value("")
    return plans.filter(pk__in=rows.order_by().values("plan")).annotate(
        words=Subquery(first.values(field)[:1]), about=about
    )
