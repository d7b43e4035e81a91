"""The closed union of mends, each a value and an option of the command; what it does to rows stands in `work`."""

import shlex
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, TypeAdapter

from core.config.base import Frozen
from core.data.files.options import ReadOptions
from core.data.labels.alike import alike
from core.data.sentences import counted
from core.errors import DatasetError

if TYPE_CHECKING:  # a process that only keeps mends needs no pandas
    import pandas as pd

    from core.data.mends.mended import Mended


class OfRows(Frozen):
    """Base of a mend: a value that says what to do to rows."""

    def mended(self, frame: "pd.DataFrame") -> "Mended":
        """Rows after the mend. Raises DatasetError where it cannot be carried out."""
        from core.data.mends.work import WORK

        return WORK[type(self)](self, frame)


class MergeLabels(OfRows):
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


class MissingWords(OfRows):
    """Words for a missing value: cells that hold one of `words` become empty."""

    kind: Literal["missing_words"] = "missing_words"
    column: str
    words: tuple[str, ...]

    @property
    def option(self) -> str:
        """The same as an option of the command."""
        return " ".join(f"--missing {shlex.quote(one)}" for one in self.words)


class LeaveOut(OfRows):
    """Rows left out by what a column holds."""

    kind: Literal["leave_out"] = "leave_out"
    column: str
    labels: tuple[str, ...]

    @property
    def option(self) -> str:
        """The same as an option of the command."""
        return " ".join(f"--leave-out {shlex.quote(one)}" for one in self.labels)


class LeaveOutRows(OfRows):
    """Rows left out by their ids."""

    kind: Literal["leave_out_rows"] = "leave_out_rows"
    rows: tuple[str, ...]

    @property
    def option(self) -> str:
        """None: the command names rows by what they hold."""
        return ""


class FillDown(OfRows):
    """Merged cells filled down: an empty cell gets the value above it."""

    kind: Literal["fill_down"] = "fill_down"
    column: str

    @property
    def option(self) -> str:
        """The same as an option of the command."""
        return "--fill-down"


class SplitLabels(OfRows):
    """Cells with several labels: the first is kept, or the rows are left out. No `separator` means lists."""

    kind: Literal["split_labels"] = "split_labels"
    column: str
    separator: str = ""
    keep: Literal["first", "none"] = "first"

    @property
    def option(self) -> str:
        """The same as an option of the command."""
        return f"--several-labels {'first' if self.keep == 'first' else 'leave-out'}"


class Fix(Frozen):
    """Correction of a row: give it another label, or leave it out."""

    action: Literal["relabel", "drop"]
    label: str = ""


class Relabel(OfRows):
    """Corrections of single rows, by their ids; rows that say the same are corrected alike."""

    kind: Literal["relabel"] = "relabel"
    text: str | tuple[str, ...]
    """The column by which rows say the same, or several."""
    target: str
    fixes: dict[str, Fix]


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


def offer(frame: "pd.DataFrame", mend: Mend) -> Offer:
    """The offer of this mend for these rows; of no rows where it cannot be carried out."""
    try:
        return Offer(mend=mend, rows=mend.mended(frame).rows)
    except DatasetError:
        return Offer(mend=mend, rows=0)


def carried(frame: "pd.DataFrame", mends: Iterable[Mend]) -> "tuple[pd.DataFrame, tuple[Carried, ...]]":
    """The rows after these mends, one after the other, and what each did. Raises DatasetError where one cannot be."""
    told = []
    for one in mends:
        done = one.mended(frame)
        frame = done.frame
        told.append(Carried(mend=one, note=done.note))
    return frame, tuple(told)


def repeated(frame: "pd.DataFrame", before: Iterable[Mend | ReadAgain]) -> "tuple[pd.DataFrame, tuple[Carried, ...]]":
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
