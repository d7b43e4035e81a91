"""Answers made up for tests of comparisons."""

from functools import lru_cache

import numpy as np

from core.answers import ClassAnswers


def answering(right: np.ndarray, start: int = 0) -> ClassAnswers:
    """Answers for rows of class 'yes', right where `right` says so."""
    scores = np.where(np.asarray(right)[:, None], [0.2, 0.8], [0.8, 0.2]).astype(np.float32)
    rows = len(scores)
    return ClassAnswers(tuple(f"row{start + i}" for i in range(rows)), ("yes",) * rows, ("no", "yes"), scores)


def two(rows: int, *, only_a: int, only_b: int) -> dict[str, ClassAnswers]:
    """Two that differ in so many rows, and are right in all others."""
    a, b = np.ones(rows, bool), np.ones(rows, bool)
    b[:only_a] = False
    a[only_a : only_a + only_b] = False
    return {"a": answering(a), "b": answering(b)}


def world(
    rng: np.random.Generator, rows: int, skills: dict[str, float], shares: tuple[float, ...] = (0.6, 0.3, 0.1)
) -> dict[str, ClassAnswers]:
    """Several models on the same rows: some rows are hard for all. `skills`: how far each leans to the truth."""
    labels = tuple("abcdefghij"[: len(shares)])
    targets = rng.choice(len(shares), rows, p=shares)
    shared = rng.normal(size=(rows, len(shares)))
    ids, named = _ids(rows), tuple(np.array(labels)[targets].tolist())
    made = {}
    for name, skill in skills.items():
        logits = shared + rng.normal(scale=0.7, size=shared.shape)
        logits[np.arange(rows), targets] += skill
        scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        made[name] = ClassAnswers(
            ids,
            named,
            labels,
            scores.astype(np.float32),
        )
    return made


@lru_cache(maxsize=4)
def _ids(rows: int) -> tuple[str, ...]:
    return tuple(f"row{i}" for i in range(rows))
