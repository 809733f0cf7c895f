"""Invitations: an e-mail that lets somebody join a lab, or review for a region."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Lab, LabRole, Region, User

INVITATION_LASTS = dt.timedelta(days=14)


def _new_key() -> str:
    return secrets.token_urlsafe(32)


def _invitation_end() -> dt.datetime:
    return timezone.now() + INVITATION_LASTS


class Invitation(models.Model):
    """An e-mail that lets somebody join a lab, or review for a region, when they accept it."""

    email = models.EmailField(_("e-mail address"))
    lab = models.ForeignKey(
        Lab,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("lab"),
    )
    role = models.CharField(
        _("role in the lab"), max_length=10, choices=LabRole.choices, default=LabRole.MEMBER
    )
    region = models.ForeignKey(
        Region,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("reviews for region"),
    )
    key = models.CharField(max_length=64, unique=True, default=_new_key, editable=False)
    invited_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("invited by"), editable=False
    )
    created_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"), default=_invitation_end)
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)

    undelivered = False
    """Set on the one at hand where its e-mail could not be sent just now; not stored."""

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(lab__isnull=False) ^ models.Q(region__isnull=False),
                name="invitation_is_to_a_lab_or_a_region",
                violation_error_message=_("Choose either a lab or a region to invite to."),
            ),
            models.UniqueConstraint(
                Lower("email"),
                "lab",
                name="one_open_invitation_per_email_and_lab",
                condition=models.Q(accepted_at__isnull=True, lab__isnull=False),
                violation_error_message=_("This address has already been invited to this lab."),
            ),
            models.UniqueConstraint(
                Lower("email"),
                "region",
                name="one_open_invitation_per_email_and_region",
                condition=models.Q(accepted_at__isnull=True, region__isnull=False),
                violation_error_message=_(
                    "This address has already been invited to review for this region."
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.email} – {self.lab or self.region}"

    @property
    def is_open(self) -> bool:
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.expires_at > timezone.now()
