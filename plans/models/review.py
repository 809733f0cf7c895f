"""Reviews: one reviewer's reading of one version, the criteria it answers, and who looked when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from plans import clock
from plans.models.cycle import Cycle
from plans.models.plan import Plan
from plans.models.prepared import prepared
from plans.models.version import Version

if TYPE_CHECKING:
    from accounts.models import User


class Decision(models.TextChoices):
    """How a review ended."""

    APPROVED = "approved", _("approved")
    CHANGES_REQUESTED = "changes_requested", _("changes requested")
    COMMENTED = "commented", _("comments only")


class ReviewQuerySet(models.QuerySet["Review"]):
    """Questions about several reviews."""

    def seen_by(self, user: User) -> Self:
        """Those that are sent, and their own pending one."""
        return self.filter(models.Q(closed_at__isnull=False) | models.Q(reviewer=user))

    def to_read(self) -> Self:
        """Newest first, each with its reviewer, its version's number, and its marks (``said``).

        ``said`` holds a mapping for each criterion it marks: ``criterion``, ``text``, ``mark`` and
        ``word``.
        """
        reviews = self.select_related("reviewer", "version").defer("version__content")
        return reviews.annotate(said=_marks()).order_by(
            models.F("closed_at").desc(nulls_first=True), "-pk"
        )


@prepared("plans.Review")
def _marks() -> ArraySubquery:
    marks = CriterionMark.objects.filter(review=models.OuterRef("pk"))
    one = JSONObject(criterion="criterion", text="text", mark="mark", word="word")
    return ArraySubquery(marks.order_by("criterion__position", "pk").values(one=one))


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
    closed_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

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

    @property
    def is_pending(self) -> bool:
        """Whether it is not sent yet, and its reviewer's alone."""
        return self.closed_at is None

    @property
    def says_something(self) -> bool:
        """Whether there is anything in it besides a decision."""
        return bool(self.summary) or self.comments.exists() or self.marks.exists()


@prepared("plans.Plan")
def approved_number() -> models.Subquery:
    """The number of the version that was approved last. To annotate plans with."""
    approvals = Review.objects.filter(plan=models.OuterRef("pk"), decision=Decision.APPROVED)
    return models.Subquery(approvals.order_by("-closed_at", "-pk").values("version__number")[:1])


class Criterion(models.Model):
    """Something that every plan of a cycle is measured by; administrators write them."""

    cycle = models.ForeignKey(
        Cycle, models.CASCADE, related_name="criteria", verbose_name=_("cycle")
    )
    position = models.PositiveSmallIntegerField(_("place"))
    text = models.CharField(_("criterion"), max_length=200)
    guidance = models.TextField(_("what to look for"), blank=True)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ("cycle", "position")
        constraints = (
            models.UniqueConstraint(
                fields=("cycle", "position"),
                name="one_criterion_per_place",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_("Only one criterion can be at this place."),
            ),
        )

    def __str__(self) -> str:
        return self.text


class Mark(models.TextChoices):
    """How far a plan meets a criterion."""

    MET = "met", _("met")
    PARTLY = "partly", _("partly met")
    NOT_YET = "not_yet", _("not yet met")


def lead(text: str) -> str:
    """The words of a criterion as they stand before its mark: without a full stop at their end."""
    return text.rstrip().rstrip(".。।։።")


class CriterionMark(models.Model):
    """What a review says about one criterion, in the criterion's words as they were.

    While a review is written a mark can still be missing beside its word; a sent one has it.
    """

    review = models.ForeignKey(
        Review, models.CASCADE, related_name="marks", verbose_name=_("review")
    )
    criterion = models.ForeignKey(
        Criterion,
        models.SET_NULL,
        null=True,
        related_name="marks",
        verbose_name=_("criterion"),
    )
    text = models.CharField(_("what it says"), max_length=200)
    mark = models.CharField(_("how far it is met"), max_length=8, choices=Mark.choices, blank=True)
    word = models.TextField(_("a word about it"), blank=True)

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        ordering = ("review", "criterion__position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("review", "criterion"),
                name="one_mark_per_criterion",
                violation_error_message=_("This criterion is already marked."),
            ),
            models.CheckConstraint(
                condition=models.Q(mark__in=("", *Mark.values)),
                name="mark_is_known",
                violation_error_message=_("A criterion is met, partly met, or not yet met."),
            ),
        )

    def __str__(self) -> str:
        return f"{lead(self.text)}: {self.get_mark_display()}"


class Look(models.Model):
    """When somebody last read a plan, so that the queue can say what is new since then."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="looks", verbose_name=_("plan"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"), default=clock.now)

    class Meta:
        verbose_name = _("look")
        verbose_name_plural = _("looks")
        ordering = ("plan", "-at")
        constraints = (
            models.UniqueConstraint(
                fields=("plan", "user"),
                name="one_look_per_person",
                violation_error_message=_("That this person read the plan is already noted."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.plan}"
