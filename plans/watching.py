"""Saved searches: keeping them, what is new in them, and one e-mail for all of a person's.

A search finds what the library shows its owner, the drafts of their lab too; but only what
everybody may read is ever new: plans that were approved, or came in from the archive, since
somebody looked last. The worker sends (``manage.py db_worker``): searches that are due are
taken for a while, asked and mailed with no transaction open, and set to the person's next morning;
what a worker dies over, the next one takes up. Nothing is lost by a mail that could not be sent:
the next one tells of it.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Value
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks import task

from accounts.models import User
from plans import clock
from plans.errors import Invalid
from plans.filters import LibraryFilter
from plans.models import MOST_SEARCHES, HowOften, SavedSearch
from plans.models.constraints import sentence
from plans.notifications.sending import ALONG, FIRST_PAUSE, MOST_ATTEMPTS, TAKEN_FOR
from plans.notifications.telling import MORNING
from plans.permissions import require, visible_plans
from plans.shelf import on_shelf
from plans.states import PUBLIC

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from plans.models import Plan
    from plans.models.plan import PlanQuerySet

SETTLED = dt.timedelta(minutes=5)
"""A plan is told of once it has been approved for so long: by then every approval of before is
stored, also one that took its time."""
PLANS_IN_A_MAIL = 10
"""So many plans of a search are named; of the others a mail says how many they are."""
_SALT = "stop-searches"

logger = logging.getLogger(__name__)


# -- keeping them ----------------------------------------------------------------------------------


@transaction.atomic
def keep(query: str, name: str, how_often: str, *, actor: User) -> SavedSearch:
    """Save what stands behind the ? in the library's address. What no list has is left out.

    Raises Invalid for a name it cannot have, a search that is saved already, and too many.
    """
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    taken = set(SavedSearch.objects.filter(owner=actor).values_list("position", flat=True))
    moment = clock.now()
    search = SavedSearch(
        owner=actor,
        position=next(n for n in range(1, MOST_SEARCHES + 2) if n not in taken),
        name=name.strip(),
        query=plainly(query, actor),
        how_often=how_often,
        created_at=moment,
        looked_at=moment,
        told_until=moment,
        due_at=due(how_often, actor, moment),
    )
    _store(search)
    return search


@transaction.atomic
def change(search: SavedSearch, name: str, how_often: str, *, actor: User) -> None:
    """Give a search another name, and choose how often to be told. Raises Invalid.

    Who begins to be told is told of what comes from now on.
    """
    require(search.owner_id == actor.pk)
    # The worker may be telling of it at this moment: read anew, nobody is told twice.
    found = SavedSearch.objects.select_for_update(of=("self",)).filter(pk=search.pk).first()
    if found is None:
        raise Invalid(_("This search is not kept any more."))
    search = found
    if how_often != search.how_often:
        moment = clock.now()
        if search.how_often == HowOften.NEVER:
            search.told_until = moment
        search.due_at, search.attempts = due(how_often, actor, moment), 0
    search.name, search.how_often = name.strip(), how_often
    _store(search)


@transaction.atomic
def drop(search: SavedSearch, *, actor: User) -> None:
    """Forget a search."""
    require(search.owner_id == actor.pk)
    search.delete()


@transaction.atomic
def look(search: SavedSearch, *, actor: User) -> dt.datetime:
    """Note that its owner looks at what a search finds; answer when they looked last."""
    require(search.owner_id == actor.pk)
    SavedSearch.objects.filter(pk=search.pk).update(looked_at=clock.now())
    return search.looked_at


def stop(person: User) -> None:
    """Send a person no more e-mails about saved searches; the searches stay."""
    SavedSearch.objects.filter(owner=person).update(how_often=HowOften.NEVER, due_at=None)


def plainly(query: str, reader: User) -> str:
    """The same search, as plainly as an address can say it."""
    return found_by(query, reader).address()


def found_by(query: str, reader: User) -> LibraryFilter:
    """What a search finds for somebody: as the library does."""
    return LibraryFilter(QueryDict(query), visible_plans(reader))


def _store(search: SavedSearch) -> None:
    try:
        with transaction.atomic():
            search.save()
    except IntegrityError as error:
        raise Invalid(sentence(error)) from error
    if search.due_at:
        at = search.due_at
        transaction.on_commit(lambda: send_digests.using(run_after=at).enqueue())


def due(how_often: str, person: User, moment: dt.datetime) -> dt.datetime | None:
    """The next morning, or the next Monday morning, by the person's own clock; None for never."""
    if how_often not in (HowOften.DAILY, HowOften.WEEKLY):
        return None
    there = moment.astimezone(person.zone)
    day = there.date()
    if how_often == HowOften.WEEKLY:
        day += dt.timedelta(days=-day.weekday() % 7)
    morning = dt.datetime.combine(day, MORNING, tzinfo=person.zone)
    if morning <= there:
        day += dt.timedelta(days=1 if how_often == HowOften.DAILY else 7)
        morning = dt.datetime.combine(day, MORNING, tzinfo=person.zone)
    return morning.astimezone(dt.UTC)


# -- what is new -----------------------------------------------------------------------------------


def read_together(
    searches: Sequence[SavedSearch], reader: User
) -> list[tuple[SavedSearch, LibraryFilter]]:
    """Each search with what it finds for its owner: two queries for all of them."""
    found = LibraryFilter.together([one.query for one in searches], visible_plans(reader))
    return list(zip(searches, found, strict=True))


def came_in(found: LibraryFilter, since: dt.datetime) -> PlanQuerySet:
    """Those of the plans found that everybody may read, and may only since then."""
    return found.qs.filter(state__in=sorted(PUBLIC), state_since__gt=since)


