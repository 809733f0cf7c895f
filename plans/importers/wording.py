"""What the archive's pages ask: every known question and section name, and how to recognise one.

The archive wrote each question as a line that begins with ``>`` and each section as a line that
begins with ``##``. People's answers hold such lines too, so a line counts only when its whole
wording is known. Wordings are compared as bare words: case, punctuation, quotes, kinds of spaces,
escapes and the few words that changed over the years make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz, process

from plans.importers.plaintext import decode_entities, strip_markup

CHALLENGE_TYPE_NOTE: Final = (
    "Please note: we ask you to only submit a maximum of 3 challenges - 1x Big Bet, 2x Exploratory."
    " Each challenge must be submitted individually."
)
_CHALLENGE_TYPE: Final = (
    "Challenge type: If you are working on multiple challenges, please indicate if this is your "
    '"big bet" or "exploratory" challenge.'
)

PLAN_QUESTIONS: Final[dict[str, tuple[str, ...]]] = {
    "title": ("Please provide a name for your action learning plan.",),
    "challenge_type": (_CHALLENGE_TYPE, f"{_CHALLENGE_TYPE} {CHALLENGE_TYPE_NOTE}"),
    "challenge_statement": (
        (
            'Challenge statement: What is your challenge? (Please answer in specific terms: "Our '
            'challenge is that...".)'
        ),
    ),
    "background": (
        (
            "Background: What is the history of your challenge? What is causing or driving it? "
            "Who is involved? How does the current situation look like? What undesired effects "
            "does it produce?"
        ),
    ),
    "quantitative": (
        (
            "Quantitative evidence: What (official) data sources do you have on this challenge "
            "that better exemplifies the importance and urgency of this frontier challenge? You "
            "can add text, a link, or a picture."
        ),
    ),
    "qualitative": (
        (
            "Qualitative evidence: What weak signals have you recently spotted that characterizes"
            " its urgency? Please provide qualitative information that better exemplifies the "
            "importance and urgency of this frontier challenge. You can add text, a link, or a "
            "picture."
        ),
    ),
    "value_proposition": (
        (
            "Value proposition: What added value or unique value proposition is your Accelerator "
            "Lab bringing to solving this challenge? Why is it your Lab that needs to work on "
            "this challenge and not other actors within UNDP, other stakeholders in the country "
            "respectively? Why is it worth investing resources to this challenge?"
        ),
    ),
    "summary": (
        (
            "Short “tweet” summary: We would like to tweet what you are working on, can you "
            "summarize your challenge in a maximum of 280 characters?"
        ),
    ),
    "partners": (
        (
            "Who are your top 5 partners for this challenge? Please submit from MOST to LEAST "
            "important and state Name, Sector and a brief description of the (intended) "
            "collaboration."
        ),
    ),
    "partner.name": ("Please state the name of the partner:",),
    "partner.sector": ("What sector does your partner belong to?",),
    "partner.description": ("Please provide a brief description of the collaboration.",),
    "partner.is_new": ("Is this a new and unusual partner for UNDP?",),
    "learning.question": (
        (
            "Learning question: What is your learning question for this challenge? What do you "
            "need to know or understand to work on your challenge statement?"
        ),
    ),
    "learning.stages": (
        "To what stage(s) in the learning cycle does your learning question relate?",
    ),
    "learning.usage": (
        (
            "Usage of methods: Relating to your choice above, how will you use your methods & "
            "tools for this learning question? What value do these add in answering your learning"
            " question?"
        ),
    ),
    "learning.data_gap": (
        (
            "Existing data gaps: Relating to your choice above, what existing gaps in data or "
            "information do these new sources of data addressing? What value do these add in "
            "answering your learning question?"
        ),
    ),
    "early_leads": (
        (
            "Early leads to grow: Think about the possible grow phase for this challenge - who "
            "might benefit from your work on this challenge or who might be the champions in your"
            " country that you should inform or collaborate with early on to help you grow this "
            "challenge?"
        ),
    ),
    "remarks": (
        (
            "END OF ACTION LEARNING PLAN: Thank you! The form saves automatically and your "
            "submission has been recorded. You may now exit this window."
        ),
    ),
}

REFLECTION_QUESTIONS: Final[dict[str, str]] = {
    "reflection.insights": (
        "What are the top 5 key insights you generated about your frontier challenge during "
        "this Action Learning Plan?"
    ),
    "reflection.links": (
        "Please paste the link(s) to the blog(s) that articulate the learnings on your "
        "frontier challenge."
    ),
    "reflection.barriers": (
        "Did you experience any barriers or bottlenecks when impacting the system, working on"
        " your frontier challenge respectively?"
    ),
    "reflection.time": (
        "For this frontier challenge, how much of your time did you dedicate to the stages in"
        " the learning cycle? Please make sure that your answers adds up to 100%."
    ),
    "reflection.why_data": (
        "Relating to your types of data, why did you chose these? What gaps in available data"
        " were these addressing?"
    ),
    "reflection.why_methods": (
        "Why was it necessary to apply the above innovation method on your frontier "
        "challenge? How did these help you to unpack the system?"
    ),
    "reflection.unusual": (
        "Relating to your answers above: who of the partners listed were new and unusual "
        "partners for UNDP, and what made them special?"
    ),
    "reflection.interplay": (
        "Bonus question: How did the interplay of innovation methods, new forms of data and "
        "unusual partners enable you to learn & generate insights, that otherwise you would "
        "have not been able to achieve?"
    ),
    "reflection.evidence": (
        "Please upload any further supporting evidence / documents / data you have produced "
        "on your frontier challenge that showcase your learnings."
    ),
}

ACTUAL_PARTNERS: Final = (
    "If applicable, what {sort} did you actually work with and what did you do with them?"
)
"""One such question for each sort of partner a reflection asks about."""

SORTS: Final[dict[str, str]] = {
    "civil_society": "civil society organisations",
    "government": "government partners (and related institutions)",
    "un": "UN internal partners",
    "private_sector": "private sector partners",
    "academia": "academic partners",
    "donors": "donors",
}
"""Sorts of partners by their key; others keep the words in which they were asked about."""

_ACTUAL_PARTNERS = re.compile(
    r"if applicable (?:what|which) [\w ]{1,120} did you actually work with "
    r"and what did you do with them"
)
_GOOD_BYE = re.compile(
    r"end of [\w ]{1,80} thank you the form saves automatically and your submission has been "
    r"recorded you may now exit this window"
)
_SORT = re.compile(r"if\s+applicable\W+(?:what|which)\s+(.*?)\s+did\s+you\s+actually", re.I | re.S)


SECTION_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "title": ("Title", "Titre", "Título"),
    "challenge": (
        "Challenge statement",
        "Énoncé du défi",
        "Déclaration du défi",
        "Déclaration de défi",
        "Declaración de desafío",
        "Declaración del desafío",
        "Enunciado del desafío",
        "Planteamiento del desafío",
    ),
    "classification": (
        "Challenge classification",
        "Classement des défis",
        "Classement du défi",
        "Classification du défi",
        "Classification des défis",
        "Clasificación del desafío",
        "Clasificación de desafíos",
        "Clasificación de los desafíos",
    ),
    "partners": ("Partners", "Partenaires", "Les partenaires", "Socios", "Aliados"),
    "learning": (
        "Learning questions",
        "Learning question",
        "Questions d'apprentissage",
        "Question d'apprentissage",
        "Preguntas de aprendizaje",
        "Pregunta de aprendizaje",
    ),
    "closing": ("Closing", "Fermeture", "Clôture", "Clausura", "Cierre"),
    "learnings": ("Learnings on your challenge",),
    "data": ("Data and Methods",),
    "end": ("End", "Fin"),
    "leftover": ("Words without a place",),
}
"""The last one is ours: a plan that goes out again takes along what fitted nowhere."""

REFLECTION: Final = "reflection"
"""What the fields of a closing reflection begin with."""


def reflects(asked: str) -> bool:
    """Whether a field is a closing reflection's."""
    return asked.partition(".")[0] == REFLECTION


