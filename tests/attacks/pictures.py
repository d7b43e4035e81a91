"""Hostile and odd pictures and archives of pictures, each made here as a real file, and what should come of it."""

import io
import json
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from tests.attacks.taken import Taken, taken
from tests.core.pictures.made import image, png, saved

MB = 1_000_000
GOOD = png()


@dataclass(frozen=True)
class Attack:
    """A file, the pictures that should be read out of it, and words that are said of it (in notes or a refusal)."""

    name: str
    write: Callable[[Path], object]
    read: int
    said: str


Content = bytes | Callable[[], bytes]
"""A large one is made only where it is written: what this module holds would count as the reader's memory."""


def archive(members: dict[str, Content], method: int = zipfile.ZIP_DEFLATED) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", method, compresslevel=1) as made:
            for name, content in members.items():
                made.writestr(name, content() if callable(content) else content)

    return write


def with_good(**odd: Content) -> Callable[[Path], None]:
    """A sound picture and an odd one, whose name's last underscore stands for the dot."""
    return archive({"a/good.png": GOOD} | {f"b/{'.'.join(name.rsplit('_', 1))}": odd[name] for name in odd})


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def claims(width: int, height: int, pixels: bytes = b"", *more: bytes) -> bytes:
    """A grey PNG that says it has this size."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def flat(side: int) -> bytes:
    """A true PNG of one grey, `side` pixels wide and high: a thousand times smaller than its pixels."""
    packer = zlib.compressobj(9)
    pixels = b"".join([packer.compress(b"\0" * (side + 1)) for _ in range(side)] + [packer.flush()])
    return claims(side, side, pixels)


def many_flat(path: Path) -> None:
    """200 pictures of 36 million pixels each, in 8 MB."""
    one = flat(6_000)
    archive({f"{number}.png": one for number in range(200)}, zipfile.ZIP_STORED)(path)


def link(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("a/good.png", GOOD)
        entry = zipfile.ZipInfo("a/link.png")
        entry.external_attr = 0o120777 << 16
        made.writestr(entry, "/etc/passwd")


def named(*names: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as made:
            made.writestr("a/good.png", GOOD)
            for name in names:
                made.writestr(zipfile.ZipInfo(name), GOOD)

    return write


def patched(place: int, value: bytes, *names: str) -> Callable[[Path], None]:
    """An archive of two, in whose directory some bytes of the second's entry are others."""

    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
            for name in names or ("a/good.png", "b/odd.png"):
                made.writestr(name, GOOD)
        raw = bytearray(path.read_bytes())
        start = raw.rfind(b"PK\x01\x02") + place
        raw[start : start + len(value)] = value
        path.write_bytes(raw)

    return write


def many(number: int, content: bytes = b"") -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as made:
            for n in range(number):
                made.writestr(f"{n}.png", content)

    return write


def parquet(cells: list[object], kind: pa.DataType | None = None, **more: object) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        pq.write_table(pa.table({"image": pa.array(cells, kind or pa.binary()), **more}), path)

    return write


def repeated(path: Path) -> None:
    """One picture of 4 MB for each of 20,000 rows, in a file of 4 MB."""
    large = saved(Image.fromarray(np.random.default_rng(0).integers(0, 255, (1200, 1200, 3), np.uint8)))
    column = pa.DictionaryArray.from_arrays(np.zeros(20_000, np.int32), pa.array([large], pa.binary()))
    pq.write_table(pa.table({"image": column}), path, compression="zstd")


def inside() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("a.png", GOOD)
    return buffer.getvalue()


def gif_of(frames: int) -> bytes:
    pictures = [image(n, (64, 64)).quantize(8) for n in range(frames)]
    return saved(pictures[0], "GIF", save_all=True, append_images=pictures[1:])


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(image(), "JPEG", exif=exif)


def packed_bomb(name: bytes, start: bytes) -> bytes:
    """A small PNG with a chunk that unpacks to 100 MB."""
    return claims(8, 8, zlib.compress(b"\0" * 72), chunk(name, start + zlib.compress(b"a" * 100 * MB)))


