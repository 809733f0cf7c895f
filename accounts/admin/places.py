"""Regions, countries and labs."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.rows import MembershipInline, Page, ReviewerInline
from accounts.models import Country, Lab, Region


@admin.register(Region)
class RegionAdmin(Page):
    """The five regions and who reviews for them."""

    list_display = ("name", "slug")
    search_fields = ("name",)
    inlines = (ReviewerInline,)


@admin.register(Country)
class CountryAdmin(Page):
    """Countries and where they are shown."""

    list_display = ("name", "code", "region", "latitude", "longitude")
    list_filter = ("region",)
    list_select_related = ("region",)
    search_fields = ("name", "code")
    autocomplete_fields = ("region",)


@admin.register(Lab)
class LabAdmin(Page):
    """Labs with their people. A lab that has closed is made inactive and keeps its plans."""

    list_display = ("name", "region", "in_countries", "number_of_people", "is_active")
    list_filter = ("is_active", "region")
    list_select_related = ("region",)
    search_fields = ("name", "slug", "countries__name")
    ordering = ("name",)
    autocomplete_fields = ("region", "countries")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (MembershipInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lab]:
        """With what the columns show."""
        active = Q(memberships__user__is_active=True)
        labs: QuerySet[Lab] = super().get_queryset(request).prefetch_related("countries")
        return labs.annotate(active_people=Count("memberships", filter=active, distinct=True))

    @admin.display(description=gettext_lazy("countries"))
    def in_countries(self, lab: Lab) -> str:
        """The countries by name; only how many, where they would fill the page."""
        names = [country.name for country in lab.countries.all()]
        if len(names) > 3:
            return _("%(many)d countries") % {"many": len(names)}
        return ", ".join(names)

    @admin.display(description=gettext_lazy("people"), ordering="active_people")
    def number_of_people(self, lab: Any) -> int:
        """How many people can sign in for it."""
        return int(lab.active_people)
