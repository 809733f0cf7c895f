"""What changed between two documents: answers, marked words, chosen terms, rows that moved."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.diff import Changes, changes, splice, words
from plans.document import PartnerItem, Person, PlanDocument, QuestionItem

IDS = [UUID(int=number) for number in range(10)]


def marked(before: str, after: str) -> str:
    """The words as a line: ``-what went out-`` and ``+what came in+``."""
    signs = {"kept": "", "added": "+", "removed": "-"}
    return "".join(f"{signs[s.kind]}{s.text}{signs[s.kind]}" for s in words(before, after))


def partners(*order: int, **answers: Any) -> PlanDocument:
    """A document with these partners, known by number."""
    rows = [PartnerItem(id=IDS[number], name=f"P{number}", **answers) for number in order]
    return PlanDocument(partners=tuple(rows))


def rows(found: Changes) -> list[tuple[str, int | None, int | None, bool]]:
    """Each row with what happened to it, its old and its new place, and whether it moved."""
    return [(row.kind, row.was, row.now, row.moved) for row in found.rows]


# -- words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("", "", ""),
        ("One.", "One.", "One."),
        ("", "One.", "+One.+"),
        ("One.", "", "-One.-"),
        ("The well is dry.", "The old well is dry.", "The +old +well is dry."),
        ("Three dry years.", "Four wet years.", "-Three dry-+Four wet+ years."),
        ("pumping", "pumped", "-pumping-+pumped+"),
        ("One.\n\nTwo.", "One.\n\nThree.", "One.\n\n-Two-+Three+."),
        ("水资源管理", "水源管理", "水-资-源管理"),
        ("पानी की कमी", "पानी की अधिकता", "पानी की -कमी-+अधिकता+"),
        ("مياه جافة", "مياه عذبة", "مياه -جافة-+عذبة+"),
        ("a😀b", "a😎b", "-a😀b-+a😎b+"),
    ],
)
def test_words_are_marked_whole(before: str, after: str, shown: str) -> None:
    assert marked(before, after) == shown


@given(st.text("ab ,.\n水", max_size=40), st.text("ab ,.\n水", max_size=40))
def test_both_texts_can_be_read_in_the_marked_one(before: str, after: str) -> None:
    found = words(before, after)

    assert "".join(s.text for s in found if s.kind != "added") == before
    assert "".join(s.text for s in found if s.kind != "removed") == after


def test_neighbouring_stretches_are_never_of_one_kind() -> None:
    found = words("a b c d e f", "a x c y, e z f")

    assert [s.kind for s in found] == [
        *("kept", "removed", "added", "kept", "removed", "added", "kept", "added", "kept")
    ]


def test_very_long_texts_are_compared_by_lines_in_moments() -> None:
    lines = [f"Line {number} of a very long text.\n" for number in range(4000)]
    started = time.monotonic()

    found = words("".join(lines), "".join([*lines[:2000], "New.\n", *lines[2001:]]))

    assert [(s.kind, s.text) for s in found if s.kind != "kept"] == [
        ("removed", "Line 2000 of a very long text.\n"),
        ("added", "New.\n"),
    ]
    assert time.monotonic() - started < 5


def test_what_is_too_long_even_by_lines_was_replaced_as_a_whole() -> None:
    before, after = "a\n" * 6000, "b\n" * 6000

    assert [(s.kind, len(s.text)) for s in words(before, after)] == [
        ("removed", 12000),
        ("added", 12000),
    ]


# -- one stretch -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "stretch"),
    [
        ("", "", (0, "", "")),
        ("", "ab", (0, "", "ab")),
        ("abc", "ac", (1, "b", "")),
        ("aa", "aaa", (2, "", "a")),
        ("one two", "one three", (5, "wo", "hree")),
    ],
)
def test_the_stretch_that_differs(before: str, after: str, stretch: tuple[int, str, str]) -> None:
    assert splice(before, after) == stretch


@given(st.text("ab", max_size=20), st.text("ab", max_size=20))
def test_a_stretch_put_in_gives_the_later_text(before: str, after: str) -> None:
    start, out, put_in = splice(before, after)

    assert before[start : start + len(out)] == out
    assert before[:start] + put_in + before[start + len(out) :] == after


# -- answers ---------------------------------------------------------------------------------------


def test_the_same_document_twice_shows_no_change() -> None:
    document = PlanDocument(title="Wells", partners=(PartnerItem(name="A"),))

    assert not changes(document, document)


def test_answers_come_in_the_order_of_the_questionnaire() -> None:
    found = changes(
        PlanDocument(),
        PlanDocument(
            early_leads="The association.",
            sdgs=(6,),
            title="Wells",
            latitude=0.0,
            focal_point=Person(name="Mira", email="mira@example.org"),
        ),
    )

    assert found.places == [
        "title.title",
        "title.latitude",
        "title.focal_point",
        "classification.sdgs",
        "closing.early_leads",
    ]


def test_of_chosen_terms_those_added_and_removed_are_known() -> None:
    (change,) = changes(
        PlanDocument(thematic_areas=("Water", "Trade")),
        PlanDocument(thematic_areas=("Trade", "Fog")),
    ).fields

    assert (change.is_list, change.added, change.removed) == (True, ["Fog"], ["Water"])


def test_the_lab_and_the_cycle_are_not_answers() -> None:
    assert not changes(PlanDocument(lab="A", cycle="2030 Q1"), PlanDocument(lab="B"))


def test_changes_are_gathered_by_section() -> None:
    found = changes(
        PlanDocument(), PlanDocument(methods=("Surveys",), learning_questions=(QuestionItem(),))
    )

    assert [(key, len(fields), len(some)) for key, fields, some in found.by_section()] == [
        ("learning", 1, 1)
    ]


# -- rows ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "happened"),
    [
        ((1, 2, 3), (1, 2, 3), []),
        ((1, 2, 3), (3, 1, 2), [("kept", 3, 1, True)]),
        ((1, 2, 3), (2, 3, 1), [("kept", 1, 3, True)]),
        ((1, 2), (1, 2, 3), [("added", None, 3, False)]),
        ((1, 2, 3), (2, 3), [("removed", 1, None, False)]),
        ((1, 2, 3), (4, 3, 1), [
            ("added", None, 1, False), ("kept", 1, 3, True), ("removed", 2, None, False),
        ]),
    ],
)  # fmt: skip
def test_rows_are_known_wherever_they_are(
    before: tuple[int, ...],
    after: tuple[int, ...],
    happened: list[tuple[str, int | None, int | None, bool]],
) -> None:
    assert sorted(rows(changes(partners(*before), partners(*after))), key=str) == sorted(
        happened, key=str
    )


def test_the_fewest_rows_count_as_moved() -> None:
    found = changes(partners(1, 2, 3, 4, 5), partners(2, 3, 4, 5, 1))

    assert [row.row.name for row in found.rows if row.moved] == ["P1"]


def test_a_row_that_moved_and_was_written_in_is_one_change() -> None:
    (change,) = changes(
        PlanDocument(partners=(PartnerItem(id=IDS[1], name="A"), PartnerItem(id=IDS[2]))),
        PlanDocument(partners=(PartnerItem(id=IDS[2]), PartnerItem(id=IDS[1], name="B"))),
    ).rows

    assert (change.place, change.moved, [field.name for field in change.fields]) == (
        f"partners/{IDS[1]}",
        True,
        ["name"],
    )


def test_a_new_row_shows_what_is_written_in_it_and_nothing_else() -> None:
    row = PartnerItem(id=uuid4(), name="Users", is_new=False)

    (change,) = changes(PlanDocument(), PlanDocument(partners=(row,))).rows

    assert [(field.name, field.after) for field in change.fields] == [
        ("name", "Users"),
        ("is_new", False),
    ]


@given(st.permutations(range(6)), st.permutations(range(6)), st.integers(0, 6), st.integers(0, 6))
def test_every_row_that_differs_is_named_once(
    one: list[int], other: list[int], first: int, second: int
) -> None:
    before, after = one[:first], other[:second]

    found = changes(partners(*before), partners(*after))

    assert {row.id for row in found.rows if row.kind == "added"} == {
        IDS[number] for number in set(after) - set(before)
    }
    assert {row.id for row in found.rows if row.kind == "removed"} == {
        IDS[number] for number in set(before) - set(after)
    }
    moved = {row.id for row in found.rows if row.moved}
    stayed = [number for number in after if number in before and IDS[number] not in moved]
    assert stayed == sorted(stayed, key=before.index)
    assert len({row.id for row in found.rows}) == len(found.rows)
