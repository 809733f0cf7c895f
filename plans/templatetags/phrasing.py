"""The words that threads point at: marked in the text, with a way to the thread; and suggestions.

A text in which words can be chosen says so to the script (``data-on``); the marks say by a line
and a link that something is said there, by colour only besides.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.templatetags.shapes import icon
from plans import reviewing
from plans.diff import REMOVED, Segment
from plans.diff import words as words_between
from plans.forms.review import DeclineForm
from plans.models import SuggestionStatus, ThreadStatus
from plans.permissions import may_edit_now, may_write
from plans.templatetags.changes import drawn_segment
from plans.templatetags.drawing import Pen, drawn
from plans.templatetags.plans import anchor_id, place_name, shortened
from plans.views.talk import typed_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User
    from plans.anchors import Anchor
    from plans.diff import FieldChange
    from plans.document import PlanDocument
    from plans.models import Plan, Thread
    from plans.views.talk import Talk

register = template.Library()

LINES = frozenset({"title", "name"})
"""The texts that are shown as one line."""

CALLED = 60
"""A phrase is called by so many of its first signs."""


@dataclass(frozen=True)
class Mark:
    """The words from ``start`` to before ``end`` that a thread points at."""

    start: int
    end: int
    thread: Thread


class Marker(Pen):
    """Marks the words that threads point at; where several do, all the same."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._marks = marks
        self._edges = sorted({edge for mark in marks for edge in (mark.start, mark.end)})

    def words(self, words: str, at: int) -> str:
        """Words with their marks, each with the way to its thread where it ends."""
        return "".join(
            self._piece(words[start - at : end - at], start, end) + self.after(start, end)
            for start, end in self._pieces(at, at + len(words))
        )

    def address(self, words: str, at: int) -> str:
        """The same within a link: the ways to the threads stand behind it."""
        return "".join(
            self._piece(words[start - at : end - at], start, end)
            for start, end in self._pieces(at, at + len(words))
        )

    def after(self, start: int, end: int) -> str:
        """The ways to the threads whose words end there."""
        return "".join(_to_thread(mark.thread) for mark in self._marks if start < mark.end <= end)

    def _pieces(self, start: int, end: int) -> list[tuple[int, int]]:
        edges = [start, *(edge for edge in self._edges if start < edge < end), end]
        return [(one, next_) for one, next_ in pairwise(edges) if one < next_]

    def _piece(self, words: str, start: int, end: int) -> str:
        number = sum(mark.start <= start and end <= mark.end for mark in self._marks)
        if not number:
            return escape(words)
        css = "phrase phrase--several" if number > 1 else "phrase"
        return format_html('<mark class="{}">{}</mark>', css, words)


def _to_thread(thread: Thread) -> SafeString:
    """The way to a thread, right behind the words it points at.

    What is around it is for the style sheet, which keeps a full stop on the same line.
    """
    status = _("not sent yet") if thread.is_pending else thread.get_status_display()
    return format_html(
        '<span class="phrase__end"><a class="phrase__to no-print" id="phrase-{0}"'
        ' href="#thread-{0}">{1}<span class="skipped">{2}</span></a></span>',
        thread.pk,
        icon("draft" if thread.is_pending else thread.status),
        _(" [comment on “%(words)s”, %(status)s] ")
        % {"words": shortened(thread.phrase, CALLED), "status": status},
    )


def pen_for(context: template.Context, place: str) -> Pen:
    """What draws the text at a place: with the words that unresolved threads point at marked."""
    talk: Talk | None = context.get("talk")
    if not talk:
        return Pen()
    marks = [
        Mark(*found, thread)
        for thread in talk.pointing.get(place, ())
        if (found := reviewing.place_of(talk.document, thread))
    ]
    return Marker(marks) if marks else Pen()


@register.simple_tag(takes_context=True)
def pointable(context: template.Context, place: str, text: str) -> SafeString:
    """A text in paragraphs, in which words can be pointed at by who may open threads."""
    return _held(context, place, "div", drawn(text, pen_for(context, place)))


@register.simple_tag(takes_context=True)
def pointable_line(context: template.Context, place: str, text: str) -> SafeString:
    """The same for a text of one line."""
    return _held(context, place, "span", pen_for(context, place).words(text, 0))


