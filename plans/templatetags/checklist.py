"""What a lab was asked to change: how far it is, in words and shapes, and where to go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.shapes import icon
from plans.checklist import Standing
from plans.sections import SECTIONS

if TYPE_CHECKING:
    from plans.checklist import Checklist, Wish
    from plans.models import Plan

register = template.Library()

_MARKS = {
    Standing.UNTOUCHED: ("mark--warn", "todo"),
    Standing.CHANGED: ("", "changed"),
    Standing.ANSWERED: ("", "addressed"),
    Standing.ADDRESSED: ("mark--good", "done"),
}


@register.simple_tag
def wish_mark(wish: Wish) -> SafeString:
    """How far a wish is: a word with its shape."""
    css, shape = _MARKS[wish.standing]
    return format_html(
        '<span class="mark {}">{}{}</span>', css, icon(shape), capfirst(str(wish.standing.label))
    )


@register.filter
def how_far(checklist: Checklist) -> str:
    """“2 of 5 are answered or addressed; one is untouched.”"""
    done = ngettext(
        "%(done)d of %(number)d is answered or addressed",
        "%(done)d of %(number)d are answered or addressed",
        len(checklist),
    ) % {"done": checklist.done, "number": len(checklist)}
    left = len(checklist.untouched)
    if not left:
        return _("%(words)s; none is untouched.") % {"words": done}
    return ngettext("%(words)s; one is untouched.", "%(words)s; %(left)d are untouched.", left) % {
        "words": done,
        "left": left,
    }


@register.simple_tag
def wish_address(plan: Plan, wish: Wish) -> str:
    """Where in the form it can be done; the thread, where its row is gone."""
    anchor = wish.thread.anchor
    if not anchor.section:
        return reverse("plan_section", args=(plan.pk, SECTIONS[0].key))
    address = reverse("plan_section", args=(plan.pk, anchor.section))
    if anchor.group:
        if plan.document.find_row(anchor) is None:
            return f"{plan.get_absolute_url()}#thread-{wish.thread.pk}"
        return (
            f"{address}#id_{anchor.row}-{anchor.field}"
            if anchor.field
            else f"{address}#row-{anchor.row}"
        )
    return f"{address}#id_{anchor.field}" if anchor.field else address
