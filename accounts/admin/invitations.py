"""Invitations: adding one sends its e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import invitations
from accounts.admin.rows import Page, administrator
from accounts.models import Invitation

if TYPE_CHECKING:
    InvitationFormBase = forms.ModelForm[Invitation]
else:
    InvitationFormBase = forms.ModelForm


class InvitationForm(InvitationFormBase):
    """Asks the same question as the act itself, so that the page says why not."""

    class Meta:
        model = Invitation
        fields = ("email", "lab", "role", "region")

    def clean(self) -> dict[str, Any]:
        """Refuse what :func:`invitations.obstacle` would refuse."""
        given = super().clean() or {}
        lab, region = given.get("lab"), given.get("region")
        if given.get("email") and (lab is None) != (region is None):
            reason = invitations.obstacle(given["email"], lab=lab, region=region)
            if reason:
                raise ValidationError(reason)
        return given

    def validate_constraints(self) -> None:
        """One that ran out does not stand in the way: the act puts the new one in its place."""
        # Both rules of "one open invitation" name the address; leaving it out leaves them out.
        exclude = {"email", *self.errors} - {NON_FIELD_ERRORS}
        try:
            self.instance.validate_constraints(exclude=exclude)
        except ValidationError as error:
            self.add_error(None, error)


class StandingFilter(admin.SimpleListFilter):
    """Open, accepted, or run out."""

    title = gettext_lazy("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The three there are."""
        return [("open", _("open")), ("accepted", _("accepted")), ("over", _("has run out"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Invitation]
    ) -> QuerySet[Invitation]:
        """Those that stand so."""
        now = timezone.now()
        if self.value() == "open":
            return queryset.filter(accepted_at__isnull=True, expires_at__gt=now)
        if self.value() == "accepted":
            return queryset.filter(accepted_at__isnull=False)
        if self.value() == "over":
            return queryset.filter(accepted_at__isnull=True, expires_at__lte=now)
        return queryset


@admin.register(Invitation)
class InvitationAdmin(Page):
    """Invitations: adding one sends its e-mail; an open one can be sent again or cancelled."""

    form = InvitationForm
    list_display = ("email", "lab", "region", "role", "standing", "invited_by", "created_at")
    list_filter = (StandingFilter, "region", "role")
    list_select_related = ("lab", "region", "invited_by")
    search_fields = ("email", "lab__name")
    autocomplete_fields = ("lab", "region")
    date_hierarchy = "created_at"
    actions = ("send_again", "cancel")

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        """An invitation is as it was sent; the list and its actions remain."""
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        """Cancelling, an action, is the way; accepted ones stay as a record."""
        return False

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        """Invite through the act, and make the admin's own record point to what it made."""
        sent = invitations.invite(
            obj.email,
            actor=administrator(request),
            lab=obj.lab,
            region=obj.region,
            role=obj.role,
        )
        obj.__dict__.update(sent.__dict__)

    @admin.display(description=gettext_lazy("standing"))
    def standing(self, invitation: Invitation) -> str:
        """Open, accepted, or run out."""
        if invitation.accepted_at:
            return _("accepted")
        return _("open") if invitation.is_open else _("has run out")

    @admin.action(description=gettext_lazy("Send the e-mail again"), permissions=["change"])
    def send_again(self, request: HttpRequest, chosen: QuerySet[Invitation]) -> None:
        """Send each once more, and let it run its full time again."""
        self._each(request, chosen, invitations.resend, _("Sent again: %(email)s."))

    @admin.action(description=gettext_lazy("Cancel"), permissions=["change"])
    def cancel(self, request: HttpRequest, chosen: QuerySet[Invitation]) -> None:
        """Take each back."""
        self._each(request, chosen, invitations.cancel, _("Cancelled: %(email)s."))

    def _each(
        self, request: HttpRequest, chosen: QuerySet[Invitation], act: Any, words: str
    ) -> None:
        for invitation in chosen.select_related("lab"):
            try:
                act(invitation, actor=administrator(request))
            except invitations.InvitationError as error:
                self.message_user(request, f"{invitation.email}: {error}", messages.ERROR)
            else:
                self.message_user(request, words % {"email": invitation.email})
