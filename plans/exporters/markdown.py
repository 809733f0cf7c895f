"""A plan, its closing reflection or both as a page of the archive: its importer reads it back.

What the importer made of a page goes out in the archive's own words and order, and comes back as
an equal document. Only what people write today has no place there: sectors, types and answers to
"new and unusual?" stand under their questions, which the archive asked and lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any, Final

from plans.document import EvidenceItem, PlanDocument, ReflectionDocument
from plans.importers import wording
from plans.importers.wording import ACTUAL_PARTNERS, PLAN_QUESTIONS, REFLECTION_QUESTIONS, SORTS

STAGES: Final = {"sense": "Sense", "explore": "Explore", "test": "Test", "grow": "Grow"}
TYPES: Final = {"big_bet": "Big bet", "exploratory": "Exploratory"}
GOALS: Final = (
    "No poverty",
    "Zero hunger",
    "Good health and well-being",
    "Quality education",
    "Gender equality",
    "Clean water and sanitation",
    "Affordable and clean energy",
    "Decent work and economic growth",
    "Industry, innovation and infrastructure",
    "Reduced inequalities",
    "Sustainable cities and communities",
    "Responsible consumption and production",
    "Climate action",
    "Life below water",
    "Life on land",
    "Peace, justice and strong institutions",
    "Partnerships for the goals",
)

_MISREAD = re.compile(r"^(\s*)(>|#|\*(?=\*\*))", re.MULTILINE)
_ESCAPES: Final = {">": "&gt;", "#": "&#35;", "*": "&#42;"}
_YEAR = re.compile(r"\d{4}")

Address = Callable[[EvidenceItem], str]


def page(
    plan: PlanDocument | None,
    reflection: ReflectionDocument | None = None,
    *,
    address: Address = lambda item: item.address,
) -> str:
    """The page. Of a plan and a reflection, the reflection comes first, as in the archive.

    ``address`` tells where the picture of an item is to be had. At least one document is needed.
    """
    parts = [*_top(plan, reflection)]
    if reflection is not None:
        parts += _reflection_before(reflection)
    if plan is not None:
        parts += _plan(plan, address)
    if reflection is not None or (plan is not None and plan.remarks):
        parts.append("## End\n")
    if plan is not None and plan.remarks:
        parts.append(_asked(PLAN_QUESTIONS["remarks"][0], plan.remarks))
    if reflection is not None:
        parts += _reflection_after(reflection, address)
    parts += _leftovers(plan, reflection)
    return "\n".join(parts).rstrip("\n") + "\n"


def protected(text: str) -> str:
    """A text in which no line can be taken for a question, a section or a decoration."""
    text = text.replace("[[", "&#91;[")
    return _MISREAD.sub(lambda match: match.group(1) + _ESCAPES[match.group(2)], text)


def _top(plan: PlanDocument | None, reflection: ReflectionDocument | None) -> Iterator[str]:
    told: Any = plan or reflection
    heading = (reflection.title if reflection else "") or told.title
    yield f"# {_one_line(heading) or 'Missing title'}\n"
    if person := told.focal_point:
        yield f"[[focal_point:{_one_line(person.email or person.name)}]]\n"
    if year := _YEAR.search(told.cycle):
        yield f"[[year:{year.group()}]]\n"
    yield "[[type:learningplan]]\n"
    for key, words in _tags(told):
        yield f"[[{key}:{_one_line(words)}]]"
    yield ""


def _tags(told: Any) -> Iterator[tuple[str, str]]:
    for words in told.data_sources:
        yield "datasources", words
    for words in told.methods:
        yield "methods", words
    for number in told.sdgs:
        yield "sdgs", f"{number}. {GOALS[number - 1]}"
    for words in told.thematic_areas:
        yield "thematic_areas", words
    if told.country:
        yield "country", told.country
    if told.latitude is not None and told.longitude is not None:
        yield "latlng", f"{told.latitude!r},{told.longitude!r}"


def _one_line(words: str) -> str:
    return " ".join(words.replace("[[", "&#91;[").replace("]]", "]&#93;").split())


# -- the plan --------------------------------------------------------------------------------------


def _plan(plan: PlanDocument, address: Address) -> Iterator[str]:
    ask = PLAN_QUESTIONS
    yield "## Title\n"
    yield _asked(ask["title"][0], plan.title)
    yield "## Challenge statement\n"
    yield f"> {ask['challenge_type'][0]} \n\n{wording.CHALLENGE_TYPE_NOTE}\n"
    if plan.challenge_type:
        yield f"{TYPES[plan.challenge_type]}\n"
    yield _asked(ask["challenge_statement"][0], plan.challenge_statement)
    yield _asked(ask["background"][0], plan.background)
    # An item of which nobody has said what kind it is stands with the numbers.
    runs = [
        (kind, [*items])
        for kind, items in groupby(plan.evidence, lambda e: e.kind or "quantitative")
    ]
    asked_for = {kind for kind, _items in runs}
    for kind, items in [
        *((kind, []) for kind in ("quantitative",) if kind not in asked_for),
        *runs,
        *((kind, []) for kind in ("qualitative",) if kind not in asked_for),
    ]:
        yield f"> {ask[kind][0]}\n"
        yield from (_evidence(item, address) for item in items)
    yield _asked(ask["value_proposition"][0], plan.value_proposition)
    yield _asked(ask["summary"][0], plan.summary)
    yield "## Challenge classification"
    yield "## Partners\n"
    yield f"> {ask['partners'][0]}\n"
    for partner in plan.partners:
        answers = {
            "name": partner.name,
            "sector": partner.sector,
            "description": partner.description,
            "is_new": {True: "Yes", False: "No", None: ""}[partner.is_new],
        }
        for name, words in answers.items():
            yield _group(_asked(ask[f"partner.{name}"][0], words))
    for asked in plan.learning_questions or (None,):
        yield "## Learning questions\n"
        if asked is not None:
            stages = "\n".join(f"- {STAGES[stage]}" for stage in asked.stages)
            yield _asked(ask["learning.question"][0], asked.question)
            yield _asked(ask["learning.stages"][0], stages)
            yield _asked(ask["learning.usage"][0], asked.usage)
            yield _asked(ask["learning.data_gap"][0], asked.data_gap)
    yield "## Closing\n"
    yield _asked(ask["early_leads"][0], plan.early_leads)


def _evidence(item: EvidenceItem, address: Address) -> str:
    parts = []
    where = address(item)
    if item.form == "picture" and where:
        words = " ".join(re.sub(r"[\[\]]", " ", item.text or item.alternative).split())
        parts.append(f"![{words or 'Missing alt text'}]({where})")
        parts += [item.caption] if item.caption else []
    else:
        parts += [protected(item.text)] if item.text else []
        parts += [f"[{where}]({where})"] if where else []
    return _group("> \n\n" + "\n\n".join(parts))


def _asked(question: str, words: str) -> str:
    return f"> {question}\n\n{protected(words)}\n"


def _group(content: str) -> str:
    return f'<div class="group">\n\n\n{content}\n\n\n</div>\n\n'


# -- the closing reflection ------------------------------------------------------------------------


def _reflection_before(reflection: ReflectionDocument) -> Iterator[str]:
    ask = REFLECTION_QUESTIONS
    yield "## Learnings on your challenge\n"
    yield _asked(ask["reflection.insights"], "\n\n".join(reflection.insights))
    yield _asked(ask["reflection.links"], reflection.links)
    yield _asked(ask["reflection.barriers"], reflection.barriers)
    yield f"> {ask['reflection.time']}\n"
    for spent in reflection.time_spent:
        if spent.stage:
            yield _group(f"> {_one_line(spent.stage)}\n\n{protected(spent.share)}")
        else:
            yield f"{protected(spent.share)}\n"
    named = {spent.stage for spent in reflection.time_spent}
    yield from (_group(f"> {stage}\n") for stage in STAGES.values() if stage not in named)
    yield "## Data and Methods\n"
    yield _asked(ask["reflection.why_data"], reflection.why_data)
    yield _asked(ask["reflection.why_methods"], reflection.why_methods)
    yield "## Partners\n"
    by_sort = [partner for partner in reflection.partners if not partner.name]
    for partner in sorted(by_sort, key=lambda one: one.sort != ""):
        sort = SORTS.get(partner.sort, partner.sort)
        words = f"> {ACTUAL_PARTNERS.format(sort=sort)}\n" if sort else ""
        yield f"{words}\n{protected(partner.account)}\n"
    yield _asked(ask["reflection.unusual"], reflection.unusual_partners)


def _reflection_after(reflection: ReflectionDocument, address: Address) -> Iterator[str]:
    yield _asked(REFLECTION_QUESTIONS["reflection.interplay"], reflection.interplay)
    for further in reflection.further:
        yield f"\n> {further.question}\n\n{protected(further.answer)}\n"
    yield f"> {REFLECTION_QUESTIONS['reflection.evidence']}\n"
    yield from (_evidence(item, address) for item in reflection.evidence)


def _leftovers(plan: PlanDocument | None, reflection: ReflectionDocument | None) -> Iterable[str]:
    found = [
        *((leftover, "") for leftover in (plan.leftover if plan else ())),
        *((leftover, "reflection ") for leftover in (reflection.leftover if reflection else ())),
    ]
    if found:
        yield f"## {wording.SECTION_NAMES['leftover'][0]}\n"
    for leftover, whose in found:
        yield _group(f"> {whose}{_one_line(leftover.place)}\n\n{protected(leftover.words)}")
