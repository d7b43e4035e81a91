"""Decoder of one untrusted picture: bytes in; pixels proven, bytes safe to keep, and what was measured out.

Runs in the sandbox only (`core.apart`). See docs/adr/0020-pictures-in-parquet.md.
"""

import io
import warnings
from dataclasses import dataclass

import numpy as np
from PIL import Image, UnidentifiedImageError

from core.data.pictures.clean import is_clean
from core.data.sentences import megabytes

LONGEST_SIDE = 512
MAX_PIXELS = 60_000_000
MAX_PICTURE_BYTES = 50 * 1024 * 1024
HASH_SIDE = 16
"""A perceptual hash has the square of this many bits."""
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF")
KEPT_AS_THEY_ARE = {"PNG": {"L", "RGB"}, "JPEG": {"L", "RGB"}}
DEEP = {"I", "F", "I;16", "I;16B", "I;16L", "I;16N"}
SOLID = {"L", "RGB"}
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""Transpositions that undo each EXIF orientation."""
DEEPEST = 65_535
"""The highest value of 16 bits; higher ones are scaled."""
ALSO = {
    b"%pdf-": "a PDF document",
    b"<script": "a web page",
    b"<html": "a web page",
    b"<!doctype html": "a web page",
    b"<?php": "a program",
}
"""Signs of a polyglot, another file within a picture: how that begins in small letters, and its name."""
ENDS = 65_536
"""Bytes at a file's beginning and at its end in which another kind of file would show."""
OTHERS = {
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "an archive",
    b"ftypheic": "a HEIC photo, which is not read: save it as JPEG",
    b"ftypmif1": "a HEIC photo, which is not read: save it as JPEG",
    b"ftypavif": "an AVIF picture, which is not read: save it as PNG or JPEG",
    b"8BPS": "a Photoshop document",
}

Image.MAX_IMAGE_PIXELS = MAX_PIXELS


class BadPicture(Exception):
    """Rejection of a file as a picture, with the reason as a phrase such as 'is cut off or damaged'."""


@dataclass(frozen=True)
class Picture:
    """A proven picture. `content` is PNG or JPEG, at most LONGEST_SIDE wide and high, 8 bits, one or three channels.

    `width` and `height` are those of the original, turned upright; `brightness` and `contrast` the mean and the
    standard deviation of its grey values, 0 to 255. `changes` are keys of `CHANGES`.
    """

    content: bytes
    suffix: str
    width: int
    height: int
    brightness: float
    contrast: float
    perceptual_hash: str
    changes: tuple[str, ...]


CHANGES = {
    "turned": ("was turned upright as its camera noted (EXIF)", "were turned upright as their camera noted (EXIF)"),
    "shrunk": (
        f"was shrunk to {LONGEST_SIDE} pixels at its longest side",
        f"were shrunk to {LONGEST_SIDE} pixels at their longest side",
    ),
    "white": ("is see-through in places and was laid on white", "are see-through in places and were laid on white"),
    "first": (
        "moves or has several pages, and its first picture was taken",
        "move or have several pages, and the first picture of each was taken",
    ),
    "deep": (
        "has more than 8 bits a pixel and was brought to 8",
        "have more than 8 bits a pixel and were brought to 8",
    ),
    "colours": (
        "was brought from printing or other colours to RGB",
        "were brought from printing or other colours to RGB",
    ),
    "saved": ("was saved anew as PNG or JPEG", "were saved anew as PNG or JPEG"),
}
"""Descriptions of the changes made to a picture: of one, and of several."""


def read_picture(content: bytes) -> Picture:
    """The picture in these bytes. Raises BadPicture."""
    refuse_before_decoding(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return decoded(content)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadPicture(f"has more than {MAX_PIXELS:,} pixels") from None
    except UnidentifiedImageError:
        raise BadPicture("is no picture of a kind that is read, or its beginning is damaged") from None
    except (BadPicture, MemoryError):
        raise
    except Exception:  # Pillow's readers raise whatever broke in them
        raise BadPicture("is cut off or damaged") from None


def refuse_before_decoding(content: bytes) -> None:
    """Raises BadPicture for what need not be decoded to be refused."""
    if not content.strip(b"\0"):
        raise BadPicture("is empty")
    if len(content) > MAX_PICTURE_BYTES:
        raise BadPicture(f"has more than {megabytes(MAX_PICTURE_BYTES)}")
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"<svg") or (head.startswith((b"<?xml", b"<!doctype svg", b"<!--")) and b"<svg" in head):
        raise BadPicture("is an SVG drawing, which can hold programs: save it as PNG")
    for start, words in OTHERS.items():
        if content.startswith(start) or content[4:12] == start:
            raise BadPicture(f"is {words}")