SECTION_OPENERS: Final = frozenset(
    {"title", "challenge_type", "partners", "learning.question", "early_leads"}
    | {*REFLECTION_QUESTIONS, "reflection.partners"}
)
"""The questions a section begins with; they betray a section whose name is not known."""

_TODAY = {
    "parter": "partner",
    "parters": "partners",
    "our": "your",
    "partnership": "collaboration",
    "partnerships": "collaborations",
}
_WORD = re.compile(r"[^\W_]+")
_LONGEST = 800
"""No question is longer; a longer line is not looked at any closer."""


def bare_words(text: str) -> str:
    """The words of a line, folded so that two spellings of one wording are equal."""
    return _bare_words(text) if len(text) <= _LONGEST else _bare_words.__wrapped__(text)


@lru_cache(maxsize=2000)
def _bare_words(text: str) -> str:
    """Pages ask the same questions: what one needed, the next ones need again."""
    text = strip_markup(decode_entities(text.replace("\\n", " ")))
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(_TODAY.get(word, word) for word in _WORD.findall(letters))


_FIELD_BY_WORDS: Final = {
    bare_words(question): field
    for field, questions in PLAN_QUESTIONS.items()
    for question in questions
} | {bare_words(question): field for field, question in REFLECTION_QUESTIONS.items()}
_SECTION_BY_WORDS: Final = {
    bare_words(name): key for key, names in SECTION_NAMES.items() for name in names
}
_ENGLISH: Final = frozenset(
    bare_words(names[0]) for key, names in SECTION_NAMES.items() if key != "end"
) | {"end", "learning question"}
_NOTE_WORDS: Final = frozenset(
    map(bare_words, (CHALLENGE_TYPE_NOTE, *re.split(r"(?<=[.]) ", CHALLENGE_TYPE_NOTE)))
)


