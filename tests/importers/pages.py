"""Small pages in the archive's shape, for the tests of the importer."""

from __future__ import annotations

from plans.importers.wording import (
    ACTUAL_PARTNERS,
    CHALLENGE_TYPE_NOTE,
    PLAN_QUESTIONS,
    REFLECTION_QUESTIONS,
)

TAGS = """[[focal_point:ada@lab.example]]

[[year:2022]]

[[type:learningplan]]

[[datasources:Rain gauges]]
[[methods:Citizen science]]
[[sdgs:6. Clean water and sanitation]]
[[thematic_areas:Water]]
[[country:Wellland]]
[[latlng:12.5,-3.25]]
"""


def question(field: str) -> str:
    """The line that asks for a field."""
    return f"> {PLAN_QUESTIONS[field][0]}"


def asked(field: str, answer: str = "") -> str:
    """A question and its answer."""
    return f"{question(field)}\n\n{answer}\n"


def group(content: str) -> str:
    """A row of a repeated group, or a field of one."""
    return f'<div class="group">\n\n\n{content}\n\n\n</div>\n\n\n'


def partner(**fields: str) -> str:
    """A partner as four groups, or as those that are given."""
    return "\n".join(group(asked(f"partner.{name}", words)) for name, words in fields.items())


def learning(question_text: str, *stages: str, usage: str = "", data_gap: str = "") -> str:
    """One Learning section."""
    return "\n".join(
        [
            "## Learning questions",
            asked("learning.question", question_text),
            asked("learning.stages", "\n".join(f"- {stage}" for stage in stages)),
            asked("learning.usage", usage),
            asked("learning.data_gap", data_gap),
        ]
    )


def challenge_type() -> str:
    """The question about the type, over its three lines, without an answer."""
    return f"{question('challenge_type')}\n\n{CHALLENGE_TYPE_NOTE}\n\n"


def page(
    heading: str = "Wells that last",
    tags: str = TAGS,
    *,
    title: str = "Wells that last",
    statement: str = "Every third well runs dry.",
    background: str = "Drilled in a hurry.",
    quantitative: str = "",
    qualitative: str = "",
    value: str = "We know the drillers.",
    summary: str = "Wells, counted by those who drink.",
    partners: str = "",
    questions: str = "",
    leads: str = "The water office.",
    end: str = "",
) -> str:
    """A whole plan; every part can be replaced."""
    return "\n".join(
        [
            f"# {heading}\n",
            tags,
            "## Title\n",
            asked("title", title),
            "## Challenge statement\n",
            challenge_type(),
            asked("challenge_statement", statement),
            asked("background", background),
            f"{question('quantitative')}\n\n{quantitative}",
            f"{question('qualitative')}\n\n{qualitative}",
            asked("value_proposition", value),
            asked("summary", summary),
            "## Challenge classification",
            "## Partners\n",
            f"{question('partners')}\n\n{partners}",
            questions,
            "## Closing\n",
            asked("early_leads", leads),
            end,
        ]
    )


def asked_in_reflection(field: str, answer: str = "") -> str:
    """A question of a closing reflection and its answer."""
    return f"> {REFLECTION_QUESTIONS[f'reflection.{field}']}\n\n{answer}\n"


def worked_with(sort: str, answer: str = "") -> str:
    """The question about one sort of partners, and its answer."""
    return f"> {ACTUAL_PARTNERS.format(sort=sort)}\n\n{answer}\n"


def reflection(*, insights: str = "Drillers talk.", end: str = "") -> str:
    """The sections of a closing reflection, up to its ``End``."""
    return "\n".join(
        [
            "## Learnings on your challenge\n",
            asked_in_reflection("insights", insights),
            asked_in_reflection("time", group("> Sense\n\n40") + group("> Test\n\n60")),
            "## Data and Methods\n",
            asked_in_reflection("why_data", "Gauges."),
            "## Partners\n",
            worked_with("government partners (and related institutions)", "The water office."),
            end,
        ]
    )
