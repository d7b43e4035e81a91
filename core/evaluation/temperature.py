"""Temperature scaling: one number that logits are divided by, so that probabilities can be believed."""

import math

import numpy as np
from scipy.special import log_softmax, softmax

from core.answers import ClassAnswers
from core.arrays import Floats, Integers
from core.evaluation.coded import code

LEAST_SCORE = 1e-12
COOLEST, HOTTEST = 0.05, 20.0
FEWEST_ROWS = 50
"""Minimum validation rows to fit a temperature on; on fewer it is chance."""


def fit_temperature(
    logits: Floats, wanted: Floats, *, between: tuple[float, float], tolerance: float = 1e-5
) -> tuple[float, float]:
    """The temperature at which the cross-entropy is least (Guo et al. 2017), and that cross-entropy, a mean over rows.

    Both arrays are (rows, classes); the rows of `wanted` are distributions, which sum to 1. The ends of `between` are
    temperatures, `tolerance` is in their logarithm.
    """
    from scipy.optimize import minimize_scalar

    def loss(log_temperature: float) -> float:
        return float(-(wanted * log_softmax(logits / np.exp(log_temperature), axis=1)).sum(axis=1).mean())

    bounds = (math.log(between[0]), math.log(between[1]))
    found = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": tolerance})
    return float(np.exp(found.x)), float(found.fun)


def smoothed(targets: Integers, classes: int) -> Floats:
    """One-hot targets smoothed after Platt (1999), so that a few easy rows cannot make the probabilities extreme."""
    doubt = 1 / (len(targets) + 2)
    wanted = np.full((len(targets), classes), doubt / (classes - 1))
    wanted[np.arange(len(targets)), targets] = 1 - doubt
    return wanted


def temperature_of(predictions: ClassAnswers, *, cautious: bool = False) -> float:
    """The temperature at which the log loss is least (Guo et al. 2017); 1 where there is nothing to fit.

    It is `cautious` with smoothed targets: what is kept should not be extreme where all rows are right. Rows whose
    class the model does not know are left out: no temperature helps them. Raises DatasetError without rows.
    """
    coded = code(predictions)
    known = coded.targets < coded.known
    if not known.any():
        return 1.0
    logits, targets = _logits(predictions)[known], coded.targets[known]
    classes = logits.shape[1]
    wanted = smoothed(targets, classes) if cautious else np.eye(classes)[targets]
    temperature, _ = fit_temperature(logits, wanted, between=(COOLEST, HOTTEST))
    return temperature


def with_temperature(predictions: ClassAnswers, temperature: float) -> ClassAnswers:
    """Scales the logits: divided by the temperature before the softmax; the answers stay the same."""
    scores = softmax(_logits(predictions) / temperature, axis=1).astype(np.float32)
    return ClassAnswers(predictions.row_ids, predictions.targets, predictions.labels, scores)


def _logits(predictions: ClassAnswers) -> Floats:
    return np.log(np.clip(predictions.scores.astype(np.float64), LEAST_SCORE, None))
