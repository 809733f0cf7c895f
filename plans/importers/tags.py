"""The top of a page of the archive: its heading and the ``[[key:value]]`` tags."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal

from django.utils.translation import gettext as _

from plans import sections
from plans.importers.plaintext import one_line, printable

_OPENING = re.compile(r"\[\[\s*(\w{1,40})\s*:")
_HEADING = re.compile(r"#(?!#)\s*(.*)")
_GOAL = re.compile(r"^\s*(\d{1,2})(?!\d)|[,;]\s*(\d{1,2})\. ")
_GOALS: Final = frozenset(range(1, 18))
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NO_HEADING: Final = frozenset({"missing title"})
_TERM_EDGES = " ,;\\"

_SET_APART = r"(?:^|[-–—|:/(\[,.]\s*){0}(?=\s*(?:$|[-–—|:/)\],.]))|\b{0}\s*(?:challenge\s*)?$"
_TYPES: Final[dict[Literal["big_bet", "exploratory"], re.Pattern[str]]] = {
    "big_bet": re.compile(_SET_APART.format(r"big\s*[- ]?bet"), re.IGNORECASE),
    "exploratory": re.compile(_SET_APART.format("exploratory"), re.IGNORECASE),
}


@dataclass
class Tags:
    """What the tags say. ``strange`` are sentences about what could not be read."""

    heading: str = ""
    focal_point: str = ""
    year: int | None = None
    page_type: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None
    sdgs: tuple[int, ...] = ()
    thematic_areas: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    data_sources: tuple[str, ...] = ()
    strange: list[str] = field(default_factory=list)
    loose: list[tuple[str, str]] = field(default_factory=list)
    """Where on top of the page words stood that fit nowhere, and the words."""

    def odd(self, key: str, words: str, sentence: str) -> None:
        """Keep words that could not be read as what they stand for."""
        self.strange.append(sentence)
        self.loose.append((key, words))


def read_tags(top: str) -> Tags:
    """The heading and tags of what stands before the first section; never raises."""
    tags = Tags()
    openings = list(_OPENING.finditer(top))
    before = top[: openings[0].start()] if openings else top
    _read_heading(before, tags)
    values: dict[str, list[str]] = {}
    for place, opening in enumerate(openings):
        end = openings[place + 1].start() if place + 1 < len(openings) else len(top)
        values.setdefault(opening.group(1).lower(), []).append(
            _value(top[opening.end() : end], tags)
        )
    _fill(values, tags)
    return tags


def _read_heading(before: str, tags: Tags) -> None:
    lines = [line.strip() for line in before.split("\n") if line.strip()]
    if lines and (match := _HEADING.fullmatch(lines[0])) is not None:
        heading = one_line(match.group(1))
        tags.heading = "" if heading.lower() in _NO_HEADING else heading
        lines = lines[1:]
    tags.loose.extend(("top", words) for line in lines if (words := one_line(line)))


def _value(chunk: str, tags: Tags) -> str:
    """The value a tag holds; ``chunk`` is what stands from its colon to the next tag."""
    value, closing, rest = chunk.rpartition("]]")
    if not closing:
        value, _line_end, rest = chunk.partition("\n")
        if words := one_line(value):
            tags.strange.append(_("The tag with “%(words)s” is not closed.") % {"words": words})
    if words := one_line(rest):
        tags.loose.append(("top", words))
    return one_line(value)


def _fill(values: dict[str, list[str]], tags: Tags) -> None:
    tags.focal_point = _only("focal_point", values, tags)
    tags.page_type = _only("type", values, tags)
    tags.country = _only("country", values, tags).strip(_TERM_EDGES)
    year = _only("year", values, tags)
    if match := _YEAR.search(year):
        tags.year = int(match.group())
    if year and (match is None or match.group() != year):
        tags.odd("year", year, _("“%(value)s” is not a year.") % {"value": year})
    if tags.page_type not in ("", "learningplan"):
        tags.loose.append(("type", tags.page_type))
    _read_point(_only("latlng", values, tags), tags)
    tags.sdgs = _goals(values.pop("sdgs", []), tags)
    tags.thematic_areas = _terms(values.pop("thematic_areas", []))
    tags.methods = _terms(values.pop("methods", []))
    tags.data_sources = _terms(values.pop("datasources", []))
    for key, others in values.items():
        for words in filter(None, others):
            tags.odd(
                key,
                words,
                _("The tag “%(key)s” is not known: %(values)s") % {"key": key, "values": words},
            )


def _only(key: str, values: dict[str, list[str]], tags: Tags) -> str:
    """The first value of a tag that a page has once; others are reported."""
    given = [value for value in values.pop(key, []) if value]
    for extra in given[1:]:
        if extra != given[0]:
            tags.odd(
                key,
                extra,
                _("A second “%(key)s” was not taken: %(value)s") % {"key": key, "value": extra},
            )
    return given[0] if given else ""


def _read_point(value: str, tags: Tags) -> None:
    if not value:
        return
    latitude, _comma, longitude = value.partition(",")
    point = _number(latitude, sections.LATITUDES), _number(longitude, sections.LONGITUDES)
    if None in point:
        sentence = _("“%(value)s” is not a place on the map.") % {"value": value}
        tags.odd("latlng", value, sentence)
        return
    tags.latitude, tags.longitude = point


def _number(text: str, limits: tuple[int, int]) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if limits[0] <= number <= limits[1] else None


def _goals(values: list[str], tags: Tags) -> tuple[int, ...]:
    """The numbers of the Sustainable Development Goals, each once, in their order."""
    goals: set[int] = set()
    for value in filter(None, values):
        named = {int(first or other) for first, other in _GOAL.findall(value)}
        if found := named & _GOALS:
            goals |= found
        else:
            sentence = _("“%(value)s” is not a Sustainable Development Goal.") % {"value": value}
            tags.odd("sdgs", value, sentence)
    return tuple(sorted(goals))


def _terms(values: list[str]) -> tuple[str, ...]:
    """The words of a vocabulary, each once, without the commas and slashes left at their ends.

    Two spellings of one term are two: what they mean is for the vocabulary to say.
    """
    terms = (value.strip(_TERM_EDGES) for value in values)
    return tuple(dict.fromkeys(filter(None, terms)))


def type_named_in(*names: str) -> Literal["", "big_bet", "exploratory"]:
    """The challenge type that a heading or title names, set apart from its other words.

    Empty when none or both are named. "An exploratory study of waste" names none.
    """
    found = {
        kind
        for kind, pattern in _TYPES.items()
        if any(pattern.search(printable(name)) for name in names)
    }
    return found.pop() if len(found) == 1 else ""
