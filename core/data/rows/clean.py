"""Text normalisation: cells mended and tidied, one at a time."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import ftfy
import pandas as pd

INVISIBLE = (
    " \t\r\n\v\f\u00a0\u00ad\u034f\u061c\u115f\u1160\u180e\u2028\u2029\u3000\u3164\ufe0e\ufe0f\ufeff\uffa0"
    + "".join(map(chr, (*range(0x2000, 0x2010), *range(0x202A, 0x2030), *range(0x205F, 0x2070))))
)
"""Characters in which there is nothing to see: spaces, joiners, direction marks, byte order marks."""


@dataclass(frozen=True)
class Step:
    """One step of the preparation: its name, what it did in a sentence, and how many rows there were around it."""

    name: str
    text: str
    rows_before: int
    rows_after: int


def applied(work: Callable[[str], str], column: pd.Series) -> pd.Series:
    """The column with this work done on each text."""
    return pd.Series([work(text) for text in column], index=column.index, dtype=object)


def mended_text(text: str) -> str:
    """Repairs mojibake: the text with its encoding mended, where it was read in a wrong one."""
    return text if text.isascii() else ftfy.fix_encoding(text)


def normal(text: str) -> str:
    """Normalised text: Unicode NFC and single spaces."""
    return " ".join((text if text.isascii() else unicodedata.normalize("NFC", text)).split())


def key_of(text: str) -> str:
    """Deduplication key of a text: equal for two that are the same to a reader, Unicode form, spaces and case aside."""
    return normal(text).casefold()


def is_blank(column: pd.Series) -> pd.Series:
    """Whether there is nothing to see in each text."""
    return pd.Series([not text.strip(INVISIBLE) for text in column], index=column.index, dtype=bool)
