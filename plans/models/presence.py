"""Who is in a plan just now, and in which section: so that two people do not write past each other.

Nothing depends on these rows; they are told anew every half minute and looked at for little longer.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from plans import clock


class Presence(models.Model):
    """A person in a section of a plan, and when their browser last said so."""

    plan = models.ForeignKey(
        "plans.Plan", models.CASCADE, related_name="presences", verbose_name=_("plan")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("who")
    )
    section = models.CharField(_("section"), max_length=20)
    seen_at = models.DateTimeField(_("seen"), default=clock.now)

    class Meta:
        verbose_name = _("person in a plan")
        verbose_name_plural = _("people in plans")
        ordering = ("plan", "-seen_at")
        constraints = (
            models.UniqueConstraint(
                fields=("plan", "user"),
                name="one_presence_per_person",
                violation_error_message=_("This person is already noted as being here."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.section}"
