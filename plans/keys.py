"""Access keys for programs: making one, revoking one, and letting one in.

A key reads what everybody in the network may read, and only while its owner is in it. What it asks
is counted in its own row, by the statement that lets it in: exact however many web processes there
are, and one query.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import person_with_roles, roles_of
from plans import clock
from plans.errors import Invalid, PlanError
from plans.models import AccessKey
from plans.models.constraints import sentence

if TYPE_CHECKING:
    from collections.abc import Collection

BEGINS = "alp_"
"""Every key begins so: people know one when they see one, and so do programs that look for them."""
START_LENGTH = 12
MOST_KEYS = 10
"""So many living keys a person can have."""
REQUESTS_A_MINUTE = 300


class NoEntry(PlanError):
    """A key that opens nothing; the sentence says why to who has it."""


@dataclass(frozen=True)
class Made:
    """A key that was made just now, and the only sight of it."""

    key: AccessKey
    shown_once: str


@dataclass(frozen=True)
class Visit:
    """A request that came with a living key: of whom, and how many more may come this minute.

    ``over`` is true for one too many.
    """

    key: AccessKey
    owner: User
    left: int
    seconds: int
    over: bool


@transaction.atomic
def make(name: str, scopes: Collection[str], lasts: dt.timedelta, *, actor: User) -> Made:
    """Make a key for oneself. Raises Invalid for what a key cannot be, and for too many of them."""
    # Two keys made at once are counted one after the other.
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    if AccessKey.objects.living().filter(owner=actor).count() >= MOST_KEYS:
        words = _("You have %(most)d keys already. Revoke one that is not needed any more.")
        raise Invalid(words % {"most": MOST_KEYS})
    shown_once = BEGINS + secrets.token_urlsafe(32)
    now = clock.now()
    key = AccessKey(
        owner=actor,
        name=name.strip(),
        start=shown_once[:START_LENGTH],
        digest=AccessKey.digest_of(shown_once),
        scopes=sorted(scopes),
        made_at=now,
        expires_at=now + lasts,
        minute=_minute_of(now),
    )
    try:
        with transaction.atomic():
            key.save(force_insert=True)
    except IntegrityError as error:
        raise Invalid(sentence(error)) from error
    return Made(key, shown_once)


@transaction.atomic
def revoke(key: AccessKey, *, actor: User) -> bool:
    """Make a key open nothing any more, from the next request on; false where it did already.

    Raises PermissionDenied for anybody but its owner and those who manage the network.
    """
    if key.owner_id != actor.pk and not roles_of(actor).manages_network:
        raise PermissionDenied
    living = AccessKey.objects.filter(pk=key.pk, revoked_at__isnull=True)
    return bool(living.update(revoked_at=clock.now(), revoked_by=actor))


_COUNT = """
    UPDATE plans_accesskey SET
        asked = CASE WHEN minute >= %(minute)s THEN asked + 1 ELSE 1 END,
        minute = greatest(minute, %(minute)s),
        last_used_on = %(today)s
    WHERE digest = %(digest)s AND revoked_at IS NULL AND expires_at > %(now)s
    RETURNING *
"""


def use(shown: str) -> Visit:
    """Let a key in and count the request, in two queries. Raises NoEntry, with the reason."""
    now = clock.now()
    digest = AccessKey.digest_of(shown)
    given = {
        "minute": _minute_of(now),
        "today": now.astimezone(dt.UTC).date(),
        "digest": digest,
        "now": now,
    }
    found = list(AccessKey.objects.raw(_COUNT, given))
    if not found:
        raise NoEntry(_why_not(digest))
    key = found[0]
    owner = person_with_roles(key.owner_id)
    if owner is None or not owner.is_active:
        raise NoEntry(_("The owner of this access key is not in the network any more."))
    return Visit(
        key,
        owner,
        left=max(REQUESTS_A_MINUTE - key.asked, 0),
        seconds=max((key.minute + dt.timedelta(minutes=1) - now).seconds, 1),
        over=key.asked > REQUESTS_A_MINUTE,
    )


def _minute_of(moment: dt.datetime) -> dt.datetime:
    return moment.replace(second=0, microsecond=0)


def _why_not(digest: str) -> str:
    key = AccessKey.objects.filter(digest=digest).first()
    if key is None:
        return _("We do not know this access key. Check that it was copied as a whole.")
    if key.revoked_at is not None:
        return _("This access key was revoked. Make a new one on the site.")
    return _("This access key ended on %(day)s (UTC). Make a new one on the site.") % {
        "day": f"{key.expires_at.astimezone(dt.UTC):%Y-%m-%d}"
    }
