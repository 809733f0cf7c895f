"""Pages of the archive spoilt at random, and what may never happen to their words."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

from plans.importers import blocks
from plans.importers.markdown import Reading
from plans.importers.plaintext import decode_entities, plain, printable
from plans.importers.wording import PLAN_QUESTIONS, REFLECTION_QUESTIONS

SAMPLES = Path(__file__).resolve().parent.parent.parent / "seeds" / "samples"

PIECES = (
    *(f"\n> {wordings[0]}\n" for wordings in PLAN_QUESTIONS.values()),
    *(f"\n> {wording}\n" for wording in REFLECTION_QUESTIONS.values()),
    (
        "\n> If applicable, which UN internal partners did you actually work with and what did you "
        "do with them?\n"
    ),
    "\n> What else did you and your team find out there?\n\nwords\n",
    *("\n## Partners\n", "\n## Learning questions\n", "\n## Title\n", "\n## End\n", "\n## \n"),
    *("\n> \n", "\n> None\n", "\n****\n", '\n<div class="group">\n', "\n</div>\n"),
    *("> quoted line\n", ">> deeper\n", "# mine\n", "## my heading\nwords\n", "- Sense\n", "\\n"),
    *("<p>", "</p>", "<br", "<!--", "-->", "<style>", "<<b>b>", "&lt;b&gt;", "50%<3458"),
    *("&amp;", "&amp;lt;", "&#0;", "&#xD800;", "&region=5", "&", ";", "(", ")", "[", "]", "]("),
    *("[[", "]]", "[[year:2021]]", "[[sdgs:", "[[latlng:nan,inf]]", "[[country:x\n", "[x](x)"),
    *("![Missing alt text](", "![", "[http://a.example\nhttp://b.example](http://a.example\n"),
    *('<a href="http://c.example/?a=1&b=2">here</a>', '<img src="data:abc" alt="drawing">'),
    *("word ", "\n\n", "\r\n", "\t", "\xa0", "\u200b", "\u2028", "\0", "\ud800"),
)


def samples() -> list[str]:
    """The texts of the sample pages."""
    pages = sorted(page for page in SAMPLES.glob("*.md") if page.name != "README.md")
    return [page.read_text(encoding="utf-8") for page in pages]


def spoilt(text: str, dice: random.Random) -> str:
    """The page with a few pieces put in, cut out, moved or said twice."""
    for _ in range(dice.choice((1, 1, 2, 3, 5, 8))):
        text = dice.choice(_WAYS)(text, dice)
    return text


def _put_in(text: str, dice: random.Random) -> str:
    place = dice.randrange(len(text) + 1)
    return text[:place] + dice.choice(PIECES) + text[place:]


def _cut_out(text: str, dice: random.Random) -> str:
    place = dice.randrange(len(text) + 1)
    return text[:place] + text[place + dice.choice((1, 5, 30, 200, 1000)) :]


def _swap(text: str, dice: random.Random) -> str:
    lines = text.split("\n")
    one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def _say_twice(text: str, dice: random.Random) -> str:
    lines = text.split("\n")
    start, place = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[place:place] = lines[start : start + dice.choice((1, 3, 10, 40))]
    return "\n".join(lines)


_WAYS = (_put_in, _put_in, _put_in, _cut_out, _swap, _say_twice)

# -- words -----------------------------------------------------------------------------------------

_WORD = re.compile(r"\w+")
_PAGES_OWN = {
    "reflection.time": re.compile(r"(?m)^\s*> (Sense|Explore|Test|Grow)\s*$"),
    "learning.stages": re.compile(r"(?i)\b(sense|explore|test|grow)\b"),
    "challenge_type": re.compile(r"(?i)exploratory|big.?bet"),
    "partner.is_new": re.compile(r"(?i)\b(yes|no)\b"),
}
_PICTURE = re.compile(r"!\[([^\]\[]*)\]\(")
_IMAGE = re.compile(r"(?<=\w)<img\b[^<>]*>(?=\w)")
_LINK = re.compile(r"\[([^\[\]]*)\]\(\1\)")


def words_of(text: str) -> Counter[str]:
    """The words of a text, whatever their capitals."""
    return Counter(word.casefold() for word in _WORD.findall(text))


def asked_for(text: str) -> Counter[str]:
    """The words that answer something in a page: markup, prompts and the tags left out."""
    found: Counter[str] = Counter()
    for block in blocks.blocks(printable(text.removeprefix("\ufeff")))[1:]:
        said = _LINK.sub(r"\1", _PICTURE.sub(_alt_text, decode_entities(block.text)))
        said = re.sub(r"(?m)^\s*> ?None\s*$", "", _IMAGE.sub(" ", said))
        said = plain(said)
        if block.asked in _PAGES_OWN:
            said = _PAGES_OWN[block.asked].sub("", said)
        found += words_of(said)
    return found


def _alt_text(picture: re.Match[str]) -> str:
    """A picture is an item of its own: what stands right before it is another word."""
    said = picture.group(1)
    none = " ".join(plain(said).split()).strip("\u200b").lower() == "missing alt text"
    return " (" if none else f" {said} ("


def told_by(reading: Reading) -> Counter[str]:
    """The words that the documents of a page hold, wherever."""
    found: Counter[str] = Counter()
    for document in (reading.document, reading.reflection):
        if document is not None:
            found += words_of("\n".join(_strings(document.model_dump(mode="json"))))
    return found


_KEYS_NOT_WORDS = {"format", "id", "kind", "form", "challenge_type", "stages"}


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [
            s for key, one in value.items() if key not in _KEYS_NOT_WORDS for s in _strings(one)
        ]
    if isinstance(value, list):
        return [s for one in value for s in _strings(one)]
    return [] if value is None else [str(value)]
