"""A form sent by somebody who is no longer signed in: nothing that was typed is lost.

The page shows the typed text, offers to sign in in another tab, and sends the same values again to
the same address. Three ways lead here: the decorator ``signed_in``, where the session is gone or is
somebody else's by now, and :func:`csrf_failure`, where the form was made before somebody signed in
anew.

Passwords and codes are never shown or sent again. Values that did not come from a page of this
site are not offered either: a stranger's page could otherwise put a ready-made form before people.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.utils.translation import gettext as _

SECRET = re.compile(r"passw|secret|credential|code|otp|token", re.IGNORECASE)
TYPED_BY = "typed_by"
"""The hidden input in which a form says whose page it is on, by the person's key."""
SHOWN_FROM = 12
"""Values shorter than this many characters are choices and ticks, sent again but not shown."""

Namer = Callable[..., dict[str, str]]
_NAMERS: dict[str, Namer] = {}


def names_inputs_of(page: str) -> Callable[[Namer], Namer]:
    """Register what says in words what the inputs of a page ask; ``page`` is its address's name.

    It takes the names of the inputs and the parts of the address, and answers words by name.
    """

    def register(namer: Namer) -> Namer:
        _NAMERS[page] = namer
        return namer

    return register


@dataclass(frozen=True)
class Typed:
    """One value of the form, under the name it was sent with; its question, where that is known."""

    name: str
    value: str
    asked: str = ""

    @property
    def is_text(self) -> bool:
        """Whether somebody wrote it, so that it is worth showing.

        Choices, keys, and what a page notes for itself (as JSON) are sent again unseen.
        """
        written = self.value.strip()
        return (
            len(written) >= SHOWN_FROM
            and not re.fullmatch(r"[\w-]+", written)
            and not (written[0] in "{[" and written[-1] in "}]" and _is_json(written))
        )


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def keep(request: HttpRequest) -> HttpResponse:
    """Answer 401 with the page that keeps what was typed, for somebody who was signed out."""
    return _page(request, status=401)


def is_of_another(request: HttpRequest) -> bool:
    """Whether the form is on a page of somebody else, who was signed in in this browser before."""
    return request.POST.get(TYPED_BY, str(request.user.pk)) != str(request.user.pk)


def keep_for_another(request: HttpRequest) -> HttpResponse:
    """Answer 409: nothing is stored under the name of whoever is signed in now.

    With the page that keeps what was typed, or for a script with the reason as JSON.
    """
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"kind": "otherPerson"}, status=409)
    return _page(request, status=409)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 with the same page, where the form's own token is missing or out of date."""
    return _page(request, status=403)


def _page(request: HttpRequest, status: int) -> HttpResponse:
    try:
        posted = request.POST
        files = bool(request.FILES)
    except UnreadablePostError:
        posted, files = QueryDict(), False
    ours = _from_this_site(request)
    asked = _asked(request, posted)
    typed = [
        Typed(name, str(value), asked.get(name, ""))
        for name, values in posted.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
    secret = any(SECRET.search(value.name) for value in typed)
    context = {
        "typed": typed if ours and not secret else [],
        "action": request.get_full_path(),
        "back": _page_before(request),
        "files": files,
        "of_another": status == 409,
        "title": _title(request, bool(typed) and ours and not secret, status),
    }
    response = render(request, "accounts/expired.html", context, status=status)
    if "HX-Request" in request.headers:
        # A fragment was asked for; what comes back is a page, and takes the page's place.
        response["HX-Retarget"] = "body"
        response["HX-Reswap"] = "innerHTML show:window:top"
    return response


def _asked(request: HttpRequest, posted: QueryDict) -> dict[str, str]:
    """What the inputs of the form ask, by their names; nothing for pages that nobody named."""
    match = request.resolver_match
    namer = _NAMERS.get(match.url_name or "") if match else None
    return namer(posted, **match.kwargs) if match and namer else {}


def _title(request: HttpRequest, kept: bool, status: int) -> str:
    if status == 409:
        return _("Somebody else is signed in now")
    if request.user.is_authenticated:
        return _("This page was open for too long") if not kept else _("Please send that again")
    return _("You were signed out, and nothing is lost") if kept else _("You are signed out")


def _page_before(request: HttpRequest) -> str:
    """The page the form was on; an address that takes forms only cannot be opened again."""
    before = urlsplit(request.headers.get("Referer", ""))
    if before.netloc != request.get_host() or not before.path:
        return "/"
    return before.path + (f"?{before.query}" if before.query else "")


def _from_this_site(request: HttpRequest) -> bool:
    """Whether a page of this site sent the form, as far as the browser says."""
    fetched = request.headers.get("Sec-Fetch-Site")
    if fetched:
        return fetched == "same-origin"
    sender = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(sender).netloc == request.get_host()
