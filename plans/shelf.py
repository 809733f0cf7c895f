"""What a list says of each plan: enough to choose it by, the long texts left where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

from plans.models import PlanSdg, PlanThematicArea

if TYPE_CHECKING:
    from plans.models.plan import PlanQuerySet

SHOWN = (
    *("title", "summary", "challenge_type", "state", "state_since"),
    *("cycle__year", "cycle__quarter", "country__name"),
    *("lab__name", "lab__slug", "lab__region__name"),
)


NEWEST = (
    F("cycle__year").desc(),
    F("cycle__quarter").desc(nulls_last=True),
    F("lab__name"),
    F("pk"),
)
"""The newest cycle first, within a year the whole year last."""


def on_shelf(plans: PlanQuerySet) -> PlanQuerySet:
    """Each with what the library and ``plans/_card.html`` show: ``goals`` and ``themes``, too."""
    goals = PlanSdg.objects.filter(plan=OuterRef("pk")).order_by("term__number")
    themes = PlanThematicArea.objects.filter(plan=OuterRef("pk")).order_by("position", "pk")
    one = JSONObject(number="term__number", name="term__name", colour="term__colour")
    return (
        plans.select_related("lab__region", "cycle", "country")
        .only(*SHOWN)
        .annotate(
            goals=ArraySubquery(goals.values(one=one)),
            themes=ArraySubquery(themes.values(one=JSONObject(key=F("term"), words=F("words")))),
        )
    )


def newest_first(plans: PlanQuerySet) -> PlanQuerySet:
    """In the order of the library where nothing is searched for."""
    return plans.order_by(*NEWEST)
