"""Collections: making them, putting plans into them, saying why and in which order, sharing them.

Only who made a collection changes it. It is locked first in every act, so that places stay whole
numbers from 1 on whoever presses what at the same moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import F, Max, Value
from django.utils.translation import gettext as _

from accounts.models import User
from plans import clock
from plans.errors import Invalid
from plans.models import Collection, CollectionEntry, CollectionReader, Openness
from plans.models.constraints import sentence
from plans.models.taxonomy import Fold
from plans.permissions import (
    colleagues,
    may_change_collection,
    require,
    visible_entries,
    visible_plans,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plans.models import Plan


@transaction.atomic
def make(name: str, purpose: str = "", *, actor: User) -> Collection:
    """A new collection, empty and for its maker only. Raises Invalid for a name it cannot have."""
    collection = Collection(
        name=name.strip(), purpose=purpose.strip(), owner=actor, created_at=clock.now()
    )
    _store(collection, "name")
    return collection


@transaction.atomic
def make_of(plan: Plan, name: str, note: str = "", *, actor: User) -> Collection:
    """A new collection with a plan in it. Raises Invalid for a name it cannot have."""
    collection = make(name, actor=actor)
    add(collection, plan, note, actor=actor)
    return collection


@transaction.atomic
def rename(collection: Collection, name: str, purpose: str, *, actor: User) -> None:
    """Give a collection another name, and other words for what it is for. Raises Invalid."""
    collection = _locked(collection, actor)
    collection.name, collection.purpose = name.strip(), purpose.strip()
    _store(collection, "name")


@transaction.atomic
def open_to(collection: Collection, openness: str, *, actor: User) -> None:
    """Choose who reads a collection. Names stay, for the day it is shared by name again."""
    collection = _locked(collection, actor)
    collection.openness = openness
    _store(collection, "openness")


@transaction.atomic
def share(collection: Collection, typed: str, *, actor: User) -> CollectionReader:
    """Share a collection with somebody by e-mail address, or by the name of a colleague.

    A collection that nobody else could read is from now on shared by name. Raises Invalid for what
    is no address and no colleague's name. Whether anybody signs in with an address is not told.
    """
    collection = _locked(collection, actor)
    address = _address(typed.strip(), actor)
    person = User.objects.filter(email=address, is_active=True).first()
    if person == actor:
        raise Invalid(_("This is your own address: you can read it anyway."))
    reader = CollectionReader(collection=collection, address=address, person=person)
    _store(reader, "reader")
    if collection.openness == Openness.PRIVATE:
        collection.openness = Openness.SHARED
    _touch(collection)
    return reader


@transaction.atomic
def stop_sharing(collection: Collection, reader: int, *, actor: User) -> None:
    """Take somebody's reading away; one who is not there any more changes nothing."""
    collection = _locked(collection, actor)
    collection.readers.filter(pk=reader).delete()
    _touch(collection)


@transaction.atomic
def add(collection: Collection, plan: Plan, note: str = "", *, actor: User) -> CollectionEntry:
    """Put a plan that this person may see last into a collection.

    Raises Invalid when it is there already, or the collection is full.
    """
    collection = _locked(collection, actor)
    require(visible_plans(actor).filter(pk=plan.pk).exists())
    last = collection.entries.aggregate(last=Max("position"))["last"] or 0
    entry = CollectionEntry(
        collection=collection,
        plan=plan,
        position=last + 1,
        note=note.strip(),
        added_at=clock.now(),
    )
    _store(entry, "collection")
    _touch(collection)
    return entry


@transaction.atomic
def note(collection: Collection, entry: int, text: str, *, actor: User) -> None:
    """Say why a plan is in a collection. Raises Invalid when it is not there any more."""
    collection = _locked(collection, actor)
    found = _entry(collection, entry, actor)
    found.note = text.strip()
    found.save(update_fields=["note"])
    _touch(collection)


@transaction.atomic
def move(collection: Collection, entry: int, by: int, *, actor: User) -> None:
    """Let a plan change places with the one before (``by=-1``) or after it (``by=1``).

    Of those that its maker sees, that is. The first stays first and the last last. Raises Invalid
    when it is not there any more.
    """
    collection = _locked(collection, actor)
    found = _entry(collection, entry, actor)
    seen = list(visible_entries(actor, collection).order_by("position"))
    place = seen.index(found)
    if not 0 <= place + by < len(seen):
        return
    other = seen[place + by]
    found.position, other.position = other.position, found.position
    CollectionEntry.objects.bulk_update([found, other], ["position"])
    _touch(collection)


@transaction.atomic
def take_out(collection: Collection, entry: int, *, actor: User) -> None:
    """Take a plan out of a collection; its note goes with it. Raises Invalid if it is not there."""
    collection = _locked(collection, actor)
    found = _entry(collection, entry, actor)
    found.delete()
    collection.entries.filter(position__gt=found.position).update(position=F("position") - 1)
    _touch(collection)


@transaction.atomic
def delete(collection: Collection, *, actor: User) -> None:
    """Delete a collection with its notes. The plans in it stay what they are."""
    _locked(collection, actor).delete()


def _locked(collection: Collection, actor: User) -> Collection:
    """The collection as it is now, its row locked. Raises PermissionDenied; Invalid, if deleted."""
    found = Collection.objects.select_for_update(of=("self",)).filter(pk=collection.pk).first()
    if found is None:
        raise Invalid(_("This collection was deleted."))
    require(may_change_collection(actor, found))
    return found


def _entry(collection: Collection, key: int, actor: User) -> CollectionEntry:
    found = visible_entries(actor, collection).filter(pk=key).first()
    if found is None:
        raise Invalid(_("This plan is not in the collection any more."))
    return found


def _touch(collection: Collection) -> None:
    collection.changed_at = clock.now()
    collection.save(update_fields=["changed_at", "openness"])


def _store(row: Collection | CollectionEntry | CollectionReader, field: str) -> None:
    """Save a row; what the database refuses is said in the constraint's own words."""
    if isinstance(row, Collection):
        row.changed_at = clock.now()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        words = sentence(error)
        raise Invalid(words, {field: words}) from error


def _address(typed: str, actor: User) -> str:
    """The address that is meant: the one that was typed, or that of a colleague with this name."""
    if "@" in typed:
        try:
            validate_email(typed)
        except ValidationError:
            raise Invalid(_("Write one e-mail address, such as name@example.org.")) from None
        return typed.lower()
    found = list(_called(typed, actor)) if typed else []
    if len(found) == 1:
        return found[0].email
    if found:
        raise Invalid(_("Several people of your labs have this name. Write the e-mail address."))
    raise Invalid(_("Nobody in your labs has this name. Write the e-mail address instead."))


def _called(name: str, actor: User) -> Iterator[User]:
    alike = colleagues(actor).annotate(folded=Fold("name"), typed=Fold(Value(name)))
    return alike.filter(folded=F("typed"))[:2].iterator()
