"""Group fairness: rates by group through fairlearn, the gaps between groups, and a permutation test of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.answers import ClassAnswers
from core.arrays import Floats, Integers
from core.errors import DatasetError, NotFound, did_you_mean
from core.evaluation.holm import holm
from core.evaluation.intervals import wilson
from core.evaluation.records import Interval
from core.inspection.groups import LEAST_ROWS, Group

FairnessRate = Literal["selection_rate", "true_positive_rate", "false_positive_rate"]
RATES: tuple[FairnessRate, ...] = ("selection_rate", "true_positive_rate", "false_positive_rate")
FEWEST = 10
"""Minimum rows behind a group's rate; with fewer it is left out."""
RESAMPLES = 2_000
SHUFFLES = 5_000


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
    """Between-group difference in one rate: the greatest less the smallest, with its 95% bootstrap interval.

    `highest` and `lowest` are places among the groups. `by_luck` is the gap that groups treated alike stay below 95
    times of 100 (some gap is always there); `p_value` is how often they show at least this one, `adjusted` after Holm's
    correction for the three rates.
    """

    rate: FairnessRate
    gap: Interval
    highest: int
    lowest: int
    by_luck: float
    p_value: float
    adjusted: float


@dataclass(frozen=True)
class Fairness:
    """Fairness metrics for the answer `label`: the rates of each group, and how far the groups are apart."""

    label: str
    groups: tuple[GroupRates, ...]
    gaps: tuple[Gap, ...]


def fairness(
    predictions: ClassAnswers, groups: Sequence[Group], label: str, *, least: int = LEAST_ROWS, seed: int = 0
) -> Fairness:
    """Fairness metrics: the rates at which each group is given the answer `label`, and the gaps between groups.

    selection_rate: how often the answer is `label`. true_positive_rate: how often, where that is right.
    false_positive_rate: how often, where that is wrong. Groups do not overlap; those of fewer than `least` rows are
    left out. Raises NotFound for an unknown label, DatasetError with fewer than two groups.
    """
    if label not in predictions.labels:
        raise NotFound(f"The model knows no class '{label}'.", did_you_mean(label, predictions.labels))
    groups = [group for group in groups if group.size >= least]
    if len(groups) < 2:
        raise DatasetError(
            f"Fewer than two groups have {least} held-out rows or more.",
            "Choose another column, or hold out more rows.",
        )
    counts = _counts(predictions, groups, label)
    frame = _by_fairlearn(predictions, groups, label)
    rates = tuple(_group_rates(group, counts[i], frame.iloc[i]) for i, group in enumerate(groups))
    gaps = [gap for rate in RATES if (gap := _gap(rate, counts, seed)) is not None]
    adjusted = holm(np.array([gap.p_value for gap in gaps]))
    return Fairness(label, rates, tuple(_corrected(gap, value) for gap, value in zip(gaps, adjusted, strict=True)))


def _by_fairlearn(predictions: ClassAnswers, groups: Sequence[Group], label: str) -> pd.DataFrame:
    """fairlearn's rates: a row for each group, a column for each rate."""
    from fairlearn.metrics import MetricFrame, false_positive_rate, selection_rate, true_positive_rate

    place = np.full(len(predictions.targets), -1)
    for i, group in enumerate(groups):
        place[group.rows] = i
    inside = place >= 0
    frame = MetricFrame(
        metrics={
            "selection_rate": selection_rate,
            "true_positive_rate": true_positive_rate,
            "false_positive_rate": false_positive_rate,
        },
        y_true=_is(label, predictions.targets)[inside].astype(int),
        y_pred=_is(label, predictions.answers)[inside].astype(int),
        sensitive_features=place[inside],
    )
    by_group: pd.DataFrame = frame.by_group
    return by_group.sort_index()


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


def _group_rates(group: Group, counts: Integers, values: pd.Series) -> GroupRates:
    counted, rates = {}, {}
    for rate in RATES:
        hits, rows = _of(rate, counts)
        counted[rate] = int(rows)
        if rows >= FEWEST:
            low, high = wilson(np.array([hits]), np.array([int(rows)]))
            value = float(values[rate])
            rates[rate] = Interval(value=value, low=min(float(low[0]), value), high=max(float(high[0]), value))
    return GroupRates(group, int(counts.sum()), counted, rates)


def _gap(rate: FairnessRate, counts: Integers, seed: int) -> Gap | None:
    """The gap over the groups that can show the rate; None where fewer than two can."""
    hits, rows = _of(rate, counts)
    there = np.flatnonzero(rows >= FEWEST)
    if len(there) < 2:
        return None
    rng = np.random.default_rng(seed)
    values = hits[there] / rows[there]
    highest, lowest = int(values.argmax()), int(values.argmin())
    gap = float(values[highest] - values[lowest])
    alike = _permuted(hits[there].astype(np.int64), rows[there].astype(np.int64), rng)
    low, high = np.quantile(_resampled(rate, counts[there], rng), (0.025, 0.975))
    return Gap(
        rate,
        Interval(value=gap, low=min(float(low), gap), high=max(float(high), gap)),
        int(there[highest]),
        int(there[lowest]),
        by_luck=float(np.quantile(alike, 0.95)),
        p_value=float((1 + (alike >= gap - 1e-12).sum()) / (1 + SHUFFLES)),
        adjusted=1.0,
    )


def _permuted(hits: Integers, rows: Integers, rng: np.random.Generator) -> Floats:
    """Permutation distribution of the gap: the same answers fall on the groups at random, drawn by the group sizes."""
    drawn = rng.multivariate_hypergeometric(rows, int(hits.sum()), size=SHUFFLES)
    shares = drawn / rows
    return np.asarray(shares.max(axis=1) - shares.min(axis=1), np.float64)


def _resampled(rate: FairnessRate, counts: Integers, rng: np.random.Generator) -> Floats:
    """Bootstrap distribution of the gap within each group's rows; draws in which a group has no rate are left out."""
    draws = np.stack([rng.multinomial(row.sum(), row / row.sum(), size=RESAMPLES) for row in counts], axis=1)
    hits, rows = _of(rate, draws)
    whole = (rows > 0).all(axis=1)
    shares = hits[whole] / rows[whole]
    return np.asarray(shares.max(axis=1) - shares.min(axis=1), np.float64) if whole.any() else np.zeros(1)


def _corrected(gap: Gap, adjusted: float) -> Gap:
    return Gap(gap.rate, gap.gap, gap.highest, gap.lowest, gap.by_luck, gap.p_value, float(adjusted))
