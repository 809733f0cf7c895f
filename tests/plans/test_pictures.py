"""Pictures: what is taken, what is refused and why, and that nothing but pixels is kept.

The files are real ones, made here.
"""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, ImageOps, PngImagePlugin

from plans import pictures
from plans.errors import Invalid
from plans.importers.demo_charts import drawn
from plans.sections import PICTURE_BYTES
from tests.plans.picture_files import (
    chunks_of,
    damaged,
    jpeg,
    noise,
    png,
    png_of,
    segments_of,
    webp,
    written,
)

DAMAGED = "This picture is damaged or not whole: perhaps it was cut off while it was copied. "
TOO_MANY_PIXELS = "This picture has more than 50 megapixels (width × height). "
TOO_LARGE = "This file is larger than 10 MB. "

SECRET = b"47.918873 106.917701 in somebody's kitchen"


def opened(content: bytes) -> Image.Image:
    """A kept file, decoded."""
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


# -- refused ---------------------------------------------------------------------------------------


def archive() -> bytes:
    """A packed folder."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("picture.html", "<script>alert(1)</script>")
    return file.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
REFUSED = {
    "nothing": (b"", "This file is empty. "),
    "one byte too many": (jpeg() + bytes(PICTURE_BYTES + 1 - len(jpeg())), TOO_LARGE),
    "a drawing with a script": (SVG, "This is a drawing in SVG, which can hold programs, "),
    "a drawing with a declaration": (
        b'\xef\xbb\xbf<?xml version="1.0"?>\n' + SVG,
        "This is a drawing in SVG, which can hold programs, ",
    ),
    "a web page": (b"<!DOCTYPE html><img src=x>", "This is a web page, not a picture. "),
    "a program for Windows called .jpg": (
        b"MZ\x90\x00" + bytes(200),
        "This is a program, not a picture, whatever it is called. ",
    ),
    "a program for Linux called .png": (
        b"\x7fELF\x02\x01" + bytes(200),
        "This is a program, not a picture, whatever it is called. ",
    ),
    "a script": (b"#!/bin/sh\nrm -rf /", "This is a program, not a picture, "),
    "a PDF": (b"%PDF-1.7\n", "This is a PDF document. "),
    "a packed folder": (archive(), "This is a document or a packed folder, not a picture. "),
    "a picture of a phone": (
        b"\x00\x00\x00\x18ftypheic" + bytes(50),
        "This is a HEIC or AVIF picture, which not every browser can show. ",
    ),
    "a film": (b"\x00\x00\x00\x18ftypisom" + bytes(50), "This is a film, not a picture. "),
    "a GIF": (written(noise(20, 20), "GIF"), "Pictures can be JPEG, PNG or WebP. Open this one, "),
    "a bitmap": (written(noise(20, 20), "BMP"), "Pictures can be JPEG, PNG or WebP. Open this "),
    "a TIFF": (written(noise(20, 20), "TIFF"), "Pictures can be JPEG, PNG or WebP. Open this "),
    "words": (b"wells run dry", "This is not a picture that we can read, whatever it is called. "),
    "a page that becomes a picture": (
        b"<html>" + jpeg(),
        "This is a web page, not a picture. ",
    ),
    "half a JPEG": (jpeg()[: len(jpeg()) // 2], DAMAGED),
    "half a PNG": (png()[: len(png()) // 2], DAMAGED),
    "half a WebP": (webp()[: len(webp()) // 2], DAMAGED),
    "the head of a JPEG": (b"\xff\xd8\xff", DAMAGED),
    "a PNG bomb": (png_of(60_000, 60_000), TOO_MANY_PIXELS),
    "a PNG of two thousand million pixels a side": (
        png_of(2**31 - 1, 2**31 - 1),
        TOO_MANY_PIXELS,
    ),
    "a WebP bomb": (
        b"RIFF\x16\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\xff\xff\x3f\xff\xff\x3f",
        TOO_MANY_PIXELS,
    ),
    "a PNG with a text that unpacks to 100 MB": (
        png_of(20, 20, ("zTXt", b"a\0\0" + zlib.compress(bytes(100_000_000), 9))),
        DAMAGED,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_a_sentence_that_says_why(name: str) -> None:
    content, begins = REFUSED[name]

    with pytest.raises(Invalid) as refusal:
        pictures.made(content)

    assert str(refusal.value)[: len(begins)] == begins
    assert str(refusal.value).endswith(".")


def test_a_bomb_is_refused_by_its_head_before_anything_is_decoded() -> None:
    """This one has no pixels at all: had they been looked for, it would be called damaged."""
    too_many, just_fit = png_of(10_000, 5_001, rows=0), png_of(10_000, 5_000, rows=0)

    with pytest.raises(Invalid, match="more than 50 megapixels"):
        pictures.made(too_many)
    with pytest.raises(Invalid, match="damaged or not whole"):
        pictures.made(just_fit)


@pytest.mark.parametrize("lossless", [True, False])
def test_the_sides_of_a_webp_are_read_from_its_head(lossless: bool) -> None:
    wide = written(Image.new("RGB", (12_000, 4_200)), "WEBP", lossless=lossless)

    with pytest.raises(Invalid, match="more than 50 megapixels"):
        pictures.made(wide)


# -- taken -----------------------------------------------------------------------------------------


def test_ten_megabytes_are_taken() -> None:
    content = jpeg() + bytes(PICTURE_BYTES - len(jpeg()))

    assert pictures.made(content).sides == (200, 120)


def test_fifty_megapixels_are_taken() -> None:
    made = pictures.made(png_of(10_000, 5_000, rows=5_000))

    assert (made.sides, made.small_sides) == ((1600, 800), (480, 240))


@pytest.mark.parametrize(
    ("sides", "large", "small"),
    [
        ((4000, 3000), (1600, 1200), (480, 360)),
        ((1000, 2000), (800, 1600), (240, 480)),
        ((600, 300), (600, 300), (480, 240)),
        ((300, 200), (300, 200), (300, 200)),
        ((1, 1), (1, 1), (1, 1)),
        ((5000, 1), (1600, 1), (480, 1)),
    ],
)
def test_two_sizes_are_kept_and_none_is_enlarged(
    sides: tuple[int, int], large: tuple[int, int], small: tuple[int, int]
) -> None:
    made = pictures.made(written(Image.new("RGB", sides, "teal"), "JPEG"))

    assert (made.sides, made.small_sides) == (large, small)
    assert (opened(made.large).size, opened(made.small).size) == (large, small)


def chart(mode: str = "RGB") -> Image.Image:
    """A drawing: few colours, hard edges."""
    picture = Image.new("RGB", (700, 400), "white")
    ImageDraw.Draw(picture).rectangle((50, 50, 350, 350), "navy")
    return picture.convert(mode)


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (jpeg(), "jpg"),
        (written(chart(), "JPEG"), "jpg"),
        (png(), "jpg"),
        (webp(), "jpg"),
        (written(chart(), "PNG"), "png"),
        (drawn("Days between harvest and fire", " fires", [["Of one day", 214]]), "png"),
        (written(chart(), "WEBP", lossless=True), "png"),
        (written(noise(90, 90, "RGBA"), "PNG"), "jpg"),
    ],
    ids=[
        "photo",
        "chart as JPEG",
        "photo as PNG",
        "photo as WebP",
        "chart",
        "chart with words",
        "WebP",
        "no alpha",
    ],
)
def test_photos_become_jpeg_and_drawings_stay_png(content: bytes, suffix: str) -> None:
    made = pictures.made(content)

    assert made.suffix == suffix
    assert {opened(file).format for file in (made.large, made.small)} == {
        "JPEG" if suffix == "jpg" else "PNG"
    }


# -- only the pixels -------------------------------------------------------------------------------


def with_everything() -> dict[str, Any]:
    """What a camera and its owner put into a file beside the pixels."""
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x0110] = "Camera of Sarnai"
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", (47.0, 55.0, 7.9)
    place[3], place[4] = "E", (106.0, 55.0, 3.7)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return {"exif": exif, "icc_profile": profile, "xmp": b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"}


def text_of_a_png() -> PngImagePlugin.PngInfo:
    """Words in each of the ways in which a PNG can hold them."""
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", SECRET.decode())
    words.add_text("Packed", SECRET.decode(), zip=True)
    words.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    return words


def packed_with_a_page() -> bytes:
    """A packed folder behind a web page: what a file can carry behind its picture."""
    return b"<script>alert(1)</script>" + archive()


LADEN = {
    "JPEG": written(noise(200, 120), "JPEG", comment=SECRET, **with_everything()),
    "PNG": written(
        noise(200, 120),
        "PNG",
        pnginfo=text_of_a_png(),
        **{name: with_everything()[name] for name in ("exif", "icc_profile")},
    ),
    "WebP": written(noise(200, 120), "WEBP", **with_everything()),
    "JPEG without a profile": written(noise(200, 120), "JPEG", comment=SECRET),
    "JPEG with a wrong profile": written(noise(200, 120), "JPEG", icc_profile=SECRET * 9),
    "PNG with a wrong profile": written(chart(), "PNG", icc_profile=SECRET * 9) + SECRET,
    "drawing": written(chart(), "PNG", pnginfo=text_of_a_png(), exif=with_everything()["exif"]),
}


@pytest.mark.parametrize("kind", LADEN)
def test_no_place_no_profile_no_word_and_nothing_behind_it_is_kept(kind: str) -> None:
    sent = LADEN[kind] + packed_with_a_page()
    assert SECRET in sent

    made = pictures.made(sent)

    for file in (made.large, made.small):
        assert SECRET not in file
        assert b"script" not in file
        assert b"PK" not in file[-200:]
        if made.suffix == "jpg":
            # JFIF, tables, the frame: no application's own segment, no comment.
            assert set(segments_of(file)) == {0xE0, 0xDB, 0xC2, 0xC4}
            assert file.endswith(b"\xff\xd9")
        else:
            assert set(chunks_of(file)) == {"IHDR", "IDAT", "IEND"}
        kept = opened(file)
        assert dict(kept.getexif()) == {}
        assert set(kept.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density",
                                  "progressive", "progression"}  # fmt: skip


def test_a_profile_or_a_position_that_is_nonsense_does_no_harm() -> None:
    sent = written(noise(200, 120), "JPEG", exif=b"Exif\0\0nonsense", icc_profile=b"nonsense" * 30)

    assert pictures.made(sent).sides == (200, 120)


@pytest.mark.parametrize("orientation", range(10))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_it_stands_upright(orientation: int, kind: str) -> None:
    """As Pillow itself would turn it; red above blue with a white corner, so that it shows."""
    picture = Image.new("RGB", (64, 96), "red")
    picture.paste("blue", (0, 48, 64, 96))
    picture.paste("white", (0, 0, 24, 24))
    exif = Image.Exif()
    exif[0x0112] = orientation
    sent = written(picture, kind, exif=exif)

    kept = opened(pictures.made(sent).large)

    upright = ImageOps.exif_transpose(opened(sent))
    places = ((10, 10), (50, 10), (10, 50), (50, 50))
    assert kept.size == upright.size
    assert [colour(kept, place) for place in places] == [colour(upright, it) for it in places]


def colour(picture: Image.Image, place: tuple[int, int]) -> str:
    """The nearest of a few colours."""
    known = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255),
             "white": (255, 255, 255), "grey": (128, 128, 128), "black": (0, 0, 0)}  # fmt: skip
    found: Any = picture.convert("RGB").getpixel(place)
    return min(
        known, key=lambda name: sum(abs(a - b) for a, b in zip(known[name], found, strict=True))
    )


def test_colours_are_those_of_the_web() -> None:
    """With a profile in which red and green have changed places, red was green all along."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    head, rest = profile[:300], profile[300:]
    head = head.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")
    sent = written(Image.new("RGB", (90, 60), "red"), "PNG", icc_profile=head + rest)

    assert colour(opened(pictures.made(sent).large), (40, 30)) == "green"


