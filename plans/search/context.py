"""Where the words of a search stand in a plan: marked in title and summary, and in a passage.

The database says which words of a plan were meant (it knows their stems); here they are found in
the text as it was written. All that is answered is pieces of text; templates escape them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plans.search.meaning import Meaning, Wanted

BEFORE, LENGTH = 60, 240
"""How many signs of a passage stand before the first match, and in all."""
MOST_READ = 20_000
MOST_REASONS = 3


class Piece(NamedTuple):
    """A piece of a text, and whether it was searched for."""

    text: str
    hit: bool


class Reason(NamedTuple):
    """Something a plan points to that goes by a word of the search: “Theme”, “Energy access”."""

    label: Any
    name: str


@dataclass(frozen=True)
class Context:
    """Where the words stand. ``passage`` is empty where title and summary have them all."""

    title: list[Piece]
    summary: list[Piece]
    passage: list[Piece]
    reasons: list[Reason]


# The signs that are words by themselves are those that search_words takes apart.
_SIGNS = "ก-๿຀-໿က-႟ក-៿぀-ヿ㐀-䶿一-鿿豈-﫿가-힣"
_WORD = re.compile(
    rf"[{_SIGNS}]|(?:(?![{_SIGNS}])[^\W_][\u0300-\u036f\u0640\u064b-\u065f\u0670\u00ad]*)+"
)
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"}
    | dict(zip("أإآٱىؤئ", "اااايوي", strict=True))
)
_ARTICLE = re.compile("^(?:وال|بال|لل|ال)(?=\\w{3})")

_SAID = """
WITH looked_at AS (SELECT plan_id, language, words FROM plans_searchtext WHERE plan_id = ANY(%s)),
hits AS (
    SELECT looked_at.plan_id, array_agg(one.lexeme) AS words
    FROM looked_at, unnest(looked_at.words) AS one
    WHERE left(one.lexeme, 2) = ANY(%s) AND (
        one.lexeme = ANY(%s)
        OR CASE WHEN looked_at.language IN ('en', 'fr', 'es', 'pt', 'ar', 'ru', 'tr', 'id')
           THEN '(''' || looked_at.language || '=' || (ts_lexize(
               ('stems_' || looked_at.language)::regdictionary, one.lexeme))[1] || ''')'
               = ANY(%s) END)
    GROUP BY looked_at.plan_id
)
SELECT texts.plan_id, texts.written, hits.words, '', 0
FROM search_texts(%s) AS texts LEFT JOIN hits USING (plan_id)
"""
"""Every text of the plans, with the words that were meant; further rows are reasons."""

_CHOSEN = """
SELECT plan_id, words, NULL, '{kind}', position FROM plans_plan{kind}
WHERE plan_id = ANY(%s) AND term_id = ANY(%s)
"""
_PARTNERS = """
SELECT plan_id, name, NULL, 'organisation', position FROM plans_partner
WHERE plan_id = ANY(%s) AND organisation_id = ANY(%s)
"""
_SECTORS = """
SELECT DISTINCT partner.plan_id, sector.name, NULL::text[], 'sector', 1
FROM plans_partner AS partner JOIN plans_sector AS sector ON sector.id = partner.sector_id
WHERE partner.plan_id = ANY(%s) AND partner.sector_id = ANY(%s)
"""
_REASONS: dict[str, tuple[Any, str]] = {
    "thematicarea": (_("Theme"), _CHOSEN.format(kind="thematicarea")),
    "sdg": (_("Goal"), _CHOSEN.format(kind="sdg")),
    "method": (_("Method"), _CHOSEN.format(kind="method")),
    "datasource": (_("Data source"), _CHOSEN.format(kind="datasource")),
    "organisation": (_("Partner"), _PARTNERS),
    "sector": (_("Partners' sector"), _SECTORS),
}


def contexts(plans: Sequence[Any], wanted: Sequence[Wanted]) -> dict[int, Context]:
    """Of each plan, where the words stand. One query, or none."""
    meanings = [meaning for one in wanted if not one.excluded for meaning in one.meanings]
    keys = [plan.pk for plan in plans]
    if not meanings or not keys:
        return {}
    texts, hits, reasons = _read(keys, meanings)
    sequences = [meaning.tokens for meaning in meanings if len(meaning.tokens) > 1]
    found = {}
    for plan in plans:
        finder = _Finder(frozenset(hits.get(plan.pk, ())), sequences)
        title, summary = finder.spans(plan.title), finder.spans(plan.summary)
        seen = {span.word for span in (*title, *summary)}
        found[plan.pk] = Context(
            _pieces(plan.title, title),
            _passage(plan.summary, summary) if plan.summary else [],
            finder.best(texts.get(plan.pk, ()), besides=seen),
            [Reason(_REASONS[kind][0], name) for kind, name in reasons.get(plan.pk, ())],
        )
    return found


def _read(
    keys: list[int], meanings: Sequence[Meaning]
) -> tuple[dict[int, list[str]], dict[int, list[str]], dict[int, list[tuple[str, str]]]]:
    """Of each plan its texts, the words of them that are meant, and its reasons."""
    single = [meaning for meaning in meanings if len(meaning.tokens) == 1]
    tokens = [meaning.tokens[0] for meaning in single]
    stems = [f"({stem})" for meaning in single for stem in meaning.stems]
    beginnings = sorted({token[:2] for token in tokens})
    parts: list[str] = [_SAID]
    params: list[Any] = [keys, beginnings, tokens, stems, keys]
    for kind, (_label, sql) in _REASONS.items():
        named = [key for meaning in meanings for key in meaning.names.get(kind, ())]
        if named:
            parts.append(sql)
            params += [keys, named]
    texts: dict[int, list[str]] = {}
    hits: dict[int, list[str]] = {}
    why: dict[int, list[tuple[int, int, str, str]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        for key, written, words, kind, position in cursor:
            if kind:
                why.setdefault(key, []).append((_PLACES[kind], position, kind, written))
            else:
                texts.setdefault(key, []).append(written)
                hits[key] = words or []
    reasons = {
        key: [(kind, name) for _place, _position, kind, name in sorted(found)[:MOST_REASONS]]
        for key, found in why.items()
    }
    return texts, hits, reasons


_PLACES = {kind: place for place, kind in enumerate(_REASONS)}


class _Span(NamedTuple):
    begin: int
    end: int
    word: str


class _Finder:
    """Finds words, and phrases word by word, in a text as it was written."""

    def __init__(self, words: frozenset[str], sequences: Iterable[tuple[str, ...]]) -> None:
        self._words = words
        self._sequences = list(sequences)
        self._wanted = words | {" ".join(sequence) for sequence in self._sequences}
        self._begun_by = words | {sequence[0] for sequence in self._sequences}

    def spans(self, text: str) -> list[_Span]:
        """What is to be marked, in order."""
        if text.isascii():  # and is folded by small letters alone
            plain = text.lower()
            if not any(word in plain for word in self._begun_by):
                return []
        signs = [(match.start(), match.end(), _folded(match[0])) for match in _WORD.finditer(text)]
        spans = [_Span(begin, end, word) for begin, end, word in signs if word in self._words]
        folded = [word for _begin, _end, word in signs]
        for sequence in self._sequences:
            first, length = sequence[0], len(sequence)
            for place, word in enumerate(folded):
                if word == first and tuple(folded[place : place + length]) == sequence:
                    end = signs[place + length - 1][1]
                    spans.append(_Span(signs[place][0], end, " ".join(sequence)))
        return sorted(spans)

    def best(self, texts: Iterable[str], besides: set[str]) -> list[Piece]:
        """A passage with most of the words that stand in none of ``besides``; or nothing."""
        best: tuple[int, str, list[_Span]] = (0, "", [])
        missing = len(self._wanted - besides)
        for text in texts:
            if best[0] == missing:
                break
            spans = self.spans(text[:MOST_READ])
            new = {span.word for span in spans} - besides
            if len(new) > best[0]:
                begin = next(place for place, span in enumerate(spans) if span.word in new)
                best = (len(new), text, spans[begin:])
        return _passage(best[1], best[2]) if best[0] else []


def _passage(text: str, spans: list[_Span]) -> list[Piece]:
    """A few lines of a text around its first match; its beginning where there is none."""
    first = spans[0].begin if spans else 0
    begin = 0 if first <= LENGTH - BEFORE else text.rfind(" ", 0, first - BEFORE) + 1
    end = len(text)
    if end - begin > LENGTH:
        end = max(text.rfind(" ", begin, begin + LENGTH), spans[0].end if spans else 0)
        end = end if end > begin else begin + LENGTH
    inside = [
        _Span(span.begin - begin, span.end - begin, span.word)
        for span in spans
        if begin <= span.begin and span.end <= end
    ]
    pieces = _pieces(text[begin:end], inside)
    before = [Piece("… ", hit=False)] if begin else []
    after = [Piece(" …", hit=False)] if end < len(text) else []
    return [*before, *pieces, *after]


def _pieces(text: str, spans: Iterable[_Span]) -> list[Piece]:
    pieces, at = [], 0
    for span in spans:
        if span.begin < at:
            continue
        if span.begin > at:
            pieces.append(Piece(text[at : span.begin], hit=False))
        pieces.append(Piece(text[span.begin : span.end], hit=True))
        at = span.end
    if at < len(text):
        pieces.append(Piece(text[at:], hit=False))
    return pieces


def _folded(word: str) -> str:
    """A word as ``search_words`` folds it."""
    if word.isascii():
        return word.lower()
    # й stays what it is: its mark makes another letter of it, not an accent.
    parts = unicodedata.normalize("NFKD", word.replace("й", "\ue000").replace("Й", "\ue000"))
    plain = "".join(sign for sign in parts if not unicodedata.combining(sign))
    plain = plain.replace("\ue000", "й").lower()
    plain = plain.translate(_LETTERS).replace("\u0640", "").replace("\u00ad", "")
    return _ARTICLE.sub("", plain)
