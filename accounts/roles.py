"""What a person is in the network: read together with the person, then kept on them.

Plans ask here; nothing else reads memberships to decide what somebody may do.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from accounts.models import Absence, Reviewer, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

NETWORK_MANAGERS = "Network managers"
TAXONOMY_MANAGERS = "Taxonomy managers"

_KEPT = "_roles"
_HELD_AT = "_held"
_Held = tuple[list[int], list[int], list[int], list[dict[str, Any]]]

__all__ = [
    "NETWORK_MANAGERS",
    "TAXONOMY_MANAGERS",
    "Cover",
    "Roles",
    "forget_roles",
    "person_with_roles",
    "reviewing_in",
    "roles_of",
]


@dataclass(frozen=True)
class Cover:
    """That somebody reviews a region in another reviewer's place now, and until when."""

    region: int
    region_name: str
    reviewer: int
    name: str
    until: dt.datetime

    @property
    def last_moment(self) -> dt.datetime:
        """The last minute of the last day; ``until`` itself is the midnight after it."""
        return self.until - dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Roles:
    """Labs a person works in and leads (ids), regions they review, whether they manage it all.

    Among the ``regions`` are those in which they stand in for somebody now (``covers``), so that
    a stand-in may do what the reviewer may; ``own_regions`` are theirs on any day.
    """

    labs: frozenset[int]
    leads: frozenset[int]
    regions: frozenset[int]
    manages_network: bool
    own_regions: frozenset[int] = frozenset()
    covers: tuple[Cover, ...] = ()

    def cover_of(self, reviewer: int | None, region: int) -> Cover | None:
        """Until when they stand in for that reviewer in that region; None where they do not."""
        found = (one for one in self.covers if (one.reviewer, one.region) == (reviewer, region))
        return next(found, None)

    def in_place_of(self, region: int) -> int | None:
        """In whose place they review a region; nobody's where it is their own, or not at all."""
        if region in self.own_regions:
            return None
        return next((one.reviewer for one in self.covers if one.region == region), None)


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
    ) AS held_regions,
    ARRAY(
        SELECT json_build_object(
            'region', region.id, 'region_name', region.name, 'reviewer', away.id,
            'name', coalesce(nullif(away.name, ''), split_part(away.email, '@', 1)),
            'until', absence.ends_at
        )
        FROM accounts_absence absence
        JOIN accounts_reviewer reviewer ON reviewer.id = absence.reviewer_id
        JOIN accounts_user away ON away.id = reviewer.user_id
        JOIN accounts_region region ON region.id = reviewer.region_id
        WHERE absence.stand_in_id = accounts_user.id
            AND absence.begins_at <= %s AND absence.ends_at > %s
        ORDER BY absence.ends_at, absence.id
    ) AS held_covers
"""
"""Written out because every page asks: to put this together anew took longer than to answer it."""

_PERSON = f"SELECT accounts_user.*, {_HELD} FROM accounts_user WHERE id = %s"  # noqa: S608
_ROLES = f"SELECT {_HELD} FROM accounts_user WHERE id = %s"  # noqa: S608


def person_with_roles(pk: int) -> User | None:
    """The person with this key, their roles at hand, in one query; None when there is nobody."""
    moment = timezone.now()
    for user in User.objects.raw(_PERSON, [moment, moment, pk]):
        held: Any = user
        kept = (held.held_labs, held.held_leads, held.held_regions, held.held_covers)
        setattr(user, _HELD_AT, kept)
        return user
    return None


def _read(user: User) -> Roles:
    held: _Held | None = getattr(user, _HELD_AT, None)
    if held is None:
        moment = timezone.now()
        with connection.cursor() as cursor:
            cursor.execute(_ROLES, [moment, moment, user.pk])
            held = cast("_Held | None", cursor.fetchone()) or ([], [], [], [])
    labs, leads, regions, covers = held
    covering = tuple(
        Cover(**one | {"until": dt.datetime.fromisoformat(one["until"])}) for one in covers
    )
    return Roles(
        labs=frozenset(labs),
        leads=frozenset(leads),
        regions=frozenset(regions) | {one.region for one in covering},
        manages_network=user.is_staff and user.has_perm("plans.change_plan"),
        own_regions=frozenset(regions),
        covers=covering,
    )


def reviewing_in(region: int) -> Q:
    """People who review a region now: its reviewers, and who stands in for one of them.

    The same people as :attr:`Roles.regions` answers one by one.
    """
    covering = Absence.objects.now().filter(reviewer__region=region)
    return Q(pk__in=Reviewer.objects.filter(region=region).values("user")) | Q(
        pk__in=covering.values("stand_in")
    )
