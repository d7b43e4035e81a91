"""What answers are worth on held-out rows: per 1,000 cases, with the interval that other rows would give."""

from dataclasses import dataclass

import numpy as np

from core.errors import ConfigError
from core.payoff.answers import PERSON, Floats, Integers, aligned, places, targets, with_a_person
from core.payoff.decision import Decision
from core.results import Interval, Predictions

DRAWS = 2_000
CASES = 1_000


@dataclass(frozen=True)
class Value:
    """What a way of answering is worth on held-out rows.

    `per_1000` is in the decision's currency for 1,000 cases; `answered` is the share of rows that no person needs to
    see, `right` the share of those that are right (nan where there are none); `earned` has one entry a row.
    """

    per_1000: Interval
    rows: int
    answered: float
    right: float
    earned: Floats


def worth(predictions: Predictions, decision: Decision) -> Value:
    """What the decision is worth on these rows. Raises ConfigError without rows, or when a class has no price."""
    answers = places(aligned(predictions.scores, predictions.labels, decision), decision)
    return value_of(answers, targets(predictions, decision), decision)


def value_of(answers: Integers, true: Integers, decision: Decision) -> Value:
    """What these answers (numbers of labels, PERSON for a person) are worth where `true` are right."""
    if not len(true):
        raise ConfigError("There are no held-out rows to count on.", "Give the test part at least one row.")
    earned = earnings(answers, true, decision)
    by_machine = answers != PERSON
    right = float((answers == true)[by_machine].mean()) if by_machine.any() else float("nan")
    return Value(per_1000(earned, decision), len(true), float(by_machine.mean()), right, earned)


def earnings(answers: Integers, true: Integers, decision: Decision) -> Floats:
    """What each row is worth."""
    picked: Floats = decision.matrix[true, np.maximum(answers, 0)]
    if not (answers == PERSON).any():
        return picked
    by_person = with_a_person(true, decision)
    if by_person is None:
        raise ConfigError("Some cases go to a person, and there is no price for one.", "Say what a person costs.")
    return np.where(answers == PERSON, by_person, picked)


def per_1000(earned: Floats, decision: Decision, less: Floats | None = None) -> Interval:
    """The mean of `earned`, less that of `less` row by row, for 1,000 cases; a bootstrap's bias-corrected interval.

    Where every row is worth the same, no resampling can tell what an odd one would cost: the interval then reaches to
    what a share of `1 - 0.025 ** (1 / rows)` of the least and greatest worth would make of it (Clopper and Pearson).
    """
    amounts = earned if less is None else earned - less
    rows = len(amounts)
    values, counts = np.unique(amounts, return_counts=True)
    value = float(amounts.mean()) * CASES
    if len(values) == 1:
        return _all_alike(value, rows, decision) if less is None else Interval(value=value, low=value, high=value)
    from core.evaluation.intervals import percentiles  # it brings scikit-learn, which a store need not load

    draws = np.random.default_rng(0).multinomial(rows, counts / rows, size=DRAWS) @ values
    return percentiles(value, draws / rows * CASES)


def _all_alike(value: float, rows: int, decision: Decision) -> Interval:
    worths = decision.matrix
    unseen = 1 - 0.025 ** (1 / rows)
    low = (1 - unseen) * value + unseen * min(float(worths.min()) * CASES, value)
    high = (1 - unseen) * value + unseen * max(float(worths.max()) * CASES, value)
    return Interval(value=value, low=low, high=high)
