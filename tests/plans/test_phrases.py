"""Finding a phrase again: where it stands for certain, and nowhere when it is not certain."""

from __future__ import annotations

from time import process_time

import pytest

from plans import phrases
from plans.phrases import Phrase

TEXT = "The wells are dry. In spring the wells are full, and the wells are shared."


def found(text: str, phrase: Phrase) -> str | None:
    """The words of the text from the place on, or None."""
    place = phrases.find(text, phrase)
    return None if place is None else text[place[0] :]


def test_what_was_cut_out_is_found_where_it_was_cut_out() -> None:
    places = phrases.find_all(TEXT, "wells are")

    assert len(places) == 3
    assert [phrases.find(TEXT, phrases.cut(TEXT, place)) for place in places] == places


@pytest.mark.parametrize(
    ("phrase", "place"),
    [
        (Phrase("wells are", "spring the ", " full"), "wells are full, and the wells are shared."),
        (Phrase("wells are shared"), "wells are shared."),
        (Phrase("wells  are\nfull"), "wells are full, and the wells are shared."),
        (Phrase("wells are"), None),
        (Phrase("springs"), None),
        (Phrase("  \n"), None),
        (Phrase(""), None),
    ],
    ids=[
        "by its neighbours",
        "alone",
        "by other spaces",
        "not which",
        "not there",
        "blank",
        "none",
    ],
)
def test_where_a_phrase_stands(phrase: Phrase, place: str | None) -> None:
    assert found(TEXT, phrase) == place


@pytest.mark.parametrize(
    ("now", "place"),
    [
        ("Long before. The wells are dry in spring.", "dry in spring."),
        ("The wells are dry. Nobody knows why.", "dry. Nobody knows why."),
        ("All pumps are dry in spring.", "dry in spring."),
        ("The wells are full. The pumps run dry often.", None),
        ("The wells are full in spring.", None),
        ("", None),
    ],
    ids=["moved", "other words after", "other words before", "another one", "gone", "emptied"],
)
def test_a_short_phrase_is_found_by_what_stands_beside_it_still(
    now: str, place: str | None
) -> None:
    then = "The wells are dry in spring."
    phrase = phrases.cut(then, phrases.find_all(then, "dry")[0])

    assert found(now, phrase) == place


def test_a_word_that_stands_thousands_of_times_is_looked_for_without_reading_it_all_each_time() -> (
    None
):
    text = "The wells are dry, and nobody there measures them. " * 8000
    began = process_time()

    assert phrases.find(text, Phrase("e", "and nobody ther", " measures")) is None
    assert process_time() - began < 5  # to read it all each time takes minutes


def test_a_long_phrase_is_found_among_quite_other_words() -> None:
    phrase = Phrase("the water users of both villages", "We asked ", " in March.")

    assert found("Later, the water users of both villages came.", phrase) == (
        "the water users of both villages came."
    )
