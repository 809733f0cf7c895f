"""Collections: plans that somebody put together, with notes and an order, for whom they choose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Lower
from django.db.models.lookups import GreaterThan
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from plans import clock
from plans.models.plan import Plan
from plans.models.taxonomy import Fold

if TYPE_CHECKING:
    from accounts.models import User

NAME_LENGTH = 200
MOST_PLANS = 200
"""So many plans fit into a collection: more is a search, not a choice."""


class Openness(models.TextChoices):
    """Who reads a collection besides the one who made it."""

    PRIVATE = "private", _("only me")
    SHARED = "shared", _("people I name")
    NETWORK = "network", _("everybody in the network")


class CollectionQuerySet(models.QuerySet["Collection"]):
    """Reading collections."""

    def shared_with(self, person: User) -> Self:
        """Those that others share with this person by name, open to all besides or not."""
        known = Q(person=person) | Q(person=None, address=person.email)
        named = CollectionReader.objects.filter(known, collection=models.OuterRef("pk"))
        others_read = self.exclude(openness=Openness.PRIVATE)
        return others_read.filter(models.Exists(named)).exclude(owner=person)


class Collection(models.Model):
    """A named set of plans. Only who made it changes it."""

    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    purpose = models.TextField(_("what it is for"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="collections",
        verbose_name=_("made by"),
    )
    openness = models.CharField(
        _("who reads it"), max_length=10, choices=Openness.choices, default=Openness.PRIVATE
    )
    created_at = models.DateTimeField(_("made"), default=clock.now, editable=False)
    changed_at = models.DateTimeField(_("last changed"), default=clock.now, editable=False)

    objects = CollectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        ordering = ("-changed_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                "owner",
                Lower("name"),
                name="one_collection_per_name",
                violation_error_message=_("You already have a collection with this name."),
            ),
            models.CheckConstraint(
                condition=GreaterThan(Length(Fold("name")), 0),
                name="collection_name_has_letters",
                violation_error_message=_("A name needs at least one letter or number."),
            ),
            models.CheckConstraint(
                condition=Q(openness__in=Openness.values),
                name="collection_openness_is_known",
                violation_error_message=_("Choose one from the list."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("collection", args=(self.pk,))


class CollectionEntry(models.Model):
    """A plan in a collection, and why it is there."""

    collection = models.ForeignKey(
        Collection, models.CASCADE, related_name="entries", verbose_name=_("collection")
    )
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="+", verbose_name=_("plan"))
    position = models.PositiveSmallIntegerField(_("place"))
    note = models.TextField(_("note"), blank=True)
    added_at = models.DateTimeField(_("added"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("plan of a collection")
        verbose_name_plural = _("plans of a collection")
        ordering = ("collection", "position")
        constraints = (
            models.UniqueConstraint(
                fields=("collection", "plan"),
                name="plan_once_per_collection",
                violation_error_message=_("This plan is already in the collection."),
            ),
            # Deferred, so that entries can change places inside one transaction.
            models.UniqueConstraint(
                fields=("collection", "position"),
                name="one_entry_per_position",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_("Only one can be at this place."),
            ),
            models.CheckConstraint(
                condition=Q(position__range=(1, MOST_PLANS)),
                name="collection_holds_200_plans",
                violation_error_message=_("A collection holds at most 200 plans."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.position}. {self.plan}"


class CollectionReader(models.Model):
    """Somebody a collection is shared with, by their e-mail address.

    ``person`` is who signed in with it when it was named, so that it stays theirs when addresses
    change; nobody, when none did: then it is for whoever comes to sign in with that address. Who
    shares is told neither, for it is not theirs to learn who is in the network.
    """

    collection = models.ForeignKey(
        Collection, models.CASCADE, related_name="readers", verbose_name=_("collection")
    )
    address = models.EmailField(_("e-mail address"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )

    class Meta:
        verbose_name = _("reader of a collection")
        verbose_name_plural = _("readers of a collection")
        ordering = ("collection", "address")
        constraints = (
            models.UniqueConstraint(
                fields=("collection", "address"),
                name="reader_once_per_collection",
                violation_error_message=_("It is already shared with this address."),
            ),
            models.CheckConstraint(
                condition=Q(address=Lower("address")),
                name="reader_address_in_small_letters",
                violation_error_message=_("Write the e-mail address in small letters."),
            ),
        )

    def __str__(self) -> str:
        return self.address
