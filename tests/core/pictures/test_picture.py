import io
import struct
import zlib

import imagehash
import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from core.data.pictures.picture import LONGEST_SIDE, BadPicture, read_picture
from tests.core.pictures.made import image, png, saved, zipped


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGB"), ("PNG", "L"), ("JPEG", "RGB"), ("JPEG", "L")])
def test_a_plain_picture_is_kept_byte_for_byte(kind: str, mode: str) -> None:
    content = saved(image(mode=mode), kind)
    read = read_picture(content)
    assert read.content == content
    assert read.changes == ()
    assert (read.width, read.height) == (32, 24)
    assert read.suffix == {"PNG": "png", "JPEG": "jpg"}[kind]


def test_what_is_measured_is_measured_on_the_grey_values() -> None:
    read = read_picture(png(3))
    grey = np.asarray(image(3).convert("L"), float)
    assert read.brightness == pytest.approx(grey.mean(), abs=0.01)
    assert read.contrast == pytest.approx(grey.std(), abs=0.01)
    assert read.perceptual_hash == str(imagehash.phash(image(3), hash_size=16))


@pytest.mark.parametrize("turn", range(2, 9))
def test_a_photo_is_turned_upright_as_the_camera_noted(turn: int) -> None:
    upright = image(size=(40, 20))
    undone = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[turn]  # the transpositions that each orientation undoes
    stored = upright.transpose(Image.Transpose(undone))
    exif = Image.Exif()
    exif[0x0112] = turn
    read = read_picture(saved(stored, "JPEG", exif=exif, quality=98, subsampling=0))
    assert read.changes == ("turned",)
    assert (read.width, read.height) == (40, 20)
    assert np.abs(np.asarray(opened(read.content), int) - np.asarray(upright, int)).mean() < 3
    assert not opened(read.content).getexif()


def test_what_is_see_through_is_laid_on_white() -> None:
    picture = image().convert("RGBA")
    picture.putalpha(0)
    read = read_picture(saved(picture))
    assert read.changes == ("white",)
    assert np.asarray(opened(read.content)).min() == 255


def test_an_alpha_that_hides_nothing_is_dropped_without_a_word() -> None:
    read = read_picture(saved(image().convert("RGBA")))
    assert read.changes == ("saved",)
    assert np.array_equal(np.asarray(opened(read.content)), np.asarray(image()))


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "P"), ("GIF", "P"), ("PNG", "1"), ("BMP", "RGB"), ("TIFF", "RGB")])
def test_palettes_bitmaps_and_other_kinds_become_png(kind: str, mode: str) -> None:
    picture = image(mode=mode)
    read = read_picture(saved(picture, kind))
    assert opened(read.content).format == "PNG"
    assert opened(read.content).mode == ("L" if mode == "1" else "RGB")
    assert np.array_equal(np.asarray(opened(read.content).convert("RGB")), np.asarray(picture.convert("RGB")))


def test_webp_becomes_png() -> None:
    read = read_picture(saved(image(), "WEBP", lossless=True))
    assert opened(read.content).format == "PNG"


def test_colours_for_printing_become_rgb() -> None:
    read = read_picture(saved(image(mode="CMYK"), "JPEG", quality=98))
    assert read.changes == ("colours",)
    assert opened(read.content).mode == "RGB"
    assert np.abs(np.asarray(opened(read.content), int) - np.asarray(image(), int)).mean() < 12


def test_sixteen_bits_become_eight() -> None:
    values = np.linspace(0, 65_535, 24 * 32).reshape(24, 32).astype(np.uint16)
    read = read_picture(saved(Image.fromarray(values)))
    assert read.changes == ("deep",)
    assert np.array_equal(np.asarray(opened(read.content)), (values / 257).round().astype(np.uint8))


def test_fractions_are_stretched_over_what_can_be_seen() -> None:
    values = np.linspace(-0.5, 0.5, 24 * 32).reshape(24, 32).astype(np.float32)
    read = read_picture(saved(Image.fromarray(values), "TIFF"))
    pixels = np.asarray(opened(read.content))
    assert (pixels.min(), pixels.max()) == (0, 255)


def test_of_a_moving_picture_the_first_is_taken() -> None:
    frames = [image(seed).quantize() for seed in range(3)]
    read = read_picture(saved(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert read.changes == ("first",)
    assert np.array_equal(np.asarray(opened(read.content)), np.asarray(frames[0].convert("RGB")))


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "P", "CMYK", "I;16"])
def test_large_pictures_are_shrunk_whatever_their_colours(mode: str) -> None:
    picture = Image.new(mode, (2000, 500)) if mode == "I;16" else image(size=(2000, 500)).convert(mode)
    read = read_picture(saved(picture, "TIFF"))
    assert opened(read.content).size == (LONGEST_SIDE, 128)
    assert (read.width, read.height) == (2000, 500)
    assert "shrunk" in read.changes


def test_nothing_but_the_picture_is_kept() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "taken at home")
    exif = Image.Exif()
    exif[0x010F] = "taken at home"
    for content in (
        saved(image(), pnginfo=notes),
        saved(image(), "JPEG", exif=exif),
        saved(image(), "JPEG", comment=b"taken at home"),
        png() + b"taken at home",
        saved(image(), "JPEG") + b"taken at home",
    ):
        read = read_picture(content)
        assert b"taken at home" in content
        assert b"taken at home" not in read.content
        assert read.changes == ("saved",)


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is this large and holds a few bytes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\0" * 100, "is empty"),
        (png()[:200], "is cut off or damaged"),
        (saved(image(), "JPEG")[:400], "is cut off or damaged"),
        (saved(image(), "WEBP")[:100], "damaged"),
        (b"hello", "is no picture of a kind that is read"),
        (b"<svg onload='alert(1)'/>", "SVG drawing"),
        (b"<?xml version='1.0'?>\n<!-- a -->\n<svg/>", "SVG drawing"),
        (b"%PDF-1.7", "is a PDF document"),
        (b"\0\0\0\x18ftypheic\0\0", "HEIC photo"),
        (bomb(60_000, 60_000), "has more than 60,000,000 pixels"),
        (bomb(9_000, 9_000), "has more than 60,000,000 pixels"),
        (bomb(2**31 - 1, 2**31 - 1), "has more than 60,000,000 pixels"),
        (png() + b"<script>alert(1)</script>", "is a picture and a web page at once"),
        (saved(image(), "GIF", comment=b"<html><body onload=x>"), "is a picture and a web page at once"),
        (saved(image(), "JPEG") + b"%PDF-1.7 rest", "is a picture and a PDF document at once"),
        (saved(image(), "JPEG", comment=b"<?php system($_GET[1]);"), "is a picture and a program at once"),
        (b"GIF89a/*<script>alert(1)</script>*/=1;", "damaged"),
    ],
)
def test_what_is_no_sound_picture_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(BadPicture, match=words):
        read_picture(content)


def test_a_picture_that_is_an_archive_too_is_refused(tmp_path) -> None:
    archive = zipped(tmp_path / "a.zip", {"a.txt": b"a"}).read_bytes()
    for kind in ("PNG", "JPEG", "GIF", "BMP"):
        with pytest.raises(BadPicture, match="ZIP archive at once"):
            read_picture(saved(image(), kind) + archive)
