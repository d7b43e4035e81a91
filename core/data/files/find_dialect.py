"""CSV dialect detection, judged on a sample of a text file."""

import io
import re
from collections import Counter
from dataclasses import replace

from core.data.checks.findings import Finding
from core.data.files.dialect import DELIMITERS, NONE, UNUSUAL, Dialect
from core.data.files.header import CANDIDATES
from core.data.files.header_evidence import likeness
from core.data.files.options import ReadOptions
from core.data.files.quotes import look_at_quotes
from core.data.sentences import counted

SAMPLE = 512 * 1024
GOOD_FIT = 0.9
"""Share of rows with as many cells as the header, from which the first line is the header's."""
LINES, FEWEST_LINES = 200, 3
SIGNS = (*DELIMITERS, *UNUSUAL, ":", "/", "#", "=", "§", "¦")


def separated(content: bytes, delimiter: str | None) -> tuple[bytes, Dialect]:
    """Contents and dialect: with this delimiter, or with the one that is found.

    One of several characters is replaced by a control character, unless that is in the file.
    """
    if delimiter is None:
        dialect = find_dialect(content)
        delimiter = unusual(content) if dialect.delimiter == NONE else None
        if delimiter is None:
            return content, dialect
    if len(delimiter) == 1:
        return content, quoting_of(
            content[:SAMPLE], Dialect(delimiter, written=delimiter), is_cut=len(content) > SAMPLE
        )
    if NONE.encode() in content:
        return content, Dialect(NONE)
    return content.replace(delimiter.encode(), NONE.encode()), Dialect(NONE, quote=None, written=delimiter)


def unusual(content: bytes) -> str | None:
    """An unusual separator that every line has as often as the first."""
    return next((one for one in UNUSUAL if regular(content, one)), None)


def regular(content: bytes, sign: str) -> int:
    """How often each of the first lines has this sign, where all have it equally often; else 0."""
    lines = [line for line in content[:SAMPLE].splitlines()[:LINES] if line.strip()]
    counts = {line.count(sign.encode()) for line in (lines[:-1] if len(content) > SAMPLE else lines)}
    return counts.pop() if len(lines) >= FEWEST_LINES and len(counts) == 1 else 0


def one_column(content: bytes, dialect: Dialect, options: ReadOptions) -> tuple[Finding, ...]:
    """A warning where whole lines are one column, though each has a sign equally often, which may separate cells."""
    if dialect.delimiter != NONE or dialect.written or (dialect.quote and look_at_quotes(content, dialect).proper):
        return ()
    found = {sign: number for sign in SIGNS if (number := regular(content, sign))}
    if not found:
        return ()
    sign = max(found, key=lambda one: found[one])
    return (
        Finding(
            code="one_column",
            severity="warning",
            message=f"Each whole line was read as one column, but each has {counted(found[sign], 'time')} the sign "
            f"'{sign}'.",
            hint="If it separates the cells, read the file with it as the delimiter.",
            readings=(options.changed(delimiter=sign),),
        ),
    )


def find_dialect(content: bytes) -> Dialect:
    """The dialect under which most rows have as many cells as the header; one column where no separator fits."""
    sample = content[:SAMPLE]
    if len(content) > SAMPLE:
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    is_cut = len(sample) < len(content)
    candidates = [Dialect(delimiter) for delimiter in DELIMITERS if delimiter.encode() in first_line(sample)]
    scored = [(score, dialect) for dialect in candidates if (score := fit(sample, dialect, is_cut))]
    best_fit, best = max(scored, key=lambda pair: pair[0], default=((0.0, 0), Dialect(NONE)))
    if best_fit[0] < GOOD_FIT:
        best = below_titles(sample, is_cut) or best
    if best.delimiter == "," and is_prose(parsed(sample, best, is_cut)):
        best = Dialect(NONE)
    return quoting_of(sample, best, is_cut)


