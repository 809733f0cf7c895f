"""Who somebody is, for the frame around every page."""

from __future__ import annotations

from django import template
from django.contrib.auth.models import AnonymousUser

from accounts.models import Lab, User
from accounts.roles import Roles, roles_of

register = template.Library()


@register.simple_tag
def roles(user: User | AnonymousUser) -> Roles:
    """What this person is in the network; one query for a request, however often it is asked."""
    return roles_of(user)


@register.simple_tag
def labs_of(user: User) -> list[Lab]:
    """The labs this person belongs to, by name."""
    return list(Lab.objects.filter(memberships__user=user).order_by("name"))
