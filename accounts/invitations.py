"""Bringing people in and letting them go: the only writer of invitations and memberships.

Each act is atomic and names its ``actor``. What must not happen twice is checked under a lock: on
the invitation when it is accepted, on the lab when its people change.
"""

from __future__ import annotations

import logging
from smtplib import SMTPException

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import (
    INVITATION_LASTS,
    Invitation,
    Lab,
    LabRole,
    Membership,
    Region,
    Reviewer,
    User,
)
from accounts.roles import forget_roles, roles_of
from accounts.rules import is_last_lead, manages_people

log = logging.getLogger(__name__)


class InvitationError(Exception):
    """An act was refused; ``str(error)`` is the sentence to show."""


class AlreadyUsed(InvitationError):
    """The invitation was accepted before."""


class Expired(InvitationError):
    """The invitation was not accepted in time."""


class Cancelled(InvitationError):
    """There is no such invitation: it was cancelled, or the address is mistyped."""


class ForSomebodyElse(InvitationError):
    """The invitation went to another address than the person's who is signed in."""


def invite(
    email: str,
    *,
    actor: User,
    lab: Lab | None = None,
    region: Region | None = None,
    role: str = LabRole.MEMBER,
) -> Invitation:
    """Invite an address to a lab or to review for a region, and send the e-mail after commit.

    An invitation that was not accepted in time is renewed. Raises PermissionDenied for somebody
    who may not invite there, InvitationError where :func:`obstacle` names one.
    """
    _must_manage(actor, lab)
    email = email.strip().lower()
    with transaction.atomic():
        reason = obstacle(email, lab=lab, region=region)
        if reason:
            raise InvitationError(reason)
        # One that ran out gives way; one that somebody sends at this instant does not.
        _open(email, lab, region).filter(expires_at__lte=timezone.now()).delete()
        invitation = Invitation(email=email, lab=lab, region=region, role=role, invited_by=actor)
        try:
            with transaction.atomic():
                invitation.save()
        except IntegrityError:
            raise InvitationError(_already_invited(email)) from None
        _send_after_commit(invitation)
    return invitation


def obstacle(email: str, *, lab: Lab | None = None, region: Region | None = None) -> str:
    """Why this address cannot be invited there just now, as a sentence; empty if it can.

    Nothing here tells whether somebody elsewhere in the network has that address.
    """
    person = User.objects.filter(email__iexact=email).first()
    if person and lab and Membership.objects.filter(user=person, lab=lab).exists():
        return _("%(name)s is already in this lab.") % {"name": person}
    if person and region and Reviewer.objects.filter(user=person, region=region).exists():
        return _("%(name)s already reviews for this region.") % {"name": person}
    if _open(email, lab, region).filter(expires_at__gt=timezone.now()).exists():
        return _already_invited(email)
    return ""


def resend(invitation: Invitation, *, actor: User) -> Invitation:
    """Send the e-mail once more and let the invitation run its full time again.

    Raises PermissionDenied, AlreadyUsed, or Cancelled where it is gone meanwhile.
    """
    _must_manage(actor, invitation.lab)
    with transaction.atomic():
        locked = _locked(pk=invitation.pk)
        if locked.accepted_at:
            raise AlreadyUsed(_("This invitation has been accepted meanwhile."))
        locked.expires_at = timezone.now() + INVITATION_LASTS
        locked.save(update_fields=["expires_at"])
        _send_after_commit(locked)
    return locked


def cancel(invitation: Invitation, *, actor: User) -> None:
    """Take an invitation back; its link says so from now on.

    Raises PermissionDenied, AlreadyUsed, or Cancelled where it is gone meanwhile.
    """
    _must_manage(actor, invitation.lab)
    with transaction.atomic():
        locked = _locked(pk=invitation.pk)
        if locked.accepted_at:
            raise AlreadyUsed(
                _("%(email)s has accepted meanwhile; remove the person instead.")
                % {"email": locked.email}
            )
        locked.delete()


def accept(key: str, *, actor: User) -> Invitation:
    """Let somebody who has an account join.

    Raises Cancelled, AlreadyUsed, Expired, or ForSomebodyElse.
    """
    with transaction.atomic():
        invitation = _acceptable(key)
        if not owns_address(actor, invitation.email):
            raise ForSomebodyElse(
                _("This invitation is for %(email)s.") % {"email": invitation.email}
            )
        _join(invitation, actor)
    forget_roles(actor)
    return invitation


def accept_as_new(key: str, *, name: str, password: str, time_zone: str = "UTC") -> User:
    """Make an account for the invited address, which its e-mail has proven, and let it join.

    Raises Cancelled, AlreadyUsed, Expired, or InvitationError where there is an account already.
    """
    with transaction.atomic():
        invitation = _acceptable(key)
        try:
            with transaction.atomic():
                user = User.objects.create_user(
                    invitation.email, password, name=name, time_zone=time_zone
                )
        except IntegrityError:
            raise InvitationError(
                _("There is already an account for %(email)s. Sign in, then accept.")
                % {"email": invitation.email}
            ) from None
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        _join(invitation, user)
    return user


