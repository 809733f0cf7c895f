"""The Sustainable Development Goals: fixed, but for how else they are called."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans.admin import bulk
from plans.admin.base import Button, Link, Page
from plans.admin.spellings import LABELS
from plans.admin.taxonomies import TermAdmin, page_of
from plans.models import Sdg


@admin.register(Sdg)
class SdgAdmin(TermAdmin):
    """The goals: number, name and colour are the United Nations'; spellings are ours to add."""

    list_display = ("number", "name", "swatch", "status", "used_in", "also")
    list_editable = ()  # type: ignore[assignment]
    list_display_links = ("name",)
    readonly_fields = ("number", "name", "swatch", "status", "used_in")

    def get_urls(self) -> list[Any]:
        """Django's pages and the codebook: goals are not proposed, merged or split."""
        return [page_of(self, "codebook", bulk.codebook), *Page.get_urls(self)]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's list, with the way to the codebook."""
        return Page.changelist_view(self, request, extra_context)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The same for every goal: spellings and labels are ours to add."""
        goal = ("number", "name", "swatch", "aliases", "description", "status", "used_in")
        return ((None, {"fields": goal}), (_("In other languages"), {"fields": tuple(LABELS)}))

    @admin.display(description=gettext_lazy("colour"), ordering="colour")
    def swatch(self, goal: Sdg) -> str:
        """The colour, as a square and in figures."""
        return format_html(
            '<svg class="swatch" width="16" height="16" aria-hidden="true" focusable="false">'
            '<rect width="16" height="16" rx="3" fill="{0}"/></svg> {0}',
            goal.colour,
        )

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """None: a goal is always in use."""
        return {}

    def buttons(self, request: HttpRequest, row: Any) -> list[Button]:
        """None: a goal is always in use."""
        return []

    def links(self, request: HttpRequest, row: Any) -> list[Link]:
        """None: goals are never merged."""
        return []

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: there are seventeen."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False
