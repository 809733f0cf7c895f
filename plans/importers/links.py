"""Links of the archive: ``[X](X)``, where X may be addresses or anything people pasted."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote

_MOST_BRACKETS: Final = 4
_LONGEST_LINK: Final = 8_000


def said_once(text: str) -> str:
    """The text with each ``[X](X)`` as X, in time that grows with its length."""
    return _each_once(_unwrapped(text))


def _unwrapped(text: str) -> str:
    """``[X](X)`` as X where that is the whole text; X may hold brackets and line breaks."""
    bare = text.strip()
    if not (bare.startswith("[") and bare.endswith(")") and "](" in bare):
        return text
    middle = len(bare) // 2
    for place in {bare.rfind("](", 0, middle + 1), bare.find("](", max(0, middle - 1))}:
        left, right = bare[1:place], bare[place + 2 : -1]
        if place > 0 and left.split() == right.split():
            return left
    return text


def _each_once(text: str) -> str:
    """The text with each ``[X](X)`` in it as X, whatever the spaces and escapes in the second X."""
    kept: list[str] = []
    here = 0
    middle = text.find("](")
    while middle >= 0:
        opening = middle
        for _ in range(_MOST_BRACKETS):
            opening = text.rfind("[", max(here, middle - _LONGEST_LINK), opening)
            if opening < 0:
                break
            words = text[opening + 1 : middle]
            end = _same_again(words, text, middle + 2)
            if end and not text.endswith("!", 0, opening):
                kept += [text[here:opening], words]
                here = end
                break
        middle = text.find("](", max(here, middle + 1))
    return "".join([*kept, text[here:]])


def _same_again(words: str, text: str, start: int) -> int:
    """Where the bracket ends that opens before ``start`` and says ``words`` again; 0 for other."""
    if words.lstrip()[:1] != text[start : start + 80].lstrip()[:1]:
        return 0
    bare = _squeezed(words)
    last = start + 3 * _LONGEST_LINK
    end = text.find(")", start, last)
    while bare and end >= 0:
        said = _squeezed(text[start:end])
        if len(said) >= len(bare):
            same = bare == said or _squeezed(unquote(bare)) == _squeezed(unquote(said))
            return end + 1 if same else 0
        end = text.find(")", end + 1, last)
    return 0


def _squeezed(text: str) -> str:
    return "".join(text.split())
