"""Which plans a request asks for: the library's own words, and what changed since."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Case, ExpressionWrapper, F, OuterRef, Q, When
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils.translation import gettext as _

from plans.api.paging import address
from plans.api.problems import Problem
from plans.filters import LibraryFilter
from plans.forms.fields import TextField
from plans.models import PlanSdg, PlanThematicArea
from plans.permissions import library_plans
from plans.search.facets import MOST_CHOICES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.http import HttpRequest

    from accounts.models import User
    from plans.models.plan import PlanQuerySet

SINCE = "updated_since"
PAGED = ("limit", "cursor")

_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def chosen_plans(request: HttpRequest, owner: User, *others: str) -> PlanQuerySet:
    """The plans of the library that the request narrows to, in no order.

    Nothing is ignored in silence: raises Problem for a choice that no list offers, and for a word
    that is neither the library's nor one of the ``others``.
    """
    refuse_strange(request, (*LibraryFilter.base_filters, *others))
    _refuse_too_much(request)
    found = LibraryFilter(request.GET, library_plans(owner))
    if found.unknown:
        choose = _("None of our lists has “%(word)s”.")
        errors = {one.key: choose % {"word": one.word} for one in found.unknown}
        raise Problem("no-such-choice", _("What is asked for is in none of our lists."), errors)
    return library_plans(owner).filter(pk__in=found.qs.order_by().values("pk"))


def refuse_strange(request: HttpRequest, known: Collection[str]) -> None:
    """Raise Problem for words in the address that are not known, saying which are."""
    strange = [name for name in request.GET if name not in known]
    if strange:
        told = _("This address takes no such words.")
        if known:
            told = _("This address takes these words: %(words)s.") % {"words": ", ".join(known)}
        summary = _("This address has words that we do not know.")
        raise Problem("not-understood", summary, dict.fromkeys(strange, told))


def narrower(request: HttpRequest, choice: Mapping[str, str]) -> str | None:
    """The address of the plans that also fulfil a choice; None where the list has no such word."""
    if not choice or not set(choice) <= set(LibraryFilter.base_filters):
        return None
    asked = request.GET.copy()
    for name, word in choice.items():
        asked[name] = word
    return address(f"{reverse('api:plans')}?{asked.urlencode()}")


def _refuse_too_much(request: HttpRequest) -> None:
    """Raise Problem for more than is read of an address: it would be left out in silence."""
    wrong = {}
    for name, word in LibraryFilter.base_filters.items():
        given = request.GET.getlist(name)
        if len(given) > MOST_CHOICES:
            wrong[name] = _("Give at most %(most)d of these.") % {"most": MOST_CHOICES}
        elif given and isinstance(word.field, TextField):
            try:
                word.field.clean(given[-1])
            except ValidationError as error:
                wrong[name] = " ".join(error.messages)
    if wrong:
        raise Problem("not-understood", _("This asks for more than can be read."), wrong)


def changed_since(request: HttpRequest, plans: PlanQuerySet) -> PlanQuerySet:
    """Those of the plans that changed since the moment asked for. Raises Problem for no moment."""
    asked = request.GET.get(SINCE)
    if asked is None:
        return plans
    try:
        if not _MOMENT.fullmatch(asked):
            raise ValueError(asked)
        moment = dt.datetime.fromisoformat(asked.upper())
    except ValueError:
        words = _("Give a moment with its time zone: 2026-11-23T16:00:00Z. Write + as %2B.")
        raise Problem("not-understood", words, {SINCE: words}) from None
    return plans.filter(Q(updated_at__gte=_in_utc(moment)))


def _in_utc(moment: dt.datetime) -> dt.datetime:
    try:
        return moment.astimezone(dt.UTC)
    except OverflowError:  # hours before the first year, or after the last
        return moment.replace(tzinfo=dt.UTC)


def with_moments(plans: PlanQuerySet) -> PlanQuerySet:
    """Each with ``updated_at``: when its text, state or finished reflection last changed."""
    finished = Q(reflection__finished_at__isnull=False)
    reflected = Case(When(finished, then=F("reflection__changed_at")))
    return plans.annotate(
        updated_at=Greatest("changed_at", "state_since", reflected),
        is_reflected=ExpressionWrapper(finished, BooleanField()),
    )


def with_words(plans: PlanQuerySet) -> PlanQuerySet:
    """Each with its goals' numbers and the words of its themes, and without its long texts."""
    goals = PlanSdg.objects.filter(plan=OuterRef("pk")).order_by("position", "pk")
    themes = PlanThematicArea.objects.filter(plan=OuterRef("pk")).order_by("position", "pk")
    return (
        plans.select_related("lab__region", "cycle", "country")
        .only(
            *("title", "summary", "challenge_type", "state"),
            *("lab__slug", "lab__name", "lab__region__slug", "country__name"),
            *("cycle__year", "cycle__quarter"),
        )
        .annotate(
            goal_numbers=ArraySubquery(goals.values("term__number")),
            themes=ArraySubquery(themes.values("words")),
        )
    )
