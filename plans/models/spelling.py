"""The vocabularies by name, and who is called what in them."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _


class Vocabulary(models.TextChoices):
    """The vocabularies, by the names of their tables' models."""

    SDGS = "sdg", _("Sustainable Development Goals")
    THEMES = "thematicarea", _("thematic areas")
    METHODS = "method", _("methods")
    SOURCES = "datasource", _("data sources")
    SECTORS = "sector", _("sectors")
    ORGANISATIONS = "organisation", _("partner organisations")


class Spelling(models.Model):
    """A name, other spelling or label, folded, and the living term that it leads to.

    Kept by the database itself from the tables of the vocabularies; nothing else writes here. What
    a merged term is called leads to where it was merged, and may be another spelling of that one.
    """

    vocabulary = models.CharField(_("vocabulary"), max_length=20, choices=Vocabulary.choices)
    folded = models.TextField(_("folded"))
    term = models.BigIntegerField(_("term"))
    leads_to = models.BigIntegerField(_("leads to"))

    class Meta:
        verbose_name = _("spelling")
        verbose_name_plural = _("spellings")
        ordering = ("vocabulary", "folded")
        constraints = (
            ExclusionConstraint(
                name="spelling_leads_to_one_term",
                expressions=[("vocabulary", "="), ("folded", "="), ("leads_to", "<>")],
                deferrable=models.Deferrable.IMMEDIATE,
                violation_error_message=_(
                    "Another term of this vocabulary already goes by this name or spelling."
                ),
            ),
        )
        indexes = (
            models.Index(F("vocabulary"), F("term"), name="spelling_of_a_term"),
            GinIndex(OpClass("folded", "gin_trgm_ops"), name="spelling_near"),
        )

    def __str__(self) -> str:
        return self.folded
