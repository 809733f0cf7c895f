"""Who somebody is, for the frame around every page."""

from __future__ import annotations

import re

from django import template
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Roles, roles_of

register = template.Library()

BROWSERS = (
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/"),
    ("Safari", r"Safari/"),
)
SYSTEMS = (
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux"),
)
"""What browsers call themselves, the more particular first: most claim to be others as well."""


@register.simple_tag
def roles(user: User | AnonymousUser) -> Roles:
    """What this person is in the network; one query for a request, however often it is asked."""
    return roles_of(user)


@register.filter
def browser(user_agent: str) -> str:
    """A browser in words people know, such as "Firefox on Windows"; else as it calls itself."""
    name = next((name for name, sign in BROWSERS if re.search(sign, user_agent)), "")
    system = next((name for name, sign in SYSTEMS if re.search(sign, user_agent)), "")
    if name and system:
        return _("%(browser)s on %(system)s") % {"browser": name, "system": system}
    return name or user_agent[:100] or _("An unknown browser")
