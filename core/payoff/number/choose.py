"""Cost-optimal quantile of each row, the answer that is worth the most, chosen on validation rows.

A row's predictive distribution is its answer plus the validation rows' errors, each stretched to the row's difficulty
(a conformal predictive distribution, Vovk et al. 2017, normalised). Where one unit too low costs c times as much as
one too high, the answer with the least expected cost is that distribution's quantile c / (1 + c).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.answers.number import NumberAnswers
from core.errors import ConfigError
from core.evaluation.conformal import learn_intervals
from core.payoff.number.decision import NumberDecision
from core.payoff.number.worth import CASES, earnings

ENOUGH = 20
"""Minimum rows for a quantile of errors; with fewer it is chance, and the model's own answers stay."""
FOLDS = 5
CURVE_POINTS = 41


@dataclass(frozen=True)
class ShiftCurve:
    """Shift curve: what 1,000 cases are worth when answers are raised by more or less; `shifts` count difficulties."""

    shifts: tuple[float, ...]
    per_1000: tuple[float, ...]


def choose(
    answers: NumberAnswers, prices: NumberDecision, *, on: Literal["validation", "test"] = "validation"
) -> NumberDecision:
    """Tunes the shift: the prices with the one that is worth the most on these rows, or none where none pays.

    Whether one pays, and whether all answers are raised alike or each by its difficulty, is judged by cross-validation
    within the rows. Raises ConfigError without rows.
    """
    if not len(answers):
        raise ConfigError("There are no rows to choose the answer on.", "Keep the model's own answers.")
    decided = {"chosen_on": on, "chosen_rows": len(answers)}
    plain = prices.undecided()
    if len(answers) < ENOUGH:
        return plain.model_copy(update=decided)
    intervals = learn_intervals(answers)
    stretched = plain.model_copy(update={"difficulty": intervals.difficulty if intervals else None})
    ways = (plain, stretched) if stretched.difficulty else (plain,)
    gained = [_gained(answers, way) for way in ways]
    if max(gained) <= 0:
        return plain.model_copy(update=decided)
    best = ways[int(np.argmax(gained))]
    return best.model_copy(update={"shift": _shift(answers, best), **decided})


def shift_curve(answers: NumberAnswers, decision: NumberDecision) -> ShiftCurve:
    """Shift curve: how the value on these rows moves with the shift. They are the rows that chose, none that judges."""
    sizes = decision.sizes(answers.values)
    errors = (answers.targets - answers.values) / sizes
    ends = np.quantile(errors, (0.01, 0.99))
    shifts = np.unique([*np.linspace(ends[0], ends[1], CURVE_POINTS), 0.0, decision.shift])
    worths = [float(earnings(answers.values + s * sizes, answers.targets, decision).mean()) * CASES for s in shifts]
    return ShiftCurve(tuple(shifts.tolist()), tuple(worths))


def _shift(answers: NumberAnswers, prices: NumberDecision) -> float:
    """Weighted quantile of the errors, each weighing as its difficulty: the shift that costs least on these rows."""
    sizes = prices.sizes(answers.values)
    errors = (answers.targets - answers.values) / sizes
    order = np.argsort(errors)
    reached = np.cumsum(sizes[order])
    place = int(np.searchsorted(reached, prices.quantile * reached[-1] * (1 - 1e-12)))
    return float(errors[order][place])


def _gained(answers: NumberAnswers, prices: NumberDecision) -> float:
    """Cross-validated gain of a shift over the model's own answers, in all."""
    fold = np.random.default_rng(0).permutation(len(answers)) % FOLDS
    gained = 0.0
    for number in range(FOLDS):
        learned, judged = (answers.take(np.flatnonzero(side)) for side in (fold != number, fold == number))
        shifted = prices.model_copy(update={"shift": _shift(learned, prices)})
        ours, plain = (earnings(one.answers(judged.values), judged.targets, prices) for one in (shifted, prices))
        gained += float((ours - plain).sum())
    return gained
