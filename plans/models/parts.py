"""What a plan is made of besides its own answers: repeated rows, and terms that were chosen."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plans.models.picture import Picture
from plans.models.taxonomy import DataSource, Method, Organisation, Sdg, Sector, ThematicArea
from plans.sections import (
    MOST_PARTNERS,
    EvidenceForm,
    EvidenceKind,
    Stage,
)


class PlanRow(models.Model):
    """A row of a repeated group: it keeps its identity wherever it is moved."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey("plans.Plan", models.CASCADE, verbose_name=_("plan"))
    position = models.PositiveSmallIntegerField(_("place"))

    class Meta:
        abstract = True
        ordering = ("plan", "position")
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            # Deferred, so that rows can change places inside one transaction.
            models.UniqueConstraint(
                fields=("plan", "position"),
                name="%(class)s_one_per_position",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_("Only one can be at this place."),
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1),
                name="%(class)s_positions_from_1",
                violation_error_message=_("Places are counted from 1."),
            ),
        )


class Evidence(PlanRow):
    """Something that shows the challenge is real: a text, a link, or a picture.

    A picture is one that was sent, or for a plan of the archive the ``address`` of one. What kind
    it is and how it is given is empty until somebody says so: what is preselected gets left wrong.
    """

    plan = models.ForeignKey(
        "plans.Plan", models.CASCADE, related_name="evidence", verbose_name=_("plan")
    )
    kind = models.CharField(
        _("kind"), max_length=12, choices=EvidenceKind.choices, blank=True, default=""
    )
    form = models.CharField(
        _("given as"), max_length=8, choices=EvidenceForm.choices, blank=True, default=""
    )
    text = models.TextField(_("text"), blank=True)
    address = models.TextField(_("link"), blank=True)
    picture = models.ForeignKey(
        Picture,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
        verbose_name=_("picture"),
    )
    alternative = models.TextField(_("what the picture shows"), blank=True)
    caption = models.TextField(_("caption"), blank=True)

    class Meta(PlanRow.Meta):
        verbose_name = _("item of evidence")
        verbose_name_plural = _("evidence")
        constraints = (
            *PlanRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=("", *EvidenceKind.values)),
                name="evidence_kind_is_known",
                violation_error_message=_("Evidence is quantitative or qualitative."),
            ),
            models.CheckConstraint(
                condition=Q(form__in=("", *EvidenceForm.values)),
                name="evidence_form_is_known",
                violation_error_message=_("Evidence is given as a text, a link or a picture."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.position}. {self.get_kind_display()}"


class Partner(PlanRow):
    """A partner; the first is the most important."""

    plan = models.ForeignKey(
        "plans.Plan", models.CASCADE, related_name="partners", verbose_name=_("plan")
    )
    name = models.TextField(_("name"), blank=True)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="partners",
        editable=False,
        verbose_name=_("in the directory"),
    )
    sector = models.ForeignKey(
        Sector,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="partners",
        verbose_name=_("sector"),
    )
    description = models.TextField(_("the collaboration"), blank=True)
    is_new = models.BooleanField(_("new and unusual partner?"), null=True, blank=True)

    class Meta(PlanRow.Meta):
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = (
            *PlanRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(position__lte=MOST_PARTNERS),
                name="five_partners_at_most",
                violation_error_message=_("A plan names at most five partners."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.position}. {self.name}"


class LearningQuestion(PlanRow):
    """What the lab wants to find out, and how."""

    plan = models.ForeignKey(
        "plans.Plan", models.CASCADE, related_name="learning_questions", verbose_name=_("plan")
    )
    question = models.TextField(_("learning question"), blank=True)
    stages = ArrayField(
        models.CharField(max_length=8, choices=Stage.choices),
        verbose_name=_("stages of the learning cycle"),
        default=list,
        blank=True,
    )
    usage = models.TextField(_("how the methods will be used"), blank=True)
    data_gap = models.TextField(_("data gaps filled"), blank=True)

    class Meta(PlanRow.Meta):
        verbose_name = _("learning question")
        verbose_name_plural = _("learning questions")
        constraints = (
            *PlanRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(stages__contained_by=Stage.values),
                name="stages_are_known",
                violation_error_message=_("The stages are Sense, Explore, Test and Grow."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.position}. {self.question[:60]}"


class Choice(models.Model):
    """A term on a plan: the plan keeps the words of that day and follows the term."""

    plan = models.ForeignKey("plans.Plan", models.CASCADE, verbose_name=_("plan"))
    position = models.PositiveSmallIntegerField(_("place"), default=1)
    words = models.CharField(_("words chosen"), max_length=200)

    class Meta:
        abstract = True
        ordering = ("plan", "position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("plan", "term"),
                name="%(class)s_once_per_plan",
                violation_error_message=_("This is already chosen."),
            ),
        )

    def __str__(self) -> str:
        return self.words


class PlanSdg(Choice):
    """A goal a plan contributes to."""

    term = models.ForeignKey(Sdg, models.PROTECT, related_name="choices")

    class Meta(Choice.Meta):
        pass


class PlanThematicArea(Choice):
    """A theme of a plan."""

    term = models.ForeignKey(ThematicArea, models.PROTECT, related_name="choices")

    class Meta(Choice.Meta):
        pass


class PlanMethod(Choice):
    """A method of a plan."""

    term = models.ForeignKey(Method, models.PROTECT, related_name="choices")

    class Meta(Choice.Meta):
        pass


class PlanDataSource(Choice):
    """A data source of a plan."""

    term = models.ForeignKey(DataSource, models.PROTECT, related_name="choices")

    class Meta(Choice.Meta):
        pass


CHOICES: dict[str, Any] = {
    "sdgs": PlanSdg,
    "thematic_areas": PlanThematicArea,
    "methods": PlanMethod,
    "data_sources": PlanDataSource,
}
"""Which table holds the chosen terms of each field."""

ROWS: dict[str, type[Evidence | Partner | LearningQuestion]] = {
    "evidence": Evidence,
    "partners": Partner,
    "learning_questions": LearningQuestion,
}
"""Which table holds the rows of each repeated group."""
