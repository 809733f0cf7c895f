"""People and places in the administration."""

from accounts.admin import invitations, people, places

__all__ = ["invitations", "people", "places"]
