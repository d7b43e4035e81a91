"""Metrics of scores: the ranking ones, and those of probabilities (log loss, Brier score, calibration error)."""

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats
from core.evaluation.coded import Coded
from core.evaluation.intervals import from_influence, when_all_alike
from core.evaluation.ranking import RankingEstimate, rankings
from core.evaluation.records import Interval

CALIBRATION_BINS = 15
"""Bins of the expected calibration error, as Guo et al., On Calibration of Modern Neural Networks, 2017."""


def score_metrics(coded: Coded) -> dict[str, Interval]:
    """Every score metric with its 95% interval. A metric that these rows cannot give is left out."""
    found: dict[str, Interval] = {}
    for name, (value, influence) in rankings(coded).items():
        sure = value in {0.0, 1.0}
        alike = when_all_alike(value, np.bincount(coded.targets)) if sure else None
        found[name] = alike or from_influence(value, influence, at_most_one=True)
    found["log_loss"] = from_influence(*log_loss(coded), at_most_one=False)
    found["brier"] = from_influence(*brier(coded), at_most_one=len(coded.labels) == 2)
    found["calibration_error"] = from_influence(*calibration_error(coded), at_most_one=True)
    return found


def log_loss(coded: Coded) -> RankingEstimate:
    """Log loss: the mean of -log(score of the target), scores clipped by float32's epsilon as scikit-learn does."""
    return _mean(log_loss_by_row(coded))


def log_loss_by_row(coded: Coded) -> Floats:
    """Log loss of each row, -log(score of the target), (rows,)."""
    epsilon = float(np.finfo(np.float32).eps)
    return np.asarray(-np.log(np.clip(_target_scores(coded), epsilon, 1 - epsilon)), np.float64)


def brier(coded: Coded) -> RankingEstimate:
    """Brier score: the mean squared distance of scores and truth; halved for two classes, as scikit-learn does."""
    return _mean(brier_by_row(coded))


def brier_by_row(coded: Coded) -> Floats:
    """Brier score of each row, the squared distance of its scores and the truth, (rows,); halved for two classes."""
    squared = np.square(coded.scores).sum(axis=1) - 2 * _target_scores(coded) + 1
    return np.asarray(squared / 2 if len(coded.labels) == 2 else squared, np.float64)


def calibration_error(coded: Coded) -> RankingEstimate:
    """Expected calibration error of the top answer over 15 bins of equal width: mean |confidence - share right|."""
    confidence = coded.scores.max(axis=1)
    gaps = confidence - coded.right
    bins = confidence_bins(confidence, CALIBRATION_BINS)
    signs = np.sign(np.bincount(bins, weights=gaps, minlength=CALIBRATION_BINS))
    return _mean(signs[bins] * gaps)


def confidence_bins(confidence: Floats, bins: int) -> NDArray[np.intp]:
    """Bin index of each confidence; edges belong to the bin below, as in scikit-learn's calibration_curve."""
    return np.searchsorted(np.linspace(0.0, 1.0, bins + 1)[1:-1], confidence)


def _mean(losses: Floats) -> RankingEstimate:
    value = max(float(losses.mean()), 0.0)
    return value, (losses - value) / len(losses)


def _target_scores(coded: Coded) -> Floats:
    """The score each row gave to its target; 0 where the model does not know the target."""
    known = coded.targets < coded.known
    picked = coded.scores[np.arange(coded.rows), np.where(known, coded.targets, 0)]
    return np.where(known, picked, 0.0)
