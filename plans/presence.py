"""Who is in a plan just now, and in which section.

Told by each page of the form when it is opened and every half minute while somebody looks at it;
forgotten a minute later. Nothing depends on it, so nothing is locked and nothing goes into the
history.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from plans import clock
from plans.models import Presence
from plans.permissions import may_write, require
from plans.sections import SECTION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from plans.models import Plan

SEEN_FOR = dt.timedelta(seconds=60)


def enter(plan: Plan, section: str, *, actor: User) -> list[Presence]:
    """Note that a person is in a section (or with "" on the overview); answer who else is there.

    Raises PermissionDenied for who never writes here.
    """
    require(may_write(actor, plan))
    Presence.objects.bulk_create(
        [Presence(plan=plan, user=actor, section=section, seen_at=clock.now())],
        update_conflicts=True,
        unique_fields=["plan", "user"],
        update_fields=["section", "seen_at"],
    )
    return others(plan, actor)


def leave(plan: Plan, section: str, *, actor: User) -> None:
    """Forget that a person was in a section, unless they are in another one by now."""
    Presence.objects.filter(plan=plan, user=actor, section=section).delete()


def others(plan: Plan, reader: User) -> list[Presence]:
    """Who else is in the plan now, by name, in one query."""
    seen = Presence.objects.filter(plan=plan, seen_at__gt=clock.now() - SEEN_FOR)
    return list(seen.exclude(user=reader).select_related("user").order_by("user__name", "user"))


def in_words(people: Iterable[Presence]) -> str:
    """Who is there and where, a sentence each; empty when nobody is."""
    return " ".join(_sentence(one) for one in people)


def _sentence(one: Presence) -> str:
    name = one.user.get_full_name()
    if one.section not in SECTION:
        return _("%(who)s is in this plan too.") % {"who": name}
    return _("%(who)s is in this plan too, in “%(section)s”.") % {
        "who": name,
        "section": SECTION[one.section].title,
    }
