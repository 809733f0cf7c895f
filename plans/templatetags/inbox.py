"""How much somebody has not read yet, for the frame around every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

if TYPE_CHECKING:
    from accounts.models import User

register = template.Library()

MOST_COUNTED = 99


@register.simple_tag
def unread(user: User) -> int:
    """How many messages a person has not read; counted up to one more than is shown."""
    waiting = user.notifications.filter(read_at__isnull=True).order_by()
    return waiting[: MOST_COUNTED + 1].count()
