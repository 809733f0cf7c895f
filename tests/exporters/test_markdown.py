"""What goes out in the archive's form comes back as an equal document."""

from __future__ import annotations

import os
import random

import pytest

from plans.exporters.markdown import page as exported
from plans.importers.markdown import Reading, read
from plans.importers.wording import CHALLENGE_TYPE_NOTE, PLAN_QUESTIONS
from tests.importers.mutations import samples, spoilt
from tests.importers.pages import (
    TAGS,
    asked,
    asked_in_reflection,
    group,
    learning,
    page,
    partner,
    reflection,
    worked_with,
)

MUTATIONS = int(os.environ.get("MUTATIONS", "400"))
"""How many pages are spoilt; ``MUTATIONS=20000`` before a release."""


def sent_out(reading: Reading) -> str:
    """The page that the documents of a page make; the year stands in their cycle."""
    cycle = {"cycle": str(reading.year or "")}
    return exported(
        reading.document and reading.document.model_copy(update=cycle),
        reading.reflection and reading.reflection.model_copy(update=cycle),
    )


def again(reading: Reading) -> Reading:
    """What comes back of what went out."""
    return read(sent_out(reading))


WHOLE = page(
    "Wells that last - Exploratory",
    quantitative=group("> \n\n31 of 90.\n\nAre dry.")
    + group("![Missing alt text](https://a.example/1.png)\n\n![A pump](https://a.example/2.png)"),
    qualitative=group("> \n[https://a.example/?a=1&b=2](https://a.example/?a=1&b=2)")
    + group("> None\n\nHeard at the well."),
    partners=partner(name="Guild", sector="", description="Drills.\n\nDigs.", is_new="")
    + partner(name="", description="Nobody named."),
    questions=learning("Who repairs?", "Sense", "Test", usage="Walks.", data_gap="Repairs.")
    + learning("Who pays?"),
    end=asked("remarks", "."),
)
BOTH = (
    f"# Wells that last\n\n{TAGS}"
    + reflection(insights="One.\n\nTwo.")
    + WHOLE[WHOLE.index("## Title") :]
    + "## End\n\n"
    + asked_in_reflection("interplay", "More of both.")
    + asked_in_reflection("evidence", group("![Missing alt text](https://a.example/3.png)"))
)


@pytest.mark.parametrize(
    "text", [WHOLE, BOTH, f"# Wells\n\n{TAGS}{reflection()}", *samples()], ids=str.__len__
)
def test_a_page_goes_out_and_comes_back_the_same(text: str) -> None:
    reading = read(text)
    back = again(reading)
    assert back.document == reading.document
    assert back.reflection == reading.reflection
    assert back.kind == reading.kind


def test_a_page_that_went_out_has_the_questions_of_the_archive_in_their_order() -> None:
    text = sent_out(read(WHOLE))
    lines = text.split("\n")
    assert lines[0] == "# Wells that last"
    assert "[[sdgs:6. Clean water and sanitation]]" in lines
    assert [line for line in lines if line.startswith("## ")] == [
        "## Title",
        "## Challenge statement",
        "## Challenge classification",
        "## Partners",
        "## Learning questions",
        "## Learning questions",
        "## Closing",
        "## End",
    ]
    assert CHALLENGE_TYPE_NOTE in lines
    assert f"> {PLAN_QUESTIONS['remarks'][0]}" in lines


def test_lines_of_an_answer_that_look_like_the_pages_own_are_protected() -> None:
    trap = f"&gt; {PLAN_QUESTIONS['summary'][0]}\n&#35;# Partners\n&#42;***\n[[year:1999]]"
    reading = read(page(background=trap))
    assert reading.document is not None
    assert reading.document.background.split("\n") == [
        f"> {PLAN_QUESTIONS['summary'][0]}",
        "## Partners",
        "****",
        "[[year:1999]]",
    ]
    assert again(reading).document == reading.document


def test_words_without_a_place_go_out_and_come_back_to_where_they_stood() -> None:
    tags = f"Draft of May\n\n{TAGS}[[mood:hopeful]]\n"
    text = page(tags=tags, partners=partner(name="A", is_new="perhaps"))
    reading = read(text)
    assert [(left.place, left.words) for left in reading.leftover] == [
        ("top", "Draft of May"),
        ("mood", "hopeful"),
        ("partner.is_new", "perhaps"),
    ]
    assert "## Words without a place" in sent_out(reading)
    assert again(reading).document == reading.document


def test_sorts_of_partners_that_are_not_known_keep_the_questions_words() -> None:
    text = f"# Wells\n\n{TAGS}{reflection(end=worked_with('drillers of the north', 'Ten.'))}"
    reading = read(text)
    assert reading.reflection is not None
    assert [(one.sort, one.account) for one in reading.reflection.partners] == [
        ("government", "The water office."),
        ("drillers of the north", "Ten."),
    ]
    assert again(reading).reflection == reading.reflection


def test_spoilt_pages_go_out_and_come_back_the_same_too() -> None:
    dice = random.Random(20_000)
    texts = [WHOLE, BOTH, *samples()]
    for number in range(MUTATIONS):
        text = spoilt(dice.choice(texts), dice)
        reading = read(text)
        if reading.kind == "other":
            continue
        back = again(reading)
        assert back.document == reading.document, (number, text)
        assert back.reflection == reading.reflection, (number, text)
