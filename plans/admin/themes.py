"""Thematic areas: a vocabulary whose terms stand in groups."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from plans import taxonomies
from plans.admin.taxonomies import TermAdmin
from plans.errors import PlanError
from plans.models import TermStatus, ThematicArea


@admin.register(ThematicArea)
class ThemeAdmin(TermAdmin):
    """Thematic areas, which have groups as well."""

    list_display = ("name", "parent", "status", "used_in", "position", "also")
    list_filter = ("status", ("parent", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("merged_into", "parent")
    actions = ("merge", "split", "put_in_group", "retire", "take_into_use")

    @admin.action(permissions=["change"], description=gettext_lazy("Put into a group …"))
    def put_in_group(
        self, request: HttpRequest, queryset: models.QuerySet[Any]
    ) -> HttpResponse | None:
        """Ask which group, then put the themes there."""
        heads = ThematicArea.objects.filter(parent=None, status=TermStatus.IN_USE).order_by("name")
        if "confirm" not in request.POST:
            context = self.admin_site.each_context(request) | {
                "title": _("Put into a group"),
                "opts": self.opts,
                "terms": list(queryset),
                "heads": heads,
                "selection_name": ACTION_CHECKBOX_NAME,
            }
            return TemplateResponse(request, "admin/plans/terms/group.html", context)
        key = request.POST.get("group", "")
        group = heads.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None
        if key and group is None:
            self.message_user(request, _("Choose a group from the list."), messages.ERROR)
            return None
        try:
            count = taxonomies.put_in_group(queryset, group, actor=request.user)  # type: ignore[arg-type]
        except PlanError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return None
        words = ngettext("%(count)d theme was moved.", "%(count)d themes were moved.", count)
        self.message_user(request, words % {"count": count}, messages.SUCCESS)
        return None
