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


def on_shelf(plans: PlanQuerySet) -> PlanQuerySet:
    """Each with what ``plans/_card.html`` shows: ``goals`` and the words of its ``themes``, too."""
    goals = PlanSdg.objects.filter(plan=OuterRef("pk")).order_by("term__number")
    themes = PlanThematicArea.objects.filter(plan=OuterRef("pk")).order_by("position", "pk")
    one = JSONObject(number="term__number", name="term__name", colour="term__colour")
    return (
        plans.select_related("lab__region", "cycle", "country")
        .only(*SHOWN)
        .annotate(
            goals=ArraySubquery(goals.values(one=one)),
            themes=ArraySubquery(themes.values("words")),
        )
    )


def newest_first(plans: PlanQuerySet) -> PlanQuerySet:
    """In the order of the library: the newest cycle first, within a year the whole year last."""
    quarter = F("cycle__quarter").desc(nulls_last=True)
    return plans.order_by("-cycle__year", quarter, "lab__name", "pk")
