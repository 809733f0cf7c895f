"""What the pages of a dossier name in words: goals, stages, marks, and the file of a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from plans.models import Mark
from plans.sections import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from plans.models import Picture

register = template.Library()


@register.simple_tag
def goal_name(goals: Mapping[int, str], number: int) -> str:
    """The name of a goal by its number; empty for one that is not known here."""
    return goals.get(number, "")


@register.filter
def stage_name(value: str) -> str:
    """A stage of the learning cycle in words."""
    return str(Stage(value).label)


@register.filter
def mark_name(value: str) -> str:
    """How far a criterion is met, in words."""
    return str(Mark(value).label) if value else ""


@register.simple_tag
def picture_file(key: UUID | None, pictures: Mapping[UUID, Picture]) -> str:
    """Where in the archive a picture lies; empty where it is not kept."""
    found = pictures.get(key) if key else None
    return f"pictures/{found.pk}.{found.format}" if found else ""


@register.filter
def version_page(number: int) -> str:
    """Where in the archive the page of a version lies."""
    return f"versions/version-{number}.html"
