"""Files that take longer than a request: asked for here, made by a worker, kept for a week.

A worker takes a file for a while and tells how far it is. One that dies over it is followed by the
next when that time is over, and after :data:`MOST_ATTEMPTS` the file says so itself. What is in a
file is ``exporters/later.py``'s to say.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.models import User
from plans import clock
from plans.errors import Busy, Invalid, WrongState
from plans.models import LONGEST_SELECTION, FileStatus, MadeFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plans.models import Collection

MOST_AT_ONCE = 5
"""So many files of a person can be on their way at the same time."""
MOST_ATTEMPTS = 3
TAKEN_FOR = dt.timedelta(minutes=5)
"""How long a worker has until it tells again how far it is."""
KEPT_FOR = dt.timedelta(days=7)
ON_THEIR_WAY = (FileStatus.WAITING, FileStatus.WORKING)


@transaction.atomic
def ask(
    form: str,
    ending: str,
    selection: str,
    *,
    actor: User,
    of: int,
    with_threads: bool = False,
    collection: Collection | None = None,
) -> MadeFile:
    """Ask for a file; the one that is on its way already, where the same was asked before.

    Raises Busy when too many are on their way, and Invalid for a selection that is too long.
    """
    if len(selection) > LONGEST_SELECTION:
        raise Invalid(_("This selection is too long to be kept. Choose with fewer words."))
    # Asked twice at once, the second one finds the first.
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    waiting = MadeFile.objects.filter(person=actor, status__in=ON_THEIR_WAY)
    same = waiting.filter(
        form=form, selection=selection, with_threads=with_threads, collection=collection
    ).first()
    if same is not None:
        return same
    if waiting.count() >= MOST_AT_ONCE:
        raise Busy(
            _("%(most)d files of yours are being made. Ask again when one of them is ready.")
            % {"most": MOST_AT_ONCE}
        )
    return MadeFile.objects.create(
        person=actor,
        form=form,
        ending=ending,
        selection=selection,
        collection=collection,
        with_threads=with_threads,
        of=of,
        asked_at=clock.now(),
    )


@transaction.atomic
def again(made: MadeFile, *, actor: User) -> MadeFile:
    """Ask once more for a file that was not made. Raises WrongState for any other."""
    found = _own(made, actor)
    if found.status != FileStatus.FAILED:
        raise WrongState(_("This file is on its way, or ready. There is no need to ask again."))
    MadeFile.objects.filter(pk=found.pk).update(
        status=FileStatus.WAITING, attempts=0, done=0, problem="", taken_until=None
    )
    found.refresh_from_db()
    return found


@transaction.atomic
def remove(made: MadeFile, *, actor: User) -> None:
    """Take a file away, or stop waiting for it."""
    _throw_away([_own(made, actor)])


def _own(made: MadeFile, actor: User) -> MadeFile:
    found = MadeFile.objects.select_for_update().get(pk=made.pk)
    if found.person_id != actor.pk:
        raise PermissionDenied
    return found


def fetched(made: MadeFile) -> None:
    """Note that a file was fetched for the first time."""
    MadeFile.objects.filter(pk=made.pk, fetched_at=None).update(fetched_at=clock.now())


# -- the worker ------------------------------------------------------------------------------------


@transaction.atomic
def take(key: int) -> MadeFile | None:
    """Take a file to make it: one that waits, or whose worker has not been heard of in its time.

    None for any other. One that was begun too often is given up, and says so.
    """
    now = clock.now()
    found = (
        MadeFile.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("person", "collection")
        .filter(pk=key)
        .filter(Q(status=FileStatus.WAITING) | Q(status=FileStatus.WORKING, taken_until__lte=now))
        .first()
    )
    if found is None:
        return None
    if found.attempts >= MOST_ATTEMPTS:
        fail(found, _("It was begun several times, and never came to its end."))
        return None
    MadeFile.objects.filter(pk=found.pk).update(
        status=FileStatus.WORKING,
        attempts=F("attempts") + 1,
        done=0,
        taken_until=now + TAKEN_FOR,
    )
    found.refresh_from_db(fields=["status", "attempts", "done", "taken_until"])
    return found


def tell(made: MadeFile, done: int, of: int) -> bool:
    """Say how far a file is; False when nobody waits for it any more, or another one makes it."""
    return bool(
        MadeFile.objects.filter(
            pk=made.pk, status=FileStatus.WORKING, attempts=made.attempts
        ).update(done=done, of=of, taken_until=clock.now() + TAKEN_FOR)
    )


@transaction.atomic
def finish(
    made: MadeFile, content: bytes, ending: str, plans: Iterable[int], rights: list[str]
) -> bool:
    """Keep a file that is written; False when nobody waits for it, and then it is not kept."""
    found = (
        MadeFile.objects.select_for_update()
        .filter(pk=made.pk, status=FileStatus.WORKING, attempts=made.attempts)
        .first()
    )
    if found is None:
        return False
    now = clock.now()
    keys = list(plans)
    found.ending = ending
    found.status = FileStatus.READY
    found.done = found.of = len(keys)
    found.plans, found.rights, found.size = keys, rights, len(content)
    found.made_at, found.expires_at, found.taken_until = now, now + KEPT_FOR, None
    found.file.save(f"made.{ending}", ContentFile(content), save=False)
    found.save()
    return True


def fail(made: MadeFile, problem: str) -> None:
    """Say why a file was not made."""
    MadeFile.objects.filter(pk=made.pk, status__in=ON_THEIR_WAY, attempts=made.attempts).update(
        status=FileStatus.FAILED, problem=problem[:300], taken_until=None
    )


@transaction.atomic
def clean() -> int:
    """Remove what was kept long enough, and what nobody asked again for; answer how many."""
    now = clock.now()
    old = Q(status=FileStatus.READY, expires_at__lte=now) | Q(
        status=FileStatus.FAILED, asked_at__lte=now - KEPT_FOR
    )
    found = list(MadeFile.objects.select_for_update(skip_locked=True).filter(old))
    _throw_away(found)
    return len(found)


def _throw_away(found: list[MadeFile]) -> None:
    MadeFile.objects.filter(pk__in=[one.pk for one in found]).delete()
    for one in found:
        if one.file:
            transaction.on_commit(lambda file=one.file: file.storage.delete(file.name))  # type: ignore[misc]
