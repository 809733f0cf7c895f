"""Events: who did what, when, from which state to which. Only ever added."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from accounts.models import Lab
from plans import clock
from plans.models.cycle import Cycle
from plans.models.plan import Plan
from plans.models.prepared import prepared
from plans.models.review import Review
from plans.models.thread import Comment, Thread
from plans.models.version import Version
from plans.states import Role, State

_CAPACITY = {
    Role.MEMBER: _("for the lab"),
    Role.REVIEWER: _("as a reviewer"),
    Role.ADMINISTRATOR: _("as an administrator"),
}
_BEHALF = {
    Role.MEMBER: _("on behalf of the lab"),
    Role.REVIEWER: _("on behalf of the reviewers"),
}


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
    REVIEWED = "reviewed", _("sent comments")
    SUGGESTION_APPLIED = "suggestion_applied", _("applied a suggestion")
    SUGGESTION_DECLINED = "suggestion_declined", _("declined a suggestion")
    CLAIMED = "claimed", _("took on the review")
    HANDED_OVER = "handed_over", _("handed the review over")
    NUDGED = "nudged", _("wrote to the lab")
    REMINDED = "reminded", _("reminded the reviewers")
    OVERDUE = "overdue", _("reminded the reviewers that the review is overdue")
    TERM_REFUSED = "term_refused", _("did not take a new term into the list")
    TERM_TAKEN = "term_taken", _("took a new term into the list")
    TERM_MERGED = "term_merged", _("made a new term one with another")


class EventQuerySet(models.QuerySet["Event"]):
    """Reading the history."""

    def seen_by(self, *, reviews: bool) -> Self:
        """Those that somebody may read; ``reviews`` says whether they are on the reviewers' side.

        What reviewers note among themselves is theirs.
        """
        return self if reviews else self.exclude(thread__for_reviewers=True)


class Event(models.Model):
    """One line of the history. A database trigger refuses changes and deletion."""

    kind = models.CharField(_("what"), max_length=20, choices=EventKind.choices)
    lab = models.ForeignKey(Lab, models.PROTECT, related_name="events", verbose_name=_("lab"))
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="events", verbose_name=_("cycle"))
    plan = models.ForeignKey(
        Plan, models.PROTECT, null=True, related_name="events", verbose_name=_("plan")
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )
    """Nobody where the site itself did it: a reminder on its day."""
    acted_as = models.CharField(_("acting as"), max_length=15)
    on_behalf_of = models.CharField(_("on behalf of"), max_length=15, blank=True)
    in_place_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("in place of"),
    )
    """The reviewer who was away, where somebody who stood in for them did it."""
    from_state = models.CharField(_("from"), max_length=20, choices=State.choices, blank=True)
    to_state = models.CharField(_("to"), max_length=20, choices=State.choices, blank=True)
    note = models.TextField(_("in words"), blank=True)
    thread = models.ForeignKey(
        Thread, models.PROTECT, null=True, related_name="events", verbose_name=_("thread")
    )
    comment = models.ForeignKey(
        Comment, models.PROTECT, null=True, related_name="events", verbose_name=_("comment")
    )
    """What was said with it; read there, since a comment can be changed and deleted."""
    review = models.ForeignKey(
        Review, models.PROTECT, null=True, related_name="events", verbose_name=_("review")
    )
    version = models.ForeignKey(
        Version, models.PROTECT, null=True, related_name="events", verbose_name=_("version")
    )
    at = models.DateTimeField(_("when"), default=clock.now)

    objects = EventQuerySet.as_manager()

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

    @property
    def capacity(self) -> str:
        """In what capacity somebody acted; “on behalf of” where it was not their own side."""
        parts = [
            str(words[Role(role)])
            for words, role in ((_CAPACITY, self.acted_as), (_BEHALF, self.on_behalf_of))
            if role in words
        ]
        return ", ".join(parts)

    @property
    def words(self) -> str:
        """What was said with it, as it reads now; empty for what has been deleted."""
        return self.comment.text if self.comment else self.note


@prepared("plans.Plan")
def handing_in() -> models.Subquery:
    """How a plan was handed in last: ``note``, ``at`` and ``who``. To annotate plans with."""
    handed_in = Event.objects.filter(plan=models.OuterRef("pk"), kind=EventKind.SUBMIT)
    one = JSONObject(note="note", at="at", who="actor__name")
    return models.Subquery(handed_in.order_by("-at", "-pk").values(one=one)[:1])
