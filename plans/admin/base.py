"""What all administration pages share: the site's name, the way in, and two kinds of page.

Django's own admin shows a failed write as an error page, and takes whatever an address says for a
question to the database. :class:`Page` answers both in words; :class:`Record` is a page on which
nothing can be changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import roles_of
from plans.errors import PlanError
from plans.models.constraints import sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
else:
    ModelAdmin = admin.ModelAdmin
    TabularInline = admin.TabularInline

admin.site.site_header = gettext_lazy("Action Learning Plans: administration")
admin.site.site_title = gettext_lazy("Action Learning Plans")
admin.site.index_title = gettext_lazy("Administration")
# The lists need the width; from each page the first page is one step away.
admin.site.enable_nav_sidebar = False
# One door for everybody, with its second factor and its limits on attempts.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

ROWS_A_PAGE = 50
FROM_PAGE = "_from_page"


def manages_network(request: HttpRequest) -> bool:
    """Whether who asks manages the network: the door to plans and what is said about them."""
    return roles_of(request.user).manages_network


def address(model: type[models.Model] | models.Model, page: str = "changelist") -> str:
    """Where the list of a model is, or the page of one row."""
    meta = model._meta
    name = f"admin:{meta.app_label}_{meta.model_name}_{page}"
    return reverse(name, args=(model.pk,) if isinstance(model, models.Model) else ())


def name_parts(field: forms.Field) -> None:
    """Name the two inputs of a time, and say beside them which zone they are read in."""
    label = capfirst(str(field.label))
    if isinstance(field.widget, forms.MultiWidget):
        day, time = field.widget.widgets
        day.attrs["aria-label"] = _("%(label)s: date") % {"label": label}
        time.attrs["aria-label"] = _("%(label)s: time") % {"label": label}
    zone = _("Time zone: %(zone)s.") % {"zone": timezone.get_current_timezone_name()}
    field.help_text = f"{field.help_text} {zone}".strip()


@dataclass(frozen=True)
class Button:
    """Something to press at the top of a row's page: an action of the list, for this row alone."""

    action: str
    label: str


@dataclass(frozen=True)
class Link:
    """Somewhere to go from a row's page."""

    address: str
    label: str


class Page(ModelAdmin):
    """A list and a page a row, with buttons and links at the top of the page."""

    show_full_result_count = False
    list_per_page = ROWS_A_PAGE
    view_on_site = False

    def buttons(self, request: HttpRequest, row: Any) -> list[Button]:
        """What can be done to this row now, by this person."""
        return []

    def links(self, request: HttpRequest, row: Any) -> list[Link]:
        """What there is to see around this row, for this person."""
        return []

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Django's page, with the row's buttons and links."""
        row = context.get("original")
        if row is not None:
            context |= {
                "buttons": self.buttons(request, row),
                "links": self.links(request, row),
                "selection_name": ACTION_CHECKBOX_NAME,
                "from_page": FROM_PAGE,
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's list; a character that no text can hold is no question to the database."""
        if any("\0" in text for texts in request.GET.lists() for text in texts[1]):
            return HttpResponseRedirect(request.path)
        return super().changelist_view(request, extra_context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Django's page, also where somebody else writes the same at the same moment.

        The form asked before writing and found nothing; asked again, it finds what the other one
        wrote and says so beside the input, with everything still there that was typed.
        """
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            pass
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError as error:
            self.message_user(request, sentence(error), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def response_action(
        self, request: HttpRequest, queryset: models.QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """Django's answer to an action; pressed on a row's page, it leads back to that page."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        try:
            keys = [self.opts.pk.to_python(key) for key in chosen]
        except ValidationError:
            self.message_user(request, _("Choose from the list what to act on."), messages.WARNING)
            return HttpResponseRedirect(request.path)
        answer = super().response_action(request, queryset, *args, **kwargs)
        if FROM_PAGE in request.POST and isinstance(answer, HttpResponseRedirect):
            return HttpResponseRedirect(address(self.model(pk=keys[0]), "change"))
        return answer

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The page's own; deleting is for one row at a time, with its own explanation."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def act_on_each(
        self, request: HttpRequest, rows: models.QuerySet[Any], act: Callable[[Any], object]
    ) -> list[Any]:
        """Do something to each row; answer those it was done to, say why not of the others."""
        done = []
        for row in rows:
            try:
                act(row)
            except (PlanError, PermissionDenied) as refusal:
                words = _("“%(title)s”: %(reason)s") % {"title": row, "reason": refusal}
                self.message_user(request, words, messages.ERROR)
            else:
                done.append(row)
        return done


class Record(Page):
    """What is kept and only read here. It is for those who manage the network."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who manages the network, with Django's permission."""
        return super().has_view_permission(request, obj) and manages_network(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Whether the page's actions are for who asks: asked by ``permissions=["act"]``."""
        return manages_network(request)


class Rows(TabularInline):
    """Rows shown on the page they belong to, and not changed there."""

    extra = 0
    can_delete = False
    template = "admin/plans/rows.html"

    @property
    def row_page(self) -> str:
        """The name of the page of one row, for rows that have one (``show_change_link``)."""
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_change"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may see the page they are on, and manages the network."""
        return manages_network(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False
