"""Cycles: when plans are handed in, and labs that were given longer."""

from __future__ import annotations

import datetime as dt
import re
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Lab
from plans import clock


class CycleQuerySet(models.QuerySet["Cycle"]):
    """Questions about several cycles."""

    def open_at(self, moment: dt.datetime) -> Self:
        """Those in which any lab may hand in at that moment."""
        return self.filter(opens_at__lte=moment, closes_at__gt=moment)


class Cycle(models.Model):
    """A quarter (or a whole year) of planning, open between two moments."""

    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    quarter = models.PositiveSmallIntegerField(
        _("quarter"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(4)],
        help_text=_("1 to 4. Leave empty for a cycle that runs the whole year."),
    )
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"), help_text=_("The deadline, to the minute."))
    review_by = models.DateTimeField(
        _("reviews are due"),
        null=True,
        blank=True,
        help_text=_("Reviewers are reminded some days before, and again on that day."),
    )

    objects = CycleQuerySet.as_manager()

    class Meta:
        verbose_name = _("cycle")
        verbose_name_plural = _("cycles")
        ordering = ("-year", "-quarter")
        constraints = (
            models.UniqueConstraint(
                fields=("year", "quarter"),
                nulls_distinct=False,
                name="one_cycle_per_quarter",
                violation_error_message=_("There is already a cycle for this quarter."),
            ),
            models.CheckConstraint(
                condition=models.Q(quarter__isnull=True) | models.Q(quarter__range=(1, 4)),
                name="quarter_is_one_to_four",
                violation_error_message=_("A quarter is a number from 1 to 4, or empty."),
            ),
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")),
                name="cycle_closes_after_it_opens",
                violation_error_message=_("A cycle has to close after it opens."),
            ),
            models.CheckConstraint(
                condition=models.Q(review_by__isnull=True)
                | models.Q(review_by__gt=models.F("opens_at")),
                name="reviews_are_due_after_cycle_opens",
                violation_error_message=_("Reviews are due after the cycle opens."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.year} Q{self.quarter}" if self.quarter else str(self.year)

    @property
    def slug(self) -> str:
        """The name for addresses and commands: ``2021-Q2`` or ``2021``."""
        return str(self).replace(" ", "-")

    @staticmethod
    def read_slug(slug: str) -> tuple[int, int | None]:
        """Year and quarter of a slug. Raises ValueError for anything else."""
        match = re.fullmatch(r"(\d{4})(?:[- ]?Q([1-4]))?", slug.strip(), re.IGNORECASE)
        if not match:
            raise ValueError(slug)
        return int(match[1]), int(match[2]) if match[2] else None


class Extension(models.Model):
    """This lab may hand in this cycle's plans until a later moment."""

    lab = models.ForeignKey(Lab, models.CASCADE, related_name="extensions", verbose_name=_("lab"))
    cycle = models.ForeignKey(
        Cycle, models.CASCADE, related_name="extensions", verbose_name=_("cycle")
    )
    until = models.DateTimeField(_("until"))
    reason = models.TextField(_("reason"), blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("granted by"),
    )
    granted_at = models.DateTimeField(_("granted"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ("-until",)
        constraints = (
            models.UniqueConstraint(
                fields=("lab", "cycle"),
                name="one_extension_per_lab_and_cycle",
                violation_error_message=_(
                    "This lab already has an extension for this cycle. Change that one."
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.lab}, {self.cycle}"
