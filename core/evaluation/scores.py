"""Metrics that read the scores: ranking (ROC, precision and recall) and probabilities (log loss, Brier, calibration).

Each comes with its influence: the derivative of the metric with respect to each row's weight, which is what the
interval is made from.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.evaluation.coded import Coded, Floats
from core.evaluation.intervals import from_influence, when_all_alike
from core.results import Interval

CALIBRATION_BINS = 15
"""As Guo et al., On Calibration of Modern Neural Networks, 2017."""

Measured = tuple[float, Floats]
"""A metric's value and its influence, one number a row."""

ClassMetric = Callable[[Floats, NDArray[np.bool_]], Measured | None]
"""From one class's scores, and which rows are of it."""


def score_metrics(coded: Coded) -> dict[str, Interval]:
    """Every score metric with its 95% interval. A metric that these rows cannot give is left out."""
    found: dict[str, Interval] = {}
    for name, ranking in {"roc_auc": roc_auc(coded), "average_precision": average_precision(coded)}.items():
        if ranking is not None:
            sure = ranking[0] in {0.0, 1.0}
            alike = when_all_alike(ranking[0], np.bincount(coded.targets)) if sure else None
            found[name] = alike or from_influence(*ranking, at_most_one=True)
    found["log_loss"] = from_influence(*log_loss(coded), at_most_one=False)
    found["brier"] = from_influence(*brier(coded), at_most_one=len(coded.labels) == 2)
    found["calibration_error"] = from_influence(*calibration_error(coded), at_most_one=True)
    return found


def roc_auc(coded: Coded) -> Measured | None:
    """The area under the ROC curve: of the second of two classes; else each class against the rest, averaged.

    Classes without a row inside or outside them are left out; None when none is left.
    """
    two = len(coded.labels) == coded.known == 2
    return _averaged(coded, _class_roc_auc, [1] if two else list(range(coded.known)))


def average_precision(coded: Coded) -> Measured | None:
    """scikit-learn's average precision of each class that has held-out rows, averaged; None when none has."""
    return _averaged(coded, _class_average_precision, list(range(coded.known)))


def log_loss(coded: Coded) -> Measured:
    """The mean of -log(score of the target), scores clipped by float32's epsilon as scikit-learn does."""
    epsilon = float(np.finfo(np.float32).eps)
    return _mean(-np.log(np.clip(_target_scores(coded), epsilon, 1 - epsilon)))


def brier(coded: Coded) -> Measured:
    """The mean squared distance between the scores and the truth; halved for two classes, as scikit-learn does."""
    squared = np.square(coded.scores).sum(axis=1) - 2 * _target_scores(coded) + 1
    return _mean(squared / 2 if len(coded.labels) == 2 else squared)


def calibration_error(coded: Coded) -> Measured:
    """Expected calibration error of the top answer over 15 bins of equal width: mean |confidence - share right|."""
    confidence = coded.scores.max(axis=1)
    gaps = confidence - coded.right
    bins = confidence_bins(confidence, CALIBRATION_BINS)
    signs = np.sign(np.bincount(bins, weights=gaps, minlength=CALIBRATION_BINS))
    return _mean(signs[bins] * gaps)


def confidence_bins(confidence: Floats, bins: int) -> NDArray[np.intp]:
    """The bin of each confidence; edges belong to the bin below, as in scikit-learn's calibration_curve."""
    return np.searchsorted(np.linspace(0.0, 1.0, bins + 1)[1:-1], confidence)


def _mean(losses: Floats) -> Measured:
    value = float(losses.mean())
    return value, (losses - value) / len(losses)


def _target_scores(coded: Coded) -> Floats:
    """The score each row gave to its target; 0 where the model does not know the target."""
    known = coded.targets < coded.known
    picked = coded.scores[np.arange(coded.rows), np.where(known, coded.targets, 0)]
    return np.where(known, picked, 0.0)


def _averaged(coded: Coded, measure: ClassMetric, classes: list[int]) -> Measured | None:
    total, influence, counted = 0.0, np.zeros(coded.rows), 0
    for i in classes:
        one = measure(coded.scores[:, i], coded.targets == i)
        if one is not None:
            total, counted = total + one[0], counted + 1
            influence += one[1]
    return (total / counted, influence / counted) if counted else None


def _class_roc_auc(scores: Floats, positive: NDArray[np.bool_]) -> Measured | None:
    """The share of (positive, negative) pairs in the right order, ties half; influence as in DeLong et al. 1988."""
    inside = int(positive.sum())
    outside = len(positive) - inside
    if not inside or not outside:
        return None
    groups, members = _tied(scores)
    positives = np.bincount(groups, weights=positive, minlength=len(members))
    negatives = members - positives
    beaten = (np.cumsum(negatives) - negatives / 2) / outside
    beaten_by = (inside - np.cumsum(positives) + positives / 2) / inside
    value = float(positives @ beaten) / inside
    influence = np.where(positive, (beaten[groups] - value) / inside, (beaten_by[groups] - value) / outside)
    return value, influence


def _class_average_precision(scores: Floats, positive: NDArray[np.bool_]) -> Measured | None:
    """sum (R_n - R_n-1) P_n over the distinct scores from the top down, without interpolation."""
    inside = int(positive.sum())
    if not inside:
        return None
    groups, members = _tied(scores)
    positives = np.bincount(groups, weights=positive, minlength=len(members))
    above = np.cumsum(members[::-1])[::-1].astype(np.float64)
    hits = np.cumsum(positives[::-1])[::-1]
    precision = hits / above
    value = float(positives @ precision) / inside
    gained = np.cumsum(positives / above)
    lost = np.cumsum(positives * precision / above)
    own = np.where(positive, precision[groups] - value + gained[groups], 0.0)
    return value, (own - lost[groups]) / inside


def _tied(scores: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The group of equal scores that each row is in, lowest first, and how many rows each group has."""
    order = np.argsort(scores, kind="stable")
    ordered = scores[order]
    starts = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    groups = np.empty(len(scores), np.intp)
    groups[order] = np.cumsum(starts) - 1
    return groups, np.diff(np.flatnonzero(np.append(starts, True)))
