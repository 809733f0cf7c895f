"""Reading pages of the archive: every pitfall of the format, one by one."""

from __future__ import annotations

import pytest

from plans.document import Leftover, PlanDocument
from plans.importers.markdown import read
from tests.importers.pages import (
    TAGS,
    asked,
    challenge_type,
    group,
    learning,
    page,
    partner,
    question,
    reflection,
)


def plan(text: str) -> PlanDocument:
    """The plan in a page that holds one."""
    document = read(text).document
    assert document is not None
    return document


def evidence(content: str) -> list[tuple[str, str, str]]:
    """Form, text and address of what a page's quantitative evidence gives."""
    found = plan(page(quantitative=content)).evidence
    return [(item.form, item.text, item.address) for item in found]


def background(answer: str) -> str:
    """What an answer to Background becomes."""
    return plan(page(background=answer)).background


# -- a whole page ----------------------------------------------------------------------------------


def test_a_whole_plan_is_read_into_its_fields() -> None:
    reading = read(
        page(
            quantitative=group("> \n\nOf 90 wells, 31 are dry."),
            qualitative=group("> \n\nPeople walk at night."),
            partners=partner(
                name="Drillers' guild", sector="", description="They drill.", is_new=""
            ),
            questions=learning(
                "Who repairs?", "Sense", "Test", usage="Walks.", data_gap="Repairs."
            ),
        )
    )
    document = reading.document
    assert document is not None
    assert reading.kind == "plan"
    assert reading.year == 2022
    assert reading.leftover == ()
    assert reading.warnings == ()
    assert document.title == "Wells that last"
    assert document.country == "Wellland"
    assert (document.latitude, document.longitude) == (12.5, -3.25)
    assert document.focal_point is not None
    assert document.focal_point.email == "ada@lab.example"
    assert document.challenge_statement == "Every third well runs dry."
    assert document.background == "Drilled in a hurry."
    assert [(e.kind, e.form, e.text) for e in document.evidence] == [
        ("quantitative", "text", "Of 90 wells, 31 are dry."),
        ("qualitative", "text", "People walk at night."),
    ]
    assert document.value_proposition == "We know the drillers."
    assert document.summary == "Wells, counted by those who drink."
    assert document.sdgs == (6,)
    assert document.thematic_areas == ("Water",)
    assert [(p.name, p.sector, p.description, p.is_new) for p in document.partners] == [
        ("Drillers' guild", "", "They drill.", None)
    ]
    assert [(q.question, q.stages, q.usage, q.data_gap) for q in document.learning_questions] == [
        ("Who repairs?", ("sense", "test"), "Walks.", "Repairs.")
    ]
    assert document.methods == ("Citizen science",)
    assert document.data_sources == ("Rain gauges",)
    assert document.early_leads == "The water office."


def test_paragraphs_are_kept_and_empty_lines_are_not_heaped() -> None:
    assert background("One.\n\n\n\nTwo.\nStill two.  \n\n") == "One.\n\nTwo.\nStill two."


def test_none_is_an_answer_outside_evidence() -> None:
    assert background("> None\nof it") == "> None\nof it"


def test_windows_line_ends_and_a_byte_order_mark_make_no_difference() -> None:
    text = "\ufeff" + page(background="One.\n\nTwo.").replace("\n", "\r\n")
    assert plan(text).background == "One.\n\nTwo."
    assert read(text).heading == "Wells that last"


def test_characters_that_cannot_be_stored_are_left_out() -> None:
    assert background("be\0fore and\x07 after") == "before and after"


# -- questions -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "> as my teacher said",
        ">> forwarded",
        "# One",
        "## Not a section of ours",
        "#wells",
        "- a point",
        "> Background: what we found in the library",
        "> Who are your top 5 partners?",
        "****",
    ],
)
def test_a_line_of_an_answer_that_only_looks_like_a_question_stays(line: str) -> None:
    assert background(f"Before.\n{line}\nAfter.") == f"Before.\n{line}\nAfter."


