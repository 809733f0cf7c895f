"""Giving an item of evidence its picture: at once, or in pieces over a weak line.

Pieces lie in the database, so that whichever process takes the next one, also after a restart,
knows where to go on. They are taken in order only: what arrived is always the beginning of the
file. The picture that comes of them has the key of its upload, so that a browser which did not
hear the answer can ask again and hears the same.

Files are written before the transaction that names them ends, and removed where it fails.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from plans import clock, pictures
from plans.authoring.saving import Change, Outcome, open_for_writing, save
from plans.authoring.stored import row_key
from plans.errors import Invalid, WrongState
from plans.models import Picture, Plan, Upload, UploadPiece

if TYPE_CHECKING:
    from django.db.models.fields.files import FieldFile

    from accounts.models import User

LARGEST_PIECE = 256 * 1024
"""No more bytes than this arrive in one request."""
ABANDONED_AFTER = dt.timedelta(days=1)
MOST_AT_ONCE = 10
"""So many pictures one person can have on their way."""


@dataclass
class Given:
    """What became of a picture: it is the item's now, or ``outcome`` says what stands against it.

    ``moved`` when it was an animation, of which only the first picture was kept.
    """

    outcome: Outcome
    picture: Picture | None = None
    moved: bool = False


class _NotKept(Exception):
    """The answer was changed meanwhile: nothing of this picture is to stay."""


def give_picture(
    plan: Plan,
    row_id: UUID,
    content: bytes,
    *,
    actor: User,
    base: str | None = None,
    key: UUID | None = None,
) -> Given:
    """Write a picture anew and make it the item's; ``base`` and conflicts as in :func:`save`.

    With the ``key`` of a picture that is there already, that one is answered. Raises Invalid, with
    a sentence on why, for what is no picture we keep, and otherwise as :func:`save` does; then
    nothing is stored.
    """
    made = pictures.made(content)  # takes a moment, and needs no lock
    answer = row_key("evidence", row_id, "picture")
    outcome = None
    try:
        with _files_as_long_as_all_goes_well() as files, transaction.atomic():
            plan = open_for_writing(plan, actor)
            there = plan.pictures.filter(pk=key).first() if key else None
            if there:
                return Given(Outcome(plan, actor), there, made.moved)
            picture = _stored(plan, made, files, actor=actor, key=key or uuid4())
            outcome = save(plan, {answer: Change(picture, base)}, actor=actor)
            if answer not in outcome.saved:
                raise _NotKept
            Upload.objects.filter(pk=picture.pk).delete()
    except _NotKept:
        return Given(outcome or Outcome(plan, actor))
    return Given(outcome, picture, made.moved)


@contextmanager
def _files_as_long_as_all_goes_well() -> Iterator[list[FieldFile]]:
    """Remove the files noted in the list when what is done inside fails."""
    files: list[FieldFile] = []
    try:
        yield files
    except BaseException:
        for file in files:
            file.storage.delete(str(file.name))
        raise


def _stored(
    plan: Plan, made: pictures.Made, files: list[FieldFile], *, actor: User, key: UUID
) -> Picture:
    (width, height), (small_width, small_height) = made.sides, made.small_sides
    picture = Picture(
        pk=key,
        plan=plan,
        format=made.suffix,
        width=width,
        height=height,
        small_width=small_width,
        small_height=small_height,
        added_by=actor,
        added_at=clock.now(),
    )
    for file, content in ((picture.large, made.large), (picture.small, made.small)):
        files.append(file)
        file.save("", ContentFile(content), save=False)
    picture.save(force_insert=True)
    return picture


def as_one_of(plan: Plan, picture: Picture, *, actor: User) -> Picture:
    """The same picture as one of another plan: a row of its own on the same two files.

    Files are never changed, and a picture stays as long as its plan, so both can show them.
    """
    values = {one.attname: getattr(picture, one.attname) for one in picture._meta.concrete_fields}
    values |= {"id": uuid4(), "plan_id": plan.pk, "added_by_id": actor.pk}
    return Picture.objects.create(**values | {"added_at": clock.now()})


# -- in pieces -------------------------------------------------------------------------------------


@transaction.atomic
def begin_sending(plan: Plan, row_id: UUID, size: int, digest: str, *, actor: User) -> Upload:
    """Make room for a picture of so many bytes; go on with the one that was broken off.

    It is the same when item, person, size and ``digest`` (SHA-256, hexadecimal) are; with another
    picture for the item, or an empty digest, what arrived of an earlier one is dropped. Raises
    Invalid for a size that is not taken, WrongState when the item is gone, and as :func:`save`.
    """
    pictures.refuse_bytes(size)
    plan = open_for_writing(plan, actor)
    _refuse_without(plan, row_id)
    _clear_away(actor)
    digest = digest if re.fullmatch("[0-9a-f]{64}", digest) else ""
    earlier = plan.uploads.filter(row=row_id, by=actor)
    same = earlier.filter(size=size, digest=digest).first() if digest else None
    (earlier.exclude(pk=same.pk) if same else earlier).delete()
    return same or Upload.objects.create(
        plan=plan, row=row_id, by=actor, size=size, digest=digest, begun_at=clock.now()
    )


def _refuse_without(plan: Plan, row_id: UUID) -> None:
    if not plan.evidence.filter(pk=row_id).exists():
        raise WrongState(
            _("Somebody removed this item of evidence meanwhile, so the picture has no place.")
        )


def _clear_away(actor: User) -> None:
    """Drop what nobody went on with for a day, and what is too much for one person."""
    Upload.objects.filter(begun_at__lt=clock.now() - ABANDONED_AFTER).delete()
    newest = Upload.objects.filter(by=actor).order_by("-begun_at").values_list("pk", flat=True)
    Upload.objects.filter(by=actor).exclude(pk__in=list(newest[: MOST_AT_ONCE - 1])).delete()


def arrived(upload: Upload) -> int:
    """How many bytes of it are here, from the first on."""
    found = upload.pieces.aggregate(bytes=Sum(Length("content")))["bytes"]
    return int(found or 0)


@transaction.atomic
def receive(upload: Upload, start: int, content: bytes, *, actor: User) -> int:
    """Keep the bytes that follow those already here; answer how many are here then.

    Bytes that have arrived before are passed over, those beyond a gap wait until they are sent
    again. Raises Invalid where the beginning is that of no picture or there is more than was
    announced, Upload.DoesNotExist when it was stopped, and otherwise as :func:`save` does.
    """
    open_for_writing(upload.plan, actor)
    upload = Upload.objects.select_for_update().get(pk=upload.pk, by=actor)
    here = arrived(upload)
    fresh = content[here - start :] if 0 <= start <= here else b""
    if here + len(fresh) > upload.size:
        raise Invalid(_("More arrived than this picture has. Choose it again."))
    if fresh:
        if not here:
            pictures.kind_of(fresh)
        UploadPiece.objects.create(upload=upload, start=here, content=fresh)
    return here + len(fresh)


def finish_sending(upload: Upload, *, actor: User, base: str) -> Given:
    """Make the item's picture of what arrived. As :func:`give_picture`; all bytes are here.

    On a conflict what arrived stays, so that the writer can insist without sending it again.
    """
    pieces = upload.pieces.order_by("start").values_list("content", flat=True)
    content = b"".join(bytes(piece) for piece in pieces)
    try:
        if upload.digest and hashlib.sha256(content).hexdigest() != upload.digest:
            raise Invalid(_("The picture did not arrive as it was sent. Choose it again."))
        return give_picture(upload.plan, upload.row, content, actor=actor, base=base, key=upload.pk)
    except Invalid:
        stop_sending(upload, actor=actor)
        raise


@transaction.atomic
def stop_sending(upload: Upload, *, actor: User) -> None:
    """Drop what arrived; the item keeps the picture it has. What is gone already stays gone."""
    Upload.objects.filter(pk=upload.pk, by=actor).delete()
