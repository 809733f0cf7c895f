"""Splitting a term: naming its parts, seeing what would change, doing it, taking it back.

Every step is the action "split" of a vocabulary's list, sent again with what was named so far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from plans import splitting, taxonomies
from plans.admin.base import ROWS_A_PAGE, address
from plans.admin.undoing import UndoablePage
from plans.errors import PlanError
from plans.models import Split, SplitUse

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
    try:
        parts = [splitting.part_called(page.model, name) for name in names]
    except PlanError as refusal:
        return _ask(page, request, term, names, str(refusal))
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
        "new": [part for part in parts if part.pk is None],
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
class SplitAdmin(UndoablePage):
    """What was split, by whom and when, and the way back."""

    fields = ("what", "vocabulary", "plans", "left_out", "done_by", "at", "state")
    readonly_fields = fields
    undo_template = "admin/plans/split/undo.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Splits in the vocabularies that this person keeps, with how many plans each changed."""
        uses = SplitUse.objects.filter(split=OuterRef("pk")).order_by().values("split")
        number = Subquery(uses.annotate(n=Count("pk")).values("n"))
        cut = Subquery(uses.exclude(left_out=[]).annotate(n=Count("pk")).values("n"))
        splits: QuerySet[Any] = super().get_queryset(request).annotate(number=number, cut=cut)
        return splits

    @admin.display(description=gettext_lazy("split"))
    def what(self, record: Split) -> str:
        """“Energy, trade” → “Energy”, “Trade”."""
        return str(record)

    @admin.display(description=gettext_lazy("plans without room for all parts"))
    def left_out(self, record: Any) -> int:
        """How many plans got some of the parts only."""
        return int(record.cut or 0)

    def foresee(self, request: HttpRequest, records: list[Split]) -> dict[str, Any]:
        """What comes back of each, plan by plan, and what stays."""
        foreseen = [
            (one, splitting.foresee_undo(one, request.user))  # type: ignore[arg-type]  # signed in
            for one in records[:ROWS_A_PAGE]
        ]
        return {"foreseen": foreseen, "possible": not foreseen[0][1].refused}

    def take_back(self, request: HttpRequest, record: Split) -> None:
        """Undo it."""
        splitting.undo(record, actor=request.user)  # type: ignore[arg-type]  # signed in
