"""The repeated rows of a plan, put together from a page's blocks: evidence, partners, questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeVar
from uuid import UUID, uuid5

from pydantic import BaseModel

from plans.document import ITEMS, EvidenceItem, Leftover, PartnerItem, QuestionItem
from plans.importers.blocks import Block
from plans.importers.links import said_once
from plans.importers.plaintext import (
    decode_entities,
    one_line,
    plain,
    printable,
    strip_markup,
    tidy,
)
from plans.sections import Stage

Kind = Literal["", "quantitative", "qualitative"]
DocumentT = TypeVar("DocumentT", bound=BaseModel)
StageKey = Literal["sense", "explore", "test", "grow"]

LONGEST_ADDRESS: Final = 2000

_PICTURE = re.compile(
    r"!\[([^\]\[]*)\]\((\s*data:[^()]*+|(?:[^()\n]|\([^()\n]*\))*+)\)", re.IGNORECASE
)
_IMAGE_TAG = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_SOURCE = re.compile(r"""\bsrc\s*=\s*["']?([^"'\s<>]+)""", re.IGNORECASE)
_NO_ALT: Final = "missing alt text"
_ALT: Final = re.compile(r"""\balt\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')""", re.IGNORECASE)
_LINK_TAG = re.compile(
    r"""<(?:a|iframe|embed|video|audio|source)\s[^<>]*?\b(?:href|src)"""
    r"""\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'|([^\s"'<>]+))""",
    re.IGNORECASE,
)
_LEADS_SOMEWHERE: Final = re.compile(r"\b(?:href|src)\b", re.IGNORECASE)
_LIKE_MARKUP: Final = re.compile(r"[<&]|\]\(")
_MOST_LAYERS: Final = 8
_EMPTY_QUESTION = re.compile(r"\s*>[ \t\xa0]*(?:\n|\Z)")
_GROUP_QUESTION = re.compile(r"\s*>[ \t\xa0]*(?:None)?[ \t\xa0]*(?:\n|\Z)")
_ADDRESS = re.compile(r"(?:https?://|ftp://|www\.)\S+", re.IGNORECASE)
_GLUED = re.compile(r"(?<=[^\s/=?&:(])(?=https?://)", re.IGNORECASE)
_ADDRESS_END = ",;"

_YES: Final = frozenset({"yes", "y", "true", "oui", "sí", "si"})
_NO: Final = frozenset({"no", "n", "false", "non"})
_STAGES: Final[dict[str, StageKey]] = {
    "sense": "sense",
    "explore": "explore",
    "test": "test",
    "grow": "grow",
}


def answer(text: str) -> str:
    """The words of an answer: without markup, and with an address only once where it stood twice.

    Pictures are no words; ``evidence_of`` keeps them where a plan has a place for them.
    """
    opening = _EMPTY_QUESTION.match(text)
    return words_of(text[opening.end() :] if opening else text)


def words_of(text: str) -> str:
    """The words of a text; read once more, they are the same."""
    words = _bared(text)
    # What is left may look like markup once more: "<<b>b>". Read again, a page says the same.
    for _ in range(_MOST_LAYERS):
        if not _LIKE_MARKUP.search(words):
            break
        again = _bared(words)
        if again == words:
            break
        words = again
    return words


def _bared(text: str) -> str:
    words = strip_markup(_PICTURE.sub(_alt_text, decode_entities(text)))
    return tidy(printable(said_once(words)))


def leftover_of(place: str, text: str) -> Iterator[Leftover]:
    """Words that fit nowhere, as they can go out and come in again; nothing where there are none.

    A picture among them is its address.
    """
    words = words_of(text)
    for part in (words, *(one_line(address) for address in pictures_in(text))):
        if part:
            yield Leftover(place=place, words=part)


def addresses_behind(text: str, words: str) -> list[str]:
    """Where the links and films of an answer lead that its words do not tell; each once."""
    if not _LEADS_SOMEWHERE.search(text):
        return []
    told = "".join(words.split())
    decoded = decode_entities(text)
    found = dict.fromkeys(
        address
        for match in _LINK_TAG.finditer(decoded)
        if (address := one_line(match.group(1) or match.group(2) or match.group(3) or ""))
    )
    return [address for address in found if _bare(address) not in told]


def _bare(address: str) -> str:
    """An address as people write it: without spaces, ``mailto:`` and the slash at its end."""
    return "".join(address.split()).removeprefix("mailto:").rstrip("/")


def leftovers_in(block: Block) -> Iterator[Leftover]:
    """What our own section of leftover words holds: a group for each, its place first."""
    if block.start != "group":
        return
    first, _line_end, rest = block.text.strip("\n").partition("\n")
    yield from leftover_of(one_line(first.lstrip("> ")) or "top", rest)


_NAMES: Final = UUID("5b2c9f4e-6a0d-5c1e-9b7e-2f4d8c3a1e60")


def with_lasting_names(document: DocumentT) -> DocumentT:
    """The document with rows that are named after what they hold: read twice, it is the same."""
    told = document.model_dump(mode="json", exclude={*ITEMS, "lab", "cycle"})
    origin = uuid5(_NAMES, repr(sorted(told.items())))
    renamed: dict[str, Any] = {}
    for group in ITEMS:
        parts = getattr(document, group, ())
        if parts and hasattr(parts[0], "id"):
            renamed[group] = tuple(
                part.model_copy(update={"id": uuid5(origin, f"{group} {place} {_told(part)}")})
                for place, part in enumerate(parts, start=1)
            )
    return document.model_copy(update=renamed)


def _told(part: BaseModel) -> str:
    return part.model_dump_json(exclude={"id"})


def pictures_in(text: str) -> list[str]:
    """The addresses of the pictures in an answer; what a tag says it shows stands before."""
    decoded = decode_entities(text)
    found = [match.group(2).strip() for match in _PICTURE.finditer(decoded)]
    for tag in _IMAGE_TAG.findall(decoded):
        source, words = _SOURCE.search(tag), _shown(tag)
        found.append(f"{words} {source.group(1) if source else ''}".strip())
    return [address for address in found if address]


def _shown(tag: str) -> str:
    """What a picture's tag says that it shows."""
    told = _ALT.search(tag)
    words = (told.group(1) or told.group(2) or "") if told else ""
    return "" if one_line(words).lower() == _NO_ALT else words


def _alt_text(picture: re.Match[str]) -> str:
    words = one_line(picture.group(1))
    return "" if words.lower() == _NO_ALT else words


def evidence_of(text: str, kind: Kind) -> list[EvidenceItem]:
    """The items in one group of evidence, in order: texts, links and pictures."""
    opening = _GROUP_QUESTION.match(text)
    decoded = decode_entities(text[opening.end() :] if opening else text)
    decoded = _IMAGE_TAG.sub(_as_picture, decoded)
    items: list[EvidenceItem] = []
    here = 0
    for match in _PICTURE.finditer(decoded):
        items.extend(_words(decoded[here : match.start()], kind))
        if address := "".join(plain(match.group(2)).split()):
            items.append(
                EvidenceItem(kind=kind, form="picture", text=_alt_text(match), address=address)
            )
        here = match.end()
    items.extend(_words(decoded[here:], kind))
    return items


def _as_picture(tag: re.Match[str]) -> str:
    source = _SOURCE.search(tag.group())
    words = re.sub(r"[\[\]]", " ", _shown(tag.group()))
    if source is None:
        return words
    address = source.group(1).replace("(", "%28").replace(")", "%29")
    return f"![{words}]({address})"


def _words(text: str, kind: Kind) -> Iterator[EvidenceItem]:
    """A text, or the links it wholly consists of."""
    words = words_of(text)
    if not words:
        return
    was_link = words != plain(text)
    addresses = [part for word in words.split() for part in _GLUED.split(word)]
    if was_link and all(_is_address(address) for address in addresses):
        for address in addresses:
            if kept := address.rstrip(_ADDRESS_END):
                yield EvidenceItem(kind=kind, form="link", address=kept)
    else:
        yield EvidenceItem(kind=kind, form="text", text=words)


def _is_address(word: str) -> bool:
    return len(word) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(word) is not None


@dataclass
class Partners:
    """Partners as they come in, one field after the other."""

    _rows: list[dict[str, str]] = field(default_factory=list)

    def add(self, name: str, words: str) -> None:
        """Give the current partner a field; a name, or a field it has, begins the next one."""
        if not self._rows or name == "name" or name in self._rows[-1]:
            self._rows.append({})
        self._rows[-1][name] = words

    def more(self, name: str, words: str) -> None:
        """Go on with the field begun last."""
        if self._rows and name in self._rows[-1]:
            self._rows[-1][name] = joined(self._rows[-1][name], words)
        else:
            self.add(name, words)

    def items(self, loose: Callable[[str, str], None]) -> tuple[PartnerItem, ...]:
        """The partners that hold a word, in order; what fits no field goes to ``loose``."""
        found = []
        for row in self._rows:
            if not any(row.values()):
                continue
            said = row.get("is_new", "")
            is_new = _yes_or_no(said)
            if said and is_new is None:
                loose("partner.is_new", said)
            item = PartnerItem(
                name=row.get("name", ""),
                sector=row.get("sector", ""),
                description=row.get("description", ""),
                is_new=is_new,
            )
            found += [item] if _says_anything(item) else []
        return tuple(found)


def _yes_or_no(words: str) -> bool | None:
    said = words.lower().strip(" .!")
    if said in _YES:
        return True
    return False if said in _NO else None


@dataclass
class Questions:
    """Learning questions as they come in, one field after the other."""

    _rows: list[dict[str, str]] = field(default_factory=list)
    _fresh: bool = True

    def begin(self) -> None:
        """The section begins again: what comes is another question."""
        self._fresh = True

    def add(self, name: str, words: str) -> None:
        """Give the current question a field; a field it has begins the next one."""
        if self._fresh or not self._rows or name in self._rows[-1]:
            self._rows.append({})
        self._fresh = False
        self._rows[-1][name] = words

    def more(self, name: str, words: str) -> None:
        """Go on with the field begun last."""
        if self._rows and not self._fresh and name in self._rows[-1]:
            self._rows[-1][name] = joined(self._rows[-1][name], words)
        else:
            self.add(name, words)

    def items(self, loose: Callable[[str, str], None]) -> tuple[QuestionItem, ...]:
        """The questions that hold a word, in order; what fits no field goes to ``loose``."""
        items = [
            QuestionItem(
                question=row.get("question", ""),
                stages=_stages(row.get("stages", ""), loose),
                usage=row.get("usage", ""),
                data_gap=row.get("data_gap", ""),
            )
            for row in self._rows
        ]
        return tuple(item for item in items if _says_anything(item))


def _says_anything(item: PartnerItem | QuestionItem) -> bool:
    return any(value not in ("", (), None) for value in item.model_dump(exclude={"id"}).values())


def _stages(text: str, loose: Callable[[str, str], None]) -> tuple[StageKey, ...]:
    found: set[StageKey] = set()
    for part in re.split(r"[\n,;]", text):
        words = part.strip().lstrip("-*•· ").strip()
        stage = _STAGES.get(words.lower().strip(" ."))
        if stage is not None:
            found.add(stage)
        elif words:
            loose("learning.stages", words)
    return tuple(key for stage in Stage if (key := _STAGES[stage.value]) in found)


def joined(first: str, second: str) -> str:
    """Two parts of one answer as paragraphs."""
    if not (first and second):
        return first or second
    # Where a question fell into the midst of markup, its two halves are markup again.
    both = f"{first}\n\n{second}"
    return words_of(both) if "<" in first else both
