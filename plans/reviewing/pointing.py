"""Pointing at some words of a plan: which texts there are at a place, and where the words stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from plans import phrases
from plans.diff import TEXTS
from plans.errors import Invalid
from plans.phrases import Phrase
from plans.sections import GROUP

if TYPE_CHECKING:
    from plans.anchors import Anchor
    from plans.document import PlanDocument
    from plans.models import Thread


@dataclass(frozen=True)
class Spot:
    """Some words as they stand in the text of one answer, with the words around them."""

    anchor: Anchor
    phrase: Phrase
    start: int

    @property
    def key(self) -> str:
        """Its name among the spots of a place."""
        return f"{self.anchor}:{self.start}"


def texts_of(document: PlanDocument, anchor: Anchor) -> list[tuple[Anchor, str]]:
    """The texts at a place in which words can be chosen: of an answer, or of all those of a row."""
    if anchor.field:
        places = [anchor] if anchor.field in TEXTS else []
    elif anchor.group:
        fields = GROUP[anchor.group].fields
        places = [replace(anchor, field=one.key) for one in fields if one.key in TEXTS]
    else:
        places = []
    return [(place, text) for place in places if (text := document.text_at(place))]


def spots(document: PlanDocument, anchor: Anchor, words: str) -> list[Spot]:
    """Every place at which these words stand there, in the order of the texts."""
    return [
        Spot(place, phrases.cut(text, (start, end)), start)
        for place, text in texts_of(document, anchor)
        for start, end in phrases.find_all(text, words)
    ]


def point_at(document: PlanDocument, anchor: Anchor, phrase: Phrase) -> Spot:
    """The one spot that a phrase means; of a row, in the one of its texts in which it stands.

    Raises Invalid, by ``words``, for a phrase that is too long, that is nowhere there, or of which
    it is not certain which of several is meant.
    """
    if phrase.length > phrases.LONGEST:
        raise _refusal(
            _("These are too many words to point at. Choose fewer, or speak of the whole answer.")
        )
    found = [
        Spot(place, phrases.cut(text, span), span[0])
        for place, text in texts_of(document, anchor)
        if (span := phrases.find(text, phrase))
    ]
    if len(found) == 1:
        return found[0]
    if len(spots(document, anchor, phrase.words)) > 1:
        raise _refusal(_("These words stand here more than once. Choose which of them you mean."))
    raise _refusal(
        _("These words are not there like this. Copy them from the text, or choose them anew.")
    )


def phrase_of(thread: Thread) -> Phrase:
    """The words that a thread points at, with those around them, as they were."""
    return Phrase(thread.phrase, thread.before, thread.after)


def place_of(document: PlanDocument, thread: Thread) -> tuple[int, int] | None:
    """Where the words that a thread points at stand now; None where they are gone."""
    return phrases.find(document.text_at(thread.anchor), phrase_of(thread))


def _refusal(sentence: str) -> Invalid:
    return Invalid(sentence, {"words": sentence})
