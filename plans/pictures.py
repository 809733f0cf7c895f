"""Pictures: what may come in, and how it is written anew. Bytes in, bytes out.

What a file is, its first bytes decide, whatever it is called. JPEG, PNG and WebP are decoded and
written again from their pixels alone: upright, in the colours of the web (sRGB), in two sizes.
Nothing else of the file is kept: no place and time (EXIF, XMP), no profile, no comment, nothing
that was hung on at the end.

What memory it takes is bounded: the size in pixels is read from the file's head before anything is
decoded, large JPEGs are decoded at a fraction of their size, and each process works on one picture
at a time. (Pillow itself limits what is unpacked from a PNG's texts and profile.)
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from io import BytesIO
from threading import Lock

from django.utils.translation import gettext as _
from PIL import Image, ImageCms

from plans.errors import Invalid
from plans.sections import PICTURE_BYTES, PICTURE_PIXELS, PICTURE_SIDES

JPEG, PNG, WEBP = "JPEG", "PNG", "WEBP"
SUFFIX = {JPEG: "jpg", PNG: "png"}

_ONE_AT_A_TIME = Lock()
_SRGB = ImageCms.createProfile("sRGB")

_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What is to be done with a picture by the way its camera was held, as EXIF numbers it."""

# All that Pillow raises where a file is not what its head promises.
_UNREADABLE = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True)
class Made:
    """A picture as it will be kept: its files, and their sides in pixels.

    ``moved`` when it was an animation, of which only the first picture is left.
    """

    suffix: str
    large: bytes
    small: bytes
    sides: tuple[int, int]
    small_sides: tuple[int, int]
    moved: bool


def made(content: bytes) -> Made:
    """Write a picture anew from what was sent.

    Raises Invalid, with a sentence that says why and what to do, for whatever is not a whole JPEG,
    PNG or WebP of at most 10 MB and 50 megapixels.
    """
    refuse_bytes(len(content))
    kind = kind_of(content)
    if kind == WEBP:
        _refuse_pixels(_sides_of_webp(content))
    with _ONE_AT_A_TIME:
        try:
            with Image.open(BytesIO(content), formats=[kind]) as sent:
                _refuse_pixels(sent.size)
                moved = kind != JPEG and getattr(sent, "is_animated", False)
                return _written(_bare(sent), kind, moved=moved)
        except (Image.DecompressionBombError, MemoryError):
            raise Invalid(_too_many_pixels()) from None
        except _UNREADABLE:
            raise Invalid(_damaged()) from None


# -- deciding --------------------------------------------------------------------------------------


def refuse_bytes(number: int) -> None:
    """Raise Invalid for a file that is empty or larger than 10 MB."""
    if number <= 0:
        raise Invalid(_("This file is empty. Choose the picture again, or save it once more."))
    if number > PICTURE_BYTES:
        raise Invalid(
            _(
                "This file is larger than 10 MB. Make the picture smaller (about 1600 pixels wide "
                "is enough), or save it as JPEG, and choose it again."
            )
        )


def kind_of(head: bytes) -> str:
    """What a file is, by its beginning (64 bytes are enough): JPEG, PNG or WEBP.

    Raises Invalid for everything else, with a sentence about what it seems to be.
    """
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    raise Invalid(_what_it_is(head))


