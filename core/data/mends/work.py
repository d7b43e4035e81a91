"""What each mend does to rows: one pure function a kind of mend."""

import json
from collections.abc import Callable
from typing import Any

import pandas as pd

from core.data.labels.signs import spelled
from core.data.mends.kinds import (
    FillDown,
    LeaveOut,
    LeaveOutRows,
    MergeLabels,
    MissingWords,
    OfRows,
    Relabel,
    SplitLabels,
)
from core.data.mends.mended import Mended
from core.data.mends.relabel import mend
from core.data.rows.columns import column_named
from core.data.rows.identity import row_ids
from core.data.rows.values import TEXT, as_text, cells
from core.data.sentences import counted, listed, quoted
from core.errors import DatasetError


def merge_labels(asked: MergeLabels, frame: pd.DataFrame) -> Mended:
    """Rows with the labels joined."""
    column = as_text(column_named(frame, asked.column, "target"))
    touched = column.isin(asked.labels) & (column != asked.into).fillna(value=False)
    done = _with(frame, asked.column, column.where(~touched, asked.into))
    joined = listed([spelled(one) for one in asked.labels if one != asked.into])
    rows = int(touched.sum())
    return Mended(done, rows, f"Joined {joined} as '{asked.into}' in '{asked.column}' ({counted(rows, 'row')}).")


def missing_words(asked: MissingWords, frame: pd.DataFrame) -> Mended:
    """Rows with these cells empty."""
    column = as_text(column_named(frame, asked.column, "target"))
    touched = column.isin(asked.words)
    rows = int(touched.sum())
    note = f"Took {quoted(asked.words)} in '{asked.column}' as missing ({counted(rows, 'row')})."
    return Mended(_with(frame, asked.column, column.where(~touched)), rows, note)


def leave_out(asked: LeaveOut, frame: pd.DataFrame) -> Mended:
    """The other rows."""
    out = as_text(column_named(frame, asked.column, "target")).isin(asked.labels)
    rows = int(out.sum())
    return Mended(
        _only(frame, ~out), rows, f"Left out {counted(rows, 'row')} with {quoted(asked.labels)} in '{asked.column}'."
    )


def leave_out_rows(asked: LeaveOutRows, frame: pd.DataFrame) -> Mended:
    """The other rows."""
    out = row_ids(frame).isin(asked.rows).reset_index(drop=True)
    return Mended(_only(frame, ~out), int(out.sum()), f"Left out {counted(int(out.sum()), 'row')}.")


def fill_down(asked: FillDown, frame: pd.DataFrame) -> Mended:
    """Rows with the empty cells of the column filled."""
    column = column_named(frame, asked.column, "target")
    empty = pd.Series([not (cell or "").strip() for cell in cells(column)])
    filled = column.where(~empty).ffill()
    rows = int((empty & filled.notna()).sum())
    note = f"Filled {counted(rows, 'empty cell')} of '{asked.column}' with the value above."
    return Mended(_with(frame, asked.column, filled), rows, note)


def split_labels(asked: SplitLabels, frame: pd.DataFrame) -> Mended:
    """Rows with one label each; a list without a label becomes empty."""
    column = as_text(column_named(frame, asked.column, "target"))
    apart = [split_cell(cell, asked.separator) for cell in cells(column)]
    several = pd.Series([one is not None and len(one) > 1 for one in apart], dtype=bool)
    first = [cell if one is None else next(iter(one), None) for one, cell in zip(apart, column, strict=True)]
    done, rows = _with(frame, asked.column, pd.Series(first, dtype=TEXT)), counted(int(several.sum()), "row")
    if asked.keep == "first":
        note = f"Kept the first of several labels in '{asked.column}' ({rows})."
        return Mended(done, int(several.sum()), note)
    note = f"Left out {rows} with several labels in '{asked.column}'."
    return Mended(_only(done, ~several), int(several.sum()), note)


def relabel(asked: Relabel, frame: pd.DataFrame) -> Mended:
    """The corrected rows. Raises as `mend` does."""
    done = mend(frame, text=asked.text, target=asked.target, fixes=asked.fixes)
    return Mended(done.frame, done.relabelled + done.dropped, " ".join(done.notes))


WORK: dict[type[OfRows], Callable[[Any, pd.DataFrame], Mended]] = {
    MergeLabels: merge_labels,
    MissingWords: missing_words,
    LeaveOut: leave_out,
    LeaveOutRows: leave_out_rows,
    FillDown: fill_down,
    SplitLabels: split_labels,
    Relabel: relabel,
}
"""Registry: what a mend does, by its class."""


def split_cell(cell: str | None, separator: str) -> list[str] | None:
    """The labels of a cell that lists some, in a JSON list or between separators; None for a cell without a list."""
    if cell is None:
        return None
    if separator:
        return [one for one in (part.strip() for part in cell.split(separator)) if one] if separator in cell else None
    found = _as_json(cell)
    if not isinstance(found, list):
        return None
    return [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in found if one is not None]


def _as_json(cell: str) -> Any:
    if not cell.lstrip().startswith("["):
        return None
    try:
        return json.loads(cell)
    except ValueError:
        return None


def _with(frame: pd.DataFrame, name: str, column: pd.Series) -> pd.DataFrame:
    return frame.reset_index(drop=True).assign(**{name: column})


def _only(frame: pd.DataFrame, kept: pd.Series) -> pd.DataFrame:
    done = frame.reset_index(drop=True)[kept].reset_index(drop=True)
    if done.empty:
        raise DatasetError("No row would be left.", "Leave fewer rows out.")
    return done
