"""Dispatch of a file to its parser, judging what it is by its contents."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.files.csv_text import line_at, read_csv
from core.data.files.encodings import Decoded, decode
from core.data.files.excel import read_excel
from core.data.files.fasttext import is_fasttext, read_fasttext
from core.data.files.json_rows import read_json
from core.data.files.kinds import EXPECTED, kind_of
from core.data.files.limits import MAX_BYTES, MAX_CELL_CHARACTERS
from core.data.files.options import AS_FOUND, ReadOptions
from core.data.files.parquet import read_parquet
from core.data.files.table import Table
from core.data.sentences import megabytes
from core.errors import DatasetError


def read(path: Path, name: str, options: ReadOptions = AS_FOUND, *, numbered: bool = False) -> Table:
    """The rows in a file that its owner calls `name`. Raises DatasetError, with what to do, where there are none.

    With `numbered`, blank lines and blank rows between others stay rows, and the table has the line of each.
    """
    refuse_size(path, name)
    kind = kind_of(path, name)
    if kind == "parquet":
        table = read_parquet(path, name)
    elif kind == "excel":
        table = read_excel(path, name, options, numbered=numbered)
    elif kind == "json":
        table = read_json(decoded(path, name), name, options)
    elif is_fasttext((found := decoded(path, name)).content) and options.delimiter is None:
        table = read_fasttext(found, options, numbered=numbered)
    else:
        table = read_csv(found, name, options, numbered=numbered)
    refuse_long_cells(table, name)
    lines = table.lines
    if numbered and lines is None:
        lines = lines_of(path if kind == "json" else None, len(table.frame))
    return replace(table, options=options, lines=lines)


def refuse_long_cells(table: Table, name: str) -> None:
    """Raises DatasetError for a cell that is too long to be shown or learned from, with its row and column."""
    for column, values in table.frame.items():
        if not isinstance(values.dtype, pd.StringDtype):
            continue
        lengths = pc.utf8_length(pa.array(values, pa.large_string(), from_pandas=True))
        longest = pc.max(lengths).as_py() or 0
        if longest > MAX_CELL_CHARACTERS:
            row = pc.index(lengths, longest).as_py() + 1
            raise DatasetError(
                f"Row {row:,} of {name} has {longest:,} characters in the column '{column}'; "
                f"the limit for one cell is {MAX_CELL_CHARACTERS:,}.",
                "Shorten it, or divide it into several rows; a quote that is never closed joins rows to one cell.",
            )


def lines_of(json_lines: Path | None, rows: int) -> NDArray[np.int64]:
    """The line of each row where a file has one row a line that is not blank; else the rows counted, from 1."""
    content = json_lines.read_bytes() if json_lines else b""
    filled = [number for number, line in enumerate(content.split(b"\n"), start=1) if line.strip()]
    return np.array(filled if len(filled) == rows else range(1, rows + 1), np.int64)


def refuse_size(path: Path, name: str) -> None:
    """Raises DatasetError for a file that is empty or too large, before any of it is read."""
    if not path.is_file():
        raise DatasetError(f"There is no file called {name}.", "Choose the file again.")
    size = path.stat().st_size
    if size == 0:
        raise DatasetError(f"{name} is empty: it has 0 bytes.", "Save or download it again.")
    if size > MAX_BYTES:
        raise DatasetError(
            f"{name} has {megabytes(size)}; the limit is {megabytes(MAX_BYTES)}.",
            "Keep fewer rows or columns, or save it as Parquet, which is several times smaller.",
        )


def decoded(path: Path, name: str) -> Decoded:
    """Contents of a text file in whatever encoding. Raises DatasetError where there are none."""
    found = decode(path.read_bytes(), name)
    refuse_nul(found.content, name)
    if not found.content.strip():
        raise DatasetError(f"{name} holds nothing but blank lines.", "Choose the file with the rows in it.")
    return found


def refuse_nul(content: bytes, name: str) -> None:
    """Raises DatasetError for a NUL byte, which no text holds, with its place (the first byte is at position 0)."""
    position = content.find(b"\0")
    if position < 0:
        return
    if content.count(b"\0") > max(100, 0.05 * len(content)):
        raise DatasetError(f"{name} is not a text file: it is full of NUL bytes.", EXPECTED)
    line = line_at(content, position)
    raise DatasetError(
        f"{name} has a NUL byte at position {position:,}, in line {line:,}; text never holds one.",
        "The file may be damaged. Save or download it again.",
    )
