"""The vocabularies. A term lives: proposed, in use, retired or refused, or merged into another.

Names, other spellings and labels are unique after folding case, accents, spaces and punctuation;
the folding is the database's own function ``fold_term`` (see the migration that makes it), so every
way in obeys it.
"""

from __future__ import annotations

from typing import ClassVar, Self, TypeVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.expressions import Combinable
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _

from plans import clock
from plans.models.spelling import Spelling

TERM_LENGTH = 200

LANGUAGES = {
    "en": _("English"),
    "fr": _("French"),
    "es": _("Spanish"),
    "pt": _("Portuguese"),
    "ar": _("Arabic"),
}
"""The languages in which a term may have a label; another one needs a line here and no more."""


class TermStatus(models.TextChoices):
    """The life of a term."""

    PROPOSED = "proposed", _("proposed")
    IN_USE = "in_use", _("in use")
    RETIRED = "retired", _("retired")
    REFUSED = "refused", _("refused")
    MERGED = "merged", _("merged")


UNOFFERED = frozenset({TermStatus.RETIRED, TermStatus.REFUSED})
"""Terms that stay on the plans that have them, and that no plan may choose anew."""


class Fold(models.Func):
    """``fold_term(text)``: without case, accents, spaces and punctuation."""

    function = "fold_term"
    arity = 1
    output_field = models.TextField()


class FoldAll(models.Func):
    """``fold_terms(text[])``: the same for every text of a list. Released migrations name it."""

    function = "fold_terms"
    arity = 1
    output_field = ArrayField(models.TextField())


class AreLabels(models.Func):
    """``are_labels(jsonb)``: one text for each language, and no more than a term's name holds."""

    function = "are_labels"
    arity = 1
    output_field = models.BooleanField()


_T = TypeVar("_T", bound="Term")


class TermQuerySet(models.QuerySet[_T]):
    """Questions about a vocabulary."""

    def offered(self) -> Self:
        """The terms that a new plan may choose."""
        return self.filter(status=TermStatus.IN_USE)

    def spelled(self, words: str | Combinable) -> Self:
        """Terms whose name, spelling or label equals ``words`` when folded; names first."""
        typed = Fold(models.Value(words) if isinstance(words, str) else words)
        spelled = Spelling.objects.filter(vocabulary=self.model._meta.model_name, folded=typed)
        return (
            self.alias(folded=Fold("name"), typed=typed)
            .filter(pk__in=spelled.order_by().values("term"))
            .order_by(models.Case(models.When(folded=models.F("typed"), then=0), default=1), "name")
        )

    def with_uses(self) -> Self:
        """Each with ``uses``: how many plans it is on."""
        return self.annotate(uses=models.Count(self.model.plans_path, distinct=True))


