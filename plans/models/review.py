"""Reviews, threads and comments."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from plans import clock
from plans.anchors import Anchor
from plans.models.plan import Plan
from plans.models.version import Version


class Decision(models.TextChoices):
    """How a review ended."""

    APPROVED = "approved", _("approved")
    CHANGES_REQUESTED = "changes_requested", _("changes requested")
    COMMENTED = "commented", _("comments only")


class Review(models.Model):
    """One reviewer's reading of one version, from the first comment to the decision."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="reviews", verbose_name=_("plan"))
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="reviews",
        verbose_name=_("reviewer"),
    )
    version = models.ForeignKey(
        Version, models.PROTECT, null=True, related_name="reviews", verbose_name=_("version")
    )
    decision = models.CharField(_("decision"), max_length=20, choices=Decision.choices, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    opened_at = models.DateTimeField(_("begun"), default=clock.now)
    closed_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ("-opened_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("plan", "reviewer"),
                condition=models.Q(closed_at__isnull=True),
                name="one_open_review_per_reviewer",
                violation_error_message=_("This reviewer already has an open review of this plan."),
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, decision="")
                | models.Q(closed_at__isnull=False, decision__in=Decision.values),
                name="closed_review_has_decision",
                violation_error_message=_("A review that has ended says how."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan}, {self.reviewer}"


class ThreadStatus(models.TextChoices):
    """Open, then addressed by the lab, then resolved by the reviewer; reopened at any time."""

    OPEN = "open", _("open")
    ADDRESSED = "addressed", _("addressed")
    RESOLVED = "resolved", _("resolved")


class ThreadQuerySet(models.QuerySet["Thread"]):
    """Questions about several threads."""

    def holding_up(self) -> ThreadQuerySet:
        """Open threads that must be dealt with before a plan can be approved."""
        return self.filter(status=ThreadStatus.OPEN, must_fix=True)

    def unresolved(self) -> ThreadQuerySet:
        """Open and addressed threads."""
        return self.exclude(status=ThreadStatus.RESOLVED)

    def with_comments(self) -> ThreadQuerySet:
        """Each with its comments and their authors, in one more query."""
        return self.prefetch_related(
            models.Prefetch("comments", Comment.objects.select_related("author"))
        )


class Thread(models.Model):
    """A conversation about one place of a plan, with the words it speaks of as they were."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="threads", verbose_name=_("plan"))
    place = models.CharField(_("about"), max_length=80)
    quote = models.TextField(_("words spoken of"), blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=ThreadStatus.choices, default=ThreadStatus.OPEN
    )
    must_fix = models.BooleanField(_("must be fixed before approval"), default=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened"), default=clock.now)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        ordering = ("opened_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(status__in=ThreadStatus.values),
                name="thread_status_is_known",
                violation_error_message=_("A thread is open, addressed or resolved."),
            ),
        )
        indexes = (models.Index(fields=("plan", "status"), name="thread_by_plan"),)

    def __str__(self) -> str:
        return str(_("Thread on “%(plan)s”") % {"plan": self.plan})

    def get_status_display(self) -> str:  # type: ignore[no-redef]  # the plugin adds it too
        """The status in words; Django's own looks through all choices anew each time."""
        return str(ThreadStatus(self.status).label)

    @property
    def anchor(self) -> Anchor:
        """The place it speaks of."""
        return Anchor.parse(self.place)


def open_threads() -> Coalesce:
    """How many threads of a plan are open, counted beside it rather than joined to it."""
    counted = (
        Thread.objects.filter(plan=models.OuterRef("pk"), status=ThreadStatus.OPEN)
        .order_by()
        .values("plan")
        .annotate(number=models.Count("pk"))
        .values("number")
    )
    return Coalesce(models.Subquery(counted), 0)


class Comment(models.Model):
    """What somebody said in a thread."""

    thread = models.ForeignKey(
        Thread, models.CASCADE, related_name="comments", verbose_name=_("thread")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author")
    )
    text = models.TextField(_("text"))
    written_at = models.DateTimeField(_("written"), default=clock.now)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ("written_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(text=""),
                name="comment_says_something",
                violation_error_message=_("Write something first."),
            ),
        )

    def __str__(self) -> str:
        return self.text[:60]
