"""Claims of intervals: every metric of every yardstick, in worlds of classes and of numbers."""

from collections.abc import Callable
from functools import lru_cache
from itertools import product

import numpy as np

from core.evaluation import METRICS, NUMBER_METRICS, YARDSTICKS
from core.evaluation.number import measured
from tests.truth import number_worlds
from tests.truth.claim import Claim, Outcomes
from tests.truth.class_worlds import CLASS_WORLDS, truth

ROWS = (30, 100, 400, 2_000)
WIDER = "wider where few rows of a class, or few errors, were seen; said below every number"
UNSEEN = "fewer than 100 rows seldom show a long tail; said above the details of Evaluate"
UNSEEN_TAILS = {("skewed", "mae"), ("skewed", "rmse"), ("skewed", "r2"), ("stars", "rmse"), ("heavy (t, 3)", "r2")} | {
    ("lognormal", metric) for metric in ("mae", "rmse", "r2")
}
"""What 30 rows of these worlds do not show."""


@lru_cache(maxsize=64)
def held(world: str, rows: int, datasets: int, seed: int) -> dict[str, list[bool | None]]:
    """Whether each metric's interval held the truth, one a dataset; None where the metric was not measured."""
    rng, true = np.random.default_rng(seed), truth(CLASS_WORLDS[world])
    found: dict[str, list[bool | None]] = {metric: [] for metric in METRICS}
    for _ in range(datasets):
        (answers,) = CLASS_WORLDS[world].draw(rng, rows)
        shown = YARDSTICKS["class"].measure(answers)
        for metric, held_in in found.items():
            one = shown.get(metric)
            held_in.append(None if one is None else one.low <= true[metric] <= one.high)
    return found


def of_classes(metric: str, world: str, rows: int) -> Callable[[np.random.Generator, int], Outcomes]:
    """Datasets of classes; all metrics of one world are measured at once."""
    return lambda rng, datasets: held(world, rows, datasets, int(rng.integers(2**31)))[metric]


def of_numbers(metric: str, world: str, rows: int) -> Callable[[np.random.Generator, int], Outcomes]:
    """Datasets of numbers, measured at once."""

    def simulate(rng: np.random.Generator, datasets: int) -> Outcomes:
        true = number_worlds.truth(world, metric)
        found = measured(metric, *number_worlds.WORLDS[world](rng, (datasets, rows)))
        return ((found.low <= true) & (true <= found.high)).tolist()

    return simulate


INTERVALS: tuple[Claim, ...] = (
    *(
        Claim(metric, "covers", f"{world}, {rows} rows", of_classes(metric, world, rows), wider=WIDER)
        for world, rows in product(CLASS_WORLDS, ROWS)
        for metric in METRICS
    ),
    *(
        Claim(
            metric,
            "covers",
            f"{world}, {rows} rows",
            of_numbers(metric, world, rows),
            except_=UNSEEN if rows == min(ROWS) and (world, metric) in UNSEEN_TAILS else "",
            wider=WIDER,
        )
        for world, rows in product(number_worlds.WORLDS, ROWS)
        for metric in NUMBER_METRICS
    ),
)
"""A new metric is measured in all of these worlds."""
