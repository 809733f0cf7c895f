"""What the stages of the learning cycle mean, and what they are called in other languages.

The stages themselves are code (``sections.Stage``), for plans and rules are about them; here are
the words that administrators may add to each.
"""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from plans.models.taxonomy import AreLabels, Fold
from plans.sections import Stage


class NamesOfStage(models.Func):
    """``names_of_stage(text, jsonb)``: what a stage is called in any language, folded."""

    function = "names_of_stage"
    arity = 2
    output_field = ArrayField(models.TextField())


class StageNameQuerySet(models.QuerySet["StageName"]):
    """Questions about the names of stages."""

    def called(self, words: str) -> Self:
        """The stage of that name in any language, give or take what folding takes away."""
        typed = Fold(models.Value(words))
        return self.alias(names=NamesOfStage("stage", "labels")).filter(names__contains=[typed])


class StageName(models.Model):
    """One stage: what it means, and its labels by language (``LANGUAGES``). There are four."""

    stage = models.CharField(_("stage"), max_length=8, choices=Stage.choices)
    description = models.TextField(
        _("what it means"), blank=True, help_text=_("For who chooses stages, and in the codebook.")
    )
    labels = models.JSONField(_("in other languages"), default=dict, blank=True)

    objects = StageNameQuerySet.as_manager()

    class Meta:
        verbose_name = _("stage of the learning cycle")
        verbose_name_plural = _("stages of the learning cycle")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("stage",),
                name="one_row_per_stage",
                violation_error_message=_("This stage already has its labels."),
            ),
            models.CheckConstraint(
                condition=models.Q(stage__in=Stage.values),
                name="named_stage_is_known",
                violation_error_message=_("The stages are Sense, Explore, Test and Grow."),
            ),
            models.CheckConstraint(
                condition=models.Q(AreLabels("labels")),
                name="stage_has_one_label_a_language",
                violation_error_message=_(
                    "A stage has one label for each language, with letters or numbers and at most "
                    "200 characters."
                ),
            ),
        )

    def __str__(self) -> str:
        return str(self.get_stage_display())
