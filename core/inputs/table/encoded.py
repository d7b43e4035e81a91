"""Encoding of table rows for a network: scaled numbers with their flags, and codes of classes."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from core.inputs.table.scales import TableScales
from core.training.cached import content_key

FEATURES_A_TOKEN = 8
"""Features that cost about what a token costs."""


class EncodedTable:
    """Encoded records, a batch at a time; see `core.inputs.encoded.Encoded`."""

    def __init__(self, cells: Sequence[str], scales: TableScales) -> None:
        self.key = content_key("table", scales.model_dump_json(), cells)
        self._numbers, self._flags, self._classes = (torch.from_numpy(one) for one in scales.scaled(cells))
        width = 2 * self._numbers.shape[1] + self._classes.shape[1]
        self.sizes: NDArray[np.int64] = np.full(len(cells), max(1, width // FEATURES_A_TOKEN), np.int64)

    def __len__(self) -> int:
        return len(self.sizes)

    def batch(self, rows: Sequence[int], multiple: int = 1) -> dict[str, torch.Tensor]:  # no padding
        """`numbers` and `missing`, float32 (rows, numbers), and `classes`, int64 (rows, classes)."""
        some = torch.as_tensor(np.asarray(rows, np.int64))
        return {"numbers": self._numbers[some], "missing": self._flags[some], "classes": self._classes[some]}
