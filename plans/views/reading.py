"""Reading plans: as they are, as they were, and what happened to them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.decorators import SignedInRequest, signed_in
from accounts.roles import roles_of
from plans import clock, limits, presence, readiness, reviewing
from plans.diff import changes
from plans.exporters.forms import FORMS
from plans.models import Decision, EventKind, Plan, Sdg
from plans.models.draft import typed_by
from plans.models.event import handing_in
from plans.models.notification import muted_by
from plans.models.review import approved_number
from plans.models.version import versions_in_short
from plans.permissions import (
    available,
    may_copy,
    may_decide,
    may_edit_now,
    may_hand_over,
    may_reflect,
    may_resolve,
    may_see_people,
    reflection_of,
    require,
    roles_on,
    source_of,
    visible_events,
    visible_plans,
)
from plans.sections import SECTIONS
from plans.states import EDITABLE, HANDED_IN, PUBLIC, TRANSITIONS, Act, Role, State
from plans.templatetags.plans import anchor_id
from plans.views.changed import (
    Choice,
    approval_of,
    chosen,
    marking,
    wanted,
    wishes,
)
from plans.views.talk import Talk, talk_on
from plans.workflow import DECISIONS

if TYPE_CHECKING:
    from django.db.models.expressions import RawSQL

    from accounts.models import User
    from plans.document import PlanDocument
    from plans.models import Event
    from plans.states import Transition

LATEST = 5
EVENTS_A_PAGE = 50


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
    if talk.mine:  # what is begun leads to the decision
        acts = [act for act in acts if act not in DECISIONS]
    own = [act for act in acts if TRANSITIONS[act].role in roles_on(user, plan)]
    primary: Act | None = None
    if Act.SUBMIT in own and not readiness.blocking(readiness.gaps(plan)):
        primary = Act.SUBMIT
    elif Act.APPROVE in own:
        primary = Act.REQUEST_CHANGES if talk.must_fix else Act.APPROVE
    elif Act.RESTORE in own:
        primary = Act.RESTORE
    if talk.mine:
        primary = None
    found = [Offer(act, TRANSITIONS[act], act not in own, primary=act == primary) for act in acts]
    return sorted(found, key=lambda offer: not offer.primary)


# -- the pages -------------------------------------------------------------------------------------


@signed_in
@require_safe
def plan(request: SignedInRequest, pk: int) -> HttpResponse:
    """The plan as a document; beside it, for those it concerns, what is said and asked.

    ``?since=`` a version's number, or ``review``, marks what changed since; ``?until=`` shows the
    plan as it was in another version; ``?since=none`` leaves marks out.
    """
    user, opened_at = request.user, clock.now()
    plan = plan_to_read(user, pk, wanted(request.GET, user))
    if not may_see_people(user, plan):
        document = plan.document.without_people()
        context = {"plan": plan, "rail": contents(plan), "approval": approval_of(plan)}
        context |= _copying(user, plan) | _reflected(user, plan) | _body(plan, document)
        return render(request, "plans/plan.html", context)
    talk = talk_on(user, plan)
    if may_resolve(user, plan) and not _is_ahead(request):
        reviewing.look(plan, opened_at, actor=user)
    choice = chosen(request.GET, user, plan, talk)
    newest = list(_readable(visible_events(user, plan))[:LATEST])
    may_edit = may_edit_now(user, plan)
    context = {
        "plan": plan,
        "talk": talk,
        "with_threads": True,
        "may_edit": may_edit,
        "offers": offers(user, plan, talk),
        "rail": contents(plan, talk, writes=may_edit),
        "progress": readiness.progress(readiness.gaps(plan) if plan.state in EDITABLE else ()),
        "deadline": cast("Any", plan).hand_in_by if plan.state in EDITABLE else None,
        "reviews": talk.standing(plan),
        "reopened": _reopened(plan, talk),
        "events": newest,
        "joins": talk.joins,
        "unfinished": talk.unfinished(plan),
        "is_reviewer": Role.REVIEWER in roles_on(user, plan),
        "is_member": Role.MEMBER in roles_on(user, plan),
        "approval": approval_of(plan),
        "checklist": wishes(plan, talk),
        "choice": choice,
    }
    # Where the list says all that is asked for, the reviews need not say it as well.
    context["comments_open"] = may_edit and not context["checklist"]
    if may_edit and not choice.since:
        context["writing_now"] = presence.writing_now(presence.others(plan, user))
    context |= _copying(user, plan) | _body(plan, plan.document) | in_queue(user, plan)
    context |= _reflected(user, plan) | _marked(plan, talk, choice)
    return render(request, "plans/plan.html", context)


def in_queue(user: User, plan: Plan) -> dict[str, Any]:
    """What ``plans/_queue_bar.html`` needs where the plan is one of this reader's queue."""
    if plan.state not in HANDED_IN or not may_resolve(user, plan):
        return {}
    cover = roles_of(user).cover_of(plan.claimed_by_id, plan.lab.region_id)
    is_free = plan.claimed_by_id is None or cover is not None
    return {
        "in_queue": True,
        "cover": cover,
        "may_claim": is_free and plan.state == State.SUBMITTED and may_decide(user, plan),
        "may_hand_over": plan.claimed_by_id is not None and may_hand_over(user, plan),
    }


