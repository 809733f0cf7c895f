"""Cycles and extensions: when plans are handed in, and which labs were given longer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, AdminForm
from django.contrib.admin.widgets import AdminSplitDateTime, AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Lab
from plans import clock, reminding, scheduling
from plans.admin.base import (
    FROM_PAGE,
    Button,
    Link,
    Page,
    Record,
    Rows,
    address,
    manages_network,
    name_parts,
)
from plans.admin.criteria import CriterionRows
from plans.errors import Invalid
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


class ExtensionForm(forms.Form):
    """Which lab, which cycle, until when. The rules are ``scheduling.extend``'s."""

    lab = forms.ModelChoiceField(Lab.objects.all(), label=gettext_lazy("Lab"))
    cycle = forms.ModelChoiceField(Cycle.objects.all(), label=gettext_lazy("Cycle"))
    until = forms.SplitDateTimeField(label=gettext_lazy("Until"), widget=AdminSplitDateTime)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        widget=AdminTextareaWidget,
        help_text=gettext_lazy("The lab reads this in the e-mail that tells them."),
    )

    def __init__(self, *args: Any, extension: Extension | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_parts(self.fields["until"])
        # What an extension is of does not change; what is shown cannot be typed over.
        self.fields["lab"].disabled = self.fields["cycle"].disabled = extension is not None


@admin.register(Extension)
class ExtensionAdmin(Record):
    """Labs that were given longer: granted and changed through ``scheduling.extend`` alone."""

    list_display = ("lab", "cycle", "until", "reason", "granted_by", "granted_at")
    list_filter = ("cycle",)
    list_select_related = ("lab", "cycle", "granted_by")
    search_fields = ("lab__name", "reason")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who manages the network; on the list and the index this shows the way to the form."""
        return manages_network(request)

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Give a lab longer."""
        return self._extend_view(request, None)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Change until when a lab may hand in."""
        if not manages_network(request):
            raise PermissionDenied
        extension = self.get_object(request, object_id)
        if extension is None:
            self.message_user(request, _("There is no such extension (any more)."), messages.ERROR)
            return HttpResponseRedirect(address(Extension))
        return self._extend_view(request, extension)

    def _extend_view(self, request: HttpRequest, extension: Extension | None) -> HttpResponse:
        if not manages_network(request):
            raise PermissionDenied
        form = ExtensionForm(
            request.POST or None, extension=extension, initial=_initial(request, extension)
        )
        if form.is_valid() and self._extend(request, form):
            words = _(
                "%(lab)s can hand in plans for %(cycle)s until the new time. The lab is told."
            )
            self.message_user(request, words % form.cleaned_data, messages.SUCCESS)
            return HttpResponseRedirect(address(Extension))
        title = _("Change an extension") if extension else _("Extend a cycle for a lab")
        context = self.admin_site.each_context(request) | {
            "title": title,
            "opts": self.opts,
            "form": form,
            "adminform": AdminForm(
                form,  # type: ignore[arg-type]  # all that is asked of it any form has
                [(None, {"fields": list(form.fields)})],
                {},
                (),
                model_admin=self,
            ),
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/plans/extension/form.html", context)

    def _extend(self, request: HttpRequest, form: ExtensionForm) -> bool:
        """Extend; put a refusal beside the input it is about."""
        given = form.cleaned_data
        try:
            scheduling.extend(
                given["lab"],
                given["cycle"],
                until=given["until"],
                reason=given["reason"],
                actor=request.user,  # type: ignore[arg-type]  # who is signed out has no way in
            )
        except Invalid as refusal:
            form.add_error(next(iter(refusal.by_field), None), str(refusal))
            return False
        return True


def _initial(request: HttpRequest, extension: Extension | None) -> dict[str, Any]:
    if extension is None:
        return {"cycle": request.GET.get("cycle"), "lab": request.GET.get("lab")}
    return {name: getattr(extension, name) for name in ("lab", "cycle", "until", "reason")}
