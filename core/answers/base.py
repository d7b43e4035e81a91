"""Answers of one kind to many rows: what comparison, slices, verdict and payoff read, whatever answered."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray

KIND = b"kind"
"""The key in a Parquet file's metadata that names the kind of its answers."""


class Answers(Protocol):
    """Answers to held-out rows, one entry a row, in one order everywhere."""

    kind: ClassVar[str]
    """The name of the kind: "class", "number"."""

    @property
    def row_ids(self) -> tuple[str, ...]:
        """Each row's id."""
        ...

    @property
    def targets(self) -> Sequence[Any] | NDArray[np.float64]:
        """What each row's answer should have been."""
        ...

    @property
    def answers(self) -> Sequence[Any] | NDArray[np.float64]:
        """What each row's answer is."""
        ...

    def take(self, rows: Sequence[int] | NDArray[np.intp]) -> Self:
        """The answers to the rows with these numbers, in this order."""
        ...

    def distance(self, other: Self) -> float:
        """How far the answers to the same rows are from others', at most: shares, or parts of the answers' spread."""
        ...

    def write(self, path: Path) -> None:
        """One Parquet file; the kind stands in its metadata."""
        ...

    @classmethod
    def read(cls, path: Path) -> Self:
        """The same answers that `write` put there."""
        ...
