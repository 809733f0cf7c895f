"""Terms near to what somebody typed, best first, with how much each is used.

Near means, in this order: called so; beginning so, by name or by another spelling; a word of the
name beginning so; holding what was typed, or every word of it; and last what merely looks alike,
for typing errors. Names and spellings are compared as ``fold_term`` folds them, so that capitals,
accents, spaces and punctuation do not matter. Names are found through their index of trigrams.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.lookups import Unaccent
from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Case, Count, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Collate, Lower
from rapidfuzz import fuzz, process

from plans.models import Organisation, Partner, Spelling, TermStatus
from plans.models.taxonomy import TERM_LENGTH, Fold
from plans.states import PUBLIC

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from plans.models import Term

NEAR = 8
"""So many terms are answered; who looks for another one types more."""

MOST_WORDS = 6
"""So many words of it are looked for one by one."""

ENOUGH = 3
"""From so many characters on, also what holds them or looks alike is near; an index needs them."""

FEW = 3
"""Where fewer than this merely look alike, every spelling is gone through for typing errors."""

ALIKE = 81
"""How alike a part of such a spelling is to what was typed, where 100 is the same."""

SHORT = 6
"""A spelling of so many letters may also be a part of what was typed."""

MOST_SPELLINGS = 20_000

LIVING = (TermStatus.IN_USE, TermStatus.PROPOSED)

SAME, SPELLED_SO, BEGINS, SPELLING_BEGINS, WORD_BEGINS, HOLDS, LOOKS_ALIKE = range(7)


@dataclass(frozen=True)
class Near:
    """A term that may be meant. ``also``: the other spelling by which it was found, if by one.

    ``uses``: how many plans that the network may know of have it. ``meant``: it is called exactly
    so. ``sector``: the key of the one sector that all these plans give a partner organisation.
    """

    term: Term
    uses: int
    meant: bool
    also: str = ""
    sector: int | None = None

    @property
    def is_proposed(self) -> bool:
        """Whether somebody proposed it and no administrator has looked at it yet.

        Organisations are proposed by nobody: the directory fills itself.
        """
        return self.term.status == TermStatus.PROPOSED and not isinstance(self.term, Organisation)


def near(vocabulary: type[Term], typed: str) -> list[Near]:
    """The living terms near to ``typed``, best first; none for words without letter or number."""
    typed = " ".join(typed.replace("\x00", "").split())[:TERM_LENGTH]
    words = _words(typed)
    if not words:
        return []
    placed = _placed(vocabulary, typed, words)
    found = list(placed.filter(pk__in=_near(vocabulary, typed, words))[:NEAR])
    if len(found) < FEW and all(term.place == LOOKS_ALIKE for term in found):
        alike = _alike(vocabulary, "".join(words), besides={term.pk for term in found})
        more = {term.pk: term for term in placed.filter(pk__in=alike)}
        found += [more[key] for key in alike if key in more]
    return [_as_near(term, typed) for term in found]


def is_name(typed: str) -> bool:
    """Whether a new term could be called so."""
    return bool(_words(typed)) and len(typed) <= TERM_LENGTH


def living(vocabulary: type[Term]) -> QuerySet[Any]:
    """The terms that somebody may choose or has proposed, each with ``uses``, by name.

    Counted are plans that everybody may read. An organisation that only other plans name is told
    to nobody, until an administrator takes it into use.
    """
    living_terms = vocabulary._default_manager.filter(status__in=LIVING)
    terms: QuerySet[Any] = living_terms.annotate(uses=_uses(vocabulary))
    if vocabulary is Organisation:
        terms = terms.filter(Q(status=TermStatus.IN_USE) | Q(uses__gt=0))
    return terms


def _near(vocabulary: type[Term], typed: str, words: list[str]) -> QuerySet[Any]:
    """The keys of the terms a spelling of which holds what was typed, or whose name looks alike."""
    typed_folded = Fold(Value(typed))
    holds = Q(folded__startswith=typed_folded)
    if len("".join(words)) >= ENOUGH:
        holds |= _holds(words, typed_folded)
    spellings = _spellings(vocabulary).filter(holds)
    names = vocabulary._default_manager.alias(folded=Fold("name"))
    names = names.filter(folded__trigram_word_similar=typed_folded)
    return spellings.order_by().values("leads_to").union(names.order_by().values("pk"))


def _holds(words: list[str], typed: Any) -> Q:
    every = Q()
    for word in words:
        every &= Q(folded__contains=Fold(Value(word)))
    return Q(folded__contains=typed) | every


def _spellings(vocabulary: type[Term]) -> QuerySet[Spelling]:
    return Spelling.objects.filter(vocabulary=vocabulary._meta.model_name)


def _placed(vocabulary: type[Term], typed: str, words: list[str]) -> QuerySet[Any]:
    """The living terms, best first, with ``place``, ``uses``; an organisation with ``sectors``."""
    typed_folded = Fold(Value(typed))
    spelled = (
        _spellings(vocabulary)
        .filter(term=OuterRef("pk"))
        .annotate(
            place=Case(
                When(folded=typed_folded, then=SPELLED_SO),
                When(folded__startswith=typed_folded, then=SPELLING_BEGINS),
                When(_holds(words, typed_folded), then=HOLDS),
                default=LOOKS_ALIKE,
            )
        )
    )
    terms = living(vocabulary).alias(
        folded=Fold("name"),
        plain=Lower(Collate(Unaccent("name"), "pg_c_utf8")),
        best_spelling=Subquery(spelled.order_by("place").values("place")[:1]),
        proposed=Q(status=TermStatus.PROPOSED),
    )
    terms = terms.annotate(
        place=Case(
            When(folded=typed_folded, then=SAME),
            When(best_spelling=SPELLED_SO, then=SPELLED_SO),
            When(folded__startswith=typed_folded, then=BEGINS),
            When(best_spelling=SPELLING_BEGINS, then=SPELLING_BEGINS),
            When(plain__regex=r"\m" + r"[^[:alnum:]]*".join(words), then=WORD_BEGINS),
            default=Coalesce("best_spelling", LOOKS_ALIKE),
            output_field=IntegerField(),
        )
    )
    if vocabulary is Organisation:
        terms = terms.annotate(sectors=_sectors())
    closest: Any = TrigramSimilarity("folded", typed_folded)  # type: ignore[arg-type]  # an expression
    found: QuerySet[Any] = terms.order_by("place", "proposed", closest.desc(), "name")
    return found


def _uses(vocabulary: type[Term]) -> Subquery:
    path = vocabulary.plans_path
    public = Q(**{f"{path}__state__in": sorted(PUBLIC)})
    counted = vocabulary._default_manager.filter(pk=OuterRef("pk")).order_by().values("pk")
    return Subquery(counted.annotate(n=Count(path, filter=public, distinct=True)).values("n"))


def _sectors() -> ArraySubquery:
    """The sectors that plans give an organisation."""
    partners = Partner.objects.filter(
        organisation=OuterRef("pk"), sector__isnull=False, plan__state__in=sorted(PUBLIC)
    )
    return ArraySubquery(partners.order_by().values("sector").distinct())


def _alike(vocabulary: type[Term], typed: str, besides: Iterable[int]) -> list[int]:
    """The keys of terms a part of whose name or spelling looks like what was typed, best first."""
    if len(typed) < ENOUGH:
        return []
    known = _spellings(vocabulary).exclude(leads_to__in=besides).values_list("leads_to", "folded")
    # A spelling of a few letters would be found in a longer word by chance.
    shortest = min(len(typed) - 1, SHORT)
    spellings = [one for one in known[:MOST_SPELLINGS] if len(one[1]) >= shortest]
    best = process.extract(
        typed,
        [folded for _key, folded in spellings],
        scorer=fuzz.partial_ratio,
        score_cutoff=ALIKE,
        limit=None,
    )
    # As alike as each other: rather the one of which it is all than the one of which it is a part.
    best.sort(key=lambda one: (-one[1], len(one[0])))
    keys = dict.fromkeys(spellings[place][0] for _folded, _score, place in best)
    return list(keys)[: NEAR - FEW]


def _as_near(term: Any, typed: str) -> Near:
    sectors = getattr(term, "sectors", [])
    return Near(
        term=term,
        uses=term.uses,
        meant=term.place in (SAME, SPELLED_SO),
        also="" if term.place in (SAME, BEGINS, WORD_BEGINS) else _closest(term, typed),
        sector=sectors[0] if len(sectors) == 1 else None,
    )


def _closest(term: Term, typed: str) -> str:
    """The other spelling that is closer to what was typed than the name is, if any."""
    spellings = [term.name, *term.aliases, *term.labels.values()]
    found = process.extractOne(typed, spellings, scorer=fuzz.WRatio, processor=_plain)
    return "" if found is None or found[0] == term.name else str(found[0])


def _plain(text: str) -> str:
    """Small letters without accents: as ``fold_term``, but with spaces and punctuation."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part)).casefold()


def _words(typed: str) -> list[str]:
    """The words of what was typed, plain; letters and numbers only."""
    plain = "".join(sign if sign.isalnum() else " " for sign in _plain(typed))
    return plain.split()[:MOST_WORDS]
