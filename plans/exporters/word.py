"""Plans as a text document (DOCX): contents, headings, pictures with what they show in words."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable
from typing import Any, Final, TypeGuard

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from plans.exporters import outline
from plans.exporters.entries import Entry, Words

_FONTS: Final = {
    "Noto Sans": "Segoe UI",
    "Noto Sans CJK SC": "Microsoft YaHei",
    "Noto Sans Arabic": "Arial",
}
"""The fonts that are asked for, and what an office computer has in their place."""
_INK = RGBColor(0x1D, 0x3B, 0x4A)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write(entries: Iterable[Entry], words: Words, asked: str = "") -> bytes:
    """These plans as one document; several ones each begin on a page of their own, behind a cover.

    ``asked`` says on the cover which plans they are.
    """
    document: Any = Document()
    _dress(document)
    found = list(entries)
    title = found[0].name if len(found) == 1 else _("Action learning plans")
    document.core_properties.title = _clean(title)
    document.core_properties.author = ""
    plans = [list(outline.blocks(entry, words)) for entry in found]
    if len(plans) == 1:
        _put_one(document, plans[0])
    else:
        _title(document, title)
        _facts(document, outline.cover(asked, len(plans)))
        document.add_page_break()
        _contents(document, [block for plan in plans for block in plan if _is_listed(block)])
        named = 0
        for plan in plans:
            document.add_page_break()
            named = _put(document, plan, named)
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


def _title(document: Any, words: str) -> None:
    title = document.add_heading(words, 0)
    title.paragraph_format.space_before, title.paragraph_format.space_after = Cm(5), Cm(1)
    font = title.runs[0].font
    font.size, font.bold, font.color.rgb = Pt(30), True, _INK


def _put_one(document: Any, plan: list[outline.Block]) -> None:
    """A plan with its title and first facts above the contents."""
    title, *rest = plan
    begins = next((n for n, one in enumerate(rest) if isinstance(one, outline.Heading)), len(rest))
    for block in (title, *rest[:begins]):
        _add(document, block)
    _contents(document, [block for block in rest if _is_listed(block)])
    _put(document, rest[begins:], 0)


def _put(document: Any, plan: list[outline.Block], named: int) -> int:
    """Add a plan; its headings are named from ``named`` on. Answers the next free number."""
    for block in plan:
        _add(document, block)
        if _is_listed(block):
            _name(document.paragraphs[-1], named)
            named += 1
    return named


def _is_listed(block: outline.Block) -> TypeGuard[outline.Heading]:
    """Whether the contents lead to it."""
    return isinstance(block, outline.Heading) and block.level <= 2


def _dress(document: Any) -> None:
    styles = document.styles
    normal = styles["Normal"]
    _set_in_type(normal, 10.5)
    normal.paragraph_format.space_after = Pt(7)
    normal.paragraph_format.line_spacing = 1.25
    _set_in_type(styles["Title"], 30)
    for level, size in ((1, 22), (2, 15), (3, 11.5), (4, 10.5)):
        style = styles[f"Heading {level}"]
        _set_in_type(style, size)
        style.font.color.rgb = _INK
        style.paragraph_format.space_before = Pt(20 if level == 2 else 12)
        style.paragraph_format.space_after = Pt(4)
        style.paragraph_format.keep_with_next = True
    page = document.sections[0]
    page.left_margin = page.right_margin = Cm(2.6)
    page.top_margin = page.bottom_margin = Cm(2.3)
    language = styles.element.find(f".//{qn('w:lang')}")
    for name, value in (("val", get_language() or "en"), ("eastAsia", "zh-CN"), ("bidi", "ar-SA")):
        language.set(qn(f"w:{name}"), value)
    _name_other_fonts(document)


def _set_in_type(style: Any, size: float) -> None:
    """Give a style our fonts, one for each kind of script, in one size for all of them."""
    style.font.name, style.font.size = "Noto Sans", Pt(size)
    inside = style.element.get_or_add_rPr()
    fonts = inside.get_or_add_rFonts()
    for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(name), None)
    fonts.set(qn("w:eastAsia"), "Noto Sans CJK SC")
    fonts.set(qn("w:cs"), "Noto Sans Arabic")
    # Arabic and its like have a size of their own.
    complex_size = inside.find(qn("w:szCs"))
    if complex_size is None:
        complex_size = OxmlElement("w:szCs")
        inside.find(qn("w:sz")).addnext(complex_size)
    complex_size.set(qn("w:val"), inside.find(qn("w:sz")).get(qn("w:val")))


def _name_other_fonts(document: Any) -> None:
    """Say which fonts to take where ours are not installed."""
    (part,) = (
        relation.target_part
        for relation in document.part.rels.values()
        if relation.reltype == RELATIONSHIP_TYPE.FONT_TABLE
    )
    table = parse_xml(part.blob)
    for name, other in _FONTS.items():
        font, instead = OxmlElement("w:font"), OxmlElement("w:altName")
        font.set(qn("w:name"), name)
        instead.set(qn("w:val"), other)
        font.append(instead)
        table.append(font)
    part._blob = serialize_part_xml(table)


def _contents(document: Any, headings: list[outline.Heading]) -> None:
    """A list of contents: filled already, each line leading to its heading.

    It is a field that a reader's program can fill anew, with the numbers of its own pages.
    """
    above = document.add_paragraph()
    above.paragraph_format.space_before, above.paragraph_format.keep_with_next = Pt(18), True
    name = above.add_run(_("Contents"))  # no heading, which the contents would list
    name.bold, name.font.size, name.font.color.rgb = True, Pt(15), _INK
    highest = min((heading.level for heading in headings), default=1)
    field = document.add_paragraph()
    _mark(field, "begin")
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = ' TOC \\o "1-2" \\h \\z \\u '
    field.add_run()._r.append(instruction)
    _mark(field, "separate")
    line = field
    for place, heading in enumerate(headings):
        if place:
            line = document.add_paragraph()
        line.paragraph_format.space_after = Pt(2)
        line.paragraph_format.left_indent = Cm(0.6 * (heading.level - highest))
        leading = OxmlElement("w:hyperlink")
        leading.set(qn("w:anchor"), _anchor(place))
        run = line.add_run(_clean(heading.text))
        leading.append(run._r)
        line._p.append(leading)
        _directed(line, heading.text)
    _mark(line, "end")


def _mark(paragraph: Any, kind: str) -> None:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(mark)


def _anchor(place: int) -> str:
    return f"_Toc{place:06d}"


def _name(heading: Any, place: int) -> None:
    """Put a name on a heading that the contents lead to."""
    for kind in ("w:bookmarkStart", "w:bookmarkEnd"):
        mark = OxmlElement(kind)
        mark.set(qn("w:id"), str(place))
        if kind == "w:bookmarkStart":
            mark.set(qn("w:name"), _anchor(place))
        heading._p.append(mark)


def _add(document: Any, block: outline.Block) -> None:
    if isinstance(block, outline.Heading):
        _directed(document.add_heading(_clean(block.text), block.level), block.text)
    elif isinstance(block, outline.Text):
        _text(document, block)
    elif isinstance(block, outline.Facts):
        _facts(document, block)
    elif isinstance(block, outline.Listed):
        for item in block.items:
            _directed(document.add_paragraph(_clean(item), style="List Bullet"), item)
    elif isinstance(block, outline.Link):
        document.add_paragraph(f"{_clean(block.words)}: {_clean(block.address)}")
    elif isinstance(block, outline.Quoted):
        _directed(document.add_paragraph(_clean(block.text), style="Quote"), block.text)
    elif isinstance(block, outline.Said):
        _said(document, block)
    elif isinstance(block, outline.Shown):
        _picture(document, block)


def _text(document: Any, block: outline.Text) -> None:
    for part in re.split(r"\n\s*\n", block.text.strip()):
        paragraph = document.add_paragraph()
        run = paragraph.add_run(_clean(part))
        if block.lead:
            run.font.size, run.font.color.rgb = Pt(13), _INK
        _directed(paragraph, part)


def _facts(document: Any, block: outline.Facts) -> None:
    for name, value in block.rows:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(2)
        paragraph.add_run(f"{_clean(name)}: ").bold = True
        paragraph.add_run(_clean(value))
        _directed(paragraph, value)


def _said(document: Any, said: outline.Said) -> None:
    by = document.add_paragraph()
    by.paragraph_format.left_indent, by.paragraph_format.space_after = Cm(0.6), Pt(0)
    by.paragraph_format.keep_with_next = True
    by.add_run(_clean(said.by)).bold = True
    for part in re.split(r"\n\s*\n", said.text.strip()):
        paragraph = document.add_paragraph(_clean(part))
        paragraph.paragraph_format.left_indent = Cm(0.6)
        _directed(paragraph, part)


def _picture(document: Any, shown: outline.Shown) -> None:
    try:
        picture = document.add_picture(io.BytesIO(shown.content), width=Cm(11))
    except Exception:  # noqa: BLE001 - the library has many names for a file it cannot read
        document.add_paragraph(_clean(shown.alternative))
        return
    picture._inline.docPr.set("descr", _clean(shown.alternative))
    if shown.caption:
        paragraph = document.add_paragraph(style="Caption")
        paragraph.add_run(_clean(shown.caption))


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub("", text)


def runs_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction is one of a script written from right to left."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False


def _directed(paragraph: Any, text: str) -> None:
    """Let a paragraph in Arabic, Hebrew and their like begin at the right."""
    if not runs_right_to_left(text):
        return
    paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
    for run in paragraph.runs:
        run._r.get_or_add_rPr().append(OxmlElement("w:rtl"))
