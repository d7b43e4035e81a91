"""Expected value of answers on test rows: per 1,000 cases, with a Bayesian bootstrap interval."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from core.answers import ClassAnswers
from core.arrays import Floats, Integers
from core.errors import ConfigError
from core.evaluation.intervals import Z95
from core.evaluation.records import Interval
from core.payoff.answers import NOBODY, PERSON, aligned, places, targets
from core.payoff.decision import Decision

DRAWS = 2_000
MOST_OUTCOMES = 400
CASES = 1_000
ROOT = 1.5
"""Weight of the added row: so many times the root of how often a case is answered so, at most 1 (ADR 25)."""
TAIL = 0.5
"""Share of the acceleration of BCa that counts: all of it, beside the added row, would cover too much."""


@dataclass(frozen=True)
class Value:
    """Expected value of a policy on test rows.

    `per_1000` is the mean in the decision's currency for 1,000 cases, with its confidence interval; `next_1000` is the
    same value with its prediction interval, what the next 1,000 cases bring together. `answered` is the share of rows
    that no person needs to see, `right` the share of those that are right (nan where there are none); `earned` has one
    entry a row.
    """

    per_1000: Interval
    next_1000: Interval
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
        raise ConfigError("There are no test rows to count on.", "Give the test part at least one row.")
    earned = earnings(answers, true, decision)
    by_machine = answers != PERSON
    right = float((answers == true)[by_machine].mean()) if by_machine.any() else float("nan")
    draws = Draws.of(earned, possible(answers, decision, allowed=reachable(decision)))
    return Value(
        draws.mean(), draws.next_cases(), rows=len(true), answered=float(by_machine.mean()), right=right, earned=earned
    )


def earnings(answers: Integers, true: Integers, decision: Decision) -> Floats:
    """Value of each row under the cost matrix. Raises ConfigError where a person has no price."""
    if decision.person is None and (answers == PERSON).any():
        raise ConfigError("Some cases go to a person, and there is no price for one.", "Say what a person costs.")
    earned: Floats = _columns(decision)[true, answers]
    return earned


@dataclass(frozen=True)
class Outcomes:
    """Amounts that one case can be worth, and the weights of the one row that is believed beside those seen."""

    amounts: Floats
    weights: Floats

    @classmethod
    def even(cls, amounts: Floats) -> "Outcomes":
        """Outcomes that are believed alike, each once."""
        known = np.unique(amounts)
        if len(known) > MOST_OUTCOMES:
            known = known[np.linspace(0, len(known) - 1, MOST_OUTCOMES).astype(int)]
        return cls(known, np.full(len(known), 1 / len(known)))


def possible(
    answers: Integers, decision: Decision, others: Integers | None = None, *, allowed: Integers | None = None
) -> Outcomes:
    """Outcomes of cases that are answered as these rows are; with `others`, of the gain over answers to the same rows.

    A person's answers and the model's each have an added row that weighs the less, the less often they are given:
    mistakes which the decision hardly allows weigh little. A gain has two, for either may be the better in it.
    `allowed` are answers that may also be given, where no row was. Rows that both answer alike cannot differ. Answers
    may be NOBODY.
    """
    theirs = np.full_like(answers, NOBODY) if others is None else others
    given = np.unique(answers if allowed is None else np.concatenate((answers, allowed)))
    columns, found = _columns(decision), []
    for by_person in np.unique(given == PERSON):
        rows = (answers == PERSON) == by_person
        pairs = np.stack((answers[rows], theirs[rows]))
        if not rows.any():
            pairs = np.stack(np.meshgrid(given[(given == PERSON) == by_person], np.unique(theirs))).reshape(2, -1)
        ours, beside = np.unique(pairs[:, pairs[0] != pairs[1]], axis=1)
        share = min(1.0, ROOT * float(np.sqrt((rows.sum() + 1) / (len(rows) + 2))))
        even = Outcomes.even(columns[:, ours] - columns[:, beside] if len(ours) else np.zeros(1))
        found.append(Outcomes(even.amounts, even.weights * (share if others is None else 2 * share)))
    return Outcomes(np.concatenate([one.amounts for one in found]), np.concatenate([one.weights for one in found]))


def reachable(decision: Decision) -> Integers:
    """Answers that the decision may give: every class whose threshold a score can pass, and a person's."""
    classes = np.arange(len(decision.labels))
    if not decision.hands_over or decision.thresholds is None:
        return classes
    return np.append(classes[np.array(decision.thresholds) < 1.0], PERSON)


