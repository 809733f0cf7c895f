"""Who reviews while a reviewer is away: the only writer of absences.

A stand-in may do in that time, in that region, what the reviewer may: ``accounts.roles`` reads it
with the person. Nobody reviews plans of their own labs, as a stand-in either.
"""

from __future__ import annotations

import datetime as dt
import logging
from smtplib import SMTPException
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Absence, Reviewer, User
from accounts.roles import roles_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

FURTHEST = dt.timedelta(days=366)
"""How far from today a day can be: what is further away is a slip of the keyboard."""

log = logging.getLogger(__name__)


class AbsenceError(Exception):
    """An absence that cannot be; ``str(error)`` is the sentence to show, ``about`` the input."""

    def __init__(self, message: str, about: str) -> None:
        super().__init__(message)
        self.about = about


def arranged_by(person: User) -> QuerySet[Reviewer]:
    """For which reviewers this person says who stands in: themselves; a manager for everybody."""
    reviewers = Reviewer.objects.filter(user__is_active=True).select_related("user", "region")
    if not roles_of(person).manages_network:
        reviewers = reviewers.filter(user=person)
    return reviewers.order_by("user__name", "region__name")


def stand_ins() -> QuerySet[User]:
    """Who can stand in: people who review some region, and who manages the network."""
    may = Q(is_superuser=True)
    for way in ("groups__permissions__codename", "user_permissions__codename"):
        may |= Q(**{way: "change_plan"})
    managers = User.objects.filter(may, is_staff=True)
    found = Q(pk__in=Reviewer.objects.values("user")) | Q(pk__in=managers.values("pk"))
    return User.objects.filter(found, is_active=True).order_by("name", "email")


@transaction.atomic
def arrange(
    reviewer: Reviewer, stand_in: User, first_day: dt.date, last_day: dt.date, *, actor: User
) -> Absence:
    """Let somebody review in a reviewer's place on these days, and write to them after commit.

    The days begin and end at midnight in the reviewer's own time zone. Raises PermissionDenied for
    who is neither the reviewer nor a manager of the network, and AbsenceError.
    """
    if not arranged_by(actor).filter(pk=reviewer.pk).exists():
        raise PermissionDenied
    zone = reviewer.user.zone
    today = timezone.now().astimezone(zone).date()
    if stand_in.pk == reviewer.user_id:
        raise AbsenceError(_("Choose somebody else: this is the person who is away."), "stand_in")
    if not stand_ins().filter(pk=stand_in.pk).exists():
        raise AbsenceError(_("Choose somebody who reviews, or manages the network."), "stand_in")
    if abs(first_day - today) > FURTHEST:
        raise AbsenceError(_("Choose a day within a year from today."), "first_day")
    if last_day < first_day:
        raise AbsenceError(_("The last day cannot be before the first."), "last_day")
    if last_day < today:
        raise AbsenceError(_("This day is over. Choose today or a later day."), "last_day")
    if last_day - today > FURTHEST:
        raise AbsenceError(_("Choose a day within a year from today."), "last_day")
    absence = Absence.objects.create(
        reviewer=reviewer,
        stand_in=stand_in,
        begins_at=_midnight(first_day, zone),
        ends_at=_midnight(last_day + dt.timedelta(days=1), zone),
    )
    transaction.on_commit(lambda: _write_to(absence))
    return absence


@transaction.atomic
def end(absence: Absence, *, actor: User) -> None:
    """End an absence now, or forget one that has not begun.

    Raises PermissionDenied for who may not :func:`arrange` it.
    """
    if not arranged_by(actor).filter(pk=absence.reviewer_id).exists():
        raise PermissionDenied
    moment = timezone.now()
    begun = Absence.objects.filter(pk=absence.pk, begins_at__lt=moment)
    if not begun.filter(ends_at__gt=moment).update(ends_at=moment):
        Absence.objects.filter(pk=absence.pk, begins_at__gte=moment).delete()


def _midnight(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """When a day begins there; where clocks skip that midnight, the moment they skip to."""
    return dt.datetime.combine(day, dt.time(), tzinfo=zone).astimezone(dt.UTC)


def _write_to(absence: Absence) -> None:
    """Tell the stand-in, in their own time zone. A mail server that fails changes nothing."""
    with timezone.override(absence.stand_in.zone):
        body = render_to_string(
            "emails/absence.txt",
            {
                "absence": absence,
                "link": settings.SITE_URL + reverse("absences"),
                "site": settings.SITE_URL,
            },
        )
    subject = _("You stand in for %(who)s") % {"who": absence.reviewer.user}
    try:
        send_mail(" ".join(subject.split()), body, None, [absence.stand_in.email])
    except (SMTPException, OSError):
        log.exception("The mail about absence %s could not be sent", absence.pk)
