"""Points made by a known law, so that what is read off them can be compared with the truth."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from core.searches import Point


@dataclass(frozen=True)
class Law:
    """error = limit + scale * rows ** -rate."""

    limit: float
    scale: float
    rate: float

    def error(self, rows: float) -> float:
        return self.limit + self.scale * rows**-self.rate


Curve = Callable[[float], float]
"""Mean loss after so many labels."""
ROWS = (64, 200, 741, 1597)
MODEL_LAW = Law(0.03, 0.6, 0.6)
TFIDF_LAW = Law(0.02, 1.3, 0.65)


def points(
    seed: int = 0,
    *,
    model: Law = MODEL_LAW,
    tfidf: Law = TFIDF_LAW,
    rows: tuple[int, ...] = ROWS,
    draws: int = 3,
    judges: int = 2000,
    luck: float = 0.08,
) -> list[Point]:
    """Points of two power laws; see `curve_points`."""
    return curve_points(model.error, tfidf.error, seed, rows=rows, draws=draws, judges=judges, luck=luck)


def curve_points(
    model: Curve,
    tfidf: Curve = TFIDF_LAW.error,
    seed: int = 0,
    *,
    rows: tuple[int, ...] = ROWS,
    draws: int = 3,
    judges: int = 2000,
    luck: float = 0.08,
) -> list[Point]:
    """Each draw's error is the curve's times e to a normal number; judging rows are hard or easy for every point."""
    chance = np.random.default_rng(seed)
    hardness = chance.normal(size=judges)
    made = []
    for number in rows:
        for draw in range(draws):
            losses = {}
            for who, curve in (("model", model), ("tfidf", tfidf)):
                error = curve(number) * np.exp(chance.normal(0, luck) - luck**2 / 2)
                strain = np.sqrt(0.8) * hardness + np.sqrt(0.2) * chance.normal(size=judges)
                losses[who] = (strain <= norm.ppf(error)).astype(float)
            made.append(Point(number // 8, draw, number, losses, "accuracy"))
    return made


NUMBER_MODEL = Law(0.4, 6.0, 0.5)
NUMBER_RIDGE = Law(0.3, 9.0, 0.55)


def number_points(
    seed: int = 0,
    *,
    tail: str = "t",
    model: Law = NUMBER_MODEL,
    ridge: Law = NUMBER_RIDGE,
    rows: tuple[int, ...] = (50, 150, 500, 1500),
    draws: int = 3,
    judges: int = 800,
    luck: float = 0.08,
    unit: float = 1.0,
) -> list[Point]:
    """Absolute errors with the law's mean: Student's t with 3 degrees, or normal where some rows are always hard."""
    chance = np.random.default_rng(seed)
    hardness = np.exp(0.8 * chance.normal(size=judges))
    made = []
    for number in rows:
        for draw in range(draws):
            losses = {}
            for who, law in (("model", model), ("tfidf_ridge", ridge)):
                error = law.error(number) * np.exp(chance.normal(0, luck) - luck**2 / 2)
                if tail == "t":
                    sizes = np.abs(chance.standard_t(3, judges)) / (2 * np.sqrt(3) / np.pi)
                else:
                    sizes = np.abs(chance.normal(size=judges)) * hardness / (np.sqrt(2 / np.pi) * np.exp(0.32))
                losses[who] = unit * error * sizes
            made.append(Point(number, draw, number, losses, "mae"))
    return made
