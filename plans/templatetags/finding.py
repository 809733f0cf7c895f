"""How the library shows what was found: marked words, and the boxes of the facets.

The boxes are drawn in one go: a template for each choice took longer than the rest of the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from plans.templatetags.badges import goal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plans.search.context import Piece

register = template.Library()


@register.filter
def marked(pieces: Iterable[Piece]) -> SafeString:
    """Pieces of a text, escaped, with what was searched for marked."""
    return mark_safe(  # noqa: S308  # every piece is escaped
        "".join(f"<mark>{escape(text)}</mark>" if hit else escape(text) for text, hit in pieces)
    )


@register.filter
def quoted(words: Iterable[str]) -> str:
    """Words in quotation marks, as a list: “a” and “b”."""
    return get_text_list([_("“%(word)s”") % {"word": word} for word in words], _("and"))


@register.filter
def searched(typed: str) -> str:
    """The address of the library in which just this is searched for."""
    return f"{reverse('library')}?{urlencode({'q': typed})}"


@register.filter
def goal_list(goals: Sequence[dict[str, Any]]) -> SafeString:
    """The goals of a plan as tiles; nothing where it has none."""
    tiles = (goal(one["number"], one["name"], one["colour"]) for one in goals)
    return _list("sdg-list sdg-list--small", [f"<li>{tile}</li>" for tile in tiles])


@register.filter
def theme_list(themes: Sequence[dict[str, Any]]) -> SafeString:
    """The themes of a plan, each leading to all plans that have it; nothing where it has none."""
    there = reverse("library") if themes else ""
    links = ((f"{there}?theme={one['key']}", escape(one["words"])) for one in themes)
    return _list("tags", [f'<li dir="auto"><a href="{to}">{name}</a></li>' for to, name in links])


def _list(kind: str, items: Sequence[str]) -> SafeString:
    """A list of what is escaped already."""
    return mark_safe(f'<ul class="{kind}">{"".join(items)}</ul>' if items else "")  # noqa: S308


@register.simple_tag
def facet_boxes(groups: Iterable[Any]) -> SafeString:
    """A box for each choice of each facet, a second one to leave it out, and how many there are."""
    without, more = _("not"), _("More")
    return mark_safe("".join(_group(group, without, more) for group in groups if group.options))  # noqa: S308


def _group(group: Any, without: str, more: str) -> str:
    name = group.facet.name
    options = "".join(_option(name, option, without) for option in group.options)
    button = (
        format_html(
            '<button class="facet__more" name="more" value="{}">{}<span class="skipped">: {}</span>'
            "</button>",
            name,
            more,
            group.facet.label,
        )
        if group.has_more
        else ""
    )
    return (
        f'<details class="facet"{" open" if group.is_open else ""}>'
        f"<summary>{escape(group.facet.label)}</summary><ul>{options}</ul>{button}</details>"
    )


def _option(name: str, option: Any, without: str) -> str:
    word, called = escape(option.word), escape(option.name)
    number = "" if option.plans is None else f' <span class="facet__number">{option.plans}</span>'
    return (
        f'<li><label><input type="checkbox" name="{name}" value="{word}" id="{name}-{word}"'
        f"{' checked' if option.included else ''}> <bdi>{called}</bdi>{number}</label>"
        f'<label class="facet__not"><input type="checkbox" name="not_{name}" value="{word}" '
        f'id="not_{name}-{word}"{" checked" if option.left_out else ""}><span>{without}'
        f'<span class="skipped"> {called}</span></span></label></li>'
    )
