"""Sampling of the rows that a detector keeps or is calibrated on."""

import numpy as np
from numpy.typing import NDArray

MOST_REFERENCES = 2_000
"""Most training rows whose embeddings are kept: 1.5 MB of a width of 384."""
MOST_UNLABELLED = 200
"""Most rows without a bought label that are read to calibrate; see docs/adr/0031-rows-unlike-the-training-rows.md."""


def sample(rows: int, most: int) -> NDArray[np.intp]:
    """Random positions of at most `most` of so many rows, in their order, always the same ones."""
    if rows <= most:
        return np.arange(rows, dtype=np.intp)
    return np.sort(np.random.default_rng(0).choice(rows, most, replace=False)).astype(np.intp)
