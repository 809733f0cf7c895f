"""Other words that a reviewer proposes: taken over by the lab with one press, or declined.

Taking over is a save like any other: under the plan's lock, by the lab's person, in the history
with the credit. Where the words it speaks of do not stand in the text any more, nothing is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from plans import authoring, clock, phrases
from plans.authoring import Change, fingerprint
from plans.errors import Invalid, WordsNeeded, WrongState
from plans.models import EventKind, Suggestion, SuggestionStatus, ThreadStatus
from plans.permissions import may_write, require
from plans.reviewing.drafts import DECLINE, forget_draft
from plans.reviewing.pointing import phrase_of
from plans.reviewing.threads import locked_thread, tell

if TYPE_CHECKING:
    from accounts.models import User
    from plans.models import Thread


def fitted(text: str, thread: Thread) -> str | None:
    """``text`` with the suggestion of ``thread`` in it; None where it does not fit (any more)."""
    words = thread.suggestion.words
    if not thread.phrase:
        return words if text == thread.quote else None
    place = phrases.find(text, phrase_of(thread))
    if place is None:
        return None
    before, after = text[: place[0]], text[place[1] :]
    if not words and before.endswith(" ") and after[:1] in " .,;:!?)":
        before = before[:-1]  # what is left out leaves no gap behind
    return before + words + after


@transaction.atomic
def apply(thread: Thread, *, actor: User) -> Thread:
    """Write the suggested words into the plan; the thread is addressed by it.

    Raises PermissionDenied; WrongState while the plan cannot be edited, when the suggestion is
    answered already, or does not fit the text any more; Invalid when the text would break a rule.
    """
    thread, suggestion = _waiting(thread, actor)
    key = thread.anchor.key
    plan = authoring.open_for_writing(thread.plan, actor)
    stored = authoring.answers(plan, [key])
    text = fitted(stored[key], thread) if key in stored else None
    if text is None:
        raise WrongState(_("The text is different now, so this suggestion does not fit any more."))
    change = Change(text, fingerprint(stored[key]))
    outcome = authoring.save(plan, {key: change}, actor=actor, by_suggestion_of=thread.opened_by)
    if key in outcome.refused:
        raise Invalid(outcome.refused[key])
    _answer(suggestion, SuggestionStatus.APPLIED, actor)
    _settle(thread)
    forget_draft(thread.plan, f"{DECLINE}{thread.pk}", actor=actor)
    tell(thread, EventKind.SUGGESTION_APPLIED, actor)
    return thread


@transaction.atomic
def decline(thread: Thread, reason: str, *, actor: User) -> Thread:
    """Leave the text as it is, and say why; the thread is addressed by it.

    Raises PermissionDenied, WordsNeeded without a reason, WrongState when it is answered already.
    """
    thread, suggestion = _waiting(thread, actor)
    reason = reason.strip()
    if not reason:
        raise WordsNeeded(_("Say in a few words why you keep your own."))
    suggestion.reason = reason
    _answer(suggestion, SuggestionStatus.DECLINED, actor)
    _settle(thread)
    forget_draft(thread.plan, f"{DECLINE}{thread.pk}", actor=actor)
    comment = thread.comments.create(author=actor, text=reason, written_at=clock.now())
    tell(thread, EventKind.SUGGESTION_DECLINED, actor, comment)
    return thread


def _waiting(thread: Thread, actor: User) -> tuple[Thread, Suggestion]:
    thread = locked_thread(thread, actor)
    require(may_write(actor, thread.plan))
    suggestion = Suggestion.objects.filter(thread=thread).first()
    if suggestion is None or suggestion.status != SuggestionStatus.WAITING:
        raise WrongState(_("This suggestion has already been answered."))
    thread.suggestion = suggestion
    return thread, suggestion


def _answer(suggestion: Suggestion, status: SuggestionStatus, actor: User) -> None:
    suggestion.status = status
    suggestion.answered_by, suggestion.answered_at = actor, clock.now()
    suggestion.save(update_fields=["status", "answered_by", "answered_at", "reason"])


def _settle(thread: Thread) -> None:
    if thread.status == ThreadStatus.OPEN:
        thread.status = ThreadStatus.ADDRESSED
        thread.save(update_fields=["status"])
