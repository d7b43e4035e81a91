"""Answers made up for the tests: some right, some wrong, and as sure as they are told to be."""

import numpy as np

from core.answers import ClassAnswers

LABELS = ("no", "yes", "maybe")


def answered(right: np.ndarray, *, seed: int = 0, labels: tuple[str, ...] = LABELS) -> ClassAnswers:
    """Rows of random classes, answered right where `right` says so, else with another class."""
    rng = np.random.default_rng(seed)
    targets = rng.integers(0, len(labels), len(right))
    answers = np.where(right, targets, (targets + rng.integers(1, len(labels), len(right))) % len(labels))
    return called(targets, answers, labels)


def called(targets: np.ndarray, answers: np.ndarray, labels: tuple[str, ...] = LABELS) -> ClassAnswers:
    """Rows of these classes that got these answers, all given with a score of 0.8."""
    scores = np.full((len(targets), len(labels)), 0.2 / (len(labels) - 1), np.float32)
    scores[np.arange(len(targets)), answers] = 0.8
    ids = tuple(f"{i:016x}" for i in range(len(targets)))
    return ClassAnswers(ids, tuple(labels[i] for i in targets), labels, scores)


def overconfident(rows: int, temperature: float, *, seed: int = 0, classes: int = 3) -> ClassAnswers:
    """Rows whose true classes follow softmax(logits), and scores of softmax(logits * temperature)."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (rows, classes))
    honest = _softmax(logits)
    targets = (honest.cumsum(axis=1) > rng.random((rows, 1))).argmax(axis=1)
    labels = tuple("abcdefgh"[:classes])
    ids = tuple(f"{i:016x}" for i in range(rows))
    scores = _softmax(logits * temperature).astype(np.float32)
    return ClassAnswers(ids, tuple(labels[i] for i in targets), labels, scores)


def _softmax(logits: np.ndarray) -> np.ndarray:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)
