"""The form of a saved search: its name, and how often to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from plans.forms.fields import CHOOSE, TICK, TextField
from plans.models import HowOften
from plans.models.saved_search import NAME_LENGTH

if TYPE_CHECKING:
    from plans.models import SavedSearch


class SearchForm(forms.Form):
    """A name and how often."""

    def __init__(self, data: Any = None, search: SavedSearch | None = None, name: str = "") -> None:
        initial = {
            "name": search.name if search else name,
            "how_often": search.how_often if search else HowOften.WEEKLY,
        }
        super().__init__(data, initial=initial)
        field = TextField(NAME_LENGTH)
        field.label = _("Name")
        self.fields["name"] = field
        self.fields["how_often"] = forms.ChoiceField(
            label=_("Tell me by e-mail what is new"),
            help_text=_(
                "At 7 in the morning in your own time zone, one e-mail for all your searches. New "
                "is what was approved, or came into the archive."
            ),
            choices=[(one.value, capfirst(str(one.label))) for one in HowOften],
            widget=forms.RadioSelect(TICK),
            error_messages=CHOOSE | {"required": _("Choose one of the three.")},
        )
