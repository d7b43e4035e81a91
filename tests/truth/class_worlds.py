"""Worlds of classes whose truth is known: Gaussian features, and a model that knows how they were made."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import softmax

from core.answers import ClassAnswers
from core.evaluation import YARDSTICKS

Rng = np.random.Generator
MANY = 200_000
"""Rows that stand for all that there could be."""


@dataclass(frozen=True)
class ClassWorld:
    """Rows of classes with these shares, `skill` standard deviations apart, and scores for them.

    With `sure` 1 the scores are the true probabilities; above it the model is too sure. `step` rounds scores, so that
    many are tied.
    """

    shares: tuple[float, ...]
    skill: float = 1.2
    sure: float = 1.0
    step: float = 0.0

    def draw(self, rng: Rng, rows: int, models: int = 1) -> list[ClassAnswers]:
        """Answers of as many equally good models to the same rows; half of the noise is common to them."""
        shares = np.array(self.shares) / sum(self.shares)
        targets = rng.choice(len(shares), rows, p=shares)
        shared = rng.normal(size=(rows, len(shares)))
        labels, ids = tuple(map(str, range(len(shares)))), _ids(rows)
        named = tuple(labels[i] for i in targets.tolist())
        made = []
        for _ in range(models):
            own = rng.normal(size=shared.shape) if models > 1 else shared
            features = (shared + own) / np.sqrt(2) if models > 1 else shared
            features[np.arange(rows), targets] += self.skill
            scores = softmax(self.sure * (np.log(shares) + self.skill * features), axis=1)
            if self.step:
                scores = np.ceil(scores / self.step)
                scores /= scores.sum(axis=1, keepdims=True)
            made.append(ClassAnswers(ids, named, labels, scores.astype(np.float32)))
        return made


@lru_cache(maxsize=8)
def _ids(rows: int) -> tuple[str, ...]:
    return tuple(map(str, range(rows)))


@lru_cache(maxsize=64)
def truth(world: ClassWorld) -> dict[str, float]:
    """Every metric over all rows that there could be."""
    (answers,) = world.draw(np.random.default_rng(99), MANY)
    return {name: found.value for name, found in YARDSTICKS["class"].measure(answers).items()}


CLASS_WORLDS = {
    "2 classes alike": ClassWorld((0.5, 0.5)),
    "2 classes, one of 10%": ClassWorld((0.9, 0.1)),
    "2 classes, one of 5%": ClassWorld((0.95, 0.05)),
    "2 classes, one of 3%": ClassWorld((0.97, 0.03)),
    "2 classes, one of 1%": ClassWorld((0.99, 0.01)),
    "3 classes of 85, 10, 5%": ClassWorld((0.85, 0.10, 0.05), skill=1.6),
    "8 uneven classes down to 1%": ClassWorld((0.40, 0.25, 0.15, 0.08, 0.05, 0.04, 0.02, 0.01), skill=2.0),
    "3 classes, tied scores": ClassWorld((0.5, 0.3, 0.2), skill=1.5, step=0.2),
    "2 classes, nearly apart": ClassWorld((0.5, 0.5), skill=3.5),
    "2 classes, too sure": ClassWorld((0.7, 0.3), skill=2.5, sure=2.5),
}
