"""Accepting an invitation."""

from __future__ import annotations

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import invitations
from accounts.decorators import sign_in_url
from accounts.forms import NewPersonForm
from accounts.models import Invitation, User

STATUS = {invitations.Cancelled: 404, invitations.AlreadyUsed: 410, invitations.Expired: 410}


@never_cache
def accept(request: HttpRequest, key: str) -> HttpResponse:
    """Say who invites whom to what, and take the answer.

    A new person gives name and password; somebody with an account signs in and accepts with one
    press. What cannot be accepted (any more) says why.
    """
    try:
        invitation = invitations.find(key)
        invitations.check(invitation)
    except invitations.InvitationError as error:
        return _refused(request, error)
    if request.method == "POST" and "leave" in request.POST:
        logout(request)
        return redirect("invitation", key)
    if isinstance(request.user, User):
        return _accept_as(request, request.user, invitation)
    known = User.objects.filter(email__iexact=invitation.email).first()
    if known:
        context = {
            "invitation": invitation,
            "is_active": known.is_active,
            "sign_in": sign_in_url(reverse("invitation", args=[key])),
        }
        return render(request, "accounts/invitation_known.html", context)
    return _accept_as_new(request, invitation)


def _accept_as(request: HttpRequest, user: User, invitation: Invitation) -> HttpResponse:
    context = {"invitation": invitation}
    if not invitations.owns_address(user, invitation.email):
        return render(request, "accounts/invitation_other.html", context, status=403)
    if request.method == "POST":
        try:
            invitations.accept(invitation.key, actor=user)
        except invitations.InvitationError as error:
            return _refused(request, error)
        messages.success(request, _welcome(invitation))
        return redirect("/")
    return render(request, "accounts/invitation_accept.html", context)


def _accept_as_new(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = NewPersonForm(request.POST or None, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user = invitations.accept_as_new(
                invitation.key,
                name=given["name"],
                password=given["password"],
                time_zone=given["time_zone"],
            )
        except invitations.InvitationError as error:
            return _refused(request, error)
        messages.success(request, _welcome(invitation))
        signed_in: HttpResponse = perform_login(request, user, redirect_url="/")
        return signed_in
    return render(request, "accounts/invitation_new.html", {"form": form, "invitation": invitation})


def _welcome(invitation: Invitation) -> str:
    if invitation.lab:
        return _("Welcome. You are now in %(lab)s.") % {"lab": invitation.lab}
    return _("Welcome. You now review for %(region)s.") % {"region": invitation.region}


def _refused(request: HttpRequest, error: invitations.InvitationError) -> HttpResponse:
    context = {"reason": str(error), "used": isinstance(error, invitations.AlreadyUsed)}
    status = STATUS.get(type(error), 409)
    return render(request, "accounts/invitation_refused.html", context, status=status)