def decoded(content: bytes) -> Picture:
    """The picture, where nothing is wrong with it."""
    opened = Image.open(io.BytesIO(content), formats=FORMATS)
    kind, mode, frames = str(opened.format), opened.mode, getattr(opened, "n_frames", 1)
    turn = opened.getexif().get(0x0112, 1)
    full = opened.size
    if kind == "JPEG":
        opened.draft(None, (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))
    opened.load()
    refuse_double(content)
    upright = small(opened)
    if turn in UPRIGHT:
        upright = upright.transpose(UPRIGHT[turn])
    if turn in range(5, 9):
        full = full[::-1]
    image, changes = plain(upright)
    changes = [
        *(["turned"] if turn in UPRIGHT else []),
        *(["first"] if frames > 1 and kind != "MPO" else []),
        *changes,
        *(["shrunk"] if max(full) > LONGEST_SIDE else []),
    ]
    clean = not changes and mode in KEPT_AS_THEY_ARE.get(kind, ()) and is_clean(content, kind)
    if not clean and not changes:
        changes = ["saved"]
    photo = kind in {"JPEG", "MPO"}
    grey = np.asarray(image.convert("L"), np.float32)
    return Picture(
        content=content if clean else encoded(image, "JPEG" if photo else "PNG"),
        suffix="jpg" if photo else "png",
        width=full[0],
        height=full[1],
        brightness=round(float(grey.mean()), 2),
        contrast=round(float(grey.std()), 2),
        perceptual_hash=perceptual_hash(image),
        changes=tuple(changes),
    )


def small(image: Image.Image) -> Image.Image:
    """Downscaled picture, its longest side at most LONGEST_SIDE."""
    if max(image.size) <= LONGEST_SIDE:
        return image
    if image.mode not in {*SOLID, "RGBA", "LA", "CMYK", "I", "F"}:
        image = image.convert("RGBA" if has_alpha(image) else "I" if image.mode in DEEP else "RGB")
    share = LONGEST_SIDE / max(image.size)
    width, height = (max(1, round(side * share)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def plain(image: Image.Image) -> tuple[Image.Image, list[str]]:
    """The picture with one or three channels of 8 bits, and what was done for it."""
    if image.mode in SOLID:
        return image, []
    if image.mode in DEEP:
        return shallow(image), ["deep"]
    if has_alpha(image):
        return on_white(image)
    if image.mode == "1":
        return image.convert("L"), []
    changed = image.mode not in {"P", "RGBX"}
    return image.convert("RGB"), ["colours"] if changed else []


def has_alpha(image: Image.Image) -> bool:
    """Whether the picture has an alpha channel: parts of it may be see-through."""
    return image.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in image.info


def on_white(image: Image.Image) -> tuple[Image.Image, list[str]]:
    """Alpha compositing on white; nothing is said where the picture hides all that is below it."""
    grey = image.mode in {"LA", "La"} or (image.mode == "L" and "transparency" in image.info)
    layers = image.convert("RGBA")
    if layers.getchannel("A").getextrema() == (255, 255):
        return image.convert("L" if grey else "RGB"), []
    white = Image.new("RGBA", layers.size, "white")
    white.alpha_composite(layers)
    return white.convert("L" if grey else "RGB"), ["white"]


def shallow(image: Image.Image) -> Image.Image:
    """Bit depth reduction of a grey picture from 16 or 32 to 8: 65,535 becomes 255; other ranges are stretched."""
    values = np.asarray(image, np.float32)
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if not np.isfinite([low, high]).all():
        raise BadPicture("holds values that are no numbers")
    if image.mode == "F" or low < 0 or high > DEEPEST:
        values = (values - low) * (255 / max(high - low, 1e-9))
    else:
        values = values * (255 / DEEPEST)
    return Image.fromarray(np.nan_to_num(values).round().clip(0, 255).astype(np.uint8))


def refuse_double(content: bytes) -> None:
    """Raises BadPicture for a polyglot: a picture that is another kind of file at the same time."""
    if b"PK\x05\x06" in content[-ENDS:] and b"PK\x01\x02" in content and b"PK\x03\x04" in content:
        raise BadPicture("is a picture and a ZIP archive at once")
    ends = (content if len(content) <= 2 * ENDS else content[:ENDS] + content[-ENDS:]).lower()
    for sign, words in ALSO.items():
        if sign in ends:
            raise BadPicture(f"is a picture and {words} at once")


def encoded(image: Image.Image, kind: str) -> bytes:
    """Encodes the picture as a file without any metadata in it."""
    image.info.clear()
    buffer = io.BytesIO()
    if kind == "PNG":
        image.save(buffer, "PNG")
    else:
        image.save(buffer, "JPEG", quality=92, subsampling=0)
    return buffer.getvalue()


def perceptual_hash(image: Image.Image) -> str:
    """Perceptual hash: the signs of the picture's lowest frequencies, as hexadecimal digits (imagehash's phash)."""
    from imagehash import phash

    return str(phash(image, hash_size=HASH_SIDE))
