"""Pages composed from answers that are known: each answer has to be in its field, as it was typed.

The other way round than ``test_lossless``: nothing of the reader is used to say what is right.
"""

from __future__ import annotations

import html
import random
from dataclasses import dataclass, field

from plans.importers.markdown import read
from plans.importers.wording import CHALLENGE_TYPE_NOTE, PLAN_QUESTIONS
from tests.exporters.test_markdown import MUTATIONS, again

WORDS = (
    *("water", "kiosk", "50%<3458", "naïve", "Улаанбаатар", "水", "بئر", "n/a", "RAS", ".", "-"),
    *("&", "#tag", "a<b", "well-being", "“quoted”", "https://a.example/?a=1&region=2", "😀"),
    *("Partners", "End", "**bold**", "1.", "(a)", "[1]", "R&D", "<your>", "x@y.example"),
)
LINES = (
    *("> said the driller", ">> deeper", "# mine", "## my own", "## Partners", "## Closing"),
    *("## Title", "- Sense", "- one", "#tag", "> None of it", "> Background: what?", "1. first"),
    *("> Please provide a name", "## End", "## Learning questions", "* star", "Please note: no"),
)
SECTIONS = {
    "title": ("Title", "Titre", "Título"),
    "challenge": ("Challenge statement", "Énoncé du défi", "Enunciado del desafío"),
    "classification": ("Challenge classification", "Classement des défis"),
    "partners": ("Partners", "Les partenaires", "Socios"),
    "learning": ("Learning questions", "Questions d'apprentissage", "Preguntas de aprendizaje"),
    "closing": ("Closing", "Fermeture", "Clausura"),
}
EMPTY = ("", '<div class="group">\n\n\n> \n\n\n</div>\n', '<div class="group">\n\n> None\n</div>\n')
TEXTS = ("challenge_statement", "background", "value_proposition", "summary")
PARTNER = ("name", "sector", "description")
LEARNING = ("question", "usage", "data_gap")


@dataclass
class Composed:
    """What people typed, before it became a page."""

    texts: dict[str, str] = field(default_factory=dict)
    evidence: list[tuple[str, str, str, str]] = field(default_factory=list)
    partners: list[dict[str, str]] = field(default_factory=list)
    questions: list[dict[str, str]] = field(default_factory=list)
    stages: list[list[str]] = field(default_factory=list)


