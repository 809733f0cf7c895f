"""The plan, its repeated rows and its chosen terms, with every guarantee the database can give.

The limit (one big bet, two exploratory plans per lab and cycle) is the unique constraint on
(lab, cycle, type, slot) together with the check that ties slots to types and states: no form,
import, race or hand-written SQL gets past it.
"""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject, Length
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Country, Lab, Membership
from plans import clock
from plans.document import PlanDocument
from plans.models.cycle import Cycle
from plans.models.taxonomy import DataSource, Method, Sdg, Sector, ThematicArea
from plans.sections import (
    LATITUDES,
    LONGITUDES,
    MOST_PARTNERS,
    SUMMARY_LENGTH,
    TITLE_LENGTH,
    EvidenceForm,
    EvidenceKind,
    Stage,
)
from plans.states import EDITABLE, SLOTLESS, SLOTS, ChallengeType, State

if TYPE_CHECKING:
    from accounts.models import User


class PlanQuerySet(models.QuerySet["Plan"]):
    """Reading plans; who may see which is ``permissions.visible_plans``."""

    def with_names(self) -> Self:
        """Each with its lab, region, cycle and country at hand."""
        return self.select_related(
            "lab__region", "cycle", "country", "focal_point", "claimed_by", "changed_by"
        )

    def with_document(self) -> Self:
        """Each with everything :meth:`Plan.document` needs, in this one query."""
        return self.with_names().annotate(
            doc_evidence=_rows(Evidence, "kind", "form", "text", "address"),
            doc_partners=_rows(Partner, "name", "description", "is_new", sector=F("sector__name")),
            doc_questions=_rows(LearningQuestion, "question", "stages", "usage", "data_gap"),
            doc_sdgs=ArraySubquery(
                PlanSdg.objects.filter(plan=OuterRef("pk"))
                .order_by("term__number")
                .values("term__number")
            ),
            doc_thematic_areas=_words(PlanThematicArea),
            doc_methods=_words(PlanMethod),
            doc_data_sources=_words(PlanDataSource),
            focal_point_is_member=models.Exists(
                Membership.objects.filter(user=OuterRef("focal_point"), lab=OuterRef("lab"))
            ),
        )


def _rows(model: type[PlanRow], *fields: str, **others: Any) -> ArraySubquery:
    parts = {field: F(field) for field in ("id", *fields)} | others
    rows = model._default_manager.filter(plan=OuterRef("pk")).order_by("position")
    return ArraySubquery(rows.values(json=JSONObject(**parts)))


def _words(model: type[Choice]) -> ArraySubquery:
    chosen = model._default_manager.filter(plan=OuterRef("pk")).order_by("position", "pk")
    return ArraySubquery(chosen.values("words"))


def _slot_holds() -> Q:
    """The state, the type and the slot agree: the table of the limit as one condition."""
    holds = Q()
    for kind, slots in SLOTS.items():
        holds |= Q(challenge_type=kind, slot__isnull=False, slot__in=slots)
    untyped_draft = Q(state=State.DRAFT, challenge_type="", slot__isnull=True)
    slotless = Q(state__in=sorted(SLOTLESS), slot__isnull=True)
    counting = ~Q(state__in=sorted(SLOTLESS)) & holds
    return counting | untyped_draft | slotless


