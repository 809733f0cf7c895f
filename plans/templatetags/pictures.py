"""Pictures on a page: the one of an item of evidence, and what is said while one is sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from plans.models import Plan

register = template.Library()


@dataclass(frozen=True)
class Shown:
    """A picture as a page needs it: two addresses, and how wide and high it is."""

    large: str
    small: str
    width: int
    height: int
    small_width: int


@register.simple_tag
def picture(plan: Plan, key: UUID | str | None) -> Shown | None:
    """The picture of that key among all that the plan ever had; needs no query of its own.

    None for no key, and for a picture that this plan does not have.
    """
    for one in plan.gathered["pictures"] if key else ():
        if one["id"] == str(key):
            return Shown(
                large=reverse("plan_picture", args=(plan.pk, key, "large")),
                small=reverse("plan_picture", args=(plan.pk, key, "small")),
                width=one["width"],
                height=one["height"],
                small_width=one["small_width"],
            )
    return None


@register.simple_tag
def sending_words() -> str:
    """What the page says while a picture is on its way, as JSON."""
    return json.dumps(
        {
            "preparing": _("Making the picture ready …"),
            "sending": _("Sending the picture …"),
            "far": _("{sent} of {all} kB sent"),
            "all": _("All is sent; the picture is being made ready …"),
            "offline": _("There is no line. It goes on by itself where it stopped."),
            "unreachable": _("The site does not answer. Trying again, from where it stopped."),
            "signedOut": _("You were signed out. Sign in in another tab: then it goes on here."),
            "otherPerson": _(
                "Somebody else is signed in in this browser now. Nothing was kept: sign in as "
                "yourself again, open this page anew, and choose the picture once more."
            ),
            "again": _("What was sent is not there any more: starting again."),
            "done": _("The picture is kept. Now describe below what it shows."),
            "replaced": _("The new picture is kept. Check that the description below still fits."),
            "stopped": _("Stopped. Nothing was changed."),
            "failed": _("The picture could not be sent. Try again, or choose another one."),
            "tooLarge": _(
                "This file is larger than 10 MB. Make the picture smaller (about 1600 pixels wide "
                "is enough), or save it as JPEG, and choose it again."
            ),
            "useMine": _("Use mine instead"),
            "keepTheirs": _("Keep theirs"),
            "kept": _("Theirs is kept."),
        }
    )
