"""Merging terms: choosing which one stays, seeing what would change, doing it, taking it back.

Every step is the action "merge" of a vocabulary's list, sent again with what was chosen so far; so
it works from the list and from a term's page, without JavaScript, and for as many terms as one
likes. What was done is a page of its own, with the way back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from plans import merging, proposals
from plans.admin.base import ROWS_A_PAGE, address, manages_network
from plans.admin.undoing import UndoablePage
from plans.errors import PlanError
from plans.merging.foresight import RANK
from plans.models import Merge, MergedUse, Term, TermStatus
from plans.permissions import visible_plans

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.contrib.admin import ModelAdmin

BACK = {"desk": "proposals", "found": "duplicates"}
"""The pages of a vocabulary to which a merge that began there leads back."""

MOST_FOUND = 20
"""So many terms are shown that were searched for; who looks for another one types more."""


def merge(page: ModelAdmin[Any], request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse:
    """Ask which term stays, then show what changes, then merge: one step for each sending."""
    given = request.POST
    terms = sorted(chosen, key=lambda term: str(term).casefold())
    for term in terms:
        if term.merged_into:
            words = _("“%(term)s” was merged into “%(other)s” already and is left out.")
            words %= {"term": term, "other": term.merged_into}
            messages.warning(request, words)
    terms = [term for term in terms if not term.merged_into]
    if not terms:
        return HttpResponseRedirect(request.get_full_path())
    into = _term(page, request, given.get("into", "")) if "choose" not in given else None
    if into is None or "search" in given:
        return _ask(page, request, terms)
    if "confirm" in given:
        try:
            user: Any = request.user
            record = proposals.merge(terms, into, actor=user, word=given.get("word", ""))
            return _merged(page, request, record)
        except PlanError as refusal:
            messages.error(request, str(refusal))
    return _preview(page, request, terms, into)


def _term(page: ModelAdmin[Any], request: HttpRequest, key: str) -> Any:
    """The term of that key, with its uses; None when the key is none's."""
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return None
    return page.get_queryset(request).filter(pk=int(key)).first()


def _ask(page: ModelAdmin[Any], request: HttpRequest, terms: Sequence[Any]) -> HttpResponse:
    given = request.POST
    other = given.get("other", "").replace("\0", "").strip()
    found: list[Any] = []
    if other:
        living = page.get_queryset(request).exclude(pk__in=[term.pk for term in terms])
        living = living.filter(merged_into=None)
        found = list(page.get_search_results(request, living, other)[0][: MOST_FOUND + 1])
    likely = max(terms, key=lambda term: (RANK[TermStatus(term.status)], term.uses))
    context = _context(page, request, terms) | {
        "title": _("Merge: which one stays?"),
        "found": found[:MOST_FOUND],
        "more": len(found) > MOST_FOUND,
        "other": other,
        "searched": bool(other) and "search" in given,
        "stays": given.get("into") or str(likely.pk),
        "nothing_chosen": "preview" in given,
    }
    return TemplateResponse(request, "admin/plans/merge/choose.html", context)


def _preview(
    page: ModelAdmin[Any], request: HttpRequest, terms: Sequence[Any], into: Any
) -> HttpResponse:
    foreseen = merging.foresee(terms, into, request.user)  # type: ignore[arg-type]  # signed in
    listed = Paginator(foreseen.named, ROWS_A_PAGE).get_page(request.POST.get("page"))
    goes = [term for term in terms if term.pk != into.pk]
    context = _context(page, request, terms) | {
        "title": _("Merge into “%(term)s”") % {"term": into},
        "into": into,
        "goes": goes,
        "proposed": any(term.status == TermStatus.PROPOSED for term in goes),
        "word": request.POST.get("word", ""),
        "most_words": proposals.MOST_WORDS,
        "foreseen": foreseen,
        "listed": listed,
        "changes": foreseen.changes(listed.object_list),
        "unnamed": foreseen.plans - listed.paginator.count,
        "confirm_label": ngettext(
            "Merge %(number)d term into “%(term)s”",
            "Merge %(number)d terms into “%(term)s”",
            len(goes),
        )
        % {"number": len(goes), "term": into},
    }
    return TemplateResponse(request, "admin/plans/merge/preview.html", context)


def _context(page: ModelAdmin[Any], request: HttpRequest, terms: Sequence[Any]) -> dict[str, Any]:
    return page.admin_site.each_context(request) | {
        "opts": page.opts,
        "terms": terms,
        "selection_name": ACTION_CHECKBOX_NAME,
        "back": request.POST.get("back", "") if request.POST.get("back") in BACK else "",
        "next": next_one(request),
    }


