"""Closing reflections: writing one, and finding the plans of those from the archive."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.roles import roles_of
from plans import clock
from plans.errors import Invalid, WrongState
from plans.models import Plan, Reflection
from plans.pairing import Pairing, pair
from plans.permissions import may_reflect, require
from plans.phrases import in_common
from plans.states import PUBLIC, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import QuerySet

    from accounts.models import User
    from plans.document import ReflectionDocument

SITTING = dt.timedelta(minutes=10)
"""What the same person saves within it is one piece of writing."""

FEW = 20
"""So many characters may go out of an answer at a time, as words do while one writes."""


def waiting() -> QuerySet[Reflection]:
    """The reflections of the archive whose plan nobody knows yet."""
    return Reflection.objects.filter(plan=None).select_related("lab", "cycle").order_by("pk")


def free_plans(reflections: QuerySet[Reflection]) -> QuerySet[Plan]:
    """The plans that these could be about: of their labs, to be read by all, without one yet."""
    plans = Plan.objects.filter(
        lab__in=reflections.order_by().values("lab"),
        state__in=sorted(PUBLIC),
        reflection__isnull=True,
    )
    return plans.select_related("lab", "cycle").order_by("pk")


def pairs() -> Pairing:
    """What :func:`link_all` would link, and what it would leave to somebody's judgement."""
    return pair(list(waiting()), list(free_plans(waiting())))


@transaction.atomic
def link_all(*, actor: User) -> Pairing:
    """Link the reflections whose plan is certain. The answer also names those that are doubtful.

    Raises PermissionDenied for anybody who does not manage the network.
    """
    require(roles_of(actor).manages_network)
    found = pairs()
    for reflection, plan in found.certain:
        Reflection.objects.filter(pk=reflection.pk, plan=None).update(plan=plan)
    return found


@transaction.atomic
def link(reflection: Reflection, plan: Plan | None, *, actor: User) -> Reflection:
    """Say which plan a reflection of the archive is about; None: nobody knows.

    Raises PermissionDenied for anybody who does not manage the network, and Invalid where the plan
    is another lab's, is not to be read by all, or has a reflection already.
    """
    require(roles_of(actor).manages_network)
    reflection = Reflection.objects.select_for_update().get(pk=reflection.pk)
    if not reflection.source:
        raise Invalid(_("This reflection was written here, on its plan. It stays there."))
    if plan is not None:
        plan = Plan.objects.select_for_update().get(pk=plan.pk)
        _check(reflection, plan)
    reflection.plan = plan
    reflection.changed_at, reflection.changed_by = clock.now(), actor
    reflection.save(update_fields=["plan", "changed_at", "changed_by"])
    return reflection


def _check(reflection: Reflection, plan: Plan) -> None:
    if plan.lab_id != reflection.lab_id:
        raise Invalid(_("A reflection is about a plan of its own lab."))
    if plan.state not in PUBLIC:
        raise Invalid(_("This plan is not approved and not of the archive."))
    if Reflection.objects.filter(plan=plan).exclude(pk=reflection.pk).exists():
        raise Invalid(_("This plan has a closing reflection already."))


@transaction.atomic
def write(
    plan: Plan,
    compose: Callable[[Reflection | None], ReflectionDocument | None],
    *,
    actor: User,
    finish: bool = False,
) -> Reflection | None:
    """Keep what a lab writes in the closing reflection of its approved plan.

    ``compose`` is given what is stored once it is locked, None at first, and answers what is to be
    stored; where it answers None nothing is, and so does this. Once it was finished a reflection
    is everybody's to read, and stays so when it is changed. Raises PermissionDenied for others, and
    WrongState where the plan is not approved.
    """
    require(may_reflect(actor, plan))
    plan = (
        Plan.objects.select_for_update(of=("self",)).select_related("lab", "cycle").get(pk=plan.pk)
    )
    if plan.state != State.APPROVED:
        raise WrongState(
            _("A closing reflection is written once the plan is approved. This one is %(state)s.")
            % {"state": plan.get_state_display()}
        )
    found = Reflection.objects.select_for_update().filter(plan=plan).first()
    document = compose(found)
    if document is None:
        return None
    if found and _is_worth_keeping(found, document, actor):
        found.earlier.create(
            content=found.content, written_at=found.changed_at, written_by=found.changed_by
        )
    reflection = found or Reflection(plan=plan, created_at=clock.now())
    document = document.model_copy(
        update={
            "lab": plan.lab.name,
            "cycle": str(plan.cycle),
            "title": plan.title,
            "country": plan.country.name if plan.country else "",
        }
    )
    reflection.lab, reflection.cycle, reflection.title = plan.lab, plan.cycle, plan.title
    reflection.content = document.model_dump(mode="json")
    reflection.fingerprint = document.fingerprint()
    if finish and reflection.finished_at is None:
        reflection.finished_at = clock.now()
    reflection.changed_at, reflection.changed_by = clock.now(), actor
    reflection.save()
    return reflection


def _is_worth_keeping(stored: Reflection, document: ReflectionDocument, actor: User) -> bool:
    """Whether what is stored is to be found again once ``document`` takes its place.

    It is, where words go and the save before was another person's, or some time ago; and, for it is
    saved while somebody writes, where more go out of an answer at a time than while one writes.
    """
    is_own = stored.changed_by_id == actor.pk and clock.now() - stored.changed_at <= SITTING
    now = dict(_texts(document.model_dump(mode="json")))
    most = max(_taken_out(was, now.get(at, "")) for at, was in _texts(stored.content))
    return most > (FEW if is_own else 0)


def _texts(content: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Each text in ``content`` with where it stands."""
    if isinstance(content, str):
        yield at, content
    elif isinstance(content, dict | list):
        parts = content.items() if isinstance(content, dict) else enumerate(content)
        for name, part in parts:
            yield from _texts(part, f"{at}/{name}")


def _taken_out(was: str, now: str) -> int:
    """How many characters of ``was`` are not at the beginning or end of ``now``."""
    begin = in_common(was, now)
    return len(was) - begin - in_common(reversed(was[begin:]), reversed(now[begin:]))
