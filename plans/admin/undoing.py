"""The record of merges and splits: what was done to terms, by whom and when, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import display_for_value
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans import merging
from plans.admin.base import FROM_PAGE, Button, Page
from plans.errors import PlanError
from plans.permissions import may_keep_terms

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from plans.models import Merge, Split


class UndoneFilter(admin.SimpleListFilter):
    """What stands, and what was undone."""

    title = gettext_lazy("state")
    parameter_name = "undone"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The two."""
        return [("no", _("stands")), ("yes", _("undone"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those asked for."""
        asked = {"no": Q(undone_at=None), "yes": Q(undone_at__isnull=False)}
        return queryset.filter(asked.get(self.value() or "", Q()))


class UndoablePage(Page):
    """One row an act; nothing can be changed but that it is taken back.

    A page says how: :meth:`foresee` what the question before it shows, :meth:`take_back` the act.
    """

    list_display: tuple[str, ...] = ("what", "vocabulary", "plans", "by", "at", "state")
    list_filter = ("vocabulary", UndoneFilter)
    list_select_related = ("by", "undone_by")
    date_hierarchy = "at"
    actions = ("undo",)
    undo_template: str

    def foresee(self, request: HttpRequest, records: list[Any]) -> dict[str, Any]:
        """What the page that asks before undoing is made of; the latest of several comes first."""
        raise NotImplementedError

    def take_back(self, request: HttpRequest, record: Any) -> None:
        """Undo one. Raises PlanError and PermissionDenied."""
        raise NotImplementedError

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Those of the vocabularies that this person keeps."""
        kept = [
            name
            for name, uses in merging.USES.items()
            if may_keep_terms(request.user, uses.vocabulary)
        ]
        records: QuerySet[Any] = super().get_queryset(request)
        return records.filter(vocabulary__in=kept).select_related("by", "undone_by")

    @admin.display(description=gettext_lazy("who"))
    def done_by(self, record: Merge | Split) -> str:
        """Who did it, by name: pages of people are not open to who keeps the vocabularies."""
        return str(record.by)

    @admin.display(description=gettext_lazy("plans changed"), ordering="number")
    def plans(self, record: Any) -> int:
        """How many plans it changed. Reads ``number``."""
        return int(record.number or 0)

    @admin.display(description=gettext_lazy("state"), ordering="undone_at")
    def state(self, record: Merge | Split) -> str:
        """That it stands; or by whom it was undone, and when."""
        if record.undone_at is None:
            return _("stands")
        return format_html(
            _("undone by {who}, {when}"),
            who=record.undone_by,
            when=display_for_value(record.undone_at, ""),
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: it is done from the list of the terms' vocabulary."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: it is a record."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def buttons(self, request: HttpRequest, row: Any) -> list[Button]:
        """Undoing, while it stands."""
        return [] if row.undone_at else [Button("undo", _("Undo"))]

    @admin.action(description=gettext_lazy("Undo"))
    def undo(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Say what comes back and what does not, then undo; of several, the latest first."""
        records = list(queryset.order_by("-pk"))
        if "confirm" not in request.POST:
            context = self.admin_site.each_context(request) | {
                "title": _("Undo"),
                "opts": self.opts,
                "selection_name": ACTION_CHECKBOX_NAME,
                "from_page": FROM_PAGE if FROM_PAGE in request.POST else "",
            }
            context |= self.foresee(request, records)
            return TemplateResponse(request, self.undo_template, context)
        for record in records:
            try:
                self.take_back(request, record)
            except (PlanError, PermissionDenied) as refusal:
                words = _("%(record)s: %(reason)s") % {"record": record, "reason": refusal}
                self.message_user(request, words, messages.ERROR)
                break
            words = _("Undone: %(record)s.") % {"record": record}
            self.message_user(request, words, messages.SUCCESS)
        return None