def is_new(plan: Plan, since: dt.datetime) -> bool:
    """Whether a plan is one of those that :func:`came_in`."""
    return plan.state in PUBLIC and plan.state_since > since


def numbers(pairs: Sequence[tuple[SavedSearch, LibraryFilter]]) -> dict[int, int]:
    """By the key of each search how many plans are new since its owner looked, in one query."""
    counts = [
        came_in(found, search.looked_at)
        .order_by()
        .values(search=Value(search.pk))
        .annotate(number=Count("pk"))
        for search, found in pairs
    ]
    if not counts:
        return {}
    rows = counts[0].union(*counts[1:], all=True) if counts[1:] else counts[0]
    return {row["search"]: row["number"] for row in rows}


# -- telling ---------------------------------------------------------------------------------------


class News(NamedTuple):
    """What is new in a search: the newest plans, how many there are besides, and where to look."""

    search: SavedSearch
    plans: list[Plan]
    more: int
    link: str


def arrange() -> int:
    """Ask the worker for every mail that is to come; answer for how many moments.

    It asks by itself for the next one after each; this is for a queue that was emptied.
    """
    wanted = SavedSearch.objects.filter(due_at__isnull=False).order_by("due_at")
    moments = list(wanted.values_list("due_at", flat=True).distinct())
    for at in moments:
        send_digests.using(run_after=at).enqueue()
    return len(moments)


@task()
def send_digests() -> None:
    """Tell everybody who is due, each by one worker only.

    Should this worker die over one, another looks again when its time for it is over.
    """
    taken = _take()
    if taken:
        send_digests.using(run_after=clock.now() + TAKEN_FOR).enqueue()
    while taken:
        _tell(taken)
        taken = _take()


@transaction.atomic
def _take() -> list[SavedSearch]:
    """All searches of one person that are due; nothing when nobody is."""
    moment = clock.now()
    free = SavedSearch.objects.select_for_update(skip_locked=True, of=("self",))
    first = free.filter(due_at__lte=moment).order_by("due_at", "pk").first()
    if first is None:
        return []
    rows = free.filter(owner=first.owner_id, due_at__lte=moment + ALONG)
    taken = list(rows.select_related("owner").order_by("position"))
    _of(taken).update(attempts=F("attempts") + 1, due_at=moment + TAKEN_FOR)
    return taken


def _of(searches: Sequence[SavedSearch]) -> QuerySet[SavedSearch]:
    """These searches, where their owner wants to be told still."""
    keys = [one.pk for one in searches]
    return SavedSearch.objects.filter(pk__in=keys).exclude(how_often=HowOften.NEVER)


def _tell(searches: list[SavedSearch]) -> None:
    """Send one mail about all of them if anything is new; when that fails, try later, ever later.

    The others go on. After many attempts it waits for the next morning.
    """
    person, until = searches[0].owner, clock.now() - SETTLED
    attempts = max(one.attempts for one in searches) + 1
    try:
        told = news(searches, until) if person.is_active else []
        if told:
            message(person, told).send()
    except Exception as problem:
        is_ours = not isinstance(problem, (OSError, ValueError))
        logger.warning(
            "Saved searches of person %s: no mail: %s", person.pk, problem, exc_info=is_ours
        )
        _of(searches).update(last_error=str(problem) or type(problem).__name__)
        if attempts < MOST_ATTEMPTS:
            again = clock.now() + FIRST_PAUSE * 2**attempts
            _of(searches).update(due_at=again)
            send_digests.using(run_after=again).enqueue()
            return
    else:
        _of(searches).update(told_until=until, last_error="")
    for search in searches:
        following = due(search.how_often, person, clock.now())
        if following and _of([search]).update(attempts=0, due_at=following):
            send_digests.using(run_after=following).enqueue()


def news(searches: Sequence[SavedSearch], until: dt.datetime) -> list[News]:
    """What came into each of these searches of one person until then, that they were not told of.

    What they have looked at since is not told of either.
    """
    told = []
    for search, found in read_together(searches, searches[0].owner):
        since = max(search.told_until, search.looked_at)
        plans = came_in(found, since).filter(state_since__lte=until)
        newest = list(on_shelf(plans).order_by("-state_since", "-pk")[:PLANS_IN_A_MAIL])
        if newest:
            more = plans.order_by().count() - len(newest)
            link = f"{settings.SITE_URL}{search.get_absolute_url()}"
            told.append(News(search, newest, more, link))
    return told


def message(person: User, told: Sequence[News]) -> EmailMessage:
    """The e-mail with what is new in somebody's searches."""
    stop_link = f"{settings.SITE_URL}{reverse('saved_searches_stop', args=(stop_token(person),))}"
    number = len({plan.pk for one in told for plan in one.plans}) + sum(one.more for one in told)
    subject = ngettext(
        "One new plan in your saved searches",
        "%(number)d new plans in your saved searches",
        number,
    ) % {"number": number}
    context = {
        "recipient": person,
        "told": told,
        "site_url": settings.SITE_URL,
        "stop": stop_link,
        "settings_link": f"{settings.SITE_URL}{reverse('saved_searches')}",
    }
    return EmailMessage(
        subject=subject,
        body=render_to_string("emails/searches.txt", context),
        to=[person.email],
        headers={
            "List-Unsubscribe": f"<{stop_link}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def stop_token(person: User) -> str:
    """What lets whoever has it stop one person's mails about searches, and nothing else."""
    return signing.dumps(person.pk, salt=_SALT)


def read_stop_token(token: str) -> int:
    """The person's key. Raises ValueError for anything we have not signed."""
    try:
        return int(signing.loads(token, salt=_SALT))
    except signing.BadSignature as bad:
        raise ValueError(token) from bad
