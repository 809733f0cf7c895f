"""What the network knows of a partner: beside the question whether it is new and unusual.

Counted are other plans that everybody may read (approved or from the archive), and those that this
lab has handed in; what other labs draft or hand in is told to nobody. A name means the organisation
of the directory that goes by it, in whatever spelling.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, JSONField, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans.models import Cycle, Partner, Plan, Spelling
from plans.models.taxonomy import Fold
from plans.states import HANDED_IN, PUBLIC

if TYPE_CHECKING:
    from uuid import UUID


@dataclass(frozen=True)
class Acquaintance:
    """In how many other plans a partner is named: the lab's ``own``, and those of ``others``."""

    own: int = 0
    latest: str = ""
    others: int = 0

    @property
    def sentences(self) -> list[str]:
        """What to tell about it, in words."""
        told = []
        if self.own:
            told.append(
                ngettext(
                    "In %(count)d earlier plan of this lab, of %(cycle)s.",
                    "In %(count)d earlier plans of this lab, the latest of %(cycle)s.",
                    self.own,
                )
                % {"count": self.own, "cycle": self.latest}
            )
        if self.others:
            told.append(
                ngettext(
                    "In %(count)d plan of another lab.",
                    "In %(count)d plans of other labs.",
                    self.others,
                )
                % {"count": self.others}
            )
        return told or [_("Nobody in the network has named this partner before.")]


def of_rows(plan: Plan) -> dict[UUID, Acquaintance]:
    """What is known of each partner of a plan, by row; of one without a name, nothing."""
    rows = Partner.objects.filter(plan=plan).exclude(name="")
    known = rows.annotate(known=_known(plan, OuterRef(OuterRef("name"))))
    return {pk: _read(found) for pk, found in known.values_list("pk", "known")}


def of_name(plan: Plan, name: str) -> Acquaintance | None:
    """What is known of a partner who would be called so in this plan; None without a name."""
    if not name.strip():
        return None
    this = Plan.objects.filter(pk=plan.pk).annotate(known=_known(plan, Value(name)))
    return _read(this.values_list("known", flat=True).get())


def _known(plan: Plan, name: Any) -> Subquery:
    """Counts over the plans that name the organisation called so, as one value."""
    spelled = Spelling.objects.filter(vocabulary="organisation", folded=Fold(name))
    public = Q(plan__state__in=sorted(PUBLIC))
    own = Q(plan__lab=plan.lab_id)
    named = Partner.objects.filter(
        public | own & Q(plan__state__in=sorted(HANDED_IN)),
        organisation__in=spelled.order_by().values("leads_to"),
    ).exclude(plan=plan)
    quarter = F("plan__cycle__year") * 10 + Coalesce("plan__cycle__quarter", 0)
    together = named.order_by().annotate(all=Value(1)).values("all")
    counted = together.annotate(
        counts=JSONObject(
            own=Count("plan", distinct=True, filter=own),
            latest=Max(quarter, filter=own),
            others=Count("plan", distinct=True, filter=~own),
        )
    )
    return Subquery(counted.values("counts"), output_field=JSONField())


def _read(found: dict[str, Any] | None) -> Acquaintance:
    if found is None:
        return Acquaintance()
    year, quarter = divmod(found["latest"] or 0, 10)
    latest = str(Cycle(year=year, quarter=quarter or None)) if found["own"] else ""
    return Acquaintance(own=found["own"], latest=latest, others=found["others"])
