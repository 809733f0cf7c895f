"""Inputs that are drawn here rather than by a template of Django's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.forms.renderers import BaseRenderer

_SELECTED = SafeString(" selected")


class Select(forms.Select):
    """A flat list of choices, drawn in one go.

    Django draws each choice with a template of its own; the lists of labs, countries and cycles
    took longer than the rest of their page.
    """

    def render(
        self,
        name: str,
        value: Any,
        attrs: Mapping[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        """The list, what was chosen selected in it."""
        chosen = self.format_value(value)
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            ((key, _SELECTED if str(key) in chosen else "", words) for key, words in self.choices),
        )
        attributes = flatatt(self.build_attrs(self.attrs, dict(attrs or {})))
        return format_html('<select name="{}"{}>\n{}\n</select>', name, attributes, options)
