"""Answers made up for tests."""

import numpy as np

from core.answers import ClassAnswers


def predictions(targets, labels, scores) -> ClassAnswers:
    return ClassAnswers(
        row_ids=tuple(f"row{i}" for i in range(len(targets))),
        targets=tuple(targets),
        labels=tuple(labels),
        scores=np.asarray(scores, np.float32),
    )


def simulated(rows: int, classes: int, *, seed: int = 0, targets=None, step: float | None = None) -> ClassAnswers:
    """Scores that lean towards the target. `step` rounds them, so that many are tied."""
    rng = np.random.default_rng(seed)
    labels = [f"class {i:04}" for i in range(classes)]
    drawn = rng.integers(0, classes, rows) if targets is None else np.asarray(targets)
    logits = rng.normal(size=(rows, classes))
    logits[np.arange(rows), drawn] += 1.5
    scores = np.exp(logits)
    if step:
        scores = np.ceil(scores / step) * step
    return predictions([labels[i] for i in drawn], labels, scores / scores.sum(axis=1, keepdims=True))
