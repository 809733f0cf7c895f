"""What reviewers and labs write in threads, a review as a whole, and the word with an act."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from plans import phrases
from plans.anchors import WHOLE_PLAN
from plans.forms.fields import CHOOSE, TICK, TextField
from plans.models import Decision, Mark
from plans.reviewing import BESIDE, DECLINE, EDIT, NEW, REPLY
from plans.states import Act

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from django.forms import BoundField
    from django.forms.boundfield import BoundWidget
    from django.http import QueryDict
    from django.utils.functional import _StrPromise

    from plans.checklist import Checklist
    from plans.limits import Option
    from plans.models import Comment, Criterion, Plan, Review, Thread
    from plans.reviewing import Answered

COMMENT_LENGTH = 10_000
"""The longest comment or summary a page takes: about four pages of text."""

SUGGESTION_LENGTH = 40_000
"""The longest text that can be proposed instead of another."""

MUST_FIX, OPTIONAL, NOTE = "must_fix", "optional", "note"


def _box(name: str) -> dict[str, Any]:
    """What a box for comments says about itself: kept as it is typed, and people can be named."""
    return {"data-draft": name, "data-names": True}


class ThreadForm(forms.Form):
    """A new thread: what it is about (an anchor's text form), the comment, and of what kind it is.

    ``typed`` is what this person has begun to write there and not sent, with the ``rest`` of what
    stood in the form. ``texts``: there are texts at the place, so that words in them can be pointed
    at and others proposed; ``whole`` is the text that is offered to be written anew while no words
    are chosen.
    """

    on = TextField()
    words = TextField(phrases.LONGEST, rows=2)
    before, after = TextField(rows=1), TextField(rows=1)
    which = TextField()
    text = TextField(COMMENT_LENGTH, rows=4)
    instead = TextField(SUGGESTION_LENGTH, rows=4)
    offered = TextField(rows=1)
    kind = forms.ChoiceField(
        choices=[
            (MUST_FIX, _("Must be fixed before approval")),
            (OPTIONAL, _("Optional")),
            (NOTE, _("A note between reviewers, which the lab never sees")),
        ],
        widget=forms.RadioSelect(TICK),
        initial=MUST_FIX,
        error_messages=CHOOSE | {"required": _("Choose of what kind your comment is.")},
    )

    def __init__(
        self,
        data: Any = None,
        *,
        on: str = WHOLE_PLAN,
        typed: str = "",
        rest: Mapping[str, str] | None = None,
        texts: bool = False,
        whole: str = "",
    ) -> None:
        kept = dict(rest or {})
        there = kept.get("words") or whole
        super().__init__(
            data,
            initial={"on": on, "text": typed, "instead": there, "offered": there} | kept,
            auto_id=f"new-{re.sub('[^a-z0-9]+', '-', on)}-%s",
        )
        self.is_begun = data is None and bool(typed or kept)
        for name in ("on", "before", "after", "offered"):
            self.fields[name].widget = forms.HiddenInput()
        self.fields["words"].label = _("Which words? (leave empty for the whole answer)")
        self.fields["text"].label = _("Your comment")
        self.fields["text"].widget.attrs |= {"autofocus": True} | _box(f"{NEW}{on}")
        self.fields["instead"].label = _("The words you propose")
        self.fields["kind"].label = _("What kind of comment is it?")
        if not texts:
            for name in ("words", "before", "after", "which", "instead", "offered"):
                del self.fields[name]

    @property
    def proposed(self) -> str | None:
        """The words proposed; None where they are as they were offered, so that none are."""
        said = self.cleaned_data.get("instead", "")
        return None if said == self.cleaned_data.get("offered", "") else said

    @property
    def proposes(self) -> bool:
        """Whether the box for other words is open: it was written in, or is wrong."""
        if "instead" not in self.fields:
            return False
        told = [str(self.fields[name].to_python(self[name].value())) for name in _PROPOSING]
        return bool(self["instead"].errors) or told[0] != told[1]

    def offer_anew(self, words: str) -> None:
        """Let what is proposed stand for these words from now on, and keep what was typed."""
        data = cast("QueryDict", self.data).copy()
        data["offered"] = words
        self.data = data


_PROPOSING = ("instead", "offered")


class DeclineForm(forms.Form):
    """Why the lab keeps its own words; every suggestion on a page has its own ids."""

    reason = TextField(COMMENT_LENGTH, rows=2)

    def __init__(self, thread: Thread, data: Any = None, *, typed: str = "") -> None:
        super().__init__(data, initial={"reason": typed}, auto_id=f"decline-{thread.pk}-%s")
        self.fields["reason"].label = _("Why you keep your own words")
        self.fields["reason"].widget.attrs |= _box(f"{DECLINE}{thread.pk}")
        self.fields["reason"].widget.attrs["autofocus"] = data is not None  # refused: go on there


class ReplyForm(forms.Form):
    """A reply, or the word that goes with a step; every thread on a page has its own ids."""

    text = TextField(COMMENT_LENGTH, rows=3)

    def __init__(self, thread: Thread, data: Any = None, *, typed: str = "") -> None:
        super().__init__(data, initial={"text": typed}, auto_id=f"thread-{thread.pk}-%s")
        self.fields["text"].label = _("Reply")
        self.box = f"{REPLY}{thread.pk}"
        self.fields["text"].widget.attrs |= _box(self.box)
        self.fields["text"].widget.attrs["autofocus"] = data is not None  # refused: go on there


class CommentForm(forms.Form):
    """Other words for a comment; for one that begins a pending thread, also how urgent that is."""

    text = TextField(COMMENT_LENGTH, rows=5)
    must_fix = forms.BooleanField(label=_("Must be fixed before approval"), required=False)

    def __init__(
        self, comment: Comment, data: Any = None, *, typed: str = "", begins: bool = False
    ) -> None:
        thread = comment.thread
        super().__init__(
            data,
            initial={"text": typed or comment.text, "must_fix": thread.must_fix},
            auto_id=f"comment-{comment.pk}-%s",
        )
        self.fields["text"].label = _("Your comment")
        self.box = f"{EDIT}{comment.pk}"
        self.fields["text"].widget.attrs |= _box(self.box)
        if not (begins and thread.is_pending):
            del self.fields["must_fix"]


class DraftForm(forms.Form):
    """What is being typed, in which box, and what stands beside it in the form of a new thread."""

    at = TextField()
    text = TextField(rows=1)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for name in BESIDE:
            self.fields[name] = TextField(rows=1)


class Marked(NamedTuple):
    """A criterion on the page of a review: its two inputs, and what this reviewer answered last."""

    criterion: Criterion
    mark: BoundField
    word: BoundField
    last: Answered | None


class ReviewForm(forms.Form):
    """The end of a review: how far the plan meets each criterion, a summary, and what is decided.

    ``review`` is what is kept of it so far; ``decision`` the one to begin with. ``last`` is what
    this reviewer answered about the criteria in earlier reviews of the plan: it stands there to
    begin with, until anything of this page is kept.
    """

    decision = forms.ChoiceField(
        widget=forms.RadioSelect(TICK),
        label=_("Your decision"),
        error_messages=CHOOSE | {"required": _("Choose how your review ends.")},
    )
    summary = TextField(COMMENT_LENGTH, rows=6)
    sent = forms.IntegerField(required=False, widget=forms.HiddenInput)
    """How many reviews this person had sent when the page was made: pressed twice, sent once."""

    def __init__(
        self,
        criteria: Iterable[Criterion],
        decisions: Sequence[str],
        data: Any = None,
        *,
        review: Review | None = None,
        decision: str = "",
        sent: int = 0,
        last: Mapping[int, Answered] | None = None,
    ) -> None:
        said = {one["criterion"]: one for one in getattr(review, "said", ())}
        self.last = last or {}
        self.is_carried = not said and not (review and review.summary)
        """Whether the answers to begin with are those of earlier reviews."""
        initial: dict[str, Any] = {
            "summary": review.summary if review else "",
            "decision": decision,
            "sent": sent,
        }
        super().__init__(data, initial=initial)
        self.criteria = list(criteria)
        self.fields["summary"].label = _("Summary for the lab")
        choices = [(value, _ENDS[Decision(value)]) for value in decisions]
        self.fields["decision"].choices = choices  # type: ignore[attr-defined]
        for criterion in self.criteria:
            kept = said.get(criterion.pk, {"mark": "", "word": ""})
            if self.is_carried and criterion.pk in self.last:
                kept = self.last[criterion.pk]._asdict()
            self._add(criterion, kept["mark"], kept["word"])

    def _add(self, criterion: Criterion, mark: str, word: str) -> None:
        radio = forms.ChoiceField(
            choices=[
                *((value, capfirst(str(words))) for value, words in Mark.choices),
                ("", _("No mark")),
            ],
            required=False,
            initial=mark,
            label=criterion.text,
            help_text=criterion.guidance,
            widget=forms.RadioSelect(TICK),
            error_messages=CHOOSE,
        )
        words = TextField(COMMENT_LENGTH, rows=2)
        words.initial, words.label = word, _("A word about it")
        self.fields[f"mark_{criterion.pk}"] = radio
        self.fields[f"word_{criterion.pk}"] = words

    def marked(self) -> Iterator[Marked]:
        """The criteria with their inputs, for the template."""
        for one in self.criteria:
            mark, word = self[f"mark_{one.pk}"], self[f"word_{one.pk}"]
            yield Marked(one, mark, word, self.last.get(one.pk))

    def so_far(self) -> tuple[str, dict[Criterion, tuple[str, str]]]:
        """The summary and the marks as they were typed, whatever is still wrong with the form."""
        marks = {}
        for one in self.criteria:
            mark = str(self.data.get(f"mark_{one.pk}", ""))
            marks[one] = (mark if mark in Mark.values else "", self._typed(f"word_{one.pk}"))
        return self._typed("summary"), marks

    def _typed(self, name: str) -> str:
        return str(self.fields[name].to_python(self.data.get(name, "")))


_ENDS: dict[Decision, _StrPromise] = {
    Decision.APPROVED: _("Approve: everybody in the network can read the plan"),
    Decision.CHANGES_REQUESTED: _("Request changes: the plan goes back to the lab"),
    Decision.COMMENTED: _("Comment only: the plan stays where it is"),
}


class ActForm(forms.Form):
    """The word that goes with an act: a summary, a reason, or a note that may stay empty."""

    note = TextField(COMMENT_LENGTH, rows=4)

    def __init__(self, act: Act, data: Any = None) -> None:
        super().__init__(data)
        self.fields["note"].label = _NOTE_LABELS.get(act, _("A word about it"))
        self.is_optional = act != Act.REOPEN
        """Whether the label says so; what is needed in the end is the act's to say."""

    def ask_about(self, wishes: Checklist) -> None:
        """Ask for a word about what the lab was asked to change and left as it was, if anything."""
        if wishes.untouched:
            self.is_optional = False
            self.fields["note"].label = _("A word to the reviewer about what is untouched")


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
    Act.REOPEN: _("Why is it opened again?"),
    Act.WITHDRAW: _("Why is it withdrawn?"),
}
