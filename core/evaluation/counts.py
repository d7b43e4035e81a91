"""Metrics that need only the confusion counts: how many rows of each class got each answer.

The bootstrap of rows is then a multinomial draw over the cells that are not empty: rows in one cell are alike, so
drawing rows with replacement and drawing cells with their shares are the same experiment (Efron & Tibshirani,
An Introduction to the Bootstrap, 1993, chapters 6 and 13).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from core.arrays import Floats, Integers
from core.evaluation.coded import Coded
from core.evaluation.intervals import percentiles, when_all_alike
from core.evaluation.records import ClassQuality, Interval

RESAMPLES = 2_000
FEWEST_RESAMPLES = 400
DRAWS = 2_000_000
"""Cells times resamples stay below this, so that a thousand classes take a second and not a minute."""


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


def measure(tally: Cells, draws: NDArray[np.float64] | None = None) -> dict[str, Floats]:
    """Each metric for every row of `draws`, shape (resamples, cells); for the counts themselves when it is left out.

    As scikit-learn with zero_division=0: macro and weighted averages run over the classes that stand among the
    targets or the answers, balanced accuracy over those among the targets.
    """
    weights = tally.counts[None, :].astype(np.float64) if draws is None else draws
    found = weights @ _membership(tally, tally.targets, tally.targets == tally.answers)
    rows = weights @ _membership(tally, tally.targets)
    named = weights @ _membership(tally, tally.answers)
    per_class = {
        "precision": _divide(found, named),
        "recall": _divide(found, rows),
        "f1": _divide(2 * found, rows + named),
    }
    seen = rows + named > 0
    metrics = {
        "accuracy": found.sum(axis=1) / rows.sum(axis=1),
        "balanced_accuracy": per_class["recall"].sum(axis=1) / (rows > 0).sum(axis=1),
    }
    for name, values in per_class.items():
        metrics[f"{name}_macro"] = values.sum(axis=1) / seen.sum(axis=1)
        metrics[f"{name}_weighted"] = (values * rows).sum(axis=1) / rows.sum(axis=1)
    return metrics


def count_metrics(coded: Coded, seed: int) -> dict[str, Interval]:
    """Every count metric with its 95% bootstrap interval."""
    tally = cells(coded)
    values = {name: float(batch[0]) for name, batch in measure(tally).items()}
    if coded.right.all() or not coded.right.any():
        return {name: when_all_alike(value, _judged_by(name, coded)) for name, value in values.items()}
    resamples = int(np.clip(DRAWS // len(tally.counts), FEWEST_RESAMPLES, RESAMPLES))
    shares = tally.counts / tally.counts.sum()
    draws = np.random.default_rng(seed).multinomial(coded.rows, shares, size=resamples)
    spread = measure(tally, draws.astype(np.float64))
    return {name: percentiles(value, spread[name]) for name, value in values.items()}


def class_qualities(coded: Coded) -> tuple[ClassQuality, ...]:
    """Per-class precision, recall and F1, of classes without held-out rows too, in the order of the labels."""
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


def _judged_by(metric: str, coded: Coded) -> Integers:
    """The rows of each class where classes count alike, else all rows together."""
    alike = metric.endswith("_macro") or metric == "balanced_accuracy"
    return np.bincount(coded.targets) if alike else np.array([coded.rows])


def _membership(tally: Cells, classes: Integers, where: NDArray[np.bool_] | None = None) -> csr_array:
    """Indicator matrix (cells, classes), 1 where a cell belongs to a class."""
    chosen = np.arange(len(classes)) if where is None else np.flatnonzero(where)
    ones = np.ones(len(chosen))
    return csr_array((ones, (chosen, classes[chosen])), shape=(len(classes), tally.classes))


def _divide(above: NDArray[np.generic], below: NDArray[np.generic]) -> Floats:
    """The quotient, and 0 where there is nothing to divide by."""
    top, bottom = np.asarray(above, np.float64), np.asarray(below, np.float64)
    return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)
