"""What reviewers and labs write in threads, and the word that goes with an act."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plans.anchors import WHOLE_PLAN
from plans.forms.fields import CHOOSE, TICK, TextField
from plans.states import Act

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.forms.boundfield import BoundWidget
    from django.utils.functional import _StrPromise

    from plans.limits import Option
    from plans.models import Plan, Thread

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


class RestoreForm(ActForm):
    """The same for a plan that comes back: as what, by the places that are free."""

    def __init__(self, plan: Plan, options: Sequence[Option], data: Any = None) -> None:
        super().__init__(Act.RESTORE, data)
        free = [option.value for option in options if option.free]
        self._offered = {*free, ""}
        first = plan.challenge_type if plan.challenge_type in free else next(iter(free), "")
        self.fields["challenge_type"] = forms.ChoiceField(
            choices=[
                *((option.value, option.label) for option in options),
                ("", _("Without a type: I will decide later")),
            ],
            required=False,
            initial=first if plan.challenge_type else "",
            label=_("Restore it as"),
            widget=forms.RadioSelect(TICK),
            error_messages=CHOOSE,
        )

    def offered(self) -> list[BoundWidget]:
        """What it can become. A taken type that is sent all the same is refused by name."""
        boxes = self["challenge_type"].subwidgets
        return [box for box in boxes if box.data["value"] in self._offered]

    @property
    def chosen(self) -> str | None:
        """The type it is to have; None where the form did not ask."""
        return self.cleaned_data["challenge_type"] if "challenge_type" in self.data else None


_NOTE_LABELS: dict[Act, _StrPromise] = {
    Act.SUBMIT: _("Message to the reviewer"),
    Act.REQUEST_CHANGES: _("What should the lab do?"),
    Act.APPROVE: _("Message to the lab"),
    Act.REOPEN: _("Why is it opened again?"),
    Act.WITHDRAW: _("Why is it withdrawn?"),
}
