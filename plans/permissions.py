"""Who may see, write, discuss and decide. Every page, list, export and act asks here.

Three different answers: a plan you may not know of is not in :func:`visible_plans` (404); what you
may see but never do raises ``PermissionDenied`` (403); what is only not possible now is a
``PlanError`` from the act itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.roles import reviewing_in, roles_of
from plans.models import Collection, Openness, Plan
from plans.states import EDITABLE, HANDED_IN, PUBLIC, TRANSITIONS, Act, Role, State

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import OuterRef, QuerySet

    from accounts.models import Lab
    from plans.models import CollectionEntry, Reflection, Term
    from plans.models.collection import CollectionQuerySet
    from plans.models.event import Event
    from plans.models.plan import PlanQuerySet
    from plans.models.thread import ThreadQuerySet


def visible_plans(user: User | AnonymousUser) -> PlanQuerySet:
    """The plans that this person may know of.

    A lab sees its own in every state; a reviewer sees the region's from submission on; everybody
    signed in sees approved and archived ones; who manages the network sees all; who is signed out,
    none. (Design, "Who sees what".)
    """
    if not user.is_authenticated:
        return Plan.objects.none()
    roles = roles_of(user)
    if roles.manages_network:
        return Plan.objects.all()
    return Plan.objects.filter(
        Q(state__in=sorted(PUBLIC))
        | Q(lab__in=sorted(roles.labs))
        | Q(state__in=sorted(HANDED_IN), lab__region__in=sorted(roles.regions))
    )


def library_plans(user: User | AnonymousUser) -> PlanQuerySet:
    """Those of the :func:`visible_plans` that are everybody's: approved or from the archive.

    Asked for by state alone, which an index answers.
    """
    if not user.is_authenticated:
        return Plan.objects.none()
    return Plan.objects.filter(state__in=sorted(PUBLIC))


def reviewable_plans(user: User) -> PlanQuerySet:
    """The plans of a reviewer's queue: the region's, from submission on, never the own labs'.

    Who manages the network sees every region's.
    """
    roles = roles_of(user)
    plans = Plan.objects.filter(state__in=sorted(HANDED_IN)).exclude(lab__in=sorted(roles.labs))
    if roles.manages_network:
        return plans
    return plans.filter(lab__region__in=sorted(roles.regions))


def roles_on(user: User | AnonymousUser, plan: Plan) -> frozenset[Role]:
    """In which capacities this person meets this plan; none for a mere reader.

    Somebody of the lab is never its reviewer (four eyes). Reads ``plan.lab``.
    """
    roles = roles_of(user)
    answer: set[Role] = set()
    if plan.lab_id in roles.labs:
        answer.add(Role.MEMBER)
    elif plan.lab.region_id in roles.regions:
        answer.add(Role.REVIEWER)
    if roles.manages_network:
        answer.add(Role.ADMINISTRATOR)
    return frozenset(answer)


def role_for(user: User, plan: Plan, act: Act) -> Role | None:
    """The capacity in which this person may do this act, whatever the plan's state; None: never.

    An administrator may act on either side's behalf. Independent acts (the decisions) are never
    for somebody who is in the lab or wrote in the plan.
    """
    transition = TRANSITIONS[act]
    roles = roles_on(user, plan)
    role = next((r for r in (transition.role, Role.ADMINISTRATOR) if r in roles), None)
    if role and transition.independent and not _is_independent(user, plan, roles):
        return None
    return role


def _is_independent(user: User, plan: Plan, roles: frozenset[Role]) -> bool:
    return Role.MEMBER not in roles and not plan.was_written_by(user)


def available(user: User, plan: Plan) -> list[Act]:
    """The acts to offer on a page: those this person may do and the plan's state allows.

    ``workflow.move()`` asks the same two questions, so none of these is refused for who or where;
    it may still be refused for what is missing, and then says so.
    """
    return [
        act
        for act, transition in TRANSITIONS.items()
        if plan.state in transition.sources and role_for(user, plan, act)
    ]


def may_start(user: User, lab: Lab) -> bool:
    """Whether this person may begin a plan of this lab."""
    roles = roles_of(user)
    return lab.pk in roles.labs or roles.manages_network


def may_copy(user: User, plan: Plan) -> bool:
    """Whether this person may take this plan as the beginning of a new one of their lab.

    One's own lab's plans in any state, and what everybody may read. In which lab a plan may be
    begun is :func:`may_start`'s to say; who is in none copies nothing.
    """
    roles = roles_of(user)
    if roles.manages_network or plan.lab_id in roles.labs:
        return True
    return plan.state in PUBLIC and bool(roles.labs)


def source_of(user: User, plan: Plan) -> Plan | None:
    """The plan that this one began as a copy of, where this person may know of it."""
    if plan.copied_from_id is None:
        return None
    plans = visible_plans(user).select_related("lab", "cycle")
    return plans.filter(pk=plan.copied_from_id).first()


def may_write(user: User, plan: Plan) -> bool:
    """Whether this person is ever among the plan's writers; its state is another question."""
    return bool(roles_on(user, plan) & {Role.MEMBER, Role.ADMINISTRATOR}) and (
        plan.state != State.ARCHIVED
    )


