"""What was done: events and versions. Only ever adds rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max

from plans import clock
from plans.models import Event, Plan, Version

if TYPE_CHECKING:
    from accounts.models import Lab, User
    from plans.models import Cycle, EventKind, Thread
    from plans.states import Role


def record(
    kind: EventKind,
    *,
    actor: User,
    acted_as: Role,
    lab: Lab,
    cycle: Cycle,
    plan: Plan | None = None,
    on_behalf_of: str = "",
    from_state: str = "",
    to_state: str = "",
    note: str = "",
    thread: Thread | None = None,
    version: Version | None = None,
) -> Event:
    """Add one line to the history and return it. What is about a lab as a whole names no plan."""
    return Event.objects.create(
        kind=kind,
        actor=actor,
        acted_as=acted_as,
        plan=plan,
        lab=lab,
        cycle=cycle,
        on_behalf_of=on_behalf_of,
        from_state=from_state,
        to_state=to_state,
        note=note,
        thread=thread,
        version=version,
        at=clock.now(),
    )


def snapshot(plan: Plan, *, actor: User) -> Version:
    """Keep what the plan says now; the latest version again when it says the same.

    The caller holds the lock on the plan's row, so numbers are handed out in turn.
    """
    document = Plan.objects.with_document().get(pk=plan.pk).document
    fingerprint = document.hash()
    latest = plan.versions.order_by("-number").first()
    if latest and latest.hash == fingerprint:
        return latest
    number = plan.versions.aggregate(last=Max("number"))["last"] or 0
    return Version.objects.create(
        plan=plan,
        number=number + 1,
        content=document.model_dump(mode="json"),
        hash=fingerprint,
        made_by=actor,
        made_at=clock.now(),
    )


def submitted_from(plan: Plan) -> str:
    """The state the plan was in before it was last submitted."""
    event = plan.events.filter(kind="submit").order_by("-at", "-pk").first()
    return event.from_state if event else ""
