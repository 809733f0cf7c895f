"""A selection of plans, as an address says it: the one way in which anything narrows plans.

The library shows it, files take it along, searches keep it, the portfolio and other systems count
it. ``q`` is what is searched for; every facet is a word of its own (``facets.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q
from django.http import QueryDict
from django.utils.text import capfirst

from plans.models import Cycle
from plans.search import words
from plans.search.counting import Counts, count
from plans.search.facets import FACETS, MOST_CHOICES, NOT, Facet
from plans.search.form import SORTS, WORDS, SelectionForm, Word
from plans.search.meaning import Wanted, narrowed, rank, understand, understand_each
from plans.shelf import NEWEST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plans.models.plan import PlanQuerySet

_ORDERS: dict[str, tuple[Any, ...]] = {
    "newest": NEWEST,
    "oldest": ("cycle__year", "cycle__quarter", "lab__name", "pk"),
    "title": ("title", "pk"),
}
_LONGEST = 200
"""A choice of more signs is no choice of any list."""


@dataclass(frozen=True)
class Chosen:
    """A choice that the address makes: of which facet, its word and name, and whether left out."""

    facet: Facet
    word: str
    name: str
    left_out: bool = False

    @property
    def key(self) -> str:
        """The word of the address that it is said by."""
        return f"{NOT if self.left_out else ''}{self.facet.name}"


@dataclass(frozen=True)
class Unknown:
    """What the address asks for and no list has, and by which of its words."""

    label: Any
    word: str
    key: str


class LibraryFilter:
    """The plans of ``queryset`` that an address asks for.

    ``data`` is the address's query (a ``QueryDict``; a dict where every word comes once). Whoever
    asks decides what there is to narrow: ``queryset`` holds what this reader may know of, and
    nothing that is told here (plans, numbers, names, other spellings) comes from any other plan.
    """

    base_filters: ClassVar[dict[str, Word]] = WORDS
    """Every word that an address may have."""

    _known: dict[tuple[str, str], tuple[str, str]] | None = None
    """What is meant by choices, where that was asked for several selections at a time."""

    def __init__(self, data: Mapping[str, Any], queryset: PlanQuerySet) -> None:
        self.data = data
        self.queryset = queryset

    @cached_property
    def filters(self) -> dict[str, Word]:
        """As ``base_filters``."""
        return dict(WORDS)

    @cached_property
    def form(self) -> SelectionForm:
        """What is asked for as a form; its lists are read when they are shown."""
        return SelectionForm(self)

    # -- what is asked for --------------------------------------------------------------------

    def _all(self, name: str) -> list[str]:
        given = self.data.getlist(name) if isinstance(self.data, QueryDict) else self.data.get(name)
        listed = given if isinstance(given, list | tuple) else [given] if given else []
        return [str(one).strip() for one in listed if str(one).strip()][:MOST_CHOICES]

    @property
    def typed(self) -> str:
        """What is searched for, as it was typed."""
        return (self._all("q") or [""])[0]

    def searching(self, typed: str) -> LibraryFilter:
        """The same selection with something else searched for."""
        other = QueryDict(mutable=True)
        for name in self._names():
            other.setlist(name, self._all(name))
        other["q"] = typed
        return LibraryFilter(other, self.queryset)

    def _names(self) -> list[str]:
        named = [name for facet in FACETS for name in (facet, f"{NOT}{facet}")]
        return [name for name in (*named, "sort") if self._all(name)]

    @cached_property
    def read(self) -> words.Typed:
        """What is searched for, taken apart."""
        return words.read(self.typed)

    @cached_property
    def wanted(self) -> list[Wanted]:
        """What is searched for, understood. One query where anything is."""
        return understand(self.read.clauses)

    @property
    def searches(self) -> bool:
        """Whether there is something to look for, not only to leave out."""
        return any(not one.excluded for one in self.wanted)

    @property
    def wordless(self) -> bool:
        """Whether something was typed in which there is nothing to look for: signs alone."""
        return bool(self.typed) and not self.wanted

    @cached_property
    def _meant(self) -> tuple[list[Chosen], list[Unknown]]:
        """The choices, and what no list has. One query where anything is chosen of a long list."""
        asked = self._asked()
        named = self._known
        if named is None:
            named = self._named({(facet.name, _plain(facet, word)) for facet, word, _out in asked})
        chosen: dict[tuple[str, str, bool], Chosen] = {}
        unknown = []
        for facet, word, left_out in asked:
            found = named.get((facet.name, _plain(facet, word)))
            if found is None:
                key = f"{NOT if left_out else ''}{facet.name}"
                unknown.append(Unknown(facet.label, word[:_LONGEST], key))
            else:
                chosen[facet.name, found[0], left_out] = Chosen(facet, *found, left_out)
        return list(chosen.values()), unknown

    def _asked(self) -> list[tuple[Facet, str, bool]]:
        return [
            (facet, word, left_out)
            for facet in FACETS.values()
            for left_out in (False, True)
            for word in self._all(f"{NOT if left_out else ''}{facet.name}")
        ]

    @classmethod
    def together(cls, queries: Sequence[str], plans: PlanQuerySet) -> list[LibraryFilter]:
        """A selection for each of these addresses; two queries understand them all."""
        found = [cls(QueryDict(query), plans) for query in queries]
        understood = understand_each([one.read.clauses for one in found])
        asked = {
            (facet.name, _plain(facet, word)) for one in found for facet, word, _out in one._asked()
        }
        named = found[0]._named(asked) if found else {}
        for one, wanted in zip(found, understood, strict=True):
            one.wanted, one._known = wanted, named
        return found

    def _named(self, asked: set[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
        """Of what is asked for by facet, what is meant by it: its word and name."""
        named: dict[tuple[str, str], tuple[str, str]] = {}
        parts, given = [], []
        for name in {name for name, _word in asked}:
            facet = FACETS[name]
            typed = sorted(word for one, word in asked if one == name and word)
            fixed = facet.words or {}
            named |= {(name, word): (word, _called(facet, word)) for word in typed if word in fixed}
            typed = [word for word in typed if word not in fixed]
            if typed and facet.meant:
                parts.append(f"({facet.meant})")
                given.append(typed)
        if parts:
            named |= self._looked_up(parts, given)
        return named

    def _looked_up(
        self, parts: list[str], given: list[list[str]]
    ) -> dict[tuple[str, str], tuple[str, str]]:
        try:
            known, params = self.queryset.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            return {}
        # The facets' own texts are fixed, and what people type comes as parameters.
        sql = f"WITH known (id) AS ({known}) " + " UNION ALL ".join(parts)
        with connection.cursor() as cursor:
            cursor.execute(sql, [*params, *given])
            return {
                (name, typed): (word, _called(FACETS[name], word) or called)
                for name, typed, word, called in cursor
            }

    @property
    def chosen(self) -> list[Chosen]:
        """What is chosen, facet by facet."""
        return self._meant[0]

    @property
    def unknown(self) -> list[Unknown]:
        """What the address asks for and no list has; it is left out."""
        return self._meant[1]

    @property
    def is_narrowed(self) -> bool:
        """Whether anything at all is asked for."""
        return bool(self.chosen or self.wanted)

    @property
    def asked(self) -> str:
        """Which plans are asked for, the same for every address that asks for them alike."""
        return repr((self.typed, [(one.key, one.word) for one in self.chosen]))

    @property
    def order(self) -> str:
        """The order in use, as the address names it: the best first where something is searched."""
        asked = (self._all("sort") or [""])[0]
        if asked in SORTS and (asked != "best" or self.searches):
            return asked
        return self.usual_order

    @property
    def usual_order(self) -> str:
        """The order of whoever asks for none."""
        return "best" if self.searches else "newest"

    def address(self, *, besides: Chosen | None = None, words: bool = True) -> str:
        """What stands behind the ? in the address of this selection, as plainly as can be.

        Without one choice (``besides``), or without what is searched for (``words``).
        """
        told = QueryDict(mutable=True)
        if words and self.typed:
            told["q"] = self.typed
        for one in self.chosen:
            if one != besides:
                told.appendlist(one.key, one.word)
        if self._all("sort") and self._all("sort")[0] == self.order:
            told["sort"] = self.order
        return told.urlencode()

    # -- what is found ------------------------------------------------------------------------

    def _words(self, *, left_out: bool) -> dict[str, list[str]]:
        by_facet: dict[str, list[str]] = {}
        for one in self.chosen:
            if one.left_out == left_out:
                by_facet.setdefault(one.facet.name, []).append(one.word)
        return by_facet

    def _having(self, *, left_out: bool) -> dict[str, Q]:
        chosen = self._words(left_out=left_out)
        return {name: FACETS[name].having(keys) for name, keys in chosen.items()}

    @cached_property
    def _said(self) -> PlanQuerySet:
        """The plans that say what is searched for, without what is left out."""
        plans = narrowed(self.queryset, self.wanted)
        for having in self._having(left_out=True).values():
            plans = plans.exclude(having)
        return plans

    @cached_property
    def qs(self) -> PlanQuerySet:
        """The plans that are found, in order; nothing is joined or added to them."""
        plans = self._said
        for having in self._having(left_out=False).values():
            plans = plans.filter(having)
        if self.order == "best":
            return plans.order_by(rank(self.wanted).desc(), *NEWEST)
        return plans.order_by(*_ORDERS[self.order])

    def counts(self, wide: str = "") -> Counts:
        """How many plans are found, and how many each choice would leave. One query.

        ``wide``: the facet of which all choices are wanted.
        """
        included = self._words(left_out=False)
        return count(self._said, self._having(left_out=False), included, wide)


def _called(facet: Facet, word: str) -> str:
    """What a choice of a fixed list is called; empty for what is in none."""
    return capfirst(str((facet.words or {}).get(word, "")))


def _plain(facet: Facet, word: str) -> str:
    """A choice as its list may have it; empty for what cannot be one."""
    word = word.replace("\x00", "").strip()
    if not word or len(word) > _LONGEST:
        return ""
    if facet.name == "cycle":
        try:
            year, quarter = Cycle.read_slug(word)
        except ValueError:
            return ""
        return f"{year}-Q{quarter}" if quarter else str(year)
    return word
