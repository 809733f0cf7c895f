"""How a text is drawn: escaped, in paragraphs, with its links; its words drawn by a pen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from collections.abc import Iterator

_ADDRESS = re.compile(r"https?://[^\s<>\"“”«»]+", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_LINE_END = re.compile(r"\n")
_OVERRIDES = dict.fromkeys(map(ord, "\u202d\u202e"))
"""Signs that turn the direction of all that follows. Kept as they are, and left out when shown."""
_CLOSING = {")": "(", "]": "["}


class Pen:
    """How the words of a text are drawn: escaped. ``at`` is where they stand in the text."""

    def words(self, words: str, at: int) -> str:
        """Words outside of addresses."""
        return escape(words)

    def address(self, words: str, at: int) -> str:
        """What a link is called."""
        return escape(words)

    def after(self, start: int, end: int) -> str:
        """What stands behind a link from ``start`` to before ``end``."""
        return ""


def drawn(text: str, pen: Pen) -> SafeString:
    """The paragraphs of a text, their words drawn by a pen that escapes them."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return SafeString("")
    start, end = len(text) - len(text.lstrip("\n")), len(text.rstrip("\n"))
    parts = []
    for first, last in _between(_BLANK_LINES, text, start, end):
        lines = [
            _linked(text[begin:stop], begin, pen)
            for begin, stop in _between(_LINE_END, text, first, last)
        ]
        parts.append(f'<p dir="auto">{"<br>".join(lines)}</p>')
    return mark_safe("".join(parts).translate(_OVERRIDES))  # noqa: S308 - every piece is escaped by the pen


def _between(
    pattern: re.Pattern[str], text: str, start: int, end: int
) -> Iterator[tuple[int, int]]:
    """The stretches of a text between what a pattern finds in it."""
    for match in pattern.finditer(text, start, end):
        yield start, match.start()
        start = match.end()
    yield start, end


def _linked(line: str, at: int, pen: Pen) -> str:
    """A line, escaped, with its http and https addresses as links."""
    pieces, end = [], 0
    for match in _ADDRESS.finditer(line):
        address, start = _without_tail(match[0]), match.start()
        pieces.append(pen.words(line[end:start], at + end))
        end = start + len(address)
        pieces.append(link(address, SafeString(pen.address(address, at + start))))
        pieces.append(pen.after(at + start, at + end))
    pieces.append(pen.words(line[end:], at + end))
    return "".join(pieces)


def _without_tail(address: str) -> str:
    """The address without the punctuation of the sentence it stands in."""
    unopened = {
        last: address.count(last) - address.count(opening) for last, opening in _CLOSING.items()
    }
    end = len(address)
    while end:
        last = address[end - 1]
        if unopened.get(last, 0) > 0:
            unopened[last] -= 1
        elif last not in ".,;:!?'’*…":
            break
        end -= 1
    return address[:end]


def link(address: str, words: str = "") -> SafeString:
    """A link that leaves the network, shown by its site's name unless ``words`` are given.

    Only http and https become links; anything else is shown as it is.
    """
    if not is_web(address):
        return format_html("{}", words or address)
    return format_html(
        '<a href="{}" rel="noopener noreferrer nofollow">{}</a>',
        address,
        words or site_name(address),
    )


def is_web(address: str) -> bool:
    """Whether this is an http or https address with a site in it."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)


def site_name(address: str) -> str:
    """The site an address leads to, without “www.”; the address itself when it names none."""
    try:
        host = urlsplit(address.strip()).hostname or ""
    except ValueError:
        host = ""
    return host.removeprefix("www.") or address
