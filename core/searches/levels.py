"""Confidence intervals of a learning curve: each candidate's metric at each size. Knows points only; imports no torch.

A point has two sources of variance: which rows were drawn to learn from, and which rows happened to judge. The judging
rows are the same for every point, so their covariance is estimated from their losses. The variance of the draws is
pooled over all sizes, on the log scale, as a power of the labels: three draws of one size alone say too little.

An error is a mean loss: the share of wrong answers, or how far numbers are off on average.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import ndtr, ndtri

from core.arrays import Floats
from core.evaluation.records import Interval
from core.searches.measure import Measure
from core.searches.points import Point

SAMPLES = 2_000
CURVES_A_SAMPLE, MOST_CURVES = 4, 40
"""Curves for which SAMPLES suffice; more take as many times more, up to MOST_CURVES."""
CHANCE = 0.05
LEAST = 1e-6
"""Floor of an error that is no share, as a part of the largest, so that it has a logarithm."""
MOST_SHARED = 0.95
"""Draws that share nearly all rows tell next to nothing of other rows."""
EXPONENTS = np.linspace(-2.0, 0.5, 26)
"""Grid of how the variance of log errors between draws falls with the labels."""


@dataclass(frozen=True)
class Levels:
    """Aggregated points: the errors of every candidate at each size, the smallest size first.

    `rows` labels in all and `draws` of each size; `errors` the mean losses, shape (candidates, sizes); `samples` what
    they might have been with other draws and other judging rows, shape (samples, candidates, sizes), or None before any
    size was drawn twice. Candidates stand in the order of `who`, the model first. `curves` is how many curves of these
    rows there are, this one included: whoever looks at many finds a lead by luck.
    """

    measure: Measure
    who: tuple[str, ...]
    sizes: tuple[int, ...]
    rows: tuple[int, ...]
    draws: tuple[int, ...]
    errors: Floats
    samples: Floats | None
    curves: int = 1

    @property
    def chance(self) -> float:
        """Risk of a false claim of this curve: 5 of 100, shared among all curves (Bonferroni)."""
        return CHANCE / self.curves

    @property
    def of_each(self) -> bool:
        """Whether sizes count labels of each class, of which there are more in all."""
        return any(rows > size for rows, size in zip(self.rows, self.sizes, strict=True))

    @property
    def unit(self) -> float:
        """Scale of the errors: 1 for shares, else the largest of them."""
        return 1.0 if self.measure.is_share else float(self.errors.max()) or 1.0

    def reached(self, who: str) -> tuple[Interval, ...]:
        """The metric at each size with its 95% interval; only the value before any size was drawn twice."""
        place = self.who.index(who)
        values = self.measure.reached(self.errors[place]).tolist()
        if self.samples is None:
            return tuple(Interval(value=value, low=value, high=value) for value in values)
        sampled = self.measure.reached(self.samples[:, place].T)
        return tuple(interval(value, some) for value, some in zip(values, sampled, strict=True))

    @cached_property
    def ahead(self) -> tuple[Interval, ...]:
        """Lead of the model at each size: how much less it is off than the baseline, or how many more are right.

        The 95% intervals are simultaneous over all sizes and all curves (Bonferroni), as they are searched for one size
        where the sign is sure.
        """
        values = self.errors[1] - self.errors[0]
        if self.samples is None:
            return tuple(Interval(value=value, low=-self.unit, high=self.unit) for value in values.tolist())
        gaps = (self.samples[:, 1] - self.samples[:, 0]).T
        chance = self.chance / len(values)
        return tuple(interval(value, gap, chance) for value, gap in zip(values.tolist(), gaps, strict=True))


def levels(points: Sequence[Point], *, seed: int = 0, curves: int = 1) -> Levels | None:
    """Aggregates the points; None before there is one. The same points, seed and `curves` give the same result.

    `curves` is how many curves of these rows there are, this one included; a stricter level takes more samples.
    """
    by_size: dict[int, list[Point]] = defaultdict(list)
    for point in points:
        by_size[point.size].append(point)
    sizes = tuple(sorted(by_size))
    if not sizes:
        return None
    who, measure = points[0].who, points[0].measure
    losses = np.array([[_losses(by_size[size], one) for size in sizes] for one in who])
    rows = tuple(round(float(np.mean([point.rows for point in by_size[size]]))) for size in sizes)
    draws = tuple(len(by_size[size]) for size in sizes)
    times = SAMPLES * math.ceil(min(curves, MOST_CURVES) / CURVES_A_SAMPLE)
    samples = _samples(losses, [by_size[size] for size in sizes], measure, np.random.default_rng(seed), times)
    return Levels(measure, who, sizes, rows, draws, losses.mean(axis=2), samples, curves)


def interval(value: float, samples: Floats, chance: float = CHANCE) -> Interval:
    """Percentile interval: the value with the range of all but the share `chance` of the samples."""
    low, high = np.quantile(samples, [chance / 2, 1 - chance / 2])
    return Interval(value=float(value), low=min(float(low), float(value)), high=max(float(high), float(value)))


def corrected(value: float, samples: Floats, chance: float = CHANCE) -> Interval:
    """Bias-corrected interval, of all but the share `chance`, for a value of a fitted law; the samples may be skewed.

    The union of the percentile and the bias-corrected one (Efron & Tibshirani 1993, chapter 14): each alone covers
    the gain from more labels too seldom for some laws (0.91 and 0.87 of the time), both together do not.
    """
    below = (np.mean(samples < value) + np.mean(samples <= value)) / 2
    bias = 2 * ndtri(np.clip(below, 0.001, 0.999))
    deviates = ndtri([chance / 2, 1 - chance / 2])
    ends = np.quantile(samples, ndtr(np.concatenate([deviates, bias + deviates])))
    return Interval(value=value, low=min(float(ends.min()), value), high=max(float(ends.max()), value))


def _losses(points: Sequence[Point], who: str) -> Floats:
    """Mean loss of each judging row over the draws: shape (judging rows,)."""
    losses: Floats = np.mean([point.losses[who] for point in points], axis=0)
    return losses


def _samples(
    losses: Floats, groups: Sequence[Sequence[Point]], measure: Measure, chance: np.random.Generator, times: int
) -> Floats | None:
    """Parametric bootstrap of the errors, on the log scale, where they stay above zero and noise is symmetric."""
    who, sizes, _ = losses.shape
    spread = spread_of_draws(groups, measure, float(losses.mean(axis=2).max()))
    if spread is None:
        return None
    if measure.is_share:
        judged = _judged_shares(losses.reshape(who * sizes, -1), _judging(losses, groups), chance, times)
    else:
        judged = _judged_sizes(losses.reshape(who * sizes, -1), chance, times)
    drawn = spread.sampled(times, chance) * np.sqrt([_of_the_mean(group) for group in groups])[:, None]
    samples: Floats = judged.reshape(times, who, sizes) * np.exp(drawn.transpose(0, 2, 1))
    return np.minimum(samples, 1.0) if measure.is_share else samples


def _of_the_mean(group: Sequence[Point]) -> float:
    """Variance of the mean of these draws, in variances of one draw: draws that share rows are correlated."""
    return (1 + (len(group) - 1) * _shared(group)) / len(group)


def _shared(group: Sequence[Point]) -> float:
    """Part of its rows that each of these draws shares with another, as the newest of them knows it."""
    return max(point.shared for point in group)


def _judging(losses: Floats, groups: Sequence[Sequence[Point]]) -> Floats:
    """Covariance of the mean losses over other judging rows, shape (candidates * sizes,) squared.

    Within a size it is that between different draws: what a row does to one draw alone is part of the spread of draws.
    """
    who, sizes, judges = losses.shape
    found = np.atleast_2d(np.cov(losses.reshape(who * sizes, judges)))
    for place, group in enumerate(groups):
        draws = len(group)
        if draws < 2:
            continue
        at = np.ix_(np.arange(who) * sizes + place, np.arange(who) * sizes + place)
        each = sum(np.atleast_2d(np.cov([point.losses[one] for one in point.who])) for point in group)
        found[at] = (draws**2 * found[at] - each) / (draws * (draws - 1))
    values, vectors = np.linalg.eigh(found / judges)
    kept: Floats = (vectors * np.maximum(values, 0.0)) @ vectors.T
    return kept


def _judged_shares(losses: Floats, judging: Floats, chance: np.random.Generator, times: int) -> Floats:
    """Samples of error rates, (times, shares), over other judging rows: multivariate normal on the log scale."""
    judges = losses.shape[1]
    errors = (losses.sum(axis=1) + 0.5) / (judges + 1)
    spread = judging / np.outer(errors, errors)
    spread[np.diag_indices(len(errors))] += 0.25 / (judges * errors) ** 2
    found: Floats = errors * np.exp(chance.multivariate_normal(np.zeros(len(errors)), spread, times, method="svd"))
    return found


def _judged_sizes(losses: Floats, chance: np.random.Generator, times: int) -> Floats:
    """Samples of mean errors, (times, means), over other judging rows, corrected for the skewness of the losses."""
    from core.evaluation.skewed import moments

    found = moments(losses)
    spread = losses.std(axis=1, keepdims=True)
    scaled = losses / np.where(spread > 0, spread, 1.0)
    together = np.atleast_2d(np.cov(scaled, bias=True))
    deviates = chance.multivariate_normal(np.zeros(len(losses)), together, times, method="svd")
    return np.maximum(found.truth_at(deviates), LEAST * (float(found.mean.max()) or 1.0))


def _positive(losses: Floats, measure: Measure, largest: float = 0.0) -> Floats:
    """Mean losses over the last axis, smoothed above 0: shares with half a wrong row more, others with a floor."""
    if measure.is_share:
        shares: Floats = (losses.sum(axis=-1) + 0.5) / (losses.shape[-1] + 1)
        return shares
    errors: Floats = losses.mean(axis=-1)
    return np.maximum(errors, LEAST * (largest or float(errors.max()) or 1.0))


@dataclass(frozen=True)
class Spread:
    """Covariance of the candidates' log errors between draws of one size, and what is known of it.

    It falls with the labels as `sizes` ** exponent: fast for a learner that nears its limit, not at all for others.
    Each of EXPONENTS has its posterior `weights` and its `together`, the covariance at `sizes` 1.
    """

    sizes: Floats
    weights: Floats
    together: Floats
    freedom: int

    def sampled(self, times: int, chance: np.random.Generator) -> Floats:
        """Log errors that one draw of each size might have had, (times, sizes, candidates), around 0.

        A variance judged by few draws is itself unsure: Student's t, in place of the normal.
        """
        which = chance.choice(len(EXPONENTS), times, p=self.weights)
        values, vectors = np.linalg.eigh(self.together)
        roots = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
        normal = chance.normal(size=(times, len(self.sizes), self.together.shape[-1]))
        deviates = np.einsum("nij,nsj->nsi", roots[which], normal)
        stretch = np.sqrt(self.freedom / chance.chisquare(self.freedom, times))
        scale = stretch[:, None] * self.sizes ** (EXPONENTS[which][:, None] / 2)
        found: Floats = deviates * scale[:, :, None]
        return found


def spread_of_draws(groups: Sequence[Sequence[Point]], measure: Measure, largest: float) -> Spread | None:
    """Posterior of the spread, its prior flat over the exponents; None before a size was drawn twice.

    Draws of one pool that share rows differ less than draws of other rows would: by one less the shared part.
    """
    freedoms = np.array([len(group) - 1 for group in groups])
    if not freedoms.any():
        return None
    rows = np.log([np.mean([point.rows for point in group]) for group in groups])
    sizes = np.exp(rows - (freedoms * rows).sum() / freedoms.sum())
    squares = np.array([_squares(group, measure, largest) for group in groups])
    scales = sizes ** EXPONENTS[:, None]
    together = np.einsum("kij,ek->eij", squares, 1 / scales) / freedoms.sum()
    together += 1e-12 * np.eye(together.shape[-1])
    logs = -freedoms.sum() / 2 * np.linalg.slogdet(together)[1]
    weights = np.exp(logs - logs.max())
    return Spread(sizes, weights / weights.sum(), together, int(freedoms.sum()))


def _squares(group: Sequence[Point], measure: Measure, largest: float) -> Floats:
    """Sum of squared deviations of the candidates' log errors, had the draws not shared rows."""
    losses = np.array([[point.losses[who] for who in group[0].who] for point in group])
    logs = np.log(_positive(losses, measure, largest))
    off = logs - logs.mean(axis=0)
    found: Floats = off.T @ off / (1 - min(_shared(group), MOST_SHARED))
    return found
