"""Protocol of inputs: the features that a model reads of a row, whatever its target."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import pandas as pd

from core.data.checks.findings import Finding
from core.data.rows.columns import column_named, plain
from core.errors import ConfigError

if TYPE_CHECKING:
    from core.config.tasks import TaskSettings
    from core.data.checks.looked import Looked
    from core.data.checks.suggest import Suggestion

Check = Callable[["Looked"], Iterator[Finding]]
"""Data check: a question asked of the rows before training."""


OpenHoldings = Callable[[], Any]
"""Loader of what the run's own dataset holds beside its rows, such as its pictures; None where it holds nothing."""


@dataclass(frozen=True)
class Brought:
    """Inputs of an inference request: its cells, as models read them.

    An input is None where there is nothing to read; `problems` then says why, and is empty where the cell was.
    """

    inputs: tuple[str | None, ...]
    problems: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.inputs)

    def some(self, begin: int, end: int) -> "Brought":
        """Slice of the inputs, from `begin` up to `end`."""
        return Brought(self.inputs[begin:end], self.problems[begin:end])

    @property
    def readable(self) -> tuple[str, ...]:
        """Valid inputs, those that can be read."""
        return tuple(one for one in self.inputs if one is not None)


class OneColumn:
    """Inputs whose cells stand in one column, which the setting `name` names."""

    name: ClassVar[str]
    noun: ClassVar[str]

    def columns(self, settings: "TaskSettings") -> tuple[str, ...]:
        """The one column."""
        return (str(getattr(settings, self.name)),)

    def cells(self, frame: pd.DataFrame, settings: "TaskSettings") -> pd.Series:
        """The column's cells."""
        return plain(column_named(frame, self.columns(settings)[0], self.noun))

    def sent(self, row: Mapping[str, Any], settings: "TaskSettings") -> Any:
        """The cell of that column."""
        (column,) = self.columns(settings)
        if column not in row:
            raise ConfigError(
                f"A row has no '{column}', which the model reads. It has: {', '.join(map(str, row)) or 'nothing'}.",
                f"Give each row its '{column}'.",
            )
        return row[column]

    def row(self, cell: str, settings: "TaskSettings") -> dict[str, Any]:
        """A row of that column alone."""
        return {self.columns(settings)[0]: cell}


class Inputs(Protocol):
    """Kind of input: how its columns are read, checked and normalised, and when two rows are duplicates."""

    name: ClassVar[str]
    noun: ClassVar[str]
    """What one is called in the middle of a sentence: "text", "picture"."""
    checks: ClassVar[tuple[Check, ...]]
    tidying: ClassVar[Mapping[str, Callable[[str], str]]]
    """Normalisation of a cell by step of `Preparation`; a step that is missing leaves this kind alone."""

    def suggested(self, frame: pd.DataFrame, roles: "Suggestion", target: str | None) -> Any:
        """Value of the setting that names the columns, as these rows suggest it; None where they hold no such input."""
        ...

    def telling(self, frame: pd.DataFrame, roles: "Suggestion") -> int:
        """Rank of this kind among those that a dataset suggests; the highest is the likeliest."""
        ...

    def columns(self, settings: "TaskSettings") -> tuple[str, ...]:
        """The columns that are read."""
        ...

    def cells(self, frame: pd.DataFrame, settings: "TaskSettings") -> pd.Series:
        """Input of each row as a plain string, "" where there is none, numbered 0, 1, 2, ...

        Raises DatasetError where a column is missing.
        """
        ...

    def sent(self, row: Mapping[str, Any], settings: "TaskSettings") -> Any:
        """Cell of a request's row, as `brought` takes it. Raises ConfigError where the row lacks it."""
        ...

    def row(self, cell: str, settings: "TaskSettings") -> dict[str, Any]:
        """Row of a request for an input: what `sent` makes the cell of."""
        ...

    def is_blank(self, column: pd.Series) -> pd.Series:
        """Whether there is nothing to read in each cell."""
        ...

    def quoted(self, cell: str) -> str:
        """One cell in the middle of a sentence."""
        ...

    def keys(self, cells: pd.Series, frame: pd.DataFrame) -> pd.Series:
        """Deduplication key for each of `cells`, which equal inputs share.

        `cells` are numbered as the rows of `frame` are, 0, 1, 2, ...; some rows may be left out.
        """
        ...

    def units(self, keys: pd.Series) -> pd.Series:
        """Unit of each key: what near-duplicates share. Rows of one unit never stand in two parts."""
        ...

    def brought(self, cells: Sequence[Any], known: OpenHoldings) -> AbstractContextManager[Brought]:
        """Context manager in which a model can read a request's inputs. Raises UserError for more than may be sent."""
        ...
