"""Access keys: what another program shows to read plans through the API.

A key is shown once, when it is made; here is only what recognises it. A person can read its first
letters, the database its digest, and nobody can get the key back from either.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plans import clock

NAME_LENGTH = 100
LASTS_AT_MOST = dt.timedelta(days=366)


class Scope(models.TextChoices):
    """What a key is for; one opens nothing that it does not name."""

    PLANS = "plans", _("Plans and closing reflections")
    TERMS = "terms", _("Vocabularies: themes, methods, data sources and others")
    PORTFOLIO = "portfolio", _("Figures of the portfolio")


class AccessKeyQuerySet(models.QuerySet["AccessKey"]):
    """Questions about several keys."""

    def living(self) -> Self:
        """Those that still open something."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=clock.now())


class AccessKey(models.Model):
    """A key of somebody for a program: what it is for, until when, and whether it was revoked."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="access_keys",
        verbose_name=_("owner"),
    )
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    start = models.CharField(_("begins with"), max_length=12)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(
        models.CharField(max_length=20, choices=Scope.choices), verbose_name=_("may read")
    )
    made_at = models.DateTimeField(_("made"), default=clock.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    last_used_on = models.DateField(_("last used"), null=True, blank=True, editable=False)
    """The day in UTC; a program asks often, and nobody needs to know it to the second."""
    minute = models.DateTimeField(default=clock.now, editable=False)
    """The minute in which ``asked`` requests came with it; both are :func:`plans.keys.use`'s."""
    asked = models.PositiveIntegerField(default=0, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("revoked by"),
    )

    objects = AccessKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("access key")
        verbose_name_plural = _("access keys")
        ordering = ("-made_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(name__regex=r"^\s*$"),
                name="access_key_has_a_name",
                violation_error_message=_("Give the key a name, so that you know it again."),
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"),
                name="access_key_itself_is_not_kept",
                violation_error_message=_("Of a key only its digest is kept."),
            ),
            models.CheckConstraint(
                condition=Q(scopes__len__gte=1) & Q(scopes__contained_by=Scope.values),
                name="access_key_is_for_something_known",
                violation_error_message=_("Choose what the key is for: at least one of these."),
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")),
                name="access_key_ends_later",
                violation_error_message=_("The day on which a key ends has to be still to come."),
            ),
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("made_at") + LASTS_AT_MOST),
                name="access_key_lasts_a_year_at_most",
                violation_error_message=_("A key is valid for a year at most."),
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="access_key_says_who_revoked_it",
                violation_error_message=_("A key that is revoked says when, and by whom."),
            ),
        )
        indexes = (models.Index(fields=("owner", "-made_at"), name="access_keys_of_owner"),)

    def __str__(self) -> str:
        return f"{self.name} ({self.start}…)"

    @staticmethod
    def digest_of(key: str) -> str:
        """What is kept of a key. It is long and random, so that no salt and no slowness is due."""
        return hashlib.sha256(key.encode(errors="replace")).hexdigest()

    @property
    def is_living(self) -> bool:
        """Whether it still opens something."""
        return self.revoked_at is None and self.expires_at > clock.now()

    @property
    def is_for(self) -> list[str]:
        """What it may read, in words."""
        return [str(scope.label) for scope in Scope if scope.value in self.scopes]
