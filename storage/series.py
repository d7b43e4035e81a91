"""Downsampling of a time series by min/max buckets, which keep the first, the last and every extreme."""

from itertools import pairwise

import numpy as np


def thin(values: np.ndarray, points: int) -> np.ndarray:
    """Indices, ascending, of at most about `points` of `values` (1-D): first, last, each bucket's least and greatest.

    NaN counts as neither; a bucket of NaN alone keeps its first, so that a gap stays a gap.
    """
    if len(values) <= points:
        return np.arange(len(values))
    edges = np.linspace(0, len(values), max(points // 2, 1) + 1).astype(int)
    kept = {0, len(values) - 1}
    for start, end in pairwise(edges):
        bucket = values[start:end]
        if np.isnan(bucket).all():
            kept.add(int(start))
        else:
            kept.update((int(start + np.nanargmin(bucket)), int(start + np.nanargmax(bucket))))
    return np.array(sorted(kept))
