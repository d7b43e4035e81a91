"""CSV dialect detection, judged on a sample of a text file."""

import io
import re
from collections import Counter
from dataclasses import replace

from core.data.files.dialect import DELIMITERS, NONE, Dialect
from core.data.files.quotes import look_at_quotes

SAMPLE = 512 * 1024


def find_dialect(content: bytes) -> Dialect:
    """The dialect under which most rows have as many cells as the header; one column where no separator fits."""
    sample = content[:SAMPLE]
    if len(content) > SAMPLE:
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    is_cut = len(sample) < len(content)
    candidates = [Dialect(delimiter) for delimiter in DELIMITERS if delimiter.encode() in first_line(sample)]
    scored = [(score, dialect) for dialect in candidates if (score := fit(sample, dialect, is_cut))]
    if not scored:
        return quoting_of(sample, Dialect(NONE), is_cut)
    best = max(scored, key=lambda pair: pair[0])[1]
    return quoting_of(sample, best, is_cut)


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
