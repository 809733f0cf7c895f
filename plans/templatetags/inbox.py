"""How much somebody has not read yet, for the frame around every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from plans import notifications

if TYPE_CHECKING:
    from accounts.models import User
    from plans.models import Event, Plan, Thread

register = template.Library()

CITED = "> "

MOST_COUNTED = 99


@register.simple_tag
def unread(user: User) -> int:
    """How many messages a person has not read; counted up to one more than is shown."""
    waiting = notifications.readable_notices(user).filter(read_at__isnull=True).order_by()
    # Asked on every page: the keys of a hundred come sooner than Django says how to count them.
    return len(waiting.values_list("pk", flat=True)[: MOST_COUNTED + 1])


@register.filter
def indented(text: str, width: int) -> str:
    """Every line of a text further in, for mails; empty lines stay empty."""
    return _begun_with(" " * width, text)


@register.filter
def cited(text: str) -> str:
    """Every line of a text marked as somebody's words, as mails do."""
    return _begun_with(CITED, text)


def _begun_with(start: str, text: str) -> str:
    return "\n".join(f"{start}{line}".rstrip() for line in text.strip().splitlines())


@register.simple_tag
def told(event: Event, reader: User) -> notifications.Words:
    """What was said with an event, and about which words, as far as it is the reader's to read."""
    return notifications.words_for(reader, event)


@register.simple_tag
def is_muted(plan: Plan, thread: Thread | None = None) -> bool:
    """Whether the reader has muted a plan that ``plan_to_read`` read for them, or a thread of it.

    No for a plan that was read in another way.
    """
    muted: list[int] = getattr(plan, "muted", [])
    return (thread.pk if thread else 0) in muted
