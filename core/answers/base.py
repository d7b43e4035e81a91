"""Protocol of predictions: what comparison, slices, verdict and payoff read, whichever model made them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray

KIND = b"kind"
"""The key in a Parquet file's metadata that names the kind of its answers."""


class Answers(Protocol):
    """Predictions for test rows, one entry a row, in one order everywhere."""

    kind: ClassVar[str]
    """The name of the kind: "class", "number"."""

    @property
    def row_ids(self) -> tuple[str, ...]:
        """Each row's id."""
        ...

    @property
    def targets(self) -> Sequence[Any] | NDArray[np.float64]:
        """True label or number of each row."""
        ...

    @property
    def answers(self) -> Sequence[Any] | NDArray[np.float64]:
        """Predicted label or number of each row."""
        ...

    def take(self, rows: Sequence[int] | NDArray[np.intp]) -> Self:
        """Subset of the answers by row position, in this order."""
        ...

    def distance(self, other: Self) -> float:
        """Largest difference from other answers to the same rows: in probability, or in standard deviations."""
        ...

    def write(self, path: Path) -> None:
        """Writes one Parquet file; the kind stands in its metadata."""
        ...

    @classmethod
    def read(cls, path: Path) -> Self:
        """Reads back the answers that `write` put there."""
        ...
