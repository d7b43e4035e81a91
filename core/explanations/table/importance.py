"""Permutation importance of columns (Breiman 2001; Fisher, Rudin and Dominici 2019), with intervals.

A column's values go from row to row, so that nothing is left of what they say of their own row; the importance is by
how much the answers are worse then. Every row gives its value to REPEATS others and takes one from as many.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from core.evaluation.skewed import Moments, spread_of
from core.inputs.table.cells import written

REPEATS = 5
"""Rows whose value each row has in turn."""

Record = dict[str, Any]
Lost = NDArray[np.float64]


def shuffled(records: Sequence[Record], column: str, order: NDArray[np.intp], repeats: int) -> Iterator[str]:
    """Cells of the rows with the value of another row in `column`: of the next in `order`, of the one after it, ..."""
    place = np.argsort(order)
    for shift in range(1, repeats + 1):
        donors = order[(place + shift) % len(order)]
        for record, donor in zip(records, donors.tolist(), strict=True):
            yield written(record | {column: records[donor].get(column)})


class Loss(NamedTuple):
    """Mean loss, the ends of its 95% interval, and the two-sided p-value of there being none."""

    mean: float
    low: float
    high: float
    p_value: float


def importance(lost: Lost, order: NDArray[np.intp], *, are_ones: bool) -> Loss:
    """Loss from `lost`, (repeats, rows), in which each row lost so much by the value of another.

    Rows count twice, as those that take a value and as those that give it, so the interval goes by both (Hájek's
    projection of a U-statistic; van der Vaart 1998, 11.3), less the chance of the repeats, which both count. Of
    differences between ones and noughts, `are_ones`, the spread is that with one row added at either end, so that
    rows of which none changed still say how rare a change may be; of others, skewness is allowed for.
    """
    repeats, rows = lost.shape
    place = np.argsort(order)
    given = np.empty_like(lost)
    for shift, line in enumerate(lost, start=1):
        given[shift - 1, order[(place + shift) % rows]] = line
    mean = float(lost.mean())
    both = lost.mean(axis=0) + given.mean(axis=0) - 2 * mean
    twice = ((lost - mean) ** 2).sum() / repeats**2
    squares = max(float((both**2).sum() - twice), 0.0)
    if are_ones:
        error = float(np.sqrt((squares + 2) / (rows + 1) / (rows + 2)))
        margin = float(t.ppf(0.975, rows - 1)) * error
        return Loss(mean, mean - margin, mean + margin, float(2 * t.sf(abs(mean) / error, rows - 1)))
    skewness = spread_of(np.asarray(mean), both / rows).skewness
    found = Moments(np.asarray(mean), np.sqrt(squares / (rows - 1) / rows), skewness, rows)
    low, high = found.ends()
    return Loss(mean, float(low), float(high), float(found.p_value()) if squares else 1.0)
