"""CSV parser of a text file whose dialect is known. Every value stays text; only an empty cell is missing."""

import io
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from core.data.checks.findings import Finding
from core.data.files.dialect import WORDS, Dialect
from core.data.files.header import CANDIDATES, SAMPLE_ROWS, Header, find_header
from core.data.files.header_findings import header_findings
from core.data.files.limits import MAX_LINE_BYTES
from core.data.files.names import tidy_names
from core.data.files.no_rows import without_no_rows
from core.data.files.options import AS_FOUND, ReadOptions
from core.data.files.table import Table
from core.data.sentences import counted, listed
from core.errors import DatasetError

BLOCK = 8 * 1024 * 1024
BATCH = 50_000


@dataclass(frozen=True)
class CsvRecord:
    """Record of a CSV file: its cells, the line in which it begins, from 0, and where it begins and ends in bytes."""

    cells: list[str]
    line: int
    start: int
    end: int


@dataclass
class DelimitedFile:
    """CSV file whose dialect is known; parsed by Arrow at full speed, and row by row where that fails.

    `skipped` lines stand above `content`. With `numbered`, blank lines between others stay rows.
    """

    content: bytes
    dialect: Dialect
    file: str
    skipped: int = 0
    options: ReadOptions = AS_FOUND
    numbered: bool = False
    short_rows: int = field(default=0, init=False)
    first_short: int = field(default=0, init=False)
    names: list[str] = field(default_factory=list, init=False)
    row_lines: list[int] = field(default_factory=list, init=False)

    def read(self) -> Table:
        """The rows and what was noticed. Raises DatasetError where a row has more cells than the header."""
        opening = list(itertools.islice(self.records(), CANDIDATES + SAMPLE_ROWS))
        header, findings = self.header(opening)
        self.names, notes = tidy_names(header.cells, self.file)
        first = header.above + header.depth
        start, line = (opening[first].start, opening[first].line) if first < len(opening) else (len(self.content), 0)
        if not self.content[start:].strip(b"\r\n"):
            raise DatasetError(
                f"{self.file} has a header ({listed(self.names)}) and no rows.",
                "Add at least one row below the header.",
            )
        frame = self.frame(start, line)
        if self.short_rows:
            notes.append(self.about_short_rows())
        lines = np.array(self.row_lines, np.int64) if self.numbered else None
        if header.depth:
            frame, lines, left_out = without_no_rows(frame, header.cells, lines, lambda: self.lines_of(start, line))
            findings += left_out
        return Table(without_unnamed_blanks(frame, header.cells), tuple(notes), findings=tuple(findings), lines=lines)

    def frame(self, start: int, line: int) -> pd.DataFrame:
        """The rows from this byte on, which stands in this line."""
        try:
            table = self.careful(start, line) if self.numbered else self.fast(start)
        except pa.ArrowInvalid:
            table = self.careful(start, line)
        found: pd.DataFrame = table.to_pandas(split_blocks=True, self_destruct=True)
        return found

    def about_short_rows(self) -> str:
        """Sentence on rows with fewer cells than the header."""
        if self.short_rows == 1:
            return f"Line {self.first_short:,} has fewer cells than the header has columns; the rest are empty."
        return (
            f"{counted(self.short_rows, 'row')} have fewer cells than the header has columns, the first in line "
            f"{self.first_short:,}; the missing cells are empty."
        )

    def header(self, opening: list[CsvRecord]) -> tuple[Header, list[Finding]]:
        """The column names, and what there is to say of them. Raises DatasetError where all lines are blank."""
        rows = [record.cells for record in opening]
        at_top = self.options.skip_lines is not None
        found = find_header(rows, names=self.options.names, header=self.options.header, at_top=at_top)
        if not found.cells:
            raise DatasetError(f"{self.file} holds nothing but blank lines.", "Choose the file with the rows in it.")
        lines = [record.line + 1 + self.skipped for record in opening]
        return found, header_findings(found, rows, lines, self.options)

    def records(self, start: int = 0, line: int = 0) -> Iterator[CsvRecord]:
        """The file's records from this byte on, which stands in this line; blank lines have no cells."""
        consumed: list[int] = []
        position, number = start, line
        for cells in self.dialect.reader(self.text(start, consumed)):
            end = position + sum(consumed)
            yield CsvRecord(cells, number, position, end)
            position, number = end, number + len(consumed)
            consumed.clear()

    def text(self, start: int, consumed: list[int]) -> Iterator[str]:
        """The file's lines as text; notes each line's size in bytes in `consumed`."""
        stream = io.BytesIO(self.content)
        stream.seek(start)
        for line in io.TextIOWrapper(stream, encoding="utf-8", newline=""):
            consumed.append(len(line.encode()))
            yield line

    def lines_of(self, start: int, line: int) -> list[int]:
        """The line of each row, from 1."""
        return [record.line + 1 + self.skipped for record in self.records(start, line) if record.cells]

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

    def careful(self, start: int, line: int) -> pa.Table:
        """Row by row: fills short rows, and says where a row is too long."""
        rows = self.full_rows(start, line)
        schema = pa.schema([(name, pa.large_string()) for name in self.names])
        batches = []
        while batch := list(itertools.islice(rows, BATCH)):
            columns = [
                pa.array([cell or None for cell in cells], pa.large_string()) for cells in zip(*batch, strict=True)
            ]
            batches.append(pa.record_batch(columns, schema=schema))
        return pa.Table.from_batches(batches, schema=schema)

    def full_rows(self, start: int, first_line: int) -> Iterator[list[str]]:
        """Rows from this byte on, each with as many cells as the header; blank lines at the end are none."""
        width, blank = len(self.names), 0
        for record in self.records(start, first_line):
            line, row = record.line + 1 + self.skipped, record.cells
            if not row:
                blank += self.numbered
                continue
            for earlier in range(blank, 0, -1):
                self.row_lines.append(line - earlier)
                yield [""] * width
            blank = 0
            if len(row) > width and any(cell.strip() for cell in row[width:]):
                self.refuse_long_row(line, len(row))
            if len(row) < width:
                self.short_rows += 1
                self.first_short = self.first_short or line
            if self.numbered:
                self.row_lines.append(line)
            yield row[:width] + [""] * (width - len(row))

    def refuse_long_row(self, line: int, cells: int) -> None:
        """Raises DatasetError for a row with more cells than the header has names."""
        separator = WORDS.get(self.dialect.delimiter, "commas")
        raise DatasetError(
            f"Line {line:,} of {self.file} has {cells:,} cells, but the header has "
            f"{counted(len(self.names), 'column')} ({listed(self.names)}).",
            f"A text that holds {separator} must stand in double quotes.",
        )


def without_unnamed_blanks(frame: pd.DataFrame, header: tuple[str, ...]) -> pd.DataFrame:
    """The rows without columns that have neither a name nor a value, as a separator at each line's end makes."""
    blank = [number for number, name in enumerate(header) if not name.strip() and frame.iloc[:, number].isna().all()]
    return frame.drop(columns=frame.columns[blank]) if blank and len(blank) < len(header) else frame
