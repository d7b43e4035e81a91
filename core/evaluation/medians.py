"""Non-parametric 95% intervals for a median, and whether two medians on the same rows differ: order statistics."""

import math

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats

LEVEL = 0.95
FEWEST_TWO_SIDED = 6
"""Fewer rows than this cannot bound a median on both sides in 95 of 100."""


def median_ends(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Medians of numbers from 0 up, shape (..., rows), and the bounds of their 95% intervals.

    The binomial interval between order statistics, drawn inwards to 95% (Hettmansperger and Sheather 1986). Up to five
    rows reach from 0 to the largest. Ties make it wider than 95%, never narrower.
    """
    ordered = np.sort(values, axis=-1)
    rows = values.shape[-1]
    middle = np.median(ordered, axis=-1)
    if rows < FEWEST_TWO_SIDED:
        return middle, np.zeros_like(middle), ordered[..., -1] * (1.0 if rows > 3 else 4.0)
    depth, weight = _depth(rows)
    low = (1 - weight) * ordered[..., depth - 1] + weight * ordered[..., depth]
    high = (1 - weight) * ordered[..., rows - depth] + weight * ordered[..., rows - depth - 1]
    return middle, low, high


def _depth(rows: int) -> tuple[int, float]:
    """Order statistic whose interval holds at least 95%, and the interpolation weight towards the next one inwards."""
    from scipy.stats import binom

    depth = int(binom.ppf((1 - LEVEL) / 2, rows, 0.5))
    depth = max(1, depth)
    held, next_held = (1 - 2 * float(binom.cdf(depth - 1 + i, rows, 0.5)) for i in (0, 1))
    if held <= LEVEL or held == next_held:
        return depth, 0.0
    part = (held - LEVEL) / (held - next_held)
    return depth, (rows - depth) * part / (depth + (rows - 2 * depth) * part)


def median_test(first: Floats, second: Floats) -> float:
    """P-value of a paired test of medians: how often equals would fall on both sides as unevenly (McNemar 1947, exact).

    Rows count where one is at most the median of both together and the other is above it.
    """
    from scipy.stats import binom

    middle = np.median(np.concatenate((first, second)))
    only_first = int(((first <= middle) & (second > middle)).sum())
    only_second = int(((second <= middle) & (first > middle)).sum())
    differing = only_first + only_second
    return float(min(1.0, 2 * binom.cdf(min(only_first, only_second), differing, 0.5))) if differing else 1.0


def drawn_medians(values: Floats, counts: NDArray[np.integer]) -> Floats:
    """Bootstrap medians, one for each sample; `counts` (draws, rows) says how often it has each row."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(counts[:, order], axis=1, dtype=np.int32)
    rows = len(values)
    lower = (reached >= math.ceil(rows / 2)).argmax(axis=1)
    upper = (reached >= rows // 2 + 1).argmax(axis=1)
    ordered = values[order]
    found: Floats = (ordered[lower] + ordered[upper]) / 2
    return found