def _columns(decision: Decision) -> Floats:
    """Cost matrix (targets, answers) with two last columns beside the classes: NOBODY and PERSON."""
    matrix = decision.matrix
    by_person = np.diag(matrix) - (decision.person or 0.0)
    return np.column_stack((matrix, np.zeros(len(matrix)), by_person))


@dataclass(frozen=True)
class Draws:
    """Bayesian bootstrap (Rubin 1981) of amounts: `weights` (draws, amounts) are populations that these rows allow.

    `levels` are the two quantiles that leave 5% outside.
    """

    value: float
    amounts: Floats
    weights: Floats
    levels: tuple[float, float]

    @classmethod
    def of(cls, earned: Floats, outcomes: Outcomes) -> "Draws":
        """Draws from the posterior of the amounts `earned`, one a row.

        One row spread over the outcomes is added before drawing (Perks 1947): a dear mistake that these rows happen
        not to show is thought rare, and not impossible.
        """
        seen, counts = np.unique(earned, return_counts=True)
        believed: Floats = np.concatenate((counts.astype(np.float64), outcomes.weights))
        weights = np.random.default_rng(0).dirichlet(believed, size=DRAWS)
        amounts = np.concatenate((seen, outcomes.amounts))
        return cls(float(earned.mean()) * CASES, amounts, weights, _levels(earned))

    def mean(self) -> Interval:
        """Mean of 1,000 cases, with the 95% interval of the true mean."""
        return self._between(self.weights @ self.amounts * CASES)

    def next_cases(self) -> Interval:
        """Sum of the next 1,000 cases, with its 95% prediction interval: the mean's, and their luck added to it."""
        counts = np.random.default_rng(1).multinomial(CASES, self.weights)
        drawn, mean = self._between(counts @ self.amounts), self.mean()
        return Interval(value=drawn.value, low=min(drawn.low, mean.low), high=max(drawn.high, mean.high))

    def _between(self, draws: Floats) -> Interval:
        low, high = np.quantile(draws, self.levels)
        return Interval(value=self.value, low=min(float(low), self.value), high=max(float(high), self.value))


def _levels(earned: Floats) -> tuple[float, float]:
    """Quantiles of the draws that leave 5% outside: further out on the side of a tail, by half of what BCa asks for.

    Efron 1987; benchmarks/truth.py counts. The other side stays at 2.5%.
    """
    off = earned - earned.mean()
    squares = float(np.square(off).sum())
    if squares == 0.0:
        return 0.025, 0.975
    bend = float(np.clip(TAIL * (off**3).sum() / (6 * squares**1.5), -0.2, 0.2))
    low, high = (float(ndtr(bend + (bend + z) / (1 - bend * (bend + z)))) for z in (-Z95, Z95))
    return min(0.025, low), max(0.975, high)


def per_1000(earned: Floats, outcomes: Outcomes) -> Interval:
    """Mean of `earned` for 1,000 cases, with the 95% interval of the true mean; see `Draws.of`."""
    return Draws.of(earned, outcomes).mean()


def gain_per_1000(earned: Floats, others: Floats, outcomes: Outcomes) -> Interval:
    """Paired gain of `earned` over what the others earned on the same rows, for 1,000 cases, with its interval.

    `outcomes` are those of a row's gain. Ways that earn the same in every row differ by exactly 0 where no other gain
    is possible.
    """
    return per_1000(earned - others, outcomes)
