"""95% confidence intervals: of shares, of averages over classes, of losses, and of areas under the ROC curve."""

import math
from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_array
from scipy.special import betaincinv

from core.arrays import Floats, Integers
from core.evaluation.records import Interval

Z95 = 1.959963984540054
"""Standard normal quantile that leaves 2.5% above it."""
FEW_ROWS = 2
"""Classes of at most so many rows are there by luck, the same for each."""


def recovered(
    reaches: Floats,
    influence: csr_array | Floats,
    counts: Integers | Floats,
    rows: Floats | Integers,
    drift: Floats | float = 0.0,
    hits: int = 1,
) -> float:
    """How far a sum reaches beyond its value, from how far each of its parts does (MOVER; Zou and Donner 2008).

    `reaches` (parts,) are the distances to the parts' own limits. Parts go together as their `influence` (rows, parts)
    does, of `counts` rows each; of parts that no row moves, a row to come would move `hits` at once. Parts of a single
    row (`rows` of each part) add up as they are: that they have one at all is luck, the same for each. `drift` (rows,)
    is a further part's influence, already times how many standard errors count.
    """
    errors = np.sqrt(np.asarray(counts @ (influence * influence)))
    single = np.asarray(rows) <= FEW_ROWS
    moved = (errors > 0) & ~single
    scaled = np.divide(reaches, errors, out=np.zeros_like(errors), where=moved)
    together = float(counts @ np.square(influence @ scaled + drift))
    unmoved = reaches[~moved & ~single]
    alone = min(hits * float(np.square(unmoved).sum()), float(unmoved.sum()) ** 2)
    return math.sqrt(together + alone + float(reaches[single].sum()) ** 2)


def share_limits(right: Floats | Integers, rows: Floats | Integers) -> tuple[Floats, Floats]:
    """Exact 95% limits of the binomial shares `right / rows` (1934); from 0 to 1 where there are no rows."""
    found, rest = np.asarray(right, np.float64), np.asarray(rows, np.float64) - right
    with np.errstate(invalid="ignore"):
        low, high = betaincinv(found, rest + 1, 0.025), betaincinv(found + 1, rest, 0.975)
    return np.where(found > 0, low, 0.0), np.where(rest > 0, high, 1.0)


def of_losses(losses: Floats, unseen: float) -> Interval:
    """Interval of a mean loss, (rows,), symmetric on the log scale; its upper end is no less than with one row more.

    Few rows of a good model show none of the errors that make up most of the loss, and resampling cannot invent them:
    `unseen` is the loss of such a row. Measured: `docs/truth.md`.
    """
    value, rows = float(losses.mean()), len(losses)
    error = float(losses.std()) / math.sqrt(rows)
    stretch = math.exp(min(Z95 * error / value, 700.0)) if value > 0 else 1.0
    more = np.append(losses, unseen)
    reached = float(more.mean() + Z95 * more.std(ddof=1) / math.sqrt(rows + 1))
    value = max(value, 0.0)
    return Interval(
        value=value, low=value / stretch, high=max(value, min(value * stretch, float(np.max(more))), reached)
    )


def newcombe(values: Floats, inside: Integers, outside: Integers) -> tuple[Floats, Floats]:
    """95% limits of areas under the ROC curve, of so many rows inside and outside (Newcombe 2006, method 5).

    The score interval by Hanley and McNeil's variance, with the mean of the two counts inside its brackets. At exactly
    0 or 1 the limits are those of rows that all agree.
    """
    middle = (inside + outside) / 2

    def error(area: Floats) -> Floats:
        first, second = (1 - area) / (2 - area), area / (1 + area)
        brackets = [
            1 + (m - 1) * first + (n - 1) * second for m, n in ((middle, middle), (inside, outside), (outside, inside))
        ]
        found: Floats = np.sqrt(area * (1 - area) * np.max(brackets, axis=0) / (inside * outside))
        return found

    low, high = _roots(values, error, np.zeros_like(values)), _roots(values, error, np.ones_like(values))
    alike = (0.025 ** (1 / inside) + 0.025 ** (1 / outside)) / 2
    return np.where(values == 1.0, alike, low), np.where(values == 0.0, 1 - alike, high)


def _roots(values: Floats, error: Callable[[Floats], Floats], far: Floats) -> Floats:
    """Where the value lies 1.96 standard errors away, between the value and `far`, by bisection."""
    near = values.copy()
    for _ in range(50):
        tried = (near + far) / 2
        is_within = np.abs(tried - values) <= Z95 * error(tried)
        near, far = np.where(is_within, tried, near), np.where(is_within, far, tried)
    return near


def of_average_precision(values: Floats, inside: Integers, _outside: Integers) -> tuple[Floats, Floats]:
    """95% limits of average precisions, exact as if each were a share of so many rows inside.

    No mean of numbers between 0 and 1 varies more than a share (compare Boyd et al. 2013, whose logit interval has
    that variance too).
    """
    return share_limits(values * inside, inside)


def logit_limits(values: Floats, errors: Floats) -> tuple[Floats, Floats]:
    """95% limits of numbers between 0 and 1 with these standard errors, symmetric on the logit scale."""
    rest = values * (1 - values)
    stretch = np.exp(np.minimum(np.divide(Z95 * errors, rest, out=np.zeros_like(values), where=rest > 0), 700.0))
    below = values + (1 - values) * stretch
    above = values + (1 - values) / stretch
    return values / below, values / above


def when_all_alike(value: float, rows: Integers) -> Interval:
    """Exact binomial interval around a value of 0 or 1 that every row agrees on, which no resampling can widen.

    Clopper and Pearson's exact limit for n of n, `0.025 ** (1 / n)`, averaged over `rows`: how many rows each class
    has for a metric in which classes count alike, all of them as one number for the others.
    """
    limit = float(np.mean(0.025 ** (1 / rows[rows > 0])))
    if value > 0.0:
        return Interval(value=value, low=min(value, limit), high=value)
    return Interval(value=0.0, low=0.0, high=1 - limit)


def wilson(right: Floats | Integers, rows: Integers) -> tuple[Floats, Floats]:
    """Wilson's 95% score intervals of the shares `right / rows` (1927); `rows` are above 0."""
    share = np.asarray(right, np.float64) / rows
    middle = (share + Z95**2 / (2 * rows)) / (1 + Z95**2 / rows)
    reach = Z95 / (1 + Z95**2 / rows) * np.sqrt(share * (1 - share) / rows + Z95**2 / (4 * rows**2))
    return np.clip(middle - reach, 0.0, share), np.clip(middle + reach, share, 1.0)
