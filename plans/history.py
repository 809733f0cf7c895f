"""What was done and written: events, versions, checkpoints, saves. Only ever adds rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import F, Max, Q, Window
from django.db.models.functions import Lead

from accounts.roles import roles_of
from plans import clock
from plans.diff import TEXTS, changes, splice
from plans.models import Checkpoint, Event, Plan, Version, Writing
from plans.replay import Part, document_after, retell, values_after
from plans.states import Role

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Lab, User
    from plans.document import PlanDocument
    from plans.models import Comment, Cycle, EventKind, Review, Thread

EVERY = dt.timedelta(minutes=30)
"""How much writing goes by, at most, between two checkpoints."""


def record(
    kind: EventKind,
    *,
    actor: User | None,
    acted_as: Role,
    lab: Lab,
    cycle: Cycle,
    plan: Plan | None = None,
    on_behalf_of: str = "",
    from_state: str = "",
    to_state: str = "",
    note: str = "",
    thread: Thread | None = None,
    comment: Comment | None = None,
    review: Review | None = None,
    version: Version | None = None,
) -> Event:
    """Add one line to the history and return it. What is about a lab as a whole names no plan.

    ``actor`` is nobody where the site itself acts, on a day that was set. Where they reviewed as
    somebody's stand-in, it says whose.
    """
    return Event.objects.create(
        kind=kind,
        actor=actor,
        acted_as=acted_as,
        plan=plan,
        lab=lab,
        cycle=cycle,
        on_behalf_of=on_behalf_of,
        in_place_of_id=_in_place_of(actor, acted_as, lab),
        from_state=from_state,
        to_state=to_state,
        note=note,
        thread=thread,
        comment=comment,
        review=review,
        version=version,
        at=clock.now(),
    )


def _in_place_of(actor: User | None, acted_as: Role, lab: Lab) -> int | None:
    if actor is None or acted_as != Role.REVIEWER:
        return None
    return roles_of(actor).in_place_of(lab.region_id)


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


# -- what was written ------------------------------------------------------------------------------


def keep(plan: Plan) -> None:
    """Keep the whole plan as it is, before the first change of a half hour.

    For actions, under the lock of the plan's row and before they write. Half hours are those of
    the clock, so that the plan's own time of change decides and nothing has to be looked up.
    """
    Checkpoint.objects.bulk_create(due(plan))


def due(plan: Plan) -> list[Checkpoint]:
    """What :func:`keep` keeps, not written yet; nothing while the half hour has begun already."""
    if plan.revision and _half_hour(plan.changed_at) == _half_hour(clock.now()):
        return []
    document = Plan.objects.with_document().get(pk=plan.pk).document
    return [
        Checkpoint(
            plan=plan,
            revision=plan.revision,
            content=document.model_dump(mode="json"),
            made_at=clock.now(),
        )
    ]


def _half_hour(moment: dt.datetime) -> int:
    return int(moment.timestamp() // EVERY.total_seconds())


def note_writing(plan: Plan, entries: Sequence[dict[str, Any]], *, actor: User) -> None:
    """Add what a save changed, with the words it took out; ``entries`` as :class:`Writing` says.

    The plan's revision is already the one that the save made.
    """
    Writing.objects.bulk_create(noted(plan, entries, actor=actor))


def noted(plan: Plan, entries: Sequence[dict[str, Any]], *, actor: User) -> list[Writing]:
    """What :func:`note_writing` adds, not written yet; at most one."""
    if not entries:
        return []
    return [
        Writing(
            plan=plan, revision=plan.revision, by=actor, at=plan.changed_at, entries=list(entries)
        )
    ]


def answered(key: str, before: Any, after: Any) -> dict[str, Any]:
    """The entry for an answer; both values as in the plan's document."""
    if key.rpartition("/")[2] in TEXTS:
        start, out, put_in = splice(before or "", after or "")
        return {"key": key, "at": start, "out": out, "in": put_in}
    return {"key": key, "before": before, "after": after}


def compared(before: PlanDocument, after: PlanDocument) -> list[dict[str, Any]]:
    """The entries for a whole document written into a plan that had no rows."""
    found = changes(before, after)
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    entries = [answered(one.name, old[one.name], new[one.name]) for one in found.fields]
    entries += [
        {"added": row.group, "row": row.after.model_dump(mode="json"), "place": row.now}
        for row in found.rows
        if row.after is not None
    ]
    return entries


def sittings(plan: Plan) -> QuerySet[Checkpoint]:
    """The half hours in which the plan was written, newest first, each as it then began.

    Each carries ``until``: the plan's revision when it ended, None for the latest.
    """
    after = Window(Lead("revision"), order_by=F("revision").asc())
    return plan.checkpoints.annotate(until=after).order_by("-revision")


def tell(plan: Plan, sittings: Sequence[Checkpoint]) -> list[tuple[Checkpoint, list[Part]]]:
    """What was written in these half hours, in one query more; the newest first."""
    if not sittings:
        return []
    ends = [getattr(one, "until", None) for one in sittings]
    writings = plan.writings.filter(revision__gt=min(one.revision for one in sittings))
    if None not in ends:
        writings = writings.filter(revision__lte=max(end for end in ends if end is not None))
    saves = list(writings.select_related("by").order_by("revision"))
    return [
        (
            one,
            retell(
                one.document,
                one.revision,
                [
                    save
                    for save in saves
                    if save.revision > one.revision and (end is None or save.revision <= end)
                ],
            ),
        )
        for one, end in zip(sittings, ends, strict=True)
    ]


def document_at(plan: Plan, revision: int) -> PlanDocument | None:
    """The plan as it was at a revision, or is now for a later one; None where nothing is known."""
    start = plan.checkpoints.filter(revision__lte=revision).order_by("-revision").first()
    if start is None:
        return None
    between = plan.writings.filter(revision__gt=start.revision, revision__lte=revision)
    return document_after(start.document, between.order_by("revision"))


def texts_since(plan: Plan, key: str, revision: int) -> Iterator[str]:
    """What the text under a key said at a revision and after each save since; the oldest first.

    Nothing where the history does not go back so far.
    """
    start = document_at(plan, revision)
    if start is not None:
        values = values_after(start, key, written_since(plan, revision))
        yield from (value for value in values if isinstance(value, str))


def written_since(plan: Plan, revision: int) -> QuerySet[Writing]:
    """The saves after a revision, oldest first, with who made them."""
    found = plan.writings.filter(revision__gt=revision)
    return found.select_related("by").order_by("revision")


@dataclass(frozen=True)
class Removal:
    """A row that was taken away: where it stood, what it held, who did it in which revision."""

    row_id: UUID
    place: int
    row: dict[str, Any]
    revision: int
    by: User


def removals(plan: Plan, group: str, row_ids: Sequence[UUID]) -> list[Removal]:
    """The latest removal of each of these rows, in the order of places; in one query.

    Rows that never were this plan's, and those never removed, are left out.
    """
    if not row_ids:
        return []
    asked = Q()
    for row_id in row_ids:
        asked |= Q(entries__contains=[{"removed": group, "row": {"id": str(row_id)}}])
    found = {
        row_id: Removal(row_id, entry["place"], entry["row"], writing.revision, writing.by)
        for writing in plan.writings.filter(asked).select_related("by").order_by("revision")
        for entry in writing.entries
        if entry.get("removed") == group and (row_id := UUID(entry["row"]["id"])) in row_ids
    }
    return sorted(found.values(), key=lambda one: one.place)
