"""Cycles: when plans are handed in, and what they are measured by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import models
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from plans import clock, reminding, scheduling
from plans.admin.base import (
    FROM_PAGE,
    Button,
    Link,
    Page,
    Rows,
    address,
    manages_network,
    name_parts,
)
from plans.admin.criteria import CriterionRows
from plans.models import Cycle, Extension, Plan
from plans.states import State

if TYPE_CHECKING:
    from collections.abc import Callable

COUNTED = (State.DRAFT, State.SUBMITTED, State.CHANGES_REQUESTED, State.APPROVED)


class WhenFilter(admin.SimpleListFilter):
    """Upcoming, open or closed cycles."""

    title = gettext_lazy("state")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The three, in the order of time."""
        return [("upcoming", _("upcoming")), ("open", _("open")), ("closed", _("closed"))]

    def queryset(
        self, request: HttpRequest, queryset: models.QuerySet[Cycle]
    ) -> models.QuerySet[Cycle]:
        """Those asked for."""
        now = clock.now()
        conditions = {
            "upcoming": Q(opens_at__gt=now),
            "open": Q(opens_at__lte=now, closes_at__gt=now),
            "closed": Q(closes_at__lte=now),
        }
        return queryset.filter(conditions.get(self.value() or "", Q()))


class ExtensionRows(Rows):
    """The labs that were given longer."""

    model = Extension
    fields = ("lab", "until", "reason", "granted_by", "granted_at")
    readonly_fields = fields
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Extension]:
        """With the names shown."""
        return super().get_queryset(request).select_related("lab", "cycle", "granted_by")


@admin.register(Cycle)
class CycleAdmin(Page):
    """Cycles: their dates, how many plans stand where, and who was given longer."""

    list_display = (
        "name",
        "when",
        "opens_at",
        "closes_at",
        "drafts",
        "submitted",
        "changes_requested",
        "approved",
    )
    list_filter = (WhenFilter,)
    search_fields = ("year",)
    actions = ("open_now", "close_now")
    fields = ("year", "quarter", "opens_at", "closes_at", "review_by")
    inlines = (CriterionRows, ExtensionRows)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Cycles, each with its numbers of plans."""
        counts = {
            f"plans_{state}": Count("plans", filter=Q(plans__state=state)) for state in COUNTED
        }
        cycles = super().get_queryset(request).annotate(**counts)
        return cast("models.QuerySet[Any]", cycles)

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Beside a time, the zone it is read in."""
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(db_field, models.DateTimeField):
            name_parts(field)
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and have the reviewers reminded on the days that are set now."""
        super().save_model(request, obj, form, change)
        reminding.schedule(obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """With what is on the page; a new cycle without criteria gets those of the one before."""
        super().save_related(request, form, formsets, change)
        if change:
            return
        actor: Any = request.user
        before = scheduling.copy_criteria(form.instance, actor=actor)
        if before is not None:
            words = _("The criteria are those of %(cycle)s. Change them below where you wish.")
            self.message_user(request, words % {"cycle": before}, messages.INFO)

    @admin.display(description=gettext_lazy("cycle"), ordering="year")
    def name(self, cycle: Cycle) -> str:
        """“2026 Q3”."""
        return str(cycle)

    @admin.display(description=gettext_lazy("state"))
    def when(self, cycle: Cycle) -> str:
        """Upcoming, open or closed."""
        if clock.now() < cycle.opens_at:
            return _("upcoming")
        return _("open") if clock.now() < cycle.closes_at else _("closed")

    @admin.display(description=gettext_lazy("drafts"), ordering="plans_draft")
    def drafts(self, cycle: Any) -> int:
        """How many plans are drafts."""
        return int(cycle.plans_draft)

    @admin.display(description=gettext_lazy("submitted"), ordering="plans_submitted")
    def submitted(self, cycle: Any) -> int:
        """How many plans wait for a reviewer."""
        return int(cycle.plans_submitted)

    @admin.display(
        description=gettext_lazy("changes requested"), ordering="plans_changes_requested"
    )
    def changes_requested(self, cycle: Any) -> int:
        """How many plans wait for their lab."""
        return int(cycle.plans_changes_requested)

    @admin.display(description=gettext_lazy("approved"), ordering="plans_approved")
    def approved(self, cycle: Any) -> int:
        """How many plans are approved."""
        return int(cycle.plans_approved)

    # -- opening and closing -----------------------------------------------------------------------

    @admin.action(permissions=["change"], description=gettext_lazy("Open now"))
    def open_now(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """Any lab may hand in from this moment."""
        done = self._reschedule(request, queryset, scheduling.open_cycle, _("Opened now."))
        if done:
            words = ngettext("%(cycles)s is open now.", "%(cycles)s are open now.", len(done))
            self.message_user(request, words % {"cycles": _names(done)}, messages.SUCCESS)

    @admin.action(permissions=["change"], description=gettext_lazy("Close now"))
    def close_now(
        self, request: HttpRequest, queryset: models.QuerySet[Any]
    ) -> HttpResponse | None:
        """From this moment only labs with an extension may hand in; asks first, with numbers."""
        if "confirm" not in request.POST:
            return self._ask_before_closing(request, queryset)
        done = self._reschedule(request, queryset, scheduling.close_cycle, _("Closed now."))
        if done:
            words = ngettext("%(cycles)s is closed now.", "%(cycles)s are closed now.", len(done))
            self.message_user(request, words % {"cycles": _names(done)}, messages.SUCCESS)
        return None

    def _ask_before_closing(
        self, request: HttpRequest, cycles: models.QuerySet[Any]
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Close now"),
            "cycles": list(cycles),
            "selection_name": ACTION_CHECKBOX_NAME,
            "from_page": FROM_PAGE if FROM_PAGE in request.POST else "",
        }
        return TemplateResponse(request, "admin/plans/cycle/close.html", context)

    def _reschedule(
        self,
        request: HttpRequest,
        cycles: models.QuerySet[Any],
        change: Callable[..., Cycle],
        words: str,
    ) -> list[Cycle]:
        def act(cycle: Cycle) -> None:
            change(cycle, actor=request.user)
            self.log_change(request, cycle, words)

        return self.act_on_each(request, cycles, act)

    def buttons(self, request: HttpRequest, row: Any) -> list[Button]:
        """Opening what is not open yet, closing what is."""
        now = clock.now()
        if not self.has_change_permission(request, row) or now >= row.closes_at:
            return []
        if now < row.opens_at:
            return [Button("open_now", _("Open now"))]
        return [Button("close_now", _("Close now"))]

    def links(self, request: HttpRequest, row: Any) -> list[Link]:
        """Giving a lab longer, and the cycle's plans."""
        if not manages_network(request):
            return []
        return [
            Link(f"{address(Extension, 'add')}?cycle={row.pk}", _("Extend for a lab")),
            Link(f"{address(Plan)}?cycle__id__exact={row.pk}", _("Plans")),
        ]

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Ask, then delete a cycle in which nothing has happened; say so of any other."""
        cycle = self.get_object(request, object_id)
        if (
            cycle is not None
            and self.has_delete_permission(request, cycle)
            and (cycle.plans.exists() or cycle.extensions.exists())
        ):
            words = _("%(cycle)s has plans or extensions, so it stays. Close it instead.")
            self.message_user(request, words % {"cycle": cycle}, messages.ERROR)
            return HttpResponseRedirect(address(cycle, "change"))
        return super().delete_view(request, object_id, extra_context)


def _names(cycles: list[Cycle]) -> str:
    return ", ".join(str(cycle) for cycle in cycles)
