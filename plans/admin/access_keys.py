"""Access keys of everybody: who reads with programs, and revoking a key that must not any more."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from plans import keys
from plans.admin.base import FROM_PAGE, Button, Record
from plans.models import AccessKey


@admin.register(AccessKey)
class AccessKeyAdmin(Record):
    """Keys are made by their owners alone; here they are seen and revoked."""

    list_display = ("name", "start", "owner", "reads", "made_at", "expires_at", "last_used_on",
                    "revoked_at")  # fmt: skip
    list_select_related = ("owner",)
    search_fields = ("name", "start", "owner__name", "owner__email")
    ordering = ("-made_at", "-pk")
    date_hierarchy = "made_at"
    fields = ("name", "start", "owner", "reads", "made_at", "expires_at", "last_used_on",
              "revoked_at", "revoked_by")  # fmt: skip
    readonly_fields = ("reads",)
    actions = ("revoke",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the people shown."""
        return super().get_queryset(request).select_related("owner", "revoked_by")

    @admin.display(description=gettext_lazy("may read"))
    def reads(self, key: AccessKey) -> str:
        """What the key is for."""
        return "; ".join(key.is_for)

    def buttons(self, request: HttpRequest, row: Any) -> list[Button]:
        """Revoking, while there is something to revoke."""
        return [Button("revoke", _("Revoke this key"))] if row.is_living else []

    @admin.action(description=gettext_lazy("Revoke the chosen keys"), permissions=["act"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[AccessKey]) -> HttpResponse | None:
        """Ask, then revoke each; programs that use them stop reading at once."""
        living = [key for key in chosen if key.is_living]
        if living and "confirm" not in request.POST:
            return self._ask(request, living)
        done = [key for key in chosen if keys.revoke(key, actor=request.user)]  # type: ignore[arg-type]
        words = ngettext("%(number)d key is revoked.", "%(number)d keys are revoked.", len(done))
        level = messages.SUCCESS if done else messages.WARNING
        self.message_user(request, words % {"number": len(done)}, level)
        return None

    def _ask(self, request: HttpRequest, living: list[AccessKey]) -> HttpResponse:
        title = ngettext("Revoke the key", "Revoke the keys", len(living))
        context = self.admin_site.each_context(request) | {
            "title": title,
            "opts": self.opts,
            "living": living,
            "selection_name": ACTION_CHECKBOX_NAME,
            "from_page": FROM_PAGE if FROM_PAGE in request.POST else "",
        }
        return TemplateResponse(request, "admin/plans/accesskey/revoke.html", context)
