"""Merges of terms: who, when, and all that is needed to take one back.

The database does its part (see ``0006_merging_terms``): a merged term leads to a living one and is
on no plan, whatever chooses it gets the living one, and a spelling leads to one living term.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plans.models.plan import Plan
from plans.models.spelling import Vocabulary
from plans.models.undoable import Undoable

MOST_NAMES = 5
"""So many of the terms that were merged are named where a merge is called by its terms."""


class Merge(Undoable):
    """Terms of one vocabulary that became one; undone later, perhaps.

    ``before`` and ``after`` hold the terms concerned by key, as texts: ``{"name", "status",
    "aliases", "merged_into"}``. The terms that were merged are those that ``into`` is not and that
    were living before.
    """

    into = models.PositiveBigIntegerField(_("key of the term that stayed"))
    before = models.JSONField(_("terms before"))
    after = models.JSONField(_("terms after"))

    class Meta:
        verbose_name = _("merge of terms")
        verbose_name_plural = _("merges of terms")
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(vocabulary__in=Vocabulary.values),
                name="merge_vocabulary_is_known",
                violation_error_message=_("There is no such vocabulary."),
            ),
            models.CheckConstraint(
                condition=Q(undone_by__isnull=True, undone_at__isnull=True)
                | Q(undone_by__isnull=False, undone_at__isnull=False),
                name="undone_merge_says_by_whom_and_when",
                violation_error_message=_("A merge that was undone says by whom and when."),
            ),
        )

    def __str__(self) -> str:
        names = self.merged_names
        told = ", ".join(f"“{name}”" for name in names[:MOST_NAMES])
        if len(names) > MOST_NAMES:
            more = str(_("and %(number)d more")) % {"number": len(names) - MOST_NAMES}
            told = f"{told} {more}"
        return f"{told} → “{self.into_name}”"

    @property
    def into_name(self) -> str:
        """What the term that stayed was called."""
        return str(self.before[str(self.into)]["name"])

    @property
    def merged(self) -> list[int]:
        """The keys of the terms that were merged."""
        return [
            int(key)
            for key, term in self.before.items()
            if int(key) != self.into and term["merged_into"] is None
        ]

    @property
    def merged_names(self) -> list[str]:
        """What they were called."""
        return sorted(str(self.before[str(key)]["name"]) for key in self.merged)

    @property
    def new_aliases(self) -> list[str]:
        """The spellings that the term that stayed got by this."""
        had = self.before[str(self.into)]["aliases"]
        return [words for words in self.after[str(self.into)]["aliases"] if words not in had]


class Fate(models.TextChoices):
    """What became of a use when its merge was undone."""

    BACK = "back", _("came back")
    DROPPED = "dropped", _("stays as the plan has it now")
    FULL = "full", _("does not come back: the plan has no room for it")


class MergedUse(models.Model):
    """A use of a term on a plan that a merge changed: what it was before.

    Either a ``choice`` (a row of a vocabulary's own table, with its words) or a ``partner`` (its
    words are the partner's name). Of several on one plan the first was kept and the others were
    ``removed``; that first one is noted too, also where it was the very term that stayed. ``fate``
    is empty until the merge is undone.
    """

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="uses")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="+", verbose_name=_("plan"))
    choice = models.BigIntegerField(_("chosen term"), null=True)
    partner = models.UUIDField(_("partner"), null=True)
    term = models.BigIntegerField(_("term before"))
    position = models.PositiveSmallIntegerField(_("place"), null=True)
    words = models.CharField(_("words chosen"), max_length=200, blank=True)
    removed = models.BooleanField(_("removed"), default=False)
    fate = models.CharField(_("when undone"), max_length=8, choices=Fate.choices, blank=True)

    class Meta:
        verbose_name = _("use of a merged term")
        verbose_name_plural = _("uses of merged terms")
        ordering = ("merge", "plan", "position", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(choice__isnull=False, position__isnull=False, partner__isnull=True)
                | Q(choice__isnull=True, position__isnull=True, partner__isnull=False),
                name="merged_use_is_a_choice_or_a_partner",
                violation_error_message=_("A use is a chosen term or a partner."),
            ),
            models.CheckConstraint(
                condition=Q(fate__in=["", *Fate.values]),
                name="merged_use_fate_is_known",
                violation_error_message=_("A use came back when its merge was undone, or not."),
            ),
        )

    def __str__(self) -> str:
        return self.words or str(self.term)
