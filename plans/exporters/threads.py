"""The conversations on plans, as far as they may go out with them.

A file is handed on. So it holds what everybody on the plan may read and nothing else, whoever asks:
no word that is not sent yet, and none of what reviewers note among themselves (decision 0021). Only
those who read a plan's threads on its page get any, and with them the names of who said what.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict

from accounts.templatetags.times import exact
from plans.models import Thread, ThreadStatus
from plans.permissions import may_see_people

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User
    from plans.models import Plan


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CommentTold(_Told):
    """What somebody said; ``text`` is empty where they took it back. ``at`` is in UTC."""

    author: str
    at: str
    text: str


class SuggestionTold(_Told):
    """Words proposed for the passage, and what became of them."""

    words: str
    status: str
    answer: str = ""


class ThreadTold(_Told):
    """A conversation: about what, on which words, how it stands, and who said what."""

    number: int
    about: str
    quote: str = ""
    status: str
    must_fix: bool = False
    opened_by: str
    opened_at: str
    suggestion: SuggestionTold | None = None
    comments: tuple[CommentTold, ...] = ()


Label = Callable[[str], str]
"""What a section or an answer is called."""


def threads_of(
    user: User, plans: Sequence[Plan], label: Label
) -> dict[int, tuple[ThreadTold, ...]]:
    """The threads of these plans by the plans' numbers, in two queries."""
    own = {plan.pk: plan for plan in plans if may_see_people(user, plan)}
    if not own:
        return {}
    rows = Thread.objects.filter(plan__in=own, for_reviewers=False).sent().with_comments(user)
    found: dict[int, list[ThreadTold]] = {}
    for thread in rows.order_by("plan", "opened_at", "pk"):
        about = thread.anchor.in_words(own[thread.plan_id].document, label)
        found.setdefault(thread.plan_id, []).append(_told(thread, about))
    return {plan: tuple(threads) for plan, threads in found.items()}


def told(plan: Plan, threads: Iterable[Thread], label: Label) -> tuple[ThreadTold, ...]:
    """These threads of a plan, which are sent and for everybody on it, as they go out."""
    document = plan.document
    return tuple(_told(one, one.anchor.in_words(document, label)) for one in threads)


def _told(thread: Thread, about: str) -> ThreadTold:
    suggestion = getattr(thread, "suggestion", None)
    return ThreadTold(
        number=thread.pk,
        about=about,
        quote=thread.phrase or thread.quote,
        status=thread.get_status_display(),
        must_fix=thread.must_fix,
        opened_by=thread.opened_by.get_full_name(),
        opened_at=_at(thread.opened_at),
        suggestion=suggestion
        and SuggestionTold(
            words=suggestion.words,
            status=suggestion.get_status_display(),
            answer=suggestion.reason,
        ),
        comments=tuple(
            CommentTold(author=one.author.get_full_name(), at=_at(one.sent_at), text=one.text)
            for one in thread.comments.all()
            if not one.is_pending
        ),
    )


def _at(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="minutes")


def as_text(threads: Sequence[ThreadTold]) -> str:
    """The conversations of a plan as a page of their own, beside the page of the plan."""
    parts = [f"# {_('Threads')}\n"]
    for thread in threads:
        parts.append(f"## {thread.about}: {in_short(thread)}\n")
        if thread.quote:
            parts.append("\n".join(f"    {line}" for line in thread.quote.split("\n")) + "\n")
        if thread.suggestion:
            parts.append(f"{proposed(thread.suggestion)}\n")
        parts += [f"**{said_by(one)}**\n\n{said(one)}\n" for one in thread.comments]
    return "\n".join(parts)


def in_short(thread: ThreadTold) -> str:
    """How a thread stands: ``open, must be dealt with``; what is resolved asks for nothing."""
    asks = thread.must_fix and thread.status != str(ThreadStatus.RESOLVED.label)
    return ", ".join([thread.status, *([_("must be dealt with")] if asks else [])])


def said_by(comment: CommentTold) -> str:
    """Who said it, and when, in the active time zone."""
    return f"{comment.author}, {exact(dt.datetime.fromisoformat(comment.at))}"


def said(comment: CommentTold) -> str:
    """What was said, or that it was taken back."""
    return comment.text or _("(taken back by its author)")


def proposed(suggestion: SuggestionTold) -> str:
    """The words that were proposed, and what became of them."""
    told = _("Proposed words (%(status)s): %(words)s") % {
        "status": suggestion.status,
        "words": suggestion.words,
    }
    return f"{told}\n\n{suggestion.answer}" if suggestion.answer else told
