"""The API knows no cookies: it takes none, so that it never acts for a browser, and sets none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

ROOT = "/api/v1/"


class WithoutCookies:
    """Takes the cookies off every request to the API, before anybody reads one.

    Whoever is signed in in a browser is nobody here, no session is read or renewed, and there is
    nothing that a page of another site could make a browser do.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(ROOT):
            request.META.pop("HTTP_COOKIE", None)
        return self.get_response(request)
