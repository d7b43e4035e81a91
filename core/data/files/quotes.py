"""Quote validation of a text file: in order, out of place, or opened and never closed."""

import re
from dataclasses import dataclass

import numpy as np

from core.data.files.dialect import Dialect

ENOUGH = 10_000
"""Quoted cells out of place after which counting more changes nothing."""


@dataclass(frozen=True)
class Quotes:
    """Quoted cells of a file: `proper` ones, `broken` ones where more text follows the closing quote.

    `unclosed` is the position of a quote that opens and never closes, or that closes only in a later line in the
    middle of a cell, which is what a forgotten closing quote looks like. `tidy` claims that every quote is in order.
    """

    proper: int = 0
    broken: int = 0
    unclosed: int | None = None
    tidy: bool = False


def look_at_quotes(content: bytes, dialect: Dialect) -> Quotes:
    """Validates the file's quotes, read as its dialect reads them."""
    if not dialect.quote:
        return Quotes(tidy=True)
    quote, delimiter = dialect.quote.encode(), dialect.delimiter.encode()
    if (
        not dialect.escape
        and not dialect.skip_spaces
        and (count := count_if_tidy(content, quote, delimiter)) is not None
    ):
        return Quotes(proper=count, tidy=True)
    return walk(content, dialect)


def count_if_tidy(content: bytes, quote: bytes, delimiter: bytes) -> int | None:
    """How many quoted cells there are, where every quote is in order; else None.

    Taken in turn, quotes open and close. In order means: an opening one stands at a cell's start or right after a
    closing one (a doubled quote), and a closing one at a cell's end or right before an opening one.
    """
    data = np.frombuffer(content, dtype=np.uint8)
    at = np.flatnonzero(data == quote[0])
    if len(at) % 2:
        return None
    edges = np.zeros(256, dtype=bool)
    edges[[delimiter[0], 10, 13]] = True
    opening, closing = at[0::2], at[1::2]
    starts = (opening == 0) | edges[data[opening - 1]]
    follows = np.zeros(len(opening), dtype=bool)
    follows[1:] = opening[1:] == closing[:-1] + 1
    last = len(data) - 1
    ends = (closing == last) | edges[data[np.minimum(closing + 1, last)]]
    precedes = np.zeros(len(closing), dtype=bool)
    precedes[:-1] = follows[1:]
    if not (starts | follows).all() or not (ends | precedes).all():
        return None
    return int((~follows).sum())


def walk(content: bytes, dialect: Dialect) -> Quotes:
    """Reads quoted cells one after the other, as a csv reader does."""
    quote, delimiter = (re.escape(word.encode()) for word in (dialect.quote or '"', dialect.delimiter))
    inside = rb"(?:[^%b\\]|\\.)*" % quote if dialect.escape else rb"[^%b]*(?:%b%b[^%b]*)*" % ((quote,) * 4)
    space = b" *" if dialect.skip_spaces else b""
    cell = re.compile(rb"(?:\A|(?<=[\r\n])|(?<=%b))%b%b%b(%b|\Z)" % (delimiter, space, quote, inside, quote), re.DOTALL)
    ends = {*b"\r\n", dialect.delimiter.encode()[0]}
    proper = broken = 0
    for match in cell.finditer(content):
        end = match.end()
        if not match[1]:
            return Quotes(proper, broken + 1, match.start())
        if end == len(content) or content[end] in ends:
            proper += 1
            continue
        broken += 1
        if (b"\n" in match[0] or b"\r" in match[0]) and not ends_in_spaces(content, end, ends):
            return Quotes(proper, broken, match.start())
        if broken >= ENOUGH:
            break
    return Quotes(proper, broken)


def ends_in_spaces(content: bytes, end: int, ends: set[int]) -> bool:
    """Whether only spaces follow the closing quote in its cell."""
    rest = content[end : end + 100].lstrip(b" ")
    return not rest or rest[0] in ends
