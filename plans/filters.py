"""What lists of plans can be narrowed by: the reviewers' queue, and everything else.

``LibraryFilter`` (``search/selection.py``) narrows the library and whatever else takes a selection
of plans by its address. Every choice is a short word in the address (``?region=africa&waiting=7``),
so a filtered list can be sent to somebody. What the address says and no list offers is answered in
words, and ignored.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import django_filters
from django import forms
from django.db.models import (
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Lab
from plans import clock
from plans.forms.fields import CHOOSE
from plans.forms.widgets import Select
from plans.models import Cycle, Event, Look, Plan, Sdg
from plans.models.prepared import prepared
from plans.models.thread import open_threads
from plans.search.selection import LibraryFilter
from plans.states import ChallengeType, State
from plans.turns import WAITING_FROM, held, theirs, waiting_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User
    from plans.models.plan import PlanQuerySet

__all__ = ["LibraryFilter", "QueueFilter"]

WAITING_DAYS = (3, 7, 14)
Choices = list[tuple[str, Any]]

TYPES: Choices = [(kind.value, kind.label.capitalize()) for kind in ChallengeType]
EVERY = "all"


class _Choice(django_filters.ChoiceFilter):  # type: ignore[misc]  # the library has no types
    """One of a list; anything else is refused in words."""

    def __init__(self, label: Any, choices: Choices = [], **kwargs: Any) -> None:  # noqa: B006
        kwargs = {"empty_label": _("All"), "widget": Select} | kwargs
        super().__init__(label=label, choices=choices, error_messages=CHOOSE, **kwargs)


class _PlanFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """What narrows a list of plans, whoever reads it."""

    ORDER: tuple[str, ...] = ()
    """The filters, as the page shows them."""
    SHOWN: tuple[str, ...] = ()
    """What the list says of each plan; the long texts stay where they are."""
    filters: dict[str, Any]

    region = _Choice(_("Region"), field_name="lab__region__slug")
    cycle = _Choice(_("Cycle"), method="of_cycle")
    type = _Choice(_("Type"), TYPES, field_name="challenge_type")
    sdg = _Choice(_("Goal"), field_name="sdgs__number")

    def __init__(self, data: Mapping[str, Any], queryset: QuerySet[Plan]) -> None:
        super().__init__(data, queryset)
        self.filters = {name: self.filters[name] for name in self.ORDER}

    def _offer(self, name: str, choices: Choices) -> None:
        """Put choices into the form itself, so that they are not copied on their way there."""
        self.form.fields[name].choices = choices

    def _offer_goals(self) -> list[Sdg]:
        goals = list(Sdg.objects.only("number", "name", "colour").order_by("number"))
        self._offer("sdg", [(str(goal.number), f"{goal.number}. {goal.name}") for goal in goals])
        return goals

    def of_cycle(self, plans: PlanQuerySet, name: str, value: str) -> PlanQuerySet:
        """Those of a quarter (``2026-Q1``), or of a whole year (``2026``)."""
        year, quarter = Cycle.read_slug(value)
        plans = plans.filter(cycle__year=year)
        return plans.filter(cycle__quarter=quarter) if quarter else plans

    def chosen(self, name: str) -> str:
        """What was chosen and understood; empty otherwise."""
        return str(self.form.cleaned_data.get(name) or "") if self.form.is_bound else ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything at all was asked for."""
        return any(self.chosen(name) for name in self.filters if name != "sort")


def _cycles() -> Choices:
    """Every cycle that has begun: to ask which of them hold a plan costs more than it tells."""
    begun = Cycle.objects.only("year", "quarter").filter(opens_at__lte=clock.now())
    return [(cycle.slug, str(cycle)) for cycle in begun]


