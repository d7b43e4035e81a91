"""Encoded rows: tensors that a network takes, a batch at a time."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch


class Encoded(Protocol):
    """Encoded dataset: many rows as a network reads them."""

    @property
    def key(self) -> str:
        """Cache key: a hash of the rows and of how they are encoded."""
        ...

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Length of each row, which its computing costs: in tokens or their like."""
        ...

    def __len__(self) -> int: ...

    def batch(self, rows: Sequence[int], multiple: int = 1) -> "dict[str, torch.Tensor]":
        """Batch of the rows at these positions, padded to the longest (rounded up to `multiple`)."""
        ...