def large_tiff() -> bytes:
    return saved(Image.new("L", (7_000, 7_000)), "TIFF", compression="tiff_deflate")


JPEG = saved(image(), "JPEG")
ATTACKS = [
    Attack("says-gigapixels.zip", with_good(a_png=claims(60_000, 60_000)), 1, "has more than 60,000,000 pixels"),
    Attack("says-2-31.zip", with_good(a_png=claims(2**31 - 1, 2**31 - 1)), 1, "has more than 60,000,000 pixels"),
    Attack("flat-49-million.zip", with_good(a_png=lambda: flat(7_000)), 2, "was shrunk to 512 pixels"),
    Attack("flat-100-million.zip", with_good(a_png=lambda: flat(10_000)), 1, "has more than 60,000,000 pixels"),
    Attack("many-flat.zip", many_flat, 0, "million pixels together"),
    Attack("tiff.zip", with_good(a_tiff=large_tiff), 2, "was shrunk"),
    Attack("text-chunk.zip", with_good(a_png=lambda: packed_bomb(b"zTXt", b"Comment\0\0")), 1, "damaged"),
    Attack("colour-chunk.zip", with_good(a_png=lambda: packed_bomb(b"iCCP", b"a\0\0")), 1, "damaged"),
    Attack("cut.zip", with_good(a_png=GOOD[:200], b_jpg=JPEG[:300], c_webp=saved(image(), "WEBP")[:80]), 1, "cut off"),
    Attack("noise.zip", with_good(a_png=bytes(range(256)) * 40), 1, "no picture of a kind that is read"),
    Attack("empty-picture.zip", with_good(a_png=b""), 1, "is empty"),
    Attack("svg.zip", with_good(a_svg=b"<svg onload='alert(1)'><script>alert(1)</script></svg>"), 1, "SVG drawing"),
    Attack("svg-named-png.zip", with_good(a_png=b"<?xml version='1.0'?><svg/>"), 1, "SVG drawing"),
    Attack("script-behind.zip", with_good(a_png=GOOD + b"<script>alert(1)</script>"), 1, "a web page at once"),
    Attack("script-inside.zip", with_good(a_gif=saved(image(), "GIF", comment=b"<script>")), 1, "a web page at once"),
    Attack("gifar.zip", with_good(a_gif=saved(image(), "GIF") + inside()), 1, "a ZIP archive at once"),
    Attack("pdf-behind.zip", with_good(a_jpg=JPEG + b"%PDF-1.7 1 0 obj"), 1, "a PDF document at once"),
    Attack("html-gif.zip", with_good(a_gif=b"GIF89a/*<script>alert(1)</script>*/=1;"), 1, "damaged"),
    Attack("heic.zip", with_good(a_heic=b"\0\0\0\x18ftypheic" + b"\0" * 99), 1, "save it as JPEG"),
    Attack("slip.zip", named("../../out.png", "/etc/out.png", "C:\\out.png", "..\\out.png"), 1, "leads out"),
    Attack("nul-name.zip", named("a/b\0.png"), 2, "Read 2"),
    Attack("link.zip", link, 1, "is a link"),
    Attack("locked.zip", patched(8, b"\x01\x00"), 1, "locked with a password"),
    Attack("all-locked.zip", patched(8, b"\x01\x00", "a/odd.png"), 0, "locked with a password"),
    Attack("lying-size.zip", patched(24, struct.pack("<I", 9)), 1, "damaged in the archive"),
    Attack("bad-sum.zip", patched(16, b"\0\0\0\0"), 1, "damaged in the archive"),
    Attack("odd-packing.zip", patched(10, b"\x09\0"), 1, "packed in a way"),
    Attack("wrong-place.zip", patched(42, struct.pack("<I", 40)), 1, "damaged in the archive"),
    Attack("nested.zip", with_good(more_zip=inside()), 1, "an archive within the archive"),
    Attack("only-nested.zip", archive({"a.zip": inside()}), 0, "is a ZIP archive, not a table"),
    Attack("members.zip", many(130_000), 0, "130,000 files; the limit is 100,000"),
    Attack("unpacks.zip", archive({f"{n}.bmp": (lambda: b"\0" * 40 * MB) for n in range(28)}), 0, "unpacks to"),
    Attack("one-large.zip", with_good(a_bmp=lambda: b"BM" + b"\0" * 60 * MB), 1, "has more than 50 MB"),
    Attack("no-pictures.zip", archive({"a.png": b"x", "b.png": b"y"}), 0, "holds no picture that can be used"),
    Attack("names.zip", archive({"<b>x</b>/\u202e.png": GOOD, "=cmd()/\U0001f600.png": png(1)}), 2, "Read 2"),
    Attack("deep.zip", archive({"/".join(["a"] * 200) + "/b.png": GOOD, "c/d.png": png(1)}), 2, "Read 2"),
    Attack("moving.zip", with_good(a_gif=lambda: gif_of(300)), 2, "first picture was taken"),
    Attack("turned.zip", with_good(a_jpg=turned()), 2, "turned upright"),
    Attack("clear.zip", with_good(a_png=saved(Image.new("RGBA", (9, 9)))), 2, "laid on white"),
    Attack("print.zip", with_good(a_jpg=saved(image(mode="CMYK"), "JPEG")), 2, "to RGB"),
    Attack("deep-grey.zip", with_good(a_png=saved(Image.new("I;16", (9, 9), 700))), 2, "brought to 8"),
    Attack("thin.zip", with_good(a_png=saved(image(size=(9_000, 1)))), 2, "was shrunk"),
    Attack("one-pixel.zip", with_good(a_png=saved(image(size=(1, 1)))), 2, "Read 2"),
    Attack("debris.zip", archive({"a/b.png": GOOD, "__MACOSX/a/._b.png": b"x", "a/Thumbs.db": b"x"}), 1, "Read 1"),
    Attack("table-bomb.zip", with_good(rows_csv=lambda: b"a" * 60 * MB), 1, "Read 1"),
    Attack("bad-table.zip", with_good(rows_xlsx=b"PK\x03\x04 broken"), 1, "Read 1"),
    Attack("pictures.parquet", parquet([GOOD, b"<svg/>", None, GOOD[:99]]), 1, "SVG drawing"),
    Attack("long-rows.parquet", parquet([GOOD] * 100_001), 0, "100,001 rows; the limit is 100,000"),
    Attack("repeated.parquet", repeated, 0, "takes more memory to read than"),
    Attack("odd-struct.parquet", parquet(
        [{"bytes": GOOD, "path": 7, "more": "x"}],
        pa.struct([("bytes", pa.binary()), ("path", pa.int64()), ("more", pa.string())])), 1, "Read 1"),
]  # fmt: skip


def write_all(folder: Path) -> None:
    """Writes every file, in a process of its own: what that takes is not what reading takes."""
    for attack in ATTACKS:
        attack.write(folder / attack.name)


def read_all(folder: Path) -> None:
    """Reads each file as the product does; prints what came of it, and the seconds and MB that its sandbox took."""
    from core.data import read_apart
    from core.errors import UserError

    for attack in ATTACKS:
        path = folder / attack.name
        rows = 0
        with taken() as found:
            try:
                table = read_apart(path, attack.name)
                rows, said = len(table.frame), list(table.notes)
                del table
            except UserError as error:
                said = [error.message]
        path.unlink()
        took = found[0] if found else Taken(0.0, 0)  # refused before a sandbox began
        told = {"name": attack.name, "rows": rows, "said": said, **took._asdict()}
        print(json.dumps(told), flush=True)  # noqa: T201  # the test reads it


if __name__ == "__main__":
    {"write": write_all, "read": read_all}[sys.argv[1]](Path(sys.argv[2]))
