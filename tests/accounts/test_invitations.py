"""The acts: inviting, sending again, cancelling, accepting, letting go."""

from __future__ import annotations

import datetime as dt
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts import invitations
from accounts.models import Invitation, LabRole, Membership, Reviewer, User
from tests.factories import UserFactory, fresh
from tests.personas import Network

NEWCOMER = "newcomer@example.org"


def invite(network: Network, **how: Any) -> Invitation:
    """An open invitation to the lab, from its lead."""
    how = {"email": NEWCOMER, "actor": network["lead"], "lab": network.lab} | how
    return invitations.invite(**how)


def ran_out(invitation: Invitation) -> Invitation:
    """The same, a day too old."""
    invitation.expires_at = timezone.now() - dt.timedelta(days=1)
    invitation.save()
    return invitation


def role_in(network: Network, email: str) -> str:
    return Membership.objects.get(lab=network.lab, user__email=email).role


def test_an_invitation_is_an_email_with_a_link_to_this_site(
    network: Network, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        invitation = invite(network)
    assert [message.to for message in mail.outbox] == [[NEWCOMER]]
    assert f"{settings.SITE_URL}/invitation/{invitation.key}/" in mail.outbox[0].body
    assert mail.outbox[0].subject == f"{network['lead'].name} invites you to {network.lab.name}"


def test_names_are_written_into_an_email_as_they_are(
    network: Network, django_capture_on_commit_callbacks: Any
) -> None:
    network.lab.name = "Water & <Sand>"
    with django_capture_on_commit_callbacks(execute=True):
        invite(network)
    assert "Water & <Sand>" in mail.outbox[0].subject
    assert "Water & <Sand>" in mail.outbox[0].body


def test_an_invitation_survives_a_mail_server_that_fails(
    network: Network, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*args: Any) -> None:
        raise SMTPServerDisconnected

    monkeypatch.setattr("accounts.invitations.send_mail", gone)
    with django_capture_on_commit_callbacks(execute=True):
        invitation = invite(network)
    assert invitation.undelivered
    assert Invitation.objects.filter(pk=invitation.pk).count() == 1


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("member", False),
        ("lead", True),
        ("other_member", False),
        ("reviewer", False),
        ("reviewer_in_lab", False),
        ("network_manager", True),
        ("taxonomy_manager", False),
    ],
)
def test_leads_invite_to_their_lab_and_managers_to_any(
    network: Network, name: str, may: bool
) -> None:
    if may:
        assert invite(network, actor=network[name]).invited_by == network[name]
    else:
        with pytest.raises(PermissionDenied):
            invite(network, actor=network[name])
        assert Invitation.objects.count() == 0


@pytest.mark.parametrize(("name", "may"), [("lead", False), ("network_manager", True)])
def test_only_managers_of_the_network_invite_reviewers(
    network: Network, name: str, may: bool
) -> None:
    if may:
        invitation = invite(network, actor=network[name], lab=None, region=network.region)
        assert invitation.region == network.region
    else:
        with pytest.raises(PermissionDenied):
            invite(network, actor=network[name], lab=None, region=network.region)


def test_nobody_is_invited_twice_while_the_first_invitation_is_open(network: Network) -> None:
    invite(network)
    with pytest.raises(invitations.InvitationError, match="has already been invited"):
        invite(network, email="NEWCOMER@example.org ")
    assert Invitation.objects.count() == 1


def test_an_invitation_that_ran_out_gives_way_to_a_new_one(network: Network) -> None:
    old = ran_out(invite(network))
    new = invite(network)
    assert new.key != old.key
    assert Invitation.objects.get().key == new.key


def test_who_is_in_the_lab_is_not_invited_to_it(network: Network) -> None:
    with pytest.raises(invitations.InvitationError, match="Mira Member is already in this lab"):
        invite(network, email=network["member"].email)


@pytest.mark.parametrize("known", [None, {"is_active": True}, {"is_active": False}])
def test_inviting_does_not_tell_whether_somebody_has_that_address(
    network: Network, known: dict[str, bool] | None
) -> None:
    if known:
        UserFactory.create(email=NEWCOMER, name="Known Elsewhere", **known)
    assert invitations.obstacle(NEWCOMER, lab=network.lab) == ""
    assert str(invite(network)) == f"{NEWCOMER} – {network.lab.name}"


def test_somebody_new_joins_with_name_and_password(network: Network) -> None:
    invitation = invite(network, role=LabRole.LEAD)
    user = invitations.accept_as_new(
        invitation.key, name="New Comer", password="long enough words", time_zone="Asia/Manila"
    )
    assert (user.name, user.email, user.time_zone) == ("New Comer", NEWCOMER, "Asia/Manila")
    assert user.check_password("long enough words")
    address = EmailAddress.objects.get(user=user)
    assert (address.email, address.verified, address.primary) == (NEWCOMER, True, True)
    assert role_in(network, NEWCOMER) == "lead"


def test_somebody_known_joins_with_one_press(network: Network) -> None:
    person = UserFactory.create(email=NEWCOMER)
    invitations.accept(invite(network).key, actor=person)
    assert role_in(network, NEWCOMER) == "member"


