"""Who may open a page at all: people who are signed in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from accounts import expired
from accounts.models import User

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """A request from somebody who is signed in, as the pages behind :func:`signed_in` get it."""

    user: User
    htmx: HtmxDetails


def signed_in(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let only people in who are signed in; send others to sign in, and back afterwards.

    A form that arrives from somebody who was signed out meanwhile gets the page that keeps what
    was typed (``accounts/expired.py``, status 401), and so does one from a page of somebody who was
    signed in before them (409). A fragment asked for by htmx takes the whole page to the sign-in.
    """

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            if request.method == "POST" and expired.is_of_another(request):
                return expired.keep_for_another(request)
            return view(cast(SignedInRequest, request), *args, **kwargs)
        if request.method not in ("GET", "HEAD"):
            return expired.keep(request)
        if "HX-Request" in request.headers:
            # Back to the page the fragment belongs to, not to the fragment.
            parts = urlsplit(request.headers.get("HX-Current-URL", ""))
            back = parts.path + (f"?{parts.query}" if parts.query else "")
            return HttpResponse(headers={"HX-Redirect": sign_in_url(back or "/")})
        return HttpResponseRedirect(sign_in_url(request.get_full_path()))

    return inner


def sign_in_url(back: str) -> str:
    """The sign-in page's address, which leads on to ``back``."""
    return f"{reverse('account_login')}?{urlencode({REDIRECT_FIELD_NAME: back}, safe='/')}"
