"""The criteria of a cycle, written on the cycle's own page: what every plan is measured by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy

from plans.admin.base import TabularInline
from plans.models import Criterion

if TYPE_CHECKING:
    from plans.models import Cycle

    CriterionModelForm = forms.ModelForm[Criterion]
    CriterionFormSet = BaseInlineFormSet[Criterion, Cycle, CriterionModelForm]
else:
    CriterionModelForm, CriterionFormSet = forms.ModelForm, BaseInlineFormSet

MOST = 12
"""More would not be read; a review asks for a mark and a word on each."""

LAST = 1000
"""After all others: where what comes without a place goes."""


class CriterionForm(CriterionModelForm):
    """One criterion. Its place is a wish: all are numbered from 1 in the order wished for."""

    place = forms.IntegerField(
        label=gettext_lazy("Order"),
        required=False,
        min_value=1,
        max_value=LAST - 1,
    )

    class Meta:
        model = Criterion
        fields = ("text", "guidance")
        widgets = {
            "text": AdminTextareaWidget(attrs={"rows": 2}),
            "guidance": AdminTextareaWidget(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].initial = self.instance.position

    def clean_text(self) -> str:
        """One line, however the box breaks it."""
        return " ".join(str(self.cleaned_data["text"]).split())


class CriteriaOfACycle(CriterionFormSet):
    """The criteria of one cycle, numbered anew when they are stored."""

    def save(self, commit: bool = True) -> Any:
        """Store what was written and taken away, and number what is left."""
        kept = [
            form
            for form in self.forms
            if form not in self.deleted_forms and (form.instance.pk or form.has_changed())
        ]
        kept.sort(key=lambda form: form.cleaned_data.get("place") or LAST)
        for position, form in enumerate(kept, start=1):
            form.instance.position = position
        saved = super().save(commit=commit)
        Criterion.objects.bulk_update([form.instance for form in kept], ["position"])
        return saved


class CriterionRows(TabularInline):
    """The criteria, to be changed, taken away and added to."""

    template = "admin/edit_inline/stacked.html"
    model = Criterion
    form = CriterionForm
    formset = CriteriaOfACycle
    fields = ("place", "text", "guidance")
    extra = 1
    max_num = MOST
    verbose_name_plural = gettext_lazy("criteria: what every plan of this cycle is measured by")
