"""Parts of a split: training, validation and test rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PARTS = ("train", "validation", "test")
MOST_TO_CHOOSE_ON = 5_000
"""Most validation rows whose answers are kept."""


@dataclass(frozen=True)
class Part:
    """Rows of one part, in the file's order: ids, inputs and targets as text, one entry each."""

    row_ids: tuple[str, ...]
    inputs: tuple[str, ...]
    targets: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.row_ids)

    def take(self, rows: Sequence[int] | NDArray[np.integer]) -> "Part":
        """Subset by row position, in this order."""
        return Part(
            row_ids=tuple(self.row_ids[i] for i in rows),
            inputs=tuple(self.inputs[i] for i in rows),
            targets=tuple(self.targets[i] for i in rows),
        )


def thinned(rows: int) -> NDArray[np.intp]:
    """Positions of the validation rows whose answers are kept: all, or at even steps where there are very many."""
    return np.linspace(0, rows - 1, min(rows, MOST_TO_CHOOSE_ON)).astype(np.intp)
