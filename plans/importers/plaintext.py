"""From the archive's text to plain text: entities decoded, markup gone, every word kept.

Answers were pasted from word processors and web pages, so they hold HTML, some of it escaped up
to a dozen times. Nothing here raises, and everything runs in time proportional to the text.
"""

from __future__ import annotations

import re
from html.entities import html5
from typing import Final

_ROUNDS: Final = 16
_LAYERS: Final = 8
_CHAIN = re.compile(r"&(?:amp;|AMP;|#38;|#0*38;|#[xX]0*26;)+")
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));")

_BLOCKS = (
    "address article aside blockquote body br caption center dd details dialog div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html li main menu "
    "nav ol option p pre section select summary table tbody tfoot thead title tr ul"
)
_CELLS = "td th"
_INLINE = (
    "a abbr acronym b bdi bdo big button cite code col colgroup data del dfn em embed font i "
    "iframe img input ins kbd label legend link mark meta object picture q rp rt ruby s samp "
    "script small source span strike strong style sub sup svg textarea time tt u var video wbr xml "
    "google-sheets-html-origin"
)
_BLOCK_NAMES: Final = frozenset(_BLOCKS.split())
_CELL_NAMES: Final = frozenset(_CELLS.split())
_NAMES = "|".join(sorted((*_BLOCKS.split(), *_CELLS.split(), *_INLINE.split()), reverse=True))
_OFFICE = r"(?:o|w|m|v|x|st\d|u\d):[a-z0-9_.-]+"
# An attribute never holds "<" here: that keeps the search linear, and "a <b and c> d" a sentence.
_ATTRIBUTES = r"""(?:\s+[a-z_:@][\w:.-]*(?:\s*=\s*(?:"[^"<]*"|'[^'<]*'|[^\s"'<>]+))?)++"""
# Quotation marks within quotation marks: where an attribute has some, the tag ends at its bracket.
_QUOTED = r"""(?:\s+[\w:.-]+=[^\s"'<>]+)*+\s+[a-z_:@][\w:.-]*\s*=\s*["']"""
_TAG = re.compile(
    rf"<(?P<close>/?)(?P<name>{_NAMES}|{_OFFICE})"
    rf"(?:[ \t]*/?|(?P<rest>{_ATTRIBUTES})\s*/?|{_QUOTED}[^<>]*+)>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br\s*/?>[ \t]*\n", re.IGNORECASE)
# Any other name is a tag only with an attribute in quotation marks; then what ends it is one too.
_RARE_TAG = re.compile(
    r"""<(?P<name>[a-z][\w:.-]{0,60})(?:\s+[a-z_:@][\w:.-]*\s*=\s*(?:"[^"<>]*"|'[^'<>]*'))++\s*/?>""",
    re.IGNORECASE,
)
_CUT_TAG = re.compile(rf"<(?:{_NAMES}|{_OFFICE})\s+[a-z][\w:-]*\s*=\s*[\"'][^<>]*\Z", re.IGNORECASE)
_HIDDEN = (
    ("<!--", "-->"),
    ("<style", "</style>"),
    ("<script", "</script>"),
    ("<xml", "</xml>"),
)
_CONDITION = re.compile(r"<!(?:--)?\[[^\]<>]*\](?:--)?>", re.IGNORECASE)

_NEW_LINES = str.maketrans(
    {"\v": "\n", "\f": "\n", "\x1c": "\n", "\x1d": "\n", "\x1e": "\n", "\x85": "\n"}
    | {"\u2028": "\n", "\u2029": "\n"}
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
_EDGES = " \t\n\r\xa0\u200b\u2060\ufeff"


def printable(text: str) -> str:
    """The text with one kind of line break and nothing a database or a page cannot hold."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not _ODD.search(text):
        return text
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text.translate(_NEW_LINES)))


def decode_entities(text: str) -> str:
    """The text with ``&lt;`` and its like decoded, as often as they were encoded.

    Only what ends in ``;`` is an entity: ``&region=`` is part of an address.
    """
    for _ in range(_ROUNDS):
        if "&" not in text:
            break
        decoded = _ENTITY.sub(_character, _CHAIN.sub("&", text))
        if decoded == text:
            break
        text = decoded
    return text


def _character(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        return html5.get(name + ";", match.group())
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if code in (9, 10, 13):
        return "\n" if code != 9 else "\t"
    if code < 32 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        return ""
    return chr(code)


def strip_markup(text: str) -> str:
    """The words of a text that may hold HTML; a block or a line break in it ends a line.

    Only what HTML and word processors really use is a tag: ``50%<3458`` and ``<your name>`` are
    words and stay.
    """
    if "<" not in text:
        return text
    for start, end in _HIDDEN:
        text = _without(text, start, end)
    text = _CONDITION.sub("", text)
    text = _without_rare(_TAG.sub(_spacing, _BREAK.sub("\n", text)))
    return _CUT_TAG.sub("", text)


def _without_rare(text: str) -> str:
    names = {match.group("name").lower() for match in _RARE_TAG.finditer(text)}
    if not names:
        return text
    ends = "|".join(map(re.escape, sorted(names)))
    return re.sub(rf"</(?:{ends})\s*>", "", _RARE_TAG.sub("", text), flags=re.IGNORECASE)


def _without(text: str, start: str, end: str) -> str:
    """The text without what stands from ``start`` to ``end``; without an end, all stays."""
    lowered = text.lower()
    if len(lowered) != len(text) or start not in lowered:
        return text
    kept, here = [], 0
    while (opened := lowered.find(start, here)) >= 0:
        closed = lowered.find(end, opened)
        if closed < 0:
            break
        kept.append(text[here:opened])
        here = closed + len(end)
    kept.append(text[here:])
    return "".join(kept)


def _spacing(match: re.Match[str]) -> str:
    rest = match.group("rest")
    if rest and rest.strip() and "=" not in rest:
        return match.group()
    name = match.group("name").lower()
    if name in _BLOCK_NAMES:
        return "\n"
    return " " if name in _CELL_NAMES and not match.group("close") else ""


def tidy(text: str) -> str:
    """The text without spaces at its edges and line ends, and with single empty lines."""
    lines: list[str] = []
    for line in text.split("\n"):
        kept = line.rstrip(_EDGES)
        if kept or (lines and lines[-1]):
            lines.append(kept)
    return "\n".join(lines).strip(_EDGES)


def plain(text: str) -> str:
    """Entities decoded, markup removed, edges trimmed: what a person wrote."""
    for _ in range(_LAYERS):
        before, text = text, tidy(printable(strip_markup(decode_entities(text))))
        # What is left may look like markup once more: "<<b>b>".
        if text == before or ("<" not in text and "&" not in text):
            break
    return text


def one_line(text: str) -> str:
    """The words of a text on one line, with single spaces."""
    return " ".join(plain(text).split()).strip(_EDGES)
