"""CSV parser of a text file whose dialect is known. Every value stays text; only an empty cell is missing."""

import io
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa
import pyarrow.csv

from core.data.files.dialect import DELIMITERS, WORDS, Dialect
from core.data.files.limits import MAX_LINE_BYTES
from core.data.files.names import tidy_names
from core.data.sentences import counted, listed
from core.errors import DatasetError

BLOCK = 8 * 1024 * 1024
BATCH = 50_000


@dataclass
class DelimitedFile:
    """CSV file whose dialect is known; parsed by Arrow at full speed, and row by row where that fails."""

    content: bytes
    dialect: Dialect
    file: str
    skipped: int = 0
    has_header: bool = True
    short_rows: int = field(default=0, init=False)
    first_short: int = field(default=0, init=False)
    names: list[str] = field(default_factory=list, init=False)

    def read(self) -> tuple[pd.DataFrame, list[str]]:
        """The rows and what was noticed. Raises DatasetError where a row has more cells than the header."""
        start, header = self.header()
        self.names, notes = tidy_names(header, self.file)
        if not self.content[start:].strip(b"\r\n"):
            raise DatasetError(
                f"{self.file} has a header ({listed(self.names)}) and no rows.",
                "Add at least one row below the header.",
            )
        self.refuse_title_line(start)
        try:
            table = self.fast(start)
        except pa.ArrowInvalid:
            table = self.careful()
        frame = table.to_pandas(split_blocks=True, self_destruct=True)
        del table
        if self.short_rows:
            notes.append(
                f"{counted(self.short_rows, 'row')} have fewer cells than the header has columns, the first in line "
                f"{self.first_short:,}; the missing cells are empty."
                if self.short_rows > 1
                else f"Line {self.first_short:,} has fewer cells than the header has columns; the rest are empty."
            )
        return without_unnamed_blanks(frame, header), notes

    def header(self) -> tuple[int, list[str]]:
        """Byte offset at which the rows begin, and the names above them."""
        consumed: list[int] = []
        for row in self.dialect.reader(self.lines(consumed)):
            if any(cell.strip() for cell in row):
                return (sum(consumed), row) if self.has_header else (0, [""] * len(row))
        raise DatasetError(f"{self.file} holds nothing but blank lines.", "Choose the file with the rows in it.")

    def lines(self, consumed: list[int] | None = None) -> Iterator[str]:
        """The file's lines as text; notes each line's size in bytes in `consumed`."""
        for line in io.TextIOWrapper(io.BytesIO(self.content), encoding="utf-8", newline=""):
            if consumed is not None:
                consumed.append(len(line.encode()))
            yield line

    def refuse_title_line(self, start: int) -> None:
        """Raises DatasetError where the first line is a title: one cell, above rows of several."""
        if len(self.names) > 1 or self.dialect.delimiter in DELIMITERS:
            return
        below = [line for line in self.content[start : start + 64 * 1024].split(b"\n")[:-1] if line.strip()][:200]
        for delimiter in (b"\t", b";", b"|"):
            counts = {line.count(delimiter) for line in below}
            if len(below) >= 3 and len(counts) == 1 and counts != {0}:
                raise DatasetError(
                    f"The first line of {self.file} has one cell, but the lines below it have {counts.pop() + 1}, "
                    f"separated by {WORDS[delimiter.decode()]}.",
                    "Remove what stands above the line with the column names.",
                )

    def fast(self, start: int) -> pa.Table:
        """All rows at once, on all cores. Raises ArrowInvalid where the rows are not all of one length."""
        csv_options = pa.csv.ParseOptions(
            delimiter=self.dialect.delimiter,
            quote_char=self.dialect.quote or False,
            newlines_in_values=True,
        )
        if self.dialect.escape or self.dialect.skip_spaces:
            raise pa.ArrowInvalid("An unusual dialect is read with care")
        return pa.csv.read_csv(
            pa.BufferReader(pa.py_buffer(self.content).slice(start)),
            read_options=pa.csv.ReadOptions(column_names=self.names, block_size=max(BLOCK, 2 * MAX_LINE_BYTES)),
            parse_options=csv_options,
            convert_options=pa.csv.ConvertOptions(
                column_types={name: pa.large_string() for name in self.names},
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                check_utf8=False,
            ),
        )

    def careful(self) -> pa.Table:
        """Row by row: fills short rows, and says where a row is too long."""
        rows = self.full_rows()
        schema = pa.schema([(name, pa.large_string()) for name in self.names])
        batches = []
        while batch := list(itertools.islice(rows, BATCH)):
            columns = [
                pa.array([cell or None for cell in cells], pa.large_string()) for cells in zip(*batch, strict=True)
            ]
            batches.append(pa.record_batch(columns, schema=schema))
        return pa.Table.from_batches(batches, schema=schema)

    def full_rows(self) -> Iterator[list[str]]:
        """Rows below the header, each with as many cells as the header."""
        reader = self.dialect.reader(self.lines())
        width, is_header, last_line = len(self.names), self.has_header, 0
        for row in reader:
            line, last_line = last_line + 1, reader.line_num
            if not row or (is_header and not any(cell.strip() for cell in row)):
                continue
            if is_header:
                is_header = False
                continue
            if len(row) > width and any(cell.strip() for cell in row[width:]):
                self.refuse_long_row(line, len(row))
            if len(row) < width:
                self.short_rows += 1
                self.first_short = self.first_short or line + self.skipped
            yield row[:width] + [""] * (width - len(row))

    def refuse_long_row(self, line: int, cells: int) -> None:
        """Raises DatasetError for a row with more cells than the header has names."""
        separator = WORDS.get(self.dialect.delimiter, "commas")
        raise DatasetError(
            f"Line {line + self.skipped:,} of {self.file} has {cells:,} cells, but the header has "
            f"{counted(len(self.names), 'column')} ({listed(self.names)}).",
            f"A text that holds {separator} must stand in double quotes.",
        )


def without_unnamed_blanks(frame: pd.DataFrame, header: list[str]) -> pd.DataFrame:
    """The rows without columns that have neither a name nor a value, as a separator at each line's end makes."""
    blank = [number for number, name in enumerate(header) if not name.strip() and frame.iloc[:, number].isna().all()]
    return frame.drop(columns=frame.columns[blank]) if blank and len(blank) < len(header) else frame
