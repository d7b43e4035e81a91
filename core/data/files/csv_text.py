"""Reads CSV, TSV and their kin: finds how a text file is written, then its rows."""

import re
from dataclasses import replace

from core.data.files.csv_rows import DelimitedFile
from core.data.files.dialect import Dialect
from core.data.files.encodings import Decoded
from core.data.files.escapes import about, is_escaped, is_even, meant, missing_cells, with_stand_ins
from core.data.files.find_dialect import one_column, separated
from core.data.files.limits import MAX_LINE_BYTES
from core.data.files.marks import without_escaped_returns, without_marks
from core.data.files.options import ReadOptions
from core.data.files.quotes import Quotes, look_at_quotes
from core.data.files.table import Table
from core.data.sentences import counted
from core.errors import DatasetError

SEPARATOR_LINE = re.compile(rb'"?sep=([,;|\t])"?\r?\n')


def read_csv(decoded: Decoded, file: str, options: ReadOptions, *, numbered: bool = False) -> Table:
    """The rows of a text file, after its dialect is found. Raises DatasetError with the line where it is broken."""
    content, dialect, skipped = declared_separator(decoded.content)
    content, skipped = without_lines(content, options.skip_lines or 0, file), skipped + (options.skip_lines or 0)
    refuse_long_lines(content, file, skipped)
    content = without_escaped_returns(without_marks(content))
    if options.delimiter is not None or dialect is None:
        content, dialect = separated(content, options.delimiter)
    content, missing = missing_cells(content, dialect)
    if is_unescaped := is_escaped(content, dialect, missing):
        content, dialect = with_stand_ins(content), replace(dialect, quote=None)
    dialect = dialect_for_quotes(content, dialect, file, skipped)
    table = DelimitedFile(content, dialect, file, skipped, options, numbered).read()
    kind = "TSV" if dialect.delimiter == "\t" else "CSV"
    opening = f"Read as {kind}: {dialect.words}, {decoded.encoding}."
    return replace(
        table,
        frame=meant(table.frame) if is_unescaped else table.frame,
        notes=(opening, *decoded.notes, *about(missing, is_unescaped=is_unescaped), *table.notes),
        findings=(*one_column(content, dialect, options), *table.findings),
    )


def declared_separator(content: bytes) -> tuple[bytes, Dialect | None, int]:
    """Contents, dialect and number of lines left out, where the file opens with Excel's line 'sep=;'."""
    if found := SEPARATOR_LINE.match(content):
        return content[found.end() :], Dialect(found[1].decode()), 1
    return content, None, 0


def without_lines(content: bytes, number: int, file: str) -> bytes:
    """Contents without the first lines. Raises DatasetError where nothing is left."""
    rest = content
    for _ in range(number):
        rest = rest.partition(b"\n")[2]
    if not rest.strip():
        raise DatasetError(f"Nothing is left of {file} after {counted(number, 'line')}.", "Skip fewer lines.")
    return rest


def refuse_long_lines(content: bytes, file: str, skipped: int) -> None:
    """Raises DatasetError for a line that is too long to be a row; looks for line ends only where one must be."""
    start = 0
    while len(content) - start > MAX_LINE_BYTES:
        limit = start + MAX_LINE_BYTES + 1
        end = max(content.rfind(b"\n", start, limit), content.rfind(b"\r", start, limit))
        if end < 0:
            rest = content.find(b"\n", limit)
            length = (rest if rest >= 0 else len(content)) - start
            raise DatasetError(
                f"Line {line_at(content, start) + skipped:,} of {file} has {length:,} bytes; "
                f"the limit for one line is {MAX_LINE_BYTES:,}.",
                "Is this a table? Each row should stand on a line of its own.",
            )
        start = end + 1


def line_at(content: bytes, position: int) -> int:
    """The number of the line, from 1, in which this position stands; a lone carriage return ends a line too."""
    feeds, returns = content.count(b"\n", 0, position), content.count(b"\r", 0, position)
    return 1 + feeds + returns - content.count(b"\r\n", 0, position)


def dialect_for_quotes(content: bytes, dialect: Dialect, file: str, skipped: int) -> Dialect:
    """The dialect, without quotes where they are part of the text. Raises DatasetError for a quote never closed."""
    quotes = look_at_quotes(content, dialect)
    if not quotes.broken:
        return dialect
    is_text = quotes.broken > quotes.proper and (quotes.unclosed is None or dialect.delimiter == "\t")
    if is_text and is_even(content, dialect.delimiter):
        return replace(dialect, quote=None)
    refuse_unclosed(content, quotes, file, skipped)
    return dialect


def refuse_unclosed(content: bytes, quotes: Quotes, file: str, skipped: int) -> None:
    """Raises DatasetError with the line where a quote opens that is never closed."""
    if quotes.unclosed is None:
        return
    line = line_at(content, quotes.unclosed) + skipped
    near = " ".join(content[quotes.unclosed : quotes.unclosed + 40].decode("utf-8", "ignore").split("\n")[0].split())
    raise DatasetError(
        f"In line {line:,} of {file} a quote opens and is never closed: {near}",
        'Close the quote, or write it twice ("") where it is part of the text.',
    )