def find(key: str) -> Invitation:
    """The invitation of this link, whether or not it can still be accepted. Raises Cancelled."""
    # A key is 43 letters of an alphabet without the character that the database refuses.
    if "\x00" in key:
        raise Cancelled(_gone())
    found = Invitation.objects.select_related("lab", "region", "invited_by").filter(key=key).first()
    if found is None:
        raise Cancelled(_gone())
    return found


def check(invitation: Invitation) -> None:
    """Raise AlreadyUsed or Expired where the invitation cannot be accepted any more."""
    if invitation.accepted_at:
        raise AlreadyUsed(_("This invitation has already been used."))
    if not invitation.is_open:
        raise Expired(_("This invitation has run out."))


def owns_address(user: User, email: str) -> bool:
    """Whether this address is the person's own: the one they sign in with, or a proven one."""
    return (
        user.email.lower() == email.lower()
        or EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists()
    )


def remove_member(membership: Membership, *, actor: User) -> None:
    """Take a person out of a lab. What they wrote stays.

    Raises PermissionDenied, or InvitationError where the lab's last lead would leave it alone;
    a manager of the network may do that, knowing whom to make lead next.
    """
    with transaction.atomic():
        locked = _locked_member(membership, actor, leaving=True)
        locked.delete()
    forget_roles(actor)


def set_role(membership: Membership, role: str, *, actor: User) -> Membership:
    """Make a person member or lead of a lab. Raises as :func:`remove_member` does."""
    with transaction.atomic():
        locked = _locked_member(membership, actor, leaving=role != LabRole.LEAD)
        locked.role = role
        locked.save(update_fields=["role"])
    forget_roles(actor)
    return locked


def _locked_member(membership: Membership, actor: User, *, leaving: bool) -> Membership:
    # The lab is locked, not the membership: two leads may go at the same instant, each seeing
    # the other still there.
    lab = Lab.objects.select_for_update().get(pk=membership.lab_id)
    forget_roles(actor)
    if not manages_people(actor, lab):
        raise PermissionDenied
    locked = Membership.objects.select_related("user", "lab").filter(pk=membership.pk).first()
    if locked is None:
        raise InvitationError(_("This person has left the lab meanwhile."))
    if leaving and is_last_lead(locked) and not roles_of(actor).manages_network:
        raise InvitationError(
            _(
                "%(name)s is the only lead of this lab. Make somebody else lead first, so that "
                "the lab can still invite people."
            )
            % {"name": locked.user}
        )
    return locked


def _must_manage(actor: User, lab: Lab | None) -> None:
    allowed = manages_people(actor, lab) if lab else roles_of(actor).manages_network
    if not allowed:
        raise PermissionDenied


def _open(email: str, lab: Lab | None, region: Region | None) -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        email__iexact=email, lab=lab, region=region, accepted_at__isnull=True
    )


def _locked(**which: object) -> Invitation:
    found = Invitation.objects.select_for_update().filter(**which).first()
    if found is None:
        raise Cancelled(_gone())
    return found


def _acceptable(key: str) -> Invitation:
    find(key)
    invitation = _locked(key=key)
    check(invitation)
    return invitation


def _join(invitation: Invitation, user: User) -> None:
    if invitation.lab_id:
        membership, made = Membership.objects.get_or_create(
            user=user, lab_id=invitation.lab_id, defaults={"role": invitation.role}
        )
        if not made and invitation.role == LabRole.LEAD and membership.role != LabRole.LEAD:
            membership.role = LabRole.LEAD
            membership.save(update_fields=["role"])
    if invitation.region_id:
        Reviewer.objects.get_or_create(user=user, region_id=invitation.region_id)
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])


def _send_after_commit(invitation: Invitation) -> None:
    invitation.undelivered = False
    transaction.on_commit(lambda: _send(invitation))


def _send(invitation: Invitation) -> None:
    """Send the e-mail. A mail server that fails leaves the invitation, marked ``undelivered``."""
    context = {
        "invitation": invitation,
        "link": settings.SITE_URL + reverse("invitation", args=[invitation.key]),
        "site": settings.SITE_URL,
    }
    subject = render_to_string("emails/invitation_subject.txt", context)
    body = render_to_string("emails/invitation.txt", context)
    try:
        send_mail(" ".join(subject.split()), body, None, [invitation.email])
    except (SMTPException, OSError):
        log.exception("Invitation %s could not be sent", invitation.pk)
        invitation.undelivered = True


def _already_invited(email: str) -> str:
    return _("%(email)s has already been invited. You can send the e-mail again.") % {
        "email": email
    }


def _gone() -> str:
    return _("There is no such invitation. It may have been cancelled, or the link is incomplete.")
