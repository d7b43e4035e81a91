"""Sampling of the rows that a detector keeps or is calibrated on."""

import numpy as np
from numpy.typing import NDArray

MOST_REFERENCES = 1_000
"""Most training rows whose embeddings are kept: 1.5 MB of two layers of a width of 384."""
MOST_UNLABELLED = 400
"""Most rows without a bought label that are read to calibrate: the fewest hundreds whose level is 3% of the 5%."""


def sample(rows: int, most: int) -> NDArray[np.intp]:
    """Random positions of at most `most` of so many rows, in their order, always the same ones."""
    if rows <= most:
        return np.arange(rows, dtype=np.intp)
    return np.sort(np.random.default_rng(0).choice(rows, most, replace=False)).astype(np.intp)
