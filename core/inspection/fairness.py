"""Group fairness: rates by group, the true gap between groups, and a permutation test of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.answers import ClassAnswers
from core.arrays import Floats, Integers
from core.errors import DatasetError, NotFound, did_you_mean
from core.evaluation.holm import holm
from core.evaluation.intervals import Z95, wilson
from core.evaluation.records import Interval
from core.inspection.groups import LEAST_ROWS, Group
from core.inspection.losses import apart

FairnessRate = Literal["selection_rate", "true_positive_rate", "false_positive_rate"]
RATES: tuple[FairnessRate, ...] = ("selection_rate", "true_positive_rate", "false_positive_rate")
Criterion = Literal["demographic_parity", "equal_opportunity", "false_positive_rate", "equalized_odds"]
CRITERIA: dict[Criterion, tuple[FairnessRate, ...]] = {
    "demographic_parity": ("selection_rate",),
    "equal_opportunity": ("true_positive_rate",),
    "false_positive_rate": ("false_positive_rate",),
    "equalized_odds": ("true_positive_rate", "false_positive_rate"),
}
"""Fairness criteria by fairlearn's names, each with the rates that it wants alike in every group."""
FEWEST = 10
"""Minimum rows behind a group's rate; with fewer it is left out."""
RESAMPLES = 2_000
SHUFFLES = 5_000
"""Permutations of the first batch; small p-values take as many more as their correction needs."""
PER_TEST = 100
"""Permutations a corrected test: five of them lie beyond the gap where a p-value is 0.05 after correction."""
ENOUGH = 20
"""Permutations beyond the gap after which a p-value is known well enough."""


@dataclass(frozen=True)
class GroupRates:
    """Fairness rates of one group: rows, the rows each rate is a share of, and each rate with Wilson's 95% limits.

    A rate that fewer than ten rows of the group can show is missing.
    """

    group: Group
    rows: int
    counted: dict[FairnessRate, int]
    rates: dict[FairnessRate, Interval]


@dataclass(frozen=True)
class Gap:
    """Largest difference between groups by one criterion, as seen in these rows and as it is likely to be in truth.

    `seen` is fairlearn's difference, the greatest share less the smallest; chance adds to it, the more the more groups
    there are. `true` is free of that bias to first order, and its limits hold the largest true difference at least 95
    times of 100. `rate` is where the groups are furthest apart, `highest` and `lowest` are places among the groups.
    `by_luck` is the gap that groups treated alike stay below 95 times of 100; `p_value` is how often they show at least
    this one, `adjusted` is corrected for all that was on offer.
    """

    criterion: Criterion
    rate: FairnessRate
    seen: float
    true: Interval
    highest: int
    lowest: int
    by_luck: float
    p_value: float
    adjusted: float


@dataclass(frozen=True)
class GroupPair:
    """Signed difference of one rate between two groups, the first less the second, with its 95% interval."""

    rate: FairnessRate
    first: int
    second: int
    difference: Interval


@dataclass(frozen=True)
class Fairness:
    """Fairness metrics for the answer `label`: the rates of each group, and how far the groups are apart.

    `looks` is how many choices of a column and an answer the correction runs over.
    """

    label: str
    groups: tuple[GroupRates, ...]
    gaps: tuple[Gap, ...]
    looks: int

    def pairs(self, rate: FairnessRate) -> list[GroupPair]:
        """Every pair of groups, the furthest apart first (Newcombe 1998, method 10: hybrid score intervals)."""
        there = [(place, one.rates[rate]) for place, one in enumerate(self.groups) if rate in one.rates]
        ordered = sorted(there, key=lambda one: -one[1].value)
        found = [
            GroupPair(rate, first, second, apart(more, less))
            for i, (first, more) in enumerate(ordered)
            for second, less in ordered[i + 1 :]
        ]
        return sorted(found, key=lambda pair: -pair.difference.value)


def questions(columns: int, predictions: ClassAnswers) -> int:
    """How many different choices of a column and an answer are on offer: an answer that some test row should get.

    Of two classes, each says what the other does, and they count as one.
    """
    known, there = set(predictions.labels), set(predictions.targets)
    return columns * (1 if len(known | there) == 2 else len(known & there))


