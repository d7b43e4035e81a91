"""Encoded rows: what a network is called with, a batch at a time."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch


class Encoded(Protocol):
    """Many rows as a network reads them."""

    @property
    def key(self) -> str:
        """A hash of the rows and of how they are read."""
        ...

    @property
    def sizes(self) -> NDArray[np.int64]:
        """What reading each row costs, in tokens or their like."""
        ...

    def __len__(self) -> int: ...

    def batch(self, rows: Sequence[int], multiple: int = 1) -> "dict[str, torch.Tensor]":
        """The rows with these numbers as one block, padded to the longest (rounded up to `multiple`)."""
        ...
