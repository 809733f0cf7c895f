"""The plan as a whole: starting one and moving it from state to state.

The only writer of ``Plan.state`` and ``Plan.slot``. Every act happens in one transaction, in this
order: lock the plan, look again, refuse or change, keep a version, write the history, write to the
outbox. What two people do at the same moment therefore happens one after the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Lab
from accounts.roles import forget_roles
from plans import clock, directory, history, limits, notifications, readiness
from plans.checklist import checklist_of
from plans.errors import (
    CycleClosed,
    Invalid,
    NotReady,
    ReviewUnderWay,
    SlotTaken,
    ThreadsOpen,
    Untouched,
    WordsNeeded,
    WrongState,
)
from plans.models import Cycle, Decision, EventKind, Plan, Review
from plans.permissions import may_start, people_on, require, role_for, roles_on
from plans.states import SLOTLESS, TRANSITIONS, Act, ChallengeType, Role, State

if TYPE_CHECKING:
    from accounts.models import User
    from plans.models import Event, Version
    from plans.models.plan import PlanQuerySet


# -- starting, and the place a plan holds ----------------------------------------------------------


@transaction.atomic
def start(
    lab: Lab, cycle: Cycle, *, actor: User, challenge_type: str = "", title: str = ""
) -> Plan:
    """Begin a plan. Choosing a type claims one of the lab's places in the cycle.

    Raises PermissionDenied for anybody but the lab and administrators, and SlotTaken, with the
    names of the plans that hold them, when no place of that type is free.
    """
    require(may_start(actor, lab))
    plan = Plan(
        lab=lab,
        cycle=cycle,
        title=title,
        state=State.DRAFT,
        state_since=clock.now(),
        created_by=actor,
        created_at=clock.now(),
        changed_at=clock.now(),
    )
    countries = list(lab.countries.all()[:2])
    if len(countries) == 1:
        (plan.country,) = countries
    _claim(plan, challenge_type)
    plan.save()
    plan.writers.add(actor)
    role = Role.MEMBER if Role.MEMBER in roles_on(actor, plan) else Role.ADMINISTRATOR
    _record(plan, EventKind.START, actor=actor, role=role, owner=Role.MEMBER, before="")
    return plan


def claim(plan: Plan, challenge_type: str) -> None:
    """Give a locked, unsaved-yet plan another type and the place that goes with it.

    For ``authoring``, which saves the plan. Raises SlotTaken; the plan then keeps what it held.
    """
    if challenge_type != plan.challenge_type:
        _claim(plan, challenge_type)


def _claim(plan: Plan, challenge_type: str) -> None:
    """Take the lowest free place. Labs queue here: the lab's row is locked until commit."""
    if not challenge_type:
        if plan.state != State.DRAFT:
            raise Invalid(_("Choose big bet or exploratory."), {"challenge_type": _("Choose one.")})
        plan.challenge_type, plan.slot = "", None
        return
    if challenge_type not in ChallengeType.values:
        raise Invalid(_("A plan is a big bet or exploratory."))
    Lab.objects.select_for_update(no_key=True).get(pk=plan.lab_id)
    slot = limits.free_slot(plan.lab, plan.cycle, challenge_type)
    if slot is None:
        raise SlotTaken(limits.taken_sentence(plan.lab, plan.cycle, challenge_type))
    plan.challenge_type, plan.slot = challenge_type, slot


def _claim_another(plan: Plan, challenge_type: str, actor: User) -> None:
    """Take a place of another type, or none, and note that as an answer that was changed."""
    before = plan.challenge_type
    history.keep(plan)
    _claim(plan, challenge_type)
    plan.revision, plan.changed_at, plan.changed_by = plan.revision + 1, clock.now(), actor
    plan.writers.add(actor)
    changed = history.answered("challenge_type", before, plan.challenge_type)
    history.note_writing(plan, [changed], actor=actor)


_TYPE = ("challenge_type", "revision", "changed_at", "changed_by")
"""What changes besides when a plan comes back as another type."""


# -- moving ----------------------------------------------------------------------------------------