class Term(models.Model):
    """A word of a vocabulary. One that is on a plan cannot be deleted, only retired or merged."""

    name = models.CharField(_("name"), max_length=TERM_LENGTH)
    aliases = ArrayField(
        models.CharField(max_length=TERM_LENGTH),
        verbose_name=_("other spellings"),
        default=list,
        blank=True,
        help_text=_("Separated by commas. Typing one of these finds this term."),
    )
    description = models.TextField(
        _("what it means"),
        blank=True,
        help_text=_("For who chooses among terms, and in the codebook."),
    )
    labels = models.JSONField(
        _("in other languages"),
        default=dict,
        blank=True,
        help_text=_("Searching, typing and importing find the term by any of them."),
    )
    """By language (:data:`LANGUAGES`): ``{"fr": "Eau"}``."""
    position = models.PositiveSmallIntegerField(
        _("place"),
        null=True,
        blank=True,
        help_text=_("Those with a place come first, in this order; the others follow by name."),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=TermStatus.choices, default=TermStatus.IN_USE
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("merged into"),
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("proposed by"),
    )
    proposed_in = models.ForeignKey(
        "plans.Plan",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("proposed in"),
    )
    refusal = models.TextField(_("why it was refused"), blank=True, editable=False)
    created_at = models.DateTimeField(_("added"), default=clock.now, editable=False)

    objects = TermQuerySet.as_manager()

    plans_path: ClassVar[str] = "choices__plan"
    """How to get from a term to the plans it is on."""

    class Meta:
        abstract = True
        ordering: ClassVar[tuple[str, ...]] = ("position", "name")
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.UniqueConstraint(
                Fold("name"),
                name="%(class)s_name_once",
                violation_error_message=_(
                    "There is already a term with this name, give or take capitals, accents, "
                    "spaces and punctuation."
                ),
            ),
            models.CheckConstraint(
                condition=GreaterThan(Length(Fold("name")), 0),
                name="%(class)s_name_has_letters",
                violation_error_message=_("A term needs at least one letter or number."),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=TermStatus.values),
                name="%(class)s_status_is_known",
                violation_error_message=_(
                    "A term is proposed, in use, retired, refused or merged."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(status=TermStatus.MERGED, merged_into__isnull=False)
                | (~models.Q(status=TermStatus.MERGED) & models.Q(merged_into__isnull=True)),
                name="%(class)s_merged_says_where",
                violation_error_message=_("A merged term says which term it was merged into."),
            ),
            models.CheckConstraint(
                condition=~models.Q(status=TermStatus.REFUSED) | ~models.Q(refusal=""),
                name="%(class)s_refused_says_why",
                violation_error_message=_("A term that is refused says why."),
            ),
            models.CheckConstraint(
                condition=models.Q(AreLabels("labels")),
                name="%(class)s_has_one_label_a_language",
                violation_error_message=_(
                    "A term has one label for each language, with letters or numbers and at most "
                    "200 characters."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(position__isnull=True) | models.Q(position__gte=1),
                name="%(class)s_places_from_1",
                violation_error_message=_("Places are counted from 1."),
            ),
        )
        indexes = (GinIndex(OpClass(Fold("name"), "gin_trgm_ops"), name="%(class)s_near"),)

    def __str__(self) -> str:
        return self.name


class Sdg(Term):
    """A Sustainable Development Goal: fixed in number, name and colour."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    colour = models.CharField(
        _("colour"), max_length=7, validators=[RegexValidator(r"^#[0-9A-F]{6}$")]
    )

    class Meta(Term.Meta):
        verbose_name = _("Sustainable Development Goal")
        verbose_name_plural = _("Sustainable Development Goals")
        ordering = ("number",)
        constraints = (
            *Term.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(number__range=(1, 17)),
                name="sdg_number_is_1_to_17",
                violation_error_message=_("The goals are numbered from 1 to 17."),
            ),
        )


class ThematicArea(Term):
    """What a plan is about. Labs may propose new ones.

    A theme may be in the group of another one, which is in none itself (the database sees to it).
    """

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="group",
        verbose_name=_("in the group of"),
        help_text=_("A wider theme, which is in no group itself."),
    )

    class Meta(Term.Meta):
        verbose_name = _("thematic area")
        verbose_name_plural = _("thematic areas")


class Method(Term):
    """How a lab learns. A closed list."""

    class Meta(Term.Meta):
        verbose_name = _("method")
        verbose_name_plural = _("methods")


class DataSource(Term):
    """Where a lab's data come from. Labs may propose new ones."""

    class Meta(Term.Meta):
        verbose_name = _("data source")
        verbose_name_plural = _("data sources")


class Sector(Term):
    """What kind of organisation a partner is."""

    plans_path = "partners__plan"

    class Meta(Term.Meta):
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")


class Organisation(Term):
    """A partner organisation of the network; plans keep the name they were written with."""

    plans_path = "partners__plan"

    class Meta(Term.Meta):
        verbose_name = _("partner organisation")
        verbose_name_plural = _("partner organisations")
