"""The story of a term: every change to it, by whom and when. And which terms are not the same.

The changes are written by the database itself (a trigger on each vocabulary), so nothing that
writes a term can leave them out; who acts is told to it by ``plans.term_history``.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plans import clock
from plans.models.spelling import Vocabulary


class TermChange(models.Model):
    """A change to one term: what was so before and after, of what differs only.

    A new term has nothing ``before``, a deleted one nothing ``after``. Written once: a trigger
    refuses changes and deletion.
    """

    vocabulary = models.CharField(_("vocabulary"), max_length=20, choices=Vocabulary.choices)
    term = models.PositiveBigIntegerField(_("term"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    """Nobody where the seeds or somebody with a database console did it."""
    at = models.DateTimeField(_("when"), default=clock.now)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    note = models.TextField(_("in words"), blank=True)

    class Meta:
        verbose_name = _("change to a term")
        verbose_name_plural = _("changes to terms")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(vocabulary__in=Vocabulary.values),
                name="change_vocabulary_is_known",
                violation_error_message=_("There is no such vocabulary."),
            ),
            models.CheckConstraint(
                condition=Q(before__isnull=False) | Q(after__isnull=False),
                name="change_says_what",
                violation_error_message=_("A change to a term says what was changed."),
            ),
        )
        indexes = (models.Index(F("vocabulary"), F("term"), name="story_of_a_term"),)

    def __str__(self) -> str:
        return self.note or f"{self.get_vocabulary_display()} {self.term}"


class Different(models.Model):
    """Two terms that look alike and are not the same: somebody said so."""

    vocabulary = models.CharField(_("vocabulary"), max_length=20, choices=Vocabulary.choices)
    one = models.PositiveBigIntegerField(_("one term"))
    other = models.PositiveBigIntegerField(_("other term"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"), default=clock.now)

    class Meta:
        verbose_name = _("pair that is not the same")
        verbose_name_plural = _("pairs that are not the same")
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(vocabulary__in=Vocabulary.values),
                name="different_vocabulary_is_known",
                violation_error_message=_("There is no such vocabulary."),
            ),
            models.CheckConstraint(
                condition=Q(one__lt=F("other")),
                name="different_terms_are_two",
                violation_error_message=_("A term cannot be different from itself."),
            ),
            models.UniqueConstraint(
                fields=("vocabulary", "one", "other"),
                name="different_terms_once",
                violation_error_message=_("It was said already that these are not the same."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.one} ≠ {self.other}"
