"""The linear head on frozen sentence vectors: multinomial logistic regression, its strength chosen on held-out rows."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import StratifiedKFold

STRENGTHS = (1.0, 4.0, 16.0, 64.0, 256.0)
"""Candidates for scikit-learn's C on vectors of length one: larger trusts the rows more."""

ENOUGH_VALIDATION = 500
"""From so many validation rows on they choose the strength; below, folds of the training rows do."""


@dataclass(frozen=True)
class LinearHead:
    """weight (classes, width) and bias (classes,), float32, for sentence vectors as they come."""

    weight: np.ndarray
    bias: np.ndarray
    strength: float
    accuracy: float
    """Share of held-out rows right while choosing."""


@dataclass(frozen=True)
class Labelled:
    """Sentence vectors, and the class number of each."""

    vectors: np.ndarray
    targets: np.ndarray


def fit_head(
    train: Labelled,
    validation: Labelled | None,
    *,
    classes: int,
    balanced: bool = False,
    seed: int = 0,
    tell: Callable[[float, float], None] = lambda _accuracy, _loss: None,
) -> LinearHead:
    """The best head for `train`. `tell` hears accuracy and log-loss of each strength tried."""
    scale = np.float32(1 / np.sqrt(train.vectors.shape[1]))
    rows = Labelled(train.vectors * scale, train.targets)
    parts = _parts(rows, validation and Labelled(validation.vectors * scale, validation.targets), seed)
    strength, accuracy = _choose(rows, parts, classes, balanced, tell)
    model = _model(strength, balanced).fit(rows.vectors, rows.targets)
    weight, bias = _spread(model, classes)
    return LinearHead(weight * scale, bias, strength, accuracy)


def _choose(
    rows: Labelled,
    parts: list[tuple[Labelled, Labelled]],
    classes: int,
    balanced: bool,
    tell: Callable[[float, float], None],
) -> tuple[float, float]:
    """The strength with the smallest log-loss over `parts`, and its accuracy."""
    if not parts or len(np.unique(rows.targets)) < 2:
        return STRENGTHS[2], 0.0
    best = (np.inf, STRENGTHS[0], 0.0)
    for strength in STRENGTHS:
        scores = [_score(_model(strength, balanced), learn, judge, classes) for learn, judge in parts]
        accuracy, loss = np.mean(scores, axis=0)
        tell(float(accuracy), float(loss))
        best = min(best, (float(loss), strength, float(accuracy)))
        if loss > best[0]:
            break
    return best[1], best[2]


def _parts(rows: Labelled, validation: Labelled | None, seed: int) -> list[tuple[Labelled, Labelled]]:
    if validation is not None and len(validation.targets) >= ENOUGH_VALIDATION:
        return [(rows, validation)]
    fewest = int(np.bincount(rows.targets)[np.unique(rows.targets)].min())
    folds = min(5, max(2, fewest)) if len(rows.targets) >= 4 else 0
    if not folds:
        return []
    cut = StratifiedKFold(folds, shuffle=True, random_state=seed)
    take = [(a, b) for a, b in cut.split(rows.vectors, rows.targets)]
    return [(Labelled(rows.vectors[a], rows.targets[a]), Labelled(rows.vectors[b], rows.targets[b])) for a, b in take]


def _score(model: LogisticRegression, learn: Labelled, judge: Labelled, classes: int) -> tuple[float, float]:
    if len(np.unique(learn.targets)) < 2:
        return 0.0, float("inf")
    model.fit(learn.vectors, learn.targets)
    scores = np.full((len(judge.targets), classes), 1e-9)
    scores[:, model.classes_] = model.predict_proba(judge.vectors)
    return (
        float(accuracy_score(judge.targets, scores.argmax(axis=1))),
        float(log_loss(judge.targets, scores / scores.sum(axis=1, keepdims=True), labels=range(classes))),
    )


def _model(strength: float, balanced: bool) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=300, tol=1e-3, class_weight="balanced" if balanced else None)


def _spread(model: LogisticRegression, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """One row of weights a class, also where scikit-learn keeps one row for two classes or never saw a class."""
    weight = np.zeros((classes, model.coef_.shape[1]), np.float32)
    bias = np.full(classes, -20.0, np.float32)
    if len(model.classes_) == 2:
        first, second = model.classes_
        weight[first], weight[second] = -model.coef_[0] / 2, model.coef_[0] / 2
        bias[first], bias[second] = -model.intercept_[0] / 2, model.intercept_[0] / 2
    else:
        weight[model.classes_] = model.coef_
        bias[model.classes_] = model.intercept_
    return weight, bias
