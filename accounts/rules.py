"""Who may see and change a lab's people. They answer, they never write."""

from __future__ import annotations

from accounts.models import Lab, LabRole, Membership, User
from accounts.roles import roles_of


def sees_people(user: User, lab: Lab) -> bool:
    """Members of the lab and managers of the network; nobody else learns who works there."""
    roles = roles_of(user)
    return lab.pk in roles.labs or roles.manages_network


def manages_people(user: User, lab: Lab) -> bool:
    """A lead of the lab, or a manager of the network, may invite and remove."""
    roles = roles_of(user)
    return lab.pk in roles.leads or roles.manages_network


def is_last_lead(membership: Membership) -> bool:
    """Whether the lab would have nobody left to invite people without this person."""
    if membership.role != LabRole.LEAD:
        return False
    others = Membership.objects.filter(
        lab_id=membership.lab_id, role=LabRole.LEAD, user__is_active=True
    ).exclude(pk=membership.pk)
    return not others.exists()