def _is_ahead(request: SignedInRequest) -> bool:
    """Whether a browser asks on its own account, before its reader does; or for the head alone."""
    purpose = request.headers.get("Sec-Purpose", "") or request.headers.get("Purpose", "")
    return request.method == "HEAD" or "prefetch" in purpose


def _marked(plan: Plan, talk: Talk, choice: Choice) -> dict[str, Any]:
    """What the page needs besides, where it shows what changed; nothing where it does not.

    A plan as it was in an earlier version is to be read, not written in or commented on.
    """
    marks = marking(choice, plan)
    if marks is None:
        return {}
    gone = frozenset(row.place for row in marks.changes.rows if row.after is None)
    talk = replace(talk, gone=gone)
    context: dict[str, Any] = {"marking": marks, "talk": talk}
    shown = choice.until.document.sdgs if choice.until else ()
    goals = {goal["number"]: goal for goal in plan.gathered["goals"]}
    others = {*marks.goals, *shown} - goals.keys()
    if others:
        named = Sdg.objects.filter(number__in=others).values("number", "name", "colour")
        goals |= {goal["number"]: goal for goal in named}
    context["goals_by_number"] = goals
    if choice.until:
        document = choice.until.document
        talk = replace(talk, document=document, new_thread="")
        context |= {"talk": talk, "document": document, "may_edit": False}
        context["goals"] = [goals[number] for number in sorted(shown) if number in goals]
    return context


def plan_to_read(user: User, pk: int, kept: RawSQL | None = None) -> Plan:
    """The plan with its document, and what this person has typed there, in one query.

    Also with what they have ``muted`` of it, its versions (``kept``, as the page wants them), how
    it was handed in last (``handed_in``), and which version was approved last
    (``approved_number``). Raises Http404.
    """
    plans = visible_plans(user).with_document()
    plans = plans.select_related("reflection__lab", "reflection__cycle")
    plans = plans.annotate(
        typed=typed_by(user.pk),
        muted=muted_by(user.pk),
        kept=kept or versions_in_short(),
        handed_in=handing_in(),
        approved_number=approved_number(),
        hand_in_by=limits.hand_in_by(),
    )
    return get_object_or_404(plans, pk=pk)


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
        # What everybody reads leads to the pages of its partners.
        "is_everybodys": plan.state in PUBLIC,
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


def _reopened(plan: Plan, talk: Talk) -> Event | None:
    """How an approved plan came to be open for changes again, where that is how it did."""
    if plan.state != State.CHANGES_REQUESTED or any(
        review.decision == Decision.CHANGES_REQUESTED
        and review.closed_at
        and review.closed_at >= plan.state_since
        for review in talk.sent
    ):
        return None
    return _readable(plan.events.filter(kind=EventKind.REOPEN)).first()


def _readable(events: QuerySet[Event]) -> QuerySet[Event]:
    """Newest first, with what a timeline names of each; what a version says is left out."""
    readable = events.select_related(
        "actor", "in_place_of", "version", "comment", "thread__opened_by"
    )
    readable = readable.defer("version__content")
    return readable.order_by("-at", "-pk")


@signed_in
@require_safe
def history(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything that happened to a plan, newest first, for those it concerns."""
    plan = get_object_or_404(visible_plans(request.user).with_names(), pk=pk)
    require(may_see_people(request.user, plan))
    events = Paginator(_readable(visible_events(request.user, plan)), EVENTS_A_PAGE)
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
        "events": _readable(visible_events(request.user, plan).filter(version=shown)),
        "reviews": plan.reviews.filter(version=shown, closed_at__isnull=False).to_read(),
        "document": document,
        "goals": list(Sdg.objects.filter(number__in=document.sdgs).order_by("number")),
        "show_missing": True,
        "rail": contents(plan),
    }
    return render(request, "plans/version.html", context)
