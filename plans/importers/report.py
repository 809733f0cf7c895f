"""What an import says about each file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans.document import PlanDocument, ReflectionDocument
from plans.importers.markdown import label
from plans.readiness import Gap
from plans.sections import FIELD, EvidenceForm, EvidenceKind


class Result(StrEnum):
    """How it went with a file."""

    IMPORTED = "imported"
    CHANGED = "changed"
    ALREADY_HERE = "already here"
    NO_PLAN = "no plan"
    REFUSED = "refused"


@dataclass
class FileReport:
    """One file: what became of it, what was taken, renamed, proposed, missing, not understood."""

    name: str
    result: Result = Result.REFUSED
    sentence: str = ""
    taken: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    proposed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether somebody has to do something about this file."""
        return self.result == Result.REFUSED

    def lines(self) -> list[str]:
        """The report as lines of text."""
        found = [f"{self.name}: {self.sentence}"]
        for heading, sentences in (
            (_("Taken"), self.taken),
            (_("Terms that go by another name here"), self.renamed),
            (_("Proposed as new terms"), self.proposed),
            (_("Missing"), self.missing),
            (_("Not understood"), self.doubts),
        ):
            if sentences:
                found.append(f"  {heading}:")
                found.extend(f"    - {sentence}" for sentence in sentences)
        return found


def what_was_taken(document: PlanDocument) -> list[str]:
    """The answers, rows and terms of a document, counted."""
    texts = [
        _("%(label)s (%(count)s)") % {"label": FIELD[key].label, "count": _words(text)}
        for key in FIELD
        if key != "title" and isinstance(text := getattr(document, key), str) and text
        if key not in ("challenge_type", "country")
    ]
    found = [", ".join(texts)] if texts else []
    found.extend(filter(None, (_evidence(document), _rows(document), _terms(document))))
    return found


def _words(text: str) -> str:
    count = len(text.split())
    return ngettext("%(count)d word", "%(count)d words", count) % {"count": count}


def _evidence(document: PlanDocument) -> str:
    counted: Counter[tuple[str, str]] = Counter(
        (item.kind, item.form) for item in document.evidence
    )
    parts = [
        _("%(count)d × %(kind)s %(form)s")
        % {
            "count": counted[kind.value, form.value],
            "kind": kind.label,
            "form": form.label,
        }
        for kind in EvidenceKind
        for form in EvidenceForm
        if counted[kind.value, form.value]
    ]
    return _("evidence: %(items)s") % {"items": ", ".join(parts)} if parts else ""


def _rows(document: PlanDocument) -> str:
    partners, questions = len(document.partners), len(document.learning_questions)
    parts = []
    if partners:
        parts.append(
            ngettext("%(count)d partner", "%(count)d partners", partners) % {"count": partners}
        )
    if questions:
        parts.append(
            ngettext("%(count)d learning question", "%(count)d learning questions", questions)
            % {"count": questions}
        )
    return get_text_list(parts, _("and")) if parts else ""


def _terms(document: PlanDocument) -> str:
    parts = []
    if document.sdgs:
        parts.append(
            _("SDGs %(numbers)s") % {"numbers": ", ".join(str(number) for number in document.sdgs)}
        )
    for key in ("thematic_areas", "methods", "data_sources"):
        count = len(getattr(document, key))
        if count:
            parts.append(f"{FIELD[key].label}: {count}")
    return "; ".join(parts)


def what_is_missing(gaps: Iterable[Gap]) -> list[str]:
    """What holds up submission; the same gap of several rows in one sentence."""
    groups = {
        "evidence": _("Evidence %(places)s: %(gap)s"),
        "partners": _("Partner %(places)s: %(gap)s"),
        "learning": _("Learning question %(places)s: %(gap)s"),
    }
    places: dict[tuple[str, str], list[str]] = {}
    for gap in gaps:
        place = [str(gap.place)] if gap.place else []
        places.setdefault((gap.section, gap.message), []).extend(place)
    return [
        groups[section] % {"places": ", ".join(found), "gap": message} if found else message
        for (section, message), found in places.items()
    ]


class _Looked(Protocol):
    """A page that was examined."""

    document: PlanDocument | None
    reflection: ReflectionDocument | None
    warnings: list[str]


def what_was_not_understood(found: _Looked) -> list[str]:
    """Words without a place in a plan or reflection, and the reader's doubts, as sentences."""
    parts = [part for part in (found.document, found.reflection) if part is not None]
    told = [
        _("Kept beside the answers, for there is no place for these words (%(place)s): %(words)s")
        % {"place": label(leftover.place), "words": leftover.words[:500]}
        for part in parts
        for leftover in part.leftover
    ]
    return told + list(found.warnings)