def test_accepting_for_a_region_makes_a_reviewer(network: Network) -> None:
    person = UserFactory.create(email=NEWCOMER)
    invitation = invite(
        network, actor=network["network_manager"], lab=None, region=network.other_region
    )
    invitations.accept(invitation.key, actor=person)
    assert [row.region for row in Reviewer.objects.filter(user=person)] == [network.other_region]


def test_a_member_who_accepts_as_lead_becomes_lead_and_stays_one_person(network: Network) -> None:
    person = UserFactory.create(email=NEWCOMER)
    invitation = invite(network, role=LabRole.LEAD)
    Membership.objects.create(lab=network.lab, user=person)
    invitations.accept(invitation.key, actor=person)
    assert role_in(network, NEWCOMER) == "lead"


def test_an_invitation_works_once(network: Network) -> None:
    invitation = invite(network)
    invitations.accept_as_new(invitation.key, name="A", password="long enough words")
    with pytest.raises(invitations.AlreadyUsed):
        invitations.accept_as_new(invitation.key, name="B", password="long enough words")
    assert User.objects.filter(email=NEWCOMER).count() == 1


def test_an_invitation_runs_out_and_can_be_sent_again(network: Network) -> None:
    invitation = ran_out(invite(network))
    with pytest.raises(invitations.Expired):
        invitations.accept_as_new(invitation.key, name="A", password="long enough words")
    invitations.resend(invitation, actor=network["lead"])
    invitations.accept_as_new(invitation.key, name="A", password="long enough words")
    assert role_in(network, NEWCOMER) == "member"


def test_a_cancelled_invitation_opens_nothing(network: Network) -> None:
    invitation = invite(network)
    invitations.cancel(invitation, actor=network["lead"])
    with pytest.raises(invitations.Cancelled):
        invitations.accept_as_new(invitation.key, name="A", password="long enough words")
    with pytest.raises(invitations.Cancelled):
        invitations.cancel(invitation, actor=network["lead"])


def test_an_accepted_invitation_can_be_neither_cancelled_nor_sent_again(network: Network) -> None:
    invitation = invite(network)
    invitations.accept_as_new(invitation.key, name="A", password="long enough words")
    for act in (invitations.cancel, invitations.resend):
        with pytest.raises(invitations.AlreadyUsed):
            act(invitation, actor=network["lead"])


def test_an_invitation_is_for_its_own_address(network: Network) -> None:
    with pytest.raises(invitations.ForSomebodyElse, match=NEWCOMER):
        invitations.accept(invite(network).key, actor=network["other_member"])


def test_a_proven_second_address_is_ones_own(network: Network) -> None:
    person = network["other_member"]
    invitation = invite(network)
    address = EmailAddress.objects.create(user=person, email=NEWCOMER, verified=False)
    assert invitations.owns_address(person, NEWCOMER) is False
    address.verified = True
    address.save()
    invitations.accept(invitation.key, actor=person)
    assert role_in(network, person.email) == "member"


def test_an_account_is_not_made_twice(network: Network) -> None:
    invitation = invite(network)
    UserFactory.create(email=NEWCOMER)
    with pytest.raises(invitations.InvitationError, match="already an account"):
        invitations.accept_as_new(invitation.key, name="A", password="long enough words")
    assert Invitation.objects.get().accepted_at is None


def test_the_only_lead_neither_leaves_nor_steps_down(network: Network) -> None:
    lead = network["lead"]
    own = Membership.objects.get(user=lead, lab=network.lab)
    with pytest.raises(invitations.InvitationError, match="only lead of this lab"):
        invitations.remove_member(own, actor=lead)
    with pytest.raises(invitations.InvitationError, match="only lead of this lab"):
        invitations.set_role(own, LabRole.MEMBER, actor=lead)
    assert role_in(network, lead.email) == "lead"


def test_a_lead_leaves_once_there_is_another(network: Network) -> None:
    member = Membership.objects.get(user=network["member"], lab=network.lab)
    invitations.set_role(member, LabRole.LEAD, actor=network["lead"])
    own = Membership.objects.get(user=network["lead"], lab=network.lab)
    invitations.remove_member(own, actor=network["lead"])
    assert not Membership.objects.filter(pk=own.pk).exists()


def test_a_manager_of_the_network_may_remove_the_only_lead(network: Network) -> None:
    own = Membership.objects.get(user=network["lead"], lab=network.lab)
    invitations.remove_member(own, actor=network["network_manager"])
    assert not Membership.objects.filter(pk=own.pk).exists()


def test_members_change_nobody(network: Network) -> None:
    row = Membership.objects.get(user=network["lead"], lab=network.lab)
    with pytest.raises(PermissionDenied):
        invitations.set_role(row, LabRole.MEMBER, actor=network["member"])
    with pytest.raises(PermissionDenied):
        invitations.remove_member(row, actor=network["other_member"])


def test_what_somebody_may_is_asked_again_after_they_were_removed(network: Network) -> None:
    row = Membership.objects.get(user=network["member"], lab=network.lab)
    invitations.set_role(row, LabRole.LEAD, actor=network["lead"])
    second = fresh(network["member"])
    invitations.remove_member(row, actor=network["lead"])
    with pytest.raises(PermissionDenied):
        invitations.set_role(
            Membership.objects.get(user=network["lead"], lab=network.lab),
            LabRole.MEMBER,
            actor=second,
        )
