"""The forms of collections: their names, who reads them, and putting a plan into one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plans.forms.fields import CHOOSE, TICK, TextField
from plans.models import Openness
from plans.models.collection import NAME_LENGTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User
    from plans.models import Collection

NOTE_LENGTH = 2000
NEW = "new"


def _text(label: Any, most: int, rows: int = 0, help_text: Any = "") -> TextField:
    field = TextField(most, rows)
    field.label, field.help_text = label, help_text
    return field


class CollectionForm(forms.Form):
    """A name and what the collection is for."""

    def __init__(self, data: Any = None, collection: Collection | None = None) -> None:
        initial = {"name": collection.name, "purpose": collection.purpose} if collection else {}
        super().__init__(data, initial=initial)
        self.fields["name"] = _text(_("Name"), NAME_LENGTH)
        self.fields["purpose"] = _text(
            _("What it is for"), NOTE_LENGTH, 3, _("One or two sentences for who reads it.")
        )


class OpennessForm(forms.Form):
    """Who reads a collection."""

    def __init__(self, data: Any = None, collection: Collection | None = None) -> None:
        super().__init__(data, initial={"openness": collection.openness} if collection else {})
        self.fields["openness"] = forms.ChoiceField(
            label=_("Who reads it?"),
            choices=[
                (Openness.PRIVATE.value, _("Only me")),
                (Openness.SHARED.value, _("The people I name below")),
                (Openness.NETWORK.value, _("Everybody in the network; my name stands beside it")),
            ],
            widget=forms.RadioSelect(TICK),
            error_messages=CHOOSE | {"required": _("Choose one from the list.")},
        )


class ReaderForm(forms.Form):
    """Somebody to share with."""

    def __init__(self, data: Any = None, colleagues: Sequence[User] = ()) -> None:
        super().__init__(data)
        self.colleagues = colleagues
        field = _text(
            _("Share with"),
            254,
            help_text=_("An e-mail address, or the name of somebody in your lab."),
        )
        field.widget.attrs |= {"autocomplete": "off", "dir": "ltr"}
        if colleagues:
            field.widget.attrs["list"] = "colleagues"
        self.fields["reader"] = field


class NoteForm(forms.Form):
    """Why a plan is in a collection."""

    def __init__(self, data: Any = None, note: str = "") -> None:
        super().__init__(data, initial={"note": note})
        self.fields["note"] = _text(
            _("Note"), NOTE_LENGTH, 4, _("Why this plan is here, for who reads the collection.")
        )


class CollectForm(forms.Form):
    """Into which collection of one's own a plan goes, or into a new one; and why."""

    def __init__(self, collections: Sequence[Collection], data: Any = None) -> None:
        super().__init__(data)
        self.has_some = bool(collections)
        if collections:
            self.fields["collection"] = forms.ChoiceField(
                label=_("Collection"),
                choices=[
                    *((str(one.pk), one.name) for one in collections),
                    (NEW, _("A new one, with this name:")),
                ],
                initial=str(collections[0].pk),
                widget=forms.RadioSelect(TICK),
                error_messages=CHOOSE | {"required": _("Choose a collection.")},
            )
        self.fields["name"] = _text(
            _("Name of a new collection") if collections else _("Name of your first collection"),
            NAME_LENGTH,
        )
        self.fields["note"] = _text(
            _("Note"), NOTE_LENGTH, 3, _("Why this plan is here, for who reads the collection.")
        )

    @property
    def chosen(self) -> str:
        """The key of the collection that was chosen; empty for a new one."""
        chosen = self.cleaned_data.get("collection", NEW)
        return "" if chosen == NEW else str(chosen)
