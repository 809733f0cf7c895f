"""Threads, the comments in them, and the suggestions that come with them.

What a reviewer writes while reading belongs to their review and is theirs alone until it is sent:
a thread or comment is pending as long as its ``review`` is open.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import gettext_lazy as _

from plans import clock
from plans.anchors import Anchor
from plans.models.plan import Plan
from plans.models.prepared import prepared
from plans.models.review import Review
from plans.states import Role

if TYPE_CHECKING:
    from accounts.models import User


class ThreadStatus(models.TextChoices):
    """Open, then addressed by the lab, then resolved by the reviewer; reopened at any time."""

    OPEN = "open", _("open")
    ADDRESSED = "addressed", _("addressed")
    RESOLVED = "resolved", _("resolved")


class ThreadQuerySet(models.QuerySet["Thread"]):
    """Questions about several threads."""

    def seen_by(self, user: User, *, reviews: bool) -> ThreadQuerySet:
        """Those that somebody may read: sent ones and their own pending ones.

        ``reviews`` says whether they are on the reviewers' side, and so read the notes that
        reviewers leave each other.
        """
        sent = models.Q(review__isnull=True) | models.Q(review__closed_at__isnull=False)
        found = self.filter(sent | models.Q(review__reviewer=user))
        return found if reviews else found.filter(for_reviewers=False)

    def sent(self) -> ThreadQuerySet:
        """Those that are not part of a review still being written."""
        return self.exclude(review__isnull=False, review__closed_at__isnull=True)

    def holding_up(self) -> ThreadQuerySet:
        """Open threads that must be dealt with before a plan can be approved."""
        return self.filter(status=ThreadStatus.OPEN, must_fix=True, for_reviewers=False)

    def unresolved(self) -> ThreadQuerySet:
        """Open and addressed threads."""
        return self.exclude(status=ThreadStatus.RESOLVED)

    def with_comments(self, user: User) -> ThreadQuerySet:
        """Each with its suggestion, and what this person may read in it, in one more query."""
        comments = Comment.objects.seen_by(user).with_traces().select_related("author", "review")
        found = self.select_related("review", "suggestion__answered_by", "opened_by")
        return found.prefetch_related(models.Prefetch("comments", comments))


class Thread(models.Model):
    """A conversation about one place of a plan, with the words it speaks of as they were."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="threads", verbose_name=_("plan"))
    review = models.ForeignKey(
        Review,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="threads",
        verbose_name=_("part of the review"),
    )
    place = models.CharField(_("about"), max_length=80)
    quote = models.TextField(_("words spoken of"), blank=True)
    phrase = models.TextField(_("phrase"), blank=True)
    before = models.TextField(_("words before the phrase"), blank=True)
    after = models.TextField(_("words after the phrase"), blank=True)
    for_reviewers = models.BooleanField(_("a note that the lab does not see"), default=False)
    status = models.CharField(
        _("status"), max_length=10, choices=ThreadStatus.choices, default=ThreadStatus.OPEN
    )
    must_fix = models.BooleanField(_("must be fixed before approval"), default=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened"), default=clock.now)

    is_brief = False
    """Whether a page with very much on it shows no more of it than a line; nothing is stored."""

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
    def is_pending(self) -> bool:
        """Whether it is part of a review that is not sent yet. Reads ``review``."""
        return self.review is not None and self.review.closed_at is None

    @property
    def anchor(self) -> Anchor:
        """The place it speaks of."""
        return Anchor.parse(self.place)


@prepared("plans.Plan")
def open_threads() -> Coalesce:
    """How many threads of a plan are open, counted beside it rather than joined to it."""
    counted = (
        Thread.objects.sent()
        .filter(plan=models.OuterRef("pk"), status=ThreadStatus.OPEN, for_reviewers=False)
        .order_by()
        .values("plan")
        .annotate(number=models.Count("pk"))
        .values("number")
    )
    return Coalesce(models.Subquery(counted), 0)


class CommentQuerySet(models.QuerySet["Comment"]):
    """Questions about several comments."""

    def seen_by(self, user: User) -> CommentQuerySet:
        """Those of threads they may read that are sent, and their own pending ones."""
        sent = models.Q(review__isnull=True) | models.Q(review__closed_at__isnull=False)
        return self.filter(sent | models.Q(review__reviewer=user))

    def with_traces(self) -> CommentQuerySet:
        """Each with what it said before (``said_before``) and the names in it (``named``).

        ``by_lab`` says whether it was said for the plan's lab, as the history has it.
        """
        return self.annotate(by_lab=_by_lab(), said_before=_said_before(), named=_named())


@prepared("plans.Comment")
def _by_lab() -> models.Exists:
    for_lab = Comment.objects.filter(pk=models.OuterRef("pk"), events__acted_as=Role.MEMBER)
    return models.Exists(for_lab)


@prepared("plans.Comment")
def _said_before() -> ArraySubquery:
    edits = CommentEdit.objects.filter(comment=models.OuterRef("pk")).order_by("at", "pk")
    return ArraySubquery(edits.values(edit=JSONObject(before="before", at="at")))


@prepared("plans.Comment")
def _named() -> ArraySubquery:
    named = Comment.mentions.through.objects.filter(comment=models.OuterRef("pk"))
    return ArraySubquery(named.order_by("user__name").values("user__name"))


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
    review = models.ForeignKey(
        Review,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="comments",
        verbose_name=_("part of the review"),
    )
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)
    mentions = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", blank=True, verbose_name=_("people named")
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ("written_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(deleted_at__isnull=False, text="")
                | (models.Q(deleted_at__isnull=True) & ~models.Q(text="")),
                name="comment_says_something",
                violation_error_message=_("Write something first."),
            ),
        )

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_pending(self) -> bool:
        """Whether it is part of a review that is not sent yet. Reads ``review``."""
        return self.review is not None and self.review.closed_at is None

    @property
    def sent_at(self) -> dt.datetime:
        """When others could first read it. Reads ``review``."""
        sent = self.review.closed_at if self.review else None
        return sent or self.written_at


