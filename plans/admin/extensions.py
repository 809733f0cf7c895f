"""Extensions: which labs were given longer, and until when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.widgets import AdminSplitDateTime, AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Lab
from plans import scheduling
from plans.admin.base import Record, address, manages_network, name_parts
from plans.errors import Invalid
from plans.models import Cycle, Extension


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
