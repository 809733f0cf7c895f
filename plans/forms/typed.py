"""Terms that were typed rather than chosen: found by name or another spelling, or not known yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from plans.models import UNOFFERED, TermStatus
from plans.taxonomies import VOCABULARIES, find

if TYPE_CHECKING:
    from plans.models import Term


@dataclass
class TypedTerms:
    """What was typed into the inputs “add one” of a form, by the key of the vocabulary.

    ``added``: the term that was meant. ``unknown``: the words, where there is no such term.
    """

    added: dict[str, Term] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)

    def join(self, form: Any, values: dict[str, Any]) -> dict[str, Any]:
        """The values of the form, with what was typed among the chosen terms; or say why not."""
        for name in [name for name in values if name.endswith("_new")]:
            words = values.pop(name).strip()
            key = name.removesuffix("_new")
            if not words or key not in values:
                continue
            term: Term | None = find(VOCABULARIES[key], words)
            if term is None:
                self.unknown[key] = words
            refusal = _refusal(form.fields[key], values[key], term, words)
            if refusal:
                form.add_error(name, refusal)
            elif term is not None:
                values[key] = list(dict.fromkeys([*values[key], term]))
                self.added[key] = term
        return values


def _refusal(entered: Any, chosen: list[Term], term: Term | None, words: str) -> str:
    """Why this term cannot be added to those; nothing when it can."""
    if term is None:
        return _(
            "“%(words)s” is not in the list yet. Nothing is added so far: choose one of the list, "
            "propose yours below, or empty the box."
        ) % {"words": words}
    if term.status == TermStatus.REFUSED and term not in chosen:
        return _("“%(words)s” was not taken into the list: %(why)s Choose another one.") % {
            "words": term,
            "why": term.refusal,
        }
    if term.status in UNOFFERED and term not in chosen:
        return _("“%(words)s” is not used any more. Choose another one from the list.") % {
            "words": term
        }
    try:
        entered.refuse_too_many(list(dict.fromkeys([*chosen, term])))
    except forms.ValidationError as refusal:
        return str(refusal.message)
    return ""
