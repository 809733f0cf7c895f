"""Plans: what they hold and where they stand, to read; acts go through ``workflow.move``."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.templatetags.times import ago
from plans import reviewing, workflow
from plans.admin.base import FROM_PAGE, Button, Link, Record, Rows, address, manages_network
from plans.errors import NotReady, PlanError
from plans.models import Event, Evidence, LearningQuestion, Partner, Plan, Thread, Version
from plans.permissions import available, visible_plans
from plans.sections import Stage
from plans.states import TRANSITIONS, Act, Role, State

CARDS = "admin/edit_inline/stacked.html"
"""Rows with long texts are read one below the other, on a phone too."""


class EvidenceRows(Rows):
    """The evidence of a plan."""

    template = CARDS
    model = Evidence
    fields = ("kind", "form", "text", "address", "picture_kept", "alternative", "caption")
    readonly_fields = fields

    @admin.display(description=gettext_lazy("picture"))
    def picture_kept(self, row: Evidence) -> str:
        """The way to the picture."""
        if row.picture_id is None:
            return "–"
        large = reverse("plan_picture", args=(row.plan_id, row.picture_id, "large"))
        return format_html('<a href="{}">{}</a>', large, _("Open the picture"))


class PartnerRows(Rows):
    """The partners of a plan, the most important first."""

    template = CARDS
    model = Partner
    fields = ("name", "sector", "description", "is_new")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Partner]:
        """With the name of each sector."""
        return super().get_queryset(request).select_related("sector")


class QuestionRows(Rows):
    """The learning questions of a plan."""

    template = CARDS
    model = LearningQuestion
    fields = ("question", "stages_in_words", "usage", "data_gap")
    readonly_fields = fields

    @admin.display(description=gettext_lazy("stages of the learning cycle"))
    def stages_in_words(self, row: LearningQuestion) -> str:
        """Their names."""
        return ", ".join(str(Stage(stage).label) for stage in row.stages)


class WordsForm(forms.Form):
    """What to say with an act."""

    note = forms.CharField(
        label=gettext_lazy("Message"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "cols": 80}),
    )


@admin.register(Plan)
class PlanAdmin(Record):
    """All plans of the network."""

    list_display = ("name", "lab", "cycle", "type", "state", "waiting_since", "claimed_by")
    list_filter = ("state", "challenge_type", "cycle", "lab__region")
    search_fields = ("title", "lab__name")
    search_help_text = gettext_lazy("Searches titles and labs.")
    inlines = (EvidenceRows, PartnerRows, QuestionRows)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "state",
                    "state_since",
                    "lab",
                    "cycle",
                    "type",
                    "slot",
                    "claimed_by",
                    "created_by",
                    "created_at",
                    "changed_by",
                    "changed_at",
                    "source",
                )
            },
        ),
        (
            gettext_lazy("Title"),
            {
                "fields": (
                    "title",
                    "country",
                    "latitude",
                    "longitude",
                    "focal_point",
                    "focal_point_address",
                )
            },
        ),
        (
            gettext_lazy("Challenge"),
            {"fields": ("challenge_statement", "background", "value_proposition", "summary")},
        ),
        (gettext_lazy("Classification"), {"fields": ("goals", "themes")}),
        (gettext_lazy("Learning"), {"fields": ("ways", "sources")}),
        (gettext_lazy("Closing"), {"fields": ("early_leads",)}),
    )
    readonly_fields = ("type", "goals", "themes", "ways", "sources")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The plans this person may see; for a plan's own page, with all it holds."""
        plans = visible_plans(request.user)
        match = request.resolver_match
        if match and match.url_name == "plans_plan_change":
            return plans.with_names().with_document().select_related("created_by")
        return plans.with_names()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Also the plans that name a partner, or one of a sector: those lists lead to them."""
        of_partners = ("partners__sector__id__exact", "partners__organisation__id__exact")
        return lookup in of_partners or super().lookup_allowed(lookup, value, request)

    @admin.display(description=gettext_lazy("plan"), ordering="title")
    def name(self, plan: Plan) -> str:
        """The title, or that there is none yet."""
        return str(plan)

    @admin.display(description=gettext_lazy("type"), ordering="challenge_type")
    def type(self, plan: Plan) -> str:
        """The type in words; a young draft has none."""
        return plan.get_challenge_type_display() or "–"

    @admin.display(description=gettext_lazy("waiting since"), ordering="state_since")
    def waiting_since(self, plan: Plan) -> str:
        """Since when a reviewer's answer is waited for: “5 days ago”, the time on request."""
        return ago(plan.state_since, "plain") if plan.state == State.SUBMITTED else ""

    @admin.display(description=gettext_lazy("Sustainable Development Goals"))
    def goals(self, plan: Plan) -> str:
        """Their numbers."""
        return ", ".join(str(number) for number in plan.document.sdgs)

    @admin.display(description=gettext_lazy("thematic areas"))
    def themes(self, plan: Plan) -> str:
        """In the words that were chosen."""
        return ", ".join(plan.document.thematic_areas)

    @admin.display(description=gettext_lazy("methods"))
    def ways(self, plan: Plan) -> str:
        """In the words that were chosen."""
        return ", ".join(plan.document.methods)

    @admin.display(description=gettext_lazy("data sources"))
    def sources(self, plan: Plan) -> str:
        """In the words that were chosen."""
        return ", ".join(plan.document.data_sources)

    def buttons(self, request: HttpRequest, row: Any) -> list[Button]:
        """The acts this person may do to the plan as it stands."""
        return [
            Button(act, capfirst(str(TRANSITIONS[act].label)))
            for act in available(request.user, row)  # type: ignore[arg-type]  # signed in
        ]

    def links(self, request: HttpRequest, row: Any) -> list[Link]:
        """The plan as its readers see it, and what is kept about it."""
        return [
            Link(row.get_absolute_url(), _("Read the plan")),
            Link(f"{address(Thread)}?plan__id__exact={row.pk}", _("Threads")),
            Link(f"{address(Version)}?plan__id__exact={row.pk}", _("Versions")),
            Link(f"{address(Event)}?plan__id__exact={row.pk}", _("Events")),
        ]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The acts of the table of states, for those who manage the network."""
        actions = super().get_actions(request)
        if manages_network(request):
            for act, transition in TRANSITIONS.items():
                actions[act] = (partial(perform, act), str(act), capfirst(transition.label))
        return actions


BEHALF = {
    Role.MEMBER: gettext_lazy(
        "This is the lab's to do. You do it on the lab's behalf, and the history says so."
    ),
    Role.REVIEWER: gettext_lazy(
        "This is the reviewer's to do. You do it on the reviewer's behalf, and the history says so."
    ),
}
WORDS_HELP = {
    Act.REQUEST_CHANGES: gettext_lazy(
        "Needed, unless a thread is open: what should the lab change? It is told in these words."
    ),
    Act.REOPEN: gettext_lazy("Needed: why is the plan opened again? The lab is told."),
}


def perform(
    act: Act, page: PlanAdmin, request: HttpRequest, queryset: QuerySet[Any]
) -> HttpResponse | None:
    """Ask for a word and a confirmation, then do the act to each plan that allows it.

    What is refused comes back on the same page, each plan with its reason, and with what was typed.
    """
    form = WordsForm(request.POST if "confirm" in request.POST else None)
    form.fields["note"].help_text = WORDS_HELP.get(act, _("If you like: a word that goes with it."))
    waiting: list[tuple[Plan, str, list[str]]] = [(plan, "", []) for plan in queryset]
    if form.is_valid():
        waiting = _move(act, page, request, queryset, form.cleaned_data["note"])
        if not waiting:
            return None
    transition = TRANSITIONS[act]
    context = page.admin_site.each_context(request) | {
        "title": capfirst(transition.label),
        "opts": page.opts,
        "act": act,
        "form": form,
        "waiting": waiting,
        "behalf": BEHALF[transition.role],
        "selection_name": ACTION_CHECKBOX_NAME,
        "from_page": FROM_PAGE if FROM_PAGE in request.POST else "",
    }
    return TemplateResponse(request, "admin/plans/plan/act.html", context)


def _move(
    act: Act, page: PlanAdmin, request: HttpRequest, plans: QuerySet[Any], note: str
) -> list[tuple[Plan, str, list[str]]]:
    """Do the act to each; answer the plans that refused, why, and what each still lacks."""
    moved: dict[str, list[Plan]] = {}
    refused: list[tuple[Plan, str, list[str]]] = []
    for plan in plans:
        try:
            after = _take(act, plan, request.user, note)
        except NotReady as refusal:
            refused.append((plan, str(refusal), [gap.message for gap in refusal.gaps]))
        except (PlanError, PermissionDenied) as refusal:
            refused.append((plan, str(refusal), []))
        else:
            moved.setdefault(after.get_state_display(), []).append(after)
    for state, those in moved.items():
        titles = get_text_list([_("“%(title)s”") % {"title": plan} for plan in those], _("and"))
        words = ngettext(
            "%(plans)s is %(state)s now.", "%(plans)s are %(state)s now.", len(those)
        ) % {"plans": titles, "state": state}
        page.message_user(request, words, messages.SUCCESS)
    return refused


def _take(act: Act, plan: Plan, actor: Any, note: str) -> Plan:
    """Do the act; a decision is a review, with whatever else the actor has begun to write."""
    if act in workflow.DECISIONS:
        return reviewing.send(plan, workflow.DECISIONS[act], actor=actor, summary=note or None).plan
    return workflow.move(plan, act, actor=actor, note=note)