class Plan(models.Model):
    """One action learning plan of a lab in a cycle."""

    lab = models.ForeignKey(Lab, models.PROTECT, related_name="plans", verbose_name=_("lab"))
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="plans", verbose_name=_("cycle"))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.DRAFT)
    state_since = models.DateTimeField(_("in this state since"), default=clock.now)
    slot = models.PositiveSmallIntegerField(_("place"), null=True, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="claimed_plans",
        verbose_name=_("reviewer on it"),
    )
    writers = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="written_plans",
        blank=True,
        verbose_name=_("people who wrote in it"),
    )
    revision = models.PositiveIntegerField(default=0)
    source = models.CharField(_("imported from"), max_length=255, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("begun by")
    )
    created_at = models.DateTimeField(_("begun"), default=clock.now, editable=False)
    changed_at = models.DateTimeField(_("last changed"), default=clock.now, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("last changed by"),
    )

    title = models.TextField(_("title"), blank=True)
    challenge_type = models.CharField(
        _("challenge type"), max_length=12, choices=ChallengeType.choices, blank=True
    )
    country = models.ForeignKey(
        Country,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="plans",
        verbose_name=_("country"),
    )
    latitude = models.FloatField(
        _("latitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(LATITUDES[0]), MaxValueValidator(LATITUDES[1])],
    )
    longitude = models.FloatField(
        _("longitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(LONGITUDES[0]), MaxValueValidator(LONGITUDES[1])],
    )
    focal_point = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="focal_plans",
        verbose_name=_("focal point"),
    )
    focal_point_address = models.CharField(_("focal point as imported"), max_length=255, blank=True)
    challenge_statement = models.TextField(_("challenge statement"), blank=True)
    background = models.TextField(_("background"), blank=True)
    value_proposition = models.TextField(_("value proposition"), blank=True)
    summary = models.TextField(_("short summary"), blank=True)
    early_leads = models.TextField(_("early leads to grow"), blank=True)

    sdgs: models.ManyToManyField[Sdg, PlanSdg] = models.ManyToManyField(
        Sdg, through="PlanSdg", related_name="plans"
    )
    thematic_areas: models.ManyToManyField[ThematicArea, PlanThematicArea] = models.ManyToManyField(
        ThematicArea, through="PlanThematicArea", related_name="plans"
    )
    methods: models.ManyToManyField[Method, PlanMethod] = models.ManyToManyField(
        Method, through="PlanMethod", related_name="plans"
    )
    data_sources: models.ManyToManyField[DataSource, PlanDataSource] = models.ManyToManyField(
        DataSource, through="PlanDataSource", related_name="plans"
    )

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ("-cycle__year", "-cycle__quarter", "lab__name", "challenge_type", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("lab", "cycle", "challenge_type", "slot"),
                name="one_plan_per_slot",
                violation_error_message=_("Another plan of this lab holds this place."),
            ),
            models.CheckConstraint(
                condition=_slot_holds(),
                name="slot_fits_type_and_state",
                violation_error_message=_(
                    "A lab hands in one big bet and two exploratory plans per cycle."
                ),
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values),
                name="plan_state_is_known",
                violation_error_message=_("A plan cannot be in this state."),
            ),
            models.CheckConstraint(
                condition=Q(challenge_type__in=("", *ChallengeType.values)),
                name="challenge_type_is_known",
                violation_error_message=_("A plan is a big bet or exploratory."),
            ),
            models.CheckConstraint(
                condition=Q(state=State.ARCHIVED)
                | Q(LessThanOrEqual(Length("summary"), SUMMARY_LENGTH)),
                name="summary_fits_280_characters",
                violation_error_message=_("The short summary has at most 280 characters."),
            ),
            models.CheckConstraint(
                condition=Q(state=State.ARCHIVED)
                | Q(LessThanOrEqual(Length("title"), TITLE_LENGTH)),
                name="title_fits_200_characters",
                violation_error_message=_("A title has at most 200 characters."),
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True) | Q(latitude__range=LATITUDES),
                name="latitude_is_on_earth",
                violation_error_message=_("Latitude runs from -90 to 90 degrees."),
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True) | Q(longitude__range=LONGITUDES),
                name="longitude_is_on_earth",
                violation_error_message=_("Longitude runs from -180 to 180 degrees."),
            ),
            models.UniqueConstraint(
                fields=("lab", "cycle", "source"),
                condition=~Q(source=""),
                name="one_plan_per_imported_file",
                violation_error_message=_("This file has already been imported for this lab."),
            ),
        )
        indexes = (
            models.Index(fields=("state", "state_since"), name="plan_queue"),
            models.Index(fields=("-changed_at",), name="plan_changed"),
        )

    def __str__(self) -> str:
        return self.title or str(_("Untitled plan"))

    def get_absolute_url(self) -> str:
        """The reading view."""
        return reverse("plan", args=(self.pk,))

    @property
    def is_editable(self) -> bool:
        """Whether it is in a state in which its lab writes."""
        return self.state in EDITABLE

    def rows(self, group: str) -> models.QuerySet[Any]:
        """The rows of a repeated group, in order."""
        rows: models.QuerySet[Any] = ROWS[group]._default_manager.filter(plan=self)
        rows = rows.select_related("sector") if group == "partners" else rows
        return rows.order_by("position")

    @cached_property
    def document(self) -> PlanDocument:
        """The plan as data. Needs no query when read :meth:`PlanQuerySet.with_document`."""
        source = self if hasattr(self, "doc_sdgs") else self._read_for_document()
        names = cast("Any", source)
        return PlanDocument.model_validate(
            {
                "lab": self.lab.name,
                "cycle": str(self.cycle),
                "title": self.title,
                "challenge_type": self.challenge_type,
                "country": self.country.name if self.country else "",
                "latitude": self.latitude,
                "longitude": self.longitude,
                "focal_point": _person(self.focal_point, self.focal_point_address),
                "challenge_statement": self.challenge_statement,
                "background": self.background,
                "value_proposition": self.value_proposition,
                "summary": self.summary,
                "evidence": names.doc_evidence,
                "sdgs": names.doc_sdgs,
                "thematic_areas": names.doc_thematic_areas,
                "partners": [row | {"sector": row["sector"] or ""} for row in names.doc_partners],
                "learning_questions": names.doc_questions,
                "methods": names.doc_methods,
                "data_sources": names.doc_data_sources,
                "early_leads": self.early_leads,
            }
        )

    def _read_for_document(self) -> Plan:
        return Plan.objects.with_document().get(pk=self.pk)


def _person(user: User | None, address: str) -> dict[str, str] | None:
    if user is not None:
        return {"name": user.get_full_name(), "email": user.email}
    return {"name": "", "email": address} if address else None