def test_colours_for_print_become_those_of_the_web() -> None:
    sent = written(Image.new("CMYK", (90, 60), (0, 255, 255, 0)), "JPEG")

    kept = opened(pictures.made(sent).large)

    assert (kept.mode, colour(kept, (40, 30))) == ("RGB", "red")


@pytest.mark.parametrize(("shade", "name"), [(0, "black"), (32_768, "grey"), (65_535, "white")])
def test_sixteen_bits_of_grey_keep_their_shade(shade: int, name: str) -> None:
    sent = written(Image.new("I;16", (90, 60), shade), "PNG")

    assert colour(opened(pictures.made(sent).large), (40, 30)) == name


def test_what_was_see_through_stays_so() -> None:
    palette = chart("P")
    sent = {
        "palette": written(palette, "PNG", transparency=palette.getpixel((0, 0))),
        "one colour": written(chart(), "PNG", transparency=(255, 255, 255)),
        "alpha": written(chart("RGBA").point(lambda value: value // 2), "PNG"),
        "grey": written(chart("LA").point(lambda value: value // 2), "PNG"),
        "WebP": written(chart("RGBA").point(lambda value: value // 2), "WEBP"),
    }
    made = {name: pictures.made(content) for name, content in sent.items()}
    kept: dict[str, Any] = {name: opened(one.large) for name, one in made.items()}

    assert {one.suffix for one in made.values()} == {"png"}
    assert {name: one.getpixel((5, 5))[-1] for name, one in kept.items()} == {
        "palette": 0,
        "one colour": 0,
        "alpha": 127,
        "grey": 127,
        "WebP": 127,
    }


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_of_an_animation_the_first_picture_is_kept_and_people_are_told(kind: str) -> None:
    first, *others = [Image.new("RGB", (80, 60), name) for name in ("red", "green", "blue")]

    made = pictures.made(written(first, kind, save_all=True, append_images=others, duration=200))

    kept: Any = opened(made.large)
    assert (made.moved, getattr(kept, "n_frames", 1)) == (True, 1)
    assert colour(kept, (40, 30)) == "red"
    assert pictures.made(webp()).moved is False


# -- whatever comes --------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(LADEN)), st.integers(0, 2**32))
def test_a_file_that_was_tampered_with_is_taken_or_refused_in_words(kind: str, seed: int) -> None:
    content = damaged(LADEN[kind], random.Random(seed))
    said, made = "taken.", None

    try:
        made = pictures.made(content)
    except Invalid as refusal:
        said = str(refusal)

    assert said.endswith(".")
    assert made is None or opened(made.large).size == made.sides
