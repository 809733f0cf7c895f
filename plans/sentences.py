"""Where a plan speaks of a term: one sentence of it, for who has to understand what is meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plans.duplicates.words import bare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plans.document import PlanDocument

MOST = 300
"""So many characters of a sentence are shown."""

_ENDS = re.compile(r"(?<=[.!?…])\s+|\n+")


def sentence_with(document: PlanDocument, words: str) -> str:
    """The first sentence of the plan that holds these words, however they are written.

    Of a partner it is what the plan says about the partner; where the words are nowhere, it is the
    plan's short summary, or the beginning of what it says first. Empty for an empty plan.
    """
    sought = f" {bare(words)} "
    for partner in document.partners:
        if f" {bare(partner.name)} " == sought and partner.description.strip():
            return _short(_ENDS.split(partner.description.strip())[0])
    for text in _texts(document):
        for one in _ENDS.split(text):
            if sought in f" {bare(one)} ":
                return _short(one)
    for text in (document.summary, document.challenge_statement, document.background):
        if text.strip():
            return _short(_ENDS.split(text.strip())[0])
    return ""


def _texts(document: PlanDocument) -> Iterator[str]:
    yield from (
        document.title,
        document.summary,
        document.challenge_statement,
        document.value_proposition,
        document.background,
    )
    for item in document.evidence:
        yield item.text
    for row in document.learning_questions:
        yield from (row.question, row.usage, row.data_gap)
    yield document.early_leads


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MOST else f"{text[: MOST - 1].rstrip()}…"
