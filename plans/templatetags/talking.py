"""What is said beside a plan: the threads of a place, how many are open, and the ways to say more.

The small things that stand at each of some thirty places are drawn here, without a template each.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django import template
from django.template import Engine
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.shapes import icon
from plans import mentions, reviewing
from plans.anchors import Anchor
from plans.forms.review import ReplyForm
from plans.models import Mark
from plans.templatetags.plans import anchor_id, paragraphs, place_name, shortened
from plans.views.talk import typed_at

if TYPE_CHECKING:
    from accounts.models import User
    from plans.models import Comment, Plan, Review, Thread
    from plans.views.talk import Said, Talk

register = template.Library()


@register.filter
def at(talk: Talk, place: str) -> list[Thread]:
    """The threads to show at a place of the page."""
    return talk.at(place)


@register.simple_tag(takes_context=True)
def notes(context: template.Context, place: str, wide: bool = False) -> SafeString | str:
    """What is said about a place, beside it: how much is open, a way to comment, the threads.

    ``wide`` where there is no text beside it. Nothing for who may not see threads. Reads ``talk``,
    ``plan`` and ``document``; each thread is drawn by ``_thread.html``.
    """
    talk: Talk | None = context.get("talk")
    if not talk:
        return ""
    threads = talk.at(place)
    commenting = talk.may_open and place != "title"
    head = format_html(
        '<p class="notes__head">{}{}</p>',
        open_count(talk, place),
        _comment_link(context, talk, place) if commenting else "",
    )
    return format_html(
        '<div class="{}notes{}">{}{}<div class="notes__new"></div></div>',
        "" if wide else "beside__notes ",
        "" if threads else " notes--empty",
        head if talk.may_open or threads else "",
        SafeString("".join(_drawn(context, thread, place) for thread in threads)),
    )


def _drawn(context: template.Context, thread: Thread, host: str) -> str:
    name = "plans/_thread_brief.html" if thread.is_brief else "plans/_thread.html"
    with context.push(thread=thread, host=host, form=None, fresh=False, alone=False):
        return Engine.get_default().get_template(name).render(context)


@register.simple_tag
def open_count(talk: Talk, place: str, swap: bool = False) -> SafeString:
    """How many threads are open at a place; ``swap`` when it replaces the one of a page."""
    number = talk.open_at(place)
    words = ngettext("%(number)s open thread", "%(number)s open threads", number) if number else ""
    return format_html(
        '<span class="notes__count" id="open-{}"{}>{}</span>',
        anchor_id(place),
        SafeString(' hx-swap-oob="true"') if swap else "",
        words and words % {"number": number},
    )


_COMMENT = (
    '<a class="{0}" href="{1}" hx-get="{1}" hx-target="next .notes__new" hx-swap="outerHTML"{2}>'
)


def _comment_link(context: template.Context, talk: Talk, place: str) -> SafeString:
    """The way to comment on a place, beside it; htmx puts the form there."""
    return format_html(
        _COMMENT + '{3}<span class="notes__words">{4}<span class="skipped">: {5}</span></span></a>',
        "notes__comment no-print",
        _to_comment(talk, place),
        "",
        icon("open"),
        _("Comment on this"),
        place_name(context, Anchor.parse(place), talk.document),
    )


@register.simple_tag(takes_context=True)
def fact_comment(context: template.Context, place: str) -> SafeString | str:
    """A small way to comment on one of the short facts, for those who may."""
    talk: Talk | None = context.get("talk")
    if not talk or not talk.may_open:
        return ""
    return format_html(
        _COMMENT + '{3}<span class="skipped">{4} {5}</span></a>',
        "fact-comment no-print",
        _to_comment(talk, place),
        format_html(' title="{}"', _("Comment on this")),
        icon("open"),
        _("Comment on"),
        place_name(context, Anchor.parse(place), talk.document),
    )


def _to_comment(talk: Talk, place: str) -> str:
    return f"{talk.new_thread}?on={quote(place)}"


@register.simple_tag
def reply_form(thread: Thread, refused: ReplyForm | None, plan: Plan) -> ReplyForm:
    """The form of a thread: with what was typed and not sent, or the one that was refused."""
    return refused or ReplyForm(thread, typed=typed_at(plan, f"{reviewing.REPLY}{thread.pk}"))


# -- reviews ---------------------------------------------------------------------------------------


@register.simple_tag
def review_comments(talk: Talk, review: Review) -> list[Said]:
    """The comments that came with a review, each with its thread."""
    return talk.said_in(review)


_MARKS = {
    Mark.MET: ("mark--good", "done"),
    Mark.PARTLY: ("", "todo"),
    Mark.NOT_YET: ("mark--warn", "warning"),
}


@register.simple_tag
def criterion_mark(value: str) -> SafeString:
    """How far a criterion is met: a word with its shape."""
    mark = Mark(value)
    css, shape = _MARKS[mark]
    return format_html('<span class="mark {}">{}{}</span>', css, icon(shape), mark.label)


# -- comments --------------------------------------------------------------------------------------


@register.filter
def said(comment: Any) -> SafeString:
    """What a comment says, with the people named in it marked. Reads it with its traces."""
    return paragraphs(comment.text, mentions.pattern_of(comment.named))


@dataclass(frozen=True)
class Before:
    """What a comment said until it was changed."""

    text: SafeString
    until: dt.datetime


@register.filter
def edits(comment: Any) -> list[Before]:
    """What a comment said before, oldest first. Reads it with its traces."""
    return [
        Before(paragraphs(edit["before"]), dt.datetime.fromisoformat(edit["at"]))
        for edit in comment.said_before
    ]


_ACT = '<a class="comment__act no-print" href="{}">{}<span class="skipped"> {}</span></a>'


@register.simple_tag
def comment_acts(user: User, comment: Comment) -> SafeString:
    """The ways to change and delete what one said oneself, as long as there are."""
    acts = []
    if reviewing.may_change(user, comment):
        acts.append(("comment_edit", _("Change")))
    if reviewing.may_delete(user, comment):
        acts.append(("comment_delete", _("Delete")))
    of = _("your comment: %(words)s") % {"words": shortened(comment.text, 40)}
    links = [(reverse(name, args=(comment.pk,)), words, of) for name, words in acts]
    return format_html_join("", _ACT, links)


_STEPS = {
    "address": lambda: _("Mark as addressed"),
    "resolve": lambda: _("Resolve"),
    "reopen": lambda: _("Open again"),
}


@register.simple_tag
def offered_steps(user: User, thread: Thread) -> list[tuple[str, str]]:
    """The steps to offer on a thread, each with the words of its button."""
    return [(step, _STEPS[step]()) for step in reviewing.steps(user, thread)]
