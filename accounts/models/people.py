"""People and places: who signs in, which labs there are, and who does what where.

Knows nothing of plans. Constraints carry the sentences that people read when they are broken.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes people; their e-mail address is their name at the door."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:
        """Save a new person. Without a password they cannot sign in until they set one."""
        user = self.model(email=self.normalize_email(email).strip().lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> User:
        """Save a new person who may do everything; used by ``manage.py createsuperuser``."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)

    def get_by_natural_key(self, username: str | None) -> User:
        """The person with this e-mail address, whatever its case. Raises User.DoesNotExist."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may do follows from memberships, reviewer rows and admin groups."""

    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("Somebody with this e-mail address is already here.")},
    )
    name = models.CharField(_("name"), max_length=150, blank=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="UTC",
        help_text=_("Dates and times are shown to you in this time zone."),
    )
    is_staff = models.BooleanField(
        _("administrator"), default=False, help_text=_("May open the administration pages.")
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Untick this instead of deleting a person: what they wrote keeps its author."),
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("name", "email")
        constraints = (
            # Together with the unique address: one person, however it is typed.
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="email_in_small_letters",
                violation_error_message=_("Write the e-mail address in small letters."),
            ),
        )

    def __str__(self) -> str:
        return self.get_full_name()

    def clean(self) -> None:
        """Bring the address into the form it is stored in."""
        super().clean()
        self.email = self.email.strip().lower()

    def get_full_name(self) -> str:
        """The name, or the part of the address before the @ while no name is given."""
        return self.name or self.email.split("@")[0]

    def get_short_name(self) -> str:
        """The first word of the name."""
        return self.get_full_name().split()[0]

    @property
    def zone(self) -> dt.tzinfo:
        """The time zone times are shown in; UTC when the stored name is no longer known."""
        try:
            return zoneinfo.ZoneInfo(self.time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            return dt.UTC


class Region(models.Model):
    """One of the network's five regions."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=100, unique=True)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Country(models.Model):
    """A country or territory, with the point it is shown at (degrees, WGS 84)."""

    code = models.CharField(
        _("code"), max_length=3, primary_key=True, help_text=_("Three letters, as in ISO 3166-1.")
    )
    name = models.CharField(_("name"), max_length=100, unique=True)
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="countries", verbose_name=_("region")
    )
    latitude = models.FloatField(
        _("latitude"), validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[A-Z]{3}$"),
                name="country_code_is_three_capitals",
                violation_error_message=_("A country's code is three capital letters."),
            ),
            models.CheckConstraint(
                condition=models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="country_lies_on_earth",
                violation_error_message=_(
                    "Latitude runs from -90 to 90 degrees and longitude from -180 to 180."
                ),
            ),
        )

    def __str__(self) -> str:
        return self.name


class Lab(models.Model):
    """An innovation lab; some work in several countries."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=150, unique=True)
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="labs", verbose_name=_("region")
    )
    countries = models.ManyToManyField(Country, related_name="labs", verbose_name=_("countries"))
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Labs that have closed stay, with their plans.")
    )

    class Meta:
        verbose_name = _("lab")
        verbose_name_plural = _("labs")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class LabRole(models.TextChoices):
    """What a person is in a lab. Both write plans; a lead also invites people."""

    MEMBER = "member", _("member")
    LEAD = "lead", _("lead")


class Membership(models.Model):
    """A person's place in a lab."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    lab = models.ForeignKey(Lab, models.CASCADE, related_name="memberships", verbose_name=_("lab"))
    role = models.CharField(
        _("role"), max_length=10, choices=LabRole.choices, default=LabRole.MEMBER
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("lab", "user")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "lab"),
                name="one_membership_per_person_and_lab",
                violation_error_message=_("This person is already in this lab."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=LabRole.values),
                name="membership_role_is_known",
                violation_error_message=_("A person is a member or a lead of a lab."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} – {self.lab}"


class Reviewer(models.Model):
    """A person who reviews the plans of a region."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="reviewer_of", verbose_name=_("person")
    )
    region = models.ForeignKey(
        Region, models.CASCADE, related_name="reviewers", verbose_name=_("region")
    )

    class Meta:
        verbose_name = _("regional reviewer")
        verbose_name_plural = _("regional reviewers")
        ordering = ("region", "user")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "region"),
                name="one_reviewer_row_per_person_and_region",
                violation_error_message=_("This person already reviews for this region."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} – {self.region}"
