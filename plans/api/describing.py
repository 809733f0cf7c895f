"""The API as an OpenAPI document: what ninja knows of the addresses, and what they all share."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from pydantic.json_schema import models_json_schema

from plans import keys
from plans.api import paging
from plans.api.addresses import LISTED, READ, api
from plans.api.asking import SINCE
from plans.api.problems import CONTENT_TYPE, KINDS, Told, address_of
from plans.filters import LibraryFilter
from plans.forms.fields import TextField
from plans.models import Scope
from plans.search.facets import MOST_CHOICES

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]

ABOUT: Final = """\
Plans of the network as everybody in it may read them: approved ones, and those of the archive.

Every request brings an access key. Lists come in pages; follow `next` until there is none. Every
answer has an `ETag`: send it back as `If-None-Match`, and what has not changed is not sent again.
Refusals are problems in plain sentences (RFC 9457). Programs of other sites that run in a browser
are not served: there is no CORS.
"""

SCOPES: Final = {
    **dict.fromkeys(("listPlans", "readPlan", "readReflection"), Scope.PLANS),
    "listTerms": Scope.TERMS,
    "readPortfolio": Scope.PORTFOLIO,
}
"""What a key has to be for; for the other addresses any key does."""

NARROWED: Final = ("listPlans", "readPortfolio")
"""The operations that take the words of the library."""


def openapi(request: HttpRequest) -> HttpResponse:
    """The document; open to everybody, for it holds no plan."""
    if request.method not in READ:
        return HttpResponse(status=405)
    return JsonResponse(description(), json_dumps_params={"indent": 1})


@cache
def description() -> Json:
    """The whole document."""
    told: Json = dict(api.get_openapi_schema(path_prefix="/api/v1/"))
    told["info"] = {"title": api.title, "version": "1.0.0", "description": ABOUT}
    told["servers"] = [{"url": str(settings.SITE_URL).rstrip("/")}]
    for path, methods in told["paths"].items():
        # What can be read can be asked about with HEAD; to say so for each says nothing.
        methods.pop("head", None)
        for operation in methods.values():
            _complete(path, operation)
    _shared, schemas = models_json_schema(
        [(Told, "serialization")], ref_template="#/components/schemas/{model}"
    )
    parts = told["components"]
    parts["schemas"] |= {"Problem": schemas["$defs"].pop("Told"), **schemas["$defs"]}
    parts["responses"] = {kind: _refusal(kind) for kind in KINDS}
    parts["headers"] = HEADERS
    parts["securitySchemes"] = {
        "AccessKey": {"type": "http", "scheme": "bearer", "description": _key_in_words()}
    }
    return told


def _key_in_words() -> str:
    return f"An access key of the site. It may ask {keys.REQUESTS_A_MINUTE} times a minute."


def _complete(path: str, operation: Json) -> None:
    name = operation["operationId"]
    scope = SCOPES.get(name)
    operation["security"] = [{"AccessKey": [scope.value] if scope else []}]
    operation["tags"] = [scope.value if scope else "places and times"]
    for parameter in operation["parameters"]:
        parameter["schema"] = _path_schema(parameter["name"])
        parameter["example"] = 1 if parameter["name"] == "number" else "thematic_areas"
    operation["parameters"] += [*_query(name), KNOWN]
    operation["responses"] = {
        "200": _with_headers(operation["responses"][200], path),
        "304": {"description": "Nothing changed since that ETag.", "headers": _headers("ETag")},
        **{
            str(status): {"$ref": f"#/components/responses/{kind}"}
            for kind, status in (
                ("not-understood", 400),
                ("key-not-accepted", 401),
                ("not-for-this-key", 403),
                ("nothing-here", 404),
                ("read-only", 405),
                ("too-many-requests", 429),
            )
        },
    }


def _path_schema(name: str) -> Json:
    if name == "vocabulary":
        return {"type": "string", "enum": list(LISTED)}
    return {"type": "integer", "minimum": 0}


KNOWN: Final[Json] = {
    "in": "header",
    "name": "If-None-Match",
    "required": False,
    "description": "The ETag of the answer that is at hand already.",
    "schema": {"type": "string"},
    "example": '"0123456789abcdef0123456789abcdef"',
}


def _query(name: str) -> Iterator[Json]:
    if name in NARROWED:
        for word, one in LibraryFilter.base_filters.items():
            if word != "sort":  # taken, so that addresses of the library fit; lists have one order
                yield _word(word, one)
    if name == "listPlans":
        since = {"type": "string", "format": "date-time"}
        words = "Only what changed at this moment or later, with its time zone."
        yield _parameter(SINCE, words, since, "2026-11-23T16:00:00Z")
    if name in ("listPlans", "listTerms"):
        limit = {"type": "integer", "minimum": 1, "maximum": paging.MOST, "default": paging.USUAL}
        yield _parameter("limit", "How many are on a page.", limit, 100)
        of_plans = name == "listPlans"
        form = paging.CURSOR_OF_CHANGES if of_plans else paging.CURSOR_OF_KEYS
        example = paging.Place().of_changes if of_plans else paging.Place().of_keys
        words = "Where the list goes on: from an earlier answer, not made by hand."
        yield _parameter("cursor", words, {"type": "string", "pattern": form}, example)


def _word(name: str, one: Any) -> Json:
    """A word of the library, as its form reads it."""
    field: forms.Field = one.field
    words = str(one.label or name)
    schema: Json = {"type": "string"}
    if isinstance(field, TextField):
        longest = [v.limit_value for v in field.validators if hasattr(v, "limit_value")]
        schema |= {"maxLength": min(longest)} if longest else {}
    several = isinstance(field, forms.MultipleChoiceField)
    offered = [str(value) for value, _label in getattr(field, "choices", ()) if value]
    if offered:
        schema["enum"] = offered
    if several:
        schema = {"type": "array", "items": schema, "maxItems": MOST_CHOICES}
    return _parameter(name, f"{words}. As in the library.", schema)


def _parameter(name: str, words: str, schema: Json, example: Any = None) -> Json:
    told = {"in": "query", "name": name, "required": False, "description": words, "schema": schema}
    return told | ({"example": example} if example is not None else {})


HEADERS: Final[Json] = {
    "ETag": {
        "description": "The name of this content; the same as long as nothing changes.",
        "required": True,
        "schema": {"type": "string"},
    },
    "RateLimit": {
        "description": "How many requests are left to the key (r), and in how many seconds it has "
        "all of them again (t).",
        "schema": {"type": "string"},
    },
    "Last-Modified": {"description": "When it last changed.", "schema": {"type": "string"}},
    "Link": {"description": "The next page, where there is one.", "schema": {"type": "string"}},
    "WWW-Authenticate": {"description": "What a key has to be.", "schema": {"type": "string"}},
    "Allow": {"description": "The methods there are.", "schema": {"type": "string"}},
    "Retry-After": {
        "description": "In how many seconds to ask again.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
}


def _headers(*names: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _with_headers(answer: Json, path: str) -> Json:
    names = ["ETag", "RateLimit"]
    if path.endswith(("/plans", "/terms/{vocabulary}")):
        names.append("Link")
    if "{number}" in path:
        names.append("Last-Modified")
    return {**answer, "headers": _headers(*names)}


def _refusal(kind: str) -> Json:
    status, title = KINDS[kind]
    example: Json = {
        "type": address_of(kind),
        "title": str(title),
        "status": status.value,
        "detail": str(title) + ".",
        "errors": [],
    }
    told: Json = {
        "description": str(title),
        "content": {
            CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
        },
    }
    named = {401: "WWW-Authenticate", 403: "WWW-Authenticate", 405: "Allow", 429: "Retry-After"}
    if status.value in named:
        told["headers"] = _headers(named[status.value])
    return told
