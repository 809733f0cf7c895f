"""What every test can ask for: the network of :mod:`tests.personas`, and each of its people."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import AnonymousUser

from tests import personas

if TYPE_CHECKING:
    from accounts.models import Lab, Region, User
    from plans.models import Cycle, Plan


@pytest.fixture
def network(db: None) -> personas.Network:
    """Two regions, three labs, an open cycle and everybody in them."""
    return personas.build()


@pytest.fixture
def anonymous() -> AnonymousUser:
    """Somebody who is not signed in."""
    return AnonymousUser()


def _persona(name: str) -> Any:
    @pytest.fixture(name=name)
    def person(network: personas.Network) -> User:
        return network.people[name]

    return person


member = _persona("member")
lead = _persona("lead")
other_member = _persona("other_member")
other_region_member = _persona("other_region_member")
reviewer = _persona("reviewer")
other_reviewer = _persona("other_reviewer")
reviewer_in_lab = _persona("reviewer_in_lab")
network_manager = _persona("network_manager")
taxonomy_manager = _persona("taxonomy_manager")


@pytest.fixture
def region(network: personas.Network) -> Region:
    """The region of ``lab`` and of ``reviewer``."""
    return network.region


@pytest.fixture
def lab(network: personas.Network) -> Lab:
    """The lab of ``member``, ``lead`` and ``reviewer_in_lab``."""
    return network.lab


@pytest.fixture
def other_lab(network: personas.Network) -> Lab:
    """The lab of ``other_member``, in the same region."""
    return network.other_lab


@pytest.fixture
def cycle(network: personas.Network) -> Cycle:
    """A quarter that is open now."""
    return network.cycle


@pytest.fixture
def complete_plan(network: personas.Network) -> Callable[..., Plan]:
    """Make a complete plan of ``lab`` in a state: ``complete_plan("submitted", title="…")``."""
    return network.plan
