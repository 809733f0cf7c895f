"""Mending what one said: a comment changed for a while, or deleted with a trace."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from plans import clock
from plans.errors import WrongState
from plans.models import Comment, CommentEdit, EventKind, Suggestion, ThreadStatus
from plans.reviewing.drafts import EDIT, forget_draft
from plans.reviewing.reviews import drop_if_empty
from plans.reviewing.threads import locked_thread, name_people, tell, words

if TYPE_CHECKING:
    from accounts.models import User
    from plans.models import Thread

CHANGEABLE_FOR = dt.timedelta(minutes=30)
"""How long after it was sent a comment can still be changed by its author."""


@transaction.atomic
def edit_comment(
    comment: Comment, text: str, *, actor: User, must_fix: bool | None = None
) -> Comment:
    """Change what one said: a pending comment at any time, a sent one for half an hour.

    What a sent comment said before is kept and shown. ``must_fix`` changes how urgent the pending
    thread is that the comment began. Raises PermissionDenied for anybody but the author,
    WordsNeeded for an empty text, WrongState when it is too late. Whoever is named only now is
    not told: a reply does that.
    """
    comment = _own(comment, actor)
    text = words(text)
    if not may_change(actor, comment):
        raise WrongState(
            _("A comment can be changed for %(minutes)d minutes after it is sent. Write a reply.")
            % {"minutes": CHANGEABLE_FOR // dt.timedelta(minutes=1)}
        )
    if text != comment.text:
        if not comment.is_pending:
            CommentEdit.objects.create(comment=comment, before=comment.text, at=clock.now())
        comment.text = text
        comment.save(update_fields=["text"])
        name_people(comment)
    thread = comment.thread
    if must_fix is not None and thread.is_pending and thread.must_fix != must_fix:
        thread.must_fix = must_fix
        thread.save(update_fields=["must_fix"])
    forget_draft(thread.plan, f"{EDIT}{comment.pk}", actor=actor)
    return comment


@transaction.atomic
def delete_comment(comment: Comment, *, actor: User) -> Thread | None:
    """Take back what one said, and answer the thread that is left.

    A pending comment is gone, and so are its thread and the review when it was all that was in
    them. Of a sent one the trace stays that there was a comment; when nothing else was said in
    the thread it began, that asks for nothing any more and is resolved. Raises PermissionDenied
    for anybody but the author.
    """
    comment = _own(comment, actor)
    thread = comment.thread
    forget_draft(thread.plan, f"{EDIT}{comment.pk}", actor=actor)
    if comment.is_pending:
        return _take_out(comment)
    comment.text, comment.deleted_at = "", clock.now()
    comment.save(update_fields=["text", "deleted_at"])
    comment.edits.all().delete()
    comment.mentions.clear()
    if _asks_nothing(thread, actor):
        thread.status = ThreadStatus.RESOLVED
        thread.save(update_fields=["status"])
        tell(thread, EventKind.RESOLVED, actor, quiet=True)
    return thread


def _asks_nothing(thread: Thread, actor: User) -> bool:
    if thread.opened_by_id != actor.pk or thread.status == ThreadStatus.RESOLVED:
        return False
    is_said = thread.comments.filter(deleted_at__isnull=True).exists()
    return not is_said and not Suggestion.objects.filter(thread=thread).exists()


def _take_out(comment: Comment) -> Thread | None:
    thread, review = comment.thread, comment.review
    comment.delete()
    is_empty = thread.is_pending and not thread.comments.exists()
    if is_empty:
        thread.delete()
    if review is not None:
        drop_if_empty(thread.plan, review)
    return None if is_empty else thread


def may_change(user: User, comment: Comment) -> bool:
    """Whether this person may still change these words."""
    if comment.author_id != user.pk or comment.deleted_at:
        return False
    return comment.is_pending or clock.now() < comment.sent_at + CHANGEABLE_FOR


def may_delete(user: User, comment: Comment) -> bool:
    """Whether this person may take these words back."""
    return comment.author_id == user.pk and not comment.deleted_at


def _own(comment: Comment, actor: User) -> Comment:
    """The comment as it is now, its plan locked, for its author."""
    thread = locked_thread(comment.thread, actor)
    comment = Comment.objects.select_related("review").get(pk=comment.pk)
    comment.thread = thread
    if comment.author_id != actor.pk or comment.deleted_at:
        raise PermissionDenied(_("This is not yours to do."))
    return comment
