"""Paired bootstrap: how much a metric's difference varies from one set of rows to the next.

Everybody is measured on the same drawn rows, so what makes a row hard for all of them falls out of the difference
(Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapters 8 and 16).
"""

from dataclasses import dataclass

import numpy as np

from core.arrays import Floats
from core.comparison.aligned import Aligned
from core.evaluation.counts import DRAWS, FEWEST_RESAMPLES, RESAMPLES, Cells, measure
from core.evaluation.intervals import Z95, percentiles
from core.evaluation.ranking import rankings
from core.evaluation.records import Interval
from core.evaluation.scores import brier, calibration_error, log_loss

COUNTED = (
    "accuracy",
    "balanced_accuracy",
    "f1_macro",
    "precision_macro",
    "recall_macro",
    "f1_weighted",
    "precision_weighted",
    "recall_weighted",
)
"""Metrics that need only which answer each row got."""
AT_ONCE = 4_000_000
"""Drawn cells held in memory at a time."""


@dataclass(frozen=True)
class SamplingSpread:
    """Sampling distribution of one metric: each model's value, and what it would have been on other rows.

    `spread[name]` are bootstrap values, or each row's influence where `linear`; the same draws or rows for everybody.
    """

    values: dict[str, float]
    spread: dict[str, Floats]
    linear: bool

    def difference(self, a: str, b: str) -> tuple[Interval, float]:
        """`b` less `a`: its 95% interval and its standard error."""
        value, apart = self.values[b] - self.values[a], self.spread[b] - self.spread[a]
        if self.linear:
            error = float(np.sqrt(np.square(apart).sum()))
            return Interval(value=value, low=value - Z95 * error, high=value + Z95 * error), error
        return percentiles(value, apart), float(apart.std())


def wobble(aligned: Aligned, metric: str, seed: int, resamples: int | None = None) -> SamplingSpread:
    """Sampling distribution of every model's metric on the common rows. The metric must be one these rows can give.

    `resamples` says how often rows are drawn; left out, 2,000 times, and 400 where answers follow many patterns.
    """
    return _counted(aligned, metric, seed, resamples) if metric in COUNTED else _scored(aligned, metric)


def _counted(aligned: Aligned, metric: str, seed: int, resamples: int | None) -> SamplingSpread:
    """Multinomial bootstrap over the patterns of answers: rows that all models answered alike are one cell."""
    coded = aligned.classes.coded
    targets = next(iter(coded.values())).targets
    patterns, counts = _patterns(np.stack([targets, *(one.answers for one in coded.values())]))
    classes = len(aligned.classes.labels)
    tallies = {name: Cells(patterns[0], patterns[i], counts, classes) for i, name in enumerate(coded, start=1)}
    resamples = resamples or int(np.clip(DRAWS // len(counts), FEWEST_RESAMPLES, RESAMPLES))
    rng = np.random.default_rng(seed)
    parts: dict[str, list[Floats]] = {name: [] for name in coded}
    step = max(1, AT_ONCE // len(counts))
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        draws = rng.multinomial(aligned.rows, counts / counts.sum(), size=size).astype(np.float64)
        for name, tally in tallies.items():
            parts[name].append(measure(tally, draws)[metric])
    return SamplingSpread(
        values={name: float(measure(tally)[metric][0]) for name, tally in tallies.items()},
        spread={name: np.concatenate(found) for name, found in parts.items()},
        linear=False,
    )


def _patterns(columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distinct columns of (who, rows), shape (who, patterns), and how many rows have each."""
    order = np.lexsort(columns)
    ordered = columns[:, order]
    starts = np.flatnonzero(np.concatenate(([True], (ordered[:, 1:] != ordered[:, :-1]).any(axis=0))))
    return ordered[:, starts], np.diff(np.append(starts, columns.shape[1]))


def _scored(aligned: Aligned, metric: str) -> SamplingSpread:
    """Infinitesimal jackknife (the bootstrap to first order) from each row's influence; for the ROC AUC, DeLong's."""
    means = {"log_loss": log_loss, "brier": brier, "calibration_error": calibration_error}
    found = {
        name: means[metric](one) if metric in means else rankings(one)[metric]
        for name, one in aligned.classes.coded.items()
    }
    return SamplingSpread(
        values={name: value for name, (value, _) in found.items()},
        spread={name: influence for name, (_, influence) in found.items()},
        linear=True,
    )
