"""Findings on the column names: which lines they were taken from, and how else the file could be read."""

from collections.abc import Sequence

from core.data.checks.findings import Finding
from core.data.files.header import Header
from core.data.files.options import ReadOptions
from core.data.sentences import counted, quoted


def header_findings(
    header: Header, rows: Sequence[Sequence[str]], lines: Sequence[int], options: ReadOptions, noun: str = "line"
) -> list[Finding]:
    """What to say of the header of a file; `lines` has the line of each of its first rows, from 1.

    `noun` is what these are called: line in a text file, row in a sheet.
    """
    if options.header is not None or not rows:
        return []
    if header.depth == 0:
        return [no_names(header, rows, lines, options, noun)]
    said = above(header, rows, lines, options, noun) if header.above else []
    if not header.is_clear:
        said.append(not_clear(header, lines, options, noun))
    if header.depth > 1:
        said.append(two_lines(header, lines, options, noun))
    if header.second is not None:
        said.append(maybe_second(header, rows, lines, options, noun))
    return said


def above(
    header: Header, rows: Sequence[Sequence[str]], lines: Sequence[int], options: ReadOptions, noun: str
) -> list[Finding]:
    """Information on rows above the names, which were left out; none where they are blank."""
    left = [joined(row) for row in rows[: header.above] if joined(row)]
    if not left or options.skip_lines is not None:
        return []
    were = "was" if len(left) == 1 else "were"
    message = (
        f"The column names are in {noun} {lines[header.above]:,}; {counted(len(left), noun)} above it {were} left out: "
        f"{quoted(left, 3)}."
    )
    others = (options.changed(skip_lines=lines[0] - 1, header=True), options.changed(header=False))
    return [Finding(code="header_below", severity="info", message=message, readings=others)]


def no_names(
    header: Header, rows: Sequence[Sequence[str]], lines: Sequence[int], options: ReadOptions, noun: str
) -> Finding:
    """Warning that the first row is no header, so that the columns were given names."""
    first = lines[min(header.above, len(lines) - 1)]
    return Finding(
        code="no_header",
        severity="warning",
        message=f"{noun.capitalize()} {first:,} looks like a row, not like column names "
        f"({quoted(rows[header.above], 3)}), so the columns are called column 1, column 2 and so on, and it is "
        "kept as a row.",
        hint="If it does hold the column names, read the file with a header.",
        readings=(options.changed(header=True),),
    )


def not_clear(header: Header, lines: Sequence[int], options: ReadOptions, noun: str) -> Finding:
    """Warning that the first row was taken as the header, and may be a row."""
    return Finding(
        code="header_not_clear",
        severity="warning",
        message=f"It is not clear whether {noun} {lines[header.above]:,} holds column names or a row; it was taken "
        f"for names: {quoted(header.cells, 3)}.",
        hint="If it is a row, read the file without a header.",
        readings=(options.changed(header=False),),
    )


def two_lines(header: Header, lines: Sequence[int], options: ReadOptions, noun: str) -> Finding:
    """Information that the header is several rows."""
    upper, lower = lines[header.above], lines[header.above + header.depth - 1]
    return Finding(
        code="two_header_lines",
        severity="info",
        message=f"The column names take {noun}s {upper:,} to {lower:,}; the columns are called {quoted(header.cells)}.",
        readings=(
            options.changed(skip_lines=lower - 1, header=True),
            options.changed(skip_lines=upper - 1, header=True),
        ),
    )


def maybe_second(
    header: Header, rows: Sequence[Sequence[str]], lines: Sequence[int], options: ReadOptions, noun: str
) -> Finding:
    """Warning that the row below the header may belong to it."""
    place = header.second or 0
    return Finding(
        code="maybe_two_header_lines",
        severity="warning",
        message=f"{noun.capitalize()} {lines[place]:,} may be a second {noun} of column names "
        f"({quoted(rows[place], 3)}); it was kept as a row.",
        hint="If it holds the names, skip what stands above it; if neither, leave that row out.",
        readings=(options.changed(skip_lines=lines[place] - 1, header=True),),
    )


def joined(row: Sequence[str]) -> str:
    """The filled cells of a row, in one line."""
    return ", ".join(cell.strip() for cell in row if cell.strip())
