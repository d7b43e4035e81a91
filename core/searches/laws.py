"""Laws of a learning curve: power laws, exponential ones, and the measured errors joined on logarithmic axes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from core.arrays import Floats

RATES = np.geomspace(0.05, 2.0, 64)
"""Grid of rates. Measured ones lie between 0.1 and 1; a curve steeper than 2 has ended."""
LEAST_ERROR = 1e-6
"""Floor of an error that is divided by, or whose logarithm is taken."""


class Laws(Protocol):
    """Mean loss as a function of the labels: one law an entry."""

    def error(self, rows: float) -> Floats:
        """Predicted mean loss after learning from `rows` labels, shape (laws,)."""
        ...

    def best_places(self, stake: float, price: float, most: float) -> Floats:
        """Where stake * error(rows) + price * rows is least, up to `most`, shape (laws,)."""
        ...


@dataclass(frozen=True)
class PowerLaws:
    """error = limit + scale * rows ** -rate, with limit and scale not below 0."""

    limit: Floats
    scale: Floats
    rate: Floats

    def error(self, rows: float) -> Floats:
        """See `Laws`."""
        return self.limit + self.scale * rows**-self.rate

    def times(self, unit: float) -> "PowerLaws":
        """Laws rescaled to errors that are so many times as large."""
        return PowerLaws(self.limit * unit, self.scale * unit, self.rate)

    def best_places(self, stake: float, price: float, most: float) -> Floats:
        """See `Laws`. The slope is known: rows = (stake * scale * rate / price) ** (1 / (rate + 1))."""
        return _places(stake * self.scale * self.rate, self.rate, price, most)


@dataclass(frozen=True)
class ExponentialLaws:
    """error = limit + scale * exp(-rows / span), with limit and scale not below 0: a curve that is soon at its end."""

    limit: Floats
    scale: Floats
    span: Floats

    def error(self, rows: float) -> Floats:
        """See `Laws`."""
        return self.limit + self.scale * np.exp(-rows / self.span)

    def times(self, unit: float) -> "ExponentialLaws":
        """Laws rescaled to errors that are so many times as large."""
        return ExponentialLaws(self.limit * unit, self.scale * unit, self.span)

    def best_places(self, stake: float, price: float, most: float) -> Floats:
        """See `Laws`."""
        steepness = np.maximum(stake * self.scale / self.span, 0.0)
        if price <= 0:
            return np.where(steepness > 0, most, 0.0)
        places: Floats = np.clip(self.span * np.log(np.maximum(steepness / price, 1.0)), 0.0, most)
        return places


@dataclass(frozen=True)
class JoinedLaws:
    """Piecewise power law without a limit: through the measured errors, and on with the slope of the last two sizes.

    `rows` of the sizes, ascending; `errors` of shape (laws, sizes). It supposes nothing of the whole curve, so that a
    curve that bends is read off its end. An error that rises is taken as flat.
    """

    rows: Floats
    errors: Floats

    @cached_property
    def _rates(self) -> Floats:
        logs = np.log(np.maximum(self.errors, LEAST_ERROR))
        rates: Floats = np.maximum(-np.diff(logs, axis=1) / np.diff(np.log(self.rows)), 0.0)
        return rates

    def error(self, rows: float) -> Floats:
        """See `Laws`."""
        place = int(np.clip(np.searchsorted(self.rows, rows) - 1, 0, len(self.rows) - 2))
        near = place + 1 if rows >= self.rows[-1] else place
        found: Floats = self.errors[:, near] * (rows / self.rows[near]) ** -self._rates[:, place]
        return found

    def best_places(self, stake: float, price: float, most: float) -> Floats:
        """See `Laws`: the best of each piece's own."""
        ends = [0.0, *self.rows[1:-1], most]
        tried = []
        for place, rates in enumerate(self._rates.T):
            near = place + 1 if place == len(self.rows) - 2 else place
            scale = self.errors[:, near] * self.rows[near] ** rates
            tried.append(np.clip(_places(stake * scale * rates, rates, price, most), ends[place], ends[place + 1]))
        costs = [stake * self._each(places) + price * places for places in tried]
        best = np.argmin(costs, axis=0)
        found: Floats = np.array(tried)[best, np.arange(len(best))]
        return found

    def _each(self, places: Floats) -> Floats:
        """Predicted mean loss of each law after learning from as many labels as its own place says."""
        places = np.maximum(places, 1.0)
        place = np.clip(np.searchsorted(self.rows, places) - 1, 0, len(self.rows) - 2)
        near = np.where(places >= self.rows[-1], place + 1, place)
        each = np.arange(len(places))
        found: Floats = self.errors[each, near] * (places / self.rows[near]) ** -self._rates[each, place]
        return found


def power_laws(rows: Floats, errors: Floats, draws: Sequence[int]) -> PowerLaws:
    """Least-squares fit to each line of `errors`, shape (laws, sizes), measured with `rows` labels, `draws` times each.

    Weighted so that a residual counts in proportion to the error. Errors are about 1 at most.
    """
    return PowerLaws(*_fitted(rows ** -RATES[:, None], RATES, errors, draws))


def exponential_laws(rows: Floats, errors: Floats, draws: Sequence[int]) -> ExponentialLaws:
    """Least-squares fit; see `power_laws`."""
    spans = np.geomspace(rows[0] / 2, rows[-1] * 2, 48)
    return ExponentialLaws(*_fitted(np.exp(-rows / spans[:, None]), spans, errors, draws))


def _fitted(shapes: Floats, grid: Floats, errors: Floats, draws: Sequence[int]) -> tuple[Floats, Floats, Floats]:
    """Limit and scale, neither below 0, and the value of the `grid`, for which each line of errors is missed least.

    Weighted linear regressions errors = limit + scale * shape; `shapes` is (grid, sizes).
    """
    weights = np.asarray(draws) / np.maximum(errors, LEAST_ERROR) ** 2
    sizes = [(weights[:, [place]], errors[:, [place]], shapes[:, place]) for place in range(errors.shape[1])]
    total = weights.sum(axis=1, keepdims=True)
    mean_x, mean_y = weights @ shapes.T / total, (weights * errors).sum(axis=1, keepdims=True) / total
    together = sum(weight * (x - mean_x) * error for weight, error, x in sizes)
    scale = np.maximum(together / sum(weight * (x - mean_x) ** 2 for weight, _, x in sizes), 0.0)
    limit = mean_y - scale * mean_x
    through_nothing = (weights * errors) @ shapes.T / (weights @ (shapes**2).T)
    scale = np.where(limit < 0, through_nothing, scale)
    limit = np.maximum(limit, 0.0)
    misses: Floats = sum(weight * (error - limit - scale * x) ** 2 for weight, error, x in sizes)
    best = misses.argmin(axis=1)
    each = np.arange(len(errors))
    return limit[each, best], scale[each, best], grid[best]


def _places(steepness: Floats, rates: Floats, price: float, most: float) -> Floats:
    """Where the slope of the error's worth equals the price of a label; labels that cost nothing never stop."""
    if price <= 0:
        return np.where(steepness > 0, most, 0.0)
    places: Floats = np.minimum((np.maximum(steepness, 0.0) / price) ** (1 / (rates + 1)), most)
    return places
