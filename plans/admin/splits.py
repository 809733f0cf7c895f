"""Splitting a term: naming its parts, seeing what would change, doing it, taking it back.

Every step is the action "split" of a vocabulary's list, sent again with what was named so far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import display_for_value
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from plans import merging, splitting, taxonomies
from plans.admin.base import FROM_PAGE, ROWS_A_PAGE, Button, Page, address
from plans.admin.merging import UndoneFilter
from plans.errors import PlanError
from plans.models import Split, SplitUse
from plans.permissions import may_keep_terms

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin


def split(page: ModelAdmin[Any], request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse:
    """Ask for the parts, then show what changes, then split: one step for each sending."""
    given = request.POST
    terms = list(chosen[:2])
    if len(terms) != 1:
        messages.warning(request, _("Choose one term to split."))
        return HttpResponseRedirect(request.get_full_path())
    term = terms[0]
    lines = [*given.getlist("part"), *given.get("parts", "").splitlines()]
    names = list(dict.fromkeys(line for line in map(_clean, lines) if line))
    if not names or "choose" in given:
        return _ask(page, request, term, names or _guess(term.name), "")
    into = [taxonomies.find(page.model, name) for name in names]
    unknown = [name for name, part in zip(names, into, strict=True) if part is None]
    if unknown:
        words = _("No term is called “%(name)s”. Add it to the list first, or correct the name.")
        return _ask(page, request, term, names, words % {"name": unknown[0]})
    parts = [part for part in into if part is not None]
    if "confirm" in given:
        try:
            return _done(request, splitting.split(term, parts, actor=request.user))  # type: ignore[arg-type]
        except PlanError as refusal:
            messages.error(request, str(refusal))
    return _preview(page, request, term, parts)


def _clean(line: str) -> str:
    return taxonomies.tidy(line.replace("\0", ""))[:200]


def _guess(name: str) -> list[str]:
    """What stands between the commas of a name."""
    parts = name.replace(";", ",").replace("/", ",").split(",")
    return [part for part in map(_clean, parts) if part]


def _context(page: ModelAdmin[Any], request: HttpRequest, term: Any) -> dict[str, Any]:
    return page.admin_site.each_context(request) | {
        "opts": page.opts,
        "term": term,
        "selection_name": ACTION_CHECKBOX_NAME,
    }


def _ask(
    page: ModelAdmin[Any], request: HttpRequest, term: Any, names: list[str], problem: str
) -> HttpResponse:
    context = _context(page, request, term) | {
        "title": _("Split “%(term)s”") % {"term": term},
        "parts": "\n".join(names),
        "problem": problem,
        "most": splitting.MOST_PARTS,
    }
    status = 422 if problem else 200
    return TemplateResponse(request, "admin/plans/split/choose.html", context, status=status)


def _preview(
    page: ModelAdmin[Any], request: HttpRequest, term: Any, parts: list[Any]
) -> HttpResponse:
    foreseen = splitting.foresee(term, parts, request.user)  # type: ignore[arg-type]  # signed in
    listed = Paginator(foreseen.named, ROWS_A_PAGE).get_page(request.POST.get("page"))
    context = _context(page, request, term) | {
        "title": _("Split “%(term)s”") % {"term": term},
        "into": parts,
        "foreseen": foreseen,
        "listed": listed,
        "changes": foreseen.changes(listed.object_list),
        "unnamed": foreseen.plans - listed.paginator.count,
    }
    return TemplateResponse(request, "admin/plans/split/preview.html", context)


def _done(request: HttpRequest, record: Split) -> HttpResponse:
    plans = record.uses.count()
    words = ngettext(
        "Split. %(count)d plan has the parts now.",
        "Split. %(count)d plans have the parts now.",
        plans,
    ) % {"count": plans}
    messages.success(request, words)
    return HttpResponseRedirect(address(record, "change"))


@admin.register(Split)
class SplitAdmin(Page):
    """What was split, by whom and when, and the way back."""

    list_display = ("what", "vocabulary", "plans", "by", "at", "state")
    list_filter = ("vocabulary", UndoneFilter)
    list_select_related = ("by", "undone_by")
    date_hierarchy = "at"
    actions = ("undo",)
    fields = ("what", "vocabulary", "plans", "left_out", "by", "at", "state")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Splits in the vocabularies that this person keeps, with how many plans each changed."""
        kept = [
            name
            for name, uses in merging.USES.items()
            if may_keep_terms(request.user, uses.vocabulary)
        ]
        uses = SplitUse.objects.filter(split=OuterRef("pk")).order_by().values("split")
        splits: QuerySet[Any] = super().get_queryset(request)
        splits = splits.annotate(
            number=Subquery(uses.annotate(n=Count("pk")).values("n")),
            cut=Subquery(uses.exclude(left_out=[]).annotate(n=Count("pk")).values("n")),
        )
        return splits.filter(vocabulary__in=kept).select_related("by", "undone_by")

    @admin.display(description=gettext_lazy("split"))
    def what(self, record: Split) -> str:
        """“Energy, trade” → “Energy”, “Trade”."""
        return str(record)

    @admin.display(description=gettext_lazy("plans changed"), ordering="number")
    def plans(self, record: Any) -> int:
        """How many plans it changed."""
        return int(record.number or 0)

    @admin.display(description=gettext_lazy("plans without room for all parts"))
    def left_out(self, record: Any) -> int:
        """How many plans got some of the parts only."""
        return int(record.cut or 0)

    @admin.display(description=gettext_lazy("state"), ordering="undone_at")
    def state(self, record: Split) -> str:
        """That it stands; or by whom it was undone, and when."""
        if record.undone_at is None:
            return _("stands")
        return format_html(
            _("undone by {who}, {when}"),
            who=record.undone_by,
            when=display_for_value(record.undone_at, ""),
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: terms are split from the list of their vocabulary."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: it is a record."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def buttons(self, request: HttpRequest, row: Any) -> list[Button]:
        """Undoing, while it stands."""
        return [] if row.undone_at else [Button("undo", _("Undo"))]

    @admin.action(description=gettext_lazy("Undo"))
    def undo(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Say what comes back, then undo; of several, the latest first."""
        records = list(queryset.order_by("-pk"))
        if "confirm" not in request.POST:
            context = self.admin_site.each_context(request) | {
                "title": _("Undo"),
                "opts": self.opts,
                "records": records,
                "selection_name": ACTION_CHECKBOX_NAME,
                "from_page": FROM_PAGE if FROM_PAGE in request.POST else "",
            }
            return TemplateResponse(request, "admin/plans/split/undo.html", context)
        for record in records:
            try:
                splitting.undo(record, actor=request.user)  # type: ignore[arg-type]  # signed in
            except (PlanError, PermissionDenied) as refusal:
                words = _("%(split)s: %(reason)s") % {"split": record, "reason": refusal}
                self.message_user(request, words, messages.ERROR)
                break
            self.message_user(request, _("Undone: %(split)s.") % {"split": record})
        return None
