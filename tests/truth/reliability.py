"""Claims of the reliability diagram: the band holds the whole true curve."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from core.answers import ClassAnswers
from core.evaluation import calibration
from core.evaluation.expected_calibration import CALIBRATION_BINS, confidence_bins
from tests.truth.claim import Claim


def answered(
    rng: np.random.Generator, rows: int, classes: int, heat: float, spread: float
) -> tuple[ClassAnswers, np.ndarray]:
    """Answers with the scores softmax(logits * heat), where softmax(logits) is true; and how likely each is right."""
    logits = rng.normal(0, spread, (rows, classes))
    honest, stated = (np.exp(one - one.max(axis=1, keepdims=True)) for one in (logits, logits * heat))
    honest, stated = (one / one.sum(axis=1, keepdims=True) for one in (honest, stated))
    labels = tuple(f"class {i}" for i in range(classes))
    targets = (honest.cumsum(axis=1) > rng.random((rows, 1))).argmax(axis=1)
    ids = tuple(f"{i:016x}" for i in range(rows))
    made = ClassAnswers(ids, tuple(labels[i] for i in targets), labels, stated.astype(np.float32))
    return made, honest.max(axis=1)


def missed(
    rng: np.random.Generator, datasets: int, *, rows: int, classes: int, heat: float = 1.0, spread: float = 2.0
) -> Iterator[bool]:
    """Whether the true curve leaves the band in some bin."""
    for _ in range(datasets):
        made, chance = answered(rng, rows, classes, heat, spread)
        bins = confidence_bins(made.scores.max(axis=1).astype(np.float64), CALIBRATION_BINS)
        filled = np.unique(bins)
        truth = np.array([chance[bins == one].mean() for one in filled])
        found = calibration(made)
        yield bool(((truth < found.low) | (truth > found.high)).any())


def _claim(world: str, **given: object) -> Claim:
    about = "reliability diagram: the curve outside the band"
    return Claim(about, "false", world, partial(missed, **given))  # type: ignore[arg-type]


RELIABILITY: tuple[Claim, ...] = (
    *(
        _claim(f"perfect model, {classes} classes, {rows:,} rows", rows=rows, classes=classes)
        for classes in (2, 3, 8)
        for rows in (30, 100, 400, 2_000)
    ),
    _claim("near separation, 2 classes, 400 rows", rows=400, classes=2, spread=8.0),
    _claim("too sure a model, 3 classes, 400 rows", rows=400, classes=3, heat=2.0),
)
