"""Marks that programs leave in a text file and no person wrote: byte order marks inside it, and _x000D_."""

import re
from codecs import BOM_UTF8

AT_STARTS = re.compile(rb"(\A|[\r\n])(?:%b)+" % BOM_UTF8)


def without_marks(content: bytes) -> bytes:
    """Contents without byte order marks at the start of lines, as files have that were put together."""
    return AT_STARTS.sub(rb"\1", content) if BOM_UTF8 in content else content


def without_escaped_returns(content: bytes) -> bytes:
    """Contents without carriage returns as a workbook writes them."""
    return content.replace(b"_x000D_", b"") if b"_x000D_" in content else content
