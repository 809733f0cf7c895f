"""The names and other spellings of a term, as they are typed into its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans import taxonomies
from plans.models import LANGUAGES, Term
from plans.models.taxonomy import TERM_LENGTH

if TYPE_CHECKING:
    TermModelForm = forms.ModelForm[Any]
else:
    TermModelForm = forms.ModelForm


class Spellings(forms.CharField):
    """A list of texts, one on each line: unlike a comma, a line end is in no term's name."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 60})

    def prepare_value(self, value: Any) -> Any:
        """What the input shows."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """The texts, tidied, each once."""
        lines = [taxonomies.tidy(line) for line in (value or "").splitlines()]
        return list({line.casefold(): line for line in reversed(lines) if line}.values())[::-1]

    def validate(self, value: Any) -> None:
        """Refuse what could not be a term's name."""
        for words in value:
            if len(words) > TERM_LENGTH:
                raise ValidationError(
                    _("“%(words)s…” is too long: a spelling has at most %(most)d characters.")
                    % {"words": words[:40], "most": TERM_LENGTH}
                )
            if not any(letter.isalnum() for letter in words):
                raise ValidationError(
                    _("“%(words)s” needs at least one letter or number.") % {"words": words}
                )

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the texts differ."""
        return bool((initial or []) != self.to_python(data))


class PlaceForm(TermModelForm):
    """The place of a term, on the list of its vocabulary; named for who does not see the row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["position"]
        place.help_text = ""
        place.widget.attrs["aria-label"] = _("Place of “%(term)s”") % {"term": self.instance}


LABELS = {f"label_{language}": language for language in LANGUAGES}
"""The inputs of labels, and their languages."""


def label_field(language: str) -> forms.CharField:
    """The input for what a term is called in a language."""
    return forms.CharField(
        label=LANGUAGES[language],
        required=False,
        max_length=TERM_LENGTH,
        widget=forms.TextInput({"dir": "auto", "lang": language, "size": 40}),
    )


class LabelsForm(TermModelForm):
    """What a row is called in other languages; a clash with another is said beside the input."""

    label_en = label_field("en")
    label_fr = label_field("fr")
    label_es = label_field("es")
    label_pt = label_field("pt")
    label_ar = label_field("ar")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, language in LABELS.items():
            if name in self.fields:
                self.fields[name].initial = self.instance.labels.get(language, "")

    def clash(self, words: str) -> str:
        """Why the row cannot be called so, in a sentence; empty when it can."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Take the labels; what is left empty has none."""
        cleaned: dict[str, Any] = super().clean() or {}
        given = [name for name in LABELS if name in cleaned]
        labels = dict(self.instance.labels)
        for name in given:
            words = taxonomies.tidy(cleaned[name])
            labels.pop(LABELS[name], None)
            if not words:
                continue
            labels[LABELS[name]] = words
            if not any(letter.isalnum() for letter in words):
                self.add_error(name, _("A label needs at least one letter or number."))
            elif clash := self.clash(words):
                self.add_error(name, clash)
        if given:
            self.instance.labels = labels
        return cleaned


class TermForm(LabelsForm):
    """Name and other spellings. What would clash with another term is said beside the input."""

    aliases = Spellings(
        label=gettext_lazy("Other spellings"),
        required=False,
        show_hidden_initial=True,
        help_text=gettext_lazy(
            "One on each line. Searching, typing and importing find the term by any of them."
        ),
    )

    @property
    def changed_columns(self) -> list[str]:
        """The columns that were changed here."""
        changed = [name for name in self.changed_data if name not in LABELS]
        return [*changed, "labels"] if len(changed) < len(self.changed_data) else changed

    def clean(self) -> dict[str, Any]:
        """Refuse words by which another term of the vocabulary is already known."""
        cleaned = super().clean()
        term = cast("Term", self.instance)
        if term.pk and "aliases" in cleaned:
            cleaned["aliases"] = self._with_those_added_meanwhile(cleaned["aliases"])
        if "name" in cleaned:
            cleaned["name"] = taxonomies.tidy(cleaned["name"])
            other = taxonomies.known_as(
                type(term), cleaned["name"], besides=term, aliases_only=True
            )
            if other:
                self.add_error("name", _spelling_of(cleaned["name"], other))
        for words in cleaned.get("aliases", []):
            other = taxonomies.known_as(type(term), words, besides=term)
            if other:
                self.add_error("aliases", _spelling_of(words, other))
        return cleaned

    def clash(self, words: str) -> str:
        """The term of the vocabulary that is known by these words already, in a sentence."""
        other = taxonomies.known_as(type(self.instance), words, besides=self.instance)
        return _spelling_of(words, other) if other else ""

    def _with_those_added_meanwhile(self, typed: list[str]) -> list[str]:
        """What was typed; what a merge gave the term since the page was opened is not undone."""
        field: Any = self.fields["aliases"]
        sent = self.data.get(self.add_initial_prefix("aliases"))
        shown = field.to_python(sent)
        if sent is None or shown == list(self.instance.aliases):
            return typed
        added = [words for words in self.instance.aliases if words not in (*shown, *typed)]
        gone = [words for words in shown if words not in self.instance.aliases]
        return [words for words in typed if words not in gone] + added

    def add_error(self, field: str | None, error: Any) -> None:
        """Put what the database says about a name next to the name."""
        if field is None and "name" in self.fields and hasattr(error, "error_dict"):
            about_name = error.error_dict.pop(NON_FIELD_ERRORS, [])
            error.error_dict["name"] = error.error_dict.get("name", []) + about_name
        super().add_error(field, error)


def _spelling_of(words: str, other: Term) -> str:
    return _("“%(words)s” already leads to the term “%(other)s”. Take it away there first.") % {
        "words": words,
        "other": other,
    }
