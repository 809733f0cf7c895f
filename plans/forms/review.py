"""What reviewers and labs write in threads, and the word that goes with an act."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plans.anchors import WHOLE_PLAN
from plans.forms.fields import CHOOSE, TextField
from plans.states import Act

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from accounts.models import User
    from plans.models import Thread

COMMENT_LENGTH = 10_000
"""The longest comment or summary a page takes: about four pages of text."""


class ThreadForm(forms.Form):
    """A new thread: what it is about (an anchor's text form), the comment, how urgent it is."""

    on = TextField()
    text = TextField(COMMENT_LENGTH, rows=4)
    must_fix = forms.BooleanField(
        label=_("Must be fixed before approval"), required=False, initial=True
    )

    def __init__(self, data: Any = None, *, on: str = WHOLE_PLAN) -> None:
        super().__init__(
            data, initial={"on": on}, auto_id=f"new-{re.sub('[^a-z0-9]+', '-', on)}-%s"
        )
        self.fields["on"].widget = forms.HiddenInput()
        self.fields["text"].label = _("Your comment")
        self.fields["text"].widget.attrs["autofocus"] = True


class ReplyForm(forms.Form):
    """A reply, or the word that goes with a step; every thread on a page has its own ids."""

    text = TextField(COMMENT_LENGTH, rows=3)

    def __init__(self, thread: Thread, data: Any = None) -> None:
        super().__init__(data, auto_id=f"thread-{thread.pk}-%s")
        self.fields["text"].label = _("Reply")


class ActForm(forms.Form):
    """The word that goes with an act: a summary, a reason, or a note that may stay empty."""

    note = TextField(COMMENT_LENGTH, rows=4)

    def __init__(self, act: Act, data: Any = None) -> None:
        super().__init__(data)
        self.fields["note"].label = _NOTE_LABELS.get(act, _("A word about it"))

    @property
    def is_optional(self) -> bool:
        """Whether the label says so; what is needed in the end is the act's to say."""
        return self.fields["note"].label not in (
            _NOTE_LABELS[Act.REQUEST_CHANGES],
            _NOTE_LABELS[Act.REOPEN],
        )


_NOTE_LABELS: dict[Act, _StrPromise] = {
    Act.SUBMIT: _("Message to the reviewer"),
    Act.REQUEST_CHANGES: _("What should the lab do?"),
    Act.APPROVE: _("Message to the lab"),
    Act.REOPEN: _("Why is it opened again?"),
    Act.WITHDRAW: _("Why is it withdrawn?"),
}


class NudgeForm(forms.Form):
    """A few words to a lab."""

    text = TextField(COMMENT_LENGTH, rows=5)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["text"].label = _("Your words to the lab")


class HandOverForm(forms.Form):
    """To whom a plan goes; nobody named: back to all reviewers."""

    note = TextField(COMMENT_LENGTH, rows=3)

    def __init__(self, reviewers: QuerySet[User], data: Any = None) -> None:
        super().__init__(data)
        self.fields["to"] = forms.ModelChoiceField(
            queryset=reviewers,
            required=False,
            label=_("Who goes on"),
            empty_label=_("Nobody yet: any reviewer may take it on"),
            error_messages=CHOOSE,
        )
        self.fields["note"].label = _("A word to them")
        self.order_fields(["to", "note"])
