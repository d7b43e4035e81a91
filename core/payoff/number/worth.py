"""Expected value of numbers on test rows: per 1,000 cases, with the interval of the true mean."""

from dataclasses import dataclass

import numpy as np

from core.answers.number import NumberAnswers
from core.arrays import Floats
from core.errors import ConfigError
from core.evaluation.intervals import Z95
from core.evaluation.records import Interval
from core.evaluation.skewed import Moments, moments, spread_of
from core.payoff.number.decision import NumberDecision

CASES = 1_000


@dataclass(frozen=True)
class NumberValue:
    """Expected value of a policy on test rows: 0 where every answer is exact, else below it.

    `per_1000` is the mean in the decision's currency for 1,000 cases, with its confidence interval; `next_1000` is the
    same value with its prediction interval, what the next 1,000 cases bring together. `earned` has one entry a row;
    `too_high` is the share of rows answered above the truth.
    """

    per_1000: Interval
    next_1000: Interval
    rows: int
    too_high: float
    earned: Floats


def worth(answers: NumberAnswers, decision: NumberDecision) -> NumberValue:
    """Expected value of the decision on these rows. Raises ConfigError without rows."""
    return value_of(decision.answers(answers.values), answers.targets, decision)


def value_of(given: Floats, targets: Floats, decision: NumberDecision) -> NumberValue:
    """Expected value of these answers where `targets` are true. Raises ConfigError without rows."""
    if not len(targets):
        raise ConfigError("There are no test rows to count on.", "Give the test part at least one row.")
    earned = earnings(given, targets, decision)
    found = _per_1000(moments(earned), most=0.0)
    return NumberValue(found, _next_1000(found, earned), len(targets), float((given > targets).mean()), earned)


def earnings(given: Floats, targets: Floats, decision: NumberDecision) -> Floats:
    """Value of each row: nothing where the answer is exact, below it the cost of each unit too high or too low."""
    errors = given - targets
    found: Floats = -np.where(errors > 0, decision.too_high * errors, -decision.too_low * errors)
    return found


def gain_per_1000(earned: Floats, others: Floats) -> Interval:
    """Paired gain of `earned` over what the others earned on the same rows, for 1,000 cases, with its interval.

    Ways that answer alike differ by exactly 0.
    """
    gained = earned - others
    mean = gained.mean()
    return _per_1000(spread_of(mean, (gained - mean) / len(gained), away=0.0))


def _per_1000(found: Moments, most: float = np.inf) -> Interval:
    low, high = found.ends()
    return Interval(value=float(found.mean) * CASES, low=float(low) * CASES, high=float(np.minimum(high, most)) * CASES)


def _next_1000(mean: Interval, earned: Floats) -> Interval:
    """Prediction interval (95%) of 1,000 cases: the uncertainty of the mean and the luck of the cases, squared and
    added at each end (MOVER, Zou and Donner 2008). The sum of so many cases is nearly normal."""
    luck = Z95 * float(earned.std(ddof=1)) * np.sqrt(CASES) if len(earned) > 1 else 0.0
    low, high = (np.hypot(mean.value - mean.low, luck), np.hypot(mean.high - mean.value, luck))
    return Interval(value=mean.value, low=mean.value - float(low), high=min(0.0, mean.value + float(high)))