def _merged(page: ModelAdmin[Any], request: HttpRequest, record: Merge) -> HttpResponse:
    vocabulary: Any = page.model
    terms = vocabulary.objects.in_bulk([*record.merged, record.into])
    into = terms.pop(record.into)
    names = _names(record.merged_names)
    _log(request, terms.values(), _("Merged into “%(term)s”.") % {"term": into})
    _log(request, [into], _("%(terms)s merged into this one.") % {"terms": names})
    plans = record.uses.order_by().values("plan").distinct().count()
    words = ngettext(
        "Merged. %(count)d plan follows “%(term)s” now.",
        "Merged. %(count)d plans follow “%(term)s” now.",
        plans,
    ) % {"count": plans, "term": into}
    back = BACK.get(request.POST.get("back", ""))
    if back is None:
        messages.success(request, words)
        return HttpResponseRedirect(address(record, "change"))
    there = format_html('<a href="{}">{}</a>', address(record, "change"), _("See it, or undo it"))
    messages.success(request, format_html("{} {}", words, there))
    place = next_one(request)
    return HttpResponseRedirect(address(vocabulary, back) + (f"#proposal-{place}" if place else ""))


def next_one(request: HttpRequest) -> str:
    """The key of the proposal to go on with, where that was sent."""
    key = request.POST.get("next", "")
    return key if key.isascii() and key.isdigit() and key != "0" else ""


def _names(names: Iterable[str]) -> str:
    return str(get_text_list([f"“{name}”" for name in names], _("and")))


def _log(request: HttpRequest, terms: Iterable[Term], words: str) -> None:
    LogEntry.objects.log_actions(request.user.pk, list(terms), CHANGE, words)  # type: ignore[arg-type]


# -- the record of merges --------------------------------------------------------------------------


@admin.register(Merge)
class MergeAdmin(UndoablePage):
    """What was merged, by whom and when, which plans it changed, and the way back."""

    fields = ("vocabulary", "spellings", "done_by", "at", "state")
    readonly_fields = fields
    change_form_template = "admin/plans/merge/change_form.html"
    undo_template = "admin/plans/merge/undo.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Merges of the vocabularies that this person keeps, with how many plans each changed."""
        uses = MergedUse.objects.filter(merge=OuterRef("pk")).order_by().values("merge")
        number = Subquery(uses.annotate(n=Count("plan", distinct=True)).values("n"))
        merges: QuerySet[Any] = super().get_queryset(request).annotate(number=number)
        return merges

    @admin.display(description=gettext_lazy("merge"))
    def what(self, record: Merge) -> str:
        """“Waters”, “Wells” → “Water”."""
        return str(record)

    @admin.display(description=gettext_lazy("new other spellings"))
    def spellings(self, record: Merge) -> str:
        """What the term that stayed is found by since then."""
        return ", ".join(record.new_aliases) or _("none")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """What was done, and to which of the plans that this person may know of."""
        record = self.get_object(request, object_id)
        if record is not None:
            extra_context = _changed_plans(request, record) | (extra_context or {})
        return super().change_view(request, object_id, form_url, extra_context)

    def foresee(self, request: HttpRequest, records: list[Merge]) -> dict[str, Any]:
        """What comes back of each, and what does not."""
        foreseen = [(one, merging.foresee_undo(one, request.user)) for one in records[:ROWS_A_PAGE]]  # type: ignore[arg-type]
        return {"foreseen": foreseen, "possible": not foreseen[0][1].refused}

    def take_back(self, request: HttpRequest, record: Merge) -> None:
        """Undo it, and note it on the pages of its terms."""
        merging.undo(record, actor=request.user)  # type: ignore[arg-type]  # signed in
        vocabulary: Any = merging.USES[record.vocabulary].vocabulary
        terms = vocabulary.objects.in_bulk([*record.merged, record.into]).values()
        _log(request, terms, _("Merge undone: %(merge)s.") % {"merge": record})


def _changed_plans(request: HttpRequest, record: Merge) -> dict[str, Any]:
    """A page of the plans that a merge changed, and how many more there are."""
    plans = visible_plans(request.user).filter(pk__in=record.uses.values("plan"))
    plans = plans.select_related("lab", "cycle").order_by("title", "pk")
    listed = Paginator(plans, ROWS_A_PAGE).get_page(request.GET.get("page"))
    uses: dict[int, list[MergedUse]] = {}
    for use in record.uses.filter(plan__in=list(listed.object_list)).order_by("position", "pk"):
        uses.setdefault(use.plan_id, []).append(use)
    names = {int(key): term["name"] for key, term in record.before.items()}
    return {
        "listed": listed,
        "changed": [(plan, [_told(use, names) for use in uses[plan.pk]]) for plan in listed],
        "unnamed": record.uses.order_by().values("plan").distinct().count()
        - listed.paginator.count,
        "reading": manages_network(request),
    }


def _told(use: MergedUse, names: dict[int, str]) -> tuple[str, bool, str]:
    """A use in words, whether it was taken away, and what became of it when undone."""
    words = _("“%(words)s”") % {"words": use.words}
    if use.partner:
        words = _("“%(partner)s” (was: %(term)s)") % {
            "partner": use.words,
            "term": names.get(use.term, ""),
        }
    return words, use.removed, use.get_fate_display()
