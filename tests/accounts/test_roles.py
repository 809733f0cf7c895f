"""What a person is in the network comes with the person, in one query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.backend import Backend
from accounts.models import Membership, User
from accounts.roles import Roles, forget_roles, roles_of

if TYPE_CHECKING:
    from tests.personas import Network


def test_a_person_of_a_session_brings_their_roles_along(
    network: Network, django_assert_num_queries: Any
) -> None:
    pk = network.people["reviewer_in_lab"].pk
    with django_assert_num_queries(1):
        user = Backend().get_user(pk)
        assert user is not None
        roles = roles_of(user)

    assert roles == Roles(
        labs=frozenset({network.lab.pk}),
        leads=frozenset(),
        regions=frozenset({network.region.pk}),
        manages_network=False,
        own_regions=frozenset({network.region.pk}),
    )


def test_roles_are_the_same_however_a_person_was_read(network: Network) -> None:
    for name in ("member", "lead", "reviewer", "network_manager", "taxonomy_manager"):
        pk = network.people[name].pk
        user = Backend().get_user(pk)
        assert user is not None
        assert roles_of(user) == roles_of(User.objects.get(pk=pk))


def test_roles_that_were_forgotten_are_read_again(network: Network) -> None:
    user = Backend().get_user(network.people["lead"].pk)
    assert user is not None
    assert roles_of(user).leads == {network.lab.pk}
    Membership.objects.filter(user=user).delete()

    forget_roles(user)

    assert roles_of(user).labs == frozenset()


def test_somebody_who_is_gone_or_not_active_is_nobody(network: Network) -> None:
    user = network.people["member"]
    User.objects.filter(pk=user.pk).update(is_active=False)

    assert Backend().get_user(user.pk) is None
    assert Backend().get_user(0) is None