def test_a_known_section_name_inside_an_answer_stays_when_words_follow() -> None:
    assert background("Before.\n\n## Title\n\nAfter.") == "Before.\n\n## Title\n\nAfter."


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("partner.name", "> Please state the name of the Parter:"),
        ("partner.name", ">  please state the name of the partner"),
        ("partner.sector", "> What sector does our partner belong to?"),
        ("partner.description", "> Please provide a brief description of the partnership."),
        (
            "learning.usage",
            (
                "> Usage of methods:\xa0Relating to your choice above, how will you use your "
                "methods &amp;amp; tools for this learning question? What value do these add in "
                "answering your learning question?\\n"
            ),
        ),
    ],
)
def test_a_question_is_known_in_its_old_spellings(field: str, line: str) -> None:
    text = page(
        partners=partner(name="A", sector="B", description="C"),
        questions=learning("D", usage="E"),
    ).replace(question(field), line)
    document = plan(text)
    assert [(p.name, p.sector, p.description) for p in document.partners] == [("A", "B", "C")]
    assert [(q.question, q.usage) for q in document.learning_questions] == [("D", "E")]


def test_the_three_lines_about_the_challenge_type_are_no_answer() -> None:
    reading = read(page())
    assert reading.document is not None
    assert reading.document.challenge_type == ""
    assert reading.leftover == ()


def test_an_answer_to_the_challenge_type_is_taken() -> None:
    text = page().replace(challenge_type(), challenge_type() + "Big bet\n\n")
    assert plan(text).challenge_type == "big_bet"


def test_a_line_that_nearly_is_a_question_is_reported() -> None:
    nearly = "> Background: What is the story of your challenge? What is causing or driving it?"
    nearly += " Who is involved? How does the current situation look like?"
    reading = read(page(statement=f"We ask:\n{nearly}\nand answer."))
    assert len(reading.warnings) == 1
    assert reading.warnings[0].startswith("This looks like a question, but was read as an answer")


def test_an_answer_given_twice_is_taken_whole_and_reported() -> None:
    reading = read(page(background="One.\n\n" + asked("background", "Two.")))
    assert reading.document is not None
    assert reading.document.background == "One.\n\nTwo."
    assert reading.warnings == ("“Background” is answered twice; both answers were taken.",)


@pytest.mark.parametrize("placeholder", ["n/a", ".", "-", "RAS", "[empty]", "****"])
def test_placeholders_are_answers(placeholder: str) -> None:
    assert plan(page(leads=placeholder)).early_leads == placeholder


def test_words_under_the_good_bye_are_remarks_and_not_leads() -> None:
    reading = read(page(end=asked("remarks", "Thanks to you!")))
    assert reading.document is not None
    assert reading.document is not None
    assert reading.document.early_leads == "The water office."
    assert reading.document.remarks == "Thanks to you!"


# -- sections --------------------------------------------------------------------------------------


def test_stars_under_section_names_are_decoration() -> None:
    text = page(questions=learning("Who repairs?"))
    for name in ("Title", "Challenge statement", "Partners", "Learning questions", "Closing"):
        text = text.replace(f"## {name}\n", f"## {name}\n****\n")
    document = plan(text)
    assert "*" not in document.model_dump_json()
    assert document.title == "Wells that last"


@pytest.mark.parametrize(
    "names",
    [
        (
            "Titre",
            "Énoncé du défi",
            "Classement des défis",
            "Les partenaires",
            "Questions d'apprentissage",
            "Fermeture",
        ),
        (
            "Título",
            "Declaración de desafío",
            "Clasificación del desafío",
            "Socios",
            "Preguntas de aprendizaje",
            "Clausura",
        ),
        (
            "Titre",
            "Le défi, énoncé autrement",
            "Une classification à nous",
            "Avec qui",
            "Ce qu'il faut apprendre",
            "Pour finir",
        ),
    ],
)
def test_section_names_in_other_languages_are_known_or_told_by_what_follows(
    names: tuple[str, ...],
) -> None:
    english = (
        "Title",
        "Challenge statement",
        "Challenge classification",
        "Partners",
        "Learning questions",
        "Closing",
    )
    text = page(partners=partner(name="La guilde"), questions=learning("Qui répare ?"))
    expected = plan(text)
    for old, new in zip(english, names, strict=True):
        text = text.replace(f"## {old}\n", f"## {new}\n")
    found = plan(text)
    assert _without_ids(found) == _without_ids(expected)


