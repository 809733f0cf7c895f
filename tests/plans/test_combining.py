"""Two people's changes of one text: both happen, or both wordings stand there to be tidied."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.combining import Combined, combine

WELLS = "Wells run dry before the rains come. Nobody knows how deep the water is."

APART = [
    pytest.param(
        WELLS,
        WELLS.replace("dry", "empty"),
        WELLS.replace("deep", "salty"),
        "Wells run empty before the rains come. Nobody knows how salty the water is.",
        id="two words in two sentences",
    ),
    pytest.param(
        WELLS,
        f"In the east. {WELLS}",
        f"{WELLS} It is cold.",
        f"In the east. {WELLS} It is cold.",
        id="a sentence before and one after",
    ),
    pytest.param(
        WELLS,
        WELLS.removesuffix(" Nobody knows how deep the water is."),
        f"Deep {WELLS}",
        "Deep Wells run dry before the rains come.",
        id="one takes out, the other adds elsewhere",
    ),
    pytest.param(
        "One.\n\nTwo.\n\nThree.",
        "One.\n\nTwo.\n\nThree, by Mira.",
        "One, by Leo.\n\nTwo.\n\nThree.",
        "One, by Leo.\n\nTwo.\n\nThree, by Mira.",
        id="two paragraphs",
    ),
    pytest.param(
        "井戸は乾く", "深井戸は乾く", "井戸は早く乾く", "深井戸は早く乾く", id="no spaces"
    ),
    pytest.param(WELLS, WELLS, "", "", id="one takes all of it out, the other touches nothing"),
    pytest.param(WELLS, "The same.", "The same.", "The same.", id="both typed the same"),
    pytest.param("", "", "Begun.", "Begun.", id="one begins"),
]


@pytest.mark.parametrize(("before", "mine", "theirs", "both"), APART)
def test_changes_that_do_not_touch_each_other_both_happen(
    before: str, mine: str, theirs: str, both: str
) -> None:
    assert combine(before, mine, theirs) == Combined(both)
    assert combine(before, theirs, mine) == Combined(both)


CLASHES = [
    pytest.param(
        WELLS,
        WELLS.replace("dry", "empty"),
        WELLS.replace("dry", "salty"),
        "Wells run salty empty before the rains come. Nobody knows how deep the water is.",
        "salty empty",
        id="the same word",
    ),
    pytest.param(
        WELLS,
        f"{WELLS}\n\nMira's end.",
        f"{WELLS}\n\nLeo's end.",
        f"{WELLS}\n\nLeo's end.\n\nMira's end.",
        "\n\nLeo's end.\n\nMira's end.",
        id="both go on at the end",
    ),
    pytest.param(
        WELLS,
        "",
        WELLS.replace("dry", "empty"),
        WELLS.replace("dry", "empty"),
        WELLS.replace("dry", "empty"),
        id="one takes out what the other changes",
    ),
    pytest.param("", "Mira's.", "Leo's.", "Leo's. Mira's.", "Leo's. Mira's.", id="both begin"),
    pytest.param(
        "wells run",
        "old wells ran",
        "deep wells flow",
        "deep old wells flow ran",
        "deep old ",
        id="more than one place",
    ),
    pytest.param(
        None,
        "One.\nMira's.\nThree.",
        "One.\nLeo's.\nThree.",
        "One.\nLeo's.\nMira's.\nThree.",
        "One.\nLeo's.\nMira's.\nThree.",
        id="nobody knows what both started from",
    ),
]


@pytest.mark.parametrize(("before", "mine", "theirs", "both", "clash"), CLASHES)
def test_where_changes_touch_each_other_both_wordings_stand(
    before: str | None, mine: str, theirs: str, both: str, clash: str
) -> None:
    combined = combine(before, mine, theirs)

    assert combined.text == both
    assert not combined.is_clean
    start, end = combined.clashes[0]
    assert combined.text[start:end] == clash


# -- whatever people type --------------------------------------------------------------------------

WORD = st.sampled_from(["ash", "bay", "cod", "dew", "elm", "井", "戸", ".", ",", "\n\n", "é"])
TEXT = st.lists(WORD, max_size=12).map(" ".join)
NEW = st.sampled_from(["Mira", "Leo"])


@given(before=TEXT, after=TEXT)
def test_with_one_side_unchanged_the_other_is_what_comes_out(before: str, after: str) -> None:
    assert combine(before, after, before) == Combined(after)
    assert combine(before, before, after) == Combined(after)
    assert combine(before, after, after) == Combined(after)


@given(before=TEXT, mine=TEXT, theirs=TEXT)
def test_nothing_that_either_typed_is_left_out(before: str, mine: str, theirs: str) -> None:
    for base in (before, None):
        there = Counter(combine(base, mine, theirs).text.split())
        typed_by_mine = Counter(mine.split()) - Counter(before.split())
        typed_by_them = Counter(theirs.split()) - Counter(before.split())
        assert typed_by_mine - there == Counter()
        assert typed_by_them - there == Counter()


@given(
    head=TEXT, between=st.lists(st.sampled_from(["fir", "gum"]), min_size=1, max_size=4), tail=TEXT,
    put=TEXT, other=TEXT,
)  # fmt: skip
def test_edits_on_either_side_of_words_nobody_touched_both_survive(
    head: str, between: list[str], tail: str, put: str, other: str
) -> None:
    middle = f" {' '.join(between)} "
    before = f"{head}{middle}{tail}"

    combined = combine(before, f"{put}{middle}{tail}", f"{head}{middle}{other}")

    assert combined == Combined(f"{put}{middle}{other}")


@given(before=TEXT, mine=TEXT, theirs=TEXT)
def test_a_clean_result_does_not_depend_on_who_came_later(
    before: str, mine: str, theirs: str
) -> None:
    one, other = combine(before, mine, theirs), combine(before, theirs, mine)

    assert one.is_clean == other.is_clean
    if one.is_clean:
        assert one.text == other.text
