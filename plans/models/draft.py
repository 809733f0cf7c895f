"""What somebody is typing in the boxes of a plan and has not sent."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from plans import clock
from plans.models.plan import Plan
from plans.models.prepared import prepared


class Draft(models.Model):
    """A comment still being typed, kept for its author; ``at`` names the box it stands in.

    ``rest`` holds what stands beside it in a form of several boxes, by their names: the words that
    were chosen, those proposed for them, of what kind the comment is.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="drafts", verbose_name=_("plan"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("who")
    )
    at = models.CharField(_("box"), max_length=120)
    text = models.TextField(_("text"), blank=True)
    rest = models.JSONField(_("what stands beside it"), default=dict, blank=True)
    kept_at = models.DateTimeField(_("kept"), default=clock.now)

    class Meta:
        verbose_name = _("unfinished comment")
        verbose_name_plural = _("unfinished comments")
        ordering = ("plan", "-kept_at")
        constraints = (
            models.UniqueConstraint(
                fields=("plan", "user", "at"),
                name="one_draft_per_box",
                violation_error_message=_("What is typed here is already kept."),
            ),
        )

    def __str__(self) -> str:
        return self.text[:60]


@prepared("plans.Plan")
def typed_by(user: int) -> ArraySubquery:
    """What somebody (by key) has typed on a plan and not sent, oldest first.

    Mappings of ``at``, ``text``, ``rest`` and ``kept_at``, to annotate plans with, so that it takes
    no query of its own.
    """
    drafts = Draft.objects.filter(plan=models.OuterRef("pk"), user=user).order_by("kept_at", "pk")
    one = JSONObject(at="at", text="text", rest="rest", kept_at="kept_at")
    return ArraySubquery(drafts.values(one=one))
