"""Access keys of everybody: who reads with programs, and revoking a key that must not any more."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from plans import keys
from plans.admin.base import Button, Record
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
    def revoke(self, request: HttpRequest, chosen: QuerySet[AccessKey]) -> None:
        """Revoke each; programs that use them stop reading at once."""
        done = [key for key in chosen if keys.revoke(key, actor=request.user)]  # type: ignore[arg-type]
        words = ngettext("%(number)d key is revoked.", "%(number)d keys are revoked.", len(done))
        level = messages.SUCCESS if done else messages.WARNING
        self.message_user(request, words % {"number": len(done)}, level)
