"""No word of a page is lost, whatever was done to the page."""

from __future__ import annotations

import random

import pytest

from plans.importers.markdown import read
from tests.exporters.test_markdown import BOTH, MUTATIONS, WHOLE
from tests.importers.mutations import asked_for, samples, spoilt, told_by


@pytest.mark.parametrize("text", [WHOLE, BOTH, *samples()], ids=str.__len__)
def test_every_word_of_an_answer_is_in_a_document_as_often_as_in_the_page(text: str) -> None:
    reading = read(text)
    assert asked_for(text) - told_by(reading) == {}


def test_no_word_is_lost_from_a_spoilt_page() -> None:
    """Where markup was put into the midst of a word, its halves become one word again.

    Pieces of the page's own tags, cut in two, are nobody's words.
    """
    dice = random.Random(1_090)
    texts = [WHOLE, BOTH, *samples()]
    for number in range(MUTATIONS):
        text = spoilt(dice.choice(texts), dice)
        reading = read(text)
        if reading.kind == "other":
            continue
        told = told_by(reading)
        everything = "".join(told) + " div class group br"
        lost = [word for word in asked_for(text) if word not in told and word not in everything]
        assert lost == [], (number, text)
