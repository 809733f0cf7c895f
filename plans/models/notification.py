"""The outbox: who is to be told of which event, written with it and sent afterwards."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from plans import clock
from plans.models.event import Event
from plans.models.plan import Plan
from plans.models.prepared import prepared
from plans.models.thread import Thread


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
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    is_mention = models.BooleanField(_("names this person"), default=False)
    by_mail = models.BooleanField(_("also by e-mail"), default=True)
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
                condition=models.Q(sent_at__isnull=True, by_mail=True),
                name="notification_waiting",
            ),
            models.Index(fields=("recipient", "-created_at"), name="notification_inbox"),
        )

    def __str__(self) -> str:
        return f"{self.recipient}: {self.event}"

    @property
    def address(self) -> str:
        """Where to read more: the very comment or thread, the plan, or the front page."""
        event = self.event
        if event.plan is None:
            return "/"
        place = ""
        if event.comment_id:
            place = f"#comment-{event.comment_id}"
        elif event.thread_id:
            place = f"#thread-{event.thread_id}"
        elif event.review_id:
            place = f"#review-{event.review_id}"
        return f"{event.plan.get_absolute_url()}{place}"


class Topic(models.TextChoices):
    """What people can be told of, as they choose it in their settings."""

    DECISIONS = "decisions", _("Reviews and decisions on my lab's plans")
    TALK = "talk", _("Comments and replies")
    MENTIONS = "mentions", _("Comments that name me")
    QUEUE = "queue", _("Plans that wait for my review")
    REMINDERS = "reminders", _("Reminders and deadlines")


class Delivery(models.TextChoices):
    """How somebody wants to be told; the inbox in the app has everything."""

    AT_ONCE = "at_once", _("by e-mail, at once")
    DAILY = "daily", _("by e-mail, once a day in the morning")
    NEVER = "never", _("only here, without e-mail")


class Preference(models.Model):
    """How somebody wants to be told of a topic; by e-mail at once where there is no such row."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="preferences",
        verbose_name=_("who"),
    )
    topic = models.CharField(_("topic"), max_length=12, choices=Topic.choices)
    delivery = models.CharField(_("how"), max_length=10, choices=Delivery.choices)

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        ordering = ("user", "topic")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "topic"),
                name="one_preference_per_topic",
                violation_error_message=_("There is already a choice for this."),
            ),
            models.CheckConstraint(
                condition=models.Q(topic__in=Topic.values, delivery__in=Delivery.values),
                name="preference_is_known",
                violation_error_message=_("Choose one of the ways in the list."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.topic}, {self.delivery}"


class Mute(models.Model):
    """Somebody who does not want to be told of a plan, or of one thread, any more."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="mutes", verbose_name=_("who")
    )
    plan = models.ForeignKey(
        Plan, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("plan")
    )
    thread = models.ForeignKey(
        Thread, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("thread")
    )

    class Meta:
        verbose_name = _("muted plan or thread")
        verbose_name_plural = _("muted plans and threads")
        ordering = ("user", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "plan", "thread"),
                nulls_distinct=False,
                name="muted_once",
                violation_error_message=_("This is already muted."),
            ),
            models.CheckConstraint(
                condition=models.Q(plan__isnull=False) ^ models.Q(thread__isnull=False),
                name="mute_is_of_a_plan_or_a_thread",
                violation_error_message=_("Mute a plan or a thread."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.plan or self.thread}"


@prepared("plans.Plan")
def muted_by(user: int) -> ArraySubquery:
    """What of a plan somebody (by key) has muted: the keys of threads, 0 for the plan as a whole.

    To annotate plans with, so that it takes no query of its own.
    """
    mutes = Mute.objects.filter(
        models.Q(plan=models.OuterRef("pk")) | models.Q(thread__plan=models.OuterRef("pk")),
        user=user,
    )
    return ArraySubquery(mutes.values(one=Coalesce("thread", 0)))