class QueueFilter(_PlanFilter):
    """The reviewers' queue. Unasked, it shows what waits for the reader, longest waiting first.

    That is what no other reviewer has taken on. The time counts while it waits for reviewers only,
    over all its rounds.
    """

    ORDER = ("region", "lab", "cycle", "type", "state", "who", "waiting", "sdg", "sort")
    SHOWN = (
        *("title", "challenge_type", "state", "state_since", "waited"),
        *("lab__name", "lab__region", "cycle__year", "cycle__quarter", "cycle__review_by"),
        *("claimed_by__name", "claimed_by__email"),
    )
    SORTS: dict[str, tuple[Any, ...]] = {
        "waiting": (WAITING_FROM, "pk"),
        "-waiting": (WAITING_FROM.desc(), "-pk"),
        "title": ("title", "pk"),
        "-title": ("-title", "-pk"),
        "lab": ("lab__name", "state_since", "pk"),
        "-lab": ("-lab__name", "state_since", "pk"),
        "cycle": ("cycle__year", "cycle__quarter", "state_since", "pk"),
        "-cycle": ("-cycle__year", "-cycle__quarter", "state_since", "pk"),
        "threads": ("open_threads", "state_since", "pk"),
        "-threads": ("-open_threads", "state_since", "pk"),
    }

    lab = _Choice(_("Lab"), field_name="lab__slug")
    state = _Choice(
        _("State"),
        [
            (State.CHANGES_REQUESTED.value, _("With the lab for changes")),
            (State.APPROVED.value, _("Approved")),
            (EVERY, _("All")),
        ],
        empty_label=_("Waiting for a decision"),
        method="in_state",
    )
    who = _Choice(
        _("Reviewer"),
        [("others", _("With other reviewers")), (EVERY, _("All"))],
        empty_label=_("Nobody yet, or you"),
        method="taken_on_by",
    )
    waiting = _Choice(
        _("Waiting"),
        empty_label=_("Any time"),
        method="waiting_for",
    )
    sort = _Choice(
        _("Order"),
        [(name, name) for name in SORTS],
        method="unchanged",
        widget=forms.HiddenInput,
    )

    def __init__(self, data: Mapping[str, Any], queryset: PlanQuerySet, reader: User) -> None:
        """``queryset`` is what ``reader`` may review; labs and regions are offered from it."""
        super().__init__(data, queryset)
        self.reader = reader
        labs = list(
            Lab.objects.filter(Exists(queryset.filter(lab=OuterRef("pk")))).values_list(
                "slug", "name", "region__slug", "region__name"
            )
        )
        regions = {region: name for _slug, _name, region, name in labs}
        if len(regions) < 2:
            del self.filters["region"]
        else:
            self._offer("region", sorted(regions.items(), key=lambda pair: pair[1]))
        self._offer("lab", [(slug, name) for slug, name, _region, _regions_name in labs])
        self._offer("cycle", _cycles())
        self._offer_goals()
        self._offer(
            "waiting",
            [
                (str(days), ngettext("More than %d day", "More than %d days", days) % days)
                for days in WAITING_DAYS
            ],
        )

    def filter_queryset(self, queryset: PlanQuerySet) -> PlanQuerySet:
        """What was asked for, in the order asked for, with counts of open threads."""
        plans: PlanQuerySet = super().filter_queryset(queryset)
        if not self.chosen("state"):
            plans = plans.filter(state=State.SUBMITTED)
            if not self.chosen("who"):
                plans = waiting_for(self.reader, plans)
        plans = plans.select_related("lab", "cycle", "claimed_by").only(*self.SHOWN)
        plans = plans.annotate(open_threads=open_threads(), is_new=_is_new(self.reader.pk))
        return plans.order_by(*self.SORTS[self.order])

    @property
    def order(self) -> str:
        """The order in use, as the address names it."""
        return self.chosen("sort") or "waiting"

    @property
    def tab(self) -> str:
        """Which of the page's views this is, as the address names it; empty for the first."""
        return self.chosen("state") or self.chosen("who")

    @property
    def since(self) -> str:
        """What the time in the list means: waiting for a decision, or being in whatever state."""
        return gettext("Since") if self.chosen("state") else gettext("Waiting since")

    def in_state(self, plans: PlanQuerySet, name: str, value: str) -> PlanQuerySet:
        """Those in one state, or in any."""
        return plans if value == EVERY else plans.filter(state=value)

    def waiting_for(self, plans: PlanQuerySet, name: str, value: str) -> PlanQuerySet:
        """Those that have been where they are for more than so many days."""
        began = Value(clock.now() - dt.timedelta(days=int(value)))
        return plans.filter(state_since__lt=ExpressionWrapper(began + F("waited"), DateTimeField()))

    def taken_on_by(self, plans: PlanQuerySet, name: str, value: str) -> PlanQuerySet:
        """Those that other reviewers are on, or all."""
        if value == EVERY:
            return plans
        return plans.filter(held()).exclude(theirs(self.reader))

    def unchanged(self, plans: PlanQuerySet, name: str, value: str) -> PlanQuerySet:
        """All of them: the order is laid on last, in :meth:`filter_queryset`."""
        return plans


@prepared("plans.Plan")
def _is_new(reader: int) -> Exists:
    """Whether somebody else did something in a plan since the reader last looked at it."""
    looked = Look.objects.filter(plan=OuterRef("plan"), user=reader).values("at")[:1]
    beginning = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    since = Coalesce(Subquery(looked), beginning, output_field=DateTimeField())
    others = Event.objects.filter(plan=OuterRef("pk")).exclude(actor=reader)
    return Exists(others.filter(at__gt=since))
