"""Fit of a learning curve, with intervals and a test of lack of fit.

The point value is an inverse power law's (Cortes et al. 1993; Hestness et al. 2017; for when to stop labelling,
Figueroa et al. 2012). For a given rate the other two are a weighted straight line, so that only the rate is searched
for (Golub and Pereyra 1973). No one law holds for all learners (Viering and Loog 2023), so an interval is the union of
three: the power law's, an exponential law's, which is soon at its end, and that of the last two sizes alone, which goes
on as it ends. Where the power law misses the measured errors by more than their noise allows, nothing is foretold.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import Floats
from core.evaluation.records import Interval
from core.searches.laws import LEAST_ERROR, JoinedLaws, Laws, PowerLaws, exponential_laws, power_laws
from core.searches.levels import CHANCE, Levels, corrected
from core.searches.measure import Measure

FEWEST_SIZES = 4
"""Fewest sizes for a fit: a law of three parameters, and one size more to doubt it by."""
FARTHEST = 4.0
"""Limit of extrapolation, as a multiple of the largest measured size."""
TRIED = 1_000
"""Simulated curves in the test of lack of fit."""


@dataclass(frozen=True)
class FittedLaws:
    """Best fit, and fits to resampled errors (other draws, other judging rows), for confidence intervals."""

    measure: Measure
    families: tuple[tuple[Laws, Laws], ...]
    """Each way to go on beyond the measured sizes: its best fit, and those to resampled errors; the power law first."""
    largest: int
    """Rows of the largest size that was measured."""
    chance: float = CHANCE
    """Risk of an interval, shared among all curves of the same rows (Bonferroni)."""

    @property
    def best(self) -> PowerLaws:
        """The power law's best fit."""
        found = self.families[0][0]
        assert isinstance(found, PowerLaws)  # noqa: S101
        return found

    def widest(self, what: Callable[[Laws], Floats]) -> Interval:
        """A value read off the power law, with the union of each family's interval."""
        return _widest([what(one) for family in self.families for one in family], self.chance)

    def widest_of_two(self, other: "FittedLaws", what: Callable[[Laws, Laws], Floats]) -> Interval:
        """A value read off two power laws, with the union of each family's interval."""
        pairs = zip(self.families, other.families, strict=True)
        return _widest([what(*both) for one, two in pairs for both in zip(one, two, strict=True)], self.chance)

    def reached(self, rows: float) -> Interval:
        """Predicted metric after learning from `rows` labels, with its interval."""
        return self.widest(lambda laws: self.measure.reached(laws.error(rows)))

    def gain(self, begin: float, end: float) -> Interval:
        """Predicted fall of the mean loss from `begin` to `end` labels, with its interval."""
        return self.widest(lambda laws: laws.error(begin) - laws.error(end))


def can_fit(found: Levels) -> bool:
    """Whether there are sizes enough for a fit, and one of them was drawn twice."""
    return len(found.sizes) >= FEWEST_SIZES and found.samples is not None


def fit(found: Levels, who: str) -> FittedLaws | None:
    """Fits a candidate's errors; None before it can be done, and where they follow no power law."""
    if not can_fit(found) or found.samples is None:
        return None
    place, rows, unit = found.who.index(who), np.asarray(found.rows, np.float64), found.unit
    errors, samples = found.errors[place][None] / unit, found.samples[:, place] / unit
    best = power_laws(rows, errors, found.draws)
    if lack_of_fit(best, rows, errors, samples, found.draws) < CHANCE / len(
        found.who
    ):  # Bonferroni: one page, all curves
        return None
    both = errors, samples
    power = best.times(unit), power_laws(rows, samples, found.draws).times(unit)
    early, late = (exponential_laws(rows, some, found.draws).times(unit) for some in both)
    straight, others = (JoinedLaws(rows, some * unit) for some in both)
    return FittedLaws(found.measure, (power, (early, late), (straight, others)), max(found.rows), found.chance)


def lack_of_fit(best: PowerLaws, rows: Floats, errors: Floats, samples: Floats, draws: tuple[int, ...]) -> float:
    """P value of the misses of `best`, weighed by the samples' own covariance, by a parametric bootstrap."""
    logs = np.log(np.maximum(samples, LEAST_ERROR))
    noise = logs - logs.mean(axis=0)
    weights = np.linalg.pinv(np.cov(noise.T))
    fitted = _errors(best, rows)
    simulated = fitted * np.exp(noise[:TRIED])
    misses = _misses(power_laws(rows, simulated, draws), rows, simulated, weights)
    return float(np.mean(misses >= _misses(best, rows, errors, weights)))


def _widest(read: Sequence[Floats], chance: float) -> Interval:
    """The union of the intervals around the first value; `read` has for each family its value and its samples."""
    ends = [corrected(float(value[0]), others, chance) for value, others in zip(read[::2], read[1::2], strict=True)]
    low, high = min(one.low for one in ends), max(one.high for one in ends)
    return Interval(value=ends[0].value, low=low, high=high)


def _errors(laws: PowerLaws, rows: Floats) -> Floats:
    """Predicted mean losses, shape (laws, sizes)."""
    return np.stack([laws.error(one) for one in rows], axis=1)


def _misses(laws: PowerLaws, rows: Floats, errors: Floats, weights: Floats) -> Floats:
    """Squared Mahalanobis distance of each line of errors from its law, on the log scale."""
    off = np.log(np.maximum(errors, LEAST_ERROR)) - np.log(np.maximum(_errors(laws, rows), LEAST_ERROR))
    found: Floats = np.einsum("ij,jk,ik->i", off, weights, off)
    return found