def fairness(
    predictions: ClassAnswers,
    groups: Sequence[Group],
    label: str,
    *,
    least: int = LEAST_ROWS,
    looks: int = 1,
    seed: int = 0,
) -> Fairness:
    """Fairness metrics: the rates at which each group is given the answer `label`, and the gaps between groups.

    selection_rate: how often the answer is `label`. true_positive_rate: how often, where that is right.
    false_positive_rate: how often, where that is wrong. Groups do not overlap; those of fewer than `least` rows are
    left out. `looks` choices of groups and label are on offer; among groups that are treated alike by all of them, any
    gap at all has an adjusted p-value below 0.05 at most 5 times of 100. Raises NotFound for an unknown label,
    DatasetError with fewer than two groups.
    """
    if label not in predictions.labels:
        raise NotFound(f"The model knows no class '{label}'.", did_you_mean(label, predictions.labels))
    groups = [group for group in groups if group.size >= least]
    if len(groups) < 2:
        raise DatasetError(
            f"Fewer than two groups have {least} test rows or more.",
            "Choose another column, or hold out more rows.",
        )
    counts = _counts(predictions, groups, label)
    rates = tuple(_group_rates(group, row) for group, row in zip(groups, counts, strict=True))
    return Fairness(label, rates, _gaps(counts, looks, seed), looks)


def _is(label: str, values: Sequence[str]) -> NDArray[np.bool_]:
    return np.array([value == label for value in values], bool)


def _counts(predictions: ClassAnswers, groups: Sequence[Group], label: str) -> Integers:
    """Confusion counts, shape (groups, 4): true positives, false negatives, false positives, true negatives."""
    target, answer = _is(label, predictions.targets), _is(label, predictions.answers)
    cells = (target & answer, target & ~answer, ~target & answer, ~target & ~answer)
    return np.array([[int((group.rows & cell).sum()) for cell in cells] for group in groups])


def _of(rate: FairnessRate, counts: NDArray[np.generic]) -> tuple[Floats, Floats]:
    """Numerator and denominator of a rate, for counts of shape (..., 4)."""
    cells = np.asarray(counts, np.float64)
    if rate == "true_positive_rate":
        return cells[..., 0], cells[..., 0] + cells[..., 1]
    if rate == "false_positive_rate":
        return cells[..., 2], cells[..., 2] + cells[..., 3]
    return cells[..., 0] + cells[..., 2], cells.sum(axis=-1)


def _group_rates(group: Group, counts: Integers) -> GroupRates:
    counted, rates = {}, {}
    for rate in RATES:
        hits, rows = _of(rate, counts)
        counted[rate] = int(rows)
        if rows >= FEWEST:
            low, high = wilson(np.array([hits]), np.array([int(rows)]))
            value = float(hits / rows)
            rates[rate] = Interval(value=value, low=min(float(low[0]), value), high=max(float(high[0]), value))
    return GroupRates(group, int(counts.sum()), counted, rates)


@dataclass(frozen=True)
class _Spread:
    """One rate over the groups that can show it: `places` of the groups, `hits` of `rows`, and the permutation test."""

    rate: FairnessRate
    places: Integers
    hits: Integers
    rows: Integers
    by_luck: float
    p_value: float
    debiased: float

    @property
    def shares(self) -> Floats:
        return np.asarray(self.hits / self.rows, np.float64)


def _gaps(counts: Integers, looks: int, seed: int) -> tuple[Gap, ...]:
    """The gap by each criterion that at least two groups can show."""
    found = [one for rate in RATES if (one := _spread(rate, counts, looks, seed)) is not None]
    adjusted = np.minimum(looks * holm([one.p_value for one in found]), 1.0)
    by_rate = {one.rate: (one, float(value)) for one, value in zip(found, adjusted, strict=True)}
    return tuple(
        _gap(criterion, [by_rate[rate] for rate in rates])
        for criterion, rates in CRITERIA.items()
        if all(rate in by_rate for rate in rates)
    )


def _spread(rate: FairnessRate, counts: Integers, looks: int, seed: int) -> _Spread | None:
    """A rate over the groups that can show it; None where fewer than two can."""
    hits, rows = (part.astype(np.int64) for part in _of(rate, counts))
    places = np.flatnonzero(rows >= FEWEST)
    if len(places) < 2:
        return None
    rng = np.random.default_rng(seed)
    by_luck, p_value = _permuted(hits[places], rows[places], looks * len(RATES), rng)
    debiased = _debiased(hits[places], rows[places], rng)
    return _Spread(rate, places, hits[places], rows[places], by_luck, p_value, debiased)


def _gap(criterion: Criterion, tested: Sequence[tuple[_Spread, float]]) -> Gap:
    """The widest gap of these rates; their lower limits share the 5%, so that the greatest of them holds."""
    of = len(tested)
    limits = [_limits(one, of) for one, _ in tested]
    low, high = max(low for low, _ in limits), max(high for _, high in limits)
    widest = max((one for one, _ in tested), key=lambda one: float(np.ptp(one.shares)))
    value = max(one.debiased for one, _ in tested)
    return Gap(
        criterion,
        widest.rate,
        seen=float(np.ptp(widest.shares)),
        true=Interval(value=min(max(value, low), high), low=low, high=high),
        highest=int(widest.places[widest.shares.argmax()]),
        lowest=int(widest.places[widest.shares.argmin()]),
        by_luck=max(one.by_luck for one, _ in tested),
        p_value=min(1.0, of * min(one.p_value for one, _ in tested)),
        adjusted=min(adjusted for _, adjusted in tested),
    )


