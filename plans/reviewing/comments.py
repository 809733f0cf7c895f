"""Mending what one said: a comment changed for a while, or deleted with a trace."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from plans import clock
from plans.errors import WrongState
from plans.models import Comment, CommentEdit
from plans.reviewing.threads import locked_thread, name_people, words

if TYPE_CHECKING:
    from accounts.models import User
    from plans.models import Thread

CHANGEABLE_FOR = dt.timedelta(minutes=30)
"""How long after it was sent a comment can still be changed by its author."""


@transaction.atomic
def edit_comment(comment: Comment, text: str, *, actor: User) -> Comment:
    """Change what one said: a pending comment at any time, a sent one for half an hour.

    What a sent comment said before is kept and shown. Raises PermissionDenied for anybody but the
    author, WordsNeeded for an empty text, WrongState when it is too late.
    """
    comment = _own(comment, actor)
    text = words(text)
    if not may_change(actor, comment):
        raise WrongState(
            _("A comment can be changed for 30 minutes after it is sent. Write a reply instead.")
        )
    if text != comment.text:
        if not comment.is_pending:
            CommentEdit.objects.create(comment=comment, before=comment.text, at=clock.now())
        comment.text = text
        comment.save(update_fields=["text"])
        name_people(comment)
    return comment


@transaction.atomic
def delete_comment(comment: Comment, *, actor: User) -> Thread | None:
    """Take back what one said, and answer the thread that is left.

    A pending comment is gone, with its thread when it began one; of a sent one the trace stays
    that there was a comment. Raises PermissionDenied for anybody but the author.
    """
    comment = _own(comment, actor)
    thread = comment.thread
    if not comment.is_pending:
        comment.text, comment.deleted_at = "", clock.now()
        comment.save(update_fields=["text", "deleted_at"])
        comment.edits.all().delete()
        comment.mentions.clear()
        return thread
    if thread.is_pending and thread.comments.order_by("written_at", "pk").first() == comment:
        thread.delete()
        return None
    comment.delete()
    return thread


def may_change(user: User, comment: Comment) -> bool:
    """Whether this person may still change these words."""
    if comment.author_id != user.pk or comment.deleted_at:
        return False
    return comment.is_pending or clock.now() < comment.sent_at + CHANGEABLE_FOR


def _own(comment: Comment, actor: User) -> Comment:
    comment = Comment.objects.select_related("review", "thread__review").get(pk=comment.pk)
    comment.thread = locked_thread(comment.thread, actor)
    if comment.author_id != actor.pk or comment.deleted_at:
        raise PermissionDenied(_("This is not yours to do."))
    return comment
