"""Encoding detection: finds a text file's character encoding and gives its contents as UTF-8."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import ftfy.bad_codecs  # noqa: F401 (adds the codec sloppy-windows-1252)
from charset_normalizer import from_bytes

from core.data.sentences import counted
from core.errors import DatasetError

CHUNK = 1 << 20
SAMPLE = 64 * 1024
GUESSED = 4 * 1024
BOMS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
WORDS = {
    "gb18030": "GB18030",
    "cp1251": "Windows-1251 (Cyrillic)",
    "koi8_r": "KOI8-R (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "shift_jis": "Shift JIS",
    "big5": "Big5",
    "euc_kr": "EUC-KR",
}
PAIR = re.compile(rb"[\x81-\xfe][\x30-\x39][\x81-\xfe][\x30-\x39]|[\x81-\xfe][\x40-\x7e\x80-\xfe]|[\x80-\xff]")
"""Pattern of one GB18030 character beyond ASCII, or one byte that begins none."""
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
HIGH = re.compile(rb"[\x80-\xff]")
ABOVE_ASCII = bytes(range(0x80, 0x100))
UNDEFINED = bytes([0x81, 0x8D, 0x8F, 0x90, 0x9D])
"""Bytes undefined in Windows-1252."""
FOREIGN = re.compile("[\udc80-\udcff]+")
OTHERS = ["cp1251", "koi8_r", "cp1253", "shift_jis", "big5", "euc_kr"]
"""Encodings told apart by the letters' frequencies."""


@dataclass(frozen=True)
class Decoded:
    """A text file's contents as UTF-8 without a byte order mark; `encoding` names for people what it was."""

    content: bytes
    encoding: str
    notes: tuple[str, ...] = ()


def decode(raw: bytes, file: str) -> Decoded:
    """Finds the encoding by the bytes alone. Raises DatasetError where no encoding fits, with the line."""
    for bom, codec, words in BOMS:
        if raw.startswith(bom):
            return decode_as(raw[len(bom) :], codec, words, file)
    broken = first_broken(raw, "utf-8")
    utf16 = unmarked_utf16(raw, is_utf8=broken is None)
    if utf16:
        return decode_as(raw, utf16, "UTF-16", file)
    if broken is None:
        return Decoded(raw, "UTF-8")
    if is_nearly_utf8(raw):
        return mended(raw, broken)
    codec = legacy_encoding(raw)
    if codec == "cp1252":
        return windows(raw)
    decoded = decode_as(raw, codec, WORDS.get(codec, codec), file)
    return replace(decoded, notes=(guess(decoded),))


def decode_as(raw: bytes, codec: str, words: str, file: str) -> Decoded:
    """Decodes the contents in a known encoding."""
    if codec == "utf-8" and first_broken(raw, codec) is None:
        return Decoded(raw, words)
    decoder = codecs.getincrementaldecoder(codec)()
    content = bytearray()
    for start, chunk in chunks(raw):
        try:
            content += decoder.decode(chunk, final=start + CHUNK >= len(raw)).encode()
        except UnicodeError:
            position = first_broken(raw, codec) or 0
            line = 1 + sum(character == "\n" for character in raw[:position].decode(codec, "ignore"))
            raise DatasetError(
                f"Line {line:,} of {file} holds bytes that are not {words} text (0x{raw[position]:02X}).",
                "Open the file in the program it came from and save it again as CSV in UTF-8.",
            ) from None
    return Decoded(bytes(content), words)


