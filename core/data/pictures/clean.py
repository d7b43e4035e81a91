"""Scanner of PNG and JPEG files: whether one holds a picture and nothing else, so that its bytes can be kept."""

import re
import struct

PNG_START = b"\x89PNG\r\n\x1a\n"
PNG_CHUNKS = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"gAMA", b"sRGB", b"pHYs", b"cHRM", b"sBIT", b"bKGD", b"tIME"}
JPEG_SEGMENTS = {*range(0xC0, 0xD0), 0xDA, 0xDB, 0xDD, 0xE0, 0xEE} - {0xC8, 0xCC}
"""Frames and tables, the start of a scan, its intervals, JFIF's head and Adobe's colours."""
JPEG_HEADS = {0xE0: (b"JFIF\0", 30), 0xEE: (b"Adobe", 14)}
NEXT_SEGMENT = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def is_clean(content: bytes, kind: str) -> bool:
    """Whether a picture's file is free of comments, EXIF and other metadata, and of anything behind its end."""
    return png_is_clean(content) if kind == "PNG" else jpeg_is_clean(content)


def png_is_clean(content: bytes) -> bool:
    """The same for PNG: known chunks up to the end."""
    place = len(PNG_START)
    while place + 12 <= len(content):
        length, name = struct.unpack_from(">I4s", content, place)
        if name not in PNG_CHUNKS:
            return False
        place += 12 + length
        if name == b"IEND":
            return bool(place == len(content))
    return False


def jpeg_is_clean(content: bytes) -> bool:
    """The same for JPEG: known segments up to the end."""
    place = 2
    while place + 4 <= len(content):
        mark, segment, length = struct.unpack_from(">BBH", content, place)
        if mark != 0xFF or segment not in JPEG_SEGMENTS:
            return False
        if segment in JPEG_HEADS:
            start, most = JPEG_HEADS[segment]
            if length > most or content[place + 4 : place + 4 + len(start)] != start:
                return False
        place += 2 + length
        if segment == 0xDA:
            found = NEXT_SEGMENT.search(content, place)
            if found is None:
                return False
            place = found.start()
            if content[place + 1] == 0xD9:
                return place + 2 == len(content)
    return False
