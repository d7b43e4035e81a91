"""Regression metrics, the yardstick for numbers: how far answers are from the truth, each with its 95% interval.

What the intervals hold on rows of known truth stands in docs/truth.md: 93 to 97 of 100, more where most errors are
exactly 0 or where tails are heavy, and less where fewer than 100 rows have not shown a heavy tail (`may_miss_tail`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from core.answers.number import NumberAnswers
from core.arrays import Floats
from core.errors import DatasetError, NotFound, did_you_mean
from core.evaluation.conformal import held
from core.evaluation.meanings import NUMBER_METRICS as METRICS
from core.evaluation.meanings import MetricMeaning
from core.evaluation.medians import median_ends
from core.evaluation.records import Interval
from core.evaluation.skewed import Moments, spread_of

PER_ROW: dict[str, Callable[[Floats], Floats]] = {
    "mae": np.abs,
    "rmse": np.square,
    "median_error": np.abs,
    "bias": np.positive,
}
FEWEST_FOR_TAIL = 100


@dataclass(frozen=True)
class EstimateArrays:
    """A metric with its 95% interval; arrays of one shape, one entry a set of rows."""

    value: Floats
    low: Floats
    high: Floats


class NumberYardstick:
    """Metrics of number answers; see `core.evaluation.yardstick.Yardstick`."""

    kind: ClassVar[str] = "number"
    headline: ClassVar[str] = "mae"
    metrics: ClassVar[Mapping[str, MetricMeaning]] = METRICS

    def measure(self, answers: NumberAnswers) -> dict[str, Interval]:
        """As `core.evaluation.number.measure`."""
        return measure(answers)

    def by_row(self, answers: NumberAnswers, metric: str) -> Floats | None:
        """As `core.evaluation.number.by_row`."""
        return by_row(answers, metric)

    def details(self, answers: NumberAnswers) -> dict[str, Any]:
        """Empirical coverage of the prediction intervals, where there are any."""
        return {} if answers.low is None or not len(answers) else {"coverage": held(answers)}


def measure(answers: NumberAnswers) -> dict[str, Interval]:
    """Every metric with its 95% interval; R2 is left out where all targets are alike.

    Raises DatasetError without rows.
    """
    if not len(answers):
        raise DatasetError("There are no test rows to judge by.", "Give the test part at least one row.")
    found = {}
    for metric in METRICS:
        if metric != "r2" or np.ptp(answers.targets) > 0:
            one = measured(metric, answers.targets, answers.values)
            found[metric] = Interval(value=float(one.value), low=float(one.low), high=float(one.high))
    return found


def by_row(answers: NumberAnswers, metric: str) -> Floats | None:
    """Per-row contribution to the metric, shape (rows,).

    Absolute errors for mae (their mean) and median_error (their median), squared errors for rmse (the root of their
    mean), signed errors for bias (their mean). None for r2, which is no mean over rows. Raises NotFound.
    """
    if metric not in METRICS:
        raise NotFound(
            f"There is no metric '{metric}' of numbers.", did_you_mean(metric, METRICS) or ", ".join(METRICS)
        )
    return PER_ROW[metric](answers.errors) if metric in PER_ROW else None


def influence(answers: NumberAnswers, metric: str) -> tuple[float, Floats] | None:
    """The metric and its influence function, the derivative by each row's weight, (rows,); None for the median.

    The derivatives add up to 0; the root of the sum of their squares is the metric's standard error. For bias they are
    those of its distance from 0, so that less is better for every metric but R2.
    """
    if metric == "median_error" or not len(answers) or (metric == "r2" and np.ptp(answers.targets) == 0):
        return None
    value, derived = _influence(metric, answers.targets, answers.values)
    return float(value), derived


def uneven(answers: NumberAnswers) -> bool:
    """Whether an outlier makes up so much of the squared error that the intervals of rmse and r2 may miss the truth.

    Its share is then above 1.3 over the root of the rows; even errors have shares of about 2 ln(rows) over the rows.
    """
    squares = np.square(answers.errors)
    total = float(squares.sum())
    return total > 0 and float(squares.max()) / total > 1.3 / np.sqrt(len(squares))


def may_miss_tail(answers: NumberAnswers) -> bool:
    """Whether rows are too few to have shown a long tail of errors, so that intervals of means may miss the truth."""
    return len(answers) < FEWEST_FOR_TAIL


def measured(metric: str, targets: Floats, values: Floats) -> EstimateArrays:
    """Vectorised metric of many sets of rows at once, shape (..., rows), as `measure` gives it for one."""
    errors = values - targets
    if metric == "median_error":
        return EstimateArrays(*median_ends(np.abs(errors)))
    if errors.shape[-1] == 1:
        return _of_one_row(metric, errors)
    if metric == "r2":
        return _r2(targets, errors)
    each = PER_ROW[metric](errors)
    found = _widened(spread_of(each.mean(axis=-1), _centred(each)), _scale(metric, targets))
    if metric == "rmse":
        more = np.square(_with_worst(errors, errors))
        reached = spread_of(more.mean(axis=-1), _centred(more)).ends()[1]
        found = EstimateArrays(found.value, found.low, np.maximum(found.high, reached))
        found = EstimateArrays(np.sqrt(found.value), np.sqrt(np.maximum(found.low, 0)), np.sqrt(found.high))
    return found if metric == "bias" else EstimateArrays(found.value, np.maximum(found.low, 0.0), found.high)


def _with_worst(each: Floats, errors: Floats) -> Floats:
    """What rows have, and that of the row with the largest error once more.

    Few rows seldom show how large errors get; their squares' upper end counts one more such row.
    """
    worst = np.expand_dims(np.abs(errors).argmax(axis=-1), -1)
    return np.concatenate((each, np.take_along_axis(each, worst, axis=-1)), axis=-1)


def _of_one_row(metric: str, errors: Floats) -> EstimateArrays:
    """Interval from a single row, as if errors were exponentially distributed: one is all there is to go by."""
    error = errors[..., 0] if metric == "bias" else np.abs(errors[..., 0])
    reach = 14 * np.abs(error)
    return EstimateArrays(error, -reach if metric == "bias" else np.zeros_like(error), reach)


def _r2(targets: Floats, errors: Floats) -> EstimateArrays:
    """Interval of R2 by its unexplained part, on its own and on the log scale; the wider end of the two counts."""
    value, derived = _influence("r2", targets, targets + errors)
    left = 1 - value
    low, high = _widened(spread_of(left, -derived), np.ones_like(left)).low, spread_of(left, -derived).ends()[1]
    positive = np.where(left > 0, left, 1.0)
    logs = spread_of(np.log(positive), -derived / np.expand_dims(positive, -1))
    logged = [np.exp(np.minimum(end, 700.0)) for end in logs.ends()]
    low, high = np.minimum(low, logged[0]), np.maximum(high, logged[1])
    once_more = np.concatenate((targets, targets.mean(axis=-1, keepdims=True)), axis=-1)
    value_then, derived_then = _influence("r2", once_more, once_more + _with_worst(errors, errors))
    high = np.maximum(high, spread_of(1 - value_then, -derived_then).ends()[1])
    unseen = 1 - _seen_limit(errors.shape[-1])
    low, high = np.where(left > 0, np.maximum(low, 0.0), 0.0), np.where(left > 0, high, unseen)
    return EstimateArrays(value, 1 - high, 1 - low)


def _influence(metric: str, targets: Floats, values: Floats) -> tuple[Floats, Floats]:
    errors = values - targets
    if metric == "r2":
        around = np.square(targets - targets.mean(axis=-1, keepdims=True))
        total = around.sum(axis=-1, keepdims=True)
        left = np.square(errors).sum(axis=-1, keepdims=True) / total
        return (1 - left)[..., 0], -(np.square(errors) - left * around) / total
    each = PER_ROW[metric](errors)
    mean = each.mean(axis=-1)
    if metric == "rmse":
        root = np.sqrt(mean)
        return root, _centred(each) / np.expand_dims(np.where(root > 0, 2 * root, 1.0), -1)
    if metric == "bias":
        sign = np.expand_dims(np.where(mean < 0, -1.0, 1.0), -1)
        return np.abs(mean), sign * _centred(each)
    return mean, _centred(each)


def _centred(each: Floats) -> Floats:
    centred: Floats = (each - each.mean(axis=-1, keepdims=True)) / each.shape[-1]
    return centred


def _widened(spread: Moments, scale: Floats) -> EstimateArrays:
    """Bounds of the interval; where every row agrees, what a share of rows that n rows can fail to show could add.

    The share is Clopper and Pearson's limit for 0 of n; such a row's error is taken to be as large as `scale`.
    """
    low, high = spread.ends()
    unseen = (1 - _seen_limit(spread.rows)) * scale
    alike = spread.error == 0
    lowest = np.where(spread.mean > 0, np.minimum(unseen, spread.mean), unseen)
    return EstimateArrays(
        spread.mean,
        np.where(alike, spread.mean - lowest, low),
        np.where(alike, spread.mean + unseen, high),
    )


def _seen_limit(rows: int) -> float:
    return float(0.025 ** (1 / rows))


def _scale(metric: str, targets: Floats) -> Floats:
    """How large an error can be where none was seen: as far as a target lies from the middle, at most."""
    furthest: Floats = np.abs(targets - targets.mean(axis=-1, keepdims=True)).max(axis=-1)
    return np.square(furthest) if metric == "rmse" else furthest
