"""The closing reflection of a plan: what was planned, and beside it what became of it.

Several people write in it, and it is saved while they do. So a page carries a fingerprint of what
each answer said when it was made: what only its writer changed is written, what only somebody else
changed stays, and where both did, nothing is overwritten.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans.authoring import fingerprint
from plans.document import Collaboration, Outcome, ReflectionDocument, TimeSpent
from plans.forms.conflict import read_json
from plans.forms.fields import CHOOSE, SHARE, TICK, ShareField, TextField
from plans.sections import Stage

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.forms import BoundField

    from plans.document import PlanDocument

MOST_INSIGHTS = 5
FURTHER_PARTNERS = 3
LONGEST = 15_000
"""The longest answer a page takes: about six pages of text."""

_OUTCOMES = [
    ("answered", gettext_lazy("Answered")),
    ("partly", gettext_lazy("Answered in part")),
    ("changed", gettext_lazy("It turned into another question")),
    ("dropped", gettext_lazy("Not worked on")),
]
_WORKED = [
    ("yes", gettext_lazy("Yes, as planned")),
    ("partly", gettext_lazy("In part")),
    ("no", gettext_lazy("No")),
]
_TEXTS = (
    "why_methods",
    "why_data",
    "barriers",
    "unusual_partners",
    "handover",
    "interplay",
    "links",
)


def _choice(label: str, choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=choices,
        required=False,
        label=label,
        widget=forms.RadioSelect(TICK),
        error_messages=CHOOSE,
    )


def _text(label: str, rows: int, guidance: str = "") -> TextField:
    field = TextField(LONGEST, rows=rows)
    field.strip = True  # as it is stored: a line begun and left is no change
    field.label, field.help_text = label, guidance
    return field


class ReflectionForm(forms.Form):
    """Everything a lab is asked in the end. Nothing is required: it can be written bit by bit.

    ``stored`` is what is stored now, ``data`` what was sent; of it, ``only`` these inputs count.
    """

    base = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        plan: PlanDocument,
        stored: ReflectionDocument | None,
        data: Any = None,
        only: Collection[str] | None = None,
    ) -> None:
        self.plan = plan
        self.stored = stored or ReflectionDocument(
            methods=plan.methods, data_sources=plan.data_sources
        )
        self.conflicts: dict[str, str] = {}
        """What is stored now where somebody else changed what this writer changed too, by input."""
        self._only = only
        super().__init__(data, initial=self._initial())
        self._ask()
        self.initial["base"] = json.dumps(self.fingerprints())

    # -- asking ------------------------------------------------------------------------------------

    def _ask(self) -> None:
        for place in range(1, MOST_INSIGHTS + 1):
            label = _("Insight %(place)d") % {"place": place}
            self.fields[f"insight_{place}"] = _text(label, 3)
        for place, row in enumerate(self.plan.learning_questions, start=1):
            label = _("Question %(place)d: was it answered?") % {"place": place}
            self.fields[f"outcome_{row.id}"] = _choice(label, _OUTCOMES)
            label = _("Question %(place)d: what happened to it") % {"place": place}
            self.fields[f"account_{row.id}"] = _text(label, 4)
        for place, partner in enumerate(self.plan.partners, start=1):
            label = _("Partner %(place)d: did you work together?") % {"place": place}
            self.fields[f"worked_{partner.id}"] = _choice(label, _WORKED)
            label = _("Partner %(place)d: what you did together") % {"place": place}
            self.fields[f"account_{partner.id}"] = _text(label, 3)
        for place in range(1, FURTHER_PARTNERS + 1):
            name = TextField(1000)
            name.label = _("Another partner %(place)d: name") % {"place": place}
            self.fields[f"further_{place}_name"] = name
            label = _("Another partner %(place)d: what you did together") % {"place": place}
            self.fields[f"further_{place}_account"] = _text(label, 3)
        self.fields["unusual_partners"] = _text(
            _("New and unusual partners"),
            4,
            _("Which were new to you, and what made them special?"),
        )
        self.fields["methods"] = _text(_("Methods used"), 5, _("One in each line."))
        self.fields["why_methods"] = _text(_("Why these methods"), 4)
        self.fields["data_sources"] = _text(_("Data used"), 5, _("One in each line."))
        self.fields["why_data"] = _text(_("Why these data"), 4)
        for stage in Stage:
            share = ShareField(self.initial.get(f"time_{stage.value}", ""))
            share.label = _("%(stage)s: share of your time, in %%") % {"stage": stage.label}
            self.fields[f"time_{stage.value}"] = share
        self.fields["barriers"] = _text(_("Barriers and bottlenecks"), 4)
        self.fields["handover"] = _text(
            _("Handover"), 4, _("Who goes on with this, and what do they need?")
        )
        self.fields["interplay"] = _text(
            _("What only the combination made possible"),
            4,
            _("Methods, data and partners together: what would you not have learned otherwise?"),
        )
        self.fields["links"] = _text(
            _("Links"), 4, _("Blogs, reports and other places to read on. One in each line.")
        )

    def _initial(self) -> dict[str, Any]:
        stored = self.stored
        told: dict[str, Any] = {key: getattr(stored, key) for key in _TEXTS}
        told |= {f"insight_{n}": words for n, words in enumerate(stored.insights, start=1)}
        for outcome in stored.outcomes:
            told[f"outcome_{outcome.row}"] = outcome.outcome
            told[f"account_{outcome.row}"] = outcome.account
        planned = {partner.id for partner in self.plan.partners}
        for partner in stored.partners:
            if partner.row in planned:
                told[f"worked_{partner.row}"] = partner.worked
                told[f"account_{partner.row}"] = partner.account
        further = [one for one in stored.partners if one.row not in planned]
        for place, partner in enumerate(further[:FURTHER_PARTNERS], start=1):
            told[f"further_{place}_name"] = partner.name
            told[f"further_{place}_account"] = partner.account
        told["methods"] = "\n".join(stored.methods)
        told["data_sources"] = "\n".join(stored.data_sources)
        told |= {f"time_{spent.stage.lower()}": spent.share for spent in stored.time_spent}
        return told

    # -- showing -----------------------------------------------------------------------------------

    def insights(self) -> list[BoundField]:
        """The inputs for insights."""
        return [self[f"insight_{place}"] for place in range(1, MOST_INSIGHTS + 1)]

    def questions(self) -> Iterator[tuple[Any, list[BoundField]]]:
        """Each learning question of the plan with its inputs."""
        for row in self.plan.learning_questions:
            yield row, [self[f"outcome_{row.id}"], self[f"account_{row.id}"]]

    def partners(self) -> Iterator[tuple[Any, list[BoundField]]]:
        """Each partner of the plan with its inputs."""
        for row in self.plan.partners:
            yield row, [self[f"worked_{row.id}"], self[f"account_{row.id}"]]

    def further(self) -> list[BoundField]:
        """The inputs for partners nobody had planned."""
        return [
            self[f"further_{place}_{name}"]
            for place in range(1, FURTHER_PARTNERS + 1)
            for name in ("name", "account")
        ]

    def has_further(self) -> bool:
        """Whether these inputs hold anything, or something is wrong with them."""
        return any(box.value() or box.errors for box in self.further())

    def time(self) -> list[BoundField]:
        """The inputs for the time given to each stage."""
        return [self[f"time_{stage.value}"] for stage in Stage]

    def stored_otherwise(self) -> list[tuple[BoundField, str]]:
        """The answers that somebody else changed too, with what is stored of them."""
        return [(self[name], self._in_words(name, now)) for name, now in self.conflicts.items()]

    def said_otherwise(self, now: ReflectionForm) -> list[tuple[str, str]]:
        """The answers of this one that ``now`` has in other words or no more: label and words."""
        return [
            (str(self[name].label), self._in_words(name, words))
            for name in self._answers()
            if (words := self._now(name)) and words != now._now(name)
        ]

    def _in_words(self, name: str, value: str) -> str:
        choices = {"outcome": _OUTCOMES, "worked": _WORKED}.get(name.partition("_")[0], [])
        return str(dict(choices).get(value, value))

    def fingerprints(self) -> dict[str, str]:
        """What tells whether an answer is another one by now, for each input."""
        return {name: fingerprint(self._now(name)) for name in self._answers()}

    def unsaved(self) -> list[str]:
        """The inputs in which something is typed that is not stored."""
        return [
            name for name in self._answers() if str(self[name].value() or "") != self._now(name)
        ]

    def on_what_is_stored(self) -> None:
        """Show what was typed on top of what is stored now: sent again, it is written."""
        self.data = {
            name: self.cleaned_data.get(name, self[name].value()) for name in self._answers()
        } | {"base": self.initial["base"]}

    # -- answering ---------------------------------------------------------------------------------

    def taken(self) -> list[str]:
        """The inputs that were sent and can be stored."""
        sent = self._answers() if self._only is None else self._only
        return [name for name in self._answers() if name in sent and name not in self.errors]

    def _answers(self) -> list[str]:
        return [name for name in self.fields if name != "base"]

    def _now(self, name: str) -> str:
        return str(self.initial.get(name) or "")

    def clean(self) -> dict[str, Any]:
        """Leave alone what the writer did not touch, and note what somebody else changed too."""
        said: dict[str, Any] = self.cleaned_data
        shown = read_json(said.get("base", ""), dict) or {}
        for name in self._answers():
            now = self._now(name)
            before = shown.get(name, fingerprint(""))
            typed = said.get(name)  # None where something is wrong with it
            is_sent = self._only is None or name in self._only
            if not is_sent or (typed is not None and fingerprint(typed) == before):
                said[name] = now
            elif before != fingerprint(now) and typed != now:
                self.conflicts[name] = now
        for name in self.conflicts:
            self.add_error(name, _("Somebody else changed this while you were writing."))
        if self._only is None:
            self._add_up(said)
        return said

    def _add_up(self, said: dict[str, Any]) -> None:
        """See that the shares of one's time are no more than all of it, however rounded."""
        names = [f"time_{stage.value}" for stage in Stage]
        shares = {name: SHARE.fullmatch(said.get(name, "")) for name in names}
        whole = sum(float(one[1].replace(",", ".")) for one in shares.values() if one)
        if whole > 101:
            message = _("Together these shares are %(whole)g of 100. Make them 100 or less.")
            first = next(name for name, share in shares.items() if share)
            self.add_error(first, message % {"whole": whole})

    def document(self) -> ReflectionDocument:
        """What was typed, as data; where something is wrong with it, what is stored.

        Insights and further partners keep their places, also empty ones, for others may have the
        page open (:meth:`ReflectionDocument.without_gaps`).
        """
        said = {name: self.cleaned_data.get(name, self._now(name)) for name in self._answers()}
        insights = [said[f"insight_{place}"] for place in range(1, MOST_INSIGHTS + 1)]
        stages = {stage.value for stage in Stage}
        spent = [
            TimeSpent(stage=str(stage.value).capitalize(), share=share)
            for stage in Stage
            if (share := said[f"time_{stage.value}"])
        ]
        others = [one for one in self.stored.time_spent if one.stage.lower() not in stages]
        # What the page does not ask for (an archived reflection has more) stays as it is.
        return self.stored.model_copy(
            update={
                "insights": (*insights, *self.stored.insights[MOST_INSIGHTS:]),
                "outcomes": tuple(self._outcomes(said)),
                "partners": tuple(self._partners(said)),
                "methods": _lines(said["methods"]),
                "data_sources": _lines(said["data_sources"]),
                "time_spent": (*spent, *others),
                **{key: said[key] for key in _TEXTS},
            }
        )

    def _outcomes(self, said: dict[str, Any]) -> Iterator[Outcome]:
        for row in self.plan.learning_questions:
            outcome, account = said[f"outcome_{row.id}"], said[f"account_{row.id}"]
            if outcome or account:
                yield Outcome(row=row.id, question=row.question, outcome=outcome, account=account)
        asked = {row.id for row in self.plan.learning_questions}
        yield from (one for one in self.stored.outcomes if one.row not in asked)

    def _partners(self, said: dict[str, Any]) -> Iterator[Collaboration]:
        for row in self.plan.partners:
            worked, account = said[f"worked_{row.id}"], said[f"account_{row.id}"]
            if worked or account:
                yield Collaboration(row=row.id, name=row.name, worked=worked, account=account)
        planned = {row.id for row in self.plan.partners}
        further = [one for one in self.stored.partners if one.row not in planned]
        before = dict(enumerate(further, start=1))
        for place in range(1, FURTHER_PARTNERS + 1):
            name, account = (said[f"further_{place}_{key}"] for key in ("name", "account"))
            named = {"name": name, "account": account}
            one = before.get(place, Collaboration())
            yield one.model_copy(update=named) if name or account or one.sort else Collaboration()
        yield from further[FURTHER_PARTNERS:]


def _lines(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(line.split()) for line in text.split("\n") if line.strip()))
