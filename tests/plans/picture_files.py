"""Picture files as people send them, and as nobody should; made by the tests that need them."""

from __future__ import annotations

import io
import random
import struct
import zlib
from functools import cache
from typing import Any

from PIL import Image


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Something like a photograph: PNG cannot make it small."""
    return Image.effect_noise((width, height), 90).convert(mode)


def written(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """That picture as a file."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


@cache
def jpeg(width: int = 200, height: int = 120) -> bytes:
    """A photograph."""
    return written(noise(width, height), "JPEG")


@cache
def png(width: int = 200, height: int = 120) -> bytes:
    """A photograph, kept as PNG."""
    return written(noise(width, height), "PNG")


@cache
def webp(width: int = 200, height: int = 120) -> bytes:
    """A photograph, kept as WebP."""
    return written(noise(width, height), "WEBP")


def png_of(width: int, height: int, *chunks: tuple[str, bytes], rows: int = 1) -> bytes:
    """A PNG that says it has those sides, with further chunks, and only ``rows`` rows of pixels."""
    row = b"\0" + bytes((width + 7) // 8 if width < 100_000 else 1)
    parts = [
        ("IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)),
        *chunks,
        ("IDAT", zlib.compress(row * rows)),
        ("IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: str, data: bytes) -> bytes:
    tagged = name.encode() + data
    return struct.pack(">I", len(data)) + tagged + struct.pack(">I", zlib.crc32(tagged))


def chunks_of(content: bytes) -> list[str]:
    """The names of a PNG's chunks, in order, up to the very last byte."""
    names, place = [], 8
    while place < len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        names.append(content[place + 4 : place + 8].decode())
        place += 12 + length
    return names


def segments_of(content: bytes) -> list[int]:
    """The markers of a JPEG's segments before its pixels, in order."""
    markers, place = [], 2
    while content[place + 1] != 0xDA:
        (length,) = struct.unpack(">H", content[place + 2 : place + 4])
        markers.append(content[place + 1])
        place += 2 + length
    return markers


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The file with some bytes changed, many of them in its head, and sometimes cut off."""
    changed = bytearray(content[: chance.choice([None, None, chance.randrange(1, len(content))])])
    for _ in range(chance.choice([1, 2, 20])):
        most = chance.choice([len(changed), min(len(changed), 400)])
        changed[chance.randrange(most)] = chance.choice([0, 255, chance.randrange(256)])
    return bytes(changed)
