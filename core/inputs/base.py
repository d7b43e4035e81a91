"""Inputs: what a row is to read, whatever is said of it."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, Protocol

import pandas as pd

from core.data.findings import Finding

if TYPE_CHECKING:
    from core.data.looked import Looked

Check = Callable[["Looked"], Iterator[Finding]]
"""A question asked of the rows before anything is taught."""


class Inputs(Protocol):
    """One kind of input: which column holds it, how it is tidied, when two rows are the same, what may be wrong."""

    name: ClassVar[str]
    noun: ClassVar[str]
    """What one is called in the middle of a sentence: "text", "picture"."""
    checks: ClassVar[tuple[Check, ...]]
    tidying: ClassVar[Mapping[str, Callable[[str], str]]]
    """What each step of `Preparation` does to a cell; a step that is missing leaves this kind alone."""

    def is_blank(self, column: pd.Series) -> pd.Series:
        """Whether there is nothing to read in each cell."""
        ...

    def keys(self, cells: pd.Series, frame: pd.DataFrame) -> pd.Series:
        """What equal inputs share, for each of `cells`: rows with one key never stand in two parts.

        `cells` are numbered as the rows of `frame` are, 0, 1, 2, ...; some rows may be left out.
        """
        ...