def locked(plan: Plan, *, actor: User | None = None) -> Plan:
    """The plan as it is now, its row locked until the end of the transaction.

    What the ``actor`` is in the network is looked up again as well: somebody who waited for the
    plan may have changed sides meanwhile.
    """
    answer = _locking(Plan.objects.all()).get(pk=plan.pk)
    if actor is not None:
        forget_roles(actor)
    return answer


def taken(plans: PlanQuerySet, pk: int, *, actor: User) -> Plan:
    """The same for one of these plans, in one query as long as nobody else has it.

    Only who had to wait is looked up again. Raises Plan.DoesNotExist when it is not among them.
    """
    free = _locking(plans, skip_locked=True).filter(pk=pk).first()
    if free is not None:
        return free
    answer = _locking(plans).get(pk=pk)
    forget_roles(actor)
    return answer


def _locking(plans: PlanQuerySet, *, skip_locked: bool = False) -> PlanQuerySet:
    """Only what never changes is read beside it: what is joined would be as before the wait."""
    plans = plans.select_for_update(of=("self",), skip_locked=skip_locked)
    return plans.select_related("lab__region", "cycle")


@transaction.atomic
def move(
    plan: Plan, act: Act, *, actor: User, note: str = "", challenge_type: str | None = None
) -> Plan:
    """Do an act of the table of states and return the plan as it then is.

    ``note`` is the summary of a decision (the one kept so far, where none is given), the reason of
    a reopening, or a word on the way; ``challenge_type`` is for restoring a plan as another type,
    or without one (empty). A decision ends the actor's review, of which ``reviewing.send`` is the
    way in that takes marks as well. Raises
    PermissionDenied when the act is never this person's; a PlanError with a sentence when it is
    not possible now: WrongState, NotReady, CycleClosed, ReviewUnderWay, ThreadsOpen, WordsNeeded
    (Untouched for a plan handed in again as it was), SlotTaken.
    """
    transition = TRANSITIONS[act]
    plan = locked(plan, actor=actor)
    role = role_now(plan, act, actor=actor)
    before = State(plan.state)
    review = _pending_review(plan, actor) if act in DECISIONS else None
    note = note.strip() or (review.summary if review else "")
    check(plan, act, note, actor=actor)

    target = transition.target or State(history.submitted_from(plan) or State.DRAFT)
    if target in SLOTLESS:
        plan.slot = None
    if before == State.SUBMITTED:
        plan.waited += clock.now() - plan.state_since
    plan.state = target
    if act == Act.RESTORE and challenge_type not in (None, plan.challenge_type):
        _claim_another(plan, challenge_type or "", actor)
    elif act == Act.RESTORE:
        _claim(plan, plan.challenge_type)
    plan.state_since = clock.now()
    plan.save(update_fields=["state", "state_since", "waited", "slot", *_TYPE])
    if act == Act.SUBMIT:
        directory.enter(plan)

    version = history.snapshot(plan, actor=actor) if transition.makes_version else None
    if act in DECISIONS:
        review = _close_review(plan, act, review, actor=actor, summary=note)
    event = _record(
        plan,
        EventKind(act),
        actor=actor,
        role=role,
        owner=transition.role,
        before=before,
        note=note,
        review=review,
        version=version,
    )
    notifications.tell(event, review.comments.all() if review else ())
    return plan


def role_now(plan: Plan, act: Act, *, actor: User) -> Role:
    """In which capacity the actor may do this act in the state in which the plan is.

    Raises PermissionDenied when it is never theirs, WrongState when it is not possible any more.
    """
    role = role_for(actor, plan, act)
    if role is None:
        raise PermissionDenied(_("This is not yours to do."))
    if plan.state not in TRANSITIONS[act].sources:
        raise WrongState(
            _("“%(title)s” is %(state)s now, so this is not possible any more.")
            % {"title": plan, "state": plan.get_state_display()}
        )
    return role


