"""Splits of terms: one that glued several together, what plans have instead, and the way back."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plans.models.plan import Plan
from plans.models.spelling import Vocabulary
from plans.models.undoable import Undoable


class Split(Undoable):
    """A term that became several; undone later, perhaps.

    ``names`` says what the term and those it became were called then, by key as text; ``status``
    is what the term was before; ``made`` are those parts that became terms by it.
    """

    term = models.PositiveBigIntegerField(_("key of the term"))
    into = ArrayField(models.PositiveBigIntegerField(), verbose_name=_("keys of its parts"))
    made = ArrayField(
        models.PositiveBigIntegerField(), verbose_name=_("keys of new parts"), default=list
    )
    names = models.JSONField(_("what they were called"))
    status = models.CharField(_("status before"), max_length=10)

    class Meta:
        verbose_name = _("split of a term")
        verbose_name_plural = _("splits of terms")
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(vocabulary__in=Vocabulary.values),
                name="split_vocabulary_is_known",
                violation_error_message=_("There is no such vocabulary."),
            ),
            models.CheckConstraint(
                condition=Q(into__len__gte=2) & ~Q(into__contains=[F("term")]),
                name="split_is_into_two_or_more",
                violation_error_message=_("A term is split into two others or more."),
            ),
            models.CheckConstraint(
                condition=Q(undone_by__isnull=True, undone_at__isnull=True)
                | Q(undone_by__isnull=False, undone_at__isnull=False),
                name="undone_split_says_by_whom_and_when",
                violation_error_message=_("A split that was undone says by whom and when."),
            ),
        )

    def __str__(self) -> str:
        into = ", ".join(f"“{self.names[str(key)]}”" for key in self.into)
        return f"“{self.names[str(self.term)]}” → {into}"


class SplitUse(models.Model):
    """A use of a term that was split: the row that was taken off, and those put on instead.

    ``left_out`` holds the terms for which the plan had no room.
    """

    split = models.ForeignKey(Split, models.CASCADE, related_name="uses")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="+", verbose_name=_("plan"))
    choice = models.BigIntegerField(_("chosen term"))
    position = models.PositiveSmallIntegerField(_("place"))
    words = models.CharField(_("words chosen"), max_length=200)
    given = ArrayField(models.BigIntegerField(), verbose_name=_("chosen instead"), default=list)
    left_out = ArrayField(models.BigIntegerField(), verbose_name=_("left out"), default=list)
    came_back = models.BooleanField(_("came back"), null=True)
    """Empty until the split is undone."""

    class Meta:
        verbose_name = _("use of a split term")
        verbose_name_plural = _("uses of split terms")
        ordering = ("split", "plan")
        constraints = (
            models.UniqueConstraint(
                fields=("split", "plan"),
                name="split_use_once_per_plan",
                violation_error_message=_("A split changes each plan once."),
            ),
        )

    def __str__(self) -> str:
        return self.words
