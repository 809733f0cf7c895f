"""Who may fetch a file that a worker made for them: nobody who has lost what it was made with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.roles import roles_of
from plans.models import MadeFile
from plans.permissions import visible_plans

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User


def own_files(user: User) -> QuerySet[MadeFile]:
    """The files that this person asked for; others' do not exist for them."""
    return MadeFile.objects.filter(person=user)


def rights_of(user: User) -> list[str]:
    """What a person may see more than others, in words that can be kept and compared."""
    roles = roles_of(user)
    return sorted(
        [
            *(f"lab {lab}" for lab in roles.labs),
            *(f"region {region}" for region in roles.regions),
            *(["network"] if roles.manages_network else []),
        ]
    )


def may_still_have(user: User, made: MadeFile) -> bool:
    """Whether everything in the file is still for this person.

    It is not when they lost a role since, or when a plan in it is no longer one that they see.
    """
    if not set(made.rights) <= set(rights_of(user)):
        return False
    seen = visible_plans(user).filter(pk__in=made.plans).order_by()
    return seen.count() == len(made.plans)
