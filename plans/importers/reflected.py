"""A closing reflection of the archive, put together from a page's blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from plans.document import (
    Collaboration,
    EvidenceItem,
    FurtherAnswer,
    Leftover,
    ReflectionDocument,
    TimeSpent,
)
from plans.importers import rows, wording
from plans.importers.blocks import Block
from plans.importers.plaintext import one_line
from plans.sections import Stage

_STAGE_LINE = re.compile(r"\s*>[ \t\xa0]*(\S[^\n]{0,80})(?:\n|\Z)")
_TEXTS: Final = {
    "insights": "insights",
    "links": "links",
    "barriers": "barriers",
    "why_data": "why_data",
    "why_methods": "why_methods",
    "unusual": "unusual_partners",
    "interplay": "interplay",
}


@dataclass
class Reflected:
    """The answers of a reflection as they come in."""

    _texts: dict[str, str] = field(default_factory=dict)
    _time: list[TimeSpent] = field(default_factory=list)
    _partners: dict[str, str] = field(default_factory=dict)
    _evidence: list[EvidenceItem] = field(default_factory=list)
    _further: list[FurtherAnswer] = field(default_factory=list)
    leftover: list[Leftover] = field(default_factory=list)

    def take(self, block: Block, name: str) -> None:
        """Put the answer in a block where it belongs; ``name`` is its field."""
        if name == "evidence":
            self._evidence.extend(rows.evidence_of(block.text, ""))
            return
        if name == "time" and (line := _STAGE_LINE.match(block.text)):
            share = self._words(block, block.text[line.end() :], "time_spent")
            stage = one_line(line.group(1))
            if stage and (share or stage.lower() not in set(Stage)):
                self._time.append(TimeSpent(stage=stage, share=share))
            return
        words = self._words(block, block.text, name)
        if name == "time":
            before = self._time.pop(0).share if self._time and not self._time[0].stage else ""
            if words := rows.joined(before, words):
                self._time.insert(0, TimeSpent(stage="", share=words))
        elif name == "partners":
            sort = wording.sort_asked_by(block.question)
            self._partners[sort] = rows.joined(self._partners.get(sort, ""), words)
        elif name == "further":
            question = one_line(block.question.lstrip().removeprefix(">"))
            self._further.append(FurtherAnswer(question=question, answer=words))
        else:
            key = _TEXTS[name]
            self._texts[key] = rows.joined(self._texts.get(key, ""), words)

    def _words(self, block: Block, text: str, place: str) -> str:
        words = rows.answer(text)
        behind = [*rows.addresses_behind(text, words), *rows.pictures_in(text)]
        for address in behind:
            self.leftover.extend(rows.leftover_of(place, address))
        return words

    def document(
        self, shared: dict[str, Any], title: str, leftover: tuple[Leftover, ...]
    ) -> ReflectionDocument:
        """The reflection. ``shared`` is what the page's tags say; ``leftover`` its other words."""
        texts: dict[str, Any] = dict(self._texts)
        insights = texts.pop("insights", "")
        document = ReflectionDocument(
            title=title,
            insights=(insights,) if insights else (),
            time_spent=tuple(self._time),
            partners=tuple(
                Collaboration(sort=sort, account=words)
                for sort, words in sorted(self._partners.items(), key=lambda one: one[0] != "")
                if words
            ),
            evidence=tuple(self._evidence),
            further=tuple(self._further),
            leftover=(*leftover, *self.leftover),
            **shared,
            **texts,
        )
        return rows.with_lasting_names(document)
