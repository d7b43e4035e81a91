"""A record among reference rows: the model's outputs where some of its columns are those of another row."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from core.callbacks import Watch
from core.inputs.table.cells import opened, written
from core.targets import Target

AT_ONCE = 2_048
"""Rows that the model is asked about in one go."""


class ReadsRecords(Protocol):
    """Model that reads records."""

    @property
    def target(self) -> Target:
        """What it answers."""
        ...

    def outputs(self, inputs: Sequence[str], /) -> np.ndarray:
        """Logits, or numbers, (rows, outputs)."""
        ...


class MixedRecord:
    """Record `cell`, and `others`, the reference rows whose values stand in for those that are left out of it."""

    def __init__(self, model: ReadsRecords, cell: str, others: Sequence[str]) -> None:
        self._model = model
        self.values = opened(cell)
        self.columns = tuple(self.values)
        self._others = [opened(one) for one in others]

    @property
    def references(self) -> int:
        """Number of reference rows."""
        return len(self._others)

    def outputs(self, present: NDArray[np.bool_], other: NDArray[np.int64], watch: Watch) -> torch.Tensor:
        """Outputs, float64 (variants, outputs), of the record with its own value where `present`, else the other's.

        `present` is (variants, columns), `other` the reference row of each variant.
        """
        parts = []
        for at in range(0, len(present), AT_ONCE):
            until = at + AT_ONCE
            parts.append(self._model.outputs(list(self._cells(present[at:until], other[at:until]))))
            watch(min(until, len(present)), len(present))
        return torch.from_numpy(np.concatenate(parts)).double()

    def both(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Outputs of the record, (1, outputs), and of the reference rows, (references, outputs)."""
        rows = 1 + self.references
        present = np.zeros((rows, len(self.columns)), bool)
        present[0] = True
        other = np.arange(rows, dtype=np.int64) - 1
        found = self.outputs(present, other, lambda _done, _total: None)
        return found[:1], found[1:]

    def _cells(self, present: NDArray[np.bool_], other: NDArray[np.int64]) -> Iterator[str]:
        for own, number in zip(present.tolist(), other.tolist(), strict=True):
            reference = self._others[number]
            yield written(
                {
                    name: self.values[name] if is_own else reference.get(name)
                    for name, is_own in zip(self.columns, own, strict=True)
                }
            )
