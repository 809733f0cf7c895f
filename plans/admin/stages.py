"""The stages of the learning cycle: fixed, but for what they mean and how else they are called."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans.admin import bulk
from plans.admin.base import Page
from plans.admin.spellings import LABELS, LabelsForm
from plans.admin.taxonomies import page_of
from plans.models import LearningQuestion, StageName
from plans.sections import Stage

PLACE = Case(
    *(When(stage=stage, then=place) for place, stage in enumerate(Stage)),
    default=Value(len(Stage)),
    output_field=IntegerField(),
)
"""The place of a stage in the learning cycle."""


class StageForm(LabelsForm):
    """What a stage is called in other languages: in none of them as another stage."""

    class Meta:
        model = StageName
        fields = ("description",)

    def clash(self, words: str) -> str:
        """The other stage of that name, in a sentence."""
        other = StageName.objects.called(words).exclude(pk=self.instance.pk).first()
        if other is None:
            return ""
        told = {"words": words, "other": other}
        return _("“%(words)s” already leads to the stage “%(other)s”. Choose another word.") % told


@admin.register(StageName)
class StageAdmin(Page):
    """The stages: which there are is the questionnaire's; labels are ours to add."""

    form = StageForm
    list_display = ("name", "called", "description")
    readonly_fields = ("name",)
    change_list_template = "admin/plans/terms/change_list.html"

    def get_urls(self) -> list[Any]:
        """Django's pages and the codebook."""
        return [page_of(self, "codebook", codebook), *super().get_urls()]

    def get_ordering(self, request: HttpRequest) -> list[str | Combinable]:
        """In the order of the learning cycle."""
        return [PLACE]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The same for every stage."""
        return (
            (None, {"fields": ("name", "description")}),
            (_("In other languages"), {"fields": tuple(LABELS)}),
        )

    @admin.display(description=gettext_lazy("name"), ordering=PLACE)
    def name(self, stage: StageName) -> str:
        """What it is called in plans."""
        return str(stage)

    @admin.display(description=gettext_lazy("in other languages"))
    def called(self, stage: StageName) -> str:
        """Its labels, in the order of languages."""
        return ", ".join(
            stage.labels[language] for language in LABELS.values() if language in stage.labels
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: there are four."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


def codebook(page: Page, request: HttpRequest) -> HttpResponse:
    """The stages, with what they mean and how many plans ask something at each, to be printed."""
    if not page.has_view_permission(request):
        raise PermissionDenied
    uses = LearningQuestion.objects.aggregate(
        **{
            stage.value: Count("plan", distinct=True, filter=Q(stages__contains=[stage.value]))
            for stage in Stage
        }
    )
    stages: list[Any] = list(page.get_queryset(request))
    for stage in stages:
        stage.uses = uses[stage.stage]
    return bulk.codebook_of(page, request, [(stage, []) for stage in stages])
