"""Row ids by content hash, for life: the same row has the same id in every run, on every machine.

An id is a hash of what the row says: its columns' names and values, as text. The order of rows and of columns does
not matter, nor the kind of file they came from. Another value, or another column, makes another row. Rows that are
exactly equal are told apart by a number; which of them gets which number cannot matter, as they are equal.
"""

from collections.abc import Iterable
from hashlib import blake2b

import pandas as pd

from core.data.rows.values import TEXT, cells

HEX_DIGITS = 16


def row_ids(frame: pd.DataFrame) -> pd.Series:
    """An id of 16 hexadecimal digits for each row, unique within the frame; indexed as the frame is."""
    names = sorted(frame.columns)
    start = blake2b("".join(measured(names)).encode(), digest_size=HEX_DIGITS // 2)
    seen: dict[str, int] = {}
    ids = []
    for row in zip(*(measured(cells(frame[name])) for name in names), strict=True):
        hashed = start.copy()
        hashed.update("".join(row).encode())
        digest = hashed.hexdigest()
        number = seen.get(digest, 0)
        seen[digest] = number + 1
        ids.append(digest if not number else again(digest, number))
    return pd.Series(ids, index=frame.index, dtype=TEXT, name="row_id")


def measured(words: Iterable[str | None]) -> list[str]:
    """Length-prefixed words, so that joined words can be told apart again; a missing one is as an empty one."""
    return [f"{len(word)}:{word}" if word else "0:" for word in words]


def again(digest: str, number: int) -> str:
    """The id of the row that equals `number` rows before it."""
    return blake2b(f"{digest}+{number}".encode(), digest_size=HEX_DIGITS // 2).hexdigest()