class Composer:
    """Writes answers and then the page that holds them, with the archive's own oddities."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.languages = self.dice.choice((0, 0, 0, 0, 1, 2))

    def sentence(self) -> str:
        return " ".join(self.dice.choices(WORDS, k=self.dice.randint(1, 9)))

    def answer(self) -> str:
        """One to four paragraphs of one to three lines; a line may look like the page's own."""
        paragraphs = []
        for _ in range(self.dice.choice((1, 1, 2, 4))):
            lines = [self.sentence() for _ in range(self.dice.randint(1, 3))]
            if self.dice.random() < 0.25:
                lines.insert(self.dice.randint(1, len(lines)), self.dice.choice(LINES))
                lines.append(self.sentence())
            paragraphs.append("\n".join(lines))
        return "\n\n".join(paragraphs)

    def composed(self) -> Composed:
        dice = self.dice
        made = Composed({key: self.answer() for key in ("title", *TEXTS, "early_leads")})
        made.texts["title"] = f"Wells {dice.randint(1, 99)}"
        for kind in ("quantitative", "qualitative"):
            for _ in range(dice.randint(0, 3)):
                made.evidence.append((kind, *self.item()))
        for _ in range(dice.randint(0, 5)):
            named = [key for key in PARTNER if dice.random() < 0.8] or ["description"]
            if made.partners and "name" not in named:
                named = ["name", *named]
            made.partners.append({key: self.sentence() for key in named})
        for _ in range(dice.choice((0, 1, 1, 2, 5, 10))):
            named = [key for key in LEARNING if dice.random() < 0.8] or ["question"]
            made.questions.append({key: self.answer() for key in named})
            made.stages.append(
                [s for s in ("sense", "explore", "test", "grow") if dice.random() < 0.5]
            )
        return made

    def item(self) -> tuple[str, str, str]:
        number = self.dice.randint(1, 999)
        return self.dice.choice(
            (
                ("text", self.answer(), ""),
                ("link", "", f"https://a.example/{number}?a=1&region=2"),
                ("picture", "", f"https://a.example/{number}.png"),
            )
        )

    # -- the page ----------------------------------------------------------------------------------

    def written(self, words: str) -> str:
        """Typed words as they stand in a file: escaped, or wrapped by a word processor."""
        dice = self.dice
        way = dice.random()
        if way < 0.6:
            return words.replace("<your>", "&lt;your&gt;")
        if way < 0.8:
            for _ in range(dice.choice((1, 2, 12))):
                words = html.escape(words)
            return words
        paragraphs = [html.escape(part).replace("\n", "<br>\n") for part in words.split("\n\n")]
        wrapped = "\n\n".join(
            f'<p class="MsoNormal" style=\'x:0\'><span lang="EN-GB">{part}</span><o:p></o:p></p>'
            for part in paragraphs
        )
        return html.escape(wrapped) if dice.random() < 0.5 else wrapped

    def question(self, key: str, words: str) -> str:
        line = PLAN_QUESTIONS[key][0]
        dice = self.dice
        if dice.random() < 0.2:
            line = line.replace("partner", "Parter", 1).replace("your ", "our ", 1)
        if dice.random() < 0.2:
            line = line.replace("&", "&amp;").replace(" ", "\xa0", 3)
        if dice.random() < 0.1:
            line = line.replace(": ", ":\\n", 1).replace("collaboration", "partnership")
        gap = "\n" * dice.choice((1, 2, 4))
        return f"> {line}{dice.choice(('', ' '))}{gap}{words}{chr(10) * dice.randint(1, 4)}"

    def section(self, key: str) -> str:
        names = SECTIONS[key]
        name = names[min(self.languages, len(names) - 1)] if self.dice.random() < 0.8 else names[0]
        stars = self.dice.choice(("", "", "****\n\n"))
        return f"## {name}\n{stars}"

    def group(self, content: str) -> str:
        return f'\n<div class="group">\n\n\n{content}\n\n\n</div>\n\n'

    def evidence_group(self, item: tuple[str, str, str, str]) -> str:
        _kind, form, words, address = item
        prompt = self.dice.choice(("> \n\n", "> None\n\n", "> \n", ""))
        escaped = address.replace("&", self.dice.choice(("&", "&amp;", "&amp;amp;")))
        if form == "picture":
            return self.group(f"{prompt}![Missing alt text]({escaped})")
        if form == "link":
            pad = self.dice.choice(("", " ", "\n", "<div><br></div>"))
            return self.group(f"{prompt}[{escaped}{pad}]({escaped}{pad})")
        return self.group(prompt + self.written(words))

    def page(self, made: Composed) -> str:
        ask, dice, texts = self.question, self.dice, made.texts
        cut = dice.choice(("", "…"))
        parts = [
            f"# {texts['title']}{cut}\n\n[[year:2022]]\n\n[[country:Wellland]]\n",
            self.section("title") + "\n" + ask("title", texts["title"]),
            self.section("challenge"),
            ask("challenge_type", CHALLENGE_TYPE_NOTE),
            *(ask(key, self.written(texts[key])) for key in TEXTS[:2]),
        ]
        for kind in ("quantitative", "qualitative"):
            parts.append(ask(kind, dice.choice(EMPTY)))
            parts += [self.evidence_group(one) for one in made.evidence if one[0] == kind]
        parts += [ask(key, self.written(texts[key])) for key in TEXTS[2:]]
        parts += [self.section("classification"), self.section("partners"), ask("partners", "")]
        parts += [self.partner(one) for one in made.partners]
        for question, stages in zip(made.questions, made.stages, strict=True):
            parts += [self.section("learning"), self.learning(question, stages)]
        parts += [] if made.questions else [self.section("learning")]
        parts += [dice.choice(("", "## \n")), self.section("closing"), ""]
        parts += [ask("early_leads", self.written(texts["early_leads"]))]
        parts.append(dice.choice(("", ask("remarks", ""))))
        text = "\n".join(parts)
        return text.replace("\n", "\r\n") if dice.random() < 0.1 else text

    def partner(self, told: dict[str, str]) -> str:
        groups = [
            self.group(self.question(f"partner.{key}", self.written(words)))
            for key, words in told.items()
        ]
        if self.dice.random() < 0.9:
            groups.append(self.group(self.question("partner.is_new", "")))
        return "".join(groups)

    def learning(self, told: dict[str, str], stages: list[str]) -> str:
        answers = {
            "question": told.get("question"),
            "stages": "\n".join(f"- {stage.capitalize()}" for stage in stages),
            "usage": told.get("usage"),
            "data_gap": told.get("data_gap"),
        }
        return "\n".join(
            self.question(f"learning.{key}", words if key == "stages" else self.written(words))
            for key, words in answers.items()
            if words is not None
        )


def test_every_answer_of_a_composed_page_is_in_its_field_as_it_was_typed() -> None:
    for seed in range(MUTATIONS // 4):
        composer = Composer(seed)
        made = composer.composed()
        text = composer.page(made)
        reading = read(text)
        document = reading.document
        assert document is not None, (seed, text)
        assert reading.leftover == (), (seed, text)
        assert {key: getattr(document, key) for key in made.texts} == made.texts, (seed, text)
        told = [(one.kind, one.form, one.text, one.address) for one in document.evidence]
        assert told == made.evidence, (seed, text)
        partners = [{key: getattr(one, key) for key in PARTNER} for one in document.partners]
        assert partners == [{key: one.get(key, "") for key in PARTNER} for one in made.partners], (
            seed,
            text,
        )
        asked = [
            ({key: getattr(one, key) for key in LEARNING}, [*one.stages])
            for one in document.learning_questions
        ]
        assert asked == [
            ({key: one.get(key, "") for key in LEARNING}, stages)
            for one, stages in zip(made.questions, made.stages, strict=True)
        ], (seed, text)
        assert again(reading).document == document, (seed, text)
