"""Expected value of a run: thresholds chosen on some rows, counted on others, beside the alternatives."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from core.answers import ClassAnswers
from core.arrays import Floats, Integers
from core.evaluation.records import Interval
from core.payoff.answers import PERSON, aligned, places, targets, with_a_person
from core.payoff.choose import choose
from core.payoff.decision import Decision, Rule
from core.payoff.worth import Value, earnings, gain_per_1000, per_1000, possible, value_of, worth


@dataclass(frozen=True)
class Alternative:
    """Alternative policy on the same rows: its value per 1,000 cases, and how much more the model brings.

    `answer` is the class that it always gives, where it does.
    """

    per_1000: Interval
    gain: Interval
    answer: str | None = None


@dataclass(frozen=True)
class Appraisal:
    """Appraisal: the expected value of a run.

    `value` is counted on rows that the thresholds were not chosen on; `undecided` is the model's likeliest answer to
    everything. `alternatives` are nothing, person (where one is there), always (the best single answer for every case)
    and each baseline with thresholds of its own. `answers` are numbers of labels, -1 for a person, one a test row.
    """

    decision: Decision
    value: Value
    undecided: Value
    alternatives: Mapping[str, Alternative]
    answers: Integers


def appraise(
    model: ClassAnswers,
    prices: Decision,
    *,
    validation: ClassAnswers | None = None,
    baselines: Mapping[str, ClassAnswers] | None = None,
) -> Appraisal:
    """Choose thresholds where the prices have none, and evaluate their value on the test rows.

    They are chosen on the validation rows. Without any, each half of the test rows is answered with thresholds chosen
    on the other half, and the decision itself holds those chosen on all of them. Thresholds that are there already
    stay. Raises ConfigError without rows, or when a class has no price.
    """
    decision = prices
    if prices.chosen_on is None:
        decision = choose(validation, prices) if validation and validation.targets else choose(model, prices, on="test")
    answers = _out_of_sample(model, decision)
    true = targets(model, decision)
    value = value_of(answers, true, decision)
    alternatives = {**_fixed_answers(true, decision, value), **_baselines(model, decision, value, baselines or {})}
    return Appraisal(decision, value, worth(model, decision.undecided()), alternatives, answers)


def _out_of_sample(predictions: ClassAnswers, decision: Decision) -> Integers:
    """Out-of-sample answers of a decision, to rows that it was not chosen on."""
    scores = aligned(predictions.scores, predictions.labels, decision)
    if decision.chosen_on != "test":
        return places(scores, decision)
    return cross_fitted(predictions, decision.undecided(), decision.rule)


def cross_fitted(predictions: ClassAnswers, prices: Decision, rule: Rule | Literal["auto"] = "auto") -> Integers:
    """Two-fold cross-fitting: each half of the rows answered with thresholds chosen by the rule on the other half."""
    scores = aligned(predictions.scores, predictions.labels, prices)
    half = np.random.default_rng(0).permutation(len(scores)) % 2
    answers = np.full(len(scores), PERSON, np.int64)
    for side in (0, 1):
        others, these = np.flatnonzero(half != side), np.flatnonzero(half == side)
        chosen = choose(_only(predictions, others), prices, rule=rule, on="test") if len(others) else prices
        answers[these] = places(scores[these], chosen)
    return answers


def _only(predictions: ClassAnswers, rows: Integers) -> ClassAnswers:
    return ClassAnswers(
        row_ids=tuple(predictions.row_ids[i] for i in rows),
        targets=tuple(predictions.targets[i] for i in rows),
        labels=predictions.labels,
        scores=predictions.scores[rows],
    )


def _fixed_answers(true: Integers, decision: Decision, value: Value) -> dict[str, Alternative]:
    worths = decision.matrix
    best = int(worths[true].mean(axis=0).argmax())
    alternatives = {"nothing": _alternative(np.zeros(len(true)), np.zeros(1), decision, value)}
    if decision.nothing is not None:
        alternatives["nothing"] = _always(decision.labels.index(decision.nothing), true, decision, value)
    by_person = with_a_person(true, decision)
    if by_person is not None and decision.person is not None:
        alternatives["person"] = _alternative(by_person, np.diag(worths) - decision.person, decision, value)
    alternatives["always"] = _always(best, true, decision, value)
    return alternatives


def _always(answer: int, true: Integers, decision: Decision, value: Value) -> Alternative:
    column = decision.matrix[:, answer]
    return replace(_alternative(column[true], column, decision, value), answer=decision.labels[answer])


def _alternative(earned: Floats, outcomes: Floats, decision: Decision, value: Value) -> Alternative:
    gain = gain_per_1000(value.earned, earned, possible(decision), outcomes)
    return Alternative(per_1000(earned, outcomes), gain)


def _baselines(
    model: ClassAnswers, decision: Decision, value: Value, baselines: Mapping[str, ClassAnswers]
) -> dict[str, Alternative]:
    """Each baseline on the model's rows; `majority` is left out, for `always` is the better of its kind."""
    place = {row: i for i, row in enumerate(model.row_ids)}
    found = {}
    for who, answered in baselines.items():
        if who == "majority" or set(answered.row_ids) != place.keys():
            continue
        ordered = _only(answered, np.argsort([place[row] for row in answered.row_ids]))
        answers = cross_fitted(ordered, decision.undecided())
        earned = earnings(answers, targets(ordered, decision), decision)
        found[who] = _alternative(earned, possible(decision), decision, value)
    return found
