"""Expected value of answers on held-out rows: per 1,000 cases, with a Bayesian bootstrap interval."""

from dataclasses import dataclass

import numpy as np

from core.answers import ClassAnswers
from core.arrays import Floats, Integers
from core.errors import ConfigError
from core.evaluation.records import Interval
from core.payoff.answers import PERSON, aligned, places, targets, with_a_person
from core.payoff.decision import Decision

DRAWS = 2_000
MOST_OUTCOMES = 400
CASES = 1_000


@dataclass(frozen=True)
class Value:
    """Expected value of a policy on held-out rows.

    `per_1000` is in the decision's currency for 1,000 cases; `answered` is the share of rows that no person needs to
    see, `right` the share of those that are right (nan where there are none); `earned` has one entry a row.
    """

    per_1000: Interval
    rows: int
    answered: float
    right: float
    earned: Floats


def worth(predictions: ClassAnswers, decision: Decision) -> Value:
    """Expected value of the decision on these rows. Raises ConfigError without rows, or when a class has no price."""
    answers = places(aligned(predictions.scores, predictions.labels, decision), decision)
    return value_of(answers, targets(predictions, decision), decision)


def value_of(answers: Integers, true: Integers, decision: Decision) -> Value:
    """Expected value of these answers (class indices, PERSON for a person) where `true` are right."""
    if not len(true):
        raise ConfigError("There are no held-out rows to count on.", "Give the test part at least one row.")
    earned = earnings(answers, true, decision)
    by_machine = answers != PERSON
    right = float((answers == true)[by_machine].mean()) if by_machine.any() else float("nan")
    return Value(per_1000(earned, possible(decision)), len(true), float(by_machine.mean()), right, earned)


def earnings(answers: Integers, true: Integers, decision: Decision) -> Floats:
    """Value of each row under the cost matrix."""
    picked: Floats = decision.matrix[true, np.maximum(answers, 0)]
    if not (answers == PERSON).any():
        return picked
    by_person = with_a_person(true, decision)
    if by_person is None:
        raise ConfigError("Some cases go to a person, and there is no price for one.", "Say what a person costs.")
    return np.where(answers == PERSON, by_person, picked)


def possible(decision: Decision) -> Floats:
    """Support of the value: every amount that one case can be worth under the decision, each once."""
    amounts = decision.matrix.ravel()
    if decision.hands_over and decision.person is not None:
        amounts = np.concatenate((amounts, np.diag(decision.matrix) - decision.person))
    return np.unique(amounts)


def per_1000(earned: Floats, outcomes: Floats) -> Interval:
    """Bayesian bootstrap (Rubin 1981) of the mean of `earned` for 1,000 cases, with its 95% interval.

    `outcomes` are all the amounts that a row can be worth. One row spread evenly over them is added before drawing
    (Perks 1947): a dear mistake that these rows happen not to show is thought rare, and not impossible.
    """
    seen, counts = np.unique(earned, return_counts=True)
    known = np.unique(outcomes)
    if len(known) > MOST_OUTCOMES:
        known = known[np.linspace(0, len(known) - 1, MOST_OUTCOMES).astype(int)]
    value = float(earned.mean()) * CASES
    weights = np.concatenate((counts, np.full(len(known), 1 / len(known))))
    draws = np.random.default_rng(0).dirichlet(weights, size=DRAWS) @ np.concatenate((seen, known)) * CASES
    low, high = np.quantile(draws, (0.025, 0.975))
    return Interval(value=value, low=min(float(low), value), high=max(float(high), value))


def gain_per_1000(earned: Floats, others: Floats, outcomes: Floats, their_outcomes: Floats) -> Interval:
    """Paired gain of `earned` over what the others earned on the same rows, for 1,000 cases, with its interval."""
    return per_1000(earned - others, np.unique(np.subtract.outer(outcomes, their_outcomes)))