def _limits(one: _Spread, of: int) -> tuple[float, float]:
    """Limits that hold the largest true difference at least 95 times of 100, whichever groups it lies between.

    Low: the greatest lower limit over all pairs, each at the level of the studentised range (Agresti et al. 2008,
    Simultaneous confidence intervals for comparing binomial parameters); 0 where the permutation test finds no gap.
    High: the greatest upper limit over all pairs; the pair that is furthest apart in truth has one of them, so that its
    own 2.5% is all that can be missed.
    """
    certain = of * one.p_value < 0.05
    low = _between(one, _tukey(len(one.rows), of))[0].max() if certain else 0.0
    return max(float(low), 0.0), min(float(_between(one, Z95)[1].max()), 1.0)


def _between(one: _Spread, z: float) -> tuple[Floats, Floats]:
    """Newcombe's hybrid limits of the signed difference of every two groups, from score limits at `z`."""
    shares = one.shares
    middle = (shares + z**2 / (2 * one.rows)) / (1 + z**2 / one.rows)
    reach = z / (1 + z**2 / one.rows) * np.sqrt(shares * (1 - shares) / one.rows + z**2 / (4 * one.rows**2))
    below, above = shares - np.maximum(middle - reach, 0.0), np.minimum(middle + reach, 1.0) - shares
    differences = shares[:, None] - shares
    other = ~np.eye(len(shares), dtype=bool)
    return (differences - np.hypot(below[:, None], above))[other], (differences + np.hypot(above[:, None], below))[
        other
    ]


@lru_cache(maxsize=256)
def _tukey(groups: int, of: int) -> float:
    """Tukey's critical value of a pair's normal score: 5% over all pairs of groups and `of` rates together."""
    from scipy.stats import studentized_range

    return float(studentized_range.ppf(1 - 0.05 / of, groups, np.inf) / np.sqrt(2))


def _permuted(hits: Integers, rows: Integers, tests: int, rng: np.random.Generator) -> tuple[float, float]:
    """Permutation test of the gap: the same answers fall on the groups at random, drawn by the group sizes.

    Gives the gap that luck stays below 95 times of 100, and the p-value. Few draws are enough for a plain one; a small
    one takes as many as `tests` need, stopping early as in Besag and Clifford, 1991.
    """
    seen, most = float(np.ptp(hits / rows)), max(SHUFFLES, PER_TEST * tests)
    first = _alike(hits, rows, SHUFFLES, rng)
    beyond, drawn = int((first >= seen - 1e-12).sum()), SHUFFLES
    while beyond < ENOUGH and drawn < most:
        more = min(SHUFFLES, most - drawn)
        beyond, drawn = beyond + int((_alike(hits, rows, more, rng) >= seen - 1e-12).sum()), drawn + more
    return float(np.quantile(first, 0.95)), (1 + beyond) / (1 + drawn)


def _alike(hits: Integers, rows: Integers, draws: int, rng: np.random.Generator) -> Floats:
    """Gaps between groups that are treated alike, (draws,)."""
    shares = rng.multivariate_hypergeometric(rows, int(hits.sum()), size=draws) / rows
    return np.asarray(np.ptp(shares, axis=1), np.float64)


def _debiased(hits: Integers, rows: Integers, rng: np.random.Generator) -> float:
    """The gap less what chance adds to it, by a parametric bootstrap from shrunken shares; at least 0.

    The shares are drawn towards their mean by DerSimonian and Laird's estimate of how much they vary in truth: a
    bootstrap from the shares themselves would take their scatter for truth (Lum et al. 2022, De-biasing "bias").
    """
    shares = hits / rows
    shrunken = _shrunken(shares, rows)
    drawn = np.ptp(rng.binomial(rows, shrunken, size=(RESAMPLES, len(rows))) / rows, axis=1)
    return max(0.0, float(np.ptp(shares) - (drawn.mean() - np.ptp(shrunken))))


def _shrunken(shares: Floats, rows: Integers) -> Floats:
    """Empirical Bayes estimates of the shares."""
    mean = float(np.average(shares, weights=rows))
    noise = mean * (1 - mean) / rows
    if mean in (0.0, 1.0):
        return np.full(len(rows), mean)
    weights = 1 / noise
    heterogeneity = float((weights * np.square(shares - mean)).sum()) - (len(rows) - 1)
    between = max(0.0, heterogeneity / (weights.sum() - np.square(weights).sum() / weights.sum()))
    return np.asarray(mean + between / (between + noise) * (shares - mean), np.float64)
