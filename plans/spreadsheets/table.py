"""A vocabulary as a table: its columns, and how a row is written."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from import_export import fields, resources

from plans import taxonomies
from plans.models import LANGUAGES, Term, ThematicArea
from plans.models.constraints import sentence
from plans.spreadsheets.cells import (
    GroupField,
    LabelField,
    Paragraphs,
    Place,
    Several,
    Status,
    StatusField,
    Words,
    cell,
)


class TermTable(resources.ModelResource):  # type: ignore[misc]
    """The columns of a vocabulary. Saves each row, also to try it: the database knows the rules."""

    key = fields.Field(column_name="key", attribute="pk", readonly=True)
    name = fields.Field(column_name="name", attribute="name", widget=Words())
    aliases = fields.Field(column_name="other_spellings", attribute="aliases", widget=Several())
    description = fields.Field(column_name="meaning", attribute="description", widget=Paragraphs())
    label_en = LabelField("en")
    label_fr = LabelField("fr")
    label_es = LabelField("es")
    label_pt = LabelField("pt")
    label_ar = LabelField("ar")
    position = fields.Field(column_name="place", attribute="position", widget=Place())
    status = StatusField(column_name="status", attribute="status", widget=Status())
    uses = fields.Field(column_name="plans", attribute="uses", readonly=True)

    class Meta:
        model = Term
        fields: ClassVar[tuple[str, ...]] = (
            *("key", "name", "aliases", "description"),
            *("label_en", "label_fr", "label_es", "label_pt", "label_ar"),
            *("position", "status", "uses"),
        )
        import_id_fields = ()
        store_instance = True
        skip_html_diff = True
        report_skipped = True
        skip_unchanged = True

    def get_or_init_instance(self, instance_loader: Any, row: Any) -> tuple[Any, bool]:
        """The term that a row is meant for, or a new one. Raises ValidationError."""
        vocabulary = self._meta.model
        key = cell(row.get("key")).removesuffix(".0")
        if key:
            known = key.isascii() and key.isdigit() and len(key) < 19
            term = vocabulary._default_manager.filter(pk=int(key)).first() if known else None
            if term is None:
                raise ValidationError(_("No term has the key “%(key)s”.") % {"key": key[:40]})
            if term.merged_into_id:
                raise ValidationError(_("This term was merged into another one; leave it out."))
            return term, False
        found = taxonomies.find(vocabulary, cell(row.get("name")))
        return (found, False) if found is not None else (vocabulary(), True)

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        """A row without a key changes the term that goes by its name, and does not rename it."""
        if not new and not cell(row.get("key")):
            row["name"] = instance.name

    def skip_row(self, instance: Any, original: Any, row: Any, errors: Any = None) -> bool:
        """Whether the row changes nothing."""
        return not errors and bool(original.pk) and not changes(original, instance)

    def validate_instance(self, instance: Any, *args: Any, **kwargs: Any) -> None:
        """What the cells themselves say wrong. The rules are the database's."""
        errors = kwargs.get("import_validation_errors") or (args[0] if args else {})
        if errors:
            raise ValidationError(errors)

    def save_instance(self, instance: Any, is_create: bool, row: Any, **kwargs: Any) -> None:
        """Write the row, also when it is only tried. Raises ValidationError in the rule's words."""
        if not is_create:
            _keep_old_name(instance)
        try:
            with transaction.atomic():
                instance.save()
        except IntegrityError as error:
            raise ValidationError(_clash(instance) or sentence(error)) from error


class ThemeTable(TermTable):
    """Thematic areas have groups, too."""

    group = GroupField(column_name="group", attribute="parent", widget=Paragraphs())

    class Meta(TermTable.Meta):
        model = ThematicArea
        fields: ClassVar[tuple[str, ...]] = (*TermTable.Meta.fields, "group")


@cache
def table(vocabulary: type[Term]) -> Any:
    """The class that holds the columns of this vocabulary."""
    if vocabulary is ThematicArea:
        return ThemeTable
    meta = type("Meta", (TermTable.Meta,), {"model": vocabulary})
    return type("Table", (TermTable,), {"Meta": meta})


COLUMNS = (
    *("key", "name", "other_spellings", "meaning"),
    *(f"label_{language}" for language in LANGUAGES),
    *("group", "place", "status", "plans"),
)
"""The columns in their order; the group is of thematic areas only."""


def _keep_old_name(term: Any) -> None:
    """What a term was called finds it still, as after any renaming."""
    before = type(term)._default_manager.get(pk=term.pk).name
    fold = taxonomies.folded([before, term.name, *term.aliases])
    if fold[before] not in {fold[words] for words in (term.name, *term.aliases)}:
        term.aliases = [*term.aliases, before]


def _clash(term: Any) -> str:
    """Which other term goes by a name, spelling or label of this one."""
    for words in (term.name, *term.aliases, *term.labels.values()):
        other = taxonomies.known_as(type(term), words, besides=term)
        if other:
            return _("“%(words)s” already leads to the term “%(other)s”.") % {
                "words": words,
                "other": other,
            }
    return ""


def changes(before: Any, after: Any) -> list[tuple[str, str, str]]:
    """What differs between two states of a term: the column, before, after; as in the file."""
    found = []
    for name, column in table(after.__class__).fields.items():
        if name in ("key", "uses"):
            continue
        was, now = column.export(before), column.export(after)
        if was != now:
            found.append((column.column_name, was, now))
    return found