class CommentEdit(models.Model):
    """What a comment said before its author changed it."""

    comment = models.ForeignKey(
        Comment, models.CASCADE, related_name="edits", verbose_name=_("comment")
    )
    before = models.TextField(_("what it said"))
    at = models.DateTimeField(_("changed"), default=clock.now)

    class Meta:
        verbose_name = _("change of a comment")
        verbose_name_plural = _("changes of comments")
        ordering = ("comment", "at", "pk")

    def __str__(self) -> str:
        return self.before[:60]


class SuggestionStatus(models.TextChoices):
    """A suggestion waits, is taken over by the lab, or declined with a reason."""

    WAITING = "waiting", _("waiting")
    APPLIED = "applied", _("applied")
    DECLINED = "declined", _("declined")


class Suggestion(models.Model):
    """Other words that a reviewer proposes for the phrase, or the whole text, of a thread."""

    thread = models.OneToOneField(
        Thread, models.CASCADE, related_name="suggestion", verbose_name=_("thread")
    )
    words = models.TextField(_("words proposed"), blank=True)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=SuggestionStatus.choices,
        default=SuggestionStatus.WAITING,
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    reason = models.TextField(_("why it was declined"), blank=True)

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(
                    status=SuggestionStatus.WAITING,
                    answered_by__isnull=True,
                    answered_at__isnull=True,
                )
                | models.Q(
                    status__in=(SuggestionStatus.APPLIED, SuggestionStatus.DECLINED),
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                ),
                name="suggestion_is_answered_by_somebody",
                violation_error_message=_("A suggestion waits, or somebody has answered it."),
            ),
            models.CheckConstraint(
                condition=~models.Q(status=SuggestionStatus.DECLINED) | ~models.Q(reason=""),
                name="declined_suggestion_says_why",
                violation_error_message=_("Say why the suggestion is declined."),
            ),
        )

    def __str__(self) -> str:
        return self.words[:60]
