"""Permutation statistics of a paired test: each row's share of the difference, and the difference after swaps.

Means over rows, recall and the area under the ROC curve are sums of what rows add, whichever rows are swapped; of the
others that sum is the first order, and swapped rows are measured again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.sparse import csr_array

from core.arrays import Floats, Integers
from core.comparison.aligned import AlignedClasses
from core.comparison.permutation import MOST_ROWS, Difference, Signs
from core.comparison.swapped_ranks import ranking_differences
from core.evaluation.coded import Coded
from core.evaluation.expected_calibration import CALIBRATION_BINS, confidence_bins
from core.evaluation.scores import brier_by_row, log_loss_by_row

Pairs = Mapping[tuple[str, str], Difference]
FEW_FEATURES = 32
LARGEST_LOSS = -float(np.log(np.finfo(np.float32).eps))


def differences(classes: AlignedClasses, metric: str) -> Pairs:
    """Every pair's difference by a metric of classes that these rows can give."""
    coded = classes.coded
    if metric in {"roc_auc", "average_precision"}:
        return ranking_differences(coded, metric)
    between = BETWEEN[metric]
    return {(a, b): between(coded[a], coded[b]) for a, b in combinations(coded, 2)}


def _mean_of(by_row: Callable[[Coded], Floats], most: float) -> Callable[[Coded, Coded], Difference]:
    def between(a: Coded, b: Coded) -> Difference:
        apart = (by_row(b) - by_row(a)) / a.rows
        return Difference(float(apart.sum()), apart, np.full(a.rows, 1 / a.rows), most)

    return between


def _right(coded: Coded) -> Floats:
    return coded.right.astype(np.float64)


def _recall(a: Coded, b: Coded) -> Difference:
    """Mean recall of the classes that have rows."""
    rows = np.bincount(a.targets, minlength=len(a.labels))
    weights = 1 / rows[a.targets] / (rows > 0).sum()
    apart = (_right(b) - _right(a)) * weights
    return Difference(float(apart.sum()), apart, weights)


@dataclass(frozen=True)
class _Sums:
    """A metric of sums over rows: of each class, the right answers and all answers.

    `slope` is its gradient by the sums, both in one vector.
    """

    measure: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]


def _counted(name: str, *, weighted: bool) -> Callable[[Coded, Coded], Difference]:
    """F1 or precision, averaged over classes alike or by their rows."""

    def between(a: Coded, b: Coded) -> Difference:
        classes = len(a.labels)
        rows = np.bincount(a.targets, minlength=classes)
        bottom, top = (rows, 2.0) if name == "f1" else (np.zeros(classes), 1.0)
        shares = rows / a.rows if weighted else np.full(classes, 1 / classes)

        def measure(sums: Floats) -> Floats:
            found, named = sums[..., :classes], sums[..., classes:]
            below = bottom + named
            return np.divide(top * found, below, out=np.zeros_like(found), where=below > 0) @ shares

        def slope(sums: Floats) -> Floats:
            below = np.maximum(bottom + sums[classes:], 1e-9)
            by_named = np.where(bottom + sums[classes:] > 0, -top * sums[:classes] / below**2, 0.0)
            return np.concatenate((np.where(bottom + sums[classes:] > 0, top / below, 0.0) * shares, by_named * shares))

        weights = np.full(a.rows, 1 / a.rows) if weighted else 1 / rows[a.targets] / (rows > 0).sum()
        moved = np.flatnonzero(a.answers != b.answers)
        return _from_sums(_count_features(a), _count_features(b), _Sums(measure, slope), weights, moved)

    return between


def _count_features(coded: Coded) -> csr_array:
    """Which class each row adds a right answer and an answer to, (rows, 2 classes)."""
    classes, places = len(coded.labels), np.arange(coded.rows)
    right = np.flatnonzero(coded.right)
    where = np.concatenate((places[right], places))
    column = np.concatenate((coded.targets[right], coded.answers + classes))
    return csr_array((np.ones(len(where), np.float32), (where, column)), shape=(coded.rows, 2 * classes))


def _calibration(a: Coded, b: Coded) -> Difference:
    rows = a.rows
    metric = _Sums(lambda sums: np.abs(sums).sum(axis=-1) / rows, lambda sums: np.sign(sums) / rows)
    return _from_sums(_gap_features(a), _gap_features(b), metric, np.full(rows, 1 / rows), np.arange(rows))


def _gap_features(coded: Coded) -> csr_array:
    """Confidence less rightness in the row's bin of confidence, (rows, bins)."""
    confidence = coded.scores.max(axis=1)
    bins = confidence_bins(confidence, CALIBRATION_BINS)
    shape = (coded.rows, CALIBRATION_BINS)
    return csr_array(((confidence - coded.right).astype(np.float32), (np.arange(coded.rows), bins)), shape=shape)


def _from_sums(a: csr_array, b: csr_array, metric: _Sums, weights: Floats, moved: Integers) -> Difference:
    first, second = (np.asarray(one.sum(axis=0), np.float64) for one in (a, b))
    middle, apart = (first + second) / 2, b - a
    added = np.asarray(apart @ metric.slope(middle), np.float64)
    value = float(metric.measure(second) - metric.measure(first))
    sparse = _together(apart[moved]).T.tocsr()
    turned = sparse.toarray() if sparse.shape[0] <= FEW_FEATURES else sparse

    def swapped(signs: Signs) -> Floats:
        half = np.asarray(turned @ signs, np.float64).T / 2
        return metric.measure(middle + half) - metric.measure(middle - half)

    return Difference(value, added, weights, moved=turned.shape[1], swapped=swapped)


def _together(features: csr_array) -> csr_array:
    """At most 2,000 sums of rows, each row with a drawn sign: swapped together, they vary as the rows do."""
    rows = features.shape[0]
    if rows <= MOST_ROWS:
        return features
    drawn = np.random.default_rng(rows).choice(np.array([-1, 1], np.float32), rows)
    places = np.arange(rows)
    sets: csr_array = csr_array((drawn, (places % MOST_ROWS, places)), shape=(MOST_ROWS, rows))
    return csr_array(sets @ features)


BETWEEN: dict[str, Callable[[Coded, Coded], Difference]] = {
    "balanced_accuracy": _recall,
    "recall_macro": _recall,
    "recall_weighted": _mean_of(_right, 1.0),
    "f1_macro": _counted("f1", weighted=False),
    "precision_macro": _counted("precision", weighted=False),
    "f1_weighted": _counted("f1", weighted=True),
    "precision_weighted": _counted("precision", weighted=True),
    "log_loss": _mean_of(log_loss_by_row, LARGEST_LOSS),
    "brier": _mean_of(brier_by_row, 2.0),
    "calibration_error": _calibration,
}
"""Differences of two models by the metrics that are no rankings."""
