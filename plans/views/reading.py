"""Reading plans: as they are, as they were, and what happened to them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.decorators import SignedInRequest, signed_in
from plans import limits, readiness
from plans.anchors import Anchor
from plans.diff import changes
from plans.exporters.forms import FORMS
from plans.models import EventKind, Plan, Sdg, ThreadStatus
from plans.permissions import (
    available,
    may_copy,
    may_edit_now,
    may_open_thread,
    may_reflect,
    may_see_people,
    reflection_of,
    require,
    roles_on,
    source_of,
    visible_plans,
)
from plans.sections import SECTION_OF, SECTIONS
from plans.states import EDITABLE, TRANSITIONS, Act, Role, State
from plans.templatetags.plans import anchor_id

if TYPE_CHECKING:
    from accounts.models import User
    from plans.document import PlanDocument
    from plans.models import Event, Thread
    from plans.states import Transition

LATEST = 5
EVENTS_A_PAGE = 50

TOGETHER = frozenset({"title"})
"""Sections whose short answers stand together, and whose threads therefore do so too."""


@dataclass(frozen=True)
class Talk:
    """The threads of a plan, each where it stands on the page."""

    document: PlanDocument
    threads: list[Thread]
    new_thread: str
    """Where to open another one; empty for who may not."""

    @property
    def may_open(self) -> bool:
        """Whether this reader may open another one."""
        return bool(self.new_thread)

    def host(self, place: str) -> str:
        """Where on the page a thread on ``place`` is shown: there, or at its section.

        Short facts share one margin; a row that was removed has none of its own any more.
        """
        section = place.partition(".")[0].partition("/")[0]
        if section in TOGETHER:
            return section
        if "/" in place and self.document.find_row(Anchor.parse(place)) is None:
            return SECTION_OF[section]
        return place

    @cached_property
    def _hosted(self) -> dict[str, list[Thread]]:
        hosted: dict[str, list[Thread]] = {}
        for thread in self.threads:
            hosted.setdefault(self.host(thread.place), []).append(thread)
        return hosted

    def at(self, place: str) -> list[Thread]:
        """The threads to show at a place, in the order in which they were opened."""
        return self._hosted.get(place, [])

    def open_in(self, section: str) -> int:
        """How many are open in a section, its answers and rows included."""
        return sum(thread.anchor.section == section for thread in self._open)

    @property
    def open(self) -> int:
        """How many are open in all."""
        return len(self._open)

    @property
    def must_fix(self) -> int:
        """How many of them hold up the approval."""
        return sum(thread.must_fix for thread in self._open)

    @property
    def addressed(self) -> int:
        """How many the lab has answered and the reviewer not yet resolved."""
        return sum(thread.status == ThreadStatus.ADDRESSED for thread in self.threads)

    @property
    def _open(self) -> list[Thread]:
        return [thread for thread in self.threads if thread.status == ThreadStatus.OPEN]


def talk_on(user: User, plan: Plan) -> Talk:
    """The threads of a plan for somebody who may see them, in two queries."""
    threads = plan.threads.with_comments()
    new_thread = reverse("thread_new", args=(plan.pk,)) if may_open_thread(user, plan) else ""
    return Talk(plan.document, list(threads), new_thread)


@dataclass(frozen=True)
class Offer:
    """An act to offer as a button; one on a page is primary."""

    act: Act
    transition: Transition
    on_behalf: bool
    primary: bool = False


def offers(user: User, plan: Plan, talk: Talk) -> list[Offer]:
    """The acts this person may do now; the primary one is what they most likely came for."""
    acts = available(user, plan)
    own = [act for act in acts if TRANSITIONS[act].role in roles_on(user, plan)]
    primary: Act | None = None
    if Act.SUBMIT in own and not readiness.blocking(readiness.gaps(plan)):
        primary = Act.SUBMIT
    elif Act.APPROVE in own:
        primary = Act.REQUEST_CHANGES if talk.must_fix else Act.APPROVE
    elif Act.RESTORE in own:
        primary = Act.RESTORE
    found = [Offer(act, TRANSITIONS[act], act not in own, primary=act == primary) for act in acts]
    return sorted(found, key=lambda offer: not offer.primary)


# -- the pages -------------------------------------------------------------------------------------


@signed_in
@require_safe
def plan(request: SignedInRequest, pk: int) -> HttpResponse:
    """The plan as a document; beside it, for those it concerns, what is said and asked."""
    user = request.user
    plan = plan_to_read(user, pk)
    if not may_see_people(user, plan):
        document = plan.document.without_people()
        return render(
            request,
            "plans/plan.html",
            {"plan": plan, "rail": contents(plan)}
            | _copying(user, plan)
            | _reflected(user, plan)
            | _body(plan, document),
        )
    talk = talk_on(user, plan)
    newest, decision = _latest(plan)
    context = {
        "plan": plan,
        "talk": talk,
        "may_edit": may_edit_now(user, plan),
        "offers": offers(user, plan, talk),
        "rail": contents(plan, talk, writes=may_edit_now(user, plan)),
        "progress": readiness.progress(readiness.gaps(plan) if plan.state in EDITABLE else ()),
        "deadline": limits.deadline(plan.lab, plan.cycle) if plan.state in EDITABLE else None,
        "decision": decision,
        "events": newest,
        "is_reviewer": Role.REVIEWER in roles_on(user, plan),
        "is_member": Role.MEMBER in roles_on(user, plan),
    }
    context |= _copying(user, plan) | _reflected(user, plan)
    return render(request, "plans/plan.html", context | _body(plan, plan.document))


def plan_to_read(user: User, pk: int) -> Plan:
    """The plan with its document at hand, in one query. Raises Http404."""
    plans = visible_plans(user).with_document()
    return get_object_or_404(plans.select_related("reflection__lab", "reflection__cycle"), pk=pk)


def _reflected(user: User, plan: Plan) -> dict[str, Any]:
    """The closing reflection that this reader sees, and whether they may write one."""
    reflection = reflection_of(user, plan)
    document = reflection.document if reflection else None
    return {
        "reflection": reflection,
        "reflected": document,
        "may_reflect": plan.state == State.APPROVED and may_reflect(user, plan),
    }


def _copying(user: User, plan: Plan) -> dict[str, Any]:
    """Where the plan came from, and whether this reader may begin another one from it."""
    return {"copied_from": source_of(user, plan), "may_copy": may_copy(user, plan)}


def _body(plan: Plan, document: PlanDocument) -> dict[str, Any]:
    """What ``plans/_document.html`` needs for the plan as it is."""
    return {
        "document": document,
        "goals": plan.gathered["goals"],
        "forms": FORMS.values(),
        # A plan from the archive was never asked these questions: what it lacks is not missing.
        "show_missing": plan.state != State.ARCHIVED,
    }


def contents(plan: Plan, talk: Talk | None = None, *, writes: bool = False) -> list[dict[str, Any]]:
    """The sections of the reading view, for ``components/rail.html``; open threads counted."""
    gaps = readiness.gaps(plan) if writes else []
    return [
        {
            "url": f"#at-{anchor_id(section.key)}",
            "key": section.key,
            "title": section.title,
            "progress": (
                readiness.progress(gap for gap in gaps if gap.section == section.key)
                if writes
                else None
            ),
            "threads": talk.open_in(section.key) if talk else 0,
        }
        for section in SECTIONS
    ]


_DECISIONS: dict[str, EventKind] = {
    State.APPROVED: EventKind.APPROVE,
    State.CHANGES_REQUESTED: EventKind.REQUEST_CHANGES,
}


def _latest(plan: Plan) -> tuple[list[Event], Event | None]:
    """The newest events, and the decision the plan stands under, however old it is."""
    events = _readable(plan.events.all())
    newest = list(events[:LATEST])
    kind = _DECISIONS.get(plan.state)
    return newest, events.filter(kind=kind).first() if kind else None


def _readable(events: QuerySet[Event]) -> QuerySet[Event]:
    """Newest first, with what a timeline names of each; what a version says is left out."""
    readable = events.select_related("actor", "version").defer("version__content")
    return readable.order_by("-at", "-pk")


@signed_in
@require_safe
def history(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything that happened to a plan, newest first, for those it concerns."""
    plan = get_object_or_404(visible_plans(request.user).with_names(), pk=pk)
    require(may_see_people(request.user, plan))
    events = Paginator(_readable(plan.events.all()), EVENTS_A_PAGE)
    page = events.get_page(request.GET.get("page"))
    context = {"plan": plan, "page": page, "copied_from": source_of(request.user, plan)}
    return render(request, "plans/history.html", context)


@signed_in
@require_safe
def version(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """A plan as it was when it was handed in or decided on, for those it concerns.

    ``?since=2`` shows what changed since version 2.
    """
    plan = get_object_or_404(visible_plans(request.user).with_document(), pk=pk)
    require(may_see_people(request.user, plan))
    versions = list(plan.versions.select_related("made_by").order_by("-number").defer("content"))
    shown = get_object_or_404(plan.versions.select_related("made_by"), number=number)
    document = shown.document
    asked = request.GET.get("since", "")
    since = next((one for one in versions if str(one.number) == asked), None)
    context = {
        "plan": plan,
        "since": since,
        "compared": changes(since.document, document) if since else None,
        "changes": changes(document, plan.document),
        "may_bring_back": may_edit_now(request.user, plan),
        "version": shown,
        "versions": versions,
        "is_present": shown.hash == plan.document.hash(),
        "events": _readable(shown.events.all()),
        "document": document,
        "goals": list(Sdg.objects.filter(number__in=document.sdgs).order_by("number")),
        "show_missing": True,
        "rail": contents(plan),
    }
    return render(request, "plans/version.html", context)
