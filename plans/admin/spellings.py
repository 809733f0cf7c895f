"""The names and other spellings of a term, as they are typed into its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans import taxonomies
from plans.models import Term
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


class TermForm(TermModelForm):
    """Name and other spellings. What would clash with another term is said beside the input."""

    aliases = Spellings(
        label=gettext_lazy("Other spellings"),
        required=False,
        show_hidden_initial=True,
        help_text=gettext_lazy(
            "One on each line. Searching, typing and importing find the term by any of them."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse words by which another term of the vocabulary is already known."""
        cleaned: dict[str, Any] = super().clean() or {}
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
