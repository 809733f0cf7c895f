"""Plans on paper (PDF): contents, bookmarks, tags for screen readers, every script shown.

Typst sets the page. What people typed reaches it as data, never as a program: the template reads a
JSON file, so no word can be taken for a command.
"""

from __future__ import annotations

import json
import re
import tempfile
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import typst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from plans.exporters import outline
from plans.exporters.entries import Entry, Words
from plans.exporters.word import runs_right_to_left

TEMPLATE: Final = Path(__file__).parent / "paper.typ"
FONT_PACKAGES: Final = ("fontpkg_noto_sans", "fontpkg_noto_sans_arabic", "noto_cjk_sans_otc")
CONTENT: Final = "content.json"
_EMOJI: Final = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2300-\u23ff]")
_JOINERS: Final = re.compile("[\ufe0f\u200d\U0001f3fb-\U0001f3ff]")
"""What makes one sign of several, and the colours of skin: nothing that a name would tell."""
_KINDS: Final = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg"}


@cache
def fonts() -> list[str]:
    """The folders of the fonts that come with packages; the system's own are found besides."""
    found = (find_spec(name) for name in FONT_PACKAGES)
    places = [Path(spec.origin).parent for spec in found if spec is not None and spec.origin]
    places += [
        Path(place)
        for name in FONT_PACKAGES
        if (spec := find_spec(name)) is not None and spec.origin is None
        for place in spec.submodule_search_locations or ()
    ]
    return [str(place) for place in places]


def write(entries: Iterable[Entry], words: Words, asked: str = "") -> bytes:
    """These plans as one PDF; several ones each begin on a page of their own, behind a cover.

    ``asked`` says on the cover which plans they are.
    """
    plans = [outline.blocks(entry, words) for entry in entries]
    return pages(plans, _("Action learning plans"), outline.cover(asked, len(plans)))


def pages(
    parts: Iterable[Iterable[outline.Block]], title: str = "", cover: outline.Facts | None = None
) -> bytes:
    """Documents, each from a new page on, as one PDF; a single one is called as its heading says.

    ``title`` and ``cover`` are those of several. A single one begins with its title and its first
    facts; the contents follow.
    """
    with tempfile.TemporaryDirectory(prefix="paper-") as name:
        folder = Path(name)
        plans = [[_told(block, folder) for block in part] for part in parts]
        content = {
            "title": plans[0][0]["text"] if len(plans) == 1 else title,
            "plans": plans,
            "cover": [[name, _paragraph(value)] for name, value in cover.rows] if cover else [],
            "contents": _("Contents"),
            "language": (get_language() or "en").partition("-")[0],
        }
        (folder / CONTENT).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        (folder / "paper.typ").write_bytes(TEMPLATE.read_bytes())
        return _set(folder)


def _set(folder: Path) -> bytes:
    """The page set in type: by the standard for screen readers, or as near to it as can be.

    The standard refuses a page with a sign that no font here has. Such a page says the names of its
    emoji instead ("[grinning face]"); where that is not enough it keeps its tags, and shows an
    empty box for the sign.
    """
    try:
        return _compiled(folder, by_standard=True)
    except typst.TypstError:
        content = folder / CONTENT
        content.write_text(spelled(content.read_text(encoding="utf-8")), encoding="utf-8")
    try:
        return _compiled(folder, by_standard=True)
    except typst.TypstError:
        return _compiled(folder, by_standard=False)


def _compiled(folder: Path, *, by_standard: bool) -> bytes:
    made: bytes = typst.compile(
        str(folder / "paper.typ"),
        root=str(folder),
        font_paths=fonts(),
        pdf_standards=["ua-1"] if by_standard else None,
    )
    return made


def spelled(text: str) -> str:
    """The text with the names of its emoji in their place; the rest stays as it is."""
    return _EMOJI.sub(_name, _JOINERS.sub("", text))


def _name(sign: re.Match[str]) -> str:
    name = unicodedata.name(sign.group(), "").lower()
    return f"[{name}]" if name else sign.group()


def _told(block: outline.Block, folder: Path) -> dict[str, Any]:
    """A block as the template reads it; pictures become files beside it."""
    if isinstance(block, outline.Shown):
        kind = next((k for first, k in _KINDS.items() if block.content.startswith(first)), "")
        if not kind:
            return {"kind": "text", "paragraphs": [_paragraph(block.alternative)], "lead": False}
        file = folder / f"picture-{len(list(folder.iterdir()))}.{kind}"
        file.write_bytes(block.content)
        return {
            "kind": "picture",
            "file": file.name,
            "alternative": block.alternative,
            "caption": block.caption,
        }
    if isinstance(block, outline.Text):
        parts = [part for part in block.text.split("\n\n") if part.strip()]
        return {
            "kind": "text",
            "paragraphs": [_paragraph(one) for one in parts],
            "lead": block.lead,
        }
    if isinstance(block, outline.Changed):
        words = "".join(text for _kind, text in block.stretches)
        return {"kind": "changed", "stretches": block.stretches, "rtl": runs_right_to_left(words)}
    if isinstance(block, outline.Quoted):
        return {"kind": "quote", **_paragraph(block.text)}
    if isinstance(block, outline.Said):
        parts = [part for part in block.text.split("\n\n") if part.strip()]
        return {"kind": "said", "by": block.by, "paragraphs": [_paragraph(one) for one in parts]}
    if isinstance(block, outline.Heading):
        return {"kind": "heading", "level": block.level, **_paragraph(block.text)}
    if isinstance(block, outline.Facts):
        return {"kind": "facts", "rows": [[name, value] for name, value in block.rows]}
    if isinstance(block, outline.Listed):
        return {"kind": "list", "items": [_paragraph(item) for item in block.items]}
    return {"kind": "link", "address": block.address, "words": block.words}


def _paragraph(text: str) -> dict[str, Any]:
    return {"text": text.strip("\n"), "rtl": runs_right_to_left(text)}
