"""Metrics by decile: error, bias and coverage of the answers, from small numbers to large."""

from dataclasses import dataclass

import numpy as np

from core.answers.number import NumberAnswers
from core.arrays import Floats
from core.evaluation.conformal import held
from core.evaluation.number import measured
from core.evaluation.records import Interval

TENTHS = 10


@dataclass(frozen=True)
class Tenth:
    """A decile, the rows whose number lies from `low` to `high`: their mean absolute error, bias and coverage.

    `coverage` is the share of rows whose target lies in its prediction interval, None without them.
    """

    low: float
    high: float
    rows: int
    mae: Interval
    bias: Interval
    coverage: Interval | None


def by_tenth(answers: NumberAnswers, along: Floats) -> tuple[Tenth, ...]:
    """Deciles of the rows by `along` (rows,), smallest first; equal numbers stay together."""
    edges = np.unique(np.quantile(along, np.linspace(0, 1, TENTHS + 1)[1:-1], method="lower"))
    place = np.searchsorted(edges, along, side="left")
    return tuple(_tenth(answers.take(rows), along[rows]) for rows in map(np.flatnonzero, _masks(place)))


def _masks(place: np.ndarray) -> list[np.ndarray]:
    return [place == i for i in np.unique(place)]


def _tenth(answers: NumberAnswers, along: Floats) -> Tenth:
    return Tenth(
        low=float(along.min()),
        high=float(along.max()),
        rows=len(answers),
        mae=_interval("mae", answers),
        bias=_interval("bias", answers),
        coverage=None if answers.low is None else held(answers),
    )


def _interval(metric: str, answers: NumberAnswers) -> Interval:
    found = measured(metric, answers.targets, answers.values)
    return Interval(value=float(found.value), low=float(found.low), high=float(found.high))
