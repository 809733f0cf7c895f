"""Do exported plans open in what people use, with every word and every tag?

    .venv/bin/python -m config.database with .venv/bin/python manage.py shell -c \
        "from bench.documents import run; run()"

Needs LibreOffice (``soffice``) and poppler (``pdftotext``, ``pdfinfo``, ``pdftoppm``) on the path.
A plan in four scripts with a picture goes out as PDF, DOCX and XLSX; LibreOffice turns the last two
into PDF; of each the words are read back, of ours the tags, the language and what pictures show.
Ends with status 1 when anything is missing. Pages are drawn into docs/screenshots/.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from pypdf import PdfReader

from plans.document import EvidenceItem, PartnerItem, Person, PlanDocument, QuestionItem
from plans.exporters.entries import Entry, Words, words
from plans.exporters.forms import FORMS
from plans.exporters.paper import fonts, spelled
from plans.exporters.threads import CommentTold, ThreadTold
from plans.exporters.word import runs_right_to_left

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
SAID = {
    "Latin": "Wells that last: naïve façades, Łódź, Côte d’Ivoire",
    "Mongolian Cyrillic": "Дулаан гэрийн утааг бид өвлийн турш хэмжинэ үү",
    "Arabic": "تحدينا هو أن المياه تنفد قبل موسم الأمطار",
    "Chinese": "温暖的家需要干净的水和可靠的数据",
    "emoji": "The queue is shorter 😀 and the water is clean 💧",
}


class _Drawn(Entry):
    """A plan whose picture is drawn here and now."""

    def picture(self, item: EvidenceItem) -> bytes | None:
        return _picture() if item.form == "picture" else None


def _picture() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bars.png"
        image = Image.new("RGB", (900, 420), "#f4f1ea")
        pen = ImageDraw.Draw(image)
        for place, height in enumerate((120, 180, 150, 260, 330)):
            pen.rectangle((90 + 160 * place, 380 - height, 190 + 160 * place, 380), "#1d3b4a")
        image.save(path)
        return path.read_bytes()


ALTERNATIVE = "Five bars, each higher than the one before: kiosks that were open each month"


def plan() -> Entry:
    """The plan that goes out."""
    document = PlanDocument(
        lab="Mongolia Lab",
        cycle="2026 Q4",
        title=SAID["Latin"],
        challenge_type="big_bet",
        country="Mongolia",
        focal_point=Person(name="Sarnai Bold", email="sarnai@example.org"),
        summary=SAID["emoji"],
        challenge_statement="\n\n".join(SAID.values()),
        background=SAID["Mongolian Cyrillic"],
        value_proposition=SAID["Arabic"],
        evidence=(
            EvidenceItem(kind="quantitative", form="text", text=SAID["Chinese"]),
            EvidenceItem(
                kind="qualitative",
                form="picture",
                alternative=ALTERNATIVE,
                caption="Kiosks open, by month. 2026",
            ),
        ),
        sdgs=(6, 11),
        thematic_areas=("Water", "Энерги", "المياه"),
        partners=(PartnerItem(name="水务局", sector="Government", description=SAID["Arabic"]),),
        learning_questions=(
            QuestionItem(question=SAID["Chinese"], stages=("sense",), usage=SAID["emoji"]),
        ),
        methods=("Citizen science",),
        data_sources=("Rain gauges",),
        early_leads="The water office.",
    )
    said = CommentTold(author="Keiko Tanabe", at="2026-11-09T06:00+00:00", text=SAID["Chinese"])
    thread = ThreadTold(
        number=1,
        about="Background",
        status="open",
        opened_by="Keiko Tanabe",
        opened_at="2026-11-09T06:00+00:00",
        comments=(said,),
    )
    address = "https://plans.example.org/plans/1/"
    return _Drawn(1, address, "approved", "2026-11-20", document, threads=(thread,))


def run(pictures: Path = PICTURES) -> None:
    """Write, turn, read back, print a table, and exit with 1 when something is missing."""
    for program in ("soffice", "pdftotext", "pdfinfo", "pdftoppm"):
        if shutil.which(program) is None:
            sys.exit(f"{program} is not installed.")
    asked: Words = words()
    missing = 0
    with tempfile.TemporaryDirectory(prefix="documents-") as name:
        folder = Path(name)
        made = {}
        for form in ("pdf", "docx", "xlsx"):
            file = folder / f"plan-{form}.{FORMS[form].ending}"
            file.write_bytes(FORMS[form].write([plan()]))
            made[form] = file if form == "pdf" else _turned(file)
        print(f"{'':20}" + "".join(f"{form:>8}" for form in made))
        for script, words_said in SAID.items():
            found = {form: _has(_text(path), words_said) for form, path in made.items()}
            missing += list(found.values()).count(False)
            told = "".join(f"{'yes' if one else 'MISSING':>8}" for one in found.values())
            print(f"{script:20}{told}")
        missing += _tags(made["pdf"], asked)
        for form, path in made.items():
            _draw(path, pictures, form)
    if missing:
        sys.exit(f"{missing} missing")


def _turned(file: Path) -> Path:
    """The same as PDF, by LibreOffice."""
    subprocess.run(
        [
            *("soffice", "--headless", f"-env:UserInstallation=file://{file.parent}/profile"),
            *("--convert-to", "pdf", "--outdir", str(file.parent), str(file)),
        ],
        check=True,
        capture_output=True,
        timeout=180,
        env=os.environ | {"XDG_DATA_HOME": str(_with_fonts(file.parent / "data"))},
    )
    return file.with_suffix(".pdf")


def _with_fonts(folder: Path) -> Path:
    """A folder in which programs find the fonts that come with packages, as a desk has them."""
    place = folder / "fonts"
    place.mkdir(parents=True, exist_ok=True)
    for number, fonts_of_package in enumerate(fonts()):
        with suppress(FileExistsError):
            (place / str(number)).symlink_to(fonts_of_package)
    return folder


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _text(path: Path) -> str:
    ways: tuple[tuple[str, ...], ...] = ((), ("-raw",), ("-layout",))
    return "\n".join(_output("pdftotext", *way, str(path), "-") for way in ways)


def _has(text: str, said: str) -> bool:
    """Whether every word is there.

    Of words from right to left every letter: some programs read one that is drawn of several
    pieces as often as it has pieces.
    """
    read = _bare(text)
    if runs_right_to_left(said):
        return set(_bare(said)) <= set(read)
    return all(any(_bare(one) in read for one in (word, spelled(word))) for word in said.split())


def _bare(text: str) -> str:
    kept = (letter for letter in unicodedata.normalize("NFKC", text) if letter.isprintable())
    return re.sub(r"\s+|[\u200e\u200f\u202a-\u202e\ufe0f]", "", "".join(kept))


def _tags(path: Path, asked: Words) -> int:
    """Print what a screen reader is told; answer how much of it is missing."""
    reader = PdfReader(path)
    root: Any = reader.root_object
    kinds, alternatives = structure(reader)
    told = {
        "is tagged": bool(root["/MarkInfo"]["/Marked"]),
        "has its title": str(reader.metadata.title if reader.metadata else "") == SAID["Latin"],
        "names its language": str(root.get("/Lang", "")) != "",
        "has headings": kinds >= {"/H1", "/H2", "/H3"},
        "has lists": "/LBody" in kinds,
        "says what pictures show": ALTERNATIVE in alternatives,
        "has bookmarks": asked.of("challenge") in {one.title for one in _flat(reader.outline)},
    }
    for what, is_so in told.items():
        print(f"PDF {what:26}{'yes' if is_so else 'MISSING'}")
    return list(told.values()).count(False)


def structure(reader: PdfReader) -> tuple[set[str], set[str]]:
    """The kinds of tags in a PDF, and what its pictures show in words."""
    kinds: set[str] = set()
    alternatives: set[str] = set()
    waiting: list[Any] = [reader.root_object["/StructTreeRoot"]]
    while waiting:
        one = waiting.pop().get_object()
        if isinstance(one, list):
            waiting += [part for part in one if hasattr(part, "get_object")]
        elif isinstance(one, dict):
            kinds.add(str(one.get("/S", "")))
            if "/Alt" in one:
                alternatives.add(str(one["/Alt"]))
            if "/K" in one and hasattr(one["/K"], "get_object"):
                waiting.append(one.raw_get("/K") if hasattr(one, "raw_get") else one["/K"])
    return kinds, alternatives


def _flat(outline: list[Any]) -> Iterator[Any]:
    for one in outline:
        if isinstance(one, list):
            yield from _flat(one)
        else:
            yield one


def _draw(path: Path, folder: Path, form: str) -> None:
    """The first two pages as small pictures."""
    for page in ("1", "2"):
        name = str(folder / f"paper-{form}-{page}")
        how = ("-png", "-singlefile", "-r", "60", "-f", page, "-l", page)
        subprocess.run(["pdftoppm", *how, str(path), name], check=True)
