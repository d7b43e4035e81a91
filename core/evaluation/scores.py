"""Metrics of scores: the ranking ones, and those of probabilities (log loss, Brier score, calibration error)."""

import numpy as np

from core.arrays import Floats
from core.evaluation.coded import Coded
from core.evaluation.expected_calibration import calibration_interval
from core.evaluation.intervals import (
    logit_limits,
    newcombe,
    of_average_precision,
    of_losses,
    recovered,
    when_all_alike,
)
from core.evaluation.ranking import ClassRankings, rankings
from core.evaluation.records import Interval

TRUSTED_ROWS = 30
"""With so many rows of a class, limits for few rows and those from influence count alike."""


def score_metrics(coded: Coded) -> dict[str, Interval]:
    """Every score metric with its 95% interval. A metric that these rows cannot give is left out."""
    return ranking_metrics(coded) | probability_metrics(coded)


def ranking_metrics(coded: Coded) -> dict[str, Interval]:
    """The area under the ROC curve and the average precision; left out where a known class has no rows."""
    if coded.lacks_a_class:
        return {}
    return {name: _averaged(name, found) for name, found in rankings(coded).items()}


def probability_metrics(coded: Coded) -> dict[str, Interval]:
    """Log loss, Brier score and calibration error."""
    losses, squares = log_loss_by_row(coded), brier_by_row(coded)
    return {
        "log_loss": of_losses(losses, _costliest(coded)),
        "brier": of_losses(squares, 1.0 if len(coded.labels) == 2 else 2.0),
        "calibration_error": calibration_interval(coded),
    }


def log_loss_by_row(coded: Coded) -> Floats:
    """Log loss of each row, -log(score of the target), (rows,), scores clipped by float32's epsilon as scikit-learn."""
    return _log_loss(_target_scores(coded))


def brier_by_row(coded: Coded) -> Floats:
    """Brier score of each row, the squared distance of its scores and the truth, (rows,); halved for two classes."""
    squared = np.square(coded.scores).sum(axis=1) - 2 * _target_scores(coded) + 1
    return np.asarray(squared / 2 if len(coded.labels) == 2 else squared, np.float64)


def _averaged(name: str, found: ClassRankings) -> Interval:
    """Interval of a mean over classes from each class's own (`recovered`), exact where every row agrees."""
    value, classes = float(found.values.mean()), len(found.values)
    if value in {0.0, 1.0}:
        return when_all_alike(value, found.inside)
    down, up = (
        recovered(reach / classes, found.influence / classes, np.ones(len(found.influence)), found.inside)
        for reach in _reaches(name, found)
    )
    return Interval(value=value, low=max(0.0, value - down), high=min(1.0, value + up))


def _reaches(name: str, found: ClassRankings) -> tuple[Floats, Floats]:
    """How far each class's limits lie below and above its value.

    Between limits that hold from a single row on and those from each row's influence, which many rows make right.
    """
    few = newcombe if name == "roc_auc" else of_average_precision
    rows = np.minimum(found.inside, found.outside) if name == "roc_auc" else found.inside
    share = rows**2 / (rows**2 + TRUSTED_ROWS**2)
    errors = np.sqrt(np.square(found.influence).sum(axis=0))
    own, jackknife = few(found.values, found.inside, found.outside), logit_limits(found.values, errors)
    down, up = (
        np.sqrt((1 - share) * np.square(found.values - one) + share * np.square(found.values - other))
        for one, other in zip(own, jackknife, strict=True)
    )
    return down, up


def _log_loss(scores: Floats) -> Floats:
    epsilon = float(np.finfo(np.float32).eps)
    return np.asarray(-np.log(np.clip(scores, epsilon, 1 - epsilon)), np.float64)


def _costliest(coded: Coded) -> float:
    """What a wrong answer would cost: the mean log loss were the second best class the right one everywhere."""
    return float(_log_loss(np.sort(coded.scores, axis=1)[:, -2:].min(axis=1)).mean())


def _target_scores(coded: Coded) -> Floats:
    """The score each row gave to its target; 0 where the model does not know the target."""
    known = coded.targets < coded.known
    picked = coded.scores[np.arange(coded.rows), np.where(known, coded.targets, 0)]
    return np.where(known, picked, 0.0)
