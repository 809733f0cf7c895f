"""What was written: every save as what it took out and put in, and the plan as it was before.

A :class:`Checkpoint` holds the whole plan as it was before the first save of a half hour; the
:class:`Writing` rows after it say what changed, step by step. Together they give the plan as it
was before any save. Rows are only ever added.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from plans import clock
from plans.document import PlanDocument
from plans.models.plan import Plan


class Checkpoint(models.Model):
    """A plan as it was at ``revision``, before somebody went on writing."""

    plan = models.ForeignKey(
        Plan, models.PROTECT, related_name="checkpoints", verbose_name=_("plan")
    )
    revision = models.PositiveIntegerField(_("revision"))
    content = models.JSONField(_("content"))
    made_at = models.DateTimeField(_("made"), default=clock.now)

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        ordering = ("plan", "-revision")
        constraints = (
            models.UniqueConstraint(
                fields=("plan", "revision"),
                name="one_checkpoint_per_revision",
                violation_error_message=_("The plan has already been kept as it was here."),
            ),
        )

    def __str__(self) -> str:
        return str(_("Checkpoint %(number)s") % {"number": self.revision})

    @property
    def document(self) -> PlanDocument:
        """The plan as it was."""
        return PlanDocument.model_validate(self.content)


class Writing(models.Model):
    """One save: who, when, and what it changed; it made the plan's ``revision``.

    ``entries`` is a list, each entry one of these:

    - ``{"key", "at", "out", "in"}``: in the text under ``key``, at this sign, these words went out
      and those came in;
    - ``{"key", "before", "after"}``: any other answer, as in the plan's document;
    - ``{"added": group, "row", "place"}``, ``{"removed": group, "row", "place"}``: a row, as in the
      plan's document, and its place from 1;
    - ``{"moved": group, "id", "from", "to"}``.

    With ``"suggested_by"``, the number of a person, where the words are a reviewer's proposal.
    Keys are those of ``authoring``: ``background``, ``partners/<id>/name``.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="writings", verbose_name=_("plan"))
    revision = models.PositiveIntegerField(_("revision"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"), default=clock.now)
    entries = models.JSONField(_("what"))

    class Meta:
        verbose_name = _("save")
        verbose_name_plural = _("saves")
        ordering = ("plan", "-revision")
        constraints = (
            models.UniqueConstraint(
                fields=("plan", "revision"),
                name="one_writing_per_revision",
                violation_error_message=_("This save has already been noted."),
            ),
        )

    def __str__(self) -> str:
        return str(_("Save %(number)s") % {"number": self.revision})

    @property
    def keys(self) -> list[str]:
        """What it changed: the keys of answers, and ``partners/<id>`` for a row."""
        return [_key(entry) for entry in self.entries]


def _key(entry: dict[str, Any]) -> str:
    if "key" in entry:
        return str(entry["key"])
    if "moved" in entry:
        return f"{entry['moved']}/{entry['id']}"
    return f"{entry.get('added') or entry.get('removed')}/{entry['row']['id']}"