def is_prose(rows: list[list[str]]) -> bool:
    """Whether commas part sentences rather than cells: each has a space behind it, and words before it."""
    later = [cell for row in rows for cell in row[1:]]
    words = [len(row[0].split()) for row in rows]
    return all(cell.startswith(" ") for cell in later) and sum(words) >= 3 * len(words) and not could_be_names(rows[0])


def below_titles(sample: bytes, is_cut: bool) -> Dialect | None:
    """The dialect that fits from a later line on, which must look like column names; the lines above are titles."""
    found: list[tuple[tuple[float, int], Dialect]] = []
    for dialect in (Dialect(delimiter) for delimiter in DELIMITERS if delimiter.encode() in sample):
        rows = parsed(sample, dialect, is_cut)
        widths = [len(row) for row in rows]
        if all(cell.startswith(" ") for row in rows for cell in row[1:]):  # commas of sentences, not of cells
            continue
        for place, row in enumerate(rows[1:CANDIDATES], start=1):
            share = Counter(widths[place:])[len(row)] / len(widths[place:])
            if len(row) > 1 and share >= GOOD_FIT and len(rows) - place > FEWEST_LINES and could_be_names(row):
                found.append(((share, len(row)), dialect))
                break
    return max(found, key=lambda pair: pair[0])[1] if found else None


def could_be_names(row: list[str]) -> bool:
    """Whether the cells of a row are different and look like column names."""
    said = [cell.strip() for cell in row if cell.strip()]
    return 2 * len(said) > len(row) and len(set(said)) == len(said) and all(likeness(cell) > 0 for cell in said)


def first_line(sample: bytes) -> bytes:
    """The first line that is not blank."""
    return next((line for line in sample.splitlines() if line.strip()), b"")


def fit(sample: bytes, dialect: Dialect, is_cut: bool) -> tuple[float, int] | None:
    """(share of rows with as many cells as the header, number of cells), or None where the header is one cell."""
    rows = parsed(sample, dialect, is_cut)
    if not rows or len(rows[0]) < 2:
        return None
    return Counter(len(row) for row in rows)[len(rows[0])] / len(rows), len(rows[0])


def parsed(sample: bytes, dialect: Dialect, is_cut: bool) -> list[list[str]]:
    """The sample's rows without blank ones, and without the last where the sample ends inside the file."""
    lines = io.StringIO(sample.decode("utf-8", "replace"), newline="")
    rows = [row for row in dialect.reader(lines) if row]
    return rows[:-1] if is_cut and len(rows) > 2 else rows


def quoting_of(sample: bytes, dialect: Dialect, is_cut: bool) -> Dialect:
    """Detects the quoting under which the sample is in best order, same separator; plain double quotes if equal."""
    plain = look_at_quotes(sample, dialect)
    if plain.tidy and (plain.proper or b"'" not in sample):
        return dialect
    before = fit(sample, dialect, is_cut) or (1.0, 1)
    untidy = () if plain.tidy else (replace(dialect, escape="\\"), replace(dialect, skip_spaces=True))
    better = (other for other in (*untidy, replace(dialect, quote="'")) if is_better(sample, other, before, is_cut))
    return next(better, dialect)


def is_better(sample: bytes, other: Dialect, before: tuple[float, int], is_cut: bool) -> bool:
    """Whether this unusual quoting leaves no quote out of place, fits the rows as well, and shows itself."""
    quotes = look_at_quotes(sample, other)
    after = fit(sample, other, is_cut) or (1.0, 1)
    if quotes.broken or not quotes.proper or after < before:
        return False
    if other.escape:
        return b'\\"' in sample
    if other.skip_spaces:
        return bool(re.search(re.escape(other.delimiter.encode()) + b' +"', sample))
    is_wrapped = first_line(sample).startswith(b"'") and first_line(sample).endswith(b"'")
    return after > before or is_wrapped or bool(re.search(rb"[^\s',;|]''[^\s',;|]", sample))