def may_edit_now(user: User, plan: Plan) -> bool:
    """Whether the form is open to this person: a writer, and a state in which plans are written."""
    return plan.state in EDITABLE and may_write(user, plan)


def may_see_people(user: User | AnonymousUser, plan: Plan) -> bool:
    """Whether names and addresses of the lab's people, threads and history are for this person."""
    return bool(roles_on(user, plan))


def reflection_of(user: User | AnonymousUser, plan: Plan) -> Reflection | None:
    """The closing reflection of a plan that this person sees, where it has one to show.

    Until its lab has finished it, it is for those who see the lab's people.
    """
    reflection: Reflection | None = getattr(plan, "reflection", None)
    if reflection is None or (reflection.finished_at is None and not may_see_people(user, plan)):
        return None
    return reflection


def may_reflect(user: User, plan: Plan) -> bool:
    """Whether this person may write the closing reflection of a plan, once it is approved."""
    return may_write(user, plan)


def may_open_thread(user: User, plan: Plan) -> bool:
    """Whether this person may begin a thread: a reviewer or administrator, from submission on."""
    return plan.state in HANDED_IN and may_resolve(user, plan)


def may_reply(user: User, plan: Plan) -> bool:
    """Whether this person may answer in the plan's threads: the lab and its reviewers, always."""
    return may_see_people(user, plan)


def may_address(user: User, plan: Plan) -> bool:
    """Whether this person may say that a thread's wish is done: the lab."""
    return may_write(user, plan)


def may_resolve(user: User, plan: Plan) -> bool:
    """Whether this person may resolve and reopen threads: a reviewer or an independent manager."""
    roles = roles_on(user, plan)
    return bool(roles & {Role.REVIEWER, Role.ADMINISTRATOR}) and Role.MEMBER not in roles


def may_decide(user: User, plan: Plan) -> bool:
    """Whether this person may ever decide on this plan: a reviewer or manager, independent."""
    return role_for(user, plan, Act.APPROVE) is not None


def may_nudge(user: User, lab: Lab) -> bool:
    """Whether this person may write to a lab about its plans: its region's reviewers, managers."""
    roles = roles_of(user)
    return lab.pk not in roles.labs and (lab.region_id in roles.regions or roles.manages_network)


def people_in(lab: Lab | OuterRef) -> QuerySet[Membership]:
    """Those of a lab who read what is written to it."""
    return Membership.objects.filter(lab=lab, user__is_active=True)


def may_hand_over(user: User, plan: Plan) -> bool:
    """Whether this person may give the plan to another reviewer: who is on it, or may act for them.

    That is a stand-in while they are away, and who manages the network.
    """
    if plan.claimed_by_id is not None and plan.claimed_by_id == user.pk:
        return True
    roles = roles_on(user, plan)
    cover = roles_of(user).cover_of(plan.claimed_by_id, plan.lab.region_id)
    return Role.ADMINISTRATOR in roles or (cover is not None and Role.REVIEWER in roles)


