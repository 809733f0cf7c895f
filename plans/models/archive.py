"""The archive's pages as they came in, word for word: what was made of them can be checked."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Lab
from plans import clock
from plans.models.cycle import Cycle
from plans.models.plan import Plan
from plans.models.reflection import Reflection


class ArchivePage(models.Model):
    """A file as it was when it was brought in. A database trigger refuses changes and deletion.

    ``number`` counts how often a file of this name came in changed, for the same lab and cycle.
    It holds addresses of people: for those who manage the network only.
    """

    source = models.CharField(_("file"), max_length=255)
    lab = models.ForeignKey(Lab, models.PROTECT, related_name="+", verbose_name=_("lab"))
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="+", verbose_name=_("cycle"))
    number = models.PositiveIntegerField(_("number"), default=1)
    text = models.TextField(_("text"))
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    plan = models.ForeignKey(
        Plan, models.PROTECT, null=True, related_name="pages", verbose_name=_("plan")
    )
    reflection = models.ForeignKey(
        Reflection, models.PROTECT, null=True, related_name="pages", verbose_name=_("reflection")
    )
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("brought in by")
    )
    brought_at = models.DateTimeField(_("brought in"), default=clock.now)

    class Meta:
        verbose_name = _("page of the archive")
        verbose_name_plural = _("pages of the archive")
        ordering = ("source", "-number")
        constraints = (
            models.UniqueConstraint(
                fields=("lab", "cycle", "source", "number"),
                name="one_page_per_number",
                violation_error_message=_("This file already came in with this number."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="pages_are_counted_from_one",
                violation_error_message=_("Pages are counted from 1."),
            ),
            models.CheckConstraint(
                condition=Q(plan__isnull=False) | Q(reflection__isnull=False),
                name="a_page_became_something",
                violation_error_message=_("A page that is kept is a plan, a reflection or both."),
            ),
        )

    def __str__(self) -> str:
        return self.source


class Parcel(models.Model):
    """A packed folder of pages that somebody sent, until its pages have come in.

    ``report`` says how it went with the pages so far: a list of sentences, ``done`` how many.
    """

    content = models.BinaryField(_("content"))
    name = models.CharField(_("file"), max_length=255)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("sent by")
    )
    given_at = models.DateTimeField(_("sent"), default=clock.now)
    done = models.PositiveIntegerField(_("pages brought in"), default=0)
    report = models.JSONField(_("report"), default=list)

    class Meta:
        verbose_name = _("parcel of pages")
        verbose_name_plural = _("parcels of pages")
        ordering = ("-given_at",)

    def __str__(self) -> str:
        return self.name
