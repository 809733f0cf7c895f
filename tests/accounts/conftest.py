"""Browsers of the people in the network."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from tests.personas import Network


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    """Attempts that other tests made are forgotten."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def browser_of(network: Network) -> Callable[[str], Client]:
    """A browser in which this persona is signed in; ``anonymous`` is signed out."""

    def browser(name: str) -> Client:
        client = Client()
        if name != "anonymous":
            client.force_login(network.people[name])
        return client

    return browser
