"""Claims of the labels tab: how many of the doubted labels are likely wrong."""

import math
from collections.abc import Iterator
from functools import partial

import numpy as np

from core.answers import ClassAnswers
from core.inspection import likely_wrong, suspects
from tests.truth.claim import Claim


def planted(
    rng: np.random.Generator, rows: int, *, apart: float, noise: float, classes: int = 3
) -> tuple[ClassAnswers, np.ndarray]:
    """A model's answers to rows of which a share `noise` has another class's label, and which those are.

    The model learned from as noisy rows; the nearer its classes' means, the harder the rows.
    """
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    means = rng.normal(0, apart / math.sqrt(40), (classes, 20))

    def drawn(many: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        truth = rng.integers(0, classes, many)
        wrong = rng.random(many) < noise
        given = np.where(wrong, (truth + rng.integers(1, classes, many)) % classes, truth)
        return means[truth] + rng.normal(0, 1, (many, 20)), given, wrong

    read, taught, _ = drawn(1_200)
    inputs, given, wrong = drawn(rows)
    model = LinearDiscriminantAnalysis().fit(read, taught)
    scores = model.predict_proba(inputs).astype(np.float32)
    labels = tuple(f"class {i}" for i in range(classes))
    ids = tuple(f"{i:016x}" for i in range(rows))
    return ClassAnswers(ids, tuple(labels[i] for i in given), labels, scores), wrong


def missed(rng: np.random.Generator, datasets: int, *, rows: int = 600, **given: float) -> Iterator[bool | None]:
    """Whether the limits, as the page rounds them, miss how many of the doubted labels are wrong."""
    for _ in range(datasets):
        answers, wrong = planted(rng, rows, **given)  # type: ignore[arg-type]
        doubted = {one.row_id for one in suspects(answers)}
        truth = sum(wrong[int(row, 16)] for row in doubted)
        found = likely_wrong(answers, doubted)
        yield not math.floor(found.low) <= truth <= math.ceil(found.high) if doubted else None


def _claim(world: str, **given: float) -> Claim:
    about = "likely wrong labels among the doubted: outside the limits"
    return Claim(about, "false", world, partial(missed, **given))  # type: ignore[arg-type]


SUSPECTS: tuple[Claim, ...] = (
    _claim("easy rows, 5% wrong", apart=6.0, noise=0.05),
    _claim("easy rows, none wrong", apart=6.0, noise=0.0),
    _claim("hard rows, 5% wrong", apart=2.5, noise=0.05),
    _claim("hard rows, none wrong", apart=2.5, noise=0.0),
    _claim("hard rows, 10% wrong", apart=2.5, noise=0.1),
    _claim("very hard rows, none wrong", apart=1.5, noise=0.0),
    _claim("2 classes, 10% wrong, 300 rows", apart=4.0, noise=0.1, classes=2, rows=300),
    _claim("8 classes, 5% wrong, 600 rows", apart=4.0, noise=0.05, classes=8),
)
