"""The vocabularies: names, other spellings, how much each term is used, retiring.

A term's status changes through ``taxonomies.set_status`` alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db import IntegrityError, models
from django.db.models import Exists, OuterRef, ProtectedError, Value
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.text import smart_split, unescape_string_literal
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from plans import taxonomies, usage
from plans.admin import bulk, desk, found, merging, splits
from plans.admin.base import ROWS_A_PAGE, Button, Link, Page, address, manages_network
from plans.admin.spellings import LABELS, PlaceForm, TermForm
from plans.models import (
    DataSource,
    Merge,
    Method,
    Organisation,
    Plan,
    Sdg,
    Sector,
    Spelling,
    Split,
    Term,
    TermStatus,
    ThematicArea,
)
from plans.models.taxonomy import Fold, TermQuerySet
from plans.splitting import can_be_split
from plans.term_history import story, written_by

USES_LOOKUP = {
    Sdg: "sdgs__id__exact",
    ThematicArea: "thematic_areas__id__exact",
    Method: "methods__id__exact",
    DataSource: "data_sources__id__exact",
    Sector: "partners__sector__id__exact",
    Organisation: "partners__organisation__id__exact",
}
"""How the list of plans is asked for those that a term is on."""


WHOLE = {
    "proposals": desk.desk,
    "duplicates": found.found,
    "bulk": bulk.bulk,
    "codebook": bulk.codebook,
}
"""The pages of a vocabulary as a whole, by their addresses."""


def page_of(page: Page, name: str, view: Callable[..., HttpResponse]) -> URLPattern:
    """The address of a page of a vocabulary as a whole."""
    return path(
        f"{name}/",
        page.admin_site.admin_view(partial(view, page)),
        name=f"{page.opts.app_label}_{page.opts.model_name}_{name}",
    )


class TermAdmin(Page):
    """One vocabulary."""

    form = TermForm
    list_display: tuple[Any, ...] = ("name", "status", "used_in", "position", "also")
    list_editable = ("position",)
    list_filter: ClassVar[tuple[Any, ...]] = ("status",)
    list_select_related: ClassVar[tuple[str, ...]] = ("merged_into",)
    search_fields = ("name",)
    search_help_text = gettext_lazy(
        "Finds names and other spellings, whatever their capitals, accents, spaces and punctuation."
    )
    actions: tuple[str, ...] = ("merge", "split", "retire", "take_into_use")
    readonly_fields: ClassVar[tuple[str, ...]] = (
        "status",
        "used_in",
        "merged_into",
        "proposer",
        "refusal",
        "created_at",
    )

    change_form_template = "admin/plans/terms/change_form.html"
    change_list_template = "admin/plans/terms/change_list.html"

    def get_urls(self) -> list[Any]:
        """Django's pages, and those of a vocabulary as a whole."""
        whole = [page_of(self, name, view) for name, view in WHOLE.items()]
        return [*whole, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Terms, with how many plans each is on; where that leads to, if it may be followed."""
        lookup = USES_LOOKUP[self.model] if manages_network(request) else ""
        terms: TermQuerySet[Any] = self.model.objects.with_uses()
        terms = terms.annotate(uses_lookup=Value(lookup))
        return terms.select_related("merged_into", "proposed_by")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What it is called and means; of a term that is there, also where it stands."""
        group = ("parent",) if self.model is ThematicArea else ()
        called = (None, {"fields": ("name", "aliases", "description", *group, "position")})
        labels = (_("In other languages"), {"fields": tuple(LABELS)})
        if obj is None:
            return (called, labels)
        refusal = ("refusal",) if obj.refusal else ()
        stands = ("status", *refusal, "used_in", "merged_into", "proposer", "created_at")
        return (called, labels, (_("Where it stands"), {"fields": stands}))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What a merged term is called stays as it is, so that its merge can be undone."""
        fields = super().get_readonly_fields(request, obj)
        merged = obj is not None and obj.status == TermStatus.MERGED
        return ("name", "aliases", *fields) if merged else fields

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A theme is put into the group of one that is in none."""
        if db_field.name == "parent":
            heads = ThematicArea.objects.filter(parent=None, status=TermStatus.IN_USE)
            kwargs |= {"queryset": heads.order_by("name"), "empty_label": _("in no group")}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Django's form; a wider theme is chosen there, and added and changed on its own page."""
        form = super().get_form(request, obj, change, **kwargs)
        if "parent" in form.base_fields:
            widget: Any = form.base_fields["parent"].widget
            widget.can_add_related = widget.can_change_related = widget.can_view_related = False
        return form

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        """The places of terms are written on the list itself."""
        return super().get_changelist_form(request, form=PlaceForm, **kwargs)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's list, with the ways to the pages of the vocabulary as a whole."""
        keeps = {"keeps": self.has_change_permission(request)}
        return super().changelist_view(request, keeps | (extra_context or {}))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Django's page, with how much the term is used, its plans and its story."""
        term = self.get_object(request, object_id)
        more: dict[str, Any] = {}
        if term is not None:
            used = usage.usage(term)
            plans = usage.plans_with(term, request.user)  # type: ignore[arg-type]  # signed in
            listed = Paginator(plans, ROWS_A_PAGE).get_page(request.GET.get("page"))
            more = {
                "usage": used,
                "listed": listed,
                "unnamed": used.total - listed.paginator.count,
                "story": story(term),
            }
        return super().change_view(request, object_id, form_url, more | (extra_context or {}))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write what the form is about, and not the status: somebody may be merging the term."""
        with written_by(request.user):  # type: ignore[arg-type]  # signed in
            if change:
                changed = getattr(form, "changed_columns", form.changed_data)
                obj.save(update_fields=changed)
            else:
                super().save_model(request, obj, form, change)

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """The terms that hold every word typed, in their name or one spelling, all folded."""
        spelled = Spelling.objects.filter(vocabulary=self.opts.model_name, term=OuterRef("pk"))
        for word in smart_split(search_term):
            if word.startswith(('"', "'")) and word[0] == word[-1]:
                word = unescape_string_literal(word)
            typed = Fold(Value(word))
            queryset = queryset.filter(Exists(spelled.filter(folded__contains=typed)))
        return queryset, False

    @admin.display(description=gettext_lazy("proposed by"), empty_value="-")
    def proposer(self, term: Any) -> str | None:
        """Who proposed it, by name: pages of people are not open to who keeps the vocabularies."""
        return str(term.proposed_by) if term.proposed_by else None

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

    # -- merging -----------------------------------------------------------------------------------

    @admin.action(permissions=["change"], description=gettext_lazy("Merge …"))
    def merge(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse:
        """Make several terms one; asks which one stays, and shows first what would change."""
        return merging.merge(self, request, queryset)

    @admin.action(permissions=["change"], description=gettext_lazy("Split …"))
    def split(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse:
        """Make one term several; asks for its parts, and shows first what would change."""
        return splits.split(self, request, queryset)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Splitting only where a plan may have several terms."""
        actions = super().get_actions(request)
        if not can_be_split(self.model):
            actions.pop("split", None)
        return actions

    def links(self, request: HttpRequest, row: Any) -> list[Link]:
        """What was merged in this vocabulary."""
        if not self.has_change_permission(request, row):
            return []
        here = f"{address(Merge)}?vocabulary__exact={self.opts.model_name}"
        past = [Link(here, _("Past merges"))]
        if can_be_split(self.model):
            there = f"{address(Split)}?vocabulary__exact={self.opts.model_name}"
            past.append(Link(there, _("Past splits")))
        return past

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
        count = taxonomies.set_status(changing, status, actor=request.user)  # type: ignore[arg-type]
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
        merge = Button("merge", _("Merge …"))
        split = [Button("split", _("Split …"))] if can_be_split(self.model) else []
        return {
            TermStatus.PROPOSED: [take, retire, merge, *split],
            TermStatus.IN_USE: [retire, merge, *split],
            TermStatus.RETIRED: [take, merge],
            TermStatus.REFUSED: [take, merge],
        }.get(row.status, [])

    # -- deleting ----------------------------------------------------------------------------------

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Ask, then delete a term that nothing needs; say what to do about any other."""
        term = self.get_object(request, object_id)
        if term is not None and self.has_delete_permission(request, term):
            try:
                led_to = type(term).objects.filter(merged_into=term).exists()
                if not (term.uses or led_to or term.merged_into):
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
        elif term.merged_into:
            words = _(
                "“%(term)s” was merged into “%(other)s”, and what it is called leads there. It "
                "stays, so that this can be undone."
            ) % {"term": term, "other": term.merged_into}
        else:
            words = _("Other terms were merged into “%(term)s”, so it cannot be deleted.")
            words %= {"term": term}
        self.message_user(request, words, messages.ERROR)
        return HttpResponseRedirect(address(term, "change"))


admin.site.register([DataSource, Method, Sector, Organisation], TermAdmin)
