"""Power law of a learning curve: error = limit + scale * rows ** -rate, fitted with a confidence interval.

An inverse power law (Cortes et al. 1993; Hestness et al. 2017; for when to stop labelling, Figueroa et al. 2012). For a
given rate the other two are a weighted straight line, so that only the rate is searched for (Golub and Pereyra 1973).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import Floats
from core.evaluation.records import Interval
from core.searches.levels import Levels, corrected
from core.searches.measure import Measure

RATES = np.geomspace(0.05, 2.0, 64)
"""Grid of rates. Measured ones lie between 0.1 and 1; a curve steeper than 2 has ended."""
FEWEST_SIZES = 3
"""Fewest sizes for a fit: a law of three parameters needs as many."""
FARTHEST = 4.0
"""Limit of extrapolation, as a multiple of the largest measured size."""


@dataclass(frozen=True)
class PowerLaws:
    """error = limit + scale * rows ** -rate, with limit and scale not below 0: one law an entry."""

    limit: Floats
    scale: Floats
    rate: Floats

    def error(self, rows: float) -> Floats:
        """Predicted mean loss after learning from `rows` labels."""
        return self.limit + self.scale * rows**-self.rate

    def times(self, unit: float) -> "PowerLaws":
        """Laws rescaled to errors that are so many times as large."""
        return PowerLaws(self.limit * unit, self.scale * unit, self.rate)


@dataclass(frozen=True)
class FittedLaws:
    """Best fit, and the fits to resampled errors (other draws, other judging rows), for confidence intervals."""

    measure: Measure
    best: PowerLaws
    others: PowerLaws
    largest: int
    """Rows of the largest size that was measured."""

    def reached(self, rows: float) -> Interval:
        """Predicted metric after learning from `rows` labels, with its 95% interval."""
        return corrected(
            self.measure.reached(float(self.best.error(rows)[0])), self.measure.reached(self.others.error(rows))
        )

    def gain(self, begin: float, end: float) -> Interval:
        """Predicted fall of the mean loss from `begin` to `end` labels, with its 95% interval."""
        value = float((self.best.error(begin) - self.best.error(end))[0])
        return corrected(value, self.others.error(begin) - self.others.error(end))


def fit(found: Levels, who: str) -> FittedLaws | None:
    """Fits the power law to a candidate's errors; None with fewer than three sizes, or before any was drawn twice."""
    if len(found.sizes) < FEWEST_SIZES or found.samples is None:
        return None
    place, rows, unit = found.who.index(who), np.asarray(found.rows, np.float64), found.unit
    best, others = (
        power_laws(rows, errors / unit, found.draws).times(unit)
        for errors in (found.errors[place][None], found.samples[:, place])
    )
    return FittedLaws(found.measure, best, others, max(found.rows))


def power_laws(rows: Floats, errors: Floats, draws: Sequence[int]) -> PowerLaws:
    """Least-squares fit to each line of `errors`, shape (laws, sizes), measured with `rows` labels, `draws` times each.

    Weighted so that a residual counts in proportion to the error. Errors are about 1 at most.
    """
    weights = np.asarray(draws) / np.maximum(errors, 1e-6) ** 2
    tried = [_line(rows**-rate, errors, weights) for rate in RATES]
    misses, limits, scales = (np.array(column) for column in zip(*tried, strict=True))
    best = misses.argmin(axis=0)
    each = np.arange(len(errors))
    return PowerLaws(limits[best, each], scales[best, each], RATES[best])


def _line(x: Floats, errors: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Weighted linear regression errors = limit + scale * x: squared residuals, limit and scale, neither below 0."""
    total = weights.sum(axis=1)
    mean_x, mean_y = (weights * x).sum(axis=1) / total, (weights * errors).sum(axis=1) / total
    off = x - mean_x[:, None]
    scale = np.maximum((weights * off * errors).sum(axis=1) / (weights * off**2).sum(axis=1), 0.0)
    limit = mean_y - scale * mean_x
    through_nothing = (weights * x * errors).sum(axis=1) / (weights * x**2).sum(axis=1)
    scale = np.where(limit < 0, through_nothing, scale)
    limit = np.maximum(limit, 0.0)
    misses = (weights * (errors - limit[:, None] - scale[:, None] * x) ** 2).sum(axis=1)
    return misses, limit, scale
