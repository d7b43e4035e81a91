r"""Backslash escapes of database dumps: \N for a missing value, and \ before a tab or a line end inside a cell.

As MySQL's SELECT ... INTO OUTFILE and PostgreSQL's COPY write them.
"""

import re

import numpy as np
import pandas as pd

from core.data.files.dialect import Dialect
from core.data.sentences import counted

STAND_INS = {b"\\\\": "\x02", b"\\\t": "\x03", b"\\\r\n": "\x04", b"\\\n": "\x04", b"\\t": "\x03", b"\\n": "\x04"}
"""Escapes of two or three bytes, and a control character that stands for what each means, until the rows are read."""
MEANINGS = {"\x02": "\\", "\x03": "\t", "\x04": "\n"}
ODD_ENDS = re.compile(rb"(?<!\\)(?:\\\\)*\\(?:\t|\r?\n)")


def missing_cells(content: bytes, dialect: Dialect) -> tuple[bytes, int]:
    r"""Contents in which each cell that is \N is empty, and how many there were."""
    if b"\\N" not in content:
        return content, 0
    edge = re.escape(dialect.delimiter.encode())
    return re.subn(rb"(\A|(?<=[\r\n]|%b))\\N(?=%b|[\r\n]|\Z)" % (edge, edge), b"", content)


def is_escaped(content: bytes, dialect: Dialect, missing: int) -> bool:
    r"""Whether cells are written with escapes in place of quotes: cells of \N are there, or line ends after \."""
    opens = re.search(rb'(?:\A|[\r\n]|%b)"' % re.escape(dialect.delimiter.encode()), content)
    if opens or any(sign.encode() in content for sign in MEANINGS) or b"\\" not in content:
        return False
    if ODD_ENDS.search(content) is None:
        return bool(missing)
    return (bool(missing) or dialect.delimiter == "\t") and not is_even(content, dialect.delimiter)


def is_even(content: bytes, delimiter: str) -> bool:
    """Whether every line has as many separators as the first, quotes read as text."""
    data = np.frombuffer(content.rstrip(b"\r\n"), dtype=np.uint8)
    marks = np.cumsum(data == ord(delimiter))
    ends = np.flatnonzero(data == 10)
    per_line = np.diff(np.concatenate([[0], marks[ends], marks[-1:]]))
    return len(ends) > 0 and bool((per_line == per_line[0]).all())


def with_stand_ins(content: bytes) -> bytes:
    """Contents in which each escape is one control character."""
    for escape, stand_in in STAND_INS.items():
        content = content.replace(escape, stand_in.encode())
    return content


def meant(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with what the escapes mean in their place."""
    for name in frame.columns:
        for stand_in, meaning in MEANINGS.items():
            frame[name] = frame[name].str.replace(stand_in, meaning, regex=False)
    return frame


def about(missing: int, *, is_unescaped: bool) -> list[str]:
    """Notes on what was read as missing, and as escaped."""
    said = (
        [f"{counted(missing, 'cell')} of \\N {'was' if missing == 1 else 'were'} read as missing."] if missing else []
    )
    return [*said, "Backslashes before tabs and line ends were read as escapes."] if is_unescaped else said