def _what_it_is(head: bytes) -> str:
    """Why this is no picture for us, and what to do."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:512].lower()
    brand = head[8:12] if head[4:8] == b"ftyp" else b""
    if start.startswith(b"<"):
        if b"<svg" in start or start.startswith(b"<?xml"):
            return _(
                "This is a drawing in SVG, which can hold programs, so it is not taken. Save or "
                "export it as PNG, and choose that."
            )
        return _("This is a web page, not a picture. Save the picture itself, and choose that.")
    if head.startswith((b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")):
        return _("This is a program, not a picture, whatever it is called. It was not kept.")
    if head.startswith(b"%PDF"):
        return _(
            "This is a PDF document. Take a picture of the page that matters (a screenshot will "
            "do), or give a link to the document."
        )
    if head.startswith(b"PK"):
        return _(
            "This is a document or a packed folder, not a picture. Save the picture in it as PNG "
            "or JPEG, and choose that."
        )
    if brand in {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}:
        return _(
            "This is a HEIC or AVIF picture, which not every browser can show. Open it, save or "
            "export it as JPEG, and choose that."
        )
    if brand or head[8:12] == b"AVI ":
        return _("This is a film, not a picture. Take a picture from it, or give a link to it.")
    if head.startswith((b"GIF8", b"BM", b"II*\x00", b"MM\x00*")):
        return _("Pictures can be JPEG, PNG or WebP. Open this one, save it as PNG, choose that.")
    return _(
        "This is not a picture that we can read, whatever it is called. Pictures can be JPEG, PNG "
        "or WebP: open it, save it as one of these, and choose that."
    )


def _sides_of_webp(content: bytes) -> tuple[int, int]:
    """Width and height by the file's head, because Pillow makes room before it says them."""
    head = content[:30].ljust(30, b"\0")
    if head[12:16] == b"VP8X":
        return _number(head[24:27]) + 1, _number(head[27:30]) + 1
    if head[12:16] == b"VP8L":
        bits = _number(head[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return _number(head[26:28]) & 0x3FFF, _number(head[28:30]) & 0x3FFF


def _number(some: bytes) -> int:
    return int.from_bytes(some, "little")


def _refuse_pixels(sides: tuple[int, int]) -> None:
    width, height = sides
    if width * height > PICTURE_PIXELS:
        raise Invalid(_too_many_pixels())


def _too_many_pixels() -> str:
    return _(
        "This picture has more than 50 megapixels (width × height). Make it smaller (about 1600 "
        "pixels wide is enough), and choose it again."
    )


def _damaged() -> str:
    return _(
        "This picture is damaged or not whole: perhaps it was cut off while it was copied. Open "
        "it, save it once more, and choose that; or take another copy."
    )


# -- writing anew ----------------------------------------------------------------------------------


def _bare(sent: Image.Image) -> Image.Image:
    """Its pixels alone: upright, in sRGB, no larger than we keep; with alpha only if it is used."""
    profile, turn = sent.info.get("icc_profile"), _UPRIGHT.get(_orientation(sent))
    picture = _of_plain_mode(sent)
    picture.thumbnail((PICTURE_SIDES[0],) * 2, Image.Resampling.LANCZOS, reducing_gap=2.0)
    picture = _in_srgb(picture, profile)
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    if turn is not None:
        picture = picture.transpose(turn)
    # A new one, so that whatever Pillow has read beside the pixels cannot be written with them.
    return Image.frombytes(picture.mode, picture.size, picture.tobytes())


def _orientation(sent: Image.Image) -> int:
    try:
        return int(sent.getexif().get(_ORIENTATION, 1))
    except _UNREADABLE:
        return 1  # what cannot be read does not turn the picture


def _of_plain_mode(sent: Image.Image) -> Image.Image:
    """In a mode that can be made smaller without harm; large JPEGs are so already."""
    if sent.mode.startswith("I"):  # 16 bits of grey
        return sent.point(lambda value: value / 256).convert("L")
    if sent.mode not in ("L", "RGB", "RGBA", "CMYK") or "transparency" in sent.info:
        return sent.convert("RGBA" if sent.has_transparency_data else "RGB")
    return sent


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """In the colours of the web; a profile that cannot be read is as good as none."""
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    if profile:
        try:
            theirs = ImageCms.ImageCmsProfile(BytesIO(profile))
            found = ImageCms.profileToProfile(picture, theirs, _SRGB, outputMode=mode)
        except (*_UNREADABLE, ImageCms.PyCMSError):
            found = None
        if found is not None:
            return found
    return picture.convert(mode)


def _written(picture: Image.Image, kind: str, *, moved: bool) -> Made:
    """Both sizes, as JPEG; as PNG where it is see-through, or a drawing that is sharper so.

    Of drawings a PNG is smaller or not much larger than a JPEG; of photographs it is many times so.
    """
    small = picture.copy()
    small.thumbnail((PICTURE_SIDES[1],) * 2, Image.Resampling.LANCZOS)
    as_png = b"" if kind == JPEG else _bytes_of(picture, PNG)
    as_jpeg = b"" if picture.mode == "RGBA" else _bytes_of(picture, JPEG)
    kept = PNG if as_png and (not as_jpeg or len(as_png) <= 2 * len(as_jpeg)) else JPEG
    return Made(
        suffix=SUFFIX[kept],
        large=as_png if kept == PNG else as_jpeg,
        small=_bytes_of(small, kept),
        sides=picture.size,
        small_sides=small.size,
        moved=moved,
    )


def _bytes_of(picture: Image.Image, kind: str) -> bytes:
    file = BytesIO()
    if kind == JPEG:
        picture.save(file, JPEG, quality=85, optimize=True, progressive=True)
    else:
        picture.save(file, PNG)
    return file.getvalue()