def reviewers_for(plan: Plan) -> QuerySet[User]:
    """Who reviews the plan's region and may decide on it, stand-ins too. Reads ``plan.lab``."""
    reviewers = User.objects.filter(reviewing_in(plan.lab.region_id), is_active=True)
    of_lab = User.objects.filter(memberships__lab=plan.lab_id)
    wrote = plan.writings.values("by")
    return reviewers.exclude(pk__in=of_lab.values("pk")).exclude(pk__in=wrote).order_by("name")


def visible_threads(user: User, plan: Plan) -> ThreadQuerySet:
    """The threads of a plan that somebody who :func:`may_reply` may know of.

    What a reviewer has not sent is theirs alone; notes between reviewers are the reviewers' side's.
    """
    return plan.threads.seen_by(user, reviews=may_resolve(user, plan))


def visible_events(user: User, plan: Plan) -> QuerySet[Event]:
    """What of a plan's history somebody whom :func:`may_see_people` is told may know of."""
    return plan.events.seen_by(reviews=may_resolve(user, plan))


def people_on(plan: Plan, *, reviewers_only: bool = False) -> QuerySet[User]:
    """Who sees and talks about this plan now: its lab, reviewers of its region, network managers.

    The same people as :func:`roles_on` and :func:`visible_plans` answer one by one: a reviewer is
    not among them while the lab has not handed the plan in. They can be named in a comment; of a
    note between reviewers the lab's people are left out. Reads ``plan.lab``.
    """
    managers = Q(is_staff=True) & (
        Q(is_superuser=True)
        | Q(groups__permissions__codename="change_plan")
        | Q(user_permissions__codename="change_plan")
    )
    theirs = managers
    if plan.state in HANDED_IN | PUBLIC:
        theirs |= reviewing_in(plan.lab.region_id)
    people = User.objects.filter(is_active=True)
    of_lab = Q(memberships__lab=plan.lab_id)
    if reviewers_only:
        people = people.filter(theirs).exclude(of_lab)
    else:
        people = people.filter(theirs | of_lab)
    return people.distinct().order_by("name", "email")


def visible_collections(user: User | AnonymousUser) -> CollectionQuerySet:
    """The collections that this person may know of: theirs, shared with them, open to all.

    Which plans of them they see is :func:`visible_entries`'s to say; a collection gives nobody
    sight of a plan.
    """
    if not user.is_authenticated:
        return Collection.objects.none()
    shared = Collection.objects.shared_with(user).order_by().values("pk")
    return Collection.objects.filter(
        Q(owner=user) | Q(openness=Openness.NETWORK) | Q(pk__in=shared)
    )


def visible_entries(user: User, collection: Collection) -> QuerySet[CollectionEntry]:
    """What of a collection this person reads: its plans that they may see anyway.

    Of the others nothing is told, not even how many they are: whoever counts learns of drafts.
    That holds for the maker of the collection too, who may have left the lab since.
    """
    return collection.entries.filter(plan__in=visible_plans(user).order_by().values("pk"))


def may_change_collection(user: User, collection: Collection) -> bool:
    """Whether this person changes a collection, shares it and deletes it: who made it."""
    return collection.owner_id == user.pk


def colleagues(user: User) -> QuerySet[User]:
    """The people whose names and addresses somebody knows from the pages of their labs."""
    people = User.objects.filter(memberships__lab__in=sorted(roles_of(user).labs), is_active=True)
    return people.exclude(pk=user.pk).distinct().order_by("name", "email")


def require(allowed: bool) -> None:
    """Raise ``PermissionDenied`` unless allowed: the page answers 403."""
    if not allowed:
        raise PermissionDenied(_("This is not yours to do."))


def may_keep_terms(user: User | AnonymousUser, vocabulary: type[Term]) -> bool:
    """Whether this person keeps a vocabulary: renames, retires, merges.

    Staff with Django's permission to change its terms: taxonomy managers, network managers,
    superusers.
    """
    name = vocabulary._meta.model_name
    return user.is_active and user.is_staff and user.has_perm(f"plans.change_{name}")
