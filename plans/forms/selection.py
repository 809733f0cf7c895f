"""What a selection of plans is chosen by where a few choices are enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Region
from plans import clock
from plans.forms.widgets import Select
from plans.models import Cycle
from plans.states import ChallengeType

if TYPE_CHECKING:
    from plans.search.selection import Chosen

Choices = list[tuple[str, Any]]


def regions() -> Choices:
    """The regions, by their short names."""
    return list(Region.objects.values_list("slug", "name"))


def cycles() -> Choices:
    """Every cycle that has begun, and whole years where there are quarters."""
    choices: dict[str, Any] = {}
    for cycle in Cycle.objects.only("year", "quarter").filter(opens_at__lte=clock.now()):
        if cycle.quarter and str(cycle.year) not in choices:
            choices[str(cycle.year)] = _("All of %(year)s") % {"year": cycle.year}
        choices.setdefault(cycle.slug, str(cycle))
    return list(choices.items())


class SelectionForm(forms.Form):
    """Region, cycle or year, theme and type: it offers, and what is chosen is read elsewhere."""

    region = forms.ChoiceField(label=gettext_lazy("Region"), required=False, widget=Select)
    cycle = forms.ChoiceField(label=gettext_lazy("Cycle or year"), required=False, widget=Select)
    theme = forms.CharField(label=gettext_lazy("Theme"), required=False, max_length=200)
    type = forms.ChoiceField(label=gettext_lazy("Type"), required=False, widget=Select)

    def __init__(
        self, chosen: list[Chosen], regions: Choices, cycles: Choices, side: str | None = None
    ) -> None:
        """``side`` is put before names and ids where a page has two of these.

        A field is left out where more than one of its choices is made, or one is left out: that
        comes from a page with more to choose by, and the page keeps it as it is.
        """
        alone = {
            one.facet.name: one
            for one in chosen
            if not one.left_out and sum(other.facet is one.facet for other in chosen) == 1
        }
        super().__init__(
            initial={
                name: one.name if name == "theme" else one.word for name, one in alone.items()
            },
            prefix=side,
        )
        kinds = [(kind.value, kind.label.capitalize()) for kind in ChallengeType]
        offered = {"region": regions, "cycle": cycles, "type": kinds}
        for name, choices in offered.items():
            self.fields[name].choices = [("", _("All")), *choices]  # type: ignore[attr-defined]
        self.fields["theme"].widget.attrs["list"] = "themes-met"
        self.fields["theme"].widget.attrs["dir"] = "auto"
        for one in chosen:
            if one.facet.name in self.fields and one.facet.name not in alone:
                del self.fields[one.facet.name]