def check(plan: Plan, act: Act, note: str, *, actor: User) -> None:
    """Refuse what is not possible now, in a sentence that says what to do.

    Threads are those that the actor may read: their own pending ones count, others' do not.

    :func:`move` asks under the lock; pages ask beforehand, to say it before anything is typed.
    """
    threads = plan.threads.seen_by(actor, reviews=False)
    if act == Act.SUBMIT:
        found = readiness.blocking(readiness.gaps(plan))
        if found:
            raise NotReady(_("Some answers are still missing."), found)
        check_open(plan.lab, plan.cycle)
        if not note:
            _refuse_untouched(plan, actor)
    elif act == Act.RECALL and _is_under_review(plan):
        raise ReviewUnderWay(
            _("A reviewer has begun to read this plan. Ask them to send it back instead.")
        )
    elif act == Act.REQUEST_CHANGES and not note and not threads.filter(status="open").exists():
        raise WordsNeeded(_("Write a summary, or open a thread, so that the lab knows what to do."))
    elif act == Act.APPROVE and threads.holding_up().exists():
        raise ThreadsOpen(
            _("A must-fix thread is still open. Resolve it, or request changes instead.")
        )
    elif act == Act.REOPEN and not note:
        raise WordsNeeded(_("Say why the plan is opened again."))


def _refuse_untouched(plan: Plan, actor: User) -> None:
    """Ask for a word where something that must be fixed is as the reviewer left it."""
    untouched = len(checklist_of(plan, actor).untouched)
    if untouched:
        raise Untouched(
            ngettext(
                "One thing you were asked to change is as it was. Say a word about it to the "
                "reviewer: why it stays, or where you dealt with it.",
                "%(number)d things you were asked to change are as they were. Say a word about "
                "them to the reviewer: why they stay, or where you dealt with them.",
                untouched,
            )
            % {"number": untouched}
        )


def check_open(lab: Lab, cycle: Cycle) -> None:
    """Raise CycleClosed unless this lab may hand in now, its own extension included."""
    moment = clock.now()
    if moment < cycle.opens_at:
        raise CycleClosed(
            _("%(cycle)s opens on %(date)s. The plan is safe here until then.")
            % {"cycle": cycle, "date": limits.in_words(cycle.opens_at)}
        )
    deadline = limits.deadline(lab, cycle)
    if moment >= deadline:
        raise CycleClosed(
            _(
                "%(cycle)s closed on %(date)s. An administrator can give your lab more time; "
                "the plan is safe here."
            )
            % {"cycle": cycle, "date": limits.in_words(deadline)}
        )


DECISIONS = {Act.APPROVE: Decision.APPROVED, Act.REQUEST_CHANGES: Decision.CHANGES_REQUESTED}


def _pending_review(plan: Plan, actor: User) -> Review | None:
    return plan.reviews.filter(reviewer=actor, closed_at__isnull=True).first()


def _close_review(
    plan: Plan, act: Act, review: Review | None, *, actor: User, summary: str
) -> Review:
    """End the actor's review with the decision; what others are still writing stays theirs."""
    review = review or Review(plan=plan, reviewer=actor, opened_at=clock.now())
    review.version = plan.versions.order_by("-number").first()
    review.decision, review.summary = DECISIONS[act], summary
    review.closed_at = clock.now()
    review.save()
    return review


def _is_under_review(plan: Plan) -> bool:
    """Whether a reviewer has begun to write about the version that was handed in last.

    Somebody who is no reviewer of it any more does not keep it from the lab.
    """
    newest = plan.versions.order_by("-number").values("pk")[:1]
    begun = plan.reviews.filter(closed_at__isnull=True, version__in=newest)
    return begun.filter(reviewer__in=people_on(plan, reviewers_only=True)).exists()


def _record(
    plan: Plan,
    kind: EventKind,
    *,
    actor: User,
    role: Role,
    owner: Role,
    before: str,
    note: str = "",
    review: Review | None = None,
    version: Version | None = None,
) -> Event:
    return history.record(
        kind,
        actor=actor,
        acted_as=role,
        on_behalf_of=owner if role != owner else "",
        lab=plan.lab,
        cycle=plan.cycle,
        plan=plan,
        from_state=before,
        to_state=plan.state,
        note=note,
        review=review,
        version=version,
    )
