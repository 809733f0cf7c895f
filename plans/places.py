"""Countries, labs and partner organisations as everybody in the network finds them.

All that is told here comes from plans that everybody may read: a draft, or a plan that waits for
its review, is not counted, and names no partner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import Country, Lab
from plans.models import Organisation, Partner, PlanThematicArea, Spelling
from plans.models.taxonomy import Fold
from plans.permissions import library_plans

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from accounts.models import User
    from plans.models.plan import PlanQuerySet

MOST = 10
"""So many of what is most frequent are named."""

Counted = list[dict[str, Any]]
"""Rows of ``called``, ``key``, of which an address is made, and ``number``, of how many plans."""


def countries(user: User, words: str = "") -> QuerySet[Any]:
    """The countries in which labs work or plans were made, by name, each with ``number``."""
    plans = library_plans(user).filter(country=OuterRef("pk"))
    labs = Lab.countries.through.objects.filter(country=OuterRef("pk"))
    found = Country.objects.filter(Exists(plans) | Exists(labs)).select_related("region")
    named = _called(found, words).annotate(number=_number(plans, "country"))
    ordered: QuerySet[Any] = named.order_by("name")
    return ordered


def labs(user: User, words: str = "") -> QuerySet[Any]:
    """The labs by name, each with ``number``; also found by the name of a country."""
    plans = library_plans(user).filter(lab=OuterRef("pk"))
    found = Lab.objects.select_related("region")
    if words:
        there = _called(Country.objects.filter(labs=OuterRef("pk")), words)
        by_name = _called(Lab.objects.all(), words).order_by().values("pk")
        found = found.filter(Q(pk__in=by_name) | Exists(there))
    return found.annotate(number=_number(plans, "lab")).order_by("name")


def organisations(user: User, words: str = "") -> QuerySet[Any]:
    """The organisations that such plans name as partners, each with ``number``.

    Found by any name that they go by.
    """
    partners = Partner.objects.filter(
        organisation=OuterRef("pk"), plan__in=library_plans(user).order_by().values("pk")
    )
    found = Organisation.objects.filter(Exists(partners))
    if words:
        spelled = Spelling.objects.filter(
            vocabulary="organisation", folded__contains=Fold(Value(words))
        )
        found = found.filter(pk__in=spelled.order_by().values("leads_to"))
    number = (
        partners.order_by()
        .values("organisation")
        .annotate(number=Count("plan", distinct=True))
        .values("number")
    )
    return found.annotate(
        number=Coalesce(Subquery(number, output_field=IntegerField()), 0)
    ).order_by("name")


def with_partner(user: User, organisation: Organisation) -> PlanQuerySet:
    """The plans that name an organisation as a partner and that everybody may read."""
    partners = Partner.objects.filter(organisation=organisation).order_by()
    return library_plans(user).filter(pk__in=partners.values("plan"))


def living(user: User, key: int) -> Organisation | None:
    """The organisation with this key, or the one it was merged into; None where no plan has it."""
    merged = Organisation.objects.filter(pk=key).values("merged_into")
    found = Organisation.objects.filter(Q(pk=key, merged_into=None) | Q(pk__in=merged)).first()
    return found if found and with_partner(user, found).exists() else None


def names_of(organisation: Organisation, plans: PlanQuerySet) -> list[str]:
    """What else it is called: other spellings, labels, and as these plans wrote it."""
    written = Partner.objects.filter(organisation=organisation, plan__in=_keys(plans))
    names: Iterable[str] = (
        *organisation.aliases,
        *organisation.labels.values(),
        *written.order_by("name").values_list("name", flat=True).distinct()[:MOST],
    )
    told = {organisation.name.casefold(): ""}
    for name in names:
        told.setdefault(name.strip().casefold(), name.strip())
    return [name for name in told.values() if name]


def themes_of(plans: PlanQuerySet) -> Counted:
    """The most frequent themes of these plans."""
    themes = PlanThematicArea.objects.filter(plan__in=_keys(plans)).order_by()
    return _most(themes.values(called=F("term__name")), "plan")


def partners_of(plans: PlanQuerySet) -> Counted:
    """The most frequent partner organisations of these plans."""
    partners = Partner.objects.filter(plan__in=_keys(plans), organisation__isnull=False)
    named = partners.order_by().values(key=F("organisation"), called=F("organisation__name"))
    return _most(named, "plan")


def sectors_of(organisation: Organisation, plans: PlanQuerySet) -> Counted:
    """The sectors in which these plans put an organisation."""
    partners = Partner.objects.filter(organisation=organisation, plan__in=_keys(plans))
    return _most(partners.filter(sector__isnull=False).values(called=F("sector__name")), "plan")


def labs_of(plans: PlanQuerySet) -> Counted:
    """The labs of these plans, those with most first."""
    return _most(plans.order_by().values(key=F("lab__slug"), called=F("lab__name")), "pk", 50)


def years_of(plans: PlanQuerySet) -> Counted:
    """In which years these plans were made, the newest first."""
    years = plans.order_by().values(called=F("cycle__year")).annotate(number=Count("pk"))
    return [dict(year) for year in years.order_by("-called")]


def _most(rows: QuerySet[Any, Any], what: str, most: int = MOST) -> Counted:
    counted = rows.order_by().annotate(number=Count(what, distinct=True))
    return list(counted.order_by("-number", "called")[:most])


def _keys(plans: PlanQuerySet) -> QuerySet[Any, Any]:
    return plans.order_by().values("pk")


def _number(plans: PlanQuerySet, by: str) -> Coalesce:
    counted = plans.order_by().values(by).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _called(found: Any, words: str) -> Any:
    """Those whose name holds these words, give or take capitals, accents and punctuation."""
    if not words:
        return found
    return found.alias(folded=Fold("name")).filter(folded__contains=Fold(Value(words)))
