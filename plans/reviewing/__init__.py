"""Reviewing: threads and what is said in them, reviews as one act, suggestions, drafts."""

from plans.reviewing.comments import (
    CHANGEABLE_FOR,
    delete_comment,
    edit_comment,
    may_change,
)
from plans.reviewing.drafts import keep_draft
from plans.reviewing.reviews import ACTS, discard, keep, pending_review, send
from plans.reviewing.suggestions import apply, decline, fitted
from plans.reviewing.threads import (
    STEPS,
    address,
    open_thread,
    reopen,
    reply,
    resolve,
    steps,
)

__all__ = [
    "ACTS",
    "CHANGEABLE_FOR",
    "STEPS",
    "address",
    "apply",
    "decline",
    "delete_comment",
    "discard",
    "edit_comment",
    "fitted",
    "keep",
    "keep_draft",
    "may_change",
    "open_thread",
    "pending_review",
    "reopen",
    "reply",
    "resolve",
    "send",
    "steps",
]
