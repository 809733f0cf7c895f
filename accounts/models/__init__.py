"""People and places: who signs in, which labs there are, who does what where, who is away."""

from accounts.models.absence import Absence
from accounts.models.invitation import (
    INVITATION_LASTS,
    Invitation,
    _invitation_end,
    _new_key,
)
from accounts.models.people import (
    Country,
    Lab,
    LabRole,
    Membership,
    Region,
    Reviewer,
    User,
    UserManager,
)

__all__ = [
    "INVITATION_LASTS",
    "Absence",
    "Country",
    "Invitation",
    "Lab",
    "LabRole",
    "Membership",
    "Region",
    "Reviewer",
    "User",
    "UserManager",
    # The first migration knows them here.
    "_invitation_end",
    "_new_key",
]
