"""What a closing reflection says, as its readers see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from plans.exporters.outline import reflected_texts

if TYPE_CHECKING:
    from plans.document import ReflectionDocument

register = template.Library()


@register.simple_tag
def told(reflection: ReflectionDocument) -> list[tuple[str, str]]:
    """The answers that hold a word, with their questions."""
    return [(question, text) for question, text in reflected_texts(reflection) if text]
