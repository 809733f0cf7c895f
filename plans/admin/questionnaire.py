"""The questionnaire's words: labels and guidance can be changed, questions are code."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans.admin.base import Page
from plans.models import Question
from plans.sections import FIELD, SECTION, SECTIONS

PLACE_OF_SECTION = Case(
    *(When(section=section.key, then=place) for place, section in enumerate(SECTIONS)),
    default=Value(len(SECTIONS)),
    output_field=IntegerField(),
)


class SectionFilter(admin.SimpleListFilter):
    """One section of the form."""

    title = gettext_lazy("section")
    parameter_name = "section"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The sections, in the order of the form."""
        return [(section.key, str(section.title)) for section in SECTIONS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Question]) -> QuerySet[Question]:
        """The questions of that section."""
        return queryset.filter(section=self.value()) if self.value() else queryset


@admin.register(Question)
class QuestionAdmin(Page):
    """Labels and guidance, section by section."""

    list_display = ("section_name", "label", "what", "guidance")
    list_display_links = ("label",)
    list_filter = (SectionFilter,)
    search_fields = ("label", "guidance")
    fields = ("section_name", "what", "label", "guidance")
    readonly_fields = ("section_name", "what")

    def get_ordering(self, request: HttpRequest) -> list[str | Combinable]:
        """In the order of the form: a section's own words before those of its questions."""
        return [PLACE_OF_SECTION, "pk"]

    @admin.display(description=gettext_lazy("section"))
    def section_name(self, question: Question) -> str:
        """The name of its section."""
        section = SECTION.get(question.section)
        return str(section.title) if section else question.section

    @admin.display(description=gettext_lazy("belongs to"))
    def what(self, question: Question) -> str:
        """What it is the label of."""
        if not question.field:
            return _("the whole section")
        section = SECTION.get(question.section)
        for field in section.group.fields if section and section.group else ():
            if section and section.group and field.key == question.field:
                return _("each %(row)s") % {"row": section.group.one}
        field_of_plan = FIELD.get(question.field)
        return str(field_of_plan.label) if field_of_plan else question.field

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """With a word on how guidance is shown."""
        how = _(
            "The first line stands above the input. What follows on further lines is folded below "
            "it, under “More about this question”. Changes show at once."
        )
        return super().get_form(request, obj, change, **kwargs, help_texts={"guidance": how})

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: a question comes with the code that asks it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False
