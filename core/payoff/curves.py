"""Sensitivity analysis of the value: with more or fewer cases answered, with another threshold, with other prices."""

from dataclasses import dataclass

import numpy as np

from core.answers import ClassAnswers
from core.arrays import Floats, Integers
from core.payoff.answers import NOBODY, PERSON, aligned, certainty, numbers, places, targets, with_a_person
from core.payoff.decision import Decision
from core.payoff.search import turning_points
from core.payoff.worth import CASES, earnings, per_1000, possible

MOST_POINTS = 100


@dataclass(frozen=True)
class ProfitCurve:
    """Profit curve: what 1,000 cases are worth when the model answers its surest share (`shares`, from 0 to 1).

    The others go to a person where one is there, else nothing is done. `low` and `high` are pointwise 95% limits;
    `now` is the share that the decision lets the model answer.
    """

    shares: Floats
    per_1000: Floats
    low: Floats
    high: Floats
    now: float


@dataclass(frozen=True)
class ThresholdCurve:
    """Threshold curve: what 1,000 cases are worth at each threshold of one class alone; `now` is the one it has."""

    thresholds: Floats
    per_1000: Floats
    now: float


@dataclass(frozen=True)
class Swing:
    """One-way sensitivity: what 1,000 cases are worth when one price is halved and doubled; the answers stay.

    `kind` is right, wrong or person; `target` and `answer` name the classes where the price is theirs alone.
    """

    kind: str
    amount: float
    halved: float
    doubled: float
    target: str | None = None
    answer: str | None = None


def profit_curve(predictions: ClassAnswers, decision: Decision) -> ProfitCurve:
    """Profit curve, the surest answers first. Raises ConfigError when a class has no price."""
    scores, true = aligned(predictions.scores, predictions.labels, decision), targets(predictions, decision)
    bold = places(scores, decision.model_copy(update={"person": None}))
    order, rest = np.argsort(-certainty(scores, decision), kind="stable"), _left(decision)
    rows, answered = len(true), int((places(scores, decision) >= 0).sum())
    kept = np.unique([*np.linspace(0, rows, min(rows + 1, MOST_POINTS)).astype(int), answered])
    found = []
    for number in kept:
        answers = np.full(rows, rest)
        answers[order[:number]] = bold[order[:number]]
        found.append(per_1000(earnings(answers, true, decision), possible(answers, decision)))
    value, low, high = (np.array([getattr(one, end) for one in found]) for end in ("value", "low", "high"))
    return ProfitCurve(kept / rows, value, low, high, now=answered / rows)


def _left(decision: Decision) -> int:
    """Answer to a case that the model does not answer: a person's, else doing nothing."""
    if decision.person is not None:
        return PERSON
    return NOBODY if decision.nothing is None else decision.labels.index(decision.nothing)


def _running(amounts: Floats) -> Floats:
    return np.concatenate(([0.0], np.cumsum(amounts)))


def threshold_curve(predictions: ClassAnswers, decision: Decision, label: str) -> ThresholdCurve:
    """Threshold curve of one class, from 0 to 1. Of two classes without a person, the other's is what is left to 1.

    Raises ConfigError for an unknown class.
    """
    scores, true = aligned(predictions.scores, predictions.labels, decision), targets(predictions, decision)
    number, size = int(numbers([label], decision)[0]), len(decision.labels)
    bars = np.full(size, 1 / size) if decision.thresholds is None else np.array(decision.thresholds)
    gains, person = decision.matrix[true], with_a_person(true, decision) if decision.hands_over else None
    at = np.linspace(0.005, 0.995, 199)
    breaks, steps, base = turning_points(scores, gains, person, bars, number)
    if size == 2 and person is None:
        breaks = scores[:, number]
    order = np.argsort(-breaks, kind="stable")
    total = base + _running(steps[order])
    return ThresholdCurve(
        at, total[np.searchsorted(-breaks[order], -at, side="right")] * CASES / len(true), float(bars[number])
    )


def sensitivity(answers: Integers, true: Integers, decision: Decision, most: int = 8) -> list[Swing]:
    """One-way sensitivity to each price, the price that matters most first. `answers` as in an Appraisal."""
    worths, swings = decision.matrix, []
    for kind, cells in _priced_alike(worths):
        amount = float(worths[cells][0])
        half, twice = (_mean(answers, true, _with(decision, np.where(cells, worths * by, worths))) for by in (0.5, 2.0))
        rows, columns = np.nonzero(cells)
        target = decision.labels[rows[0]] if len(set(rows)) == 1 else None
        answer = decision.labels[columns[0]] if len(set(columns)) == 1 else None
        swings.append(Swing(kind, amount, half, twice, target=target, answer=answer))
    if decision.hands_over and decision.person:
        cost = decision.person
        half, twice = (_mean(answers, true, decision.model_copy(update={"person": cost * by})) for by in (0.5, 2.0))
        swings.append(Swing("person", cost, half, twice))
    swings.sort(key=lambda one: -abs(one.doubled - one.halved))
    return [one for one in swings if one.amount][:most]


def _priced_alike(worths: Floats) -> list[tuple[str, np.ndarray]]:
    """Groups of outcomes with the same price: right answers apart from wrong ones."""
    right = np.eye(len(worths), dtype=bool)
    return [
        (kind, where & (worths == amount))
        for kind, where in (("right", right), ("wrong", ~right))
        for amount in np.unique(worths[where])
    ]


def _with(decision: Decision, worths: Floats) -> Decision:
    return decision.model_copy(update={"worths": tuple(map(tuple, worths.tolist()))})


def _mean(answers: Integers, true: Integers, decision: Decision) -> float:
    return float(earnings(answers, true, decision).mean()) * CASES


def break_even(answers: Integers, true: Integers, decision: Decision) -> float | None:
    """Break-even factor on the price of every wrong answer, at which the model brings no more than doing nothing.

    0 where it brings no more even if mistakes cost nothing; None where no price of mistakes makes it so.
    """
    right = np.eye(len(decision.labels), dtype=bool)
    idle = None if decision.nothing is None else decision.labels.index(decision.nothing)

    def gain(times: float) -> float:
        worths = np.where(right, decision.matrix, decision.matrix * times)
        nothing = 0.0 if idle is None else float(worths[true, idle].mean()) * CASES
        return _mean(answers, true, _with(decision, worths)) - nothing

    free, once = gain(0.0), gain(1.0)
    if free <= 0:
        return 0.0
    return None if once >= free else free / (free - once)


def least_right(answers: Integers, true: Integers, decision: Decision, other: float) -> float | None:
    """Break-even accuracy: the share of answers that must be right for 1,000 cases to be worth `other`.

    None where right answers are worth no more than wrong ones, or where there is nothing of one of them to go by.
    """
    by_machine = answers >= 0
    earned, hit = earnings(answers, true, decision), answers == true
    if not (by_machine & hit).any() or not (by_machine & ~hit).any():
        return None
    good, bad = float(earned[hit].mean()), float(earned[by_machine & ~hit].mean())
    if good <= bad:
        return None
    needed = (other / CASES * len(true) - float(earned[~by_machine].sum())) / int(by_machine.sum())
    return float(np.clip((needed - bad) / (good - bad), 0.0, 1.0))
