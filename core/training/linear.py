"""Logistic regression (multinomial) on frozen embeddings, its C chosen on held-out rows, then calibrated."""

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from core.evaluation.temperature import fit_temperature, smoothed

TEMPERATURES = (math.exp(-5.0), math.exp(3.0))
STRENGTHS = (1.0, 4.0, 16.0, 64.0, 256.0)
"""Inverse regularisation strengths C (scikit-learn) to try, for embeddings about one long; larger regularises less."""

ENOUGH_VALIDATION = 500
"""From so many validation rows on they choose C; below, cross-validation on the training rows does."""

UNSEEN = -10.0
"""Bias of a class without a training row."""


@dataclass(frozen=True)
class LinearHead:
    """Linear head: weight (classes, width), bias (classes,), float32, for raw embeddings. Without a bias it is zero."""

    weight: np.ndarray
    bias: np.ndarray
    strength: float
    accuracy: float
    """Accuracy on held-out rows while choosing C."""


@dataclass(frozen=True)
class Labelled:
    """Embeddings (rows, width) with their encoded targets (rows,): class numbers, or floats for ridge."""

    vectors: np.ndarray
    targets: np.ndarray


def fit_head(
    train: Labelled,
    validation: Labelled | None,
    *,
    classes: int,
    balanced: bool = False,
    with_bias: bool = True,
    seed: int = 0,
    tell: Callable[[float, float], None] = lambda _accuracy, _loss: None,
) -> LinearHead:
    """Fits a head with the best C, and calibrates it. `tell` hears accuracy and log loss of each C tried."""
    scale = scale_of(train.vectors)
    rows = Labelled(train.vectors * scale, train.targets)
    parts = _parts(rows, validation and Labelled(validation.vectors * scale, validation.targets), seed)
    fit = partial(_fit, classes=classes, balanced=balanced, with_bias=with_bias)
    tried = _try_all(parts, fit, tell)
    chosen = _simplest_of_the_best(tried)
    weight, bias = fit(rows, chosen.strength)
    return LinearHead(weight * scale / chosen.temperature, bias / chosen.temperature, chosen.strength, chosen.accuracy)


def scale_of(vectors: np.ndarray) -> np.ndarray:
    """Feature scaling that makes the embeddings about one long, float32 (width,).

    A sentence encoder's normed means are all as long as the root of their width. In other embeddings a few dimensions
    hold far larger numbers than the rest: each is scaled by its own standard deviation.
    """
    width = vectors.shape[1]
    if np.allclose(np.square(vectors, dtype=np.float64).mean(axis=1), 1.0, rtol=1e-3):
        return np.full(width, 1 / np.sqrt(width), np.float32)
    spread = vectors.std(axis=0, dtype=np.float64)
    usual = max(float(np.median(spread)), 1e-12)
    scale: np.ndarray = (1 / (np.maximum(spread, usual / 100) * np.sqrt(width))).astype(np.float32)
    return scale


@dataclass(frozen=True)
class _Tried:
    strength: float
    accuracy: float
    rows: int
    temperature: float
    """The logits divided by it have the smallest log loss on held-out rows (Guo et al. 2017)."""


def _try_all(
    parts: list[tuple[Labelled, Labelled]],
    fit: Callable[[Labelled, float], tuple[np.ndarray, np.ndarray]],
    tell: Callable[[float, float], None],
) -> list[_Tried]:
    tried = []
    for strength in STRENGTHS:
        logits, targets = [], []
        for learn, judge in parts:
            weight, bias = fit(learn, strength)
            logits.append(judge.vectors @ weight.T + bias)
            targets.append(judge.targets)
        if not targets:
            return []
        answers, right = np.concatenate(logits).astype(np.float64), np.concatenate(targets)
        temperature, loss = _calibrate(answers, right)
        tried.append(_Tried(strength, float(np.mean(answers.argmax(axis=1) == right)), len(right), temperature))
        tell(tried[-1].accuracy, loss)
    return tried


def _simplest_of_the_best(tried: list[_Tried]) -> _Tried:
    """One-standard-error rule: the smallest C whose accuracy is within one of the best (Breiman et al. 1984)."""
    if not tried:
        return _Tried(STRENGTHS[1], 0.0, 0, 1.0)
    best = max(tried, key=lambda one: one.accuracy)
    error = np.sqrt(best.accuracy * (1 - best.accuracy) / best.rows)
    return next(one for one in tried if one.accuracy >= best.accuracy - error)


def _calibrate(logits: np.ndarray, targets: np.ndarray) -> tuple[float, float]:
    """Temperature scaling: the temperature with the smallest log loss of smoothed targets, and that log loss."""
    return fit_temperature(logits, smoothed(targets, logits.shape[1]), between=TEMPERATURES, tolerance=0.02)


def _parts(rows: Labelled, validation: Labelled | None, seed: int) -> list[tuple[Labelled, Labelled]]:
    """Pairs of training and held-out rows: validation rows, or stratified folds; none when there are too few rows."""
    from sklearn.model_selection import StratifiedKFold

    if validation is not None and len(validation.targets) >= ENOUGH_VALIDATION:
        return [(rows, validation)]
    counts = np.bincount(rows.targets)
    folds = int(min(5, counts[counts > 0].max()))
    if folds < 2 or len(np.unique(rows.targets)) < 2:
        return []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a class with fewer rows than folds is missing from some
        turns = list(StratifiedKFold(folds, shuffle=True, random_state=seed).split(rows.vectors, rows.targets))
    take = [(Labelled(rows.vectors[a], rows.targets[a]), Labelled(rows.vectors[b], rows.targets[b])) for a, b in turns]
    return [(learn, judge) for learn, judge in take if len(np.unique(learn.targets)) > 1]


def _fit(
    rows: Labelled, strength: float, *, classes: int, balanced: bool, with_bias: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Fits weight (classes, width) and bias (classes,); a class without rows gets a bias that keeps it unlikely."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    weight = np.zeros((classes, rows.vectors.shape[1]), np.float32)
    bias = np.full(classes, UNSEEN if with_bias else 0.0, np.float32)
    present = np.unique(rows.targets)
    if len(present) == 1:
        bias[present[0]] = 0.0
        return weight, bias
    model = LogisticRegression(
        C=strength,
        fit_intercept=with_bias,
        max_iter=300,
        tol=1e-3,
        class_weight="balanced" if balanced else None,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # held-out rows judge it as it is
        model.fit(rows.vectors, rows.targets)
    if len(present) == 2:  # scikit-learn keeps the difference of two classes only
        weight[present] = np.outer([-0.5, 0.5], model.coef_[0])
        bias[present] = np.array([-0.5, 0.5]) * model.intercept_[0]
    else:
        weight[present], bias[present] = model.coef_, model.intercept_
    return weight, bias