def _without_ids(document: PlanDocument) -> object:
    dumped = document.model_dump()
    for group_name in ("evidence", "partners", "learning_questions"):
        for row in dumped[group_name]:
            del row["id"]
    return dumped


def test_a_section_without_a_name_ends_an_answer_and_adds_nothing() -> None:
    text = page().replace("## Challenge classification", "## ").replace("## Closing", "##")
    document = plan(text)
    assert document.summary == "Wells, counted by those who drink."
    assert document.early_leads == "The water office."


def test_a_page_without_closing_is_a_plan() -> None:
    text = page(questions=learning("Who repairs?", data_gap="Repairs."))
    document = plan(text[: text.index("## Closing")])
    assert document.early_leads == ""
    assert document.learning_questions[0].data_gap == "Repairs."


def test_words_under_a_section_without_its_question_go_where_they_belong() -> None:
    text = page().replace(question("early_leads") + "\n", "")
    assert plan(text).early_leads == "The water office."


def test_words_that_belong_nowhere_are_not_lost() -> None:
    text = page().replace("## Challenge classification", "## Challenge classification\n\nWater.")
    assert read(text).leftover == (Leftover(place="classification", words="Water."),)


# -- evidence --------------------------------------------------------------------------------------


@pytest.mark.parametrize("opening", ["> \n\n", "> None\n\n", "> \n", "", ">\xa0\n\n"])
def test_a_group_of_evidence_may_begin_in_several_ways(opening: str) -> None:
    assert evidence(group(f"{opening}Of 90 wells, 31 are dry.")) == [
        ("text", "Of 90 wells, 31 are dry.", "")
    ]


@pytest.mark.parametrize("nothing", ["", "> ", "> None", "> \n\n\n", "[]()", "<div><br></div>"])
def test_empty_groups_give_no_evidence(nothing: str) -> None:
    assert evidence(group(nothing)) == []


def test_pictures_keep_their_address_and_missing_alt_text_means_none() -> None:
    assert evidence(
        group("![Missing alt text](https://a.example/1.png)\n![A well](https://a.example/2.png)")
    ) == [
        ("picture", "", "https://a.example/1.png"),
        ("picture", "A well", "https://a.example/2.png"),
    ]


def test_words_around_a_picture_keep_their_order() -> None:
    assert evidence(group("> \n\nBefore.\n\n![](https://a.example/1.png)\n\nAfter.")) == [
        ("text", "Before.", ""),
        ("picture", "", "https://a.example/1.png"),
        ("text", "After.", ""),
    ]


def test_a_picture_inside_the_page_itself_is_evidence_and_no_text() -> None:
    data = "data:image/png;base64," + "iVBORw0KGgo" * 2000
    assert evidence(group(f'> \n\n<p>See</p><img src="{data}" alt="">')) == [
        ("text", "See", ""),
        ("picture", "", data),
    ]


