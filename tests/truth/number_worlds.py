"""Worlds of numbers whose truth is known: errors of many shapes, and answers that err alike."""

from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np

from core.answers import NumberAnswers
from core.comparison.numbers import Apart, apart
from core.evaluation.number import measured

Floats = np.ndarray
Rng = np.random.Generator
World = Callable[[Rng, tuple[int, ...]], tuple[Floats, Floats]]
MANY = 1_000_000


def plain(errors: Callable[[Rng, tuple[int, ...]], Floats], told: float = 2.0) -> World:
    """Targets that a model follows with spread `told`, and errors of its own."""

    def made(rng: Rng, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
        answers = told * rng.normal(size=shape)
        return answers - errors(rng, shape), answers

    return made


def money(rng: Rng, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Amounts: skewed targets, errors that grow with them."""
    targets = rng.lognormal(0.0, 0.5, shape)
    return targets, targets * (1 + 0.3 * rng.normal(size=shape))


def stars(rng: Rng, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """One to five stars, most answers exactly right."""
    targets = rng.choice([1.0, 2, 3, 4, 5], shape, p=[0.1, 0.1, 0.2, 0.3, 0.3])
    return targets, targets + rng.choice([-2.0, -1, 0, 1, 2], shape, p=[0.03, 0.15, 0.6, 0.18, 0.04])


def with_shift(rng: Rng, shape: tuple[int, ...]) -> Floats:
    """Normal errors, half a spread too high."""
    return rng.normal(0.5, 1.0, shape)


WORLDS: dict[str, World] = {
    "normal": plain(lambda rng, shape: rng.normal(size=shape)),
    "normal, too high": plain(with_shift),
    "skewed": plain(lambda rng, shape: rng.exponential(size=shape) - 1),
    "heavy (t, 5)": plain(lambda rng, shape: rng.standard_t(5, shape)),
    "heavy (t, 3)": plain(lambda rng, shape: rng.standard_t(3, shape)),
    "lognormal": plain(lambda rng, shape: rng.lognormal(size=shape) - np.exp(0.5), 4.0),
    "money": money,
    "stars": stars,
}
SECOND_MOMENTS = {"heavy (t, 3)": 3.0, "lognormal": float(np.e * (np.e - 1))}
"""Known exactly where a million draws do not settle them."""


@lru_cache(maxsize=64)
def truth(world: str, metric: str) -> float:
    """The metric over all rows that there could be."""
    targets, values = WORLDS[world](np.random.default_rng(99), (MANY,))
    if world in SECOND_MOMENTS and metric in {"rmse", "r2"}:
        squared, told = SECOND_MOMENTS[world], float(np.var(values))
        return float(np.sqrt(squared)) if metric == "rmse" else told / (told + squared)
    if metric == "bias" and world not in {"normal, too high", "stars"}:
        return 0.0
    return float(measured(metric, targets, values).value)


def coverage(world: str, metric: str, rows: int, datasets: int, seed: int = 7) -> tuple[float, float]:
    """The shares of datasets whose truth lies below and above the interval."""
    targets, values = WORLDS[world](np.random.default_rng(seed), (datasets, rows))
    found, true = measured(metric, targets, values), truth(world, metric)
    return float(np.mean(true < found.low)), float(np.mean(true > found.high))


def equals(rng: Rng, world: str, rows: int) -> tuple[NumberAnswers, NumberAnswers]:
    """Answers of two that err alike; on half of the rows they err the same."""
    ids = tuple(map(str, range(rows)))
    targets, values = WORLDS[world](rng, (rows,))
    errors, others = values - targets, np.subtract(*WORLDS[world](rng, (rows,))[::-1])
    other = np.where(rng.random(rows) < 0.5, errors, others)
    return NumberAnswers(ids, targets, values), NumberAnswers(ids, targets, targets + other)


def equal_pairs(rng: Rng, world: str, metric: str, rows: int, datasets: int) -> Iterator[Apart]:
    """Tests of two that err alike."""
    for _ in range(datasets):
        yield apart(*equals(rng, world, rows), metric)
