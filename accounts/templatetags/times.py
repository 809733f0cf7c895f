"""Times as people say them, with the exact moment and its zone on request.

Django activates the reader's time zone for each request (accounts/middleware.py); everything here
speaks in the active one.
"""

from __future__ import annotations

import datetime as dt
import secrets

from django import template
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _

from accounts.moments import from_utc

register = template.Library()

FRESH = dt.timedelta(minutes=1)
NAMED_BY_DISTANCE = dt.timedelta(days=30)


@register.filter
def exact(value: dt.datetime | None) -> str:
    """Date, time and zone in full: "3 November 2026, 14:05 (Europe/Paris, UTC+01:00)"."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return _("%(date)s, %(time)s (%(zone)s)") % {
        # As date_format() says it, which takes six times as long; pages have many times on them.
        "date": f"{local.day} {MONTHS[local.month]} {local.year}",
        "time": f"{local:%H:%M}",
        "zone": _zone(local),
    }


@register.filter
def roughly(value: dt.datetime | None) -> str:
    """How long ago, or how long until; the date for what is more than a month away."""
    if value is None:
        return ""
    distance = timezone.now() - value
    if abs(distance) < FRESH:
        return _("just now")
    if abs(distance) > NAMED_BY_DISTANCE:
        return date_format(timezone.localtime(value), "j M Y")
    if distance > dt.timedelta():
        return _("%(time)s ago") % {"time": timesince(value, depth=1)}
    return _("in %(time)s") % {"time": timeuntil(value, depth=1)}


@register.simple_tag
def ago(value: dt.datetime | None, kind: str = "") -> SafeString | str:
    """A ``<time>`` such as "2 hours ago"; pressing it shows the exact time and zone.

    ``kind`` "plain" leaves the press out, for places that are links or buttons themselves.
    """
    if value is None:
        return ""
    if kind == "plain":
        return format_html(
            '<time datetime="{}" title="{}">{}</time>',
            value.isoformat(),
            exact(value),
            roughly(value),
        )
    # By chance, not counted: fragments are swapped into pages that have such ids already.
    name = f"when-{secrets.token_hex(4)}"
    in_full = exact(value)
    return format_html(
        '<button type="button" class="when" popovertarget="{name}" title="{exact}">'
        '<time datetime="{iso}">{roughly}</time></button>'
        '<span class="when__exact" id="{name}" popover>{exact}</span>',
        name=name,
        exact=in_full,
        iso=value.isoformat(),
        roughly=roughly(value),
    )


@register.simple_tag
def moment(value: dt.datetime | None) -> SafeString | str:
    """A ``<time>`` in full, for deadlines and records."""
    if value is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), exact(value))


@register.simple_tag
def day(value: dt.datetime | dt.date | None) -> SafeString | str:
    """A ``<time>`` that names the day alone; its title is the exact time, where there is one."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return format_html(
            '<time datetime="{}" title="{}">{}</time>',
            value.isoformat(),
            exact(value),
            date_format(timezone.localtime(value), "j M Y"),
        )
    return format_html(
        '<time datetime="{}">{}</time>', value.isoformat(), date_format(value, "j M Y")
    )


def _zone(local: dt.datetime) -> str:
    name = timezone.get_current_timezone_name()
    key = getattr(local.tzinfo, "key", name)
    return f"{key}, {from_utc(local)}" if local.utcoffset() else str(key)
