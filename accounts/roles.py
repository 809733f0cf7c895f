"""What a person is in the network: read together with the person, then kept on them.

Plans ask here; nothing else reads memberships to decide what somebody may do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.db import connection

from accounts.models import User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

NETWORK_MANAGERS = "Network managers"
TAXONOMY_MANAGERS = "Taxonomy managers"

_KEPT = "_roles"
_HELD_AT = "_held"
_Held = tuple[list[int], list[int], list[int]]

__all__ = [
    "NETWORK_MANAGERS",
    "TAXONOMY_MANAGERS",
    "Roles",
    "forget_roles",
    "person_with_roles",
    "roles_of",
]


@dataclass(frozen=True)
class Roles:
    """Labs a person works in and leads (ids), regions they review, whether they manage it all."""

    labs: frozenset[int]
    leads: frozenset[int]
    regions: frozenset[int]
    manages_network: bool


NOBODY = Roles(frozenset(), frozenset(), frozenset(), manages_network=False)


def roles_of(user: User | AnonymousUser) -> Roles:
    """Answer the person's roles; somebody who is signed out or inactive has none.

    Managing the network means being staff with the permission to change plans, however given
    (the group "Network managers", by hand, or as superuser).
    """
    if not isinstance(user, User) or not user.is_active:
        return NOBODY
    kept: Roles | None = getattr(user, _KEPT, None)
    if kept is None:
        kept = _read(user)
        setattr(user, _KEPT, kept)
    return kept


def forget_roles(user: User) -> None:
    """Make the next :func:`roles_of` read again, after memberships changed in this request."""
    for name in (_KEPT, _HELD_AT):
        if hasattr(user, name):
            delattr(user, name)


_HELD = """
    ARRAY(
        SELECT lab_id FROM accounts_membership WHERE user_id = accounts_user.id
    ) AS held_labs,
    ARRAY(
        SELECT lab_id FROM accounts_membership
        WHERE user_id = accounts_user.id AND role = 'lead'
    ) AS held_leads,
    ARRAY(
        SELECT region_id FROM accounts_reviewer WHERE user_id = accounts_user.id
    ) AS held_regions
"""
"""Written out because every page asks: to put this together anew took longer than to answer it."""

_PERSON = f"SELECT accounts_user.*, {_HELD} FROM accounts_user WHERE id = %s"  # noqa: S608
_ROLES = f"SELECT {_HELD} FROM accounts_user WHERE id = %s"  # noqa: S608


def person_with_roles(pk: int) -> User | None:
    """The person with this key, their roles at hand, in one query; None when there is nobody."""
    for user in User.objects.raw(_PERSON, [pk]):
        held: Any = user
        setattr(user, _HELD_AT, (held.held_labs, held.held_leads, held.held_regions))
        return user
    return None


def _read(user: User) -> Roles:
    held: _Held | None = getattr(user, _HELD_AT, None)
    if held is None:
        with connection.cursor() as cursor:
            cursor.execute(_ROLES, [user.pk])
            held = cast("_Held | None", cursor.fetchone()) or ([], [], [])
    labs, leads, regions = held
    return Roles(
        labs=frozenset(labs),
        leads=frozenset(leads),
        regions=frozenset(regions),
        manages_network=user.is_staff and user.has_perm("plans.change_plan"),
    )
