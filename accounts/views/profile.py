"""One's own name and time zone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from accounts.forms import ProfileForm
from accounts.models import User


@signed_in
def profile(request: SignedInRequest) -> HttpResponse:
    """Change one's name and time zone."""
    # The form writes into what it is given; a refused form must not rename the person in the
    # frame around the page.
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        return redirect("profile")
    return render(request, "accounts/profile.html", {"form": form})


@signed_in
def email(request: SignedInRequest) -> HttpResponse:
    """Show the address one signs in with, and who can change it.

    In the place of allauth's page, whose change empties the address of somebody who was entered
    by an administrator until the new one is proven.
    """
    return render(request, "accounts/email.html")


@signed_in
def signed_in_again(request: SignedInRequest) -> HttpResponse:
    """Where somebody lands who signed in in a second tab to send a form from the first."""
    return render(request, "accounts/signed_in_again.html")
