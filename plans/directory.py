"""The directory of partner organisations, and which of them a partner's name means.

It fills itself: what a plan calls its partners is entered when it is handed in or brought in,
never while somebody is still typing. The plan keeps the name as it was written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import OuterRef, Subquery, Value

from plans import taxonomies
from plans.errors import Invalid
from plans.models import Organisation, Partner, Plan, Spelling
from plans.models.taxonomy import Fold
from plans.states import HANDED_IN, PUBLIC

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable


def called(name: str | Combinable) -> Subquery:
    """The key of the organisation that goes by this name, whatever its spelling; NULL if none."""
    words = Value(name) if isinstance(name, str) else name
    spelled = Spelling.objects.filter(vocabulary="organisation", folded=Fold(words))
    return Subquery(spelled.order_by().values("leads_to")[:1])


@transaction.atomic
def enter(plan: Plan) -> None:
    """Give each partner of a plan its organisation; one that nobody named before is proposed.

    Nobody is noted as who proposed it: the keepers of the directory need not learn who hands in
    plans. A name that no organisation can have (too long, or without letters) stays a mere name.
    """
    _enter(Partner.objects.filter(plan=plan))


@transaction.atomic
def enter_all() -> int:
    """Enter the partners of plans that the network knows and no directory did; answer how many.

    For plans that were handed in or brought in before there was a directory; done again, it finds
    nothing to do.
    """
    before = Partner.objects.filter(organisation__isnull=False).count()
    _enter(Partner.objects.filter(organisation=None, plan__state__in=sorted(HANDED_IN | PUBLIC)))
    return Partner.objects.filter(organisation__isnull=False).count() - before


def _enter(partners: QuerySet[Partner]) -> None:
    partners.update(organisation=called(OuterRef("name")))
    unknown = partners.filter(organisation=None).exclude(name="")
    named = unknown.order_by("name", "pk").distinct("name").select_related("plan")
    is_known = False
    for partner in named:
        try:
            taxonomies.find_or_propose(Organisation, partner.name, actor=None, plan=partner.plan)
        except Invalid:
            continue
        is_known = True
    if is_known:
        unknown.update(organisation=called(OuterRef("name")))
