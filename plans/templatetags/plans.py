"""How plans are shown: texts with their links, places in words, labels, what a thread stands on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans.anchors import Anchor
from plans.models import Question
from plans.reviewing import place_of
from plans.sections import FIELD, SECTION, EvidenceKind, Stage
from plans.states import ChallengeType
from plans.templatetags.drawing import Pen, drawn, is_web, link, site_name
from plans.views.stages import ENGLISH, stage_called

if TYPE_CHECKING:
    from plans.document import PlanDocument
    from plans.models import Event, Thread
    from plans.readiness import Gap, Progress

register = template.Library()

# -- texts -----------------------------------------------------------------------------------------

register.simple_tag(link)
register.filter(is_web)
register.filter(site_name)


class _Naming(Pen):
    """Marks the names of people."""

    def __init__(self, named: re.Pattern[str]) -> None:
        self._named = named

    def words(self, words: str, at: int) -> str:
        pieces, end = [], 0
        for match in self._named.finditer(words):
            pieces.append(escape(words[end : match.start()]))
            pieces.append(format_html('<span class="named">{}</span>', match[0]))
            end = match.end()
        return "".join([*pieces, escape(words[end:])])


@register.filter
def paragraphs(text: str, named: re.Pattern[str] | None = None) -> SafeString:
    """What was typed, escaped: blank lines part paragraphs, web addresses become links.

    What ``named`` finds outside of addresses is marked as the name of a person.
    """
    return drawn(text, _Naming(named) if named else Pen())


@register.filter
def shortened(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis where it has more characters.

    As Django's ``truncatechars``, which weighs each character of short texts as well.
    """
    return text if len(text) <= most else Truncator(text).chars(most)


@register.simple_tag
def coordinates(latitude: float | None, longitude: float | None) -> str:
    """A point on earth as people write it: “47.92° N, 106.92° E”."""
    parts = []
    if latitude is not None:
        half = _("N") if latitude >= 0 else _("S")
        parts.append(f"{_short(latitude)}° {half}")
    if longitude is not None:
        half = _("E") if longitude >= 0 else _("W")
        parts.append(f"{_short(longitude)}° {half}")
    return ", ".join(parts)


def _short(degrees: float) -> str:
    return f"{abs(degrees):.4f}".rstrip("0").rstrip(".")


# -- labels and places -----------------------------------------------------------------------------

_KEPT = "_question_labels"


def _labels(context: template.Context) -> dict[str, Question]:
    """The administrators' words by section and field, read once for a request.

    Whoever has read them already, or has no request (a mail), gives them as ``labels``.
    """
    given: dict[str, Question] | None = context.get("labels")
    if given is not None:
        return given
    keeper = context.get("request")
    if keeper is None:
        return Question.labels()
    kept: dict[str, Question] | None = getattr(keeper, _KEPT, None)
    if kept is None:
        kept = Question.labels()
        setattr(keeper, _KEPT, kept)
    return kept


@register.simple_tag(takes_context=True)
def label(context: template.Context, place: str) -> str:
    """The label of a section (``challenge``) or a question (``challenge.background``).

    What administrators wrote comes first; ``sections.py`` answers where they wrote nothing.
    """
    written = _labels(context).get(place)
    if written and written.label:
        return written.label
    section, _dot, field = place.partition(".")
    return str(_own_label(section, field))


def _own_label(section: str, field: str) -> Any:
    if not field:
        return SECTION[section].title
    if field in FIELD:
        return FIELD[field].label
    group = SECTION[section].group
    fields = group.fields if group else ()
    return next(one.label for one in fields if one.key == field)


@register.filter
def type_name(value: str) -> str:
    """The name of a challenge type: “Big bet”."""
    return str(ChallengeType(value).label).capitalize()


@register.filter
def kind_name(value: str) -> str:
    """The name of a kind of evidence: “Quantitative”."""
    return str(EvidenceKind(value).label).capitalize()


@register.simple_tag
def all_stages() -> list[Stage]:
    """The stages of the learning cycle, in order."""
    return list(Stage)


