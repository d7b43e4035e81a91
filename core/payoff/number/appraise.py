"""Expected value of a regression run: the shift chosen on some rows, counted on others."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from core.answers.number import NumberAnswers
from core.arrays import Floats
from core.errors import DatasetError
from core.evaluation.records import Interval
from core.payoff.number.choose import choose
from core.payoff.number.decision import NumberDecision
from core.payoff.number.worth import NumberValue, earnings, gain_per_1000, value_of

PLAIN = "plain"
FOLDS = 10


@dataclass(frozen=True)
class NumberAlternative:
    """Alternative policy on the same rows: its value per 1,000 cases, and how much more the model brings.

    With `in_folds` its shift and the model's were both chosen by cross-fitting for this comparison, because it kept no
    answers to validation rows.
    """

    per_1000: Interval
    gain: Interval
    in_folds: bool = False


@dataclass(frozen=True)
class NumberAppraisal:
    """Appraisal: the expected value of a run.

    `value` is counted on rows that the shift was not chosen on; `answers` are what is answered there. `alternatives`
    are plain (the model's own answers) and every baseline with a shift of its own, chosen as the model's is: two with
    the same answers differ by exactly 0.
    """

    decision: NumberDecision
    value: NumberValue
    alternatives: Mapping[str, NumberAlternative]
    answers: Floats


def appraise(
    model: NumberAnswers,
    prices: NumberDecision,
    *,
    validation: NumberAnswers | None = None,
    baselines: Mapping[str, tuple[NumberAnswers | None, NumberAnswers]] | None = None,
) -> NumberAppraisal:
    """Choose the shift where the prices have none, and evaluate its value on the test rows.

    `baselines` are each one's answers to the validation rows and to the test rows. Without validation rows, each tenth
    of the test rows is answered with a shift chosen on the others, for everybody. A shift that is there already
    stays. Raises ConfigError without rows, DatasetError where a baseline answered other rows.
    """
    decision, given = _decided(model, prices, validation)
    value = value_of(given, model.targets, decision)
    alternatives = {PLAIN: _alternative(model.values, model.targets, decision, value.earned)}
    for name, (their_validation, theirs) in (baselines or {}).items():
        if theirs.row_ids != model.row_ids:
            raise DatasetError(f"'{name}' answered other rows than the model.", "Judge both on the same test rows.")
        alternatives[name] = _baseline(model, given, decision, theirs, their_validation)
    return NumberAppraisal(decision, value, alternatives, given)


def _baseline(
    model: NumberAnswers,
    given: Floats,
    decision: NumberDecision,
    theirs: NumberAnswers,
    validation: NumberAnswers | None,
) -> NumberAlternative:
    """A baseline with a shift chosen as the model's was; both by cross-fitting where it kept no validation rows."""
    prices = decision.undecided()
    apart = decision.chosen_on == "validation" and not (validation is not None and len(validation))
    ours = _cross_fitted(model, prices) if apart else given
    _, answered = _decided(theirs, prices, None if decision.chosen_on == "test" else validation)
    earned = earnings(ours, model.targets, decision)
    return replace(_alternative(answered, model.targets, decision, earned), in_folds=apart)


def _decided(
    answers: NumberAnswers, prices: NumberDecision, validation: NumberAnswers | None
) -> tuple[NumberDecision, Floats]:
    """The decision, and its answers to rows that it was not chosen on."""
    if prices.chosen_on is None and validation is not None and len(validation):
        prices = choose(validation, prices)
    elif prices.chosen_on is None:
        prices = choose(answers, prices, on="test")
    if prices.chosen_on != "test":
        return prices, prices.answers(answers.values)
    return prices, _cross_fitted(answers, prices)


def _cross_fitted(answers: NumberAnswers, prices: NumberDecision) -> Floats:
    """Cross-fitting: each fold of the rows answered with a shift chosen on the other folds."""
    fold = np.random.default_rng(0).permutation(len(answers)) % FOLDS
    given = answers.values.copy()
    for number in range(FOLDS):
        others, these = answers.take(np.flatnonzero(fold != number)), fold == number
        if len(others):
            given[these] = choose(others, prices, on="test").answers(answers.values[these])
    return given


def _alternative(given: Floats, targets: Floats, decision: NumberDecision, earned: Floats) -> NumberAlternative:
    theirs = value_of(given, targets, decision)
    return NumberAlternative(theirs.per_1000, gain_per_1000(earned, theirs.earned))
