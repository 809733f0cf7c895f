"""How a change is shown: marked words with long stretches folded, values in words, rows by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from plans import authoring
from plans.diff import ADDED, KEPT, RowChange
from plans.sections import GROUP, EvidenceForm, EvidenceKind, Stage
from plans.states import ChallengeType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plans.diff import FieldChange, Segment
    from plans.forms.conflict import Piece

register = template.Library()

AROUND = 90
"""How many signs of unchanged text are shown on either side of a change."""
LONG = 600
"""Texts with more signs than this are folded."""

_NAMES: dict[str, Any] = {
    "challenge_type": ChallengeType,
    "kind": EvidenceKind,
    "form": EvidenceForm,
    "stages": Stage,
}


@register.simple_tag
def marked(change: FieldChange, *, short: bool = False) -> SafeString:
    """The words of a text with what was added and removed marked, for eyes and ears.

    ``short`` leaves out what stayed as it was, but for a few words around each change.
    """
    segments = change.segments
    last = len(segments) - 1
    return format_html_join(
        "",
        "{}",
        (
            (_marked(segment, first=place == 0, last=place == last, short=short),)
            for place, segment in enumerate(segments)
        ),
    )


def _marked(segment: Segment, *, first: bool, last: bool, short: bool) -> SafeString | str:
    if segment.kind == KEPT and short:
        return _around(segment.text, first=first, last=last)
    return drawn_segment(segment)


def drawn_segment(segment: Segment, words: str = "") -> SafeString | str:
    """A stretch of text, marked for eyes and ears; ``words`` where they are drawn already."""
    text = words or segment.text
    if segment.kind == KEPT:
        return conditional_escape(text)
    if segment.kind == ADDED:
        return _spoken("ins", text, _("added:"), _("end of what was added"))
    return _spoken("del", text, _("removed:"), _("end of what was removed"))


def _spoken(tag: str, text: str, begins: str, ends: str) -> SafeString:
    return format_html(
        '<{0}><span class="skipped"> [{1} </span>{2}<span class="skipped"> {3}] </span></{0}>',
        tag,
        begins,
        text,
        ends,
    )


@register.simple_tag
def noticed(pieces: Sequence[Piece], says: str, *, short: bool = False) -> SafeString:
    """The words of one side of a conflict; ``says`` tells ears what the marked ones are.

    ``short`` leaves out what is not marked, but for a few words around.
    """
    last = len(pieces) - 1
    return format_html_join(
        "",
        "{}",
        (
            (_noticed(piece, says, first=place == 0, last=place == last, short=short),)
            for place, piece in enumerate(pieces)
        ),
    )


@register.simple_tag
def noticed_one(piece: Piece, says: str) -> SafeString | str:
    """The same for one of several things that were chosen."""
    return _noticed(piece, says, first=True, last=True, short=False)


def _noticed(piece: Piece, says: str, *, first: bool, last: bool, short: bool) -> SafeString | str:
    if piece.marked:
        return _spoken("mark", piece.text, says, _("end"))
    return _around(piece.text, first=first, last=last) if short else piece.text


@register.filter
def has_long(pieces: Sequence[Piece]) -> bool:
    """Whether one side of a conflict is folded at first."""
    return sum(len(piece.text) for piece in pieces) > LONG


def _around(text: str, *, first: bool, last: bool) -> str:
    head = "" if first else text[:AROUND]
    tail = "" if last else text[-AROUND:]
    return text if len(head) + len(tail) >= len(text) else f"{head} … {tail}"


@register.filter
def is_long(change: FieldChange) -> bool:
    """Whether a text is folded at first."""
    return sum(len(segment.text) for segment in change.segments) > LONG


@register.filter
def signs_changed(change: FieldChange) -> int:
    """How many signs of a text came in or went out."""
    return sum(len(segment.text) for segment in change.segments if segment.kind != KEPT)


@register.filter
def is_rewritten(change: FieldChange) -> bool:
    """Whether so much of a text changed that the changes themselves are folded."""
    return signs_changed(change) > LONG


@register.filter
def can_come_back(change: FieldChange | RowChange) -> bool:
    """Whether a button may bring something back; the type is the form's to change."""
    if isinstance(change, RowChange):
        return change.before is not None and bool(change.fields)
    return change.before not in (None, "", ()) and change.name not in authoring.KEPT_OUT


@register.filter
def way_back(change: RowChange) -> str:
    """What the button says that brings a row back: the row itself where it was taken away."""
    if change.after is not None:
        return _("Bring the earlier text back")
    return _("Bring this %(one)s back") % {"one": GROUP[change.group].one}


@register.filter
def can_go_back(fields: Sequence[FieldChange], rows: Sequence[RowChange]) -> bool:
    """Whether a section as a whole is worth bringing back: several changes, not only additions."""
    changed: list[FieldChange | RowChange] = [*fields, *rows]
    taken = any(map(can_come_back, changed)) or any(row.moved for row in rows)
    return len(changed) > 1 and taken


@register.simple_tag
def in_words(value: Any, name: str) -> str:
    """A value of the plan's document as people say it; empty for none."""
    if value is None or value == "" or value == ():
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name in _NAMES:
        return str(_NAMES[name](value).label).capitalize()
    if name == "focal_point":
        return str(value.name or value.email)
    if name == "sdgs":
        return _("Goal %(number)d") % {"number": value}
    return str(value)


@register.filter
def row_name(change: RowChange) -> str:
    """A row by the words in it: “Partner “Water users’ association””, or by its place."""
    one = str(GROUP[change.group].one).capitalize()
    for row in (change.after, change.before):
        for name in ("name", "question", "text", "alternative", "address"):
            words = getattr(row, name, "").strip()
            if words:
                short = words if len(words) <= 70 else f"{words[:69]}…"
                return _("%(one)s “%(words)s”") % {"one": one, "words": short}
    return _("%(one)s %(place)d") % {"one": one, "place": change.now or change.was or 1}
