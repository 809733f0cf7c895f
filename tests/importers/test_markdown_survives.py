"""Whatever a file holds, reading it gives an answer, in time that grows with its length."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.importers.markdown import read
from plans.importers.wording import CHALLENGE_TYPE_NOTE, PLAN_QUESTIONS, REFLECTION_QUESTIONS
from tests.importers.pages import group, learning, page, partner, reflection

PIECES = st.sampled_from(
    [
        *(f"\n> {wording[0]}\n" for wording in PLAN_QUESTIONS.values()),
        *(f"\n> {wording}\n" for wording in list(REFLECTION_QUESTIONS.values())[:4]),
        *("\n## Title\n", "\n## Partners\n", "\n## Learning questions\n", "\n## End\n", "\n## \n"),
        *("\n# Heading\n", "\n****\n", "\n> \n", "\n> None\n", f"\n{CHALLENGE_TYPE_NOTE}\n"),
        *('\n<div class="group">\n', "\n</div>\n", "<p>", "</p>", "<br", "<!--", "-->", "<style>"),
        *("[[year:2021]]", "[[", "]]", "[[sdgs:", "[[latlng:nan,inf]]", "[[country:x\n", "[["),
        *("![Missing alt text](", "![", "](", ")", "[", "]", "[x](x)", "https://a.example"),
        *("&amp;", "&amp;lt;", "&#0;", "&#xD800;", "&#99999999;", "&lt;b&gt;", "&", ";"),
        *("- Sense\n", "word ", "\n\n", "\r\n", "\t", "\xa0", "\u200b", "\u2028", "\0", "\ud800"),
    ]
)
SPLICED = (
    page(
        quantitative=group("> \n\nText") + group("![Missing alt text](https://a.example/1.png)"),
        partners=partner(name="A", sector="", description="B", is_new=""),
        questions=learning("One?", "Test"),
    )
    + reflection()
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.text(max_size=20), max_size=40).map("".join))
def test_any_text_made_of_the_formats_pieces_is_read(text: str) -> None:
    reading = read(text)
    assert (reading.document is None) == (reading.kind in ("reflection", "other"))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(SPLICED)), st.integers(0, len(SPLICED)), PIECES | st.text(max_size=30))
def test_a_page_with_a_piece_cut_out_or_put_in_is_read(start: int, end: int, piece: str) -> None:
    reading = read(SPLICED[: min(start, end)] + piece + SPLICED[max(start, end) :])
    if reading.document is not None:
        assert "\\u0000" not in reading.document.model_dump_json()


@pytest.mark.parametrize(
    "unit",
    [
        "&amp;",
        "&amp;lt;",
        "<p ",
        '<p "',
        "<p a=",
        "=",
        "![",
        "[x](",
        "](",
        "<!--",
        "<img ",
        "> word word word word word word\n",
        "## \n",
        "## Title\n",
        "[[year:",
        "]]",
        "****\n",
        '<div class="group">\n',
        " ",
        "\n",
    ],
)
def test_a_large_page_of_anything_is_read_to_its_end(unit: str) -> None:
    """What takes the square of a text's length would never come back from this."""
    text = page(background=unit * (200_000 // len(unit)), quantitative=group(unit * 20_000))
    assert read(text).kind == "plan"