@pytest.mark.parametrize(
    ("inside", "addresses"),
    [
        ("https://a.example/x", ["https://a.example/x"]),
        ("https://a.example https://b.example", ["https://a.example", "https://b.example"]),
        ("https://a.example\nwww.b.example", ["https://a.example", "www.b.example"]),
        ("https://a.examplehttps://b.example", ["https://a.example", "https://b.example"]),
        (
            "https://a.example<div><br></div>https://b.example ",
            ["https://a.example", "https://b.example"],
        ),
        (
            "https://keep.example/web/https://a.example",
            ["https://keep.example/web/https://a.example"],
        ),
        ("https://a.example?x=1&amp;region=2", ["https://a.example?x=1&region=2"]),
        ("https://a.example/Well_(water)", ["https://a.example/Well_(water)"]),
    ],
)
def test_a_link_may_hold_several_addresses(inside: str, addresses: list[str]) -> None:
    assert evidence(group(f"> \n[{inside}]({inside})")) == [
        ("link", "", address) for address in addresses
    ]


@pytest.mark.parametrize("words", ["empty", "[empty]", "Household survey (2019)", "see a.example"])
def test_words_where_a_link_was_asked_are_a_text(words: str) -> None:
    assert evidence(group(f"> \n[{words}]({words})")) == [("text", words, "")]


def test_an_address_inside_a_sentence_is_said_once() -> None:
    assert evidence(group("> \n\nSee [https://a.example](https://a.example) for more.")) == [
        ("text", "See https://a.example for more.", "")
    ]


def test_evidence_outside_a_group_is_taken() -> None:
    assert evidence("Of 90 wells, 31 are dry.\n") == [("text", "Of 90 wells, 31 are dry.", "")]


# -- partners --------------------------------------------------------------------------------------


def test_a_partner_begins_at_a_name_or_at_a_field_that_is_there_already() -> None:
    content = (
        partner(name="A", sector="", description="a", is_new="")
        + partner(name="B")
        + partner(name="C", description="c")
        + partner(description="nameless", is_new="yes")
    )
    found = plan(page(partners=content)).partners
    assert [(p.name, p.description, p.is_new) for p in found] == [
        ("A", "a", None),
        ("B", "", None),
        ("C", "c", None),
        ("", "nameless", True),
    ]


def test_partners_without_a_word_are_none() -> None:
    empty = partner(name="", sector="", description="", is_new="")
    assert plan(page(partners=empty * 2)).partners == ()


def test_an_answer_that_is_neither_yes_nor_no_is_kept_aside() -> None:
    reading = read(page(partners=partner(name="A", is_new="perhaps")))
    assert reading.document is not None
    assert reading.document.partners[0].is_new is None
    assert reading.leftover == (Leftover(place="partner.is_new", words="perhaps"),)


# -- learning questions ----------------------------------------------------------------------------


def test_every_learning_section_is_a_question() -> None:
    text = page(
        questions=learning("One?", "Grow", "Sense")
        + "## Learning questions\n"
        + learning("Two?", "Test", usage="By walking.")
    )
    assert [(q.question, q.stages, q.usage) for q in plan(text).learning_questions] == [
        ("One?", ("sense", "grow"), ""),
        ("Two?", ("test",), "By walking."),
    ]


def test_a_learning_section_may_lack_questions() -> None:
    text = page(
        questions=learning("One?", "Test")
        + "## Learning questions\n"
        + asked("learning.usage", "Of the second.")
    )
    assert [(q.question, q.usage) for q in plan(text).learning_questions] == [
        ("One?", ""),
        ("", "Of the second."),
    ]


def test_a_stage_that_is_not_known_is_kept_aside() -> None:
    reading = read(page(questions=learning("One?", "Sense", "Dream")))
    assert reading.document is not None
    assert reading.document.learning_questions[0].stages == ("sense",)
    assert reading.leftover == (Leftover(place="learning.stages", words="Dream"),)


