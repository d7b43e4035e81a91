"""Expected calibration error beside what luck shows: a sum of distances is never 0, not even where confidence is right.

Its interval and what an honest model would show come from one simulation: right answers are drawn anew from the
confidence in each bin, moved by a part of the gap that was seen (Bröcker and Smith 2007 for no gap at all).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.answers import ClassAnswers
from core.arrays import Floats
from core.evaluation.coded import Coded, code
from core.evaluation.intervals import share_limits
from core.evaluation.records import Interval

CALIBRATION_BINS = 15
"""Bins of the expected calibration error, as Guo et al., On Calibration of Modern Neural Networks, 2017."""
DRAWS = 500
SEED = 20_260
MOST = 2.5
"""So many times the gaps seen could be the true ones."""
HALVINGS = 8
TAIL = 0.025


@dataclass(frozen=True)
class HonestModel:
    """What a model whose confidence is exactly right would show as calibration error on as many rows.

    `usual` is the mean, `most` what it shows at most in 95 of 100 cases.
    """

    usual: float
    most: float


@dataclass(frozen=True)
class _Bins:
    """Rows in each filled bin of confidence, their mean confidence, and how far it lies above the share right."""

    rows: Floats
    stated: Floats
    gaps: Floats

    def share(self, part: float) -> Floats:
        """Shares of right answers if so much of the gaps were true."""
        return np.clip(self.stated - part * self.gaps, 0.0, 1.0)

    def error(self, part: float) -> float:
        """Calibration error if so much of the gaps were true."""
        return float(np.abs(self.stated - self.share(part)) @ self.rows / self.rows.sum())

    def honest(self) -> Floats:
        """Calibration errors that as many rows would show if there were no gap."""
        right = np.random.default_rng(SEED).binomial(self.rows.astype(np.int64), self.stated, (DRAWS, len(self.rows)))
        found: Floats = np.abs(self.stated * self.rows - right).sum(axis=1) / self.rows.sum()
        return found

    def drawn(self, part: float, normal: Floats) -> Floats:
        """Calibration errors that as many rows would show if so much of the gaps were true."""
        share = self.share(part)
        error = np.sqrt(share * (1 - share) * self.rows)
        found: Floats = np.abs((self.stated - share) * self.rows + error * normal).sum(axis=1) / self.rows.sum()
        return found


def calibration_error(coded: Coded) -> float:
    """Expected calibration error of the top answer over 15 bins of equal width: mean |confidence - share right|."""
    return _bins(coded).error(1.0)


def confidence_bins(confidence: Floats, bins: int) -> NDArray[np.intp]:
    """Bin index of each confidence; edges belong to the bin below, as in scikit-learn's calibration_curve."""
    return np.searchsorted(np.linspace(0.0, 1.0, bins + 1)[1:-1], confidence)


def honest_model(predictions: ClassAnswers) -> HonestModel:
    """Calibration error of answers redrawn from the scores. Raises as `code`."""
    drawn = _bins(code(predictions)).honest()
    return HonestModel(float(drawn.mean()), float(np.quantile(drawn, 0.95)))


def calibration_interval(coded: Coded) -> Interval:
    """Calibration error with its 95% interval, from 0 where an honest model might show as much.

    The true errors of a family, no gap to two and a half times the gaps seen, that would show as much, or as little,
    in at least 2.5 of 100; and no less than how far confidence and accuracy may lie apart over all.
    """
    bins = _bins(coded)
    value = bins.error(1.0)
    normal = np.random.default_rng(SEED).normal(size=(DRAWS, len(bins.rows)))
    low = 0.0
    if np.mean(bins.honest() >= value * (1 - 1e-9)) < TAIL:
        low = bins.error(_part_where(lambda part: float(np.mean(bins.drawn(part, normal) >= value)) >= TAIL))
    high = bins.error(_part_where(lambda part: float(np.mean(bins.drawn(part, normal) <= value)) < TAIL))
    stated = float(bins.stated @ bins.rows / bins.rows.sum())
    apart = np.abs(stated - np.array(share_limits(coded.right.sum(), np.asarray(coded.rows))))
    return Interval(value=value, low=min(low, value), high=max(high, value, float(apart.max())))


def _part_where(holds: Callable[[float], bool]) -> float:
    """Smallest part of the seen gaps from which on this holds, by bisection."""
    low, high = 0.0, MOST
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _bins(coded: Coded) -> _Bins:
    confidence = coded.scores.max(axis=1)
    place = confidence_bins(confidence, CALIBRATION_BINS)
    rows = np.bincount(place, minlength=CALIBRATION_BINS)
    filled = rows > 0
    stated = np.bincount(place, weights=confidence, minlength=CALIBRATION_BINS)[filled] / rows[filled]
    right = np.bincount(place, weights=coded.right, minlength=CALIBRATION_BINS)[filled] / rows[filled]
    return _Bins(rows[filled].astype(np.float64), np.minimum(stated, 1.0), stated - right)
