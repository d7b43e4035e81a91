"""P-values of paired differences, and power analysis: how many rows would settle them."""

import math

import numpy as np
from scipy.special import ndtri

from core.arrays import Floats
from core.evaluation.intervals import Z95

CHANCE = 0.05
"""Significance level: a difference this improbable between equals, after the correction, is called real."""
POWER = 0.8
Z_POWER = 0.8416212335729143
"""Standard normal quantile of the power: 80% lie below it."""
MOST_ROWS = 10_000_000
"""More rows than this are no advice."""
FEW_DIFFERING = 80
"""Up to so many expected differing rows the exact test's power is added up term by term."""


def rows_for_accuracy(only_a: int, only_b: int, rows: int, level: float = CHANCE) -> int | None:
    """Sample size that McNemar's exact test needs in all to tell the two apart with 80% power.

    It assumes that rows go on differing as often as these did. Connor (1987), with the continuity correction of the
    exact test (Fleiss, Levin and Paik 2003, chapter 3); where few rows differ, the exact test's own power. None when
    there is no difference to see, or it would take more than ten million.
    """
    gap, differing = abs(only_a - only_b) / rows, (only_a + only_b) / rows
    if gap == 0.0:
        return None
    spread = _deviate(level) * math.sqrt(differing) + Z_POWER * math.sqrt(max(differing - gap**2, 0.0))
    needed = ((spread + math.sqrt(spread**2 + 4 * gap)) / (2 * gap)) ** 2
    if needed > MOST_ROWS:
        return None
    if needed * differing > FEW_DIFFERING:
        return math.ceil(needed)
    return _by_exact_power(gap, differing, level)


def rows_for_metric(value: float, error: float, rows: int, level: float = CHANCE) -> int | None:
    """Sample size in all for 80% power, where `rows` rows show a difference `value` with standard error `error`."""
    if value == 0.0 or error == 0.0:
        return None
    needed = rows * ((_deviate(level) + Z_POWER) * error / value) ** 2
    return math.ceil(needed) if needed <= MOST_ROWS else None


def exact_power(rows: int, gap: float, differing: float, level: float = CHANCE) -> float:
    """Power of McNemar's exact test at `level`, over `rows` rows of which the share `differing` differ.

    `gap` is the difference of the two shares of right answers.
    """
    from scipy.stats import binom

    rejects = _rejects(int(binom.ppf(1 - 1e-9, rows, differing)), gap / differing, level)
    return float(binom.pmf(np.arange(len(rejects)), rows, differing) @ rejects)


def _rejects(most: int, lead: float, level: float) -> Floats:
    """Rejection probabilities of the exact test when 0 to `most` rows differ, one having `lead` more than the other."""
    from scipy.stats import binom

    found = np.arange(most + 1)
    critical = np.asarray(binom.ppf(level / 2, found, 0.5)).astype(int)
    critical -= binom.cdf(critical, found, 0.5) > level / 2
    ahead = (1 + lead) / 2
    either = binom.cdf(critical, found, ahead) + binom.cdf(critical, found, 1 - ahead)
    return np.where(critical >= 0, either, 0.0)


def _by_exact_power(gap: float, differing: float, level: float) -> int:
    """Smallest sample size with 80% power, by bisection."""
    from scipy.stats import binom

    low, high = 1, math.ceil(4 * FEW_DIFFERING / differing)
    rejects = _rejects(int(binom.ppf(1 - 1e-9, high, differing)), gap / differing, level)
    found = np.arange(len(rejects))
    while low < high:
        middle = (low + high) // 2
        is_enough = binom.pmf(found, middle, differing) @ rejects >= POWER
        low, high = (low, middle) if is_enough else (middle + 1, high)
    return low


def _deviate(level: float) -> float:
    """Critical value of the two-sided normal test: half of `level` lies above it."""
    return Z95 if level == CHANCE else float(-ndtri(level / 2))
