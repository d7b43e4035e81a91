"""Protocol of inputs: the features that a model reads of a row, whatever its target."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import pandas as pd

from core.data.checks.findings import Finding

if TYPE_CHECKING:
    from core.data.checks.looked import Looked

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


class Inputs(Protocol):
    """Kind of input: how its column is checked and normalised, and when two rows are duplicates."""

    name: ClassVar[str]
    noun: ClassVar[str]
    """What one is called in the middle of a sentence: "text", "picture"."""
    checks: ClassVar[tuple[Check, ...]]
    tidying: ClassVar[Mapping[str, Callable[[str], str]]]
    """Normalisation of a cell by step of `Preparation`; a step that is missing leaves this kind alone."""

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
