"""Lines of fastText: one row a line, its labels as words that begin with __label__, the rest its text."""

import re

import numpy as np
import pandas as pd

from core.data.checks.findings import Finding
from core.data.files.encodings import Decoded
from core.data.files.nested import SEPARATOR
from core.data.files.options import ReadOptions
from core.data.files.table import Table
from core.data.rows.values import texts
from core.data.sentences import counted, share

LABEL = re.compile(r"(?:^|(?<=\s))__label__(\S+)")
SAMPLE = 64 * 1024
MOSTLY = 0.9


def is_fasttext(content: bytes) -> bool:
    """Whether nearly all lines begin with a label of fastText."""
    lines = [line for line in content[:SAMPLE].splitlines() if line.strip()]
    return bool(lines) and sum(line.lstrip().startswith(b"__label__") for line in lines) >= MOSTLY * len(lines)


def read_fasttext(decoded: Decoded, options: ReadOptions, *, numbered: bool = False) -> Table:
    """The columns label and text of a file of fastText; several labels stand in one cell, and a finding says so."""
    every = decoded.content.decode().split("\n")[options.skip_lines or 0 :]
    while every and not every[-1].strip():
        every.pop()
    rows = [(number, line.strip()) for number, line in enumerate(every, start=1 + (options.skip_lines or 0))]
    rows = [row for row in rows if row[1] or numbered]
    labels = [LABEL.findall(line) for _, line in rows]
    frame = pd.DataFrame(
        {
            "label": texts(SEPARATOR.join(one) or None for one in labels),
            "text": texts(" ".join(LABEL.sub("", line).split()) or None for _, line in rows),
        }
    )
    note = f"Read as lines of fastText: the words after __label__ are the column 'label', {decoded.encoding}."
    several = [one for one in labels if len(one) > 1]
    lines = np.array([number for number, _ in rows], np.int64)
    return Table(frame, (note, *decoded.notes), findings=about(several, len(rows)), lines=lines if numbered else None)


def about(several: list[list[str]], rows: int) -> tuple[Finding, ...]:
    """Warning on lines with several labels."""
    if not several:
        return ()
    have = "has" if len(several) == 1 else "have"
    message = (
        f"{counted(len(several), 'line')} ({share(len(several), rows)}) {have} several labels, "
        f"such as '{SEPARATOR.join(several[0])}'."
    )
    hint = "A model learns one class a row: keep one label, or split them."
    return (
        Finding(code="lists", severity="warning", message=message, hint=hint, rows=len(several), columns=("label",)),
    )