def chunks(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """The bytes in pieces, each with where it starts."""
    for start in range(0, len(raw), CHUNK):
        yield start, raw[start : start + CHUNK]


def first_broken(raw: bytes, codec: str) -> int | None:
    """Position of the first byte that this encoding cannot decode, or None."""
    decoder = codecs.getincrementaldecoder(codec)()
    for start, chunk in chunks(raw):
        waiting = len(decoder.getstate()[0])
        try:
            decoder.decode(chunk, final=start + CHUNK >= len(raw))
        except UnicodeDecodeError as error:
            return start - waiting + error.start
    return None


def unmarked_utf16(raw: bytes, *, is_utf8: bool) -> str | None:
    """UTF-16 without a byte order mark: its line ends and separators hold NUL bytes, mostly on the same side.

    Bytes of UTF-16 may pass for UTF-8 when they are all below 0x80; then a fifth or more are control characters.
    """
    sample = raw[: 2 * SAMPLE]
    zeros_even, zeros_odd = sample[0::2].count(0), sample[1::2].count(0)
    if zeros_even == zeros_odd or len(raw) % 2 or (is_utf8 and len(CONTROL.findall(sample)) < 0.2 * len(sample)):
        return None
    codec = "utf-16-le" if zeros_odd > zeros_even else "utf-16-be"
    try:
        text = codecs.getincrementaldecoder(codec)().decode(sample)
    except UnicodeDecodeError:
        return None
    has_lines = "\n" in text or "\r" in text
    strange = sum(not character.isprintable() and not character.isspace() for character in text)
    return codec if has_lines and "\0" not in text and strange <= 0.02 * len(text) else None


def is_nearly_utf8(raw: bytes) -> bool:
    """Whether nearly every character beyond ASCII is good UTF-8, as in a file put together from several."""
    high = len(raw) - len(raw.translate(None, delete=ABOVE_ASCII))
    lost = len(raw) - len(raw.decode("utf-8", "ignore").encode())
    return high - lost >= 6 and lost <= 0.1 * high


def mended(raw: bytes, first: int) -> Decoded:
    """UTF-8 with a few foreign bytes, each read as Windows-1252."""
    text, places = FOREIGN.subn(as_windows, raw.decode("utf-8", "surrogateescape"))
    line = raw.count(b"\n", 0, first) + 1
    verb = "is" if places == 1 else "are"
    note = f"{counted(places, 'place')} {verb} not UTF-8 (the first in line {line:,}); read there as Windows-1252."
    return Decoded(text.encode(), "UTF-8", (note,))


def windows(raw: bytes) -> Decoded:
    """Windows-1252; its few bytes without a meaning become control characters, and a note says where."""
    decoded = Decoded(raw.decode("sloppy-windows-1252").encode(), "Windows-1252")
    decoded = replace(decoded, notes=(guess(decoded),))
    unknown = len(raw) - len(raw.translate(None, delete=UNDEFINED))
    if not unknown:
        return decoded
    first = min(place for place in map(raw.find, UNDEFINED) if place >= 0)
    line = raw.count(b"\n", 0, first) + 1
    verb = "means" if unknown == 1 else "mean"
    note = f"{counted(unknown, 'byte')} {verb} nothing in Windows-1252 (the first in line {line:,})."
    return replace(decoded, notes=(*decoded.notes, f"{note} The file may have been damaged before."))


def guess(decoded: Decoded) -> str:
    """Note on an encoding that the bytes suggest and do not prove: many languages share the same bytes."""
    return f"The encoding {decoded.encoding} is a guess; look whether the texts read well."


def as_windows(foreign: re.Match[str]) -> str:
    """Surrogate escapes, in which Python kept undecoded bytes, read as Windows-1252."""
    return foreign[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace")


def legacy_encoding(raw: bytes) -> str:
    """The encoding of a file that is not Unicode, by how its bytes beyond ASCII stand together.

    Common Chinese characters are pairs of bytes from 0xA1 up; in Western text such a byte stands among letters.
    """
    first = HIGH.search(raw)
    start = max(0, first.start() - 100) if first else 0
    sample = raw[start : start + CHUNK]
    pairs = PAIR.findall(sample)
    common = sum(len(pair) == 2 and min(pair) >= 0xA1 for pair in pairs)
    if common >= 0.7 * len(pairs) and first_broken(raw, "gb18030") is None:
        return "gb18030"
    words = b" ".join(
        dict.fromkeys(
            word for word in re.findall(rb"[A-Za-z\x80-\xff]+", sample) if not word.isascii() and len(word) > 1
        )
    )
    if len(HIGH.findall(words)) > 0.5 * len(words):
        best = from_bytes(words[:GUESSED], cp_isolation=OTHERS).best()
        if best is not None and first_broken(raw, best.encoding) is None:
            return str(best.encoding)
    return "cp1252"