def asked_by(line: str) -> str | None:
    """The field a line asks for: ``background``, ``reflection.links``; None: no question."""
    stripped = line.strip()
    if not stripped.startswith(">") or len(stripped) > _LONGEST:
        return None
    rest = stripped[1:].lstrip()
    if rest.startswith(">"):
        return None
    words = bare_words(rest)
    if words in _FIELD_BY_WORDS:
        return _FIELD_BY_WORDS[words]
    if _GOOD_BYE.fullmatch(words):
        return "remarks"
    return "reflection.partners" if _ACTUAL_PARTNERS.fullmatch(words) else None


_SORT_BY_WORDS: Final = {bare_words(words): key for key, words in SORTS.items()}


def sort_asked_by(line: str) -> str:
    """Which sort of partners a reflection's question is about: a key, or the question's words."""
    match = _SORT.search(decode_entities(line))
    words = " ".join(match.group(1).split()) if match else ""
    return _SORT_BY_WORDS.get(bare_words(words), words)


_NEW_QUESTION = re.compile(
    r">\s*(?:[^\W\d_][^<>\[\]]{24,400}\?|(?:please|if applicable)\b[^<>\[\]]{16,400}[.:?])",
    re.IGNORECASE,
)


def may_be_asked(line: str) -> bool:
    """Whether a line of a reflection has the form of a question that is not known (yet)."""
    told = decode_entities(line.strip())
    return _NEW_QUESTION.fullmatch(told) is not None and len(told.split()) > 5


def is_challenge_type_note(line: str) -> bool:
    """Whether a line is the second half of the challenge type's question, or a sentence of it."""
    return len(line) <= _LONGEST and bare_words(line) in _NOTE_WORDS


def resembles_question(line: str) -> bool:
    """Whether a line that is no known question looks so much like one that a person should see."""
    stripped = line.strip()
    if not stripped.startswith(">") or not 25 <= len(stripped) <= _LONGEST:
        return False
    return (
        process.extractOne(
            bare_words(stripped), _FIELD_BY_WORDS.keys(), scorer=fuzz.ratio, score_cutoff=85
        )
        is not None
    )


def section_named(name: str) -> str | None:
    """The section of that name, in English, French or Spanish; None when it is not known."""
    return _SECTION_BY_WORDS.get(bare_words(name)) if len(name) <= 100 else None


def is_foreign_name(name: str) -> bool:
    """Whether a known section name is not the English one."""
    return section_named(name) is not None and bare_words(name) not in _ENGLISH
