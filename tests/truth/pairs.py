"""Claims that one model is better than another, between two that are equally good."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from core.comparison import align
from core.comparison.compare import pairs_of
from core.evaluation import METRICS, NUMBER_METRICS
from tests.truth import number_worlds
from tests.truth.claim import Claim, Outcomes
from tests.truth.class_worlds import CLASS_WORLDS

CLASS_PAIRS = (
    ("3 classes of 85, 10, 5%", 30),
    ("3 classes of 85, 10, 5%", 400),
    ("2 classes, one of 3%", 100),
    ("3 classes, tied scores", 100),
    ("8 uneven classes down to 1%", 400),
)
NUMBER_PAIRS = tuple((world, rows) for world in ("skewed", "heavy (t, 3)", "lognormal", "stars") for rows in (30, 100))


@lru_cache(maxsize=16)
def said_better(world: str, rows: int, datasets: int, seed: int) -> dict[str, list[bool | None]]:
    """Whether one of two equals was called better by each metric; None where these rows cannot give the metric."""
    rng, made = np.random.default_rng(seed), CLASS_WORLDS[world]
    found: dict[str, list[bool | None]] = {metric: [] for metric in METRICS}
    for _ in range(datasets):
        a, b = made.draw(rng, rows, models=2)
        aligned, lacks = align({"a": a, "b": b}), len(set(a.targets)) < len(a.labels)
        for metric, said in found.items():
            is_given = not (lacks and METRICS[metric].over_classes)
            said.append(pairs_of(aligned, metric)[0].better is not None if is_given else None)
    return found


def of_classes(metric: str, world: str, rows: int) -> Callable[[np.random.Generator, int], Outcomes]:
    """Pairs of class answers; all metrics of one world are tested at once."""
    return lambda rng, datasets: said_better(world, rows, datasets, int(rng.integers(2**31)))[metric]


def of_numbers(metric: str, world: str, rows: int) -> Callable[[np.random.Generator, int], Outcomes]:
    """Pairs of number answers."""
    return lambda rng, datasets: (one.is_real for one in number_worlds.equal_pairs(rng, world, metric, rows, datasets))


PAIRS: tuple[Claim, ...] = (
    *(
        Claim(f"better by {metric}", "false", f"equals, {world}, {rows} rows", of_classes(metric, world, rows))
        for world, rows in CLASS_PAIRS
        for metric in METRICS
    ),
    *(
        Claim(f"better by {metric}", "false", f"equals, {world}, {rows} rows", of_numbers(metric, world, rows))
        for world, rows in NUMBER_PAIRS
        for metric in NUMBER_METRICS
    ),
)
"""A new metric is tried in all of these worlds."""
