"""Who may open a page at all: people who are signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

from accounts.models import User

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """A request from somebody who is signed in, as the pages behind :func:`signed_in` get it."""

    user: User
    htmx: HtmxDetails


def signed_in(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let only signed-in people open a page; others are asked to sign in first."""
    return login_required(view)  # type: ignore[arg-type]
