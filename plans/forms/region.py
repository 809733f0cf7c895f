"""What goes from a reviewer to a lab, and from one reviewer to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plans.forms.fields import CHOOSE, TextField
from plans.forms.review import COMMENT_LENGTH

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User


class NudgeForm(forms.Form):
    """A few words to a lab."""

    text = TextField(COMMENT_LENGTH, rows=5)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["text"].label = _("Your words to the lab")


class HandOverForm(forms.Form):
    """To whom a plan goes; nobody named: back to all reviewers."""

    note = TextField(COMMENT_LENGTH, rows=3)

    def __init__(self, reviewers: QuerySet[User], data: Any = None) -> None:
        super().__init__(data)
        self.fields["to"] = forms.ModelChoiceField(
            queryset=reviewers,
            required=False,
            label=_("Who goes on"),
            empty_label=_("Nobody yet: any reviewer may take it on"),
            error_messages=CHOOSE,
        )
        self.fields["note"].label = _("A word to them")
        self.order_fields(["to", "note"])
