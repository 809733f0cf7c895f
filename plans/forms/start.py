"""The forms that begin a plan: an empty one, or a copy of an earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from plans import limits
from plans.forms.fields import CHOOSE, TICK, TextField
from plans.models import Cycle
from plans.sections import FIELD, SECTION, SECTIONS, Section
from plans.states import ChallengeType

if TYPE_CHECKING:
    from accounts.models import Lab
    from plans.document import PlanDocument


class StartForm(forms.Form):
    """Which cycle, which type, which title; the type may be left for later."""

    def __init__(self, lab: Lab, cycles: list[Cycle], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = limits.places_by_cycle(lab, cycles)
        # With one cycle to choose, what is taken need not be offered; else the cycle decides.
        self._taken = {
            option.value
            for places in self.places
            for option in places.options
            if len(cycles) == 1 and not option.free
        }
        if self.initial.get("challenge_type") in self._taken:
            self.initial = {**self.initial, "challenge_type": ""}  # to be decided later
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


class CopyForm(StartForm):
    """The same for a copy, and which sections of the earlier plan to carry over."""

    def __init__(
        self, document: PlanDocument, lab: Lab, cycles: list[Cycle], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(lab, cycles, *args, **kwargs)
        self.filled = {section.key: _answered(document, section) for section in SECTIONS}
        offered = [(key, _NAMES.get(key, SECTION[key].title)) for key in self.filled]
        self.fields["sections"] = forms.MultipleChoiceField(
            choices=[(key, name) for key, name in offered if self.filled[key]],
            initial=[key for key, answers in self.filled.items() if answers],
            label=_("What to carry over"),
            widget=forms.CheckboxSelectMultiple(TICK),
            error_messages={
                "required": _("Choose at least one section, or start an empty plan instead."),
                "invalid_choice": _("One of these sections is not in that plan. Choose again."),
            },
        )

    def offered_sections(self) -> list[tuple[BoundWidget, list[str]]]:
        """The sections that can be carried over, each with what is written in it."""
        boxes = self["sections"].subwidgets
        return [(box, self.filled[box.data["value"]]) for box in boxes]


_NAMES = {"title": _("Place and focal point")}
_GIVEN_ANEW = frozenset({"title", "challenge_type"})
"""What is asked for above."""


def _answered(document: PlanDocument, section: Section) -> list[str]:
    """What a section of a plan holds, by the names of its questions."""
    names = [
        str(field.label)
        for field in section.fields
        if field.key not in _GIVEN_ANEW and getattr(document, field.key) not in (None, "", ())
    ]
    if section.group and document.rows(section.group.key):
        number = len(document.rows(section.group.key))
        counted = f"{section.group.label} ({number})"
        names.insert(0, counted if section.fields else _("%(number)d in all") % {"number": number})
    return names
