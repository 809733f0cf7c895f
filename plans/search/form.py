"""The words of a selection's address as a form: for pages that ask for a few of them in lists.

It is read by ``selection.py`` and by nothing else; the form only shows it: what was chosen, and
beside which word stands something that no list has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Country, Lab, Region
from plans import clock
from plans.forms.fields import CHOOSE, TextField
from plans.forms.widgets import Select
from plans.models import Cycle, Sdg
from plans.search.facets import FACETS, NOT, Facet

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.search.selection import LibraryFilter

MOST_TYPED = 1_000
SORTS = {
    "best": _("Best match"),
    "newest": _("Newest first"),
    "oldest": _("Oldest first"),
    "title": _("By title"),
}


@dataclass(frozen=True)
class Word:
    """A word that an address may have: what it is called, and what may stand behind it."""

    label: Any
    field: forms.Field


def _several(facet: Facet) -> forms.Field:
    choices = [(word, capfirst(str(name))) for word, name in (facet.words or {}).items()]
    return forms.MultipleChoiceField(choices=choices, required=False)


def _words() -> dict[str, Word]:
    words = {"q": Word(_("Words"), TextField(MOST_TYPED))}
    for facet in FACETS.values():
        words[facet.name] = Word(facet.label, _several(facet))
    for facet in FACETS.values():
        words[f"{NOT}{facet.name}"] = Word(_LeftOut(facet.label), _several(facet))
    sorts = forms.ChoiceField(choices=list(SORTS.items()), required=False)
    return words | {"sort": Word(_("Order"), sorts)}


class _LeftOut:
    """“Without: Theme”, in the language of whoever reads it."""

    def __init__(self, label: Any) -> None:
        self._label = label

    def __str__(self) -> str:
        return gettext("Without: %(label)s") % {"label": self._label}


WORDS = _words()
"""Every word that an address may have, in order."""


def _cycles() -> list[tuple[str, str]]:
    """Every cycle that has begun, and each year of quarters as a whole."""
    choices: dict[str, str] = {}
    for cycle in Cycle.objects.only("year", "quarter").filter(opens_at__lte=clock.now()):
        if cycle.quarter and str(cycle.year) not in choices:
            choices[str(cycle.year)] = gettext("All of %(year)s") % {"year": cycle.year}
        choices.setdefault(cycle.slug, str(cycle))
    return list(choices.items())


_LISTED: dict[str, Callable[[], Any]] = {
    "region": lambda: Region.objects.values_list("slug", "name"),
    "country": lambda: Country.objects.values_list("code", "name"),
    "lab": lambda: Lab.objects.values_list("slug", "name"),
    "cycle": _cycles,
    "sdg": lambda: [
        (str(goal.number), f"{goal.number}. {goal.name}")
        for goal in Sdg.objects.only("number", "name")
    ],
}
"""The lists that one query fills, when they are shown."""


def _field(facet: Facet) -> forms.Field:
    listed = _LISTED.get(facet.name)
    if facet.words is None and listed is None:
        field: forms.Field = TextField(200)
        field.label = facet.label
        return field
    fixed = [(word, capfirst(str(name))) for word, name in (facet.words or {}).items()]

    def choices() -> list[Any]:
        return [("", gettext("All")), *(listed() if listed else fixed)]

    return forms.ChoiceField(
        choices=choices,
        label=facet.label,
        required=False,
        widget=Select,
        error_messages=CHOOSE,
    )


class SelectionForm(forms.Form):
    """One input for every word; what it was given is what the selection has understood."""

    def __init__(self, selection: LibraryFilter) -> None:
        super().__init__(selection.data or None)
        self._selection = selection
        self.fields["q"] = TextField(MOST_TYPED)
        self.fields["q"].label = _("Words")
        for facet in FACETS.values():
            self.fields[facet.name] = _field(facet)
        for facet in FACETS.values():
            self.fields[f"{NOT}{facet.name}"] = TextField(200)
            self.fields[f"{NOT}{facet.name}"].label = str(_LeftOut(facet.label))

    def full_clean(self) -> None:
        """Take over what the selection has understood, and say what it has not."""
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data: dict[str, Any] = {}
        if not self.is_bound:
            return
        if self._selection.typed:
            self.cleaned_data["q"] = self._selection.typed
        for one in self._selection.chosen:
            listed = one.facet.words is not None or one.facet.name in _LISTED
            known = listed and not one.left_out
            self.cleaned_data.setdefault(one.key, []).append(one.word if known else one.name)
        for strange in self._selection.unknown:
            self._errors[strange.key] = self.error_class([str(CHOOSE["invalid_choice"])])
