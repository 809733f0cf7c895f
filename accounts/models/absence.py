"""Absences: days on which somebody else reviews in a reviewer's place."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Reviewer, User


class Absence(models.Model):
    """Days on which somebody else reviews in a reviewer's place."""

    reviewer = models.ForeignKey(
        Reviewer, models.CASCADE, related_name="absences", verbose_name=_("reviewer")
    )
    stand_in = models.ForeignKey(
        User, models.CASCADE, related_name="stands_in", verbose_name=_("stand-in")
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), help_text=_("Days begin and end in UTC."))

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ("-first_day", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")),
                name="absence_ends_after_it_begins",
                violation_error_message=_("The last day cannot be before the first."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.reviewer}: {self.first_day} – {self.last_day}"
