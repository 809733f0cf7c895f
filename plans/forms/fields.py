"""Inputs of the questionnaire. None is required: a draft is saved as it stands.

Text is kept exactly as typed, except for what no browser shows and no document can hold: control
characters go, and line ends become one kind, so that browser, server and database count alike.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Country, User
from plans.models import Sdg, Sector, Term
from plans.sections import (
    FIELD,
    GROUP,
    LATITUDES,
    LONGITUDES,
    EvidenceForm,
    EvidenceKind,
    Field,
    Stage,
)
from plans.taxonomies import VOCABULARIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from plans.models import Plan

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
CHOOSE = {"invalid_choice": _("Choose one from the list.")}


class _Shortest(MaxLengthValidator):
    """Says by how much a text is too long, in the characters that database and browser count."""

    def __call__(self, value: Any) -> None:
        over = len(value) - int(self.limit_value)
        if over > 0:
            raise forms.ValidationError(
                ngettext(
                    "This is %(over)d character too long. Shorten it to %(most)d characters.",
                    "This is %(over)d characters too long. Shorten it to %(most)d characters.",
                    over,
                )
                % {"over": over, "most": self.limit_value},
                code="max_length",
            )


class TextField(forms.CharField):
    """One line, or paragraphs with ``rows``."""

    def __init__(self, most: int | None = None, rows: int = 0) -> None:
        attrs: dict[str, Any] = {"dir": "auto"}
        widget: forms.Widget = forms.TextInput(attrs)
        if rows:
            widget = forms.Textarea(attrs | {"rows": rows})
        super().__init__(required=False, strip=not rows, widget=widget)
        if most:
            self.validators.append(_Shortest(most))

    def to_python(self, value: Any) -> str:
        """The text with one kind of line end and without control characters."""
        text = str(super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        return _UNPRINTABLE.sub("", text)


class DegreesField(forms.Field):
    """A latitude or longitude in degrees; a comma may stand for the point."""

    def __init__(self, limits: tuple[int, int], name: Any) -> None:
        self.limits, self.name = limits, name
        super().__init__(required=False, widget=forms.TextInput({"inputmode": "decimal"}))

    def to_python(self, value: Any) -> float | None:
        """The number. Raises ValidationError for anything else, or a place not on earth."""
        text = _UNPRINTABLE.sub("", str(value if value is not None else "")).strip()
        if not text:
            return None
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            raise forms.ValidationError(_("Write a number such as 46.8.")) from None
        least, most = self.limits
        if not least <= number <= most:  # not a number is refused here too
            raise forms.ValidationError(
                _("%(name)s runs from %(least)d to %(most)d degrees.")
                % {"name": self.name, "least": least, "most": most}
            )
        return number


class AddressField(TextField):
    """A link: http or https."""

    def to_python(self, value: Any) -> str:
        """The address, with https:// put before one that lacks it. Raises ValidationError."""
        text = super().to_python(value).strip()
        if not text:
            return ""
        if "://" not in text and re.match(r"^[\w-]+(\.[\w-]+)+([/?#]|$)", text):
            text = f"https://{text}"
        if not re.match(r"^https?://[^\s/]+\.[^\s/]+\S*$", text, re.IGNORECASE):
            raise forms.ValidationError(
                _("Give one web address that begins with https:// or http://.")
            )
        return text


class TermsField(forms.ModelMultipleChoiceField[Any]):
    """Terms of a vocabulary, several; how many is in the questionnaire."""

    def __init__(self, rule: Field, queryset: QuerySet[Any], by: str = "pk") -> None:
        self.rule = rule
        super().__init__(
            queryset=queryset,
            required=False,
            to_field_name=by,
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "invalid_choice": _("One of these is not in the list any more. Choose again."),
                "invalid_pk_value": _("One of these is not in the list. Choose again."),
            },
        )

    def clean(self, value: Any) -> list[Term]:  # type: ignore[override]  # keeps the order
        """The terms in the order given. Raises ValidationError when there are too many."""
        value = [text for text in value or [] if "\x00" not in str(text)]
        found = {
            str(getattr(term, self.to_field_name or "pk")): term for term in super().clean(value)
        }
        terms = [found[str(text)] for text in dict.fromkeys(map(str, value)) if str(text) in found]
        most = self.rule.at_most
        if most is not None and len(terms) > most:
            over = len(terms) - most
            raise forms.ValidationError(
                ngettext(
                    "Choose at most %(most)d: take %(over)d away.",
                    "Choose at most %(most)d: take %(over)d away.",
                    over,
                )
                % {"most": most, "over": over}
            )
        return terms


