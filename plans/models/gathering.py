"""What a plan's document needs from other tables, gathered by the database into one JSON value."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

from accounts.models import Membership, User
from plans.models.parts import (
    Choice,
    Evidence,
    LearningQuestion,
    Partner,
    PlanDataSource,
    PlanMethod,
    PlanRow,
    PlanSdg,
    PlanThematicArea,
)
from plans.models.picture import Picture
from plans.models.prepared import prepared


@prepared("plans.Plan")
def gathered() -> JSONObject:
    """The value to ask for beside a plan: rows, goals, words of terms, and people.

    People are ``{"name", "email"}`` or None; writers are keys; pictures are all that were
    ever given, since older versions show them too.
    """
    return JSONObject(
        evidence=_rows(
            Evidence,
            *("kind", "form", "text", "address", "alternative", "caption"),
            picture=F("picture_id"),
        ),
        pictures=ArraySubquery(
            Picture.objects.filter(plan=OuterRef("pk"))
            .order_by()
            .values(json=_object("id", "width", "height", "small_width"))
        ),
        partners=_rows(Partner, "name", "description", "is_new", sector=F("sector__name")),
        learning_questions=_rows(LearningQuestion, "question", "stages", "usage", "data_gap"),
        goals=ArraySubquery(
            PlanSdg.objects.filter(plan=OuterRef("pk"))
            .order_by("term__number")
            .values(json=_object(*(f"term__{name}" for name in ("number", "name", "colour"))))
        ),
        thematic_areas=_words(PlanThematicArea),
        methods=_words(PlanMethod),
        data_sources=_words(PlanDataSource),
        focal_point=_person("focal_point"),
        focal_point_is_member=models.Exists(
            Membership.objects.filter(user=OuterRef("focal_point"), lab=OuterRef("lab"))
        ),
        writers=ArraySubquery(
            User.objects.filter(written_plans=OuterRef("pk")).order_by().values("pk")
        ),
        changed_by=_person("changed_by"),
        claimed_by=_person("claimed_by"),
    )


def _rows(model: type[PlanRow], *fields: str, **others: Any) -> ArraySubquery:
    rows = model._default_manager.filter(plan=OuterRef("pk")).order_by("position")
    return ArraySubquery(rows.values(json=_object("id", *fields, **others)))


def _words(model: type[Choice]) -> ArraySubquery:
    chosen = model._default_manager.filter(plan=OuterRef("pk")).order_by("position", "pk")
    return ArraySubquery(chosen.values("words"))


def _person(role: str) -> models.Subquery:
    person = User.objects.filter(pk=OuterRef(role)).order_by()
    return models.Subquery(person.values(json=_object("name", "email")))


def _object(*fields: str, **others: Any) -> JSONObject:
    """These fields as a JSON object, each under the last word of its path."""
    return JSONObject(**{field.rpartition("__")[2]: F(field) for field in fields}, **others)