@register.simple_tag(takes_context=True)
def pointable_change(
    context: template.Context, place: str, change: FieldChange, *, line: bool = False
) -> SafeString:
    """A text of which is marked what changed; what was removed cannot be pointed at."""
    pen, at, pieces = pen_for(context, place), 0, []
    for segment in change.segments:
        if segment.kind == REMOVED:
            pieces.append(drawn_segment(segment))
            continue
        pieces.append(drawn_segment(segment, mark_safe(pen.words(segment.text, at))))  # noqa: S308
        at += len(segment.text)
    told = SafeString("".join(map(str, pieces)))
    if line:
        return _held(context, place, "span", told)
    return _held(context, place, "div", format_html('<div class="told" dir="auto">{}</div>', told))


@register.simple_tag(takes_context=True)
def renewed(context: template.Context, thread: Thread, talk: Talk) -> SafeString:
    """The text that a thread points into or has changed, to replace the one of a page."""
    text, pen = talk.document.text_at(thread.anchor), pen_for(context, thread.place)
    if thread.anchor.field in LINES:
        return _held(context, thread.place, "span", pen.words(text, 0), swap=True)
    return _held(context, thread.place, "div", drawn(text, pen), swap=True)


def _held(
    context: template.Context, place: str, tag: str, drawn_text: str, *, swap: bool = False
) -> SafeString:
    """A text, in what the script knows it by; nothing around it where nobody talks."""
    talk: Talk | None = context.get("talk")
    if not talk:
        return mark_safe(drawn_text)  # noqa: S308 - drawn by a pen
    return format_html(
        '<{0} class="pointable" id="text-{1}"{2}{3}>{4}</{0}>',
        tag,
        anchor_id(place),
        format_html(' data-on="{}"', place) if talk.may_open else "",
        SafeString(' hx-swap-oob="true"') if swap else "",
        mark_safe(drawn_text),  # noqa: S308 - drawn by a pen
    )


# -- suggestions -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Offer:
    """A suggestion as somebody meets it.

    ``before``, ``after``: the words it is about and those proposed. ``fits`` says whether the text
    still has them; ``may_apply`` and ``may_decline`` what this person may do with it now.
    """

    before: str
    after: str
    status: str
    fits: bool
    may_apply: bool
    may_decline: bool

    @property
    def segments(self) -> list[Segment]:
        """Both in one, word by word."""
        return words_between(self.before, self.after)


@register.simple_tag
def suggested(thread: Thread, document: PlanDocument, user: User, plan: Plan) -> Offer | None:
    """The suggestion of a thread, if it has one. Reads ``suggestion``."""
    suggestion = getattr(thread, "suggestion", None)
    if suggestion is None:
        return None
    waits = suggestion.status == SuggestionStatus.WAITING and not thread.is_pending
    fits = reviewing.fitted(document.text_at(thread.anchor), thread) is not None
    is_theirs = waits and thread.status != ThreadStatus.RESOLVED and may_write(user, plan)
    return Offer(
        before=thread.phrase or thread.quote,
        after=suggestion.words,
        status=suggestion.status,
        fits=fits and (not thread.anchor.group or document.find_row(thread.anchor) is not None),
        may_apply=is_theirs and fits and may_edit_now(user, plan),
        may_decline=is_theirs,
    )


@register.simple_tag
def decline_form(thread: Thread, refused: DeclineForm | None, plan: Plan) -> DeclineForm:
    """The box for why a suggestion is declined: with what was typed, or the one refused."""
    return refused or DeclineForm(thread, typed=typed_at(plan, f"{reviewing.DECLINE}{thread.pk}"))


@register.simple_tag
def in_one(segments: Sequence[Segment]) -> SafeString:
    """The words of two texts in one, what is left out struck and what is new underlined."""
    return SafeString("".join(str(drawn_segment(segment)) for segment in segments))


@register.filter
def of(names: dict[int, str], number: int) -> str:
    """The name of the person with that number."""
    return names[number]


# -- pointing --------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def texts_at(
    context: template.Context, anchor: Anchor, document: PlanDocument
) -> list[tuple[str, str, str]]:
    """The texts at a place in which words can be chosen: each its place, its name and its words."""
    return [
        (str(place), place_name(context, place, document), text)
        for place, text in reviewing.texts_of(document, anchor)
    ]


@register.filter
def around(spot: Any) -> SafeString:
    """Words in the middle of those around them, to tell one place from another."""
    phrase = spot.phrase
    return format_html("…{}<mark>{}</mark>{}…", phrase.before, phrase.words, phrase.after)
