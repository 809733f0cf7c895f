"""What the form says: labels and guidance, which administrators edit."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Question(models.Model):
    """The label and the guidance of one field, or of a whole section where ``field`` is empty."""

    section = models.CharField(_("section"), max_length=20, editable=False)
    field = models.CharField(_("question"), max_length=30, blank=True, editable=False)
    label = models.CharField(_("label"), max_length=200)
    guidance = models.TextField(_("guidance"), blank=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("section", "field"),
                name="one_text_per_section_and_field",
                violation_error_message=_("This question already has its label and guidance."),
            ),
        )

    def __str__(self) -> str:
        return self.label

    @classmethod
    def labels(cls) -> dict[str, Question]:
        """All of them in one query, by ``section`` and ``section.field``."""
        return {
            f"{question.section}.{question.field}".rstrip("."): question
            for question in cls.objects.all()
        }
