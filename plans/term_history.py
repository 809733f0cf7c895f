"""The story of terms: who is writing, told to the database, and what it noted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from plans import clock
from plans.models import LANGUAGES, TermChange, TermStatus

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import User
    from plans.models import Term

_TELL = """
SELECT set_config('plans.actor', %s, true), set_config('plans.at', %s, true),
       set_config('plans.note', %s, true)
"""


@contextmanager
def written_by(actor: User | None, note: str = "") -> Iterator[None]:
    """Whatever is written to terms inside is noted as done by ``actor``, now, with these words.

    One transaction; what is told to the database ends with it, also where it is broken off.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TELL, [str(actor.pk) if actor else "", clock.now().isoformat(), note])
        yield
        cursor.execute(_TELL, ["", "", ""])


# -- reading it ------------------------------------------------------------------------------------

MOST = 200
"""So many changes of a term are told, the newest first."""


@dataclass(frozen=True)
class Line:
    """One line of a term's story: when, by whom (nobody: the site), what in words, and a note."""

    at: dt.datetime
    by: str
    what: list[str]
    note: str


def story(term: Term) -> list[Line]:
    """What was done to a term, the newest first, in three queries at most."""
    changes = TermChange.objects.filter(vocabulary=term._meta.model_name, term=term.pk)
    changes = changes.select_related("by")
    rows = list(changes[:MOST])
    names = _names(type(term), rows)
    return [
        Line(row.at, row.by.get_full_name() if row.by else "", _told(row, names), row.note)
        for row in rows
    ]


def _names(vocabulary: type[Term], rows: list[TermChange]) -> dict[int, str]:
    """What the terms are called that these changes lead to."""
    keys = {
        key
        for row in rows
        for side in (row.before or {}, row.after or {})
        for key in (side.get("merged_into_id"), side.get("parent_id"))
        if key
    }
    return {term.pk: term.name for term in vocabulary._default_manager.filter(pk__in=keys)}


def _told(row: TermChange, names: dict[int, str]) -> list[str]:
    """A change in words."""
    if row.before is None:
        born = TermStatus((row.after or {})["status"]).label
        return [_("Added as “%(name)s”: %(status)s.") % {**(row.after or {}), "status": born}]
    if row.after is None:
        return [_("Deleted.")]
    told = []
    for key in row.after:
        words = _WORDS[key](row.before[key], row.after[key], names) if key in _WORDS else ""
        if words:
            told.append(words)
    return told


def _name(before: str, after: str, _names: dict[int, str]) -> str:
    return _("Renamed from “%(before)s” to “%(after)s”.") % {"before": before, "after": after}


def _status(before: str, after: str, _names: dict[int, str]) -> str:
    return _("Was %(before)s, is %(after)s now.") % {
        "before": TermStatus(before).label,
        "after": TermStatus(after).label,
    }


def _merged_into(before: int | None, after: int | None, names: dict[int, str]) -> str:
    if after is None:
        return _("Is a term of its own again, and no part of “%(term)s”.") % {
            "term": names.get(before or 0, "?")
        }
    return _("Merged into “%(term)s”.") % {"term": names.get(after, "?")}


def _parent(before: int | None, after: int | None, names: dict[int, str]) -> str:
    if after is None:
        return _("Taken out of the group “%(term)s”.") % {"term": names.get(before or 0, "?")}
    return _("Put into the group “%(term)s”.") % {"term": names.get(after, "?")}


def _aliases(before: list[str], after: list[str], _names: dict[int, str]) -> str:
    return _lists(
        [words for words in after if words not in before],
        [words for words in before if words not in after],
    )


def _labels(before: dict[str, str], after: dict[str, str], _names: dict[int, str]) -> str:
    def named(labels: dict[str, str], others: dict[str, str]) -> list[str]:
        return [
            f"{words} ({LANGUAGES.get(language, language)})"
            for language, words in labels.items()
            if others.get(language) != words
        ]

    return _lists(named(after, before), named(before, after))


def _lists(new: list[str], gone: list[str]) -> str:
    told = []
    if new:
        told.append(_("Is called this as well: %(words)s.") % {"words": _quoted(new)})
    if gone:
        told.append(_("Is not called this any more: %(words)s.") % {"words": _quoted(gone)})
    return " ".join(told)


def _quoted(words: list[str]) -> str:
    return ", ".join(f"“{one}”" for one in words)


def _description(before: str, after: str, _names: dict[int, str]) -> str:
    if not after:
        return _("What it means was taken out: “%(words)s”.") % {"words": before}
    return _("What it means is told: “%(words)s”.") % {"words": after}


def _position(before: int | None, after: int | None, _names: dict[int, str]) -> str:
    if after is None:
        return _("Has no place of its own in the list any more.")
    return _("Has place %(place)s in the list.") % {"place": after}


def _refusal(_before: str, after: str, _names: dict[int, str]) -> str:
    return _("Why: %(words)s") % {"words": after} if after else ""


_WORDS: dict[str, Any] = {
    "name": _name,
    "status": _status,
    "merged_into_id": _merged_into,
    "parent_id": _parent,
    "aliases": _aliases,
    "labels": _labels,
    "description": _description,
    "position": _position,
    "refusal": _refusal,
}
"""How a change of each column is told."""
