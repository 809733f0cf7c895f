"""What a person is in the network: one query a request, then kept on the user.

Plans ask here; nothing else reads memberships to decide what somebody may do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from accounts.models import LabRole, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

NETWORK_MANAGERS = "Network managers"
TAXONOMY_MANAGERS = "Taxonomy managers"

_KEPT = "_roles"

__all__ = ["NETWORK_MANAGERS", "TAXONOMY_MANAGERS", "Roles", "forget_roles", "roles_of"]


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
    if hasattr(user, _KEPT):
        delattr(user, _KEPT)


_ROWS = """
    SELECT lab_id, role, NULL FROM accounts_membership WHERE user_id = %(user)s
    UNION ALL
    SELECT NULL, NULL, region_id FROM accounts_reviewer WHERE user_id = %(user)s
"""
"""Written out because every page asks: to put this together anew took longer than to answer it."""


def _read(user: User) -> Roles:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, {"user": user.pk})
        rows = cursor.fetchall()
    return Roles(
        labs=frozenset(lab for lab, _role, _region in rows if lab is not None),
        leads=frozenset(lab for lab, role, _region in rows if role == LabRole.LEAD),
        regions=frozenset(region for _lab, _role, region in rows if region is not None),
        manages_network=user.is_staff and user.has_perm("plans.change_plan"),
    )
