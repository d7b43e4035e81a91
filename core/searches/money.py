"""Stopping rule for labelling: where the marginal label costs more than the better answers it brings are worth."""

from dataclasses import dataclass

from core.arrays import Floats
from core.evaluation.records import Interval
from core.searches.fit import FARTHEST, FittedLaws
from core.searches.laws import Laws


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
    """Optimum: where the worth of the answers less the price of the labels is greatest."""
    most = FARTHEST * fit.largest
    rows = fit.widest(lambda laws: laws.best_places(prices.at_stake, prices.label, most))
    return Stop(rows, net_worth(fit, prices, rows.value), beyond=rows.value >= most)


def net_worth(fit: FittedLaws, prices: Prices, rows: float) -> float:
    """Net worth after learning from `rows` labels: what the right answers are worth, less the labels' price.

    Where errors have a size: their cost and the labels', below zero.
    """
    return prices.at_stake * fit.measure.goodness(float(fit.best.error(max(rows, 1.0))[0])) - prices.label * rows


def next_label(fit: FittedLaws, prices: Prices, rows: float) -> float:
    """Marginal worth of one more label after `rows` labels: of the better answers that it brings."""
    laws = fit.best
    return float((prices.at_stake * laws.scale * laws.rate * rows ** -(laws.rate + 1))[0])


def more_left(one: FittedLaws, one_rows: float, other: FittedLaws, other_rows: float, prices: Prices) -> Interval:
    """Difference of net worth, the first less the second, each after its own labels, with its 95% interval."""

    def left(first: Laws, second: Laws) -> Floats:
        gained = second.error(max(other_rows, 1.0)) - first.error(max(one_rows, 1.0))
        return prices.at_stake * gained - prices.label * (one_rows - other_rows)

    return one.widest_of_two(other, left)
