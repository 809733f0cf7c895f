"""Packed folders of the archive's pages, from when they are sent until their pages are in."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.roles import roles_of
from plans import clock
from plans.models import Parcel
from plans.permissions import require

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User

KEPT_FOR = dt.timedelta(days=2)
LONGEST_NAME = 255


@transaction.atomic
def give(content: bytes, name: str, *, actor: User) -> Parcel:
    """Keep a packed folder for who manages the network; those left lying are thrown away.

    Raises PermissionDenied for others.
    """
    require(roles_of(actor).manages_network)
    Parcel.objects.filter(given_at__lt=clock.now() - KEPT_FOR).delete()
    return Parcel.objects.create(
        content=content, name=name[:LONGEST_NAME], given_by=actor, given_at=clock.now()
    )


@transaction.atomic
def note(parcel: Parcel, lines: Sequence[dict[str, object]]) -> None:
    """Note how it went with the next pages of a parcel: a sentence each, and whether it failed."""
    parcel.done += len(lines)
    parcel.report += lines
    parcel.save(update_fields=["done", "report"])


@transaction.atomic
def throw_away(parcel: Parcel, *, actor: User) -> None:
    """Throw a parcel away unopened. Raises PermissionDenied for whose it is not."""
    require(parcel.given_by_id == actor.pk)
    parcel.delete()
