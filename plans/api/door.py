"""The way into the API and out of it: keys, their limits, and the headers of every answer."""

from __future__ import annotations

import hashlib
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja.security import HttpBearer

from plans import keys
from plans.api.problems import Problem
from plans.models import Scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.keys import Visit

CHALLENGE = 'Bearer realm="Action Learning Plans"'
NO_KEY = gettext_lazy(
    "Send your access key with every request, as “Authorization: Bearer” and the key. "
    "Signed in on the site, you make one under “Access for programs”."
)


class ApiRequest(HttpRequest):
    """A request behind :class:`AccessKey`: ``auth`` says with which key it came, and whose."""

    auth: Visit


class AccessKey(HttpBearer):
    """Lets a request in that brings a key for ``scope``; any living key where that is None.

    Every request with a key counts, refused ones too.
    """

    openapi_description = (
        "An access key. Somebody of the network makes it under “Access for programs”, for a time "
        "and for what it names; it reads what everybody in the network may read."
    )

    def __init__(self, scope: Scope | None = None) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Visit:
        """The visit. Raises Problem: a key that opens nothing, not for this, or too often."""
        try:
            visit = keys.use(token)
        except keys.NoEntry as refusal:
            challenge = {"WWW-Authenticate": f'{CHALLENGE}, error="invalid_token"'}
            raise Problem("key-not-accepted", str(refusal), headers=challenge) from None
        request.auth = visit  # type: ignore[attr-defined]  # refused or not, the limit is told
        if visit.over:
            raise Problem(
                "too-many-requests",
                _(
                    "This key has asked more than %(most)d times in this minute. "
                    "Ask again in %(seconds)d seconds."
                )
                % {"most": keys.REQUESTS_A_MINUTE, "seconds": visit.seconds},
                headers={"Retry-After": str(visit.seconds)},
            )
        if self.scope is not None and self.scope.value not in visit.key.scopes:
            wanted = f'{CHALLENGE}, error="insufficient_scope", scope="{self.scope.value}"'
            raise Problem(
                "not-for-this-key",
                _(
                    "This key is not for “%(scope)s”. What a key is for is chosen when it is "
                    "made: make another one."
                )
                % {"scope": self.scope.value},
                headers={"WWW-Authenticate": wanted},
            )
        return visit


def answered(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """Give every answer of a view what the API promises, whatever the view did.

    Refusals are problems; what can be read has an ETag, and whoever has it already is told only so.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response: HttpResponse = view(request, *args, **kwargs)
            if response.status_code == 405:
                only = _("This address is only for reading: ask with GET or HEAD.")
                raise Problem("read-only", only, headers={"Allow": "GET, HEAD"})
        except Problem as problem:
            response = problem.response()
        except SuspiciousOperation:
            many = _("This request has far too many parts. Ask for less at once.")
            response = Problem("not-understood", many).response()
        if response.status_code == 200:
            response = _once(request, response)
        return _with_headers(request, response)

    inner.csrf_exempt = True  # type: ignore[attr-defined]  # no cookie ever lets anybody in
    return inner


def _once(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer with its ETag, or that nothing changed since it was asked for last."""
    name = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    known = parse_etags(request.headers.get("If-None-Match", ""))
    # What was packed on its way has a weak name, which means the same to us.
    if known == ["*"] or name in {one.removeprefix("W/") for one in known}:
        kept = {key: response[key] for key in ("Last-Modified", "Link") if key in response}
        response = HttpResponseNotModified(headers=kept)
    response["ETag"] = name
    return response


def _with_headers(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Authorization"])
    visit: Visit | None = getattr(request, "auth", None)
    if visit is not None:
        response["RateLimit-Policy"] = f'"minute";q={keys.REQUESTS_A_MINUTE};w=60'
        response["RateLimit"] = f'"minute";r={visit.left};t={visit.seconds}'
    return response
