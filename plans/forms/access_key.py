"""Making an access key: what it is called, what it is for, and for how long."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plans.forms.fields import CHOOSE, TICK, TextField
from plans.models import Scope
from plans.models.access_key import NAME_LENGTH

LASTS = {"30": _("30 days"), "90": _("90 days"), "182": _("Half a year"), "365": _("A year")}


class AccessKeyForm(forms.Form):
    """The rules are ``keys.make``'s and the database's."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        name = TextField(NAME_LENGTH)
        name.label, name.required = _("Name of the program"), True
        name.help_text = _("So that you know it again: “Website of the ministry”.")
        name.error_messages["required"] = _("Give the key a name, so that you know it again.")
        self.fields["name"] = name
        self.fields["scopes"] = forms.MultipleChoiceField(
            label=_("It may read"),
            choices=Scope.choices,
            initial=[Scope.PLANS],
            widget=forms.CheckboxSelectMultiple(TICK),
            help_text=_("Of plans, only those that everybody in the network may read."),
            error_messages={
                "required": _("Choose at least one of these."),
                "invalid_choice": _("One of these is not in the list any more. Choose again."),
            },
        )
        self.fields["lasts"] = forms.ChoiceField(
            label=_("Valid for"),
            choices=list(LASTS.items()),
            initial="90",
            help_text=_("After that it opens nothing any more, and you make a new one."),
            error_messages={**CHOOSE, "required": _("Choose for how long.")},
        )

    def lasts(self) -> dt.timedelta:
        """For how long it was chosen; after validation."""
        return dt.timedelta(days=int(self.cleaned_data["lasts"]))
