"""How vocabularies are shown: how much a term is used, how many may be chosen, the goals' tiles."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans.admin import desk

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from plans.sections import Field

register = template.Library()

INK = "#1c2024"
"""The dark of ``tokens.css``: on a light goal colours its words; on a dark one they are white."""


@register.simple_tag
def desks(person: User | AnonymousUser) -> list[tuple[str, str, int]]:
    """The desks for proposals that are somebody's: name, address, how many wait there."""
    return desk.desks_of(person)


@register.filter
def in_plans(uses: int) -> str:
    """How much a term is used: “in 12 plans”."""
    if not uses:
        return _("in no plan yet")
    return ngettext("in %(count)d plan", "in %(count)d plans", uses) % {"count": uses}


def limit_words(rule: Field) -> dict[str, str]:
    """What is said of how many are chosen: of none, of some, of as many as may be, of too many."""
    if rule.at_most is None:
        return {"none": _("Choose one or more."), "some": _("{count} chosen.")}
    return {
        "none": _("Choose 1 to {most}."),
        "some": _("{count} of {most} chosen. There is room for {left} more."),
        "full": _("{count} of {most} chosen. To choose another, take one away first."),
        "over": _("{count} chosen, and there is room for {most}: take {over} away."),
    }


@register.simple_tag
def chosen_limit(rule: Field, count: int) -> SafeString:
    """How many are chosen and how many more can be, kept up to date by js/terms.js."""
    words, most = limit_words(rule), rule.at_most
    kind = "none" if not count else "some"
    if most is not None and count >= most:
        kind = "full" if count == most else "over"
    numbers = {"count": count, "most": most or 0, "left": (most or 0) - count}
    return format_html(
        '<p class="limit limit--{}" id="id_{}_limit" data-limit="{}" data-most="{}"'
        ' data-words="{}" role="status">{}</p>',
        kind,
        rule.key,
        rule.key,
        "" if most is None else most,
        json.dumps(words),
        words[kind].format(**numbers, over=count - (most or 0)),
    )


@register.simple_tag
def near_words(*, adds: bool) -> str:
    """What js/terms.js says of a list below an input that ``adds`` terms, or fills in a name."""
    words = {
        "list": _("Near to what is typed"),
        "found": _("{count} are near. Arrow keys go through them, Enter takes one."),
        "nothing": _("Nothing is near."),
        "one": _("{count} is near. Arrow down goes to it, Enter takes it."),
    }
    if adds:
        words |= {"already": _("already chosen"), "added": _("{name} was added.")}
    else:
        words |= {
            "filled": _("The name is filled in."),
            "sector": _("The name is filled in, and the sector: {sector}."),
        }
    return json.dumps(words)


@register.simple_tag
def goal_tile(number: int, name: str, colour: str) -> SafeString:
    """What is on the tile of a goal: its colour, its number and name, and the word “Chosen”."""
    return _goal_tile(number, name, colour, _("Goal %(number)s:") % {"number": number}, _("Chosen"))


@lru_cache(maxsize=100)
def _goal_tile(number: int, name: str, colour: str, spoken: str, chosen: str) -> SafeString:
    return format_html(
        '<svg class="goal-tile__ground" viewBox="0 0 1 1" preserveAspectRatio="none"'
        ' aria-hidden="true" focusable="false"><rect width="1" height="1" fill="{colour}"/></svg>'
        '<span class="goal-tile__words goal-tile__words--{ink}"><span class="skipped">{spoken} '
        '</span><span class="goal-tile__number" aria-hidden="true">{number}</span>'
        "<span>{name}</span></span>"
        '<span class="goal-tile__chosen" aria-hidden="true">✓ {chosen}</span>',
        colour=colour,
        ink="light" if contrast(colour, "#ffffff") > contrast(colour, INK) else "dark",
        spoken=spoken,
        number=number,
        name=name,
        chosen=chosen,
    )


def contrast(one: str, other: str) -> float:
    """How far two colours (#rrggbb) are apart, from 1 to 21, as accessibility rules count it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