# -- markup ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a &amp;amp;amp;lt;b&gt;bold&lt;/b&gt; word", "a bold word"),
        ("R&amp;D &quot;quoted&quot; &#39;x&#x27;", "R&D \"quoted\" 'x'"),
        ("https://a.example/?a=1&region=2&copy=3", "https://a.example/?a=1&region=2&copy=3"),
        ("&nosuchthing; stays", "&nosuchthing; stays"),
        ("50%<3458 and 3 < 4 > 2", "50%<3458 and 3 < 4 > 2"),
        ("<your name> and <https://a.example>", "<your name> and <https://a.example>"),
        ("a <b and c> d", "a <b and c> d"),
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("One.<br/>Two.<BR>Three.", "One.\nTwo.\nThree."),
        ("<ul><li>one</li><li>two</li></ul>", "one\n\ntwo"),
        (
            (
                '<p class="MsoNormal" style="margin: 0cm; font-family: &quot;Lucida&quot;">'
                'Word<o:p></o:p></p><a href="https://a.example/?a=1&amp;b=2">here</a>'
            ),
            "Word\nhere",
        ),
        ("<!--[if gte mso 9]><xml>\n<w:x>no</w:x>\n</xml><![endif]-->Yes", "Yes"),
        ("<style>p { color: red }</style>Yes", "Yes"),
        ("Yes <span style='mso-fareast-language:", "Yes"),
        ("w<b>or</b>d", "word"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("one&nbsp;&nbsp;two", "one\xa0\xa0two"),
        ("\u200b\u200bword\u200b", "word"),
        ("a literal \\n stays", "a literal \\n stays"),
    ],
)
def test_markup_goes_and_words_stay(typed: str, kept: str) -> None:
    assert background(typed) == kept


def test_a_picture_in_a_text_is_reported() -> None:
    reading = read(page(background="See ![Missing alt text](https://a.example/1.png) there."))
    assert reading.document is not None
    assert reading.document.background == "See  there."
    assert reading.warnings == (
        ("A picture under “Background” is kept as an address only: https://a.example/1.png"),
    )


# -- heading and tags ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "title", "kind"),
    [
        ("Wells 2022 - Exploratory", "Wells", "exploratory"),
        ("Wells (Big Bet)", "Wells", "big_bet"),
        ("Wells", "Wells | big bet", "big_bet"),
        ("Exploratory: wells", "Wells", "exploratory"),
        ("An exploratory study of wells", "Wells", ""),
        ("Wells that last", "Wells", ""),
    ],
)
def test_the_heading_or_title_may_tell_the_type(heading: str, title: str, kind: str) -> None:
    assert plan(page(heading, title=title)).challenge_type == kind


def test_the_title_is_the_answer_even_where_the_heading_is_cut() -> None:
    document = plan(page("Wells that la…", title="Wells that last\nand last"))
    assert document.title == "Wells that last and last"


def test_without_an_answer_the_heading_is_the_title() -> None:
    reading = read(page("Wells that last", title=""))
    assert reading.document is not None
    assert reading.document.title == "Wells that last"
    assert reading.warnings == ("The page names no title; its heading was taken.",)


def test_a_missing_title_is_no_title() -> None:
    assert plan(page("Missing title", title="")).title == ""


@pytest.mark.parametrize(
    ("tags", "areas"),
    [
        ("[[thematic_areas:water,]]\n[[thematic_areas:wells\\]]", ("water", "wells")),
        ("[[thematic_areas:clean\nwater]]", ("clean water",)),
        ("[[thematic_areas:]]\n[[thematic_areas: , ]]", ()),
        ("[[thematic_areas:Water]]\n[[thematic_areas:Water ]]", ("Water",)),
        ("[[thematic_areas:a]b]]\n[[thematic_areas:c]]", ("a]b", "c")),
        ("[[thematic_areas:never closed\n[[thematic_areas:closed]]", ("never closed", "closed")),
        ("[[thematic_areas:wells &amp; rain]]", ("wells & rain",)),
        ("[[thematic_areas:" + "word " * 120 + "]]", (("word " * 120).strip(),)),
    ],
)
def test_odd_tags_are_read(tags: str, areas: tuple[str, ...]) -> None:
    assert plan(page(tags=tags)).thematic_areas == areas


