"""How somebody wants to be told, topic by topic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plans.forms.fields import TICK
from plans.models import Delivery, Topic

if TYPE_CHECKING:
    from collections.abc import Mapping


class DeliveryForm(forms.Form):
    """One choice for each topic."""

    def __init__(self, chosen: Mapping[Topic, Delivery], data: Any = None) -> None:
        super().__init__(data)
        for topic in Topic:
            self.fields[topic] = forms.ChoiceField(
                label=topic.label,
                choices=[(one.value, one.label.capitalize()) for one in Delivery],
                initial=chosen[topic],
                widget=forms.RadioSelect(TICK),
                error_messages={
                    "required": _("Choose one of the three."),
                    "invalid_choice": _("Choose one of the three."),
                },
            )

    def choices(self) -> dict[Topic, Delivery]:
        """What was chosen; after validation."""
        return {topic: Delivery(self.cleaned_data[topic]) for topic in Topic}
