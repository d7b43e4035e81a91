"""ROC, precision-recall and calibration curves, worked out on read from the stored predictions: never stored twice."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from core.answers import ClassAnswers
from core.arrays import Floats, Integers
from core.data.labels.order import places
from core.errors import DatasetError, NotFound, did_you_mean
from core.evaluation.coded import Coded, code
from core.evaluation.expected_calibration import CALIBRATION_BINS, confidence_bins
from core.evaluation.ranking import Ranked, average_precision, rank, roc_auc

MOST_POINTS = 500


@dataclass(frozen=True)
class Curve:
    """A curve's points from left to right, at most 500; `area` is worked out from all of them.

    `thresholds` says from which score on a row counts as of the class, at each point.
    """

    x: Floats
    y: Floats
    thresholds: Floats
    area: float


@dataclass(frozen=True)
class Calibration:
    """Reliability diagram: by bins of confidence, what the model claimed, how often it was right, and how sure that is.

    `low` and `high` are a simultaneous band: between them lies the whole true curve, in every bin at once, at least 95
    times of 100. `rows` counts each group. Empty groups are left out.
    """

    stated: Floats
    observed: Floats
    low: Floats
    high: Floats
    rows: Integers


@dataclass(frozen=True)
class Confusion:
    """Confusion matrix: `counts[t, a]` rows of class `labels[t]` were called `labels[a]`."""

    counts: Integers
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Distribution:
    """Class counts of the test rows, and of the model's answers."""

    labels: tuple[str, ...]
    targets: Integers
    answers: Integers


def roc(predictions: ClassAnswers, label: str) -> Curve:
    """ROC curve of one class: false positive rate (x) against true positive rate (y); `area` is the ROC AUC.

    Raises NotFound for a label that the model does not know, DatasetError without rows inside and outside the class.
    """
    ranked = _ranked(predictions, label)
    measured = roc_auc(ranked)
    if measured is None:
        raise DatasetError(
            f"There is no ROC curve of '{label}': it has {ranked.inside} of {len(ranked.positive)} test rows.",
            "It needs test rows of this class and of another.",
        )
    hits = np.cumsum(ranked.hits[::-1])
    misses = np.cumsum((ranked.members - ranked.hits)[::-1])
    x = np.concatenate(([0.0], misses / ranked.outside))
    y = np.concatenate(([0.0], hits / ranked.inside))
    return _thinned(x, y, np.concatenate(([np.inf], ranked.thresholds[::-1])), measured[0])


def precision_recall(predictions: ClassAnswers, label: str) -> Curve:
    """Precision-recall curve of one class, recall as x; `area` is scikit-learn's average precision.

    Raises NotFound for a label that the model does not know, DatasetError without rows of the class.
    """
    ranked = _ranked(predictions, label)
    measured = average_precision(ranked)
    if measured is None:
        raise DatasetError(f"There is no curve of '{label}': no test row has this class.")
    hits = np.cumsum(ranked.hits[::-1])
    x = np.concatenate(([0.0], hits / ranked.inside))
    y = np.concatenate(([1.0], hits / np.cumsum(ranked.members[::-1])))
    return _thinned(x, y, np.concatenate(([np.inf], ranked.thresholds[::-1])), measured[0])


def calibration(predictions: ClassAnswers) -> Calibration:
    """Reliability diagram of the top answer, in the 15 bins of calibration_error."""
    coded = code(predictions)
    confidence = coded.scores.max(axis=1)
    bins = confidence_bins(confidence, CALIBRATION_BINS)
    rows = np.bincount(bins, minlength=CALIBRATION_BINS)
    filled = rows > 0
    right: Floats = np.bincount(bins, weights=coded.right, minlength=CALIBRATION_BINS)[filled].astype(np.float64)
    stated = np.bincount(bins, weights=confidence, minlength=CALIBRATION_BINS)[filled]
    low, high = _simultaneous(right, rows[filled])
    return Calibration(stated / rows[filled], right / rows[filled], low, high, rows[filled])


def _simultaneous(right: Floats, rows: Integers) -> tuple[Floats, Floats]:
    """Exact limits of independent shares, which all hold at once at least 95 times of 100.

    Clopper and Pearson's (1934), at the level that Sidak (1967) gives each: 1 - 0.95 ** (1 / bins).
    """
    tail = (1 - 0.95 ** (1 / len(rows))) / 2
    low = np.where(right > 0, betaincinv(np.maximum(right, 1), rows - right + 1, tail), 0.0)
    high = np.where(right < rows, betaincinv(right + 1, np.maximum(rows - right, 1), 1 - tail), 1.0)
    return low, high


def confusion(predictions: ClassAnswers) -> Confusion:
    """Confusion matrix in natural order; labels that stand only in the targets come last."""
    coded = code(predictions)
    size, order = len(coded.labels), _shown(coded)
    counts = np.bincount(coded.targets * size + coded.answers, minlength=size * size).reshape(size, size)
    return Confusion(counts[np.ix_(order, order)], tuple(coded.labels[i] for i in order))


def distribution(predictions: ClassAnswers) -> Distribution:
    """Class counts of the test rows, and of the model's answers."""
    coded = code(predictions)
    size, order = len(coded.labels), _shown(coded)
    targets, answers = (np.bincount(one, minlength=size)[order] for one in (coded.targets, coded.answers))
    return Distribution(tuple(coded.labels[i] for i in order), targets, answers)


def _shown(coded: Coded) -> list[int]:
    """Indices of the labels in natural order, those that a model knows first."""
    known, unseen = coded.labels[: coded.known], coded.labels[coded.known :]
    return [*places(known), *(coded.known + place for place in places(unseen))]


def _ranked(predictions: ClassAnswers, label: str) -> Ranked:
    coded: Coded = code(predictions)
    if label not in predictions.labels:
        raise NotFound(f"The model knows no class '{label}'.", did_you_mean(label, predictions.labels))
    number = predictions.labels.index(label)
    return rank(coded.scores[:, number], coded.targets == number)


def _thinned(x: Floats, y: Floats, thresholds: Floats, area: float) -> Curve:
    """Downsampled curve: at most 500 points, evenly along its length; both ends stay."""
    kept: NDArray[np.intp] = np.arange(len(x))
    if len(x) > MOST_POINTS:
        length = np.concatenate(([0.0], np.cumsum(np.abs(np.diff(x)) + np.abs(np.diff(y)))))
        kept = np.unique(np.searchsorted(length, np.linspace(0.0, length[-1], MOST_POINTS - 1)))
        kept = np.union1d(kept, [0, len(x) - 1])
    return Curve(x[kept], y[kept], thresholds[kept], area)
