"""What stands in a cell of a vocabulary's table, and what it means for a term."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import fields, widgets

from plans import taxonomies
from plans.models import TermStatus, ThematicArea
from plans.models.taxonomy import TERM_LENGTH

BETWEEN = " | "
"""What stands between several spellings in one cell."""

_FORMULA = ("=", "+", "-", "@")
"""A cell that begins so would be calculated; an apostrophe before it says that it is a text."""

ONLY_THESE = gettext_lazy("A term is “in use” or “retired”; leave it empty to change nothing.")


def cell(value: Any) -> str:
    """What a cell says, without what no text can hold."""
    text = "" if value is None else str(value).replace("\0", "").strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


class Words(widgets.Widget):  # type: ignore[misc]
    """A name: refused in words when no term can be called so."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """The name, tidied. Raises ValueError."""
        name = taxonomies.tidy(cell(value))
        refused = taxonomies.no_name(name)
        if refused:
            raise ValueError(refused)
        return name

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The name as it is."""
        return _safe(str(value or ""))


class Paragraphs(widgets.Widget):  # type: ignore[misc]
    """A text of any length."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """The text."""
        return cell(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The text as it is."""
        return _safe(str(value or ""))


class Several(widgets.Widget):  # type: ignore[misc]
    """Spellings, with a bar between them."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[str]:
        """The spellings, each once. Raises ValueError for what no term can be called."""
        spellings = [taxonomies.tidy(one) for one in cell(value).split(BETWEEN.strip())]
        spellings = list(dict.fromkeys(one for one in spellings if one))
        for one in spellings:
            refused = taxonomies.no_name(one)
            if refused:
                raise ValueError(f"“{one[:40]}”: {refused}")
        return spellings

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """All of them in one cell."""
        return _safe(BETWEEN.join(value or []))


class Place(widgets.Widget):  # type: ignore[misc]
    """A place in the list, or none."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        """The number. Raises ValueError for anything else."""
        text = cell(value).removesuffix(".0")
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) <= 32767):
            raise ValueError(_("A place is a number from 1 to 32767."))
        return int(text)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The number."""
        return "" if value is None else str(value)


class Status(widgets.Widget):  # type: ignore[misc]
    """In use, retired, … in words."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """The status; empty for an empty cell. Raises ValueError for any that cannot be given."""
        text = cell(value).casefold()
        known = {str(one.label).casefold(): one.value for one in TermStatus}
        known |= {one.value: one.value for one in TermStatus}
        if text and text not in known:
            raise ValueError(str(ONLY_THESE))
        return str(known.get(text, ""))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """In words."""
        return str(TermStatus(value).label)


class StatusField(fields.Field):  # type: ignore[misc]
    """Where a term stands. It can be taken into use and retired; the rest goes other ways."""

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        """Set it, unless the cell is empty. Raises ValueError where that is not possible."""
        status = self.clean(row, **kwargs)
        if not status or status == instance.status:
            return
        if status not in (TermStatus.IN_USE, TermStatus.RETIRED):
            raise ValueError(str(ONLY_THESE))
        instance.status, instance.refusal = status, ""


class LabelField(fields.Field):  # type: ignore[misc]
    """What a term is called in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        super().__init__(column_name=f"label_{language}", attribute="labels", widget=Paragraphs())

    def get_value(self, instance: Any) -> str:
        """The label in this language."""
        return str(instance.labels.get(self.language, ""))

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        """Set it; an empty cell takes it away. Raises ValueError for what no term is called."""
        label = taxonomies.tidy(self.clean(row, **kwargs))
        refused = taxonomies.no_name(label) if label else ""
        if refused:
            raise ValueError(refused)
        labels = {one: words for one, words in instance.labels.items() if one != self.language}
        instance.labels = labels | ({self.language: label} if label else {})


class GroupField(fields.Field):  # type: ignore[misc]
    """The theme in whose group a theme is, by its name."""

    def get_value(self, instance: Any) -> str:
        """Its name."""
        return instance.parent.name if instance.parent else ""

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        """Set it; an empty cell takes the theme out of its group. Raises ValueError."""
        name = self.clean(row, **kwargs)
        group = taxonomies.find(ThematicArea, name) if name else None
        if name and group is None:
            raise ValueError(_("No theme is called “%(name)s”.") % {"name": name[:TERM_LENGTH]})
        instance.parent = group
