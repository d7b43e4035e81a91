"""Permutation test of two models by swapping their answers to a row, and the interval that is its inversion.

Where two models are alike, each row's two answers might as well stand the other way round (Fisher 1935). The interval
holds the true differences that the same test does not reject, so that it leaves zero out where the p-value is below
0.05 and nowhere else. Up to eleven rows that differ are swapped in every way, more in ways drawn with a fixed seed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from core.arrays import Floats
from core.comparison.significance import CHANCE
from core.evaluation.records import Interval

Signs = NDArray[np.float32]
"""1 where a row stays and -1 where its answers are swapped, (rows, ways)."""
DRAWS, FEWER_DRAWS = 1_999, 999
MANY_ROWS = 1_000
"""Above it fewer ways are drawn."""
MOST_ROWS = 2_000
"""With more rows that differ, some are swapped together."""
MOST_ENUMERATED = 11
MOST_SIGNED = 400
"""So many of the rows that add most are swapped one by one; what the others add together is normal."""
FEWEST_BEYOND = 10
"""With fewer drawn differences beyond the one seen, the tail has the normal's shape."""
ROUNDING, TINY = 2e-6, 1e-12
"""Differences so near to each other are one."""
LEAST_CURVE = 0.02
"""Keeps intervals from so few rows that any difference could be true within the metric's range."""


@dataclass(frozen=True)
class Difference:
    """A metric's difference between two models, b's less a's, and what each row adds to it.

    `added` (rows,) turns its sign where the row's answers are swapped; `weights` (rows,) say how much of a true
    difference each row bears, and add up to 1. `most` is the largest difference there can be. `swapped` gives the
    difference for signs of `moved` rows, or sets of rows; without it, it is the sum of what rows add.
    """

    value: float
    added: Floats
    weights: Floats
    most: float = 1.0
    moved: int | None = None
    swapped: Callable[[Signs], Floats] | None = None


@dataclass(frozen=True)
class Tested:
    """A difference with its 95% interval, its two-sided p-value and its standard error."""

    interval: Interval
    p_value: float
    error: float


def permutation_test(difference: Difference, seed: int) -> Tested:
    """Two-sided permutation test; the same seed gives the same p-value."""
    value, squares = difference.value, float(np.square(difference.added).sum())
    if value == 0.0 and squares == 0.0:
        return Tested(Interval(value=0.0, low=0.0, high=0.0), 1.0, 0.0)
    drawn, are_all = _swapped(difference, seed)
    drawn = np.sort(np.abs(drawn))
    beyond = len(drawn) - int(np.searchsorted(drawn, abs(value) * (1 - ROUNDING) - TINY))
    total = len(drawn) + (not are_all)
    critical = float(drawn[-(int(np.ceil(CHANCE * total)) - (not are_all))]) * (1 + ROUNDING) + TINY
    p_value = (beyond + (not are_all)) / total
    if not are_all and beyond < FEWEST_BEYOND:
        p_value = min(p_value, _tail(abs(value), float(drawn[-FEWEST_BEYOND]), FEWEST_BEYOND / total, squares))
        moved = int((difference.added != 0).sum()) if difference.moved is None else difference.moved
        p_value = max(p_value, 2 * 0.5 ** min(moved, 1_000))
    error = float(np.sqrt(np.square(difference.added - value * difference.weights).sum()))
    return Tested(_interval(difference, critical, squares), min(1.0, p_value), error)


def _swapped(difference: Difference, seed: int) -> tuple[Floats, bool]:
    """Differences after swapping rows, and whether these are all that there can be."""
    if difference.swapped is not None:
        assert difference.moved is not None  # noqa: S101  # they come together
        rows = difference.moved
        if rows <= MOST_ENUMERATED:
            return difference.swapped(every_way(rows)), True
        return difference.swapped(signs(rows, DRAWS if rows <= MANY_ROWS else FEWER_DRAWS, seed)), False
    added = difference.added[difference.added != 0]
    if len(added) <= MOST_ENUMERATED:
        return added @ every_way(len(added)), True
    if len(added) <= MOST_SIGNED:
        return added @ signs(len(added), DRAWS, seed), False
    largest = np.argpartition(-np.abs(added), MOST_SIGNED)
    rest = float(np.sqrt(np.square(added[largest[MOST_SIGNED:]]).sum()))
    normal = np.random.default_rng((seed, MOST_SIGNED)).normal(scale=rest, size=DRAWS)
    return added[largest[:MOST_SIGNED]] @ signs(MOST_SIGNED, DRAWS, seed) + normal, False


def signs(rows: int, draws: int, seed: int) -> Signs:
    """Drawn signs; fewer rows' are the first of more rows'. Never change them."""
    return _signs(MOST_ROWS if rows <= MOST_ROWS else rows, draws, seed)[:rows]


@lru_cache(maxsize=2)
def _signs(rows: int, draws: int, seed: int) -> Signs:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 2, (rows, draws), np.int8).astype(np.float32) * 2 - 1


@lru_cache(maxsize=MOST_ENUMERATED + 1)
def every_way(rows: int) -> Signs:
    """Every combination of signs, (rows, 2 to the power of rows)."""
    ways = np.arange(2**rows)[None, :] >> np.arange(rows)[:, None]
    return (1 - 2 * (ways & 1)).astype(np.float32)


def _tail(value: float, reached: float, share: float, squares: float) -> float:
    """Share of the tail beyond `value`, from the share beyond a difference that was reached and the normal's shape."""
    if squares == 0.0 or reached == 0.0:
        return share
    scale = float(np.sqrt(squares))
    return float(share * min(1.0, ndtr(-value / scale) / max(float(ndtr(-reached / scale)), 1e-300)))


def _interval(difference: Difference, critical: float, squares: float) -> Interval:
    """True differences d with (value - d)² at most q² times the sum of squares of what rows add less their part of d.

    q is the critical difference over the root of the sum of squares (Fieller's solution of the quadratic).
    """
    value, weights = difference.value, difference.weights
    ratio = critical**2 / squares if squares > 0 else 0.0
    curve = max(1 - ratio * float(np.square(weights).sum()), LEAST_CURVE)
    middle = value - ratio * float(difference.added @ weights)
    reach = np.sqrt(max(middle**2 - curve * (value**2 - critical**2), 0.0))
    low, high = max((middle - reach) / curve, -difference.most), min((middle + reach) / curve, difference.most)
    return Interval(value=value, low=min(float(low), value), high=max(float(high), value))
