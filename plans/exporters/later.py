"""Files that the worker makes (``manage.py db_worker``): many plans, with progress and a link.

Whose file it is sees in it what they may see at the moment when it is made.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import OuterRef, Subquery
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from plans import preparing
from plans.exporters import entries
from plans.exporters.forms import FORMS, packed
from plans.fetching import rights_of
from plans.filters import LibraryFilter
from plans.permissions import visible_entries, visible_plans
from plans.search import said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from accounts.models import User
    from plans.exporters.entries import Entry
    from plans.exporters.forms import Form
    from plans.models import Collection, MadeFile
    from plans.models.plan import PlanQuerySet

AT_A_TIME = 10
"""After so many plans the file tells how far it is."""

logger = logging.getLogger(__name__)


class NoLongerWaited(Exception):
    """Nobody waits for the file any more, or another worker makes it."""


def order(
    form: Form,
    selection: str,
    *,
    actor: User,
    of: int,
    with_threads: bool,
    collection: Collection | None = None,
) -> MadeFile:
    """Ask for a file and call the worker. Raises what :func:`preparing.ask` raises."""
    made = preparing.ask(
        form.key,
        form.ending,
        selection,
        actor=actor,
        of=of,
        with_threads=with_threads,
        collection=collection,
    )
    call(made)
    return made


def call(made: MadeFile) -> None:
    """Have a worker make the file, once it is committed that somebody waits for it."""
    transaction.on_commit(lambda: make.enqueue(made.pk))


@task()
def make(key: int) -> None:
    """Make a file that somebody waits for.

    Should this worker die over it, another looks again when its time is over. A fault of ours is
    told to the person as one, and to the log in full.
    """
    made = preparing.take(key)
    if made is None:
        return
    make.using(run_after=timezone.now() + preparing.TAKEN_FOR).enqueue(key)
    try:
        _make(made)
    except NoLongerWaited:
        return
    except DatabaseError:
        raise  # the database is away: the next worker tries again
    except Exception:
        logger.exception("The file %s was not made", key)
        preparing.fail(made, _("Something went wrong on our side. Ask again."))


@task()
def clean() -> None:
    """Remove the files that were kept long enough."""
    preparing.clean()


def _make(made: MadeFile) -> None:
    person = made.person
    form = FORMS.get(made.form)
    if form is None or not person.is_active:
        preparing.fail(made, _("There is no such form any more."))
        return
    rights = rights_of(person)
    plans = plans_of(person, made.selection, made.collection)
    keys = list(plans.values_list("pk", flat=True)[: form.most_later + 1])
    if not keys:
        preparing.fail(made, _("No plan fits any more. Choose again in the library."))
        return
    if len(keys) > form.most_later:
        preparing.fail(made, too_many(form))
        return
    site = str(settings.SITE_URL).rstrip("/")
    notes = notes_of(person, made.collection)
    found = entries.of_keys(person, keys, site, with_threads=made.with_threads, notes=notes)
    written = list(_watched(made, found, len(keys)))
    threads = any(entry.threads for entry in written)
    is_packed = packed(form, len(written), with_threads=threads)
    asked = (
        said.introducing(made.collection) if made.collection else asked_for([made], person)[made.pk]
    )
    content = form.content(written, asked)
    ending = "zip" if is_packed else form.ending
    if preparing.finish(made, content, ending, [entry.number for entry in written], rights):
        clean.using(run_after=timezone.now() + preparing.KEPT_FOR).enqueue()


def plans_of(user: User, selection: str, collection: Collection | None) -> PlanQuerySet:
    """The plans that a selection means, those that this person may have.

    Those of a collection come in its order, others in the library's.
    """
    if collection is not None:
        kept = visible_entries(user, collection).order_by()
        place = Subquery(kept.filter(plan=OuterRef("pk")).values("position")[:1])
        theirs = visible_plans(user).filter(pk__in=kept.values("plan"))
        return theirs.annotate(place=place).order_by("place")
    return LibraryFilter(QueryDict(selection), visible_plans(user)).qs


def notes_of(user: User, collection: Collection | None) -> dict[int, str]:
    """What a collection says of each of its plans that this person sees; nothing without one."""
    if collection is None:
        return {}
    return dict(visible_entries(user, collection).values_list("plan", "note"))


def asked_for(files: Sequence[MadeFile], reader: User) -> dict[int, str]:
    """What each of these files was asked for, in words; two queries for all of them."""
    return {
        made.pk: said.told(found)
        if made.collection is None
        else said.in_collection(made.collection)
        for made, found in _selections(files, reader)
    }


def file_name(made: MadeFile, reader: User) -> str:
    """What a file that is made is called, with its ending."""
    ((_made, found),) = _selections([made], reader)
    day = f"{timezone.localtime(made.made_at):%Y-%m-%d}"
    return f"{said.file_name(found, day, made.collection)}.{made.ending}"


def _selections(
    files: Sequence[MadeFile], reader: User
) -> Iterable[tuple[MadeFile, LibraryFilter]]:
    queries = [made.selection for made in files]
    return zip(files, LibraryFilter.together(queries, visible_plans(reader)), strict=True)


def too_many(form: Form) -> str:
    """That a selection is larger than any file, and what to do."""
    return _("More than %(most)d plans do not fit into one file of this form. Choose fewer.") % {
        "most": form.most_later
    }


def _watched(made: MadeFile, found: Iterator[Entry], of: int) -> Iterator[Entry]:
    for place, entry in enumerate(found):
        if place % AT_A_TIME == 0 and not preparing.tell(made, place, of):
            raise NoLongerWaited
        yield entry
    if not preparing.tell(made, of, of):
        raise NoLongerWaited
