"""The closed union of mends, each a value with one pure function from rows to rows, and an option of the command."""

import json
import shlex
from collections.abc import Iterable
from contextlib import suppress
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import Field, TypeAdapter

from core.config.base import Frozen
from core.data.files.options import ReadOptions
from core.data.labels.alike import alike
from core.data.labels.signs import spelled
from core.data.mends.mended import Mended
from core.data.mends.relabel import Relabel
from core.data.rows.columns import column_named
from core.data.rows.identity import row_ids
from core.data.rows.values import TEXT, as_text, cells
from core.data.sentences import counted, listed, quoted
from core.errors import DatasetError


class MergeLabels(Frozen):
    """Joined labels: cells that hold one of `labels`, exactly so, come to hold `into`."""

    kind: Literal["merge_labels"] = "merge_labels"
    column: str
    labels: tuple[str, ...]
    into: str

    @property
    def option(self) -> str:
        """The same as an option of the command; one stands for all spellings that are alike."""
        alone = [one for one in self.labels if not alike((one, self.into)) and one != self.into]
        together = [self.into] if len(alone) < len(set(self.labels) - {self.into}) else []
        return " ".join(f"--merge-labels {shlex.quote(f'{one}={self.into}')}" for one in (*together, *alone))

    def mended(self, frame: pd.DataFrame) -> Mended:
        """Rows with the labels joined."""
        column = as_text(column_named(frame, self.column, "target"))
        touched = column.isin(self.labels) & (column != self.into).fillna(value=False)
        done = _with(frame, self.column, column.where(~touched, self.into))
        joined = listed([spelled(one) for one in self.labels if one != self.into])
        rows = int(touched.sum())
        return Mended(done, rows, f"Joined {joined} as '{self.into}' in '{self.column}' ({counted(rows, 'row')}).")


class MissingWords(Frozen):
    """Words for a missing value: cells that hold one of `words` become empty."""

    kind: Literal["missing_words"] = "missing_words"
    column: str
    words: tuple[str, ...]

    @property
    def option(self) -> str:
        """The same as an option of the command."""
        return " ".join(f"--missing {shlex.quote(one)}" for one in self.words)

    def mended(self, frame: pd.DataFrame) -> Mended:
        """Rows with these cells empty."""
        column = as_text(column_named(frame, self.column, "target"))
        touched = column.isin(self.words)
        rows = int(touched.sum())
        note = f"Took {quoted(self.words)} in '{self.column}' as missing ({counted(rows, 'row')})."
        return Mended(_with(frame, self.column, column.where(~touched)), rows, note)


class LeaveOut(Frozen):
    """Rows left out by what a column holds."""

    kind: Literal["leave_out"] = "leave_out"
    column: str
    labels: tuple[str, ...]

    @property
    def option(self) -> str:
        """The same as an option of the command."""
        return " ".join(f"--leave-out {shlex.quote(one)}" for one in self.labels)

    def mended(self, frame: pd.DataFrame) -> Mended:
        """The other rows."""
        out = as_text(column_named(frame, self.column, "target")).isin(self.labels)
        rows = int(out.sum())
        return Mended(
            _only(frame, ~out), rows, f"Left out {counted(rows, 'row')} with {quoted(self.labels)} in '{self.column}'."
        )


class LeaveOutRows(Frozen):
    """Rows left out by their ids."""

    kind: Literal["leave_out_rows"] = "leave_out_rows"
    rows: tuple[str, ...]

    @property
    def option(self) -> str:
        """None: the command names rows by what they hold."""
        return ""

    def mended(self, frame: pd.DataFrame) -> Mended:
        """The other rows."""
        out = row_ids(frame).isin(self.rows).reset_index(drop=True)
        return Mended(_only(frame, ~out), int(out.sum()), f"Left out {counted(int(out.sum()), 'row')}.")


class FillDown(Frozen):
    """Merged cells filled down: an empty cell gets the value above it."""

    kind: Literal["fill_down"] = "fill_down"
    column: str

    @property
    def option(self) -> str:
        """The same as an option of the command."""
        return "--fill-down"

    def mended(self, frame: pd.DataFrame) -> Mended:
        """Rows with the empty cells of the column filled."""
        column = column_named(frame, self.column, "target")
        empty = pd.Series([not (cell or "").strip() for cell in cells(column)])
        filled = column.where(~empty).ffill()
        rows = int((empty & filled.notna()).sum())
        note = f"Filled {counted(rows, 'empty cell')} of '{self.column}' with the value above."
        return Mended(_with(frame, self.column, filled), rows, note)


