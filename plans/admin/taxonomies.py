"""The vocabularies: names, other spellings, how much each term is used, retiring.

A term's status changes through ``taxonomies.set_status`` alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models
from django.db.models import Func, ProtectedError, TextField, Value
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.text import smart_split, unescape_string_literal
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from plans import taxonomies
from plans.admin.base import Button, Page, address, manages_network
from plans.models import (
    DataSource,
    Method,
    Plan,
    Sdg,
    Sector,
    Term,
    TermStatus,
    ThematicArea,
)
from plans.models.taxonomy import TERM_LENGTH, Fold, FoldAll, TermQuerySet

if TYPE_CHECKING:
    TermModelForm = forms.ModelForm[Any]
else:
    TermModelForm = forms.ModelForm

USES_LOOKUP = {
    Sdg: "sdgs__id__exact",
    ThematicArea: "thematic_areas__id__exact",
    Method: "methods__id__exact",
    DataSource: "data_sources__id__exact",
    Sector: "partners__sector__id__exact",
}
"""How the list of plans is asked for those that a term is on."""


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
        help_text=gettext_lazy(
            "One on each line. Searching, typing and importing find the term by any of them."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse words by which another term of the vocabulary is already known."""
        cleaned: dict[str, Any] = super().clean() or {}
        term = cast("Term", self.instance)
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


class ArrayToString(Func):
    """``array_to_string(text[], separator)``."""

    function = "array_to_string"
    output_field = TextField()


