"""What changed, marked in the place where it stands: words, values, chosen terms, rows.

Everything here reads ``marking`` (:class:`plans.views.changed.Marking`) from the page, and shows
the plain answer where there is none. A change is told by a word and a line first, by colour second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.templatetags.shapes import icon
from plans.diff import ADDED, KEPT, REMOVED
from plans.templatetags.changes import in_words
from plans.templatetags.phrasing import pointable, pointable_change, pointable_line
from plans.templatetags.plans import coordinates
from plans.views.changed import MOVED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plans.diff import FieldChange, RowChange
    from plans.views.changed import Marking, Stop

register = template.Library()

_SHAPES = {ADDED: "add", REMOVED: "removed", KEPT: "changed", MOVED: "moved"}


def _marking(context: template.Context) -> Marking | None:
    marks: Marking | None = context.get("marking")
    return marks


@register.simple_tag(takes_context=True)
def stop_at(context: template.Context, place: str) -> Stop | None:
    """The change that is shown at a place of the page; None where nothing changed."""
    marks = _marking(context)
    return marks.at(place) if marks else None


@register.filter
def stop_words(stop: Stop) -> str:
    """What kind of change it is: “New”, “Removed, was at place 2”, “Moved: was at place 3”."""
    row = stop.row
    if stop.kind == ADDED:
        return _("New")
    if stop.kind == REMOVED:
        return _("Removed, was at place %(was)d") % {"was": row.was} if row else _("Removed")
    if row and row.moved:
        places = {"was": row.was, "now": row.now}
        if stop.kind == MOVED:
            return _("Moved: was at place %(was)d, now at place %(now)d") % places
        return _("Changed and moved: was at place %(was)d, now at place %(now)d") % places
    return _("Changed")


@register.simple_tag(takes_context=True)
def stop_head(context: template.Context, stop: Stop | None, inline: bool = False) -> SafeString:
    """A line on top of a change that says what it is, with the ways to the next and the previous.

    Nothing where nothing changed. ``inline`` within a line of other words.
    """
    marks = _marking(context)
    if stop is None or marks is None:
        return SafeString("")
    last = len(marks.stops)
    steps = []
    if stop.number < last:
        steps.append((stop.number + 1, "↓", _("Next change")))
    if stop.number > 1:
        steps.append((stop.number - 1, "↑", _("Previous change")))
    steps.append((0, "", _("All changes")))
    counted = _("Change %(number)d of %(last)d:") % {"number": stop.number, "last": last}
    return format_html(
        '<{0} class="change-head change-head--{1}" id="change-{2}" tabindex="-1">'
        '<span class="change-head__what">{3}<span class="skipped">{4} </span>{5}</span> '
        '<span class="change-head__steps no-print">{6}</span></{0}>',
        "span" if inline else "p",
        stop.kind,
        stop.number,
        icon(_SHAPES[stop.kind]),
        counted,
        stop_words(stop),
        format_html_join(
            " ",
            '<a href="#change-{}">{}{}</a>',
            ((number, f"{arrow} " if arrow else "", words) for number, arrow, words in steps),
        ),
    )


# -- words -----------------------------------------------------------------------------------------


def _change(context: template.Context, place: str) -> FieldChange | None:
    marks = _marking(context)
    return marks.field(place) if marks else None


@register.simple_tag(takes_context=True)
def told(context: template.Context, place: str, text: str) -> SafeString:
    """A text in paragraphs; with the words marked where it changed, all of it where it is gone.

    What was not answered before is shown as it is: the line above it says that it is new.
    """
    change = _change(context, place)
    if change is None or not change.before:
        return pointable(context, place, text)
    return pointable_change(context, place, change)


@register.simple_tag(takes_context=True)
def told_line(context: template.Context, place: str, text: str) -> SafeString:
    """The same for a text of one line, within a heading or a fact."""
    change = _change(context, place)
    if change is None or not change.before:
        return pointable_line(context, place, text)
    return pointable_change(context, place, change, line=True)


@register.simple_tag(takes_context=True)
def told_value(context: template.Context, place: str) -> SafeString | str:
    """What a value was and what it is, in words; empty where it is as it was."""
    change = _change(context, place)
    if change is None:
        return ""
    return swapped(in_words(change.before, change.name), in_words(change.after, change.name))


@register.simple_tag(takes_context=True)
def told_point(context: template.Context, stop: Stop | None) -> SafeString | str:
    """A point on earth before and now; empty where it is the same."""
    if stop is None:
        return ""
    document = context["document"]
    here = {"latitude": document.latitude, "longitude": document.longitude}
    before = here | {change.name: change.before for change in stop.fields}
    return swapped(coordinates(**before), coordinates(**here))


def swapped(before: str, after: str) -> SafeString:
    """A value that went and the one that came, each with a word for the ears."""
    parts = []
    if before:
        parts.append(format_html(_GONE, _("removed:"), before))
    if after:
        parts.append(format_html(_NEW, _("added:"), after))
    return format_html_join(" ", "{}", ((part,) for part in parts))


_GONE = '<del><span class="skipped">{} </span>{}</del>'
_NEW = '<ins><span class="skipped">{} </span>{}</ins>'


# -- what is chosen --------------------------------------------------------------------------------


class Term(NamedTuple):
    """A chosen value, and whether it was ``kept``, ``added`` or ``removed``."""

    kind: str
    value: Any


@register.simple_tag(takes_context=True)
def told_terms(context: template.Context, place: str, terms: Sequence[Any]) -> list[Term]:
    """What is chosen, in its order, and then what is not any more."""
    change = _change(context, place)
    added = change.added if change and change.before else ()
    found = [Term(ADDED if one in added else KEPT, one) for one in terms]
    return found + [Term(REMOVED, one) for one in (change.removed if change else ())]


@register.simple_tag(takes_context=True)
def is_in_another_order(context: template.Context, place: str) -> bool:
    """Whether the same is chosen, in another order."""
    change = _change(context, place)
    return change is not None and change.is_list and not change.added and not change.removed


@register.simple_tag(takes_context=True)
def goal_of(context: template.Context, number: int) -> Any:
    """A goal that is not among those of the plan any more; None where nobody knows it."""
    known: dict[int, Any] = context.get("goals_by_number") or {}
    return known.get(number)


# -- rows ------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def removed_rows(context: template.Context, group: str) -> list[RowChange]:
    """The rows of a group that are not there any more, in the order in which they stood."""
    marks = _marking(context)
    return marks.removed(group) if marks else []


@register.filter
def besides(stop: Stop | None, shown: str) -> list[FieldChange]:
    """The answers of a row that changed and are not marked where they stand.

    ``shown`` names those that are, parted by commas.
    """
    if stop is None or stop.row is None or stop.row.kind != KEPT:
        return []
    return [one for one in stop.row.fields if one.name not in shown.split(",")]
