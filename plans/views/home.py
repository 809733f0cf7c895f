"""Where everybody begins, and the page of a lab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.decorators import SignedInRequest, signed_in
from accounts.models import Lab
from accounts.roles import roles_of
from plans import limits, places, reviewing
from plans.models import DataSource, Plan, TermStatus, ThematicArea
from plans.models.thread import open_threads
from plans.permissions import library_plans, may_start, reviewable_plans, visible_plans
from plans.readiness import gaps, progress
from plans.states import State
from plans.turns import in_turn, waiting_for
from plans.views.beginning import EARLIER_SHOWN, earlier_plans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accounts.models import User
    from plans.limits import Board, Slot

PLANS_A_PAGE = 25
WAITING_SHOWN = 5
LISTED = ("title", "challenge_type", "slot", "state", "state_since", "cycle", "lab")
"""What lists on the first page say of each plan; its long texts stay where they are."""
EDIT_TERMS = "plans.change_thematicarea"


@signed_in
def home(request: SignedInRequest) -> HttpResponse:
    """What waits for this person: their labs' places and deadlines, answers, reviews."""
    roles = roles_of(request.user)
    labs = list(Lab.objects.filter(pk__in=sorted(roles.labs)))
    plans = visible_plans(request.user).annotate(open_threads=open_threads())
    unfinished = limits.unfinished(labs, plans.only(*LISTED))
    boards = limits.boards(labs, plans.with_document(), unfinished)
    earlier = earlier_plans(request.user, roles.labs).only(*LISTED)
    shown = {(board.lab.pk, board.cycle.pk) for board in boards}
    context = {
        "labs": labs,
        "earlier": earlier[:EARLIER_SHOWN] if labs else [],
        "boards": [(board, list(_places(board))) for board in boards],
        "to_answer": _to_answer(unfinished),
        "older": [plan for plan in unfinished if (plan.lab_id, plan.cycle_id) not in shown],
        "is_reviewer": bool(roles.regions),
        "to_review": _to_review(request.user) if roles.regions else [],
        "left_behind": reviewing.has_left_words(request.user),
        "proposed": _proposed() if _keeps_terms(request.user) else None,
        "manages": roles.manages_network,
    }
    return render(request, "plans/home.html", context)


@dataclass(frozen=True)
class Place:
    """One of a lab's places: the plan that holds it, or where to begin one, and what to know."""

    slot: Slot
    address: str = ""
    start: str = ""
    note: str = ""


def _places(board: Board) -> Iterator[Place]:
    is_open, start = board.is_open, reverse("plan_start", args=(board.lab.slug,))
    for slot in board.slots:
        if slot.holder:
            page = "plan_edit" if slot.holder.is_editable else "plan"
            address = reverse(page, args=(slot.holder.pk,))
            yield Place(slot, address=address, note=_to_do(slot.holder))
        elif is_open:
            begin = {"challenge_type": slot.challenge_type, "cycle": board.cycle.pk}
            yield Place(slot, start=f"{start}?{urlencode(begin)}")
        else:
            yield Place(slot, note=_("Nothing was handed in here."))


def _to_do(plan: Plan) -> str:
    """What a plan waits for, in words: required answers while it is written, open threads."""
    found = progress(gaps(plan) if plan.is_editable else ())
    threads = cast("Any", plan).open_threads
    words = []
    if found.missing:
        words.append(
            ngettext("One answer is missing", "%(number)s answers are missing", found.missing)
            % {"number": found.missing}
        )
    if found.to_confirm:
        words.append(
            ngettext(
                "One copied answer to confirm",
                "%(number)s copied answers to confirm",
                found.to_confirm,
            )
            % {"number": found.to_confirm}
        )
    if threads:
        words.append(
            ngettext("One open thread", "%(number)s open threads", threads) % {"number": threads}
        )
    return " · ".join(words)


def _to_answer(unfinished: list[Plan]) -> list[Plan]:
    """The labs' plans that came back from review, longest waiting first."""
    waiting = [plan for plan in unfinished if plan.state == State.CHANGES_REQUESTED]
    return sorted(waiting, key=lambda plan: plan.state_since)


def _to_review(user: User) -> list[Plan]:
    """The first plans of the person's queue, and one more than are shown."""
    waiting = waiting_for(user, reviewable_plans(user)).select_related("lab")
    return list(in_turn(waiting)[: WAITING_SHOWN + 1])


def _keeps_terms(user: User) -> bool:
    return user.is_staff and user.has_perm(EDIT_TERMS)


def _proposed() -> int:
    """How many terms labs have proposed, in one query."""
    counts = [
        vocabulary.objects.filter(status=TermStatus.PROPOSED).order_by().values("pk")
        for vocabulary in (ThematicArea, DataSource)
    ]
    return counts[0].union(counts[1], all=True).count()


@signed_in
def lab(request: SignedInRequest, slug: str) -> HttpResponse:
    """A lab: where it works, and those of its plans that this person may see."""
    lab = get_object_or_404(Lab.objects.select_related("region"), slug=slug)
    plans = visible_plans(request.user).filter(lab=lab).select_related("cycle")
    everybodys = library_plans(request.user).filter(lab=lab)
    roles = roles_of(request.user)
    page = Paginator(plans, PLANS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "lab": lab,
        "countries": lab.countries.all(),
        "themes": places.themes_of(everybodys),
        "partners": places.partners_of(everybodys),
        "page": page,
        "may_start": may_start(request.user, lab) and limits.cycles_to_write_in(lab),
        "sees_people": lab.pk in roles.labs or roles.manages_network,
    }
    return render(request, "plans/lab.html", context)