def _one_of(queryset: QuerySet[Any], empty: Any = "—") -> forms.ModelChoiceField[Any]:
    return forms.ModelChoiceField(
        queryset=queryset, required=False, empty_label=empty, error_messages=CHOOSE
    )


def _radio(choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=choices, required=False, widget=forms.RadioSelect, error_messages=CHOOSE
    )


def _terms(key: str) -> Callable[[Plan], forms.Field]:
    def make(plan: Plan) -> forms.Field:
        vocabulary: Any = VOCABULARIES[key].objects
        on_plan = vocabulary.filter(choices__plan=plan).values("pk")
        return TermsField(FIELD[key], vocabulary.offered() | vocabulary.filter(pk__in=on_plan))

    return make


def _yes_no(value: str) -> bool | None:
    return {"yes": True, "no": False}.get(value)


PLAN_FIELDS: dict[str, Callable[[Plan], forms.Field]] = {
    "title": lambda plan: TextField(FIELD["title"].max_length),
    "challenge_type": lambda plan: forms.CharField(required=False),
    "country": lambda plan: _one_of(Country.objects.filter(labs=plan.lab_id)),
    "latitude": lambda plan: DegreesField(LATITUDES, FIELD["latitude"].label),
    "longitude": lambda plan: DegreesField(LONGITUDES, FIELD["longitude"].label),
    "focal_point": lambda plan: _one_of(
        User.objects.filter(memberships__lab=plan.lab_id, is_active=True)
    ),
    "challenge_statement": lambda plan: TextField(rows=5),
    "background": lambda plan: TextField(rows=10),
    "value_proposition": lambda plan: TextField(rows=6),
    "summary": lambda plan: TextField(FIELD["summary"].max_length, rows=4),
    "sdgs": lambda plan: TermsField(FIELD["sdgs"], Sdg.objects.all(), by="number"),
    "thematic_areas": _terms("thematic_areas"),
    "methods": _terms("methods"),
    "data_sources": _terms("data_sources"),
    "early_leads": lambda plan: TextField(rows=6),
}
"""How each answer of a plan is entered."""


def _lengths(group: str) -> dict[str, int | None]:
    return {field.key: field.max_length for field in GROUP[group].fields}


ROW_FIELDS: dict[str, Callable[[Any], dict[str, forms.Field]]] = {
    "evidence": lambda row: {
        "kind": _radio(list(EvidenceKind.choices)),
        "form": _radio(
            [
                choice
                for choice in EvidenceForm.choices
                if choice[0] != EvidenceForm.PICTURE or row.form == EvidenceForm.PICTURE
            ]
        ),
        "text": TextField(rows=5),
        "address": AddressField(_lengths("evidence")["address"]),
    },
    "partners": lambda row: {
        "name": TextField(_lengths("partners")["name"]),
        "sector": _one_of(Sector.objects.offered()),
        "description": TextField(rows=3),
        "is_new": forms.TypedChoiceField(
            choices=[("yes", _("Yes")), ("no", _("No"))],
            required=False,
            coerce=_yes_no,
            empty_value=None,
            widget=forms.RadioSelect,
            error_messages=CHOOSE,
        ),
    },
    "learning_questions": lambda row: {
        "question": TextField(rows=4),
        "stages": forms.MultipleChoiceField(
            choices=Stage.choices,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            error_messages=CHOOSE,
        ),
        "usage": TextField(rows=4),
        "data_gap": TextField(rows=4),
    },
}
"""How each answer of a repeated row is entered."""
