"""One section of a plan as a form: its answers, its repeated rows, and what they were when shown.

A :class:`SectionEditor` is built twice for a save: to read what was typed, and, when something
could not be stored, to show it again with every word still in its place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

from plans import limits
from plans.authoring import Change, Outcome, Reading, fingerprint, row_key
from plans.forms.conflict import (
    BASE,
    SINCE,
    Conflict,
    happened,
    laid_out,
    read_json,
    revision,
    shown,
)
from plans.forms.fields import PictureField, TermsField, TextField, plan_field, row_fields
from plans.forms.typed import TypedTerms
from plans.sections import Section
from plans.taxonomies import PROPOSABLE, VOCABULARIES

if TYPE_CHECKING:
    from plans.models import Plan


class AnswersForm(forms.Form):
    """Answers of a plan or of one of its rows. ``stored`` holds the values now in the database."""

    row_id: UUID | None = None

    def __init__(
        self,
        fields: Mapping[str, forms.Field],
        stored: Mapping[str, Any],
        data: Any = None,
        prefix: str | None = None,
        files: Any = None,
    ) -> None:
        super().__init__(data, files, initial=dict(stored), prefix=prefix)
        self.fields.update(fields)
        self.stored = dict(stored)

    def full_clean(self) -> None:
        """Check as usual, but find no fault with what was there before and has not been touched."""
        super().full_clean()
        if self.is_bound:
            for name in [name for name in self.errors if name not in self.changed_data]:
                del self.errors[name]

    def values(self) -> dict[str, Any]:
        """What was typed and can be stored; pictures are not typed."""
        if not self.is_bound:
            return {}
        self.is_valid()
        return {
            name: self.cleaned_data[name]
            for name, entered in self.fields.items()
            if name in self.cleaned_data
            and name not in self.errors
            and not isinstance(entered, PictureField)
        }


class TypeForm(AnswersForm):
    """Adds to the title section the lab's places, and which of them are free."""

    def __init__(self, plan: Plan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.place = limits.place_name(plan.challenge_type, plan.slot) if plan.slot else ""

    @cached_property
    def slots(self) -> list[limits.Slot]:
        """The lab's places in the cycle; asked for only where they are shown."""
        return limits.slots(self.plan.lab, self.plan.cycle)

    @cached_property
    def options(self) -> list[limits.Option]:
        """Both types, and what keeps one from being chosen."""
        return limits.options_in(self.slots, self.plan)


@dataclass
class LostRow:
    """A row that somebody removed while this person wrote in it, and what they had typed."""

    row_id: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    words: str = ""
    """Who removed it, in a sentence, once somebody has asked."""

    @property
    def texts(self) -> list[str]:
        """What is worth reading again: more than a ticked box."""
        return [text for _name, text in self.fields if len(text.strip()) > 3]


class SectionEditor:
    """The form of one section for one plan; ``data`` is what was posted, if anything."""

    def __init__(
        self,
        plan: Plan,
        section: Section,
        data: Any = None,
        only: frozenset[str] | None = None,
        files: Any = None,
    ) -> None:
        self.plan, self.section, self.data, self.files = plan, section, data, files
        self.typed = TypedTerms()
        self._only = only
        self.group = section.group.key if section.group else ""
        self.main = self._main_form()
        self.rows: list[Any] = []
        self.row_forms: list[AnswersForm] = []
        self._known: set[str] = set()
        self._sent: dict[str, Change] = {}
        self.conflicts: dict[str, Conflict] = {}
        """What somebody else changed too and nobody has chosen from yet, by input."""
        self._make_row_forms()
        self.lost = self._lost_rows()

    def _wants(self, name: str) -> bool:
        """Whether the input of that name is on this form: all are, unless only some were sent."""
        return self._only is None or name in self._only

    def _main_form(self) -> AnswersForm:
        keys = [rule.key for rule in self.section.fields if self._wants(rule.key)]
        fields: dict[str, forms.Field] = {
            key: plan_field(self.plan, key, self.data) for key in keys
        }
        self.stored = {key: _stored(self.plan, key, fields[key]) for key in keys}
        initial = {key: shown(key, value) for key, value in self.stored.items()}
        for key in keys:
            if VOCABULARIES.get(key) in PROPOSABLE:
                fields[f"{key}_new"] = TextField(200)
        if "challenge_type" in fields:
            return TypeForm(self.plan, fields, initial, self.data)
        return AnswersForm(fields, initial, self.data)

    def _make_row_forms(self) -> None:
        """A form for each row that is asked for, with the inputs that are."""
        if not self.group or not (self._only is None or any(map(_row_of, self._only))):
            return
        rows = list(self.plan.rows(self.group))
        for row, fields in zip(rows, row_fields(self.group, rows, self._only), strict=True):
            wanted = {name: fields[name] for name in fields if self._wants(f"{row.pk}-{name}")}
            if wanted:
                self.rows.append(row)
                self.row_forms.append(self._row_form(row, wanted))
        self._known = {str(row.pk) for row in rows}

    def _row_form(self, row: Any, fields: dict[str, forms.Field]) -> AnswersForm:
        stored = {name: shown(name, getattr(row, name)) for name in fields}
        # A row that was not on the page (somebody added it, or it was brought back) is not empty.
        names = self.data or ()
        unseen = self._only is None and not any(name.startswith(f"{row.pk}-") for name in names)
        data, files = (None, None) if unseen else (self.data, self.files)
        form = AnswersForm(fields, stored, data, str(row.pk), files)
        form.row_id = row.pk
        return form

    def _lost_rows(self) -> list[LostRow]:
        """Rows that were posted and are no longer there, with every word typed into them."""
        if not self.group or not self.data:
            return []
        lost: dict[str, LostRow] = {}
        for key in self.data:
            row_id, name = _row_of(key), key[37:]
            if row_id and row_id not in self._known and name:
                texts = [(name, text) for text in self.data.getlist(key) if text.strip()]
                lost.setdefault(row_id, LostRow(row_id)).fields += texts
        return [row for row in lost.values() if row.texts]

    @property
    def forms(self) -> list[AnswersForm]:
        """The section's own answers first, then the rows."""
        return [self.main, *self.row_forms] if self.section.fields else self.row_forms

    @property
    def base(self) -> str:
        """Fingerprints of what is stored, for the hidden input.

        Where there is a conflict, of what the writer started from: until they choose, it is one.
        """
        base = {key: fingerprint(value) for key, value in self.all_stored().items()}
        base[SINCE] = str(self.plan.revision)
        if self.conflicts:
            before = _read_base(self.data)
            keys = [key for key in base if self.input_name(key) in self.conflicts]
            base |= {key: before.get(key, "") for key in (*keys, SINCE)}
        return json.dumps(base)

    @property
    def unsaved(self) -> str:
        """The names of the inputs that say something else than what is stored, as JSON."""
        forms = [form for form in self.forms if form.is_bound]
        names = [form.add_prefix(name) for form in forms for name in form.changed_data]
        lost = [f"{row.row_id}-{name}" for row in self.lost for name, _text in row.fields]
        return json.dumps(names + lost)

    def all_stored(self) -> dict[str, Any]:
        """What is stored now, by the keys of ``authoring``."""
        answer = dict(self.stored)
        for row, form in zip(self.rows, self.row_forms, strict=True):
            for name in form.fields:
                answer[row_key(self.group, row.pk, name)] = getattr(row, name)
        return answer

    def changes(self, overwrite: str = "") -> dict[str, Change]:
        """What was typed, as changes; invalid answers stay out and keep their errors.

        ``overwrite`` names a row whose answers are written whatever they were.
        """
        base = _read_base(self.data)
        since = revision(base.get(SINCE, ""))
        changes = {}
        for name, value in self.typed.join(self.main, self.main.values()).items():
            changes[name] = Change(value, base.get(name, ""), since)
        for form in self.row_forms:
            for name, value in form.values().items():
                key = row_key(self.group, str(form.row_id), name)
                known = None if str(form.row_id) == overwrite else base.get(key, "")
                changes[key] = Change(value, known, since)
        self._sent = changes
        return changes

    def reading(self) -> Reading:
        """What was typed beside what is stored, for a save of this form under the plan's lock."""
        return Reading(self.changes(), self.all_stored())

    def pictures(self) -> list[tuple[UUID, Any, str]]:
        """The pictures that came with the form: row, file, fingerprint of what was there before."""
        base = _read_base(self.data)
        return [
            (form.row_id, file, base.get(row_key(self.group, form.row_id, "picture"), ""))
            for form in self.row_forms
            if form.row_id and form.is_bound and (file := form.cleaned_data.get("picture"))
        ]

    def without_picture(self, row_id: UUID) -> dict[str, Change]:
        """The change that takes the picture of an item away."""
        key = row_key(self.group, row_id, "picture")
        return {key: Change(None, _read_base(self.data).get(key, ""))}

    def refuse(self, refused: Mapping[str, str]) -> None:
        """Say these sentences beside the inputs of these names, and nothing else."""
        for name, sentence in refused.items():
            self.main.errors.pop(name, None)
            self.main.add_error(name, sentence)

    def apply(self, outcome: Outcome) -> None:
        """Put what could not be written where it was typed, in words."""
        for key in outcome.conflicts:
            form, name = self._place(key)
            if form is None:
                continue
            what_next = (
                _("What you see here is theirs: choose yours again, if it is to take its place.")
                if name == "picture"
                else _("Nothing is overwritten: choose below what is to stay.")
            )
            if key in self._sent and name != "picture":
                self.conflicts[self.input_name(key)] = self._laid_out(outcome, key, form, name)
            form.add_error(name, f"{happened(outcome, key)} {what_next}")
        for key, message in outcome.refused.items():
            form, name = self._place(key)
            if form is not None:
                form.add_error(name, message)

    def _laid_out(self, outcome: Outcome, key: str, form: AnswersForm, name: str) -> Conflict:
        writing = outcome.written.get(key)
        return laid_out(
            self.input_name(key),
            form.fields[name],
            outcome.conflicts[key],
            self._sent[key].value,
            before=outcome.bases.get(key),
            writing=writing,
            by_reader=writing is not None and writing.by == outcome.actor,
        )

    @staticmethod
    def input_name(key: str) -> str:
        """The name of the input in which an answer is typed."""
        _group, slash, rest = key.partition("/")
        return rest.replace("/", "-") if slash else key

    def key_of(self, name: str) -> str:
        """The key of the answer that is typed into an input; the reverse of :meth:`input_name`."""
        row_id = _row_of(name)
        return row_key(self.group, row_id, name[37:]) if row_id else name

    def _place(self, key: str) -> tuple[AnswersForm | None, str]:
        _group, slash, rest = key.partition("/")
        if not slash:
            return self.main, key
        row_id, _slash, name = rest.partition("/")
        form = next((form for form in self.row_forms if str(form.row_id) == row_id), None)
        return form, name

    def has_errors(self) -> bool:
        """Whether anything has to be shown again."""
        return bool(self.lost) or any(form.errors for form in self.forms)


def _stored(plan: Plan, key: str, entered: forms.Field) -> Any:
    return entered.chosen if isinstance(entered, TermsField) else getattr(plan, key)


def _read_base(data: Any) -> dict[str, str]:
    base = read_json((data or {}).get(BASE, ""), dict) or {}
    return {str(key): str(value) for key, value in base.items()}


def _row_of(name: str) -> str:
    """The row an input of that name belongs to; nothing when it is an answer of the plan."""
    try:
        UUID(name[:36])
    except ValueError:
        return ""
    return name[:36] if name[36:37] == "-" else ""
