"""Metrics that need only the confusion counts: how many rows of each class got each answer.

A class's recall, precision and F1 each follow one binomial share, which has limits of its own even from a single row;
`recovered` puts these together to the interval of an average over classes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from core.arrays import Floats, Integers
from core.evaluation.coded import Coded
from core.evaluation.intervals import Z95, recovered, share_limits
from core.evaluation.records import ClassQuality, Interval


@dataclass(frozen=True)
class ClassMetric:
    """A metric of one class: `times` its right answers, divided by its rows (if `rows`) and its answers together."""

    times: int
    rows: int
    answers: int


RECALL, PRECISION, F1 = ClassMetric(1, 1, 0), ClassMetric(1, 0, 1), ClassMetric(2, 1, 1)
AVERAGES = {
    "balanced_accuracy": RECALL,
    "f1_macro": F1,
    "precision_macro": PRECISION,
    "recall_macro": RECALL,
    "f1_weighted": F1,
    "precision_weighted": PRECISION,
}
"""What each average over classes is an average of."""


@dataclass(frozen=True)
class Cells:
    """The non-empty cells of the confusion matrix: `counts[i]` rows of class `targets[i]` were called `answers[i]`."""

    targets: Integers
    answers: Integers
    counts: Integers
    classes: int


def cells(coded: Coded) -> Cells:
    """Confusion matrix of these predictions, sparse."""
    classes = len(coded.labels)
    pairs, counts = np.unique(coded.targets * classes + coded.answers, return_counts=True)
    return Cells(pairs // classes, pairs % classes, counts, classes)


@dataclass(frozen=True)
class Totals:
    """Right answers, rows and answers of each class, (classes,)."""

    right: Floats
    rows: Floats
    answers: Floats

    def bottom(self, metric: ClassMetric) -> Floats:
        """What the metric of each class is divided by."""
        return metric.rows * self.rows + metric.answers * self.answers

    def values(self, metric: ClassMetric) -> Floats:
        """The metric of each class; 0 where there is nothing to divide by."""
        return _divide(metric.times * self.right, self.bottom(metric))

    def limits(self, metric: ClassMetric) -> tuple[Floats, Floats]:
        """95% limits of each class; F1 rises with the right answers' share of all rows that are or are called so."""
        low, high = share_limits(self.right, self.bottom(metric) - (metric.times - 1) * self.right)
        more = metric.times - 1
        return metric.times * low / (1 + more * low), metric.times * high / (1 + more * high)

    def weights(self, average: str) -> Floats:
        """What each class counts: alike if it stands among the targets or the answers, or by its rows."""
        if average.endswith("_weighted"):
            return np.asarray(self.rows / self.rows.sum(), np.float64)
        seen = self.rows > 0 if average == "balanced_accuracy" else self.rows + self.answers > 0
        return np.asarray(seen / seen.sum(), np.float64)


def totals(tally: Cells) -> Totals:
    """Sums of the cells by class."""
    rows = tally.counts.astype(np.float64)
    return Totals(
        _by_class(tally.targets, np.where(tally.targets == tally.answers, rows, 0.0), tally.classes),
        _by_class(tally.targets, rows, tally.classes),
        _by_class(tally.answers, rows, tally.classes),
    )


def _by_class(classes: Integers, rows: Floats, size: int) -> Floats:
    return np.bincount(classes, weights=rows, minlength=size).astype(np.float64)


def measure(tally: Cells) -> dict[str, float]:
    """Each metric's value, as scikit-learn's with zero_division=0."""
    found = totals(tally)
    right = float(found.right.sum() / found.rows.sum())
    averages = {name: float(found.values(metric) @ found.weights(name)) for name, metric in AVERAGES.items()}
    return {"accuracy": right, **averages, "recall_weighted": right}


def count_metrics(coded: Coded) -> dict[str, Interval]:
    """Every count metric with its 95% interval; means over classes are left out where a known class has no rows."""
    tally = cells(coded)
    values, found = measure(tally), totals(tally)
    low, high = (float(end) for end in share_limits(found.right.sum(), found.rows.sum()))
    share = Interval(value=values["accuracy"], low=low, high=high)
    made = {"accuracy": share, "recall_weighted": share}
    for name, metric in AVERAGES.items():
        if name.endswith("_weighted"):
            made[name] = _by_rows(values[name], metric, tally, found, share)
        elif not coded.lacks_a_class:
            made[name] = _around(values[name], _reaches(metric, tally, found, found.weights(name)))
    return made


def _by_rows(value: float, metric: ClassMetric, tally: Cells, found: Totals, share: Interval) -> Interval:
    """Interval of an average by the classes' rows, at least as wide as that of the share of right answers."""
    drift = Z95 * (found.values(metric)[tally.targets] - value) / found.rows.sum()
    down, up = _reaches(metric, tally, found, found.weights("_weighted"), drift)
    return _around(value, (max(down, share.value - share.low), max(up, share.high - share.value)))


def _reaches(
    metric: ClassMetric, tally: Cells, found: Totals, weights: Floats, drift: Floats | float = 0.0
) -> tuple[float, float]:
    """How far an average over classes reaches down and up; `drift` is what the weights themselves add."""
    values, (low, high) = found.values(metric), found.limits(metric)
    influence = _influence(tally, metric, values, found.bottom(metric))
    hits = (
        2 if metric.rows and metric.answers else 1
    )  # a mistake is in the class that it is of and the one it is called
    down, up = (
        recovered(weights * reach, influence, tally.counts, found.rows, drift, hits)
        for reach in (values - low, high - values)
    )
    return down, up


def _around(value: float, reaches: tuple[float, float]) -> Interval:
    return Interval(value=value, low=max(0.0, value - reaches[0]), high=min(1.0, value + reaches[1]))


def _influence(tally: Cells, metric: ClassMetric, values: Floats, bottom: Floats) -> csr_array:
    """Derivative of each class's metric by the weight of a row in a cell, (cells, classes)."""
    right = tally.targets == tally.answers
    by_target = metric.times * right - metric.rows * values[tally.targets]
    by_answer = -metric.answers * values[tally.answers]
    places = np.arange(len(right))
    parts = np.concatenate((by_target, by_answer))
    where = (np.concatenate((places, places)), np.concatenate((tally.targets, tally.answers)))
    made = csr_array((parts, where), shape=(len(right), tally.classes))
    return made @ diags_array(_divide(np.ones(tally.classes), bottom))


def class_qualities(coded: Coded) -> tuple[ClassQuality, ...]:
    """Per-class precision, recall and F1, of classes without test rows too, in the order of the labels."""
    classes = len(coded.labels)
    found = np.bincount(coded.targets[coded.right], minlength=classes)
    rows = np.bincount(coded.targets, minlength=classes)
    named = np.bincount(coded.answers, minlength=classes)
    precision, recall, f1 = _divide(found, named), _divide(found, rows), _divide(2 * found, rows + named)
    return tuple(
        ClassQuality(
            label=label, rows=int(rows[i]), precision=float(precision[i]), recall=float(recall[i]), f1=float(f1[i])
        )
        for i, label in enumerate(coded.labels)
    )


def _divide(above: NDArray[np.generic], below: NDArray[np.generic]) -> Floats:
    """The quotient, and 0 where there is nothing to divide by."""
    top, bottom = np.asarray(above, np.float64), np.asarray(below, np.float64)
    return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)
