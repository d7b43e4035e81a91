"""Threshold optimisation: from the prices alone, one for all classes, or one for each by coordinate ascent.

Everywhere `scores` and `gains` are (rows, classes): the model's scores, and what each answer would be worth in that
row. `person` (rows,) is what each row is worth that a person answers, or None where nobody is there.
"""

from collections.abc import Sequence

import numpy as np

from core.arrays import Floats, Integers
from core.payoff.decision import Decision

LEAST, MOST = 1e-4, 1.0
SWEEPS = 12


def from_prices(prices: Decision, rows_of_class: Integers) -> Floats:
    """Cost-optimal thresholds if the scores are calibrated probabilities (Elkan 2001).

    Exact for two classes, and where a wrong answer's worth depends on the true class alone; else wrong answers count by
    the average over the other classes.
    """
    worths, size = prices.matrix, len(prices.labels)
    right, off = np.diag(worths), ~np.eye(size, dtype=bool)
    if prices.person is None:
        lost = right - np.where(off, worths, 0.0).sum(axis=1) / (size - 1)
        return scaled(1 / np.maximum(lost, 1e-9 * max(1.0, float(np.abs(worths).max()))))
    weights = np.where(off, np.maximum(rows_of_class, 0.5)[:, None], 0.0)
    lost = (weights * (right[:, None] - worths)).sum(axis=0) / weights.sum(axis=0)
    # Wrong with probability 1 - p, an answer loses on average (1 - p) * lost; a person costs her price for certain.
    clipped: Floats = np.clip(1 - prices.person / np.maximum(lost, 1e-9), LEAST, MOST)
    return clipped


def scaled(bars: Floats) -> Floats:
    """Normalised thresholds, which only matter relative to one another: they sum to one."""
    found: Floats = np.clip(bars / bars.sum(), 1e-9, MOST)
    return found


def best_one(scores: Floats, gains: Floats, person: Floats | None) -> Floats:
    """The one threshold for all classes that is worth the most; without a person, no threshold matters."""
    size = scores.shape[1]
    if person is None:
        return np.full(size, 1 / size)
    best = scores.argmax(axis=1)
    rows = np.arange(len(scores))
    bar = _best_bar(scores[rows, best], gains[rows, best] - person, now=0.5, most=MOST)
    return np.full(size, bar)


def best_each(scores: Floats, gains: Floats, person: Floats | None, starts: Sequence[Floats]) -> Floats:
    """Coordinate ascent over a threshold for each class: each in turn set to its best while the others stay.

    It ends when none moves: a local optimum from each of the starts, of which the best is given back.
    """
    found = [_ascend(scores, gains, person, start) for start in starts]
    bars: Floats = max(found, key=lambda one: _total(scores, gains, person, one))
    return bars if person is not None else scaled(bars)


def scattered(bars: Floats, *, searches: int, most: int = 40) -> list[Floats]:
    """Random restarts, drawn around these thresholds: as many as there is time for, and at most `most`."""
    draws = np.random.default_rng(0).normal(0.0, 0.6, (min(searches, most), len(bars)))
    return list(np.clip(bars * np.exp(draws), LEAST, MOST))


def _ascend(scores: Floats, gains: Floats, person: Floats | None, start: Floats) -> Floats:
    bars = start.copy()
    for _ in range(SWEEPS):
        before = bars.copy()
        for number in range(len(bars)):
            bars[number] = best_for(scores, gains, person, bars, number)
        if np.array_equal(before, bars):
            break
    return bars


def best_for(scores: Floats, gains: Floats, person: Floats | None, bars: Floats, number: int) -> float:
    """Coordinate step: the best threshold of one class while the others stay."""
    breaks, steps, _ = turning_points(scores, gains, person, bars, number)
    return _best_bar(breaks, steps, now=float(bars[number]), most=MOST if person is not None else np.inf)


def turning_points(
    scores: Floats, gains: Floats, person: Floats | None, bars: Floats, number: int
) -> tuple[Floats, Floats, float]:
    """Breakpoints of the value as a function of one threshold: for each row, that up to which the row is answered so,
    and what the answer adds to its value otherwise; and the value of all rows when this class is never answered."""
    multiples = scores / bars
    multiples[:, number] = -np.inf
    second = multiples.argmax(axis=1)
    rows = np.arange(len(scores))
    height, otherwise = multiples[rows, second], gains[rows, second]
    if person is not None:
        otherwise = np.where(height >= 1.0, otherwise, person)
        height = np.maximum(height, 1.0)
    breaks = scores[:, number] / np.maximum(height, 1e-12)
    return breaks, gains[:, number] - otherwise, float(otherwise.sum())


def _best_bar(breaks: Floats, steps: Floats, *, now: float, most: float) -> float:
    """The threshold for which the rows at or above it add the most; `now` where that is as good, else the nearest."""
    order = np.argsort(-breaks, kind="stable")
    edges, added = breaks[order], np.concatenate(([0.0], np.cumsum(steps[order])))
    # A threshold can stand only between two different edges: k rows are at or above it.
    ends = np.flatnonzero(np.concatenate(([edges[0] < most], edges[:-1] > edges[1:], [True])))
    top = added[ends].max()
    near = 1e-9 * max(1.0, float(np.abs(steps).sum()))
    if added[np.searchsorted(-edges, -now, side="right")] >= top - near:
        return now
    good = ends[added[ends] >= top - near]
    above = np.where(good > 0, edges[np.maximum(good - 1, 0)], min(most, 2.0 * edges[0] + LEAST))
    below = np.where(good < len(edges), edges[np.minimum(good, len(edges) - 1)], 0.0)
    between = np.clip((above + below) / 2, 1e-9, most)
    return float(between[np.abs(np.log(between / now)).argmin()])


def _total(scores: Floats, gains: Floats, person: Floats | None, bars: Floats) -> float:
    multiples = scores / bars
    best = multiples.argmax(axis=1)
    rows = np.arange(len(scores))
    earned = gains[rows, best]
    if person is not None:
        earned = np.where(multiples[rows, best] >= 1.0, earned, person)
    return float(earned.sum())