class PlanRow(models.Model):
    """A row of a repeated group: it keeps its identity wherever it is moved."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, models.CASCADE, verbose_name=_("plan"))
    position = models.PositiveSmallIntegerField(_("place"))

    class Meta:
        abstract = True
        ordering = ("plan", "position")
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            # Deferred, so that rows can change places inside one transaction.
            models.UniqueConstraint(
                fields=("plan", "position"),
                name="%(class)s_one_per_position",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_("Only one can be at this place."),
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1),
                name="%(class)s_positions_from_1",
                violation_error_message=_("Places are counted from 1."),
            ),
        )


class Evidence(PlanRow):
    """Something that shows the challenge is real: a text, a link, or an archived picture."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="evidence", verbose_name=_("plan"))
    kind = models.CharField(
        _("kind"), max_length=12, choices=EvidenceKind.choices, default=EvidenceKind.QUANTITATIVE
    )
    form = models.CharField(
        _("given as"), max_length=8, choices=EvidenceForm.choices, default=EvidenceForm.TEXT
    )
    text = models.TextField(_("text"), blank=True)
    address = models.TextField(_("link"), blank=True)

    class Meta(PlanRow.Meta):
        verbose_name = _("item of evidence")
        verbose_name_plural = _("evidence")
        constraints = (
            *PlanRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=EvidenceKind.values),
                name="evidence_kind_is_known",
                violation_error_message=_("Evidence is quantitative or qualitative."),
            ),
            models.CheckConstraint(
                condition=Q(form__in=EvidenceForm.values),
                name="evidence_form_is_known",
                violation_error_message=_("Evidence is given as a text, a link or a picture."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.position}. {self.get_kind_display()}"


class Partner(PlanRow):
    """A partner; the first is the most important."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="partners", verbose_name=_("plan"))
    name = models.TextField(_("name"), blank=True)
    sector = models.ForeignKey(
        Sector,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="partners",
        verbose_name=_("sector"),
    )
    description = models.TextField(_("the collaboration"), blank=True)
    is_new = models.BooleanField(_("new and unusual partner?"), null=True, blank=True)

    class Meta(PlanRow.Meta):
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = (
            *PlanRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(position__lte=MOST_PARTNERS),
                name="five_partners_at_most",
                violation_error_message=_("A plan names at most five partners."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.position}. {self.name}"


class LearningQuestion(PlanRow):
    """What the lab wants to find out, and how."""

    plan = models.ForeignKey(
        Plan, models.CASCADE, related_name="learning_questions", verbose_name=_("plan")
    )
    question = models.TextField(_("learning question"), blank=True)
    stages = ArrayField(
        models.CharField(max_length=8, choices=Stage.choices),
        verbose_name=_("stages of the learning cycle"),
        default=list,
        blank=True,
    )
    usage = models.TextField(_("how the methods will be used"), blank=True)
    data_gap = models.TextField(_("data gaps filled"), blank=True)

    class Meta(PlanRow.Meta):
        verbose_name = _("learning question")
        verbose_name_plural = _("learning questions")
        constraints = (
            *PlanRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(stages__contained_by=Stage.values),
                name="stages_are_known",
                violation_error_message=_("The stages are Sense, Explore, Test and Grow."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.position}. {self.question[:60]}"


class Choice(models.Model):
    """A term on a plan: the plan keeps the words of that day and follows the term."""

    plan = models.ForeignKey(Plan, models.CASCADE, verbose_name=_("plan"))
    position = models.PositiveSmallIntegerField(_("place"), default=1)
    words = models.CharField(_("words chosen"), max_length=200)

    class Meta:
        abstract = True
        ordering = ("plan", "position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("plan", "term"),
                name="%(class)s_once_per_plan",
                violation_error_message=_("This is already chosen."),
            ),
        )

    def __str__(self) -> str:
        return self.words


class PlanSdg(Choice):
    """A goal a plan contributes to."""

    term = models.ForeignKey(Sdg, models.PROTECT, related_name="choices")

    class Meta(Choice.Meta):
        pass


class PlanThematicArea(Choice):
    """A theme of a plan."""

    term = models.ForeignKey(ThematicArea, models.PROTECT, related_name="choices")

    class Meta(Choice.Meta):
        pass


class PlanMethod(Choice):
    """A method of a plan."""

    term = models.ForeignKey(Method, models.PROTECT, related_name="choices")

    class Meta(Choice.Meta):
        pass


class PlanDataSource(Choice):
    """A data source of a plan."""

    term = models.ForeignKey(DataSource, models.PROTECT, related_name="choices")

    class Meta(Choice.Meta):
        pass


CHOICES: dict[str, Any] = {
    "sdgs": PlanSdg,
    "thematic_areas": PlanThematicArea,
    "methods": PlanMethod,
    "data_sources": PlanDataSource,
}
"""Which table holds the chosen terms of each field."""

ROWS: dict[str, type[Evidence | Partner | LearningQuestion]] = {
    "evidence": Evidence,
    "partners": Partner,
    "learning_questions": LearningQuestion,
}
"""Which table holds the rows of each repeated group."""

__all__ = [
    "CHOICES",
    "ROWS",
    "Evidence",
    "LearningQuestion",
    "Partner",
    "Plan",
    "PlanDataSource",
    "PlanMethod",
    "PlanSdg",
    "PlanThematicArea",
]
