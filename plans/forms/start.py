"""The form that begins a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from plans import limits
from plans.forms.fields import CHOOSE, TICK, TextField
from plans.models import Cycle
from plans.sections import FIELD
from plans.states import ChallengeType

if TYPE_CHECKING:
    from accounts.models import Lab


class StartForm(forms.Form):
    """Which cycle, which type, which title; the type may be left for later."""

    def __init__(self, lab: Lab, cycles: list[Cycle], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.boards = limits.options_by_cycle(lab, cycles)
        # With one cycle to choose, what is taken need not be offered; else the cycle decides.
        self._taken = {
            option.value
            for _cycle, options in self.boards
            for option in options
            if len(cycles) == 1 and not option.free
        }
        self.fields["title"] = TextField(FIELD["title"].max_length)
        self.fields["title"].label = FIELD["title"].label
        self.fields["cycle"] = forms.ModelChoiceField(
            queryset=Cycle.objects.filter(pk__in=[cycle.pk for cycle in cycles]),
            label=_("Cycle"),
            initial=cycles[0] if cycles else None,
            empty_label=None,
            error_messages={
                "required": _("Choose a cycle."),
                "invalid_choice": _("This cycle is not open to your lab. Choose another."),
            },
        )
        self.fields["challenge_type"] = forms.ChoiceField(
            choices=[
                *((value, capfirst(label)) for value, label in ChallengeType.choices),
                ("", _("I will decide later")),
            ],
            required=False,
            label=FIELD["challenge_type"].label,
            widget=forms.RadioSelect(TICK),
            error_messages=CHOOSE,
        )

    def offered(self) -> list[BoundWidget]:
        """The types to choose from. A taken one that is sent all the same is refused by name."""
        boxes = self["challenge_type"].subwidgets
        return [box for box in boxes if box.data["value"] not in self._taken]