class TermAdmin(Page):
    """One vocabulary."""

    form = TermForm
    list_display: tuple[str, ...] = ("name", "status", "used_in", "also")
    list_filter = ("status",)
    list_select_related = ("merged_into",)
    search_fields = ("name",)
    search_help_text = gettext_lazy(
        "Finds names and other spellings, whatever their capitals, accents, spaces and punctuation."
    )
    actions = ("retire", "take_into_use")
    fields: ClassVar[tuple[str, ...]] = (
        "name",
        "aliases",
        "status",
        "used_in",
        "merged_into",
        "proposed_by",
        "created_at",
    )
    readonly_fields: ClassVar[tuple[str, ...]] = (
        "status",
        "used_in",
        "merged_into",
        "proposed_by",
        "created_at",
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Terms, with how many plans each is on; where that leads to, if it may be followed."""
        lookup = USES_LOOKUP[self.model] if manages_network(request) else ""
        terms: TermQuerySet[Any] = self.model.objects.with_uses()
        terms = terms.annotate(uses_lookup=Value(lookup))
        return terms.select_related("merged_into", "proposed_by")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new term has a name and spellings only."""
        return super().get_fields(request, obj) if obj else ("name", "aliases")

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """The terms that hold every word typed, in their name or one spelling, all folded."""
        queryset = queryset.alias(
            folded_name=Fold("name"),
            folded_aliases=ArrayToString(FoldAll("aliases"), Value(" ")),
        )
        for word in smart_split(search_term):
            if word.startswith(('"', "'")) and word[0] == word[-1]:
                word = unescape_string_literal(word)
            typed = Fold(Value(word))
            queryset = queryset.filter(
                models.Q(folded_name__contains=typed) | models.Q(folded_aliases__contains=typed)
            )
        return queryset, False

    @admin.display(description=gettext_lazy("used in"), ordering="uses")
    def used_in(self, term: Any) -> str:
        """“3 plans”, leading to them for those who may see them."""
        words = ngettext("%(count)d plan", "%(count)d plans", term.uses) % {"count": term.uses}
        if not term.uses or not term.uses_lookup:
            return words
        return format_html(
            '<a href="{}?{}={}">{}</a>', address(Plan), term.uses_lookup, term.pk, words
        )

    @admin.display(description=gettext_lazy("other spellings"))
    def also(self, term: Term) -> str:
        """The other spellings, and what a merged term has become part of."""
        words = ", ".join(term.aliases)
        if term.merged_into:
            return _("merged into “%(term)s”") % {"term": term.merged_into}
        return words

    # -- status ------------------------------------------------------------------------------------

    @admin.action(permissions=["change"], description=gettext_lazy("Retire"))
    def retire(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """Offer the terms no more; plans that have them keep them."""
        self._set_status(request, queryset, TermStatus.RETIRED)

    @admin.action(permissions=["change"], description=gettext_lazy("Take into use"))
    def take_into_use(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """Offer the terms to everybody: proposed ones, and retired ones again."""
        self._set_status(request, queryset, TermStatus.IN_USE)

    def _set_status(
        self, request: HttpRequest, terms: models.QuerySet[Any], status: TermStatus
    ) -> None:
        changing = [
            term for term in terms.select_related(None) if term.status not in (status, "merged")
        ]
        for merged in terms.filter(status=TermStatus.MERGED):
            words = _("“%(term)s” was merged into “%(other)s” and stays so.")
            words %= {"term": merged, "other": merged.merged_into}
            self.message_user(request, words, messages.WARNING)
        count = taxonomies.set_status(changing, status)
        for term in changing:
            self.log_change(request, term, _("Now %(status)s.") % {"status": status.label})
        said = {
            TermStatus.RETIRED: ngettext(
                "%(count)d term is retired now. Plans that have it keep it.",
                "%(count)d terms are retired now. Plans that have them keep them.",
                count,
            ),
            TermStatus.IN_USE: ngettext(
                "%(count)d term is in use now.", "%(count)d terms are in use now.", count
            ),
        }[status]
        self.message_user(request, said % {"count": count}, messages.SUCCESS)

    def buttons(self, request: HttpRequest, row: Any) -> list[Button]:
        """The step that its status allows."""
        if not self.has_change_permission(request, row):
            return []
        retire = Button("retire", _("Retire"))
        take = Button("take_into_use", _("Take into use"))
        return {
            TermStatus.PROPOSED: [take, retire],
            TermStatus.IN_USE: [retire],
            TermStatus.RETIRED: [take],
        }.get(row.status, [])

    # -- deleting ----------------------------------------------------------------------------------

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Ask, then delete a term that nothing needs; say what to do about any other."""
        term = self.get_object(request, object_id)
        if term is not None and self.has_delete_permission(request, term):
            try:
                if not term.uses and not type(term).objects.filter(merged_into=term).exists():
                    return super().delete_view(request, object_id, extra_context)
            except (ProtectedError, IntegrityError):
                term = self.get_object(request, object_id)  # a plan has chosen it meanwhile
            return self._refuse_deletion(request, term)
        return super().delete_view(request, object_id, extra_context)

    def _refuse_deletion(self, request: HttpRequest, term: Any) -> HttpResponse:
        if term.uses:
            words = ngettext(
                "“%(term)s” is on %(count)d plan, so it cannot be deleted. Retire it instead: "
                "plans keep it, and it is not offered any more.",
                "“%(term)s” is on %(count)d plans, so it cannot be deleted. Retire it instead: "
                "plans keep it, and it is not offered any more.",
                term.uses,
            ) % {"term": term, "count": term.uses}
        else:
            words = _("Other terms were merged into “%(term)s”, so it cannot be deleted.")
            words %= {"term": term}
        self.message_user(request, words, messages.ERROR)
        return HttpResponseRedirect(address(term, "change"))


admin.site.register([ThematicArea, DataSource, Method, Sector], TermAdmin)


@admin.register(Sdg)
class SdgAdmin(TermAdmin):
    """The goals: number, name and colour are the United Nations'; spellings are ours to add."""

    list_display = ("number", "name", "swatch", "status", "used_in", "also")
    list_display_links = ("name",)
    fields = ("number", "name", "swatch", "aliases", "status", "used_in")
    readonly_fields = ("number", "name", "swatch", "status", "used_in")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The same for every goal."""
        return self.fields

    @admin.display(description=gettext_lazy("colour"), ordering="colour")
    def swatch(self, goal: Sdg) -> str:
        """The colour, as a square and in figures."""
        return format_html(
            '<svg class="swatch" width="16" height="16" aria-hidden="true" focusable="false">'
            '<rect width="16" height="16" rx="3" fill="{0}"/></svg> {0}',
            goal.colour,
        )

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """None: a goal is always in use."""
        return {}

    def buttons(self, request: HttpRequest, row: Any) -> list[Button]:
        """None: a goal is always in use."""
        return []

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: there are seventeen."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False
