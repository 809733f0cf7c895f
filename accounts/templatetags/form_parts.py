"""What components/field.html and error_summary.html need to know of a form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms, template
from django.forms.utils import ErrorList
from django.utils.safestring import SafeString

register = template.Library()


@dataclass(frozen=True)
class Problem:
    """One sentence of an error summary: the input it belongs to, if any, and its label."""

    message: str
    target: str = ""
    label: str = ""


@dataclass(frozen=True)
class Shown:
    """How a question is shown."""

    hidden: bool
    checkbox: bool
    group: bool
    described_by: str


@register.filter
def characters(value: object) -> int:
    """How long a text is, as the browser's counter, the forms and the database count it."""
    return len(str(value or "").replace("\r\n", "\n"))


@register.simple_tag
def shown(field: forms.BoundField) -> Shown:
    """What kind of input a question has, and which texts describe it."""
    widget = field.field.widget
    described_by = []
    if field.help_text:
        described_by.append(f"{field.auto_id}_helptext")
    if field.errors:
        described_by.append(f"{field.auto_id}_error")
    return Shown(
        hidden=field.is_hidden,
        checkbox=isinstance(widget, forms.CheckboxInput),
        group=isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect),
        described_by=" ".join(described_by),
    )


@register.simple_tag
def input(field: forms.BoundField, most: int | None = None) -> SafeString:  # noqa: A001
    """The input itself in the site's style, tied to its guidance, errors and counter."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        css = "form-check-input"
    elif isinstance(widget, forms.Select):
        css = "form-select"
    else:
        css = "form-control"
    if field.errors:
        css += " is-invalid"
    # What an input is for stands above it; a placeholder is gone as soon as it is needed. A blank
    # one only lets style sheets know which inputs are empty.
    if widget.attrs.get("placeholder", "").strip():
        del widget.attrs["placeholder"]
    attrs: dict[str, Any] = {"class": f"{widget.attrs.get('class', '')} {css}".strip()}
    described_by = [shown(field).described_by] if shown(field).described_by else []
    if most:
        attrs["data-count"] = f"{field.auto_id}_count"
        described_by.append(f"{field.auto_id}_count")
    if described_by:
        attrs["aria-describedby"] = " ".join(described_by)
    return field.as_widget(attrs=attrs)


@register.simple_tag
def choice_input(choice: forms.boundfield.BoundWidget) -> SafeString:
    """One checkbox or radio button of a group, in the site's style."""
    choice.data["attrs"]["class"] = "form-check-input"
    return choice.tag()


@register.simple_tag
def problems(form: Any, others: Iterable[Any] | None = None) -> list[Problem]:
    """Everything that is wrong with these forms and formsets, in their order."""
    return [
        problem for each in (form, *(others or ())) if each is not None for problem in _of(each)
    ]


def _of(form: Any) -> Iterator[Problem]:
    if not form.is_bound:
        return
    if isinstance(form, forms.BaseFormSet):
        yield from _loose(form.non_form_errors())
        for row in form.forms:
            yield from _of(row)
        return
    yield from _loose(form.non_field_errors())
    for field in form:
        # A single checkbox has its id on the input, a group on its fieldset: both are `auto_id`.
        for error in field.errors:
            yield Problem(str(error), target=field.auto_id, label=str(field.label))


def _loose(errors: ErrorList) -> Iterator[Problem]:
    for error in errors:
        yield Problem(str(error))
