"""What is stored under the key of an answer, and by what it is known again.

Keys are fields (``background``) or answers of a row (:func:`row_key`). Nothing here writes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import models

from plans import taxonomies
from plans.models import CHOICES, UNOFFERED, Plan, Sector, Term, TermStatus

PLAIN_FIELDS = frozenset(
    {
        "title",
        "challenge_type",
        "country",
        "latitude",
        "longitude",
        "focal_point",
        "challenge_statement",
        "background",
        "value_proposition",
        "summary",
        "early_leads",
    }
)


def row_key(group: str, row: UUID | str, name: str) -> str:
    """The key of an answer in a repeated row: ``partners/<uuid>/name``."""
    return f"{group}/{row}/{name}"


def fingerprint(value: Any) -> str:
    """A short text that differs when two stored values differ.

    Of terms it holds the keys: so it can be read again after one was merged into another.
    """
    terms = [value] if isinstance(value, Term) else value
    if isinstance(terms, list) and terms and all(isinstance(term, Term) for term in terms):
        return "".join(f"~{term.pk}" for term in terms)
    return hashlib.sha256(json.dumps(plain(value)).encode()).hexdigest()[:12]


def plain(value: Any) -> Any:
    """A value as JSON knows it: rows of other tables by key, lists in their order."""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, str) or value is None or isinstance(value, (bool, float)):
        return value
    if isinstance(value, Iterable):
        return [plain(one) for one in value]
    return str(value)


def said(key: str, value: Any) -> Any:
    """A stored value as the plan's document has it; chosen terms come with their words."""
    name = key.rpartition("/")[2]
    if name == "sdgs":
        return sorted(goal.number for goal, _words in value)
    if name in CHOICES:
        return [words for _term, words in value]
    if name == "picture":
        return str(value.pk) if value else None
    if name in ("country", "sector"):
        return value.name if value else ""
    if name == "focal_point":
        return {"name": value.get_full_name(), "email": value.email} if value else None
    return list(value) if name == "stages" else value


def followed(key: str, shown: str) -> str:
    """The fingerprint of terms as it would be today: those merged since then are followed."""
    vocabularies: dict[str, type[Term]] = {"sector": Sector, **taxonomies.VOCABULARIES}
    vocabulary = vocabularies.get(key.rpartition("/")[2])
    if vocabulary is None or not re.fullmatch(r"(~[0-9]{1,18})+", shown):
        return shown
    living = taxonomies.follow(vocabulary, [int(pk) for pk in shown.split("~")[1:]])
    return "".join(f"~{pk}" for pk in living)


def answers(plan: Plan, keys: Iterable[str]) -> dict[str, Any]:
    """What is stored now under each key that still exists; a row's by :func:`row_key`."""
    found: dict[str, Any] = {}
    rows: dict[str, dict[str, Any]] = {}
    for key in keys:
        group, _slash, rest = key.partition("/")
        if rest:
            if group not in rows:
                rows[group] = {str(row.pk): row for row in plan.rows(group)}
            row_id, _slash, name = rest.partition("/")
            if row_id in rows[group]:
                found[key] = getattr(rows[group][row_id], name)
        elif key in CHOICES:
            found[key] = chosen_terms(plan, key)
        elif key in PLAIN_FIELDS:
            found[key] = getattr(plan, key)
        else:
            raise KeyError(key)
    return found


def chosen_terms(plan: Plan, key: str) -> list[Term]:
    """The terms of a plan in one vocabulary, in the order in which they were chosen.

    Each carries ``words``, those it was chosen by.
    """
    rows = CHOICES[key].objects.filter(plan=plan).select_related("term")
    terms = []
    for row in rows.order_by("position", "pk"):
        row.term.words = row.words
        terms.append(row.term)
    return terms


def vocabulary(plan: Plan, key: str, asked: Iterable[str] = ()) -> list[Any]:
    """The terms of a vocabulary that a form needs to know.

    Those the plan has already, and beside them every term in use of a closed vocabulary; of one to
    which labs propose, which may be long, those whose keys are ``asked`` for, after the plan's own
    in their order. Each carries ``place`` and ``words``: its position on the plan and the words it
    was chosen by, or None.
    """
    model = taxonomies.VOCABULARIES[key]
    on_plan = CHOICES[key].objects.filter(plan=plan, term=models.OuterRef("pk"))
    needed = models.Q(status=TermStatus.IN_USE)
    if model in taxonomies.PROPOSABLE:
        keys = [pk for pk in asked if re.fullmatch(r"[0-9]{1,18}", pk)]
        needed = models.Q(pk__in=keys) & ~models.Q(status__in=UNOFFERED)
    terms = model._default_manager.annotate(
        place=models.Subquery(on_plan.values("position")[:1]),
        words=models.Subquery(on_plan.values("words")[:1]),
    )
    terms = terms.filter(needed | models.Q(place__isnull=False)).select_related("merged_into")
    if model in taxonomies.PROPOSABLE:
        terms = terms.order_by(models.F("place").asc(nulls_last=True), "name")
    return list(terms)
