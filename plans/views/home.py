"""Where everybody begins, and the page of a lab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.decorators import SignedInRequest, signed_in
from accounts.models import Lab
from accounts.roles import roles_of
from plans import limits
from plans.models import DataSource, Plan, TermStatus, ThematicArea
from plans.models.review import open_threads
from plans.permissions import may_start, reviewable_plans, visible_plans
from plans.readiness import blocking, gaps
from plans.states import State

if TYPE_CHECKING:
    from accounts.models import User
    from plans.limits import Board, Slot
    from plans.models.plan import PlanQuerySet

PLANS_A_PAGE = 25
WAITING_SHOWN = 5
EDIT_TERMS = "plans.change_thematicarea"


@signed_in
def home(request: SignedInRequest) -> HttpResponse:
    """What waits for this person: their labs' places and deadlines, answers, reviews."""
    roles = roles_of(request.user)
    labs = list(Lab.objects.filter(pk__in=sorted(roles.labs)))
    plans = visible_plans(request.user)
    context = {
        "labs": labs,
        "boards": [
            (board, _facts(board))
            for board in limits.boards(
                labs, plans.with_document().annotate(open_threads=open_threads())
            )
        ],
        "to_answer": _to_answer(plans.filter(lab__in=labs)) if labs else [],
        "is_reviewer": bool(roles.regions),
        "to_review": _to_review(request.user) if roles.regions else [],
        "proposed": _proposed() if _keeps_terms(request.user) else None,
        "manages": roles.manages_network,
    }
    return render(request, "plans/home.html", context)


def _facts(board: Board) -> list[tuple[Slot, int]]:
    """Each place with how many required answers its plan lacks; 0 where nobody writes now."""
    return [
        (slot, len(blocking(gaps(slot.holder))) if slot.holder and slot.holder.is_editable else 0)
        for slot in board.slots
    ]


def _to_review(user: User) -> list[Plan]:
    """The plans that have waited longest for a decision, and one more than are shown."""
    waiting = reviewable_plans(user).filter(state=State.SUBMITTED).select_related("lab")
    return list(waiting.order_by("state_since", "pk")[: WAITING_SHOWN + 1])


def _keeps_terms(user: User) -> bool:
    return user.is_staff and user.has_perm(EDIT_TERMS)


def _proposed() -> int:
    """How many terms labs have proposed, in one query."""
    counts = [
        vocabulary.objects.filter(status=TermStatus.PROPOSED).order_by().values("pk")
        for vocabulary in (ThematicArea, DataSource)
    ]
    return counts[0].union(counts[1], all=True).count()


def _to_answer(plans: PlanQuerySet) -> QuerySet[Plan]:
    """The lab's plans that came back from review, longest waiting first."""
    waiting = plans.filter(state=State.CHANGES_REQUESTED).select_related("lab", "cycle")
    return waiting.annotate(open_threads=open_threads()).order_by("state_since")


@signed_in
def lab(request: SignedInRequest, slug: str) -> HttpResponse:
    """A lab: where it works, and those of its plans that this person may see."""
    lab = get_object_or_404(Lab.objects.select_related("region"), slug=slug)
    plans = visible_plans(request.user).filter(lab=lab).select_related("cycle")
    roles = roles_of(request.user)
    page = Paginator(plans, PLANS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "lab": lab,
        "countries": lab.countries.all(),
        "page": page,
        "may_start": may_start(request.user, lab) and limits.cycles_to_write_in(lab),
        "sees_people": lab.pk in roles.labs or roles.manages_network,
    }
    return render(request, "plans/lab.html", context)
