"""Columns: the pushes of a record's, against a whole population; what each is worth to a model, and the mean answer."""

import json
import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from core.callbacks import Watch
from core.explanations.aims import NumberAim
from core.explanations.table.columns import FEWEST_ROWS, SHAPE_ROWS, weigh
from core.explanations.table.dependence import dependence
from core.explanations.table.explain import REFERENCES, margins
from core.explanations.table.importance import REPEATS, importance
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


FLIPPED, NOISE = 0.1, 0.5
"""Share of the rows whose class is not the model's, and the standard deviation of numbers about the model's."""
Scores = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def lost(scores: Scores, table: NDArray[np.float64], column: int, order: NDArray[np.intp]) -> NDArray[np.float64]:
    """What each row loses where `column` has the values of the next rows in `order`, (repeats, rows)."""
    place, own, found = np.argsort(order), scores(table), []
    for shift in range(1, REPEATS + 1):
        other = table.copy()
        other[:, column] = table[order[(place + shift) % len(table)], column]
        found.append(own - scores(other))
    return np.array(found)


def holds(
    scores: Scores, table: NDArray[np.float64], truth: float, rng: np.random.Generator, *, are_ones: bool
) -> bool:
    """Whether the interval of the first column's importance holds `truth`; `scores` measures each row's answer."""
    order = rng.permutation(len(table))
    found = importance(lost(scores, table, 0, order), order, are_ones=are_ones)
    return found.low <= truth <= found.high


def weight_in_classes(weight: float, rows: int) -> Claim:
    """Share of right answers that the first of three columns is worth to the sign of their weighed sum."""
    weights = np.array([weight, 1.0, 0.5])
    truth = (1 - 2 * FLIPPED) * math.acos(1 - weight**2 / (weights @ weights)) / math.pi

    def simulate(rng: np.random.Generator, datasets: int) -> Outcomes:
        for _ in range(datasets):
            table = rng.normal(size=(rows, 3))
            true = (table @ weights > 0) ^ (rng.random(rows) < FLIPPED)
            scores: Scores = lambda some, true=true: ((some @ weights > 0) == true).astype(float)  # noqa: E731
            yield holds(scores, table, truth, rng, are_ones=True)

    return Claim("importance of a column", "covers", f"classes, weight {weight}, {rows} rows", simulate)


def weight_in_numbers(weight: float, rows: int) -> Claim:
    """Mean absolute error that a column of a bell's numbers saves a model that adds it to another."""
    truth = math.sqrt(2 / math.pi) * (math.sqrt(2 * weight**2 + NOISE**2) - NOISE)

    def simulate(rng: np.random.Generator, datasets: int) -> Outcomes:
        for _ in range(datasets):
            table = rng.normal(size=(rows, 2))
            true = table @ (weight, 1.0) + rng.normal(0, NOISE, rows)
            scores: Scores = lambda some, true=true: -np.abs(some @ (weight, 1.0) - true)  # noqa: E731
            yield holds(scores, table, truth, rng, are_ones=False)

    return Claim("importance of a column", "covers", f"numbers, weight {weight}, {rows} rows", simulate)


def weight_in_skewed_numbers(rows: int) -> Claim:
    """The same of an exponential column and a model that is always right: its mean difference, which is 1."""

    def simulate(rng: np.random.Generator, datasets: int) -> Outcomes:
        for _ in range(datasets):
            table = rng.exponential(size=(rows, 2))
            true = table.sum(axis=1)
            scores: Scores = lambda some, true=true: -np.abs(some.sum(axis=1) - true)  # noqa: E731
            yield holds(scores, table, 1.0, rng, are_ones=False)

    return Claim("importance of a column", "covers", f"skewed numbers, {rows} rows", simulate)


def named_for_nothing(columns: int, rows: int, *, are_ones: bool) -> Claim:
    """A column said to matter where the answers hang on all, and the truth on none."""
    weights = np.ones(columns)

    def simulate(rng: np.random.Generator, datasets: int) -> Outcomes:
        for _ in range(datasets):
            table, true, order = rng.normal(size=(rows, columns)), rng.normal(size=rows), rng.permutation(rows)

            def right(some: NDArray[np.float64], true: NDArray[np.float64] = true) -> NDArray[np.float64]:
                return ((some @ weights > 0) == (true > 0)).astype(float)

            def near(some: NDArray[np.float64], true: NDArray[np.float64] = true) -> NDArray[np.float64]:
                return -np.abs(some @ weights - true)

            score = right if are_ones else near
            losses = {
                str(at): importance(lost(score, table, at, order), order, are_ones=are_ones) for at in range(columns)
            }
            yield any(one.matters for one in weigh(losses))

    kind = "classes" if are_ones else "numbers"
    return Claim("the columns that the model goes by", "false", f"{columns} columns, {kind}, {rows} rows", simulate)


def mean_answer(rows: int) -> Claim:
    """Band of the mean answer at a value of a column, which a model adds to an exponential one."""

    def simulate(rng: np.random.Generator, datasets: int) -> Outcomes:
        for _ in range(datasets):
            records = [{"a": value, "b": float(rng.exponential())} for value in rng.integers(0, 2, rows).tolist()]
            shape = dependence(records, "a", "number", sums, ("",))
            assert shape is not None
            yield shape.lows[0][1] <= 1 + 1 <= shape.highs[0][1]

    return Claim("mean answer at a column's value", "covers", f"skewed numbers, {rows} rows", simulate)


def sums(cells: Sequence[str]) -> NDArray[np.float64]:
    """Sum of each record's two numbers."""
    return np.array([[sum(json.loads(one).values())] for one in cells], float)


COLUMNS: tuple[Claim, ...] = (
    *(push(world, columns) for world in DRAWS for columns in (3, 12)),
    *(weight_in_classes(weight, rows) for weight in (0.3, 2.0) for rows in (FEWEST_ROWS, 1_000)),
    *(weight_in_numbers(weight, rows) for weight in (0.1, 1.0) for rows in (FEWEST_ROWS, 1_000)),
    *(weight_in_skewed_numbers(rows) for rows in (FEWEST_ROWS, 1_000)),
    *(named_for_nothing(12, rows, are_ones=ones) for rows in (FEWEST_ROWS, 1_000) for ones in (True, False)),
    *(mean_answer(rows) for rows in (FEWEST_ROWS, SHAPE_ROWS)),
)
