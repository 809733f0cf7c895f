"""What the API refuses, as data and in plain sentences (RFC 9457, ``application/problem+json``)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from collections.abc import Mapping

CONTENT_TYPE = "application/problem+json"

KINDS: dict[str, tuple[HTTPStatus, Any]] = {
    "not-understood": (HTTPStatus.BAD_REQUEST, _("We do not understand this request")),
    "no-key": (HTTPStatus.UNAUTHORIZED, _("There is no access key")),
    "key-not-accepted": (HTTPStatus.UNAUTHORIZED, _("This access key opens nothing")),
    "not-for-this-key": (HTTPStatus.FORBIDDEN, _("This access key is for something else")),
    "nothing-here": (HTTPStatus.NOT_FOUND, _("There is nothing here")),
    "no-such-choice": (HTTPStatus.NOT_FOUND, _("There is no such choice")),
    "read-only": (HTTPStatus.METHOD_NOT_ALLOWED, _("This is only for reading")),
    "too-many-requests": (HTTPStatus.TOO_MANY_REQUESTS, _("Too many requests")),
}
"""Every kind of problem, with its status and title; a kind never changes its name."""


class Wrong(BaseModel):
    """One part of a request that is wrong, by its name, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    detail: str


class Told(BaseModel):
    """A problem as it goes out."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        title="Problem",
        json_schema_serialization_defaults_required=True,
    )

    type: str = Field(description="Which kind of problem; it leads to where it is explained.")
    title: str
    status: int
    detail: str = Field(description="What happened, and what to do about it.")
    errors: tuple[Wrong, ...] = Field((), description="The parts of the request that are wrong.")


class Problem(Exception):
    """Something the API refuses: ``kind`` of :data:`KINDS`, and the sentence for who asked."""

    def __init__(
        self,
        kind: str,
        detail: str,
        errors: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind, self.detail = kind, detail
        self.errors, self.headers = dict(errors or {}), dict(headers or {})

    def response(self) -> HttpResponse:
        """The answer to who asked."""
        status, title = KINDS[self.kind]
        told = Told(
            type=address_of(self.kind),
            title=str(title),
            status=status.value,
            detail=self.detail,
            errors=tuple(Wrong(name=name, detail=words) for name, words in self.errors.items()),
        )
        content = json.dumps(told.model_dump(mode="json"), ensure_ascii=False)
        return HttpResponse(
            content, content_type=CONTENT_TYPE, status=status.value, headers=self.headers
        )


def address_of(kind: str) -> str:
    """Where a kind of problem is explained."""
    return f"{str(settings.SITE_URL).rstrip('/')}/api/#{kind}"
