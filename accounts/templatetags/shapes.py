"""The site's few shapes, each beside a word that says the same."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

register = template.Library()

_TALK = '<path d="M4 5h16v11h-9l-4 4v-4H4z"/>'
_TICK = '<circle cx="12" cy="12" r="9"/><path d="m8 12.5 2.8 2.8L16 9.5"/>'
_TO_DO = '<circle cx="12" cy="12" r="9" stroke-dasharray="3.5 3.57"/>'
_WARNING = '<path d="M12 3 2 20.5h20zM12 10v5m0 2.5v.01"/>'

_DRAWN = {
    # states of a plan
    "draft": _TO_DO,
    "submitted": '<path d="M4 12h14m-6-6 6 6-6 6"/>',
    "changes_requested": '<path d="M9 6 4 11l5 5M4 11h10a6 6 0 0 1 6 6v2"/>',
    "approved": _TICK,
    "withdrawn": '<circle cx="12" cy="12" r="9"/><path d="m9 9 6 6m0-6-6 6"/>',
    "archived": '<path d="M3 4h18v5H3zM5 9v11h14V9M10 13h4"/>',
    # of a section
    "todo": _TO_DO,
    "done": _TICK,
    "copied": '<path d="M8 8h12v12H8zM16 8V4H4v12h4"/>',
    # of a thread
    "open": _TALK,
    "addressed": _TALK + '<path d="M8 10.5h8"/>',
    "resolved": _TALK + '<path d="m8.5 10.5 2.5 2.5 4.5-4.5"/>',
    # of a change
    "changed": '<path d="M4 20h4L19 9l-4-4L4 16zM13 7l4 4"/>',
    "moved": '<path d="M8 20V5m-4 4 4-4 4 4M16 4v15m-4-4 4 4 4-4"/>',
    "removed": '<path d="M5 12h14"/>',
    # of a message
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v6m0-9.5v.01"/>',
    "success": _TICK,
    "warning": _WARNING,
    "error": _WARNING,
    # of a button
    "up": '<path d="M12 20V5m-6 6 6-6 6 6"/>',
    "down": '<path d="M12 4v15m-6-6 6 6 6-6"/>',
    "add": '<path d="M12 5v14M5 12h14"/>',
    "handle": '<path d="M9 5v.01M15 5v.01M9 12v.01M15 12v.01M9 19v.01M15 19v.01"/>',
    "menu": '<path d="m6 9 6 6 6-6"/>',
}
# The line end parts a shape from the word beside it.
_FRAME = '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>\n'
_ICONS = {name: SafeString(_FRAME.format(drawn)) for name, drawn in _DRAWN.items()}
_BLANK = SafeString(_FRAME.format(""))


@register.simple_tag
def icon(name: str) -> SafeString:
    """The shape of that name; an empty one where there is none."""
    return _ICONS.get(name, _BLANK)