def test_goals_are_read_by_number_and_once() -> None:
    tags = "[[sdgs:10. Reduced innequalities]]\n[[sdgs:9. Industry, innovation and infrastructure]]"
    reading = read(page(tags=f"{tags}\n[[sdgs:10. Again]]\n[[sdgs:18. Dreams]]\n[[sdgs:Peace]]"))
    assert reading.document is not None
    assert reading.document.sdgs == (9, 10)
    assert reading.warnings == (
        "“18. Dreams” is not a Sustainable Development Goal.",
        "“Peace” is not a Sustainable Development Goal.",
    )


def test_tags_that_make_no_sense_are_reported() -> None:
    tags = "[[year:soon]]\n[[latlng:100,nowhere]]\n[[mood:good]]\n[[country:A]]\n[[country:B]]"
    reading = read(page(tags=tags))
    assert reading.year is None
    assert reading.country == "A"
    assert sorted(reading.warnings) == [
        "A second “country” was not taken: B",
        "The tag “mood” is not known: good",
        "“100,nowhere” is not a place on the map.",
        "“soon” is not a year.",
    ]


def test_a_focal_point_may_be_a_name() -> None:
    focal_point = plan(page(tags="[[focal_point:Ada Well]]")).focal_point
    assert focal_point is not None
    assert (focal_point.name, focal_point.email) == ("Ada Well", "")


# -- what kind of page -----------------------------------------------------------------------------


def test_a_closing_reflection_is_told_from_a_plan() -> None:
    reading = read(f"# Wells\n\n{TAGS}\n{reflection(end='## End')}")
    assert reading.kind == "reflection"
    assert reading.document is None
    assert (reading.year, reading.country) == (2022, "Wellland")


def test_a_page_that_is_both_gives_the_plan_and_no_word_of_the_reflection() -> None:
    alone = page(partners=partner(name="A"))
    sections = alone[alone.index("## Title") :]
    bonus = "## End\n\n> Bonus question: what else?\n\nNothing else."
    reading = read(f"# Wells that last\n\n{TAGS}\n{reflection()}\n{sections}\n{bonus}")
    assert reading.kind == "both"
    assert reading.document is not None
    assert _without_ids(reading.document) == _without_ids(plan(alone))


def test_a_new_question_of_a_reflection_gives_no_word_to_the_plan() -> None:
    unknown = "## Partners\n\n> Whom did you miss?\n\nNobody.\n\n"
    alone = page()
    sections = unknown + alone[alone.index("## Title") :]
    bonus = "## End\n\n> What else?\n\nNothing else."
    text = f"# Wells that last\n\n{TAGS}\n{reflection()}\n{sections}\n{bonus}"
    reading = read(text)
    assert reading.document is not None
    assert _without_ids(reading.document) == _without_ids(plan(alone))
    assert reading.document.remarks == ""


@pytest.mark.parametrize(
    "text", ["", "\n", "# Read me\n\nHello.\n\n## Title\n\nWords.", "[[year:2021]]", "\0\0", "> "]
)
def test_other_files_are_no_plan(text: str) -> None:
    assert read(text).kind == "other"


# -- what composed pages taught --------------------------------------------------------------------


def test_a_sections_name_in_an_answer_is_words_where_the_section_comes_later() -> None:
    document = plan(page(background="One.\n\n## Partners\n\nTwo.", partners=partner(name="Guild")))
    assert document.background == "One.\n\n## Partners\n\nTwo."
    assert [one.name for one in document.partners] == ["Guild"]


def test_a_sections_name_before_another_sections_question_is_words() -> None:
    document = plan(page(background="One.\n\n## Closing", summary="Short."))
    assert (document.background, document.summary) == ("One.\n\n## Closing", "Short.")


def test_a_foreign_section_of_unknown_name_may_lack_its_first_question() -> None:
    text = (
        page()
        .replace("## Title", "## Titre")
        .replace(
            "## Closing",
            f"## Questions ouvertes\n\n{asked('learning.usage', 'Walks.')}\n## Closing",
        )
    )
    document = plan(text)
    assert document.summary == "Wells, counted by those who drink."
    assert [one.usage for one in document.learning_questions] == ["Walks."]


