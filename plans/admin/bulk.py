"""A vocabulary as a file: taking it out, and bringing it in after a look at every row.

Between the look and the doing the rows travel in the page, signed for who sent them, so nothing is
left behind on the server; when they are taken they are checked once more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans import spreadsheets
from plans.admin.base import address
from plans.errors import Invalid
from plans.models import TermStatus, ThematicArea

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
    from django.http import HttpRequest

    from plans.spreadsheets import Numbered, Reading

SHOWN = 200
"""So many rows of a kind are shown; the rest is a number."""

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
AN_HOUR = 60 * 60


def bulk(page: ModelAdmin[Any], request: HttpRequest) -> HttpResponse:
    """The ways out and in; on POST, first what a file would do, then doing it."""
    if not page.has_change_permission(request) or not page.has_add_permission(request):
        raise PermissionDenied
    kind = request.GET.get("format", "")
    if request.method != "POST" and kind in KINDS:
        answer = HttpResponse(spreadsheets.written(page.model, kind), content_type=KINDS[kind])
        name = f"{page.opts.model_name}.{kind}"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    if request.method != "POST":
        return _page(page, request)
    try:
        rows = _rows(page, request)
    except Invalid as refusal:
        return _page(page, request, problem=str(refusal))
    user: Any = request.user
    if "confirm" not in request.POST:
        return _preview(page, request, rows, spreadsheets.tried(page.model, rows, actor=user))
    done = spreadsheets.taken(page.model, rows, actor=user)
    if done.wrong:
        return _preview(page, request, rows, done)
    _say(request, done)
    return HttpResponseRedirect(address(page.model))


def _rows(page: ModelAdmin[Any], request: HttpRequest) -> list[Numbered]:
    """The rows of the file that was sent, or of the page that showed them. Raises Invalid."""
    if "table" in request.POST:
        try:
            kept: list[Numbered] = signing.loads(
                request.POST["table"], salt=_salt(page, request), max_age=AN_HOUR
            )
        except signing.BadSignature as problem:
            raise Invalid(_("This page is too old. Send the file once more.")) from problem
        return kept
    file = request.FILES.get("file")
    if file is None:
        raise Invalid(_("Choose a file first."))
    content = file.read(spreadsheets.MOST_BYTES + 1)
    return spreadsheets.read(content, page.model)


def _salt(page: ModelAdmin[Any], request: HttpRequest) -> str:
    return f"terms:{page.opts.model_name}:{request.user.pk}"


def _page(page: ModelAdmin[Any], request: HttpRequest, problem: str = "") -> HttpResponse:
    columns = [
        column for column in spreadsheets.COLUMNS if column != "group" or page.model is ThematicArea
    ]
    context = page.admin_site.each_context(request) | {
        "title": _("As a file: %(vocabulary)s") % {"vocabulary": page.opts.verbose_name_plural},
        "opts": page.opts,
        "columns": columns,
        "problem": problem,
    }
    status = 422 if problem else 200
    return TemplateResponse(request, "admin/plans/terms/bulk.html", context, status=status)


def _preview(
    page: ModelAdmin[Any], request: HttpRequest, rows: list[Numbered], reading: Reading
) -> HttpResponse:
    kinds = [
        (kind, words, reading.of(kind)[:SHOWN], max(reading.numbers[kind] - SHOWN, 0))
        for kind, words in (
            ("changed", _("Terms that change")),
            ("new", _("New terms")),
        )
    ]
    context = page.admin_site.each_context(request) | {
        "title": _("What the file would change"),
        "opts": page.opts,
        "wrong": reading.wrong[:SHOWN],
        "numbers": reading.numbers,
        "kinds": kinds,
        "nothing": not (reading.numbers["new"] or reading.numbers["changed"]),
        "table": signing.dumps(rows, salt=_salt(page, request), compress=True),
    }
    status = 422 if reading.wrong else 200
    return TemplateResponse(request, "admin/plans/terms/bulk_preview.html", context, status=status)


def _say(request: HttpRequest, done: Reading) -> None:
    new, changed = done.numbers["new"], done.numbers["changed"]
    words = " ".join(
        (
            ngettext("%(count)d term was added.", "%(count)d terms were added.", new)
            % {"count": new},
            ngettext("%(count)d term was changed.", "%(count)d terms were changed.", changed)
            % {"count": changed},
        )
    )
    messages.success(request, words)


def codebook(page: ModelAdmin[Any], request: HttpRequest) -> HttpResponse:
    """Every term that is offered, with what it means, to be printed."""
    if not page.has_view_permission(request):
        raise PermissionDenied
    terms: Any = page.model._default_manager.filter(status=TermStatus.IN_USE).with_uses()
    rows = list(terms.order_by(*(page.opts.ordering or ())))
    groups: dict[int | None, list[Any]] = {}
    for term in rows:
        groups.setdefault(getattr(term, "parent_id", None), []).append(term)
    offered = {term.pk for term in rows}
    heads = [
        term
        for term in rows
        if getattr(term, "parent_id", None) is None or term.parent_id not in offered
    ]
    return codebook_of(page, request, [(term, groups.get(term.pk, [])) for term in heads])


def codebook_of(
    page: ModelAdmin[Any], request: HttpRequest, entries: list[tuple[Any, list[Any]]]
) -> HttpResponse:
    """Terms, each with those in its group and all with ``uses``, to be printed."""
    context = page.admin_site.each_context(request) | {
        "title": _("Codebook: %(vocabulary)s") % {"vocabulary": page.opts.verbose_name_plural},
        "opts": page.opts,
        "entries": entries,
        "number": len(entries) + sum(len(group) for _head, group in entries),
    }
    return TemplateResponse(request, "admin/plans/terms/codebook.html", context)
