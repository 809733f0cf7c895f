"""Reviewing: threads and what is said in them, reviews as one act, suggestions, drafts."""

from plans.reviewing.claims import claim, hand_over
from plans.reviewing.comments import (
    delete_comment,
    edit_comment,
    may_change,
    may_delete,
)
from plans.reviewing.drafts import (
    BESIDE,
    DECLINE,
    EDIT,
    NEW,
    REPLY,
    forget_left,
    keep_draft,
    left_drafts,
)
from plans.reviewing.looks import look
from plans.reviewing.pointing import Spot, place_of, point_at, spots, texts_of
from plans.reviewing.reviews import (
    Answered,
    answered_last,
    decisions,
    discard,
    has_left_words,
    joins_review,
    keep,
    left_behind,
    pending_review,
    send,
)
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
    "BESIDE",
    "DECLINE",
    "EDIT",
    "NEW",
    "REPLY",
    "STEPS",
    "Answered",
    "Spot",
    "address",
    "answered_last",
    "apply",
    "claim",
    "decisions",
    "decline",
    "delete_comment",
    "discard",
    "edit_comment",
    "fitted",
    "forget_left",
    "hand_over",
    "has_left_words",
    "joins_review",
    "keep",
    "keep_draft",
    "left_behind",
    "left_drafts",
    "look",
    "may_change",
    "may_delete",
    "open_thread",
    "pending_review",
    "place_of",
    "point_at",
    "reopen",
    "reply",
    "resolve",
    "send",
    "spots",
    "steps",
    "texts_of",
]
