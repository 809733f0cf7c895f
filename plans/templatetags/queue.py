"""The reviewers' queue: whose plan it is, where somebody stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from accounts.roles import Cover, roles_of

if TYPE_CHECKING:
    from accounts.models import User
    from plans.models import Plan

register = template.Library()


@register.simple_tag
def covered(user: User, plan: Plan) -> Cover | None:
    """In whose place this person reviews a plan that another reviewer is on; None: in nobody's."""
    return roles_of(user).cover_of(plan.claimed_by_id, plan.lab.region_id)
