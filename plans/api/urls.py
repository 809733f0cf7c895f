"""The addresses of the API, each behind the same door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import URLPattern, path, re_path

from plans.api.addresses import api, nothing_here
from plans.api.describing import openapi
from plans.api.door import answered

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def _nowhere(request: HttpRequest) -> HttpResponse:
    """Every other address below the API's."""
    raise nothing_here(request)


def _behind_the_door() -> list[URLPattern]:
    found = [one for one in api.urls[0] if isinstance(one, URLPattern) and one.name != "api-root"]
    return [URLPattern(one.pattern, answered(one.callback), name=one.name) for one in found]


app_name = "api"
urlpatterns = [
    path("openapi.json", answered(openapi), name="openapi"),
    *_behind_the_door(),
    re_path(r"", answered(_nowhere), name="nowhere"),
]
