"""The archive: its pages as they came in, a way to bring in more, and reflections without a plan.

Bringing in goes in steps that each are a page: send a packed folder, read the report, confirm. A
large one comes in over several requests; each goes on where the last one stopped.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from plans import closing, parcels
from plans.admin.base import Link, Record, address, manages_network
from plans.errors import Invalid, PlanError
from plans.importers import archive
from plans.importers.examining import Examined, Order, examine_text
from plans.importers.packed import Packed, unpack
from plans.models import ArchivePage, Parcel, Plan, Reflection
from plans.pairing import likely
from plans.sections import PICTURE_BYTES
from plans.states import PUBLIC

if TYPE_CHECKING:
    from django.urls import URLPattern

    from accounts.models import User

SECONDS_A_STEP = 15
"""So long a request brings pages in; what is left comes with the next one."""
LINES_A_PAGE = 50
_KEPT_SECONDS = 3600


class ParcelForm(forms.Form):
    """A packed folder of pages."""

    parcel = forms.FileField(
        label=gettext_lazy("ZIP file with the archive’s .md files"),
        help_text=gettext_lazy("At most 10 MB. Nothing is stored before you have seen the report."),
        error_messages={
            "required": gettext_lazy("Choose a ZIP file."),
            "empty": gettext_lazy("This file is empty. Choose another one."),
            "missing": gettext_lazy("No file arrived. Choose it once more."),
            "invalid": gettext_lazy("No file arrived. Choose it once more."),
            "max_length": gettext_lazy("The name of this file is too long. Give it a shorter one."),
        },
        max_length=255,
    )

    def clean_parcel(self) -> Any:
        """The file, if it is one and not too large."""
        file = self.cleaned_data["parcel"]
        if file.size > PICTURE_BYTES:
            raise forms.ValidationError(
                _("This file is larger than 10 MB. Pack fewer pages into it, and send it in parts.")
            )
        content = file.read()
        try:
            pages = unpack(content)
        except Invalid as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        if not pages:
            raise forms.ValidationError(_("There is no .md file in it."))
        self.cleaned_data["content"] = content
        return file


def _examined(packed: Packed, order: Order) -> Examined:
    found = Examined(packed.name, packed.text)
    if packed.problem:
        found.errors.append(packed.problem)
        return found
    return examine_text(found, order, named=False)


@admin.register(ArchivePage)
class ArchivePageAdmin(Record):
    """The pages of the archive, word for word."""

    change_list_template = "admin/plans/archivepage/change_list.html"
    list_display = ("source", "number", "lab", "cycle", "plan", "reflection", "brought_at")
    list_filter = ("cycle",)
    list_select_related = ("lab", "cycle", "plan", "reflection")
    search_fields = ("source", "plan__title", "reflection__title")
    search_help_text = gettext_lazy("Searches file names and titles.")
    fields = (
        *("source", "number", "lab", "cycle", "plan", "reflection"),
        *("brought_by", "brought_at", "text"),
    )

    def get_urls(self) -> list[URLPattern]:
        """Django's, and the steps of bringing pages in."""
        view = self.admin_site.admin_view
        own = [
            path("bring-in/", view(self.bring_in), name="plans_archive_bring_in"),
            path("bring-in/<int:pk>/", view(self.report), name="plans_archive_report"),
        ]
        return own + super().get_urls()

    def links(self, request: HttpRequest, row: Any) -> list[Link]:
        """What the page became."""
        return [Link(row.plan.get_absolute_url(), _("Read the plan"))] if row.plan else []

    def bring_in(self, request: HttpRequest) -> HttpResponse:
        """Take a packed folder, and lead to its report."""
        if not manages_network(request):
            raise PermissionDenied
        form = ParcelForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
        if form.is_valid():
            name = form.cleaned_data["parcel"].name
            actor: User = request.user  # type: ignore[assignment]  # the door saw to it
            parcel = parcels.give(form.cleaned_data["content"], name, actor=actor)
            return HttpResponseRedirect(reverse("admin:plans_archive_report", args=(parcel.pk,)))
        context = self._context(request, _("Bring in pages of the archive")) | {"form": form}
        return TemplateResponse(request, "admin/plans/archivepage/bring_in.html", context)

    def report(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What would come in; after the confirmation, how it went so far."""
        if not manages_network(request):
            raise PermissionDenied
        parcel = get_object_or_404(Parcel, pk=pk, given_by=request.user)
        pages = unpack(bytes(parcel.content))
        if request.method == "POST":
            if "cancel" in request.POST:
                parcels.throw_away(parcel, actor=parcel.given_by)
                self.message_user(request, _("Nothing was brought in."))
                return HttpResponseRedirect(address(ArchivePage))
            self._go_on(request, parcel, pages)
            return HttpResponseRedirect(request.path)
        context = self._context(request, _("Bring in pages of the archive")) | {
            "parcel": parcel,
            "count": len(pages),
            "is_done": parcel.done >= len(pages),
            "has_begun": parcel.done > 0,
        }
        lines = parcel.report
        if not parcel.done:
            lines = _foreseen(parcel, pages, anew=not request.GET)
            context |= _counted(lines)
            if only := request.GET.get("only", ""):
                lines = [line for line in lines if line["stands"] == only]
                context["only"] = only
        context["lines"] = Paginator(lines, LINES_A_PAGE).get_page(request.GET.get("page"))
        return TemplateResponse(request, "admin/plans/archivepage/report.html", context)

    def _go_on(self, request: HttpRequest, parcel: Parcel, pages: list[Packed]) -> None:
        """Bring in as many pages as a request has time for."""
        actor: User = request.user  # type: ignore[assignment]
        order = Order(actor=actor, archived=True, cycle=None)
        until = time.monotonic() + SECONDS_A_STEP
        lines = []
        for packed in pages[parcel.done :]:
            told = archive.store(_examined(packed, order), order)
            lines.append({"failed": told.failed, "sentence": f"{told.name}: {told.sentence}"})
            if time.monotonic() > until:
                break
        parcels.note(parcel, lines)
        if parcel.done >= len(pages):
            self._finish(request, actor)

    def _finish(self, request: HttpRequest, actor: User) -> None:
        found = closing.link_all(actor=actor)
        if found.certain:
            words = ngettext(
                "%(n)d closing reflection was linked to its plan.",
                "%(n)d closing reflections were linked to their plans.",
                len(found.certain),
            )
            self.message_user(request, words % {"n": len(found.certain)}, messages.SUCCESS)
        if found.doubtful:
            words = ngettext(
                "%(n)d closing reflection waits for somebody to say which plan it is about.",
                "%(n)d closing reflections wait for somebody to say which plans they are about.",
                len(found.doubtful),
            )
            self.message_user(request, words % {"n": len(found.doubtful)}, messages.WARNING)

    def _context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {"title": title, "opts": self.opts}


def _foreseen(parcel: Parcel, pages: list[Packed], *, anew: bool) -> list[dict[str, Any]]:
    """What would become of each page, without storing anything; remembered while one leafs."""
    key = f"parcel-{parcel.pk}-foreseen"
    known: list[dict[str, Any]] | None = None if anew else cache.get(key)
    if known is None:
        order = Order(actor=None, archived=True, cycle=None)
        known = [_line(_examined(packed, order)) for packed in pages]
        cache.set(key, known, _KEPT_SECONDS)
    return known


def _line(found: Examined) -> dict[str, Any]:
    return {
        "source": found.source,
        "kind": found.reading.kind,
        "errors": found.errors,
        "warnings": found.warnings,
        "stands": "refused" if found.errors else "doubted" if found.warnings else "",
    }


def _counted(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """How many pages there are of each kind, and how many somebody should look at."""
    kinds = Counter(line["kind"] for line in lines)
    for line in lines:
        line["is"] = _KIND[line["kind"]]
    return {
        "kinds": [words % {"n": kinds[kind]} for kind, words in _KINDS.items() if kinds[kind]],
        "reflections": kinds["reflection"],
        "refused": sum(line["stands"] == "refused" for line in lines),
        "doubted": sum(line["stands"] == "doubted" for line in lines),
    }


_KIND = {
    "plan": gettext_lazy("plan"),
    "reflection": gettext_lazy("closing reflection"),
    "both": gettext_lazy("plan with its closing reflection"),
    "other": gettext_lazy("no page of the archive"),
}
_KINDS = {
    "plan": ngettext_lazy("%(n)d plan", "%(n)d plans", "n"),
    "reflection": ngettext_lazy("%(n)d closing reflection", "%(n)d closing reflections", "n"),
    "both": ngettext_lazy(
        "%(n)d plan with its closing reflection", "%(n)d plans with their closing reflections", "n"
    ),
    "other": ngettext_lazy(
        "%(n)d file that is no page of the archive and stays out",
        "%(n)d files that are no pages of the archive and stay out",
        "n",
    ),
}


class LinkForm(forms.Form):
    """Which plan a reflection is about."""

    plan = forms.ModelChoiceField(
        queryset=Plan.objects.none(),
        required=False,
        label=gettext_lazy("The plan it is about"),
        empty_label=gettext_lazy("not known"),
        error_messages={"invalid_choice": gettext_lazy("Choose a plan from the list.")},
    )

    def __init__(self, reflection: Reflection, data: Any = None) -> None:
        super().__init__(data, initial={"plan": reflection.plan_id})
        plans = Plan.objects.filter(lab=reflection.lab, state__in=sorted(PUBLIC))
        free = plans.filter(Q(reflection=None) | Q(reflection=reflection))
        field = self.fields["plan"]
        field.queryset = free.select_related("cycle").order_by("-cycle__year", "title")  # type: ignore[attr-defined]
        field.label_from_instance = lambda plan: f"{plan} · {plan.cycle}"  # type: ignore[attr-defined]


class HasPlan(admin.SimpleListFilter):
    """With and without a plan."""

    title = gettext_lazy("plan")
    parameter_name = "linked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Both."""
        return [("no", gettext_lazy("not known yet")), ("yes", gettext_lazy("known"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those that were asked for."""
        if self.value() in ("yes", "no"):
            return queryset.filter(plan__isnull=self.value() == "no")
        return queryset


@admin.register(Reflection)
class ReflectionAdmin(Record):
    """Closing reflections; those of the archive are linked to their plans here."""

    list_display = ("__str__", "lab", "cycle", "plan", "source", "finished_at")
    list_filter = (HasPlan, "cycle", "lab__region")
    list_select_related = ("lab", "cycle", "plan")
    search_fields = ("title", "lab__name", "source")
    search_help_text = gettext_lazy("Searches titles, labs and file names.")
    fields = (
        *("title", "lab", "cycle", "plan", "source", "finished_at", "changed_by", "changed_at"),
        "in_words",
    )
    readonly_fields = ("in_words",)

    @admin.display(description=gettext_lazy("what it says"))
    def in_words(self, row: Reflection) -> str:
        """Its beginning."""
        words = "\n".join(row.document.insights)
        return format_html("{}", words[:2000])

    def get_urls(self) -> list[URLPattern]:
        """Django's, and the page that links one to its plan."""
        view = self.admin_site.admin_view(self.link)
        return [
            path("<int:pk>/link/", view, name="plans_reflection_link"),
            *super().get_urls(),
        ]

    def links(self, request: HttpRequest, row: Any) -> list[Link]:
        """Its plan, and the way to say which that is."""
        found = [Link(row.plan.get_absolute_url(), _("Read the plan"))] if row.plan else []
        if row.source and manages_network(request):
            where = reverse("admin:plans_reflection_link", args=(row.pk,))
            found.append(Link(where, _("Say which plan it is about")))
        return found

    def link(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose the plan of a reflection, the likeliest first in sight."""
        if not manages_network(request):
            raise PermissionDenied
        reflection = get_object_or_404(Reflection.objects.select_related("lab", "cycle"), pk=pk)
        form = LinkForm(reflection, request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                closing.link(reflection, form.cleaned_data["plan"], actor=request.user)  # type: ignore[arg-type]
            except PlanError as refusal:
                form.add_error("plan", str(refusal))
            else:
                self.message_user(request, _("Stored."), messages.SUCCESS)
                return HttpResponseRedirect(address(reflection, "change"))
        plans = Plan.objects.filter(lab=reflection.lab, state__in=sorted(PUBLIC), reflection=None)
        context = self.admin_site.each_context(request) | {
            "title": _("Say which plan it is about"),
            "opts": self.opts,
            "form": form,
            "reflection": reflection,
            "likely": likely(reflection, plans.select_related("cycle")),
        }
        return TemplateResponse(request, "admin/plans/reflection/link.html", context)
