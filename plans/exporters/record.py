"""The dossier on paper: a plan, what changed between its versions, decisions, threads, timeline.

The same as the archive holds (``dossier.py``), and by the same rule the same for everybody who may
take it: without what is not sent, and without what reviewers note among themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.times import exact
from plans import diff
from plans.exporters import dossier, entries, paper, threads
from plans.exporters.outline import (
    Block,
    Changed,
    Facts,
    Heading,
    Listed,
    Text,
    blocks,
    conversation,
)
from plans.models import Mark
from plans.models.review import lead
from plans.sections import GROUP, EvidenceForm, EvidenceKind, Stage
from plans.states import ChallengeType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accounts.models import User
    from plans.document import PlanDocument
    from plans.exporters.entries import Words
    from plans.models import Event, Plan, Review, Version

AROUND: Final = 60
"""So many letters of what stayed are shown beside a change."""
_NAMES: Final[dict[str, Any]] = {
    "challenge_type": ChallengeType,
    "stages": Stage,
    "kind": EvidenceKind,
    "form": EvidenceForm,
}


def write(plan: Plan, *, reader: User) -> bytes:
    """The dossier of a plan that was read ``with_document``, as a PDF.

    Times are told in the active time zone. Whether ``reader`` may have it is the view's to ask.
    """
    told = dossier.told(plan, reader)
    words = entries.words()
    return paper.pages([_blocks(plan, told, words, reader)])


def _blocks(plan: Plan, told: dict[str, Any], words: Words, reader: User) -> Iterator[Block]:
    site = str(settings.SITE_URL).rstrip("/")
    entry = entries.entry(reader, plan, site, told["pictures"])
    yield Heading(1, entry.name)
    yield Facts(
        (
            (_("Dossier made"), exact(told["made_at"])),
            (_("For"), reader.get_full_name()),
            (_("State"), f"{capfirst(entry.state)}, {exact(plan.state_since)}"),
            (_("Last changed"), exact(plan.changed_at)),
            (_("Fingerprint of the text (SHA-256)"), told["fingerprint"]),
        )
    )
    yield Text(
        _(
            "This is the record of the plan: what it says, how it changed from version to version, "
            "what was decided, what was said about it, and what happened when. What nobody had "
            "sent yet, and what reviewers note among themselves, is not in it."
        )
    )
    yield Heading(1, _("The plan"))
    _title, *rest = blocks(entry, words)
    yield from rest
    yield Heading(1, _("Versions"))
    yield from _versions(told["versions"], words)
    yield Heading(1, _("Reviews and decisions"))
    for review in told["reviews"]:
        yield from _review(review)
    if not told["reviews"]:
        yield Text(_("Nobody has reviewed this plan yet."))
    yield Heading(1, _("Threads"))
    said = threads.told(plan, (one.thread for one in told["threads"]), words.of)
    for thread in said:
        yield from conversation(thread, 2)
    if not said:
        yield Text(_("Nothing was said about this plan."))
    yield Heading(1, _("What happened"))
    for event in told["events"]:
        yield from _event(event)


# -- versions --------------------------------------------------------------------------------------


def _versions(versions: list[Version], words: Words) -> Iterator[Block]:
    if not versions:
        yield Text(_("It was not handed in yet, so no version is kept."))
    before: PlanDocument | None = None
    for version in versions:
        yield Heading(2, str(version))
        yield Facts(
            (
                (_("Kept"), f"{exact(version.made_at)}, {version.made_by.get_full_name()}"),
                (_("Fingerprint of the text (SHA-256)"), version.hash),
            )
        )
        document = version.document
        if before is not None:
            yield from _changes(diff.changes(before, document), words)
        before = document


def _changes(found: diff.Changes, words: Words) -> Iterator[Block]:
    if not found:
        yield Text(_("The same text as the version before."))
        return
    count = len(found)
    yield Text(
        ngettext(
            "%(count)d answer differs from the version before.",
            "%(count)d answers and rows differ from the version before.",
            count,
        )
        % {"count": count}
    )
    for _section, fields, rows in found.by_section():
        for field in fields:
            yield Heading(3, words.of(field.place))
            yield _change(field)
        for row in rows:
            yield Heading(3, _row_name(row))
            yield from _row(row, words)


def _row_name(change: diff.RowChange) -> str:
    one = str(GROUP[change.group].one).capitalize()
    place = change.now or change.was or 1
    return str(_("%(one)s %(place)d") % {"one": one, "place": place})


def _row(change: diff.RowChange, words: Words) -> Iterator[Block]:
    if change.kind == diff.ADDED:
        yield Text(_("Added at place %(place)d.") % {"place": change.now})
    elif change.kind == diff.REMOVED:
        yield Text(_("Removed from place %(place)d.") % {"place": change.was})
    elif change.moved:
        where = {"was": change.was, "now": change.now}
        yield Text(_("Moved from place %(was)d to place %(now)d.") % where)
    for field in change.fields:
        yield Heading(4, words.of(f"{field.section}.{field.name}"))
        yield _change(field)


def _change(change: diff.FieldChange) -> Block:
    if change.is_text:
        return Changed(tuple(_stretches(change.segments)))
    before, after = _value(change.before, change.name), _value(change.after, change.name)
    if change.is_list:
        out = [
            _("Removed: %(words)s") % {"words": _value(one, change.name)} for one in change.removed
        ]
        new = [_("Added: %(words)s") % {"words": _value(one, change.name)} for one in change.added]
        return Listed(tuple(out + new) or (_("The same in another order"),))
    parts = [(diff.REMOVED, before), (diff.KEPT, " "), (diff.ADDED, after)]
    return Changed(tuple((kind, text) for kind, text in parts if text))


def _stretches(segments: list[diff.Segment]) -> Iterator[tuple[str, str]]:
    """What changed, with a few words of what stayed around it."""
    for place, segment in enumerate(segments):
        text = segment.text
        if segment.kind == diff.KEPT and len(text) > 2 * AROUND + 20:
            # By whole words; a script without spaces is cut where it must be.
            head = "" if place == 0 else f"{text[:AROUND].rpartition(' ')[0] or text[:AROUND]} "
            last = text[-AROUND:]
            tail = "" if place == len(segments) - 1 else f" {last.partition(' ')[2] or last}"
            text = f"{head}…{tail}"  # with the spaces that part it from what changed
        yield segment.kind, text


def _value(value: Any, name: str) -> str:
    if value is None or value in ("", ()):
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, tuple):
        return ", ".join(_value(one, name) for one in value)
    if name in _NAMES:
        return str(_NAMES[name](value).label)
    if name == "focal_point":
        return str(value.name or value.email)
    return str(value)


# -- decisions and events --------------------------------------------------------------------------


def _review(review: Review) -> Iterator[Block]:
    who = review.reviewer.get_full_name()
    yield Heading(2, f"{capfirst(review.get_decision_display())}: {who}")
    facts = [(_("Decided"), exact(review.closed_at))]
    if review.version:
        facts.append((_("On"), str(review.version)))
        facts.append((_("Fingerprint of the text (SHA-256)"), review.version.hash))
    yield Facts(tuple(facts))
    if review.summary:
        yield Text(review.summary)
    marks = [
        ". ".join(filter(None, (f"{lead(one['text'])}: {_mark(one['mark'])}", one["word"])))
        for one in getattr(review, "said", ())
    ]
    if marks:
        yield Listed(tuple(marks))


def _mark(value: str) -> str:
    return str(Mark(value).label) if value else "–"


def _event(event: Event) -> Iterator[Block]:
    who = event.actor.get_full_name() if event.actor else _("The site")
    what = f"{who} {event.get_kind_display()}"
    parts = [event.capacity if event.actor else ""]
    if event.in_place_of:
        parts.append(_("in place of %(who)s") % {"who": event.in_place_of.get_full_name()})
    if event.version:
        parts.append(str(event.version))
    told = ", ".join(filter(None, parts))
    yield Facts(((exact(event.at), f"{what} ({told})" if told else what),))
    if event.words:
        yield Text(event.words)
