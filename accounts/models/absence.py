"""Absences: a time in which somebody else reviews in a reviewer's place."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Reviewer, User


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Reading absences."""

    def now(self) -> Self:
        """Those that have begun and are not over."""
        moment = timezone.now()
        return self.filter(begins_at__lte=moment, ends_at__gt=moment)

    def not_over(self) -> Self:
        """Those that are now or will be."""
        return self.filter(ends_at__gt=timezone.now())


class Absence(models.Model):
    """A time in which somebody else reviews in a reviewer's place.

    People name days; these begin and end at midnight where the reviewer lives. Kept as moments, so
    that everybody, wherever they are, agrees on when the other one is in charge.
    """

    reviewer = models.ForeignKey(
        Reviewer, models.CASCADE, related_name="absences", verbose_name=_("reviewer")
    )
    stand_in = models.ForeignKey(
        User, models.CASCADE, related_name="stands_in", verbose_name=_("stand-in")
    )
    begins_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ("begins_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("begins_at")),
                name="absence_ends_after_it_begins",
                violation_error_message=_("The last day cannot be before the first."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.reviewer}: {self.begins_at:%Y-%m-%d} – {self.ends_at:%Y-%m-%d}"

    @property
    def last_moment(self) -> dt.datetime:
        """The last minute of its last day; the end itself is the midnight after it."""
        return self.ends_at - dt.timedelta(minutes=1)
