"""PDFs read back: their words, their tags, and what their pictures show."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.utils import timezone
from docx import Document
from pypdf import PdfReader

from bench.documents import ALTERNATIVE, SAID, plan, structure
from plans import clock
from plans.exporters.forms import FORMS
from plans.exporters.paper import spelled


@pytest.fixture
def reader(db: None) -> PdfReader:
    """A plan in four scripts and with a picture, as a PDF."""
    return PdfReader(io.BytesIO(FORMS["pdf"].write([plan()])))


def test_every_script_is_read_back(reader: PdfReader) -> None:
    text = "".join("".join(page.extract_text() for page in reader.pages).split())
    for script in ("Latin", "Mongolian Cyrillic", "Chinese"):
        assert "".join(SAID[script].split()) in text
    emoji = "".join(SAID["emoji"].split())
    assert emoji in text or "".join(spelled(SAID["emoji"]).split()) in text


def test_screen_readers_are_told_what_is_what(reader: PdfReader) -> None:
    kinds, alternatives = structure(reader)
    assert {"/H1", "/H2", "/H3", "/P", "/L", "/LBody", "/Figure"} - kinds == set()
    assert alternatives == {ALTERNATIVE}
    root: Any = reader.root_object
    assert (bool(root["/MarkInfo"]["/Marked"]), str(root["/Lang"])) == (True, "en")
    about: Any = reader.metadata
    assert about.title == SAID["Latin"]


def test_what_was_said_is_a_chapter(reader: PdfReader) -> None:
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "Background: open" in text
    assert "Keiko Tanabe, 9 November 2026, 06:00 (UTC)" in text


def test_a_plan_begins_with_what_it_is_and_the_contents_follow(reader: PdfReader) -> None:
    first = " ".join(reader.pages[0].extract_text().split())
    opening = [first.index(words) for words in ("Lab: Mongolia Lab", "State: approved", "Contents")]
    assert opening == sorted(opening)


@pytest.mark.django_db
def test_the_cover_of_several_plans_says_what_they_are() -> None:
    evening = dt.datetime(2026, 11, 22, 20, tzinfo=dt.UTC)
    with clock.at(evening), timezone.override("Asia/Tokyo"):
        on_paper = FORMS["pdf"].content([plan(), plan()], "Region: Africa")
        as_text = FORMS["docx"].content([plan(), plan()], "Region: Africa")
    cover = " ".join(PdfReader(io.BytesIO(on_paper)).pages[0].extract_text().split())
    rows = [one.text for one in Document(io.BytesIO(as_text)).paragraphs[:4]]
    assert rows == [
        "Action learning plans",
        "Selection: Region: Africa",
        "Number of plans: 2",
        "Made on: 23 November 2026 (JST)",
    ]
    for row in rows:
        assert row.replace(": ", " ", 1) in cover


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Good 😀", "Good [grinning face]"),
        ("👩🏽\u200d🌾", "[woman][ear of rice]"),
        ("1 < 2, naïve, 水, 50 %", "1 < 2, naïve, 水, 50 %"),
    ],
)
def test_emoji_without_a_font_are_named(typed: str, told: str) -> None:
    assert spelled(typed) == told
