"""The marks of a plan that lists show many of: its state and its goals.

What they look like follows from what is asked for and from nothing else, so it is drawn once.
"""

from __future__ import annotations

from functools import cache, lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.templatetags.shapes import icon
from plans.states import State

register = template.Library()


@register.simple_tag
def state(value: str) -> SafeString:
    """A state as shape and word, then colour."""
    return _state(value, str(State(value).label))


@cache
def _state(value: str, words: str) -> SafeString:
    return format_html(
        '<span class="state state--{}">{}{}</span>', value, icon(value), capfirst(words)
    )


@register.simple_tag
def goal(number: int, name: str, colour: str) -> SafeString:
    """A Sustainable Development Goal: its number on its colour (#rrggbb), and its name."""
    return _goal(number, name, colour, _("Goal %(number)s:") % {"number": number})


@lru_cache(maxsize=100)
def _goal(number: int, name: str, colour: str, words: str) -> SafeString:
    return format_html(
        '<span class="sdg">'
        '<svg class="sdg__tile sdg__tile--{0}" viewBox="0 0 28 28" aria-hidden="true"'
        ' focusable="false"><rect width="28" height="28" rx="3" fill="{1}"/>'
        '<text x="14" y="19">{0}</text></svg>'
        '<span><span class="skipped">{2} </span>{3}</span></span>',
        number,
        colour,
        words,
        name,
    )
