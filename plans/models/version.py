"""Versions: what a plan said when it was submitted or decided on. Never changed afterwards."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from plans import clock
from plans.document import PlanDocument
from plans.models.plan import Plan
from plans.models.prepared import prepared


class Version(models.Model):
    """A snapshot of a plan's document. A database trigger refuses changes and deletion."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions", verbose_name=_("plan"))
    number = models.PositiveIntegerField(_("number"))
    content = models.JSONField(_("content"))
    hash = models.CharField(_("fingerprint"), max_length=64)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), default=clock.now)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ("plan", "-number")
        constraints = (
            models.UniqueConstraint(
                fields=("plan", "number"),
                name="one_version_per_number",
                violation_error_message=_("This plan already has a version with this number."),
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1),
                name="version_number_from_one",
                violation_error_message=_("Versions are counted from 1."),
            ),
        )

    def __str__(self) -> str:
        return str(_("Version %(number)s") % {"number": self.number})

    @property
    def document(self) -> PlanDocument:
        """The plan as it was."""
        return PlanDocument.model_validate(self.content)


def kept_versions(in_full: models.Q | None = None) -> ArraySubquery:
    """A plan's versions, newest first: ``number``, ``made_at``, ``hash``, and ``content`` or None.

    What a version says is read only of those that are wanted ``in_full``. To annotate plans with,
    so that it takes no query of its own; what a page asks for is ``prepared``.
    """
    versions = Version.objects.filter(plan=models.OuterRef("pk")).order_by("-number")
    content: Any = models.Value(None, models.JSONField())
    if in_full is not None:
        content = models.Case(models.When(in_full, then="content"), default=content)
    one = JSONObject(number="number", made_at="made_at", hash="hash", content=content)
    return ArraySubquery(versions.values(one=one))


@prepared("plans.Plan")
def versions_in_short() -> ArraySubquery:
    """The :func:`kept_versions`, what they say left out of all."""
    return kept_versions()
