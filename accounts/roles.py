"""What a person is in the network: one query a request, then kept on the user.

Plans ask here; nothing else reads memberships to decide what somebody may do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

from accounts.models import LabRole, Membership, Reviewer, User

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


def _read(user: User) -> Roles:
    rows = (
        User.objects.filter(pk=user.pk)
        .annotate(
            in_labs=ArraySubquery(
                Membership.objects.filter(user=OuterRef("pk")).values(
                    json=JSONObject(lab=F("lab_id"), role=F("role"))
                )
            ),
            in_regions=ArraySubquery(
                Reviewer.objects.filter(user=OuterRef("pk")).values("region_id")
            ),
        )
        .values_list("in_labs", "in_regions")
    )
    labs, regions = rows.get()
    return Roles(
        labs=frozenset(row["lab"] for row in labs),
        leads=frozenset(row["lab"] for row in labs if row["role"] == LabRole.LEAD),
        regions=frozenset(regions),
        manages_network=user.is_staff and user.has_perm("plans.change_plan"),
    )
