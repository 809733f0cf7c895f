"""What the page of a section shows: each question with its label, input, threads and troubles."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from plans import acquaintance, lookup
from plans.anchors import WHOLE_PLAN, Anchor
from plans.authoring import carried_in
from plans.sections import EvidenceForm, Field, Group
from plans.similarity import COMPARED
from plans.taxonomies import PROPOSABLE, VOCABULARIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from django.forms import BoundField

    from plans.acquaintance import Acquaintance
    from plans.forms.conflict import Conflict
    from plans.forms.section import AnswersForm, LostRow, SectionEditor
    from plans.history import Removal
    from plans.lookup import Near
    from plans.models import Picture, Question, Thread

COUNTED = 300

FITS = {
    "text": f"{EvidenceForm.TEXT} {EvidenceForm.LINK}",
    "address": f"{EvidenceForm.LINK}",
    "picture": f"{EvidenceForm.PICTURE}",
    "alternative": f"{EvidenceForm.PICTURE}",
    "caption": f"{EvidenceForm.PICTURE}",
}
"""Which answers an item of evidence has by how it is given; others are not shown while empty."""

SHORT = 60
"""A row is called by so many characters of its words."""


@dataclass
class Answer:
    """One question on the page.

    ``kind``: plain, type, picture, sdgs (tiles), boxes (a closed vocabulary), terms (one that may
    be long), partner (a name that the directory completes), acquainted (new and unusual?).
    ``unknown`` are the words typed that are no term yet, ``near`` the terms that may be meant.

    ``fits`` names the ways of giving evidence that it belongs to; empty for what always does.
    ``more`` is the guidance after its first line; ``carried`` whether it was copied from another
    plan and nobody has confirmed it yet; ``others`` whether answers of other plans can be shown.
    ``conflict`` is what somebody else wrote here meanwhile, to be chosen from.
    """

    bound: BoundField
    label: str
    guidance: str
    rule: Field
    kind: str = "plain"
    conflict: Conflict | None = None
    threads: list[Thread] = field(default_factory=list)
    new: BoundField | None = None
    unknown: str = ""
    near: list[Near] = field(default_factory=list)
    known: Acquaintance | None = None
    options: list[Any] = field(default_factory=list)
    picture: Picture | None = None
    fits: str = ""
    more: str = ""
    carried: bool = False
    others: bool = False

    @property
    def optional(self) -> bool:
        """Whether to say so. What an item of evidence needs depends on how it is given."""
        return not self.rule.required and (not self.fits or self.rule.key == "caption")

    @property
    def most(self) -> int | None:
        """The number of characters to count while somebody types, where it is soon reached."""
        most = self.rule.max_length
        return most if most is not None and most <= COUNTED else None

    @property
    def chosen(self) -> list[Any]:
        """The checkboxes that are ticked, for a vocabulary too long to show whole."""
        return [box for box in self.bound if box.data["selected"]]

    @property
    def count(self) -> int:
        """How many are ticked."""
        return len(self.chosen)


@dataclass
class Row:
    """One row of a repeated group, counted from 1."""

    form: AnswersForm
    place: int
    last: bool
    answers: list[Answer]
    threads: list[Thread]
    key: str
    carried: bool
    gone: list[Gone] = field(default_factory=list)


@dataclass(frozen=True)
class Gone:
    """A row that was taken away and can be brought back, told where it stood."""

    row_id: UUID
    place: int
    begins: str


class SectionPage:
    """A :class:`SectionEditor` laid out for the template."""

    def __init__(
        self,
        editor: SectionEditor,
        labels: Mapping[str, Question],
        threads: Mapping[str, list[Thread]],
        removed: Sequence[Removal] = (),
    ) -> None:
        self._labels, self._threads = labels, threads
        self._pictures = {row.pk: getattr(row, "picture", None) for row in editor.rows}
        self.editor, self.section = editor, editor.section
        named = editor.group == "partners" and editor.rows
        self._known = acquaintance.of_rows(editor.plan) if named else {}
        self.title, self.guidance = self._words("", self.section.title)
        self.answers = [self._answer(editor.main, rule) for rule in self.section.fields]
        group = self.section.group
        self.rows = [
            self._row(group, form, place)
            for place, form in enumerate(editor.row_forms, start=1)
            if group
        ]
        self.threads = [*threads.get(WHOLE_PLAN, []), *threads.get(self.section.key, [])]
        self.lost: list[LostRow] = editor.lost
        self.carried = carried_in(editor.plan, self.section.key)
        self.gone: list[Gone] = []
        """Rows taken away from behind the last one; the others are told before who follows them."""
        for one in removed:
            stood = self.rows[one.place - 1].gone if one.place <= len(self.rows) else self.gone
            stood.append(Gone(one.row_id, one.place, _beginning(one.row)))

    @property
    def form(self) -> AnswersForm:
        """The first form, for the summary of errors."""
        return self.editor.forms[0] if self.editor.forms else self.editor.main

    @property
    def other_forms(self) -> list[AnswersForm]:
        """The others."""
        return self.editor.forms[1:]

    @property
    def sends_files(self) -> bool:
        """Whether pictures can be sent with this form."""
        return any(answer.kind == "picture" for row in self.rows for answer in row.answers)

    @property
    def may_add(self) -> bool:
        """Whether one more row fits."""
        group = self.section.group
        return group is not None and (group.at_most is None or len(self.rows) < group.at_most)

    def _words(self, name: str, fallback: Any) -> tuple[str, str]:
        question = self._labels.get(f"{self.section.key}.{name}".rstrip("."))
        return (question.label, question.guidance) if question else (str(fallback), "")

    def _answer(self, form: AnswersForm, rule: Field, row: str = "", place: int = 1) -> Answer:
        """One question, in a row called “Partner” the ``place`` of which counts from 1."""
        label, guidance = self._words(rule.key, rule.label)
        # The summary of errors calls the question by the words that stand above it.
        form[rule.key].label = f"{row} {place}: {label}" if row else label
        anchor = Anchor(section=self.section.key, field=rule.key)
        fits = FITS.get(rule.key, "")
        # Once is enough for a list of rows; but the first may have no picture, and not show it.
        shown = place == 1 or fits == EvidenceForm.PICTURE
        short, _line, more = guidance.strip().partition("\n") if shown else ("", "", "")
        form[rule.key].help_text = short.strip()  # so that it is read out with the input
        answer = Answer(
            bound=form[rule.key],
            label=label,
            guidance=short.strip(),
            more=more.strip(),
            others=place == 1 and rule.key in COMPARED.get(self.section.key, ()),
            carried=not form.row_id and rule.key in self.editor.plan.carried_over,
            rule=rule,
            conflict=self.editor.conflicts.get(form.add_prefix(rule.key)),
            threads=[] if form.row_id else self._threads.get(str(anchor), []),
            fits=fits,
        )
        if rule.key == "challenge_type":
            answer.kind, answer.options = "type", getattr(form, "options", [])
        elif rule.key == "picture":
            answer.kind, answer.picture = "picture", self._pictures.get(form.row_id)
        elif rule.key == "sdgs":
            answer.kind = "sdgs"
        elif VOCABULARIES.get(rule.key) in PROPOSABLE:
            answer.kind, answer.new = "terms", form[f"{rule.key}_new"]
            answer.new.label = label
            answer.unknown = self.editor.typed.unknown.get(rule.key, "")
            answer.near = lookup.near(VOCABULARIES[rule.key], answer.unknown)
        elif rule.key in VOCABULARIES:
            answer.kind = "boxes"
        elif form.row_id and rule.key == "name":
            answer.kind = "partner"
        elif form.row_id and rule.key == "is_new":
            answer.kind, answer.known = "acquainted", self._known.get(form.row_id)
        return answer

    def _row(self, group: Group, form: AnswersForm, place: int) -> Row:
        anchor = Anchor(section=self.section.key, group=group.key, row=form.row_id)
        one = str(group.one).capitalize()
        return Row(
            form=form,
            place=place,
            last=place == len(self.editor.row_forms),
            answers=[self._answer(form, rule, one, place) for rule in group.fields],
            threads=self._threads.get(str(anchor), []),
            key=str(anchor),
            carried=str(anchor) in self.editor.plan.carried_over,
        )


def _beginning(row: Mapping[str, Any]) -> str:
    """The first words of a row, to know it by."""
    for name in ("name", "question", "text", "address", "alternative"):
        words = " ".join(str(row.get(name) or "").split())
        if words:
            return words if len(words) <= SHORT else f"{words[: SHORT - 1]}…"
    return ""
