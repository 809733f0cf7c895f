"""The outbox: who is to be told of which event, written with it and sent afterwards."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from plans import clock
from plans.models.event import Event


class Notification(models.Model):
    """One person to be told of one event, and whether that has been done."""

    event = models.ForeignKey(
        Event, models.PROTECT, related_name="notifications", verbose_name=_("event")
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="notifications",
        verbose_name=_("to"),
    )
    created_at = models.DateTimeField(_("written"), default=clock.now)
    due_at = models.DateTimeField(_("due"), default=clock.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("last problem"), blank=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ("-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("event", "recipient"),
                name="nobody_is_told_twice",
                violation_error_message=_("This person is already told of this."),
            ),
        )
        indexes = (
            models.Index(
                fields=("due_at",),
                condition=models.Q(sent_at__isnull=True),
                name="notification_waiting",
            ),
        )

    def __str__(self) -> str:
        return f"{self.recipient}: {self.event}"
