"""Stopping rule for labelling: where the marginal label costs more than the better answers it brings are worth."""

from dataclasses import dataclass

import numpy as np

from core.arrays import Floats
from core.evaluation.records import Interval
from core.searches.fit import FARTHEST, FittedLaws, PowerLaws
from core.searches.levels import corrected


@dataclass(frozen=True)
class Prices:
    """Prices in one currency: the cost of a `label` and of an `error`.

    An error is a wrong answer in place of a right one, or an answer that is one unit off. `cases` is how many answers
    the model will give while these labels serve it.
    """

    label: float
    error: float
    cases: float

    @property
    def at_stake(self) -> float:
        """Cost of one error in every answer: all wrong in place of all right, or all one unit off."""
        return self.error * self.cases


@dataclass(frozen=True)
class Stop:
    """Optimal number of labels in all, with its 95% interval, and the net worth there.

    `beyond` says that the optimum lies beyond the limit of extrapolation; `rows` then is that limit.
    """

    rows: Interval
    worth: float
    beyond: bool


def stop_at(fit: FittedLaws, prices: Prices) -> Stop:
    """Optimum: where the worth of the answers less the price of the labels is greatest.

    For error = limit + scale * rows ** -rate the slope is known, and so is the place where it equals the price:
    rows = (stake * scale * rate / price) ** (1 / (rate + 1)). Labels that cost nothing never stop.
    """
    most = FARTHEST * fit.largest
    best = float(_places(fit.best, prices, most)[0])
    rows = corrected(best, _places(fit.others, prices, most))
    return Stop(rows, net_worth(fit, prices, best), beyond=best >= most)


def net_worth(fit: FittedLaws, prices: Prices, rows: float) -> float:
    """Net worth after learning from `rows` labels: what the right answers are worth, less the labels' price.

    Where errors have a size: their cost and the labels', below zero.
    """
    return prices.at_stake * fit.measure.goodness(float(fit.best.error(max(rows, 1.0))[0])) - prices.label * rows


def next_label(fit: FittedLaws, prices: Prices, rows: float) -> float:
    """Marginal worth of one more label after `rows` labels: of the better answers that it brings."""
    laws = fit.best
    return float((prices.at_stake * laws.scale * laws.rate * rows ** -(laws.rate + 1))[0])


def _places(laws: PowerLaws, prices: Prices, most: float) -> Floats:
    steepness = np.maximum(prices.at_stake, 0.0) * laws.scale * laws.rate
    if prices.label <= 0:
        return np.where(steepness > 0, most, 0.0)
    places: Floats = np.minimum((steepness / prices.label) ** (1 / (laws.rate + 1)), most)
    return places


def more_left(one: FittedLaws, one_rows: float, other: FittedLaws, other_rows: float, prices: Prices) -> Interval:
    """Difference of net worth, the first less the second, each after its own labels, with its 95% interval."""
    value = net_worth(one, prices, one_rows) - net_worth(other, prices, other_rows)
    gained = other.others.error(max(other_rows, 1.0)) - one.others.error(max(one_rows, 1.0))
    return corrected(value, prices.at_stake * gained - prices.label * (one_rows - other_rows))
