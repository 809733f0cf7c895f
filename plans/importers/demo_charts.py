"""Bar charts for the demo network, drawn when it is loaded: pictures given as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFont

WIDTH, MARGIN, LABELS, BAR, GAP = 1200, 48, 300, 52, 24
PAPER, INK, SOFT, COLOUR = "#ffffff", "#1c2024", "#565c62", "#0d5a5d"


def drawn(title: str, unit: str, bars: Sequence[Sequence[Any]]) -> bytes:
    """A PNG with one bar, its name and its number for each pair of ``bars``; the same every time.

    ``unit`` follows each number: " %", " days".
    """
    height = 2 * MARGIN + 72 + len(bars) * (BAR + GAP)
    picture = Image.new("RGB", (WIDTH, height), PAPER)
    pen = ImageDraw.Draw(picture)
    heading, words = ImageFont.load_default(38), ImageFont.load_default(30)
    pen.text((MARGIN, MARGIN), title, INK, heading)
    left = MARGIN + LABELS
    longest = WIDTH - left - MARGIN - 160
    most = max(number for _name, number in bars)
    for place, (name, number) in enumerate(bars):
        top = MARGIN + 84 + place * (BAR + GAP)
        right = left + round(longest * number / most)
        pen.text((MARGIN, top + BAR // 2), name, SOFT, words, anchor="lm")
        pen.rectangle((left, top, right, top + BAR), COLOUR)
        pen.text((right + 16, top + BAR // 2), f"{number}{unit}", INK, words, anchor="lm")
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
