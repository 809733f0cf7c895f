"""Access for programs: one's own keys, making and revoking them, and how to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import SignedInRequest, signed_in
from plans import keys
from plans.api.problems import KINDS
from plans.errors import Invalid
from plans.forms.access_key import AccessKeyForm
from plans.models import AccessKey

if TYPE_CHECKING:
    from django.http import HttpRequest


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def access_keys(request: SignedInRequest) -> HttpResponse:
    """One's own keys; a new one is made here, and shown on the answer alone."""
    form = AccessKeyForm(request.POST if request.method == "POST" else None)
    made: keys.Made | None = None
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = keys.make(given["name"], given["scopes"], form.lasts(), actor=request.user)
        except Invalid as refusal:
            form.add_error(None, str(refusal))
        else:
            form = AccessKeyForm()
    context = {
        "form": form,
        "made": made,
        "keys": AccessKey.objects.filter(owner=request.user).select_related("revoked_by"),
        "site": _site(),
    }
    response = render(request, "plans/access_keys.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask whether a key of one's own is to be revoked; then it is."""
    key = get_object_or_404(AccessKey.objects.filter(owner=request.user), pk=pk)
    if request.method == "POST":
        if keys.revoke(key, actor=request.user):
            messages.success(request, _("The key “%(name)s” is revoked.") % {"name": key.name})
        else:
            messages.info(request, _("This key was revoked before."))
        return redirect("access_keys")
    return render(request, "plans/access_key_revoke.html", {"key": key})


@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """How a program begins; open to everybody, for there is no plan on it."""
    told = [(kind, status.value, title) for kind, (status, title) in KINDS.items()]
    context = {"site": _site(), "most": keys.REQUESTS_A_MINUTE, "problems": told}
    return render(request, "plans/api.html", context)


def _site() -> str:
    return str(settings.SITE_URL).rstrip("/")
