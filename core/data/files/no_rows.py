"""Rows that are no rows: the header again, and lines with a total. They are named and left out."""

import re
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.checks.findings import Finding
from core.data.files.header_evidence import FIGURE
from core.data.files.name_keys import seen
from core.data.rows.values import cells
from core.data.sentences import counted, listed, quoted

TOTAL = re.compile(
    r"\W*(?:(?:grand |sub[- ]?)?totals?|sum|count|row count|average|mean|summe|gesamt(?:summe)?|zwischensumme|insgesamt"
    r"|somme|total general|totale|totaal|итого|всего|总计|合计|共计|小计|合計|総計|小計)\b"
    r"\W*(?:[\d.,' ]+\s*(?:\w+\s*){0,2})?\W*"
    r"|\W*[\d.,']+ (?:rows?|records?|lines?|entries)(?: (?:affected|selected|returned|in set))?\W*",
    re.IGNORECASE,
)
"""Pattern of a cell that begins a total: "Total", "Total: 48 messages", "(48 rows)"."""
MOST_TOTALS = 1_000
"""Rows that are looked at, from the end: those with missing cells, or a short first one."""
LONGEST_TOTAL = 60
Lines = NDArray[np.int64]


def without_no_rows(
    frame: pd.DataFrame,
    header: Sequence[str],
    lines: Lines | None,
    find_lines: Callable[[], Sequence[int]],
    *,
    noun: str = "line",
) -> tuple[pd.DataFrame, Lines | None, list[Finding]]:
    """The rows without those that repeat the header or hold a total, their lines, and a finding on each kind.

    `find_lines` gives the line of each row, and is asked only where something is left out.
    """
    again, total = repeats(frame, header), totals(frame)
    if not (again | total).any() or (again | total).all():
        return frame, lines, []
    places = lines if lines is not None else np.asarray(find_lines(), np.int64)
    found = []
    if again.any():
        found.append(
            about(again, places, "repeat the column names", "repeats the column names", "repeated_header", noun)
        )
    if total.any():
        first = quoted([next(cell for cell in row if cell) for row in rows_at(frame[total])], 3)
        words = (f"hold a total, not a row ({first})", f"holds a total, not a row ({first})")
        found.append(about(total, places, *words, "total_lines", noun))
    kept = ~(again | total)
    return frame[kept].reset_index(drop=True), None if lines is None else lines[kept], found


def about(which: NDArray[np.bool_], lines: Lines, many: str, one: str, code: str, noun: str) -> Finding:
    """Warning on lines that are left out."""
    named, number = lines[which], int(which.sum())
    place = f"{noun.capitalize()}{'' if number == 1 else 's'} {listed([f'{line:,}' for line in named])}"
    left = "it was left out" if number == 1 else f"these {counted(number, noun)} were left out"
    return Finding(
        code=code, severity="warning", message=f"{place} {one if number == 1 else many}; {left}.", rows=number
    )


def repeats(frame: pd.DataFrame, header: Sequence[str]) -> NDArray[np.bool_]:
    """Whether each row says the column names again, in every column that has one."""
    named = [(number, seen(name).casefold()) for number, name in enumerate(header) if seen(name)]
    found = np.full(len(frame), fill_value=bool(named))
    for number, name in named:
        column = frame.iloc[:, number]
        if not found.any() or not isinstance(column.dtype, pd.StringDtype):
            return np.zeros(len(frame), bool)
        places = np.flatnonzero(found)
        some = column.iloc[places]
        found[places] = (some.str.strip().str.lower() == name).fillna(value=False).to_numpy(bool)
    return found


def totals(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether each row begins with a total and has nothing beside it but numbers; none of a table of one column.

    A row without a gap is a total only where a column of other values has a number.
    """
    found = np.zeros(len(frame), bool)
    if len(frame.columns) < 2:
        return found
    could_be = frame.isna().any(axis=1)
    if isinstance(frame.dtypes.iloc[0], pd.StringDtype):
        could_be |= (frame.iloc[:, 0].str.len() <= LONGEST_TOTAL).fillna(value=False).astype(bool)
    places = np.flatnonzero(could_be.to_numpy())[-MOST_TOTALS:]
    words = [not are_figures(frame.iloc[:, number]) for number in range(1, len(frame.columns))]
    for place, row in zip(places, rows_at(frame.iloc[places]), strict=True):
        said = [cell.strip() for cell in row if cell and cell.strip()]
        is_odd = len(said) < len(row) or any(words)
        found[place] = bool(said) and is_odd and is_total(said)
    return found


def are_figures(column: pd.Series) -> bool:
    """Whether most of a column's first values are numbers or days."""
    some = [cell for cell in cells(column.iloc[:200]) if cell]
    return 2 * sum(FIGURE.fullmatch(cell.strip()) is not None for cell in some) > len(some)


def is_total(said: Sequence[str]) -> bool:
    """Whether the filled cells of a row are a total and numbers."""
    return (
        len(said[0]) <= LONGEST_TOTAL
        and bool(TOTAL.fullmatch(said[0]))
        and all(FIGURE.fullmatch(cell) for cell in said[1:])
    )


def rows_at(frame: pd.DataFrame) -> list[tuple[str | None, ...]]:
    """The cells of these rows as text."""
    return list(zip(*(cells(frame.iloc[:, number]) for number in range(len(frame.columns))), strict=True))
