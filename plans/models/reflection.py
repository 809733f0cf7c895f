"""Closing reflections: what a lab learned from a plan, and what became of what it planned."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Lab
from plans import clock
from plans.document import ReflectionDocument
from plans.models.cycle import Cycle
from plans.models.plan import Plan


class Reflection(models.Model):
    """One closing reflection. ``plan`` is None while nobody knows which plan it is about.

    Until ``finished_at`` is set, it is its lab's alone; those of the archive are finished.
    """

    lab = models.ForeignKey(Lab, models.PROTECT, related_name="reflections", verbose_name=_("lab"))
    cycle = models.ForeignKey(
        Cycle, models.PROTECT, related_name="reflections", verbose_name=_("cycle")
    )
    plan = models.OneToOneField(
        Plan,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reflection",
        verbose_name=_("plan"),
    )
    title = models.TextField(_("title"), blank=True)
    content = models.JSONField(_("content"))
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    source = models.CharField(_("imported from"), max_length=255, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    created_at = models.DateTimeField(_("begun"), default=clock.now, editable=False)
    changed_at = models.DateTimeField(_("last changed"), default=clock.now, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("last changed by"),
    )

    class Meta:
        verbose_name = _("closing reflection")
        verbose_name_plural = _("closing reflections")
        ordering = ("-changed_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("lab", "cycle", "source"),
                condition=~Q(source=""),
                name="one_reflection_per_imported_file",
                violation_error_message=_("This file has already been imported for this lab."),
            ),
            models.CheckConstraint(
                condition=Q(plan__isnull=False) | ~Q(source=""),
                name="a_reflection_is_about_a_plan",
                violation_error_message=_(
                    "Only a reflection from the archive can be without its plan."
                ),
            ),
        )

    def __str__(self) -> str:
        return self.title or str(_("Untitled reflection"))

    @property
    def document(self) -> ReflectionDocument:
        """The reflection as data, with the lab and cycle as they are called today."""
        return self.as_written.without_gaps()

    @property
    def as_written(self) -> ReflectionDocument:
        """The same with each insight and partner at the place of its box, between empty ones."""
        told: dict[str, Any] = {**self.content, "lab": self.lab.name, "cycle": str(self.cycle)}
        return ReflectionDocument.model_validate(told)


class EarlierReflection(models.Model):
    """A closing reflection as it stood until somebody went on with it (``plans/closing.py``)."""

    reflection = models.ForeignKey(Reflection, models.CASCADE, related_name="earlier")
    content = models.JSONField(_("content"))
    written_at = models.DateTimeField(_("last changed"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("last changed by"),
    )

    class Meta:
        verbose_name = _("earlier text of a closing reflection")
        verbose_name_plural = _("earlier texts of closing reflections")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return str(self.reflection)

    @property
    def as_written(self) -> ReflectionDocument:
        """What it said, with each insight and partner at the place of its box."""
        return ReflectionDocument.model_validate(self.content)
