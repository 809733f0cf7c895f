"""The API does what its OpenAPI document says, whatever it is asked: tried by schemathesis.

Every check of that library, over every operation: examples, edges of every parameter, bad ones too,
methods that there are not, keys that are missing. The same requests each time.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok

from plans import closing, keys
from plans.api import describing
from plans.document import ReflectionDocument
from plans.models import Scope
from tests.factories import CycleFactory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemathesis import Case

    from tests.personas import Network


def _config() -> SchemathesisConfig:
    config = SchemathesisConfig(seed=1)
    config.projects.default.generation.update(
        max_examples=12, deterministic=True, no_shrink=True, database="none"
    )
    return config


schema = schemathesis.openapi.from_wsgi(
    "/api/v1/openapi.json", get_wsgi_application(), config=_config()
)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Requests end without closing the connection, in whose transaction all of a test happens."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def key(one_connection: None, network: Network, monkeypatch: pytest.MonkeyPatch) -> str:
    """A key for everything that may ask as often as it likes, in a network with plans."""
    for state in ("approved", "draft"):
        network.plan(state, cycle=CycleFactory.create())
    reflected = network.plan("approved", cycle=CycleFactory.create())
    learned = ReflectionDocument(insights=("Ask first.",))
    closing.write(reflected, lambda _stored: learned, actor=network["member"], finish=True)
    monkeypatch.setattr(keys, "REQUESTS_A_MINUTE", 10**6)
    made = keys.make("Tests", Scope.values, dt.timedelta(days=30), actor=network["member"])
    return made.shown_once


@schema.parametrize()
@settings(suppress_health_check=list(HealthCheck), deadline=None)
def test_every_answer_is_as_described(case: Case[Any], key: str) -> None:
    plainly = {"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"}
    case.call_and_validate(headers=plainly)


def test_every_operation_is_tried() -> None:
    described = {
        operation["operationId"]
        for methods in describing.description()["paths"].values()
        for operation in methods.values()
    }

    tried: list[Any] = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    assert {one.definition.raw["operationId"] for one in tried} == described
    assert len(described) >= 8


def test_every_problem_is_explained_where_it_leads() -> None:
    document: dict[str, Any] = Client().get(reverse("api:openapi")).json()
    page = Client().get(reverse("api_begin")).content.decode()
    kinds = {
        answer["content"]["application/problem+json"]["example"]["type"].partition("#")[2]
        for answer in document["components"]["responses"].values()
    }

    assert {kind for kind in kinds if f'id="{kind}"' not in page} == set()
    assert "read-only" in kinds
