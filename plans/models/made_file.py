"""Files that a worker makes because they are too large for a request: asked for, made, fetched."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plans import clock
from plans.models.collection import Collection

LONGEST_SELECTION = 4_000


def kept_at(made: Any, _name: str) -> str:
    """Where the file is kept: under a name that nobody can guess, besides being asked who it is."""
    return f"files/{made.pk}/{uuid.uuid4().hex}.{made.ending}"


class FileStatus(models.TextChoices):
    """How far a file is."""

    WAITING = "waiting", _("waiting its turn")
    WORKING = "working", _("being made")
    READY = "ready", _("ready")
    FAILED = "failed", _("not made")


class MadeFile(models.Model):
    """A file with many plans that somebody asked for, and what became of it.

    ``selection`` is the address of the library that chose its plans (``region=africa&q=water``);
    with a ``collection``, its plans are meant. ``plans`` are the numbers of those in the file and
    ``rights`` what its maker's roles were: whoever lost one of them does not get it any more.
    ``taken_until`` is until when the worker that makes it has time; then another one begins anew.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="files", verbose_name=_("asked by")
    )
    form = models.CharField(_("form"), max_length=16)
    ending = models.CharField(_("ending"), max_length=8)
    selection = models.CharField(_("selection"), max_length=LONGEST_SELECTION, blank=True)
    collection = models.ForeignKey(
        Collection, models.CASCADE, null=True, related_name="+", verbose_name=_("collection")
    )
    with_threads = models.BooleanField(_("with threads"), default=False)
    status = models.CharField(
        _("status"), max_length=8, choices=FileStatus.choices, default=FileStatus.WAITING
    )
    of = models.PositiveIntegerField(_("plans"), default=0)
    done = models.PositiveIntegerField(_("plans read"), default=0)
    attempts = models.PositiveSmallIntegerField(_("begun so often"), default=0)
    problem = models.CharField(_("why it was not made"), max_length=300, blank=True)
    plans = models.JSONField(_("plans in it"), default=list)
    rights = models.JSONField(_("made with the rights of"), default=list)
    file = models.FileField(_("file"), upload_to=kept_at, max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    asked_at = models.DateTimeField(_("asked for"), default=clock.now)
    taken_until = models.DateTimeField(_("taken until"), null=True)
    made_at = models.DateTimeField(_("made"), null=True)
    expires_at = models.DateTimeField(_("kept until"), null=True)
    fetched_at = models.DateTimeField(_("first fetched"), null=True)

    class Meta:
        verbose_name = _("file made by the worker")
        verbose_name_plural = _("files made by the worker")
        ordering = ("-asked_at", "-pk")
        indexes = (
            models.Index(fields=("person", "-asked_at"), name="files_of_a_person"),
            models.Index(
                fields=("expires_at",), condition=Q(status="ready"), name="files_to_remove"
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=FileStatus.values),
                name="file_status_is_known",
                violation_error_message=_("A file is waiting, being made, ready, or not made."),
            ),
            models.CheckConstraint(
                condition=Q(done__lte=models.F("of")),
                name="a_file_reads_no_more_plans_than_it_has",
                violation_error_message=_("No more plans can be read than are asked for."),
            ),
            models.CheckConstraint(
                condition=~Q(status="ready")
                | (~Q(file="") & Q(made_at__isnull=False) & Q(expires_at__isnull=False)),
                name="a_ready_file_is_there",
                violation_error_message=_("A file that is ready is kept, and until a day."),
            ),
            models.CheckConstraint(
                condition=Q(status="failed") | Q(problem=""),
                name="only_a_failed_file_has_a_problem",
                violation_error_message=_("Only a file that was not made says why."),
            ),
        )

    def __str__(self) -> str:
        return str(_("File %(number)d") % {"number": self.pk or 0})

    @property
    def is_on_its_way(self) -> bool:
        """Whether somebody is still to wait for it."""
        return self.status in (FileStatus.WAITING, FileStatus.WORKING)