@register.simple_tag(takes_context=True)
def called_stage(context: template.Context, stage: str) -> SafeString | str:
    """A stage by its name in the reader's language, marked as being in that; else in English."""
    name, language = stage_called(stage, context.get("request"))
    return name if language == ENGLISH else format_html('<bdi lang="{}">{}</bdi>', language, name)


@register.simple_tag
def gap_words(gap: Gap) -> str:
    """What is missing, and in which row: “Partner 2: Sector is missing.”"""
    if gap.place is None:
        return gap.message
    group = SECTION[gap.section].group
    one = str(group.one).capitalize() if group else ""
    # By this the row is called by its new place when it is moved on the same page.
    name = format_html('<span data-name-of="{}">{} {}</span>', gap.row, one, gap.place)
    return format_html("{}: {}", name, gap.message)


@register.filter
def in_numbers(found: Progress) -> str:
    """“3 required answers missing, 1 copied answer to confirm, 1 suggestion”; or nothing."""
    words = []
    if found.missing:
        words.append(
            ngettext(
                "%(number)d required answer missing",
                "%(number)d required answers missing",
                found.missing,
            )
            % {"number": found.missing}
        )
    if found.to_confirm:
        words.append(
            ngettext(
                "%(number)d copied answer to confirm",
                "%(number)d copied answers to confirm",
                found.to_confirm,
            )
            % {"number": found.to_confirm}
        )
    if found.advice:
        words.append(
            ngettext("%(number)d suggestion", "%(number)d suggestions", found.advice)
            % {"number": found.advice}
        )
    return ", ".join(words)


@register.filter
def row_place(row: Any, group: str) -> str:
    """The place of a row in its text form: ``partners/<id>``."""
    return f"{group}/{row.id}"


@register.filter
def anchor_id(place: str) -> str:
    """A place as part of an element's id: letters, digits and hyphens only."""
    return re.sub(r"[^A-Za-z0-9]+", "-", place)


@dataclass(frozen=True)
class Standing:
    """What a thread speaks of, as the plan is now.

    ``name`` is the place in words, ``quote`` what it said when the thread was opened, or the phrase
    pointed at; ``before`` and ``after`` the words around a phrase; ``removed``: its row is gone;
    ``differs``: the text there is no longer the one that was quoted, or has no such phrase.
    """

    name: str
    quote: str
    removed: bool
    differs: bool
    before: str = ""
    after: str = ""


@register.simple_tag(takes_context=True)
def standing(context: template.Context, thread: Thread, document: PlanDocument) -> Standing:
    """What a thread speaks of, as the document now is."""
    anchor = thread.anchor
    removed = bool(anchor.group) and document.find_row(anchor) is None
    if thread.phrase:
        differs = place_of(document, thread) is None
    else:
        differs = document.text_at(anchor) != thread.quote
    return Standing(
        name=place_name(context, anchor, document),
        quote=quoted(anchor, thread.phrase or thread.quote),
        removed=removed,
        differs=not removed and differs,
        before=thread.before,
        after=thread.after,
    )


@register.filter
def quoted(anchor: Anchor, words: str) -> str:
    """A quote as people know it: the name of a type, not its key."""
    if anchor.field == "challenge_type" and words in ChallengeType.values:
        return type_name(words)
    return words


@register.simple_tag
def quote_at(anchor: Anchor, document: PlanDocument) -> str:
    """The words a new thread would quote."""
    return quoted(anchor, document.text_at(anchor))


@register.simple_tag(takes_context=True)
def place_name(context: template.Context, anchor: Anchor, document: PlanDocument) -> str:
    """A place in words: “The whole plan”, “Background”, “Partner 2”, “A partner, since removed”."""
    return anchor.in_words(document, lambda place: label(context, place))


# -- what happened ---------------------------------------------------------------------------------


@register.filter
def capacity(event: Event) -> str:
    """In what capacity somebody acted, in words; “on behalf of” where it was not their own side."""
    return event.capacity
