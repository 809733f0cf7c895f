"""The plan, with every guarantee the database can give.

The limit (one big bet, two exploratory plans per lab and cycle) is the unique constraint on
(lab, cycle, type, slot) together with the check that ties slots to types and states: no form,
import, race or hand-written SQL gets past it.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Country, Lab, User
from plans import clock
from plans.document import PlanDocument
from plans.models.cycle import Cycle
from plans.models.gathering import gathered
from plans.models.kept import KeptWords
from plans.models.parts import ROWS, PlanDataSource, PlanMethod, PlanSdg, PlanThematicArea
from plans.models.taxonomy import DataSource, Method, Sdg, ThematicArea
from plans.sections import (
    LATITUDES,
    LONGITUDES,
    SUMMARY_LENGTH,
    TITLE_LENGTH,
)
from plans.states import EDITABLE, SLOTLESS, SLOTS, ChallengeType, State


class PlanQuerySet(models.QuerySet["Plan"]):
    """Reading plans; who may see which is ``permissions.visible_plans``."""

    def with_names(self) -> Self:
        """Each with its lab, region, cycle and country at hand."""
        return self.select_related(
            "lab__region", "cycle", "country", "focal_point", "claimed_by", "changed_by"
        )

    def with_document(self) -> Self:
        """Each with everything :attr:`Plan.document` needs, in this one query."""
        plans = self.select_related("lab__region", "cycle", "country")
        return plans.annotate(gathered=gathered())


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
    waited = models.DurationField(
        _("waited for reviewers before"), default=dt.timedelta(), editable=False
    )
    """How long it waited for reviewers in all, up to ``state_since``: not while the lab had it."""
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
    copied_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="copies",
        editable=False,
        verbose_name=_("copied from"),
    )
    carried_over = ArrayField(
        models.CharField(max_length=100),
        verbose_name=_("copied and not confirmed yet"),
        default=list,
        blank=True,
        editable=False,
    )
    """Keys of answers (``background``) and rows (``partners/<id>``) that nobody has confirmed."""
    source = models.CharField(_("imported from"), max_length=255, blank=True)
    leftover = models.JSONField(_("words without a place"), default=list, editable=False)
    kept_words = models.JSONField(_("words as imported"), default=dict, editable=False)
    """What :class:`KeptWords` reads."""
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
    remarks = models.TextField(_("remarks in the archive"), blank=True, editable=False)
    """What stood under the old questionnaire's good-bye; nobody is asked for it today."""

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

    # Django's own look through all choices anew each time, which lists of plans feel.

    def get_state_display(self) -> str:  # type: ignore[no-redef]  # the plugin adds it too
        """The state in words."""
        return str(State(self.state).label)

    def get_challenge_type_display(self) -> str:  # type: ignore[no-redef]
        """The type in words; empty while none is chosen."""
        return str(ChallengeType(self.challenge_type).label) if self.challenge_type else ""

    @property
    def waiting_from(self) -> dt.datetime:
        """When it would have begun to wait for reviewers if it had waited without a break."""
        return self.state_since - self.waited

    @property
    def is_editable(self) -> bool:
        """Whether it is in a state in which its lab writes."""
        return self.state in EDITABLE

    def rows(self, group: str) -> models.QuerySet[Any]:
        """The rows of a repeated group, in order."""
        rows: models.QuerySet[Any] = ROWS[group]._default_manager.filter(plan=self)
        beside = {"partners": "sector", "evidence": "picture"}.get(group)
        rows = rows.select_related(beside) if beside else rows
        return rows.order_by("position")

    @cached_property
    def gathered(self) -> dict[str, Any]:
        """What other tables hold of it (``gathering.py``); here when read ``with_document``."""
        read: dict[str, Any] = Plan.objects.with_document().get(pk=self.pk).gathered
        return read

    @cached_property
    def document(self) -> PlanDocument:
        """The plan as data. Needs no query when read :meth:`PlanQuerySet.with_document`."""
        parts = self.gathered
        kept = KeptWords(self.kept_words)
        address = self.focal_point_address
        return PlanDocument.model_validate(
            {
                "lab": self.lab.name,
                "cycle": str(self.cycle),
                "title": self.title,
                "challenge_type": self.challenge_type,
                "country": kept.country(self.country.name if self.country else ""),
                "latitude": self.latitude,
                "longitude": self.longitude,
                "focal_point": (
                    {"name": self._name_of("focal_point"), "email": parts["focal_point"]["email"]}
                    if parts["focal_point"]
                    else ({"name": "", "email": address} if address else None)
                ),
                "challenge_statement": self.challenge_statement,
                "background": self.background,
                "value_proposition": self.value_proposition,
                "summary": self.summary,
                "evidence": parts["evidence"],
                "sdgs": kept.goals(goal["number"] for goal in parts["goals"]),
                "thematic_areas": kept.among("thematic_areas", parts["thematic_areas"]),
                "partners": [
                    row | {"sector": kept.sector(place, row["sector"] or "")}
                    for place, row in enumerate(parts["partners"])
                ],
                "learning_questions": parts["learning_questions"],
                "methods": kept.among("methods", parts["methods"]),
                "data_sources": kept.among("data_sources", parts["data_sources"]),
                "early_leads": self.early_leads,
                "remarks": self.remarks,
                "leftover": self.leftover,
            }
        )

    def was_written_by(self, user: User) -> bool:
        """Whether this person ever wrote in it. Needs no query when read ``with_document``."""
        if "gathered" in self.__dict__:
            return user.pk in self.gathered["writers"]
        return self.writers.filter(pk=user.pk).exists()

    @property
    def changed_by_name(self) -> str:
        """Who last changed it, in words; empty while nobody did."""
        return self._name_of("changed_by")

    @property
    def claimed_by_name(self) -> str:
        """The reviewer on it, in words; empty while there is none."""
        return self._name_of("claimed_by")

    def _name_of(self, role: str) -> str:
        person = self.gathered[role]
        return User(**person).get_full_name() if person else ""
