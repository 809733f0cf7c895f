"""Events: who did what, when, from which state to which. Only ever added."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Lab
from plans import clock
from plans.models.cycle import Cycle
from plans.models.plan import Plan
from plans.models.review import Thread
from plans.models.version import Version
from plans.states import State


class EventKind(models.TextChoices):
    """Everything that is written into the history; the first eight are the acts of ``states``."""

    START = "start", _("began the plan")
    SUBMIT = "submit", _("submitted the plan for review")
    RECALL = "recall", _("took the plan back")
    REQUEST_CHANGES = "request_changes", _("requested changes")
    APPROVE = "approve", _("approved the plan")
    REOPEN = "reopen", _("reopened the plan")
    WITHDRAW = "withdraw", _("withdrew the plan")
    RESTORE = "restore", _("restored the plan as a draft")
    IMPORT = "import", _("brought the plan in from the archive")
    THREAD_OPENED = "thread_opened", _("opened a thread")
    REPLIED = "replied", _("replied in a thread")
    ADDRESSED = "addressed", _("marked a thread as addressed")
    RESOLVED = "resolved", _("resolved a thread")
    REOPENED = "reopened", _("reopened a thread")
    EXTENDED = "extended", _("extended the deadline")
    TERM_REFUSED = "term_refused", _("did not take a new term into the list")


class Event(models.Model):
    """One line of the history. A database trigger refuses changes and deletion."""

    kind = models.CharField(_("what"), max_length=20, choices=EventKind.choices)
    lab = models.ForeignKey(Lab, models.PROTECT, related_name="events", verbose_name=_("lab"))
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="events", verbose_name=_("cycle"))
    plan = models.ForeignKey(
        Plan, models.PROTECT, null=True, related_name="events", verbose_name=_("plan")
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who")
    )
    acted_as = models.CharField(_("acting as"), max_length=15)
    on_behalf_of = models.CharField(_("on behalf of"), max_length=15, blank=True)
    from_state = models.CharField(_("from"), max_length=20, choices=State.choices, blank=True)
    to_state = models.CharField(_("to"), max_length=20, choices=State.choices, blank=True)
    note = models.TextField(_("in words"), blank=True)
    thread = models.ForeignKey(
        Thread, models.PROTECT, null=True, related_name="events", verbose_name=_("thread")
    )
    version = models.ForeignKey(
        Version, models.PROTECT, null=True, related_name="events", verbose_name=_("version")
    )
    at = models.DateTimeField(_("when"), default=clock.now)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=EventKind.values),
                name="event_kind_is_known",
                violation_error_message=_("The history knows no such thing."),
            ),
        )
        indexes = (models.Index(fields=("plan", "-at"), name="event_by_plan"),)

    def __str__(self) -> str:
        return self.get_kind_display()
