"""Pushes of a record's columns: the Shapley values against a whole population, of which some rows are drawn."""

import math
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray

from core.callbacks import Watch
from core.explanations.aims import NumberAim
from core.explanations.table.explain import REFERENCES, margins
from core.explanations.table.shapley import ColumnShapley
from tests.truth.claim import Claim, Outcomes

Draw = Callable[[np.random.Generator, tuple[int, int]], NDArray[np.float64]]
SKEW = 0.5
DRAWS: dict[str, tuple[Draw, float]] = {
    "numbers of a bell": (lambda rng, shape: rng.normal(1.0, 1.0, shape), 1.0),
    "skewed numbers": (lambda rng, shape: rng.lognormal(0.0, SKEW, shape), math.exp(SKEW**2 / 2)),
}
"""How a column's values are drawn, independent of the others, and their mean."""
NO_WATCH: Watch = lambda _done, _total: None  # noqa: E731


class Mixed:
    """As `MixedRecord`, of numbers alone: the product of the first two columns, and the sum of the others."""

    def __init__(self, own: NDArray[np.float64], others: NDArray[np.float64]) -> None:
        self.own, self.others = own, others
        self.columns, self.references = tuple(map(str, range(len(own)))), len(others)

    def outputs(self, present: NDArray[np.bool_], other: NDArray[np.int64], _watch: Watch) -> torch.Tensor:
        rows = np.where(present, self.own, self.others[other])
        return torch.from_numpy(rows[:, :1] * rows[:, 1:2] + rows[:, 2:].sum(axis=1, keepdims=True))


def push(world: str, columns: int) -> Claim:
    """The interval of the first column's push, against what it is over the population."""
    draw, mean = DRAWS[world]

    def simulate(rng: np.random.Generator, datasets: int) -> Outcomes:
        for _ in range(datasets):
            own, *others = draw(rng, (1 + REFERENCES, columns))
            each = ColumnShapley().pushes(Mixed(own, np.array(others)), NumberAim(), NO_WATCH)  # type: ignore[arg-type]
            found, margin = each.mean(axis=0)[0], margins(each)[0]
            alone, beside = own[0] * mean - mean * mean, own[0] * own[1] - mean * own[1]
            yield bool(abs(found - (alone + beside) / 2) <= margin)

    return Claim("push of a column", "covers", f"{columns} columns, {world}", simulate)


COLUMNS: tuple[Claim, ...] = tuple(push(world, columns) for world in DRAWS for columns in (3, 12))
