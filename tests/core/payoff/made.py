"""Answers and prices made up for tests."""

import numpy as np

from core.answers import ClassAnswers
from core.payoff import Decision


def answered(targets, scores, labels=("a", "b", "c")) -> ClassAnswers:
    scores = np.asarray(scores, np.float32)
    labels = labels[: scores.shape[1]]
    return ClassAnswers(tuple(f"row{i}" for i in range(len(targets))), tuple(targets), tuple(labels), scores)


def simulated(rows: int, classes: int = 3, seed: int = 0, skill: float = 1.5, heat: float = 1.0) -> ClassAnswers:
    """Calibrated scores (with heat 1): each target is drawn by the row's own probabilities; heat sharpens what is
    said."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, skill, (rows, classes))
    truth = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    targets = (rng.random(rows)[:, None] > truth.cumsum(axis=1)).sum(axis=1).clip(0, classes - 1)
    said = np.exp(logits * heat) / np.exp(logits * heat).sum(axis=1, keepdims=True)
    labels = tuple("abcdefghijklmnopqrstuvwxyz"[:classes]) if classes < 27 else tuple(f"c{i}" for i in range(classes))
    return answered([labels[i] for i in targets], said, labels)


def prices(worths, labels=("a", "b", "c"), **more) -> Decision:
    return Decision(
        currency="USD", labels=tuple(labels[: len(worths)]), worths=tuple(tuple(map(float, w)) for w in worths), **more
    )


CREDIT = prices([[0, -1], [-5, 0]], ("good", "bad"))
"""Published with the German credit rows: 5 for a bad loan granted, 1 for a good one refused."""


def named(predictions: ClassAnswers, decision: Decision) -> ClassAnswers:
    """The same rows, their classes called as the decision calls them."""
    names = dict(zip(predictions.labels, decision.labels, strict=True))
    return answered([names[target] for target in predictions.targets], predictions.scores, decision.labels)
