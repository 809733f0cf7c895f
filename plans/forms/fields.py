"""Inputs of the questionnaire. None is required: a draft is saved as it stands.

Text is kept exactly as typed, except for what no browser shows and no document can hold: control
characters go, and line ends become one kind, so that browser, server and database count alike.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Country, User
from plans import authoring
from plans.forms.widgets import Textarea, TextInput
from plans.models import CHOICES, Sector, Term
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

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from django.db.models import QuerySet

    from plans.models import Plan

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
TICK = {"class": "form-check-input"}
CHOOSE = {"invalid_choice": _("Choose one from the list.")}
SHARE = re.compile(r"(\d{1,15}(?:[.,]\d{1,15})?)\s*%?")
"""A share in %, as people type it."""


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
        widget: forms.Widget = TextInput(attrs)
        if rows:
            widget = Textarea(attrs | {"rows": rows})
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
        super().__init__(required=False, widget=TextInput({"inputmode": "decimal"}))

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


class ShareField(TextField):
    """A share of one's time: 0 to 100, kept without its sign."""

    def __init__(self, stored: str) -> None:
        super().__init__(100)
        self.stored = stored
        self.widget.attrs["inputmode"] = "decimal"

    def to_python(self, value: Any) -> str:
        """The number, as typed. Raises ValidationError; words of the archive may stay."""
        text = super().to_python(value)
        number = SHARE.fullmatch(text)
        if number is None:
            if text in ("", self.stored):
                return text
        elif float(number[1].replace(",", ".")) <= 100:
            return text if text == self.stored else number[1]
        raise forms.ValidationError(
            _("Write a number from 0 to 100, such as 40: so many of each 100 hours.")
        )


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


class PictureField(forms.FileField):
    """A picture that comes with the form. What it is, decides :mod:`plans.pictures`."""

    def __init__(self) -> None:
        accept = {"accept": "image/jpeg,image/png,image/webp"}
        super().__init__(required=False, widget=forms.FileInput(accept))

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The file as it was sent, or None."""
        return data or None


class TermsField(forms.TypedMultipleChoiceField):
    """Terms of a vocabulary, several; how many is in the questionnaire.

    ``terms`` are those that can be chosen and those on the plan, each with ``place``, its position
    on the plan or None; ``chosen`` are the latter in order. Choosing one that was merged meanwhile
    chooses the one it was merged into.
    """

    def __init__(self, rule: Field, terms: list[Any], by: str = "pk") -> None:
        self.rule = rule
        self.terms = {str(getattr(term, by)): term.merged_into or term for term in terms}
        on_plan = [term for term in terms if term.place is not None]
        self.chosen = sorted(on_plan, key=lambda term: (term.place, term.pk))
        super().__init__(
            choices=list(self.terms.items()),
            coerce=self.terms.get,
            required=False,
            empty_value=[],
            widget=forms.CheckboxSelectMultiple(TICK),
            error_messages={
                "invalid_choice": _("One of these is not in the list any more. Choose again.")
            },
        )

    def clean(self, value: Any) -> list[Term]:
        """The terms in the order given, each once. Raises ValidationError for too many."""
        terms: list[Term] = list(dict.fromkeys(super().clean(value)))
        self.refuse_too_many(terms)
        return terms

    def refuse_too_many(self, terms: list[Term]) -> None:
        """Raise ValidationError, saying how many to take away, when there are too many."""
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


def _one_of(queryset: QuerySet[Any], empty: Any = "—") -> forms.ModelChoiceField[Any]:
    return forms.ModelChoiceField(
        queryset=queryset, required=False, empty_label=empty, error_messages=CHOOSE
    )


def _radio(choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=[(value, capfirst(label)) for value, label in choices],
        required=False,
        widget=forms.RadioSelect(TICK),
        error_messages=CHOOSE,
    )


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
    "early_leads": lambda plan: TextField(rows=6),
}
"""How each answer of a plan is entered that is not chosen from a vocabulary."""


def plan_field(plan: Plan, key: str, sent: Any = None) -> forms.Field:
    """How an answer of a plan is entered; ``sent`` is what was posted, if anything."""
    if key not in CHOICES:
        return PLAN_FIELDS[key](plan)
    terms = authoring.vocabulary(plan, key, sent.getlist(key) if sent else ())
    return TermsField(FIELD[key], terms, by="number" if key == "sdgs" else "pk")


def _lengths(group: str) -> dict[str, int | None]:
    return {field.key: field.max_length for field in GROUP[group].fields}


def row_fields(
    group: str, rows: list[Any], only: Collection[str] | None = None
) -> list[dict[str, forms.Field]]:
    """How the answers of each row are entered; what the rows share is read once for all.

    ``only`` names the inputs that are asked for, where not all are; what others need is not read.
    """
    if group == "partners":
        asked = only is None or any(name.endswith("-sector") for name in only)
        sectors = list(Sector.objects.offered()) if asked else []
        return [_partner(row, sectors) for row in rows]
    make = {"evidence": _evidence, "learning_questions": _question}[group]
    return [make(row) for row in rows]


def _evidence(row: Any) -> dict[str, forms.Field]:
    most = _lengths("evidence")
    fields: dict[str, forms.Field] = {
        "kind": _radio(list(EvidenceKind.choices)),
        "form": _radio(list(EvidenceForm.choices)),
        "text": TextField(rows=5),
        "address": AddressField(most["address"]),
        "picture": PictureField(),
        "alternative": TextField(most["alternative"], rows=3),
        "caption": TextField(most["caption"], rows=2),
    }
    for name in ("text", "address", "alternative", "caption"):
        # By this the style sheet knows which are empty: those that do not fit are not shown then.
        fields[name].widget.attrs["placeholder"] = " "
    return fields


def _partner(row: Any, sectors: list[Sector]) -> dict[str, forms.Field]:
    offered = {str(sector.pk): sector for sector in sectors}
    if row.sector and str(row.sector.pk) not in offered:
        offered[str(row.sector.pk)] = row.sector  # retired since it was chosen
    return {
        "name": TextField(_lengths("partners")["name"]),
        "sector": forms.TypedChoiceField(
            choices=[
                ("", "—"),
                *((pk, sector.name) for pk, sector in offered.items()),
                (_("Other words for these"), _by_alias(offered)),
            ],
            required=False,
            coerce=offered.get,
            empty_value=None,
            error_messages=CHOOSE,
        ),
        "description": TextField(rows=3),
        "is_new": forms.TypedChoiceField(
            choices=[("yes", _("Yes")), ("no", _("No"))],
            required=False,
            coerce={"yes": True, "no": False}.get,
            empty_value=None,
            widget=forms.RadioSelect(TICK),
            error_messages=CHOOSE,
        ),
    }


def _by_alias(sectors: Mapping[str, Sector]) -> list[tuple[str, str]]:
    """Each other word for a sector, with the sector: so that typing it in the list finds it."""
    words = [(alias, pk) for pk, sector in sectors.items() for alias in sector.aliases]
    return [
        (pk, f"{alias}: {sectors[pk]}")
        for alias, pk in sorted(words, key=lambda pair: pair[0].casefold())
    ]


def _question(row: Any) -> dict[str, forms.Field]:
    return {
        "question": TextField(rows=4),
        "stages": forms.MultipleChoiceField(
            choices=Stage.choices,
            required=False,
            widget=forms.CheckboxSelectMultiple(TICK),
            error_messages=CHOOSE,
        ),
        "usage": TextField(rows=4),
        "data_gap": TextField(rows=4),
    }
