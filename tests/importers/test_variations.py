"""Pages as the archive may have them: what each says is known, and all of it has to come out.

Every page here is composed for its oddity. ``told`` is everything a page's documents say, so that
a word that is lost, moved or invented shows; what the page does not vary stands in ``PLAN``.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest

from plans.importers.markdown import Reading, read
from plans.importers.wording import (
    CHALLENGE_TYPE_NOTE,
    PLAN_QUESTIONS,
    REFLECTION_QUESTIONS,
    SECTION_NAMES,
)
from tests.exporters.test_markdown import again
from tests.importers.mutations import samples
from tests.importers.pages import (
    TAGS,
    asked_in_reflection,
    group,
    learning,
    page,
    partner,
    question,
    reflection,
    worked_with,
)

TOP: dict[str, Any] = {
    "country": "Wellland",
    "latitude": 12.5,
    "longitude": -3.25,
    "focal_point": {"email": "ada@lab.example"},
    "sdgs": [6],
    "thematic_areas": ["Water"],
    "methods": ["Citizen science"],
    "data_sources": ["Rain gauges"],
}
PLAN: dict[str, Any] = {
    **TOP,
    "title": "Wells that last",
    "challenge_statement": "Every third well runs dry.",
    "background": "Drilled in a hurry.",
    "value_proposition": "We know the drillers.",
    "summary": "Wells, counted by those who drink.",
    "early_leads": "The water office.",
}
REFLECTION: dict[str, Any] = {
    **TOP,
    "title": "Wells",
    "insights": ["Drillers talk."],
    "time_spent": [{"stage": "Sense", "share": "40"}, {"stage": "Test", "share": "60"}],
    "why_data": "Gauges.",
    "partners": [{"sort": "government", "account": "The water office."}],
}
LEARNINGS = f"# Wells\n\n{TAGS}\n## Learnings on your challenge\n\n"


@dataclass
class Variation:
    """A page and what it says that the plain page does not; ``leftover`` by place and words."""

    name: str
    text: str
    plan: dict[str, Any] | None = None
    reflection: dict[str, Any] | None = None
    leftover: list[tuple[str, str]] = field(default_factory=list)
    warnings: int = 0

    @property
    def kind(self) -> str:
        """What the page is."""
        if self.plan is None:
            return "other" if self.reflection is None else "reflection"
        return "plan" if self.reflection is None else "both"


def item(kind: str, form: str, words: str) -> dict[str, str]:
    """A piece of evidence as it is told."""
    return {"kind": kind, "form": form, "text" if form == "text" else "address": words}


def background(name: str, typed: str, kept: str, **more: Any) -> Variation:
    """A plan whose Background was typed in an odd way."""
    return Variation(name, page(background=typed), {"background": kept}, **more)


def evidence(name: str, typed: str, *items: tuple[str, str]) -> Variation:
    """A plan with such quantitative evidence."""
    told = [item("quantitative", *one) for one in items]
    return Variation(name, page(quantitative=typed), {"evidence": told})


def tagged(name: str, tags: str, told: dict[str, Any], **more: Any) -> Variation:
    """A plan with these tags beside the usual ones."""
    return Variation(name, page(tags=f"{TAGS}{tags}\n"), told, **more)


def reflected(name: str, text: str, told: dict[str, Any], **more: Any) -> Variation:
    """A closing reflection with the usual answers and these."""
    return Variation(name, f"# Wells\n\n{TAGS}\n{text}", None, told, **more)


ONE_PARTNER = partner(name="Guild", sector="", description="Drills.", is_new="")
ONE_QUESTION = learning("Who repairs?", "Sense", usage="Walks.", data_gap="Repairs.")
TOLD_ROWS = {
    "partners": [{"name": "Guild", "description": "Drills."}],
    "learning_questions": [
        {
            "question": "Who repairs?",
            "stages": ["sense"],
            "usage": "Walks.",
            "data_gap": "Repairs.",
        }
    ],
}
ROWS = page(partners=ONE_PARTNER, questions=ONE_QUESTION)
ALONE = page()
SECTIONS = ALONE[ALONE.index("## Title") :]
BONUS = asked_in_reflection("interplay", "More of both.")
A, B = "https://a.example/x", "https://b.example/y"

VARIATIONS = [
    # Line ends, spaces, marks
    Variation("windows line ends", ROWS.replace("\n", "\r\n"), TOLD_ROWS),
    Variation("old line ends", ROWS.replace("\n", "\r"), TOLD_ROWS),
    Variation("byte order mark", "\ufeff" + ROWS, TOLD_ROWS),
    Variation("spaces at line ends", ROWS.replace("\n", " \t\n"), TOLD_ROWS),
    Variation("everything indented", "  " + ROWS.replace("\n", "\n  "), TOLD_ROWS),
    Variation("no line end at the end", ROWS.rstrip(), TOLD_ROWS),
    Variation("no empty lines", re.sub(r"\n{2,}", "\n", ROWS), TOLD_ROWS),
    Variation(
        "very long", page(background="wells " * 40_000), {"background": "wells " * 39_999 + "wells"}
    ),
    # What lists, tables and other markdown look like
    background(
        "nested list",
        "1. one\n   a. deep\n2. two\n\n* star\n  * deep",
        "1. one\n   a. deep\n2. two\n\n* star\n  * deep",
    ),
    background(
        "markdown table", "| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |\n|---|---|\n| 1 | 2 |"
    ),
    background("headings of one's own", "# One\n## Two\n### Three", "# One\n## Two\n### Three"),
    background(
        "code", "```\n## not a section\n> not asked\n```", "```\n## not a section\n> not asked\n```"
    ),
    background("quotes", "> said he\n> and she\n\n>> before", "> said he\n> and she\n\n>> before"),
    background("rules", "One\n---\nTwo\n***\nThree\n****", "One\n---\nTwo\n***\nThree\n****"),
    background(
        "underlined", "Mine\n====\n\nx[^1]\n\n[^1]: note", "Mine\n====\n\nx[^1]\n\n[^1]: note"
    ),
    background("tags of one's own", "[[year:1999]] and #tag", "[[year:1999]] and #tag"),
    background(
        "sections of one's own",
        "## Partners\n> our friends said\n\n## End\n\nmine",
        "## Partners\n> our friends said\n\n## End\n\nmine",
    ),
    # Markup of word processors
    background(
        "html list", "<ol><li>one<ul><li>deep</li></ul></li><li>two</li></ol>", "one\n\ndeep\n\ntwo"
    ),
    background(
        "html table",
        "<table border=1><tr><th>Year</th></tr><tr><td>a</td><td>b</td></tr></table>",
        "Year\n\n a b",
    ),
    background("raised and lowered", "m<sup>2</sup> of H<sub>2</sub>O", "m2 of H2O"),
    background("twelve layers", "&" + "amp;" * 12 + "lt;b&" + "amp;" * 11 + "gt;deep", "deep"),
    background(
        "comparisons",
        "50%<3458, p<0.05, n>30, a<b, I <3 wells",
        "50%<3458, p<0.05, n>30, a<b, I <3 wells",
    ),
    background(
        "named letters",
        "caf&eacute; &euro;5 &hellip;&nbsp;AT&T; R&D &lt",
        "café €5 …\xa0AT&T; R&D &lt",
    ),
    background("an address's own &", f"{A}?a=1&amp;region=2&copy=3", f"{A}?a=1&region=2&copy=3"),
    background("link that says itself", f'<a href="{A}/">{A}</a>', A),
    background(
        "address to write to", '<a href="mailto:x@y.example">x@y.example</a>', "x@y.example"
    ),
    background(
        "link of other words", f'<a href="{A}">report</a>', "report", leftover=[("background", A)]
    ),
    background("film", f'<iframe src="{A}"></iframe>Seen.', "Seen.", leftover=[("background", A)]),
    background(
        "drawing",
        f'<img src="{A}" alt="A pump">Drawn.',
        "Drawn.",
        leftover=[("background", f"A pump {A}")],
        warnings=1,
    ),
    background("many scripts", "水井。 بئر ماء. Худаг 👩🏽‍🔬", "水井。 بئر ماء. Худаг 👩🏽‍🔬"),
    background("placeholder", "RAS", "RAS"),
    # Questions in other spellings
    Variation("question in bold", ROWS.replace("> Background:", "> **Background:**"), TOLD_ROWS),
    Variation(
        "line break in a question",
        ROWS.replace("involved? How", "involved?&lt;br&gt;How"),
        TOLD_ROWS,
    ),
    Variation(
        "spaces in a question",
        ROWS.replace("> Background: ", ">\xa0Background:&nbsp; ").replace(
            "Please state", "Please  state"
        ),
        TOLD_ROWS,
    ),
    Variation(
        "partnership",
        ROWS.replace("collaboration.", "partnership.\\n").replace("your ", "our "),
        TOLD_ROWS,
    ),
    Variation("note on two lines", ALONE.replace(". Each", ".\n\nEach"), {}),
    # Sections
    Variation("sections under stars", re.sub(r"(?m)^(## .*)$", r"\1\n****", ROWS), TOLD_ROWS),
    Variation(
        "sections in capitals", re.sub(r"(?m)^## .*$", lambda m: m.group().upper(), ROWS), TOLD_ROWS
    ),
    Variation(
        "section of unknown name",
        ROWS.replace("## Challenge classification", "## Typologie des enjeux"),
        TOLD_ROWS,
    ),
    Variation(
        "some French",
        ROWS.replace("## Partners", "## Les partenaires").replace("## Closing", "## Fermeture"),
        TOLD_ROWS,
    ),
    Variation(
        "some Spanish",
        ROWS.replace("## Title", "## Título").replace(
            "## Learning questions", "## Preguntas de aprendizaje"
        ),
        TOLD_ROWS,
    ),
    Variation(
        "section without a name", ROWS.replace("## Challenge classification", "## \n"), TOLD_ROWS
    ),
    Variation("no Closing", ROWS[: ROWS.index("## Closing")], {**TOLD_ROWS, "early_leads": ""}),
    Variation(
        "sections without questions",
        f"# Wells\n\n{TAGS}\n## Title\n\nWells\n## Challenge statement\n\nDry.\n## Closing\n\nAll.",
        {
            **dict.fromkeys(PLAN.keys() - TOP.keys(), ""),
            "title": "Wells",
            "challenge_statement": "Dry.",
            "early_leads": "All.",
        },
    ),
    # Evidence
    evidence("no question line", group("Text"), ("text", "Text")),
    evidence("question None", group("> None\n\nText"), ("text", "Text")),
    evidence("empty groups", group("> ") + group("") + group("> None") + group("[]()"), *()),
    evidence(
        "two pictures and words",
        group(f"> \nSee\n![Missing alt text]({A}.png)![Missing alt text]({B}.png)"),
        ("text", "See"),
        ("picture", f"{A}.png"),
        ("picture", f"{B}.png"),
    ),
    evidence("addresses with commas", group(f"> \n[{A}, {B}]({A}, {B})"), ("link", A), ("link", B)),
    evidence(
        "addresses over lines", group(f"> \n[{A}\n\n{B} ]({A}\n\n{B} )"), ("link", A), ("link", B)
    ),
    evidence("glued addresses", group(f"> \n[{A}{B}]({A}{B})"), ("link", A), ("link", B)),
    evidence(
        "addresses in markup",
        group(f"> \n[{A}<div><br></div>{B}]({A}<div><br></div>{B})"),
        ("link", A),
        ("link", B),
    ),
    evidence("links side by side", group(f"> \n[{A}]({A}) [{B}]({B})"), ("link", A), ("link", B)),
    evidence("words where a link was asked", group("> \n[empty](empty)"), ("text", "empty")),
    evidence(
        "brackets in an address",
        group(f"> \n[{A}_(z)?q=[1]]({A}_(z)?q=[1])"),
        ("link", f"{A}_(z)?q=[1]"),
    ),
    evidence(
        "words beside a group",
        "First\n" + group("> \nSecond"),
        ("text", "First"),
        ("text", "Second"),
    ),
    evidence("a section's name", group("> \n\n## Closing\n\nmine"), ("text", "## Closing\n\nmine")),
    # Partners and questions
    Variation(
        "partner without a name",
        page(partners=partner(description="Drills.")),
        {"partners": [{"description": "Drills."}]},
    ),
    Variation(
        "partner in parts",
        page(
            partners=partner(name="A")
            + partner(name="B", description="b")
            + partner(description="c")
        ),
        {"partners": [{"name": "A"}, {"name": "B", "description": "b"}, {"description": "c"}]},
    ),
    Variation(
        "groups in capitals", ROWS.replace('<div class="group">', "<DIV CLASS='group'>"), TOLD_ROWS
    ),
    Variation(
        "empty learning sections",
        page(questions=f"## Learning questions\n{ONE_QUESTION}## Learning questions\n"),
        {"learning_questions": TOLD_ROWS["learning_questions"]},
    ),
    Variation(
        "ten questions",
        page(questions="".join(learning(f"Q{n}?") for n in range(10))),
        {"learning_questions": [{"question": f"Q{n}?"} for n in range(10)]},
    ),
    Variation(
        "stages in any list",
        page(
            questions=learning("Q?").replace(
                question("learning.usage"), f"* sense\n• Test, Grow\n{question('learning.usage')}"
            )
        ),
        {"learning_questions": [{"question": "Q?", "stages": ["sense", "test", "grow"]}]},
    ),
    # Tags
    tagged(
        "a line break in a tag",
        "[[methods:solution\nmapping]]",
        {"methods": ["Citizen science", "solution mapping"]},
    ),
    tagged(
        "tags on one line",
        "[[methods:a]] [[methods:b,]] [[methods:]]",
        {"methods": ["Citizen science", "a", "b"]},
    ),
    tagged(
        "themes glued by commas",
        "[[thematic_areas:wells, rain]]",
        {"thematic_areas": ["Water", "wells, rain"]},
    ),
    tagged(
        "two spellings of a theme",
        "[[thematic_areas:water]]\n[[thematic_areas:Water]]",
        {"thematic_areas": ["Water", "water"]},
    ),
    tagged(
        "a sentence for a source",
        f"[[datasources:{'word ' * 120}]]",
        {"data_sources": ["Rain gauges", ("word " * 120).strip()]},
    ),
    tagged(
        "goals glued by commas",
        "[[sdgs:9. Industry, innovation and infrastructure, 10. Reduced innequalities]]",
        {"sdgs": [6, 9, 10]},
    ),
    tagged("not a goal", "[[sdgs:Peace]]", {}, leftover=[("sdgs", "Peace")], warnings=1),
    Variation("missing title", page("Missing title", title=""), {"title": ""}),
    Variation("cut heading", page("Wells that…"), {}),
    Variation(
        "no tags",
        page(tags=""),
        dict.fromkeys(TOP, ())
        | {"country": "", "focal_point": None, "latitude": None, "longitude": None},
    ),
    # Closing reflections
    reflected("plain", reflection(), {}),
    reflected(
        "own heading at an answer's end",
        reflection(insights="One.\n\n## Sources"),
        {"insights": ["One.\n\n## Sources"]},
    ),
    reflected(
        "own heading before partners",
        reflection().replace("Gauges.", "Gauges.\n\n## Notes"),
        {"why_data": "Gauges.\n\n## Notes"},
    ),
    reflected(
        "good-bye in its own words",
        reflection(
            end=f"## End\n\n{BONUS}"
            + question("remarks").replace("ACTION LEARNING PLAN", "CLOSING REFLECTION")
        ),
        {"interplay": "More of both."},
    ),
    reflected(
        "other sorts of partners",
        reflection(end=worked_with("drillers &amp; diviners of the north", "Ten.")),
        {
            "partners": [
                *REFLECTION["partners"],
                {"sort": "drillers & diviners of the north", "account": "Ten."},
            ]
        },
    ),
    reflected(
        "French",
        reflection()
        .replace("## Partners", "## Partenaires")
        .replace("## Learnings on your challenge", "## Ce qui fut appris")
        .replace("## Data and Methods", "## Données et méthodes"),
        {},
    ),
    reflected(
        "answers on its form's lists",
        reflection(end=partner(name="Guild", description="Drills.")),
        {},
        leftover=[("partners", "Guild"), ("partners", "Drills.")],
    ),
    reflected(
        "evidence of all forms",
        reflection(
            end="## End\n\n"
            + asked_in_reflection(
                "evidence",
                group(f"> None\n[{A}]({A})")
                + group("> \nText")
                + group(f"![Missing alt text]({A}.png)"),
            )
        ),
        {
            "evidence": [
                {"form": "link", "address": A},
                {"form": "text", "text": "Text"},
                {"form": "picture", "address": f"{A}.png"},
            ]
        },
    ),
    Variation(
        "time in a sentence",
        LEARNINGS
        + asked_in_reflection("insights", "One.")
        + asked_in_reflection("time", "Sense 40, Test 60"),
        None,
        {
            **dict.fromkeys(REFLECTION.keys() - TOP.keys(), ()),
            "why_data": "",
            "title": "Wells",
            "insights": ["One."],
            "time_spent": [{"share": "Sense 40, Test 60"}],
        },
    ),
    Variation(
        "both",
        f"# Wells\n\n{TAGS}{reflection()}\n{SECTIONS}\n## End\n\n{BONUS}",
        {},
        {"interplay": "More of both."},
    ),
    # Neither
    Variation("nothing", ""),
    Variation("read me", "# Read me\n\n> Is this a question?\n\n## Title\n\nWords.\n"),
    Variation("tags alone", f"# Wells\n\n{TAGS}"),
]


def told(document: Any) -> dict[str, Any]:
    """Everything that a document says, without what is empty or only names rows."""
    said: dict[str, Any] = _full(document.model_dump(mode="json", exclude={"format", "leftover"}))
    return said


def _full(value: Any) -> Any:
    if isinstance(value, dict):
        full = {key: _full(one) for key, one in value.items() if key != "id"}
        return {key: one for key, one in full.items() if one not in ("", None, [], {})}
    return [_full(one) for one in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("one", VARIATIONS, ids=lambda one: one.name)
def test_a_page_says_what_was_put_into_it_and_nothing_else(one: Variation) -> None:
    reading = read(one.text)
    assert reading.kind == one.kind
    for document, plain, more in (
        (reading.document, PLAN, one.plan),
        (reading.reflection, REFLECTION, one.reflection),
    ):
        expected = None if more is None else _full({**plain, **more})
        assert (document and told(document)) == expected
    assert [(left.place, left.words) for left in reading.leftover] == one.leftover
    assert len(reading.warnings) == one.warnings, reading.warnings
    if reading.kind != "other":
        back = again(reading)
        assert (back.document, back.reflection) == (reading.document, reading.reflection)


# -- word by word, by other means than the reader's ------------------------------------------------

_WORDS = re.compile(r"\w+")
_MARKUP = re.compile(
    r"</?(?:a|b|br|div|i|iframe|img|li|o:p|ol|p|span|sub|sup|table|td|th|tr|ul)\b[^<>]*>",
    re.IGNORECASE,
)
_ASKED = {
    "".join(_WORDS.findall(wording.lower()))
    for wording in (
        *(one for wordings in PLAN_QUESTIONS.values() for one in wordings),
        *REFLECTION_QUESTIONS.values(),
        *(name for names in SECTION_NAMES.values() for name in names),
        *(CHALLENGE_TYPE_NOTE, "Sense", "Explore", "Test", "Grow", "None"),
    )
}


def _today(words: str) -> str:
    return words.lower().replace("parter", "partner").replace("partnership", "collaboration")


def answered(text: str) -> Counter[str]:
    """The words of a page below its tags that are no question, section, markup or stage."""
    below = re.split(r"(?m)^## ", text.removeprefix("\ufeff"), maxsplit=1)[1]
    found: Counter[str] = Counter()
    for line in f"## {below}".split("\n"):
        words = line
        for _ in range(20):
            words = re.sub(r"&#?\w+;", lambda entity: html.unescape(entity.group()), words)
        words = _MARKUP.sub(" ", words.replace("Missing alt text", ""))
        words = re.sub(r"\[([^\[\]]+)\]\(\1\)", r"\1", words)
        bare = "".join(_WORDS.findall(_today(words)))
        if bare in _ASKED or bare.replace("our", "your") in _ASKED or "didyouactuallywork" in bare:
            continue
        found.update(_WORDS.findall(words))
    return found


def said(reading: Reading) -> Counter[str]:
    """The words of the answers in the documents of a page."""
    found: Counter[str] = Counter()
    for document in (reading.document, reading.reflection):
        if document is not None:
            answers = document.model_dump(mode="json", exclude={*TOP, "format", "challenge_type"})
            if document is reading.reflection:
                answers["title"] = ""
            found.update(_WORDS.findall("\n".join(_texts(answers))))
    return found


_NO_WORDS = ("id", "kind", "form", "sort", "stage", "stages")


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        kept = (one for key, one in value.items() if key not in _NO_WORDS)
        return [text for one in kept for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("text", samples(), ids=str.__len__)
def test_the_words_of_a_page_are_those_of_its_documents_none_more_and_none_less(text: str) -> None:
    assert said(read(text)) == answered(text)