class SplitLabels(Frozen):
    """Cells with several labels: the first is kept, or the rows are left out. No `separator` means lists."""

    kind: Literal["split_labels"] = "split_labels"
    column: str
    separator: str = ""
    keep: Literal["first", "none"] = "first"

    @property
    def option(self) -> str:
        """The same as an option of the command."""
        return f"--several-labels {'first' if self.keep == 'first' else 'leave-out'}"

    def mended(self, frame: pd.DataFrame) -> Mended:
        """Rows with one label each; a list without a label becomes empty."""
        column = as_text(column_named(frame, self.column, "target"))
        apart = [split_cell(cell, self.separator) for cell in cells(column)]
        several = pd.Series([one is not None and len(one) > 1 for one in apart], dtype=bool)
        first = [cell if one is None else next(iter(one), None) for one, cell in zip(apart, column, strict=True)]
        done, rows = _with(frame, self.column, pd.Series(first, dtype=TEXT)), counted(int(several.sum()), "row")
        if self.keep == "first":
            note = f"Kept the first of several labels in '{self.column}' ({rows})."
            return Mended(done, int(several.sum()), note)
        note = f"Left out {rows} with several labels in '{self.column}'."
        return Mended(_only(done, ~several), int(several.sum()), note)


Mend = Annotated[
    MergeLabels | MissingWords | LeaveOut | LeaveOutRows | FillDown | SplitLabels | Relabel,
    Field(discriminator="kind"),
]
MENDS: TypeAdapter[Mend] = TypeAdapter(Mend)
"""Parser of a mend from its fields."""


class ReadAgain(Frozen):
    """Rows read anew from their file under other options; mends of before are repeated on them."""

    kind: Literal["read_again"] = "read_again"
    options: ReadOptions

    @property
    def note(self) -> str:
        """What is done, in a sentence."""
        return f"Read the file again: {', '.join(reading_words(self.options)) or 'as it is found'}."


class Offer(Frozen):
    """Offer to mend: the mend, and how many rows it would change or leave out."""

    mend: Mend
    rows: int

    @property
    def option(self) -> str:
        """The mend as an option of the command; empty where it has none."""
        return "" if isinstance(self.mend, Relabel) else self.mend.option


class Carried(Frozen):
    """Mend that was carried out, and what it did in a sentence."""

    mend: Mend | ReadAgain
    note: str


def offer(frame: pd.DataFrame, mend: Mend) -> Offer:
    """The offer of this mend for these rows; of no rows where it cannot be carried out."""
    try:
        return Offer(mend=mend, rows=mend.mended(frame).rows)
    except DatasetError:
        return Offer(mend=mend, rows=0)


def carried(frame: pd.DataFrame, mends: Iterable[Mend]) -> tuple[pd.DataFrame, tuple[Carried, ...]]:
    """The rows after these mends, one after the other, and what each did. Raises DatasetError where one cannot be."""
    told = []
    for one in mends:
        done = one.mended(frame)
        frame = done.frame
        told.append(Carried(mend=one, note=done.note))
    return frame, tuple(told)


def repeated(frame: pd.DataFrame, before: Iterable[Mend | ReadAgain]) -> tuple[pd.DataFrame, tuple[Carried, ...]]:
    """The rows, read anew, after those mends of before that can be repeated on them, and what each did."""
    told: list[Carried] = []
    for one in before:
        if isinstance(one, ReadAgain):
            continue
        with suppress(DatasetError):
            frame, done = carried(frame, [one])
            told += done
    return frame, tuple(told)


def reading_words(options: ReadOptions) -> tuple[str, ...]:
    """Read options in words, those that differ from the default."""
    said = {
        f"{counted(options.skip_lines or 0, 'line')} skipped": options.skip_lines is not None,
        "the first line as column names": options.header is True,
        "no line as column names": options.header is False,
        f"cells apart at '{options.delimiter}'": options.delimiter is not None,
        f"sheet '{options.sheet}'": options.sheet is not None,
        "without hidden rows": not options.hidden_rows,
        "merged cells as they are": not options.fill_merged,
    }
    return tuple(words for words, chosen in said.items() if chosen)


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