def test_the_note_about_challenge_types_may_stand_on_two_lines() -> None:
    text = page().replace(" Each challenge must", "\n\nEach challenge must")
    assert read(text).leftover == ()


def test_several_parters_are_partners() -> None:
    text = page(partners=partner(name="Guild")).replace("5 partners", "5 Parters")
    assert [one.name for one in plan(text).partners] == ["Guild"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a<b or https://a.example/?a=1\n> b", "a<b or https://a.example/?a=1\n> b"),
        ("a <b\n> c", "a <b\n> c"),
        ("One<br>\ntwo", "One\ntwo"),
        ('<g-emoji class="x">A</g-emoji> B', "A B"),
        ('<path d="M0"/>A', "A"),
        ('<p class=x style="font:"A"">B</p>', "B"),
        ("<your name>, <https://a.example>", "<your name>, <https://a.example>"),
    ],
)
def test_only_markup_is_taken_away(typed: str, kept: str) -> None:
    assert background(typed) == kept


@pytest.mark.parametrize(
    ("written", "addresses"),
    [
        ("[https://a.example/x y](https://a.example/x%20y)", None),
        ("[https://a.example/é](https://a.example/%C3%A9)", ["https://a.example/é"]),
        (
            (
                "[https://a.example/x_(y)](https://a.example/x_(y))\n\n"
                "[https://a.example/[z]](https://a.example/[z])"
            ),
            ["https://a.example/x_(y)", "https://a.example/[z]"],
        ),
    ],
)
def test_an_address_said_twice_in_two_ways_is_kept_once(
    written: str, addresses: list[str] | None
) -> None:
    found = evidence(group(f"> \n{written}"))
    if addresses is None:  # with a space in it, it is no address
        assert found == [("text", "https://a.example/x y", "")]
    else:
        assert found == [("link", "", address) for address in addresses]


def test_links_among_words_are_said_once_whatever_their_line_breaks() -> None:
    written = "See [https://b.example\nhttps://c.example](https://b.example https://c.example) too"
    assert evidence(group(f"> \n\n{written}")) == [
        ("text", "See https://b.example\nhttps://c.example too", "")
    ]


def test_where_the_words_of_a_link_lead_is_kept_of_evidence_too() -> None:
    reading = read(page(quantitative=group('> \n\nSee <a href="https://b.example/x">here</a>')))
    assert [(one.place, one.words) for one in reading.leftover] == [
        ("quantitative", "https://b.example/x")
    ]


def test_the_address_of_a_picture_may_run_over_lines_and_holds_no_markup() -> None:
    data = "![Missing alt text](data:image/png;base64,AAAA\nBBBB)"
    spoilt = "![Missing alt text](https://a.example/<b>1</b>.png)"
    assert evidence(group(f"{data}\n\n{spoilt}")) == [
        ("picture", "", "data:image/png;base64,AAAABBBB"),
        ("picture", "", "https://a.example/1.png"),
    ]


def test_a_picture_in_the_midst_of_a_word_takes_no_letter_of_it() -> None:
    assert evidence(group("![Missing alt te![A pump](https://a.example/2.png)")) == [
        ("text", "![Missing alt te", ""),
        ("picture", "A pump", "https://a.example/2.png"),
    ]


def test_a_request_that_is_not_known_is_kept_with_its_answer_in_a_reflection() -> None:
    text = reflection(end="> Please list the tools &amp; guides you made.\n\nA guide.\n")
    found = read(f"# Wells\n\n{TAGS}{text}").reflection
    assert found is not None
    assert [(one.question, one.answer) for one in found.further] == [
        ("Please list the tools & guides you made.", "A guide.")
    ]


def test_a_reflection_alone_is_not_told_that_it_names_no_title() -> None:
    assert read(f"# Wells\n\n{TAGS}{reflection()}").warnings == ()
