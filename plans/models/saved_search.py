"""Saved searches: an address of the library under a name, and what was new at the last look."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Lower
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from plans import clock
from plans.models.taxonomy import Fold

NAME_LENGTH = 200
QUERY_LENGTH = 2000
MOST_SEARCHES = 20
"""So many searches a person keeps: their page and their e-mail ask all of them."""


class HowOften(models.TextChoices):
    """How often somebody is told what is new in a search, in the morning where they live."""

    DAILY = "daily", _("every day")
    WEEKLY = "weekly", _("every Monday")
    NEVER = "never", _("no e-mail")


class SavedSearch(models.Model):
    """A search of one person. ``query`` is what stands behind the ? in the library's address."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="saved_searches",
        verbose_name=_("who"),
    )
    position = models.PositiveSmallIntegerField(_("place"))
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    query = models.TextField(_("search"), blank=True)
    how_often = models.CharField(
        _("by e-mail"), max_length=10, choices=HowOften.choices, default=HowOften.WEEKLY
    )
    created_at = models.DateTimeField(_("saved"), default=clock.now, editable=False)
    looked_at = models.DateTimeField(_("last looked at"), default=clock.now, editable=False)
    told_until = models.DateTimeField(_("told of what came until"), default=clock.now)
    due_at = models.DateTimeField(_("next e-mail"), null=True, blank=True)
    """When what is new is mailed next; empty for who wants no e-mail."""
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("last problem"), blank=True)

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ("owner", "position")
        constraints = (
            models.UniqueConstraint(
                "owner",
                Lower("name"),
                name="one_search_per_name",
                violation_error_message=_("You already have a search with this name."),
            ),
            models.UniqueConstraint(
                fields=("owner", "query"),
                name="search_saved_once",
                violation_error_message=_("You have saved this search already."),
            ),
            models.UniqueConstraint(
                fields=("owner", "position"),
                name="one_search_per_position",
                violation_error_message=_("Only one can be at this place."),
            ),
            models.CheckConstraint(
                condition=Q(position__range=(1, MOST_SEARCHES)),
                name="twenty_searches_at_most",
                violation_error_message=_(
                    "You can keep 20 searches. Remove one that you no longer need first."
                ),
            ),
            models.CheckConstraint(
                condition=GreaterThan(Length(Fold("name")), 0),
                name="search_name_has_letters",
                violation_error_message=_("A name needs at least one letter or number."),
            ),
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(Length("query"), QUERY_LENGTH)),
                name="search_fits_2000_characters",
                violation_error_message=_("This search is too long to be saved. Use fewer words."),
            ),
            models.CheckConstraint(
                condition=Q(how_often=HowOften.NEVER, due_at__isnull=True)
                | Q(how_often__in=(HowOften.DAILY, HowOften.WEEKLY), due_at__isnull=False),
                name="search_is_due_when_mailed",
                violation_error_message=_("Choose one of the ways in the list."),
            ),
        )
        indexes = (
            models.Index(
                fields=("due_at",), condition=Q(due_at__isnull=False), name="saved_search_due"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Where what it finds is shown, the new marked."""
        return reverse("saved_search", args=(self.pk,))
